//! Evaluations over HTTP: Ambit's server against a handler that parses the same body and answers a constant. Both run in
//! this process on the runtime that `ambit serve` uses, driven in turns by the same client over the same number of
//! connections.

use crate::checks::Asked;
use crate::loading::{NAME, all_assignments, declarations};
use crate::report::{Report, Row};
use crate::rounds::Sample;
use crate::workload::Workload;
use ambit_engine::View;
use ambit_log::{Accepted, Ledger, LedgerOptions, MemoryStorage, SystemClock, WriteOptions};
use ambit_model::{Actor, ApiKey, Change, KeyKind, OrgId};
use ambit_server::{Catalogs, Config, Server, hex, secret};
use anyhow::{Context, Result, bail};
use axum::{Json, Router, routing::post};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PATH: &str = "/access/v1/evaluation";
const CONNECTIONS: usize = 8;
const SECRET: &str = "a-secret-of-the-benchmark";

#[derive(Deserialize)]
#[allow(dead_code, reason = "parsed and thrown away, as a floor does")]
struct Entity {
    r#type: String,
    id: String,
    properties: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "parsed and thrown away, as a floor does")]
struct Action {
    name: String,
    properties: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "parsed and thrown away, as a floor does")]
struct Evaluation {
    subject: Entity,
    action: Action,
    resource: Entity,
    context: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Serialize)]
struct Answer {
    decision: bool,
}

/// Serves the constant answer until the process ends.
async fn serve_floor(listener: TcpListener) -> std::io::Result<()> {
    let answer = |Json(_): Json<Evaluation>| async { Json(Answer { decision: true }) };
    axum::serve(listener, Router::new().route(PATH, post(answer))).await
}

/// Compares the server with the floor.
///
/// # Errors
/// If a server does not start, a connection fails, or an answer is not the one expected.
pub fn measure(report: &mut Report, workload: &Workload, asked: &[Asked], rounds: usize) -> Result<()> {
    let runtime = ambit_server::runtime()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let floor = listener.local_addr()?;
    runtime.spawn(serve_floor(listener));
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        catalogs: std::iter::empty::<(String, String)>().collect::<Catalogs>(),
        ..Config::default()
    };
    let server = runtime.block_on(Server::bind(config, Arc::new(ledger(workload)?)))?;
    let ambit = server.address();
    runtime.spawn(server.run(std::future::pending()));
    let client = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut floors, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        floors.push(client.block_on(drive(floor, asked, false))?);
        rates.push(client.block_on(drive(ambit, asked, true))?);
    }
    let ratio = Sample::ratios(&rates, &floors);
    report.add(
        Row::new("evaluations over HTTP, against a handler that parses the same body", "≥ 0.8 ×")
            .measured(format!(
                "{:.2} × ± {:.0} % ({:.0} : {:.0} requests/s)",
                ratio.median(),
                ratio.noise() * 100.0,
                Sample::new(rates).median(),
                Sample::new(floors).median()
            ))
            .met(ratio.median() >= 0.8)
            .if_missed(
                "the answer carries reason, presentation and revision, and the key is looked up",
            ),
    );
    Ok(())
}

/// A log in memory that holds the workload and a key.
fn ledger(workload: &Workload) -> Result<Ledger<View>> {
    let ledger =
        Ledger::open(Arc::new(MemoryStorage::new()), Arc::new(SystemClock), LedgerOptions::default())?;
    let org = OrgId::new(NAME)?;
    let mut changes = declarations(workload)?;
    changes.push(Change::ApiKeySet(ApiKey {
        id: "backend".into(),
        title: None,
        kind: KeyKind::Secret,
        origins: Vec::new(),
        expires: None,
        revoked: false,
        secret_hash: Some(hex::encode(&secret::hash(SECRET))),
        prefix: None,
        previous: None,
        issued_by: None,
    }));
    changes.extend(all_assignments(workload).map(Change::AssignmentSet));
    for part in changes.chunks(5_000) {
        let part = part.to_vec();
        let decide = move |_: &View, _| -> Result<_, String> {
            Ok(Accepted { changes: part.clone(), answer: serde_json::Value::Null })
        };
        ledger.write(&org, Actor::OPERATOR, WriteOptions::default(), decide)?;
    }
    Ok(ledger)
}

/// Requests per second over some connections, each of which waits for its answer.
async fn drive(address: SocketAddr, asked: &[Asked], judged: bool) -> Result<f64> {
    let some = asked.iter().take(10_000);
    let requests: Arc<Vec<(Vec<u8>, bool)>> =
        Arc::new(some.map(|asked| (request(asked), asked.allowed || !judged)).collect());
    let start = Instant::now();
    let until = start + Duration::from_secs(2);
    let mut connections = Vec::new();
    for number in 0..CONNECTIONS {
        let requests = Arc::clone(&requests);
        connections
            .push(tokio::spawn(async move { one_connection(address, &requests, number, until).await }));
    }
    let mut answered = 0;
    for connection in connections {
        answered += connection.await??;
    }
    Ok(answered as f64 / start.elapsed().as_secs_f64())
}

async fn one_connection(
    address: SocketAddr,
    requests: &[(Vec<u8>, bool)],
    first: usize,
    until: Instant,
) -> Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(4096);
    let mut answered = 0;
    for (request, allowed) in requests.iter().cycle().skip(first * requests.len() / CONNECTIONS) {
        if Instant::now() >= until {
            break;
        }
        stream.write_all(request).await?;
        let body = read_answer(&mut stream, &mut answer).await?;
        let expected: &[u8] = if *allowed { b"\"decision\":true" } else { b"\"decision\":false" };
        if !answer[body..].windows(expected.len()).any(|part| part == expected) {
            bail!("answered differently: {}", String::from_utf8_lossy(&answer[body..]));
        }
        answered += 1;
    }
    Ok(answered)
}

/// Reads one answer whole, head and as much body as it announces; says where the body begins.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<usize> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head])?.to_ascii_lowercase();
        if !text.starts_with("http/1.1 200") {
            bail!("the server answered {}", String::from_utf8_lossy(answer));
        }
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without length")?.trim().parse()?;
        if answer.len() >= head + 4 + length {
            return Ok(head + 4);
        }
    }
}

fn request(asked: &Asked) -> Vec<u8> {
    let body = serde_json::json!({
        "subject": { "type": "user", "id": asked.user },
        "action": { "name": asked.permission },
        "resource": { "type": asked.kind, "id": asked.node },
    })
    .to_string();
    format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {SECRET}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
