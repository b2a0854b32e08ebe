//! How many evaluations a second over HTTP, as a ratio to an axum handler that parses the same body and answers a
//! constant: `cargo run --release -p ambit-server --example evaluation_rate`. Both run in turns, in this process.
//!
//! On a machine that does other work, the processor time per request (clients included) says more than the rate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops where it goes wrong"
)]

use ambit_engine::View;
use ambit_log::{Accepted, Ledger, LedgerOptions, MemoryStorage, SystemClock, WriteOptions};
use ambit_model::{Actor, Change, OrgId, Timestamp};
use ambit_server::{Catalogs, Config, Server, hex, secret};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CATALOG: &str = include_str!("../tests/fixtures/records.catalog.yaml");
const WORLD: &str = "
organization: acme
products: [records]
resources:
  - { id: 'instance:archive', parent: 'product:records' }
  - { id: 'records/record:record-1', parent: 'instance:archive' }
users: [ { id: alice } ]
api_keys: [ { id: backend, kind: secret } ]
assignments: [ { subject: 'user:alice', role: records/keeper, scope: 'product:records' } ]
";
const BODY: &str = r#"{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}"#;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct Question {
    subject: Entity,
    action: Action,
    resource: Entity,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct Entity {
    r#type: String,
    id: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct Action {
    name: String,
}

fn main() {
    let runtime = ambit_server::runtime().unwrap();
    let constant = runtime.block_on(async {
        let answer = |_: Json<Question>| async { Json(serde_json::json!({ "decision": true })) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/access/v1/evaluation", post(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    });
    let config =
        Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), catalogs: catalogs(), ..Config::default() };
    let server = runtime.block_on(Server::bind(config, Arc::new(ledger()))).unwrap();
    let ambit = server.address();
    runtime.spawn(server.run(std::future::pending()));
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (base, ours) = (rate(constant), rate(ambit));
        let (by_rate, by_time) = (ours.per_second / base.per_second, base.cpu_us / ours.cpu_us);
        println!(
            "constant {:.0}/s at {:.1} us, evaluation {:.0}/s at {:.1} us; ratio {by_rate:.3}, by processor time {by_time:.3}",
            base.per_second, base.cpu_us, ours.per_second, ours.cpu_us
        );
        ratios.push((by_rate, by_time));
    }
    let median = |pick: fn(&(f64, f64)) -> f64| {
        let mut picked: Vec<f64> = ratios.iter().map(pick).collect();
        picked.sort_by(f64::total_cmp);
        picked[ROUNDS / 2]
    };
    println!("median ratio {:.3}, by processor time {:.3}", median(|pair| pair.0), median(|pair| pair.1));
}

struct Rate {
    per_second: f64,
    cpu_us: f64,
}

/// The processor time of this process so far, in microseconds.
fn cpu_us() -> f64 {
    const TICK_US: f64 = 10_000.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * TICK_US
}

fn rate(address: SocketAddr) -> Rate {
    let end = Instant::now() + ROUND;
    let (start, cpu) = (Instant::now(), cpu_us());
    let clients: Vec<_> =
        (0..CONNECTIONS).map(|_| std::thread::spawn(move || client(address, end))).collect();
    let answered: u64 = clients.into_iter().map(|client| client.join().unwrap()).sum();
    let answered = answered as f64;
    Rate { per_second: answered / start.elapsed().as_secs_f64(), cpu_us: (cpu_us() - cpu) / answered }
}

fn client(address: SocketAddr, end: Instant) -> u64 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!(
        "POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer = [0; 4096];
    let mut answered = 0;
    while Instant::now() < end {
        stream.write_all(request.as_bytes()).unwrap();
        let read = stream.read(&mut buffer).unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..read]));
        answered += 1;
    }
    answered
}

fn catalogs() -> Catalogs {
    std::iter::once(("records".to_owned(), CATALOG.to_owned())).collect()
}

fn ledger() -> Ledger<View> {
    let ledger =
        Ledger::open(Arc::new(MemoryStorage::new()), Arc::new(SystemClock), LedgerOptions::default());
    let ledger = ledger.unwrap();
    let decide = |view: &View, now: Timestamp| -> Result<Accepted, String> {
        let file = ambit_catalog::organization::parse_organization("world", WORLD).unwrap();
        let source = |_: &str| Some(CATALOG.to_owned());
        let wanted =
            ambit_governance::file::proposals(view, &file, &["records"], &source, "world", WORLD).unwrap();
        let decided =
            ambit_governance::decide(view, wanted, &Actor::OPERATOR, now, Default::default()).unwrap();
        let mut changes = decided.changes;
        for change in &mut changes {
            if let Change::ApiKeySet(key) = change {
                key.secret_hash = Some(hex::encode(&secret::hash("key")));
            }
        }
        Ok(Accepted { changes, answer: serde_json::Value::Null })
    };
    ledger.write(&OrgId::new("acme").unwrap(), Actor::OPERATOR, WriteOptions::default(), decide).unwrap();
    ledger
}
