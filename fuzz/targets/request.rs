//! Any bytes as the body of a decision request, through the whole router on the demo organization: an answer in JSON,
//! never a fault of the server. The first byte chooses the endpoint.
#![no_main]

use ambit_catalog::builtin;
use ambit_catalog::organization::parse_organization;
use ambit_engine::View;
use ambit_governance::{Leniency, decide, file};
use ambit_log::{Accepted, Ledger, LedgerOptions, ManualClock, MemoryStorage, WriteOptions};
use ambit_model::{Actor, ApiKey, Change, KeyKind, OrgId, Timestamp};
use ambit_server::secret::Secret;
use ambit_server::{App, Config, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use tower::ServiceExt;

const DEMO: &str = include_str!("../../demo/organization.yaml");
const PATHS: [&str; 5] = ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"];

struct World {
    runtime: tokio::runtime::Runtime,
    router: Router,
    secret: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
    let ledger =
        Ledger::<View>::open(Arc::new(MemoryStorage::new()), clock.clone(), LedgerOptions::default()).unwrap();
    let secret = Secret::make(KeyKind::Secret).unwrap();
    let changes = demo(&secret);
    let org = OrgId::new("brightwater").unwrap();
    ledger
        .write(&org, Actor::OPERATOR, WriteOptions::default(), move |_: &View, _| {
            Ok::<_, std::convert::Infallible>(Accepted { changes: changes.clone(), answer: serde_json::Value::Null })
        })
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = App::new(Config { clock, ..Config::default() }, Arc::new(ledger)).unwrap();
    World { runtime, router: router(app), secret: secret.reveal().to_owned() }
});

fn demo(secret: &Secret) -> Vec<Change> {
    let parsed = parse_organization("demo", DEMO).unwrap();
    let products: Vec<&str> = builtin::products().collect();
    let catalogs = |product: &str| builtin::source(product).map(ToOwned::to_owned);
    let mut wanted = file::proposals(&View::default(), &parsed, &products, &catalogs, "demo", DEMO).unwrap();
    let key = ApiKey {
        id: "fuzz".into(),
        title: None,
        kind: KeyKind::Secret,
        origins: Vec::new(),
        expires: None,
        revoked: false,
        secret_hash: Some(secret.hash()),
        prefix: Some(secret.prefix()),
        previous: None,
        issued_by: None,
    };
    wanted.push(Change::ApiKeySet(key).into());
    let actor = Actor::Operator { vendor: true };
    decide(&View::default(), wanted, &actor, Timestamp::UNIX_EPOCH, Leniency::default()).unwrap().changes
}

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let path = PATHS[usize::from(first.wrapping_sub(b'0')) % PATHS.len()];
    let request = Request::post(format!("/access/v1/{path}"))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", WORLD.secret))
        .body(Body::from(body.to_vec()))
        .unwrap();
    WORLD.runtime.block_on(async {
        let response = WORLD.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        assert!([200, 400, 413].contains(&status), "{status}: {answer:?}");
        assert!(serde_json::from_slice::<serde_json::Value>(&answer).is_ok(), "{answer:?}");
    });
});
