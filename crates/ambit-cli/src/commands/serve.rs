//! `ambit serve`: the server, and the demo organization if it is asked for.

use crate::args::{Cli, OidcLinkArg, ServeArgs, SignInArgs};
use crate::commands::{apply, key};
use crate::open::OrgLedger;
use crate::{open, status};
use ambit_identity::Vault;
use ambit_identity::mail::Mailer;
use ambit_identity::oidc::{self, LinkBy};
use ambit_identity::rules::Breached;
use ambit_identity::session::Limits;
use ambit_log::WriteOptions;
use ambit_model::{Actor, ApiKey, KeyKind, OrgId};
use ambit_server::config::SignIn;
use ambit_server::signin::setup;
use ambit_server::{App, Catalogs, Config, Server};
use anyhow::{Context, anyhow};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

const DEMO: &str = include_str!("../../../../demo/organization.yaml");
const DEMO_KEY: &str = "demo-console";

/// Serves until the process is told to stop.
pub fn run(cli: &Cli, args: &ServeArgs) -> anyhow::Result<u8> {
    start_logging(args.log_json);
    let ledger = open::ledger(&cli.data, true)?;
    if args.demo {
        demo(cli, &ledger)?;
    }
    let config = Config {
        listen: args.listen,
        base_url: args.base_url.clone(),
        catalogs: catalogs(cli)?,
        sign_in: sign_in(cli, &args.sign_in)?,
        console: args.console.clone(),
        ..Config::default()
    };
    let ledger = Arc::new(ledger);
    let runtime = ambit_server::runtime().context("cannot start threads")?;
    runtime.block_on(async {
        let server = Server::bind(config, Arc::clone(&ledger)).await?;
        welcome(cli, args.demo, server.address(), &ledger);
        setup_links(args.demo, server.app())?;
        server.run(asked_to_stop()).await;
        anyhow::Ok(())
    })?;
    ledger.close();
    Ok(status::OK)
}

fn sign_in(cli: &Cli, args: &SignInArgs) -> anyhow::Result<SignIn> {
    let breached = args.breached_passwords.as_ref().map(|path| {
        Breached::read(path).map(Arc::new).with_context(|| format!("cannot read `{}`", path.display()))
    });
    let mailer = args.smtp_url.as_ref().zip(args.mail_from.as_ref());
    Ok(SignIn {
        vault: Some(Arc::new(Vault::open(&cli.data)?)),
        sessions: Limits::new(args.session_idle, args.session_days),
        breached: breached.transpose()?,
        oidc: oidc(args)?,
        mailer: mailer.map(|(server, from)| Mailer::new(server, from)).transpose()?,
        ..SignIn::default()
    })
}

fn oidc(args: &SignInArgs) -> anyhow::Result<Option<oidc::Settings>> {
    let (Some(issuer), Some(client_id), Some(file)) =
        (&args.oidc_issuer, &args.oidc_client_id, &args.oidc_client_secret_file)
    else {
        return Ok(None);
    };
    Ok(Some(oidc::Settings {
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: open::read(file)?.trim().to_owned(),
        org: args.oidc_org.clone(),
        link_by: match args.oidc_link {
            OidcLinkArg::EmailVerified => LinkBy::EmailVerified,
            OidcLinkArg::Subject => LinkBy::Subject,
        },
    }))
}

/// Where nobody could let anybody in, whoever sees this may.
fn setup_links(demo: bool, app: &App) -> anyhow::Result<()> {
    for org in app.ledger.organizations() {
        let Some(view) = app.ledger.view(&org) else { continue };
        let wanted = setup::is_needed(&view, app.now()) || (demo && setup::is_possible(&view));
        if wanted {
            let link = setup::link(&app.identity.vault, &app.base_url, &org, app.now())?;
            eprintln!("  set up {org}: {link}");
        }
    }
    Ok(())
}

fn start_logging(json: bool) {
    let filter = EnvFilter::try_from_env("AMBIT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let logging = logging.with_ansi(std::io::stderr().is_terminal());
    if json { logging.json().init() } else { logging.init() }
}

fn catalogs(cli: &Cli) -> anyhow::Result<Catalogs> {
    let dir = cli.catalogs.as_deref();
    let text = |product: String| open::catalog_source(dir, &product).map(|source| (product, source));
    open::products(dir).into_iter().map(text).collect()
}

/// Ends on Ctrl-C, and on the signal by which systems stop services.
async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// Creates the demo organization with a key, unless it is there.
fn demo(cli: &Cli, ledger: &OrgLedger) -> anyhow::Result<()> {
    let actor = Actor::Operator { vendor: true };
    let job = apply::Job::new("demo/organization.yaml", DEMO, actor, cli.catalogs.clone())?;
    let org = job.organization(None)?;
    if ledger.organizations().contains(&org) {
        return Ok(());
    }
    apply::submit(ledger, &job, &org, WriteOptions::default(), None).map_err(|error| anyhow!("{error}"))?;
    let key = ApiKey {
        id: DEMO_KEY.into(),
        title: Some("For trying the demo".into()),
        kind: KeyKind::Secret,
        origins: Vec::new(),
        expires: None,
        revoked: false,
        secret_hash: None,
        prefix: None,
        issued_by: None,
        previous: None,
    };
    let secret = key::create(ledger, &org, key, true)?.map_err(|refusals| anyhow!("{refusals}"))?;
    keep_key(&key_file(&cli.data), &secret)
}

fn key_file(data: &Path) -> PathBuf {
    data.join("demo.key")
}

/// The demo's key is kept in a file that only its owner reads: it opens an organization of invented people.
fn keep_key(path: &Path, secret: &str) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    writeln!(file, "{secret}")?;
    Ok(())
}

fn welcome(cli: &Cli, demo: bool, address: SocketAddr, ledger: &OrgLedger) {
    let names: Vec<String> = ledger.organizations().iter().map(OrgId::to_string).collect();
    eprintln!("Ambit serves http://{}", address);
    match names.as_slice() {
        [] => eprintln!(
            "  no organization yet: create one with `ambit apply FILE --data {}`",
            cli.data.display()
        ),
        names => {
            eprintln!("  organizations: {}", names.join(", "));
            eprintln!("  the console: open that address in a browser and sign in");
        }
    }
    if demo && key_file(&cli.data).exists() {
        let key = key_file(&cli.data);
        eprintln!("  try: curl -s http://{}/access/v1/evaluation \\", address);
        eprintln!(
            "    -H \"Authorization: Bearer $(cat {})\" -H 'Content-Type: application/json' \\",
            key.display()
        );
        eprintln!(
            "    -d '{{\"subject\":{{\"type\":\"user\",\"id\":\"{}\"}},\"action\":{{\"name\":\"pages.publish\"}},\"resource\":{{\"type\":\"commerce/page\",\"id\":\"uk-home\"}}}}'",
            demo_editor()
        );
    }
}

/// Somebody in the demo who edits pages and does not publish them.
fn demo_editor() -> &'static str {
    "edgar"
}
