//! What no caller should send. The server answers a problem, stays up, and does not work hard for it.

use crate::client::raw;
use crate::world::{World, secret_of};
use serde_json::{Value as Json, json};

fn question(more: Json) -> Json {
    let mut question = json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                               "resource": { "type": "record", "id": "record-1" } });
    question.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    question
}

fn nested(depth: usize) -> Json {
    (0..depth)
        .fold(json!(1), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "x": inner }) })
}

#[test]
fn depth_is_bounded() {
    let world = World::new();
    let deep = |depth| question(json!({ "context": { "x": nested(depth) } }));
    world.authzen("evaluation", &deep(16)).expect(200);
    assert_eq!(world.authzen("evaluation", &deep(17)).expect(400).code(), "too_deep");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let body = format!("{{\"context\":{}1{}}}", open.repeat(100_000), close.repeat(100_000));
        let answer =
            world.by("backend", "POST", "/access/v1/evaluation").body("application/json", body).send();
        assert_eq!(answer.status, 400);
    }
    let body = json!({ "evaluations": [deep(17), question(json!({}))] });
    let answer = world.authzen("evaluations", &body).expect(200).json();
    assert_eq!(answer["evaluations"][0]["context"]["error"]["code"], json!("too_deep"));
    assert_eq!(answer["evaluations"][1], json!({ "decision": true }));
}

#[test]
fn size_is_bounded() {
    let world = World::new();
    let large = question(json!({ "context": { "x": "y".repeat(1 << 20) } }));
    for api in ["evaluation", "evaluations", "search/action"] {
        assert_eq!(world.authzen(api, &large).expect(413).code(), "too_large");
    }
    let many = |count| {
        json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                               "evaluations": vec![json!({ "resource": { "type": "record", "id": "record-1" } }); count] })
    };
    let whole = world.authzen("evaluations", &many(1_000)).expect(200).json();
    assert_eq!(whole["evaluations"].as_array().unwrap().len(), 1_000);
    assert_eq!(world.authzen("evaluations", &many(1_001)).expect(400).code(), "too_many_items");
    let numbers: Vec<u32> = (0..100_000).collect();
    world.authzen("evaluation", &question(json!({ "context": { "x": numbers } }))).expect(200);
}

#[test]
fn what_is_announced_must_come_and_no_more() {
    let world = World::with(|config| config.limits.body_time = std::time::Duration::from_millis(100));
    let head = |length: &str| {
        let secret = secret_of("acme", "backend");
        format!(
            "POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: {secret}\r\n\
             content-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    assert_eq!(raw(world.address, head("content-length: 10").as_bytes()).status, 408);
    assert_eq!(raw(world.address, head("content-length: 99999999999").as_bytes()).status, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 70_000, " ".repeat(70_000));
    let chunked = format!("{}{}0\r\n\r\n", head("transfer-encoding: chunked"), chunk.repeat(20));
    assert_eq!(raw(world.address, chunked.as_bytes()).status, 413);
    assert_eq!(raw(world.address, b"NONSENSE\r\n\r\n").status, 400);
}

#[test]
fn request_ids_are_bounded() {
    let world = World::new();
    let with_id = |id: &str| world.by("backend", "GET", "/metrics").header("x-request-id", id).send();
    let longest = "a".repeat(1_024);
    assert_eq!(with_id(&longest).expect(200).header("x-request-id"), Some(longest.as_str()));
    let refused = with_id(&"a".repeat(1_025)).expect(431);
    assert_eq!(refused.code(), "header_too_large");
}

#[test]
fn strange_json_is_refused_or_answered_and_never_a_fault() {
    let world = World::new();
    let bodies = [
        r#"{"subject":{"type":"user","id":"alice"},"subject":{"type":"user","id":"bob"}}"#,
        r#"{"subject":{"type":"\ud800","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}"#,
        r#"{"options":{"explain":"yes"}}"#,
        r#"{"options":{"as_of":-1}}"#,
        r#"{"options":{"at_least":1.5}}"#,
        "\u{feff}{}",
        "{}{}",
        "{\"a\":1e999}",
        "[[[[",
        "\"",
    ];
    for body in bodies {
        for api in ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"] {
            let answer = world
                .by("backend", "POST", &format!("/access/v1/{api}"))
                .body("application/json", body)
                .send();
            assert_eq!(answer.status, 400, "{api}: {body}");
        }
    }
    let invalid: &[u8] = b"{\"subject\":{\"type\":\"\xff\xfe\"}}";
    let answer =
        world.by("backend", "POST", "/access/v1/evaluation").body("application/json", invalid).send();
    assert_eq!(answer.status, 400);
    let odd = question(
        json!({ "subject": { "type": "", "id": "" }, "resource": { "type": "record", "id": "a\u{0}b" } }),
    );
    assert_eq!(world.authzen("evaluation", &odd).expect(200).json()["decision"], json!(false));
    let escaped = r#"{"subject":{"type":"us\u0065r","id":"al\u0069ce"},"action":{"name":"r\u0065ad"},"resource":{"type":"record","id":"record\u002d1"}}"#;
    let answer =
        world.by("backend", "POST", "/access/v1/evaluation").body("application/json", escaped).send();
    assert_eq!(answer.expect(200).json()["decision"], json!(true));
}

#[test]
fn a_handler_that_panics_is_one_answer_and_not_an_outage() {
    use ambit_server::middleware::around;
    use axum::{Router, routing::get};
    async fn boom() -> &'static str {
        panic!("on purpose")
    }
    let world = World::new();
    let app = std::sync::Arc::clone(&world.app);
    let router = around(Router::new().route("/boom", get(boom)), &app).with_state(app);
    let runtime = ambit_server::runtime().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router).await });
    for _ in 0..2 {
        let answer =
            crate::client::Ask::new(address, "GET", "/boom").header("x-request-id", "7").send().expect(500);
        assert_eq!((answer.code().as_str(), answer.header("x-request-id")), ("internal", Some("7")));
        assert!(!answer.text().contains("on purpose"));
    }
    let metrics = world.by("backend", "GET", "/metrics").send().text();
    assert!(metrics.contains("ambit_panics_total 2"), "{metrics}");
    runtime.shutdown_background();
}
