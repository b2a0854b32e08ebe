//! Alive, ready, numbers; writes of other processes; ending well.

use crate::client::Answer;
use crate::world::{World, load};
use ambit_engine::View;
use ambit_log::{Ledger, LedgerOptions};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Asks until the answer is as wished.
fn eventually(wished: impl Fn() -> bool) {
    let start = Instant::now();
    while !wished() {
        assert!(start.elapsed() < Duration::from_secs(10), "it never came");
        std::thread::yield_now();
    }
}

fn ready(world: &World) -> Answer {
    world.ask("GET", "/readyz").send()
}

#[test]
fn alive_and_ready() {
    let world = World::new();
    assert_eq!(world.ask("GET", "/livez").send().expect(200).text(), "ok\n");
    assert_eq!(ready(&world).expect(200).text(), "ready\n");
    world.app.health.enter(ambit_server::app::Phase::Draining);
    assert_eq!(ready(&world).expect(503).text(), "draining\n");
    world.app.health.enter(ambit_server::app::Phase::Starting);
    assert_eq!(ready(&world).expect(503).text(), "starting\n");
}

#[test]
fn not_ready_when_the_storage_cannot_be_followed() {
    let world = World::with(|config| config.stale_after = Duration::ZERO);
    ready(&world).expect(200);
    world.ledger.close();
    eventually(|| ready(&world).status == 503);
    assert_eq!(ready(&world).text(), "stale\n");
    let refused = world.apply("", "users: [ { id: erin } ]").expect(503);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("unavailable", Some("1")));
    // What is in memory is answered all the same.
    world.read("/users").expect(200);
}

#[test]
fn writes_of_other_processes_appear() {
    let world = World::new();
    let other: Ledger<View> =
        Ledger::open(Arc::clone(&world.storage), world.clock.clone(), LedgerOptions::default()).unwrap();
    load(&other, "acme", "users: [ { id: elsewhere } ]");
    eventually(|| world.read("/users/elsewhere").status == 200);
    load(
        &other,
        "newcomer",
        "{ organization: newcomer, products: [records], api_keys: [ { id: k, kind: secret } ] }",
    );
    eventually(|| world.of("newcomer", "k", "GET", "/metrics").send().status == 200);
}

#[test]
fn the_numbers_are_those_of_the_caller_s_organization() {
    let world = World::new();
    let question = json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                           "resource": { "type": "record", "id": "record-1" } });
    world.authzen("evaluation", &question).expect(200);
    world.authzen("evaluation", &json!({})).expect(400);
    world.ask("GET", "/metrics").send().expect(401);
    let answer = world.by("backend", "GET", "/metrics").send().expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    for line in [
        "ambit_requests_total{route=\"/access/v1/evaluation\",status=\"200\"} 1",
        "ambit_requests_total{route=\"/access/v1/evaluation\",status=\"400\"} 1",
        "ambit_requests_total{route=\"/metrics\",status=\"401\"} 1",
        "ambit_request_duration_seconds_count{route=\"/access/v1/evaluation\"} 2",
        "ambit_decisions_total{outcome=\"allow\"} 1",
        "ambit_authentication_failures_total 1",
        "ambit_revision{organization=\"acme\"} 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("globex") && !text.contains("ambit_sk_"));
}

#[test]
fn what_runs_is_finished_when_the_server_stops() {
    let mut world = World::new();
    let mut stream = TcpStream::connect(world.address).unwrap();
    let secret = crate::world::secret_of("acme", "backend");
    let body = r#"{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}"#;
    let head = format!(
        "POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\nauthorization: {secret}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The request is on its way once the server has counted its connection as busy; then it is told to stop.
    eventually(|| ready(&world).status == 200);
    world.stop();
    eventually(|| TcpStream::connect(world.address).is_err());
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"decision\":true"), "{answer}");
}
