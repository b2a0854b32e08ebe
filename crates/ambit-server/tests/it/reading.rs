//! Views of the past, and views that have taken in a write.

use crate::world::{World, instant};
use serde_json::json;

#[test]
fn the_past_is_asked_by_revision_and_by_instant() {
    let world = World::new();
    world.clock.set(instant("2026-05-06T00:00:00Z"));
    let taken = "remove: { assignments: [ { subject: 'user:alice', role: records/keeper, scope: 'product:records' } ] }";
    world.apply("", taken).expect(200);
    let ask = |as_of: serde_json::Value| {
        let body = json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                           "resource": { "type": "record", "id": "record-1" }, "options": { "as_of": as_of } });
        world.authzen("evaluation", &body)
    };
    for then in [json!(1), json!("1"), json!("2026-05-05T18:00:00Z")] {
        let answer = ask(then.clone()).expect(200).json();
        assert_eq!(
            (&answer["decision"], &answer["context"]["revision"]),
            (&json!(true), &json!(1)),
            "{then}"
        );
    }
    for now in [json!(null), json!(2), json!("2026-05-06T00:00:00Z")] {
        assert_eq!(ask(now).expect(200).json()["decision"], json!(false));
    }
    assert_eq!(ask(json!("2020-01-01T00:00:00Z")).expect(200).json()["decision"], json!(false));
    assert_eq!(ask(json!(99)).expect(404).code(), "revision_not_reached");
    assert_eq!(ask(json!("yesterday")).expect(400).code(), "invalid_as_of");
    let by_header = world
        .by("backend", "POST", "/access/v1/evaluations")
        .header("ambit-as-of", "1")
        .json(&json!({
        "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
        "evaluations": [{ "resource": { "type": "record", "id": "record-1" } }] }))
        .send();
    assert_eq!(by_header.expect(200).json()["evaluations"][0]["decision"], json!(true));
    assert_eq!(world.read("/users/alice?as_of=1").json()["assignments"].as_array().unwrap().len(), 1);
    assert_eq!(world.read("/users/alice").json()["assignments"], json!([]));
    assert!(world.read("/users?as_of=1").header("etag").unwrap().starts_with("\"1."));
    assert_eq!(world.read("/users?as_of=77").status, 404);
}

#[test]
fn a_question_about_the_past_is_asked_at_its_time() {
    let world = World::new();
    let ask = |options| {
        let body = json!({ "subject": { "type": "user", "id": "dan" }, "action": { "name": "orders.approve" },
            "resource": { "type": "order", "id": "7", "properties": { "parent": "instance:eu" } }, "options": options,
            "context": { "time": "2026-05-05T12:00:00Z" } });
        world.authzen("evaluation", &body).expect(200).json()["decision"].clone()
    };
    assert_eq!(ask(json!({})), json!(true));
    world.clock.set(instant("2026-05-21T00:00:00Z"));
    assert_eq!(ask(json!({})), json!(false), "`context.time` is only context");
    assert_eq!(ask(json!({ "as_of": "2026-05-10T00:00:00Z" })), json!(true));
    assert_eq!(ask(json!({ "as_of": 1 })), json!(true));
}

#[test]
fn a_reader_waits_for_its_own_write_and_not_for_ever() {
    let world = World::with(|config| config.limits.revision_wait = std::time::Duration::from_millis(50));
    let written = world.apply("", "users: [ { id: erin } ]").expect(200).json();
    let ask = |revision| {
        let body = json!({ "subject": { "type": "user", "id": "erin" }, "action": { "name": "read" },
            "resource": { "type": "record", "id": "record-1" }, "options": { "at_least": revision } });
        world.authzen("evaluation", &body)
    };
    let answer = ask(written["revision"].clone()).expect(200).json();
    assert_eq!(answer["context"]["reason"], json!("no_role"));
    assert_eq!(ask(json!(1_000)).expect(404).code(), "revision_not_reached");
    assert!(world.read("/users?at_least=2").expect(200).header("etag").unwrap().starts_with("\"2."));
}
