//! A server with the organizations of the fixtures, and callers that say who they are.

use crate::client::{Answer, Ask};
use ambit_engine::View;
use ambit_governance::{Leniency, decide, file::proposals};
use ambit_log::{Accepted, Ledger, LedgerOptions, ManualClock, MemoryStorage, Storage, WriteOptions};
use ambit_model::{Actor, Change, OrgId, Timestamp};
use ambit_server::{App, Catalogs, Config, Limits, Server, secret};
use serde_json::Value as Json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

pub const NOW: &str = "2026-05-05T12:00:00Z";

const CATALOGS: [(&str, &str); 6] = [
    ("crowd", include_str!("../fixtures/crowd.catalog.yaml")),
    ("records", include_str!("../fixtures/records.catalog.yaml")),
    ("shop", include_str!("../fixtures/shop.catalog.yaml")),
    ("todo", include_str!("../fixtures/todo.catalog.yaml")),
    ("gateway", include_str!("../fixtures/gateway.catalog.yaml")),
    ("directory", include_str!("../fixtures/directory.catalog.yaml")),
];
const ORGANIZATIONS: [(&str, &str); 3] = [
    ("acme", include_str!("../fixtures/acme.yaml")),
    ("globex", include_str!("../fixtures/globex.yaml")),
    ("interop", include_str!("../fixtures/interop.yaml")),
];

/// A running server.
pub struct World {
    pub address: SocketAddr,
    pub app: Arc<App>,
    pub ledger: Arc<Ledger<View>>,
    pub storage: Arc<dyn Storage>,
    pub clock: Arc<ManualClock>,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
    running: Option<tokio::task::JoinHandle<()>>,
}

impl World {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// A server with another configuration.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::new(instant(NOW)));
        let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
        let ledger =
            Arc::new(Ledger::open(Arc::clone(&storage), clock.clone(), LedgerOptions::default()).unwrap());
        for (org, source) in ORGANIZATIONS {
            load(&ledger, org, source);
        }
        let mut config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            catalogs: catalogs(),
            clock: clock.clone(),
            refresh_every: Duration::from_millis(20),
            limits: Limits { apply_bytes: 2 << 20, ..Limits::default() },
            ..Config::default()
        };
        change(&mut config);
        let runtime = ambit_server::runtime().unwrap();
        let server = runtime.block_on(Server::bind(config, Arc::clone(&ledger))).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (address, app) = (server.address(), Arc::clone(server.app()));
        let running = runtime.spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self {
            address,
            app,
            ledger,
            storage,
            clock,
            stop: Some(stop),
            runtime: Some(runtime),
            running: Some(running),
        }
    }

    /// Asks without a key.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask::new(self.address, method, path)
    }

    /// Asks with the key of `acme` that has this id.
    pub fn by(&self, key: &str, method: &str, path: &str) -> Ask {
        self.of("acme", key, method, path)
    }

    /// Asks with the key of an organization.
    pub fn of(&self, org: &str, key: &str, method: &str, path: &str) -> Ask {
        self.ask(method, path).header("authorization", &format!("Bearer {}", secret_of(org, key)))
    }

    /// Asks AuthZEN at the root as `acme`'s back end.
    pub fn authzen(&self, api: &str, body: &Json) -> Answer {
        self.by("backend", "POST", &format!("/access/v1/{api}")).json(body).send()
    }

    /// Reads the Admin API of `acme` as its administrator.
    pub fn read(&self, path: &str) -> Answer {
        self.by("admin", "GET", &format!("/v1/orgs/acme{path}")).send()
    }

    /// Writes to the Admin API of `acme`.
    pub fn write(&self, key: &str, path: &str, body: &Json) -> Answer {
        self.by(key, "POST", &format!("/v1/orgs/acme{path}")).json(body).send()
    }

    /// Applies YAML as `acme`'s administrator.
    pub fn apply(&self, query: &str, yaml: &str) -> Answer {
        self.by("admin", "POST", &format!("/v1/orgs/acme/apply{query}")).body("application/yaml", yaml).send()
    }

    pub fn revision(&self) -> u64 {
        self.ledger.view(&acme()).unwrap().revision()
    }

    /// The time at the server.
    pub fn clock_now(&self) -> Timestamp {
        self.app.now()
    }

    /// Lets time pass.
    pub fn advance(&self, duration: jiff::SignedDuration) {
        self.clock.set(self.app.now() + duration);
    }

    /// Waits until the server has ended, after it was asked to.
    pub fn ended(&mut self) {
        let running = self.running.take().unwrap();
        self.runtime.as_ref().unwrap().block_on(running).unwrap();
    }

    /// Asks the server to stop.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(200));
        }
    }
}

pub fn acme() -> OrgId {
    OrgId::new("acme").unwrap()
}

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The secrets of the fixtures are known.
pub fn secret_of(org: &str, key: &str) -> String {
    format!("ambit_sk_{org}_{key}")
}

pub fn catalogs() -> Catalogs {
    let builtin = ambit_catalog::builtin::CATALOGS.iter().copied();
    CATALOGS.into_iter().chain(builtin).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Applies a file as the operator, as the command line does.
pub fn load(ledger: &Ledger<View>, org: &str, source: &'static str) {
    let id = OrgId::new(org).unwrap();
    let org = org.to_owned();
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted, String> {
        let file =
            ambit_catalog::organization::parse_organization("fixture", source).map_err(|e| e.to_string())?;
        let known = catalogs();
        let products: Vec<&str> = known.products().collect();
        let texts = |product: &str| known.source(product);
        let wanted =
            proposals(view, &file, &products, &texts, "fixture", source).map_err(|e| e.to_string())?;
        let decided = decide(view, wanted, &Actor::Operator { vendor: true }, now, Leniency::default())
            .map_err(|e| e.to_string())?;
        let mut changes = decided.changes;
        for change in &mut changes {
            if let Change::ApiKeySet(key) = change {
                key.secret_hash = Some(ambit_server::hex::encode(&secret::hash(&secret_of(&org, &key.id))));
            }
        }
        Ok(Accepted { changes, answer: Json::Null })
    };
    ledger
        .write(&id, Actor::OPERATOR, WriteOptions::default(), decide)
        .unwrap_or_else(|error| panic!("{error}"));
}
