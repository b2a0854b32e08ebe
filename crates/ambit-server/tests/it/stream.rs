//! The tail of the log, read as a client reads it.

use crate::client::Answer;
use crate::world::{World, secret_of};
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A stream that is open.
struct Tail(BufReader<TcpStream>);

impl Tail {
    fn open(world: &World, secret: &str, query: &str, more: &str) -> Self {
        let mut stream = TcpStream::connect(world.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let path = format!("/v1/orgs/acme/changes/stream{query}");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: {secret}\r\n{more}\r\n"
        )
        .unwrap();
        let mut tail = Self(BufReader::new(stream));
        let head = tail.until("\r\n\r\n");
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
        tail
    }

    fn until(&mut self, end: &str) -> String {
        let mut read = String::new();
        while !read.ends_with(end) {
            assert!(self.0.read_line(&mut read).unwrap() > 0, "the stream ended: {read}");
        }
        read
    }

    /// The next event: its id, and what it tells.
    fn event(&mut self) -> (u64, Json) {
        let mut id = 0;
        loop {
            let line = self.until("\n");
            if let Some(text) = line.strip_prefix("id: ") {
                id = text.trim().parse().unwrap();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (id, serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Reads until the server ends it.
    fn ends(mut self) -> bool {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).is_ok() && rest.ends_with(b"0\r\n\r\n")
    }
}

fn rename(world: &World, name: &str) -> Answer {
    let ask = world.by("admin", "PATCH", "/v1/orgs/acme/users/dan");
    ask.json(&json!({ "name": name })).send().expect(200)
}

#[test]
fn what_is_written_is_heard_and_nothing_is_missed_by_who_comes_back() {
    let world = World::new();
    let secret = secret_of("acme", "admin");
    let mut tail = Tail::open(&world, &secret, "", "");
    rename(&world, "Dan");
    let (id, told) = tail.event();
    assert_eq!((id, &told["revision"], &told["summary"]), (2, &json!(2), &json!(["user dan"])));
    drop(tail);
    for name in ["Daniel", "Danny", "Dan"] {
        rename(&world, name);
    }
    let mut again = Tail::open(&world, &secret, "", "last-event-id: 2\r\n");
    let heard: Vec<u64> = (0..3).map(|_| again.event().0).collect();
    assert_eq!(heard, [3, 4, 5]);
    let mut whole = Tail::open(&world, &secret, "?after=0", "");
    let heard: Vec<u64> = (0..5).map(|_| whole.event().0).collect();
    assert_eq!(heard, [1, 2, 3, 4, 5]);
    rename(&world, "D");
    assert_eq!((again.event().0, whole.event().0), (6, 6));
}

#[test]
fn a_stream_says_that_it_is_there_and_ends_when_the_server_drains() {
    let mut world = World::with(|config| config.limits.heartbeat = Duration::from_millis(60));
    let mut tail = Tail::open(&world, &secret_of("acme", "admin"), "", "");
    while !tail.until("\n").contains("still here") {}
    world.stop();
    assert!(tail.ends());
}

#[test]
fn a_stream_ends_with_the_key() {
    let world = World::new();
    let made =
        world.by("admin", "POST", "/v1/orgs/acme/api-keys").json(&json!({ "id": "ear", "kind": "secret" }));
    let made = made.send().expect(201).json();
    let secret = made["secrets"][0]["secret"].as_str().unwrap().to_owned();
    let held = json!({ "subject": "api_key:ear", "role": "shop/approver", "scope": "instance:eu" });
    world.by("admin", "POST", "/v1/orgs/acme/assignments").json(&held).send().expect(200);
    let mut tail = Tail::open(&world, &secret, "?after=0", "");
    // It sees what is about itself, and nothing of others.
    let (_, told) = tail.event();
    assert!(told["summary"].to_string().contains("ear") && !told.to_string().contains("alice"), "{told}");
    rename(&world, "Dan");
    world.by("admin", "POST", "/v1/orgs/acme/api-keys/ear/revoke").send().expect(200);
    assert!(tail.ends());
}

#[test]
fn streams_are_bounded_and_strange_places_are_refused() {
    let world = World::with(|config| config.limits.streams = 1);
    let ask = |query: &str| world.by("admin", "GET", &format!("/v1/orgs/acme/changes/stream{query}"));
    assert_eq!(ask("?after=99").send().status, 404);
    assert_eq!(ask("?after=x").send().expect(400).code(), "invalid_query");
    assert_eq!(ask("").header("last-event-id", "x").send().expect(400).code(), "invalid_last_event_id");
    let _open = Tail::open(&world, &secret_of("acme", "admin"), "", "");
    assert_eq!(ask("").send().expect(503).code(), "unavailable");
}

#[test]
fn the_page_of_the_document_runs_nothing_but_its_own() {
    let world = World::new();
    let page = world.ask("GET", "/docs").send().expect(200);
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let text = page.text();
    assert!(
        !text.contains("http://")
            && !text.contains("https://")
            && !text.contains("<style")
            && !text.contains(" on")
    );
    for path in ["/docs/docs.js", "/docs/docs.css", "/openapi.json"] {
        assert!(text.contains(path) || path == "/openapi.json");
        world.ask("GET", path).send().expect(200);
    }
    let served = world.ask("GET", "/openapi.json").send().expect(200).json();
    assert_eq!(served, ambit_server::openapi::document());
}
