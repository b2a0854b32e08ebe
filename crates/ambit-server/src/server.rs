//! Listening, refreshing and ending well.

use crate::app::{App, Phase};
use crate::config::Config;
use crate::routes::router;
use crate::signin;
use ambit_engine::View;
use ambit_log::Ledger;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Conditions are evaluated recursively, on the threads that answer (`docs/dependencies.md`).
const STACK_BYTES: usize = 8 << 20;
/// The most bytes of a request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How long to wait when the system refuses a connection for lack of something.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl From<getrandom::Error> for ServeError {
    fn from(error: getrandom::Error) -> Self {
        Self::Randomness(error.to_string())
    }
}

/// Why a server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The system gives no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// People cannot sign in as configured.
    #[error("sign-in cannot work: {0}")]
    SignIn(String),
}

/// A runtime with threads that are fit for the server.
///
/// # Errors
/// If threads cannot be started.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK_BYTES).enable_all().build()
}

/// Serves until `shutdown` ends, then drains.
///
/// # Errors
/// If it cannot begin.
pub async fn serve(
    config: Config,
    ledger: Arc<Ledger<View>>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    Server::bind(config, ledger).await?.run(shutdown).await;
    Ok(())
}

/// A server that has its address and does not answer yet.
pub struct Server {
    listener: TcpListener,
    app: Arc<App>,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn bind(mut config: Config, ledger: Arc<Ledger<View>>) -> Result<Self, ServeError> {
        let address = config.listen;
        let refuse = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        config.listen = listener.local_addr().map_err(refuse)?;
        let app = App::new(config, ledger)?;
        app.health.enter(Phase::Starting);
        Ok(Self { listener, app })
    }

    /// The address; the port is the one that was free.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.app.config.listen
    }

    /// The state that its handlers share.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Answers until `shutdown` ends, then finishes what runs, as long as the configuration allows.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let Self { listener, app } = self;
        let refresher = tokio::spawn(refresh_forever(Arc::clone(&app)));
        let keeper = tokio::spawn(signin::keep_house(Arc::clone(&app)));
        let connections = GracefulShutdown::new();
        app.health.enter(Phase::Serving);
        tracing::info!(address = %app.config.listen, base_url = app.base_url, "listening");
        tokio::select! {
            () = accept_forever(&listener, &app, &connections) => {}
            () = shutdown => {}
        }
        app.health.enter(Phase::Draining);
        drop(listener);
        tracing::info!("draining");
        if tokio::time::timeout(app.config.drain, connections.shutdown()).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        refresher.abort();
        keeper.abort();
        signin::write_down(&app).await;
    }
}

async fn accept_forever(listener: &TcpListener, app: &Arc<App>, connections: &GracefulShutdown) {
    let places = Arc::new(Semaphore::new(app.config.limits.connections));
    let router = router(Arc::clone(app));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => answer(stream, peer, place, app, &router, connections),
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    app: &Arc<App>,
    router: &Router,
    connections: &GracefulShutdown,
) {
    // Small answers should not wait for more; a stream that refuses this is served all the same.
    let _ = stream.set_nodelay(true);
    let inner = TowerToHyperService::new(router.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        inner.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.limits.header_time)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        let _place = place;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}

async fn refresh_forever(app: Arc<App>) {
    let mut ticks = tokio::time::interval(app.config.refresh_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        refresh(&app).await;
    }
}

async fn refresh(app: &Arc<App>) {
    let ledger = Arc::clone(&app.ledger);
    match tokio::task::spawn_blocking(move || ledger.refresh()).await {
        Ok(Ok(_)) => app.health.refreshed(),
        Ok(Err(error)) => tracing::warn!(%error, "could not look for new entries"),
        Err(error) => tracing::error!(%error, "looking for new entries failed"),
    }
}
