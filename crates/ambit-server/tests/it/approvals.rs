//! The life of an approval over HTTP: asked for, decided by the right person, used once.

use crate::client::Answer;
use crate::world::{World, instant};
use serde_json::{Value as Json, json};

fn order(who: &str, amount: &str) -> Json {
    json!({ "subject": { "type": "user", "id": who }, "action": { "name": "orders.place" },
            "resource": { "type": "order", "id": "4711", "properties": { "parent": "instance:eu" } },
            "context": { "amount": amount, "currency": "EUR" } })
}

fn file(world: &World, body: &Json) -> Answer {
    world.write("backend", "/approvals", body)
}

fn filed(world: &World) -> String {
    file(world, &order("carol", "900")).expect(201).json()["id"].as_str().unwrap().to_owned()
}

fn act(world: &World, key: &str, id: &str, verb: &str, body: &Json) -> Answer {
    world.write(key, &format!("/approvals/{id}/{verb}"), body)
}

fn by(who: &str) -> Json {
    json!({ "by": format!("user:{who}"), "parent": "instance:eu" })
}

fn with_approval(id: &str, amount: &str) -> Json {
    let mut body = order("carol", amount);
    body["context"]["approval"] = json!({ "id": id });
    body
}

#[test]
fn asked_for_approved_and_used_once() {
    let world = World::new();
    let needs = world.authzen("evaluation", &order("carol", "900")).expect(200).json();
    assert_eq!((&needs["decision"], &needs["context"]["outcome"]), (&json!(false), &json!("needs_approval")));
    assert_eq!(needs["context"]["access_request"]["approvers"], json!(["user:bob"]));

    let id = filed(&world);
    let waiting =
        world.by("backend", "GET", &format!("/v1/orgs/acme/approvals/{id}")).send().expect(200).json();
    assert_eq!(
        (&waiting["state"], &waiting["amount"], &waiting["expired"]),
        (&json!("pending"), &json!("900"), &json!(false))
    );
    assert_eq!(world.authzen("evaluation", &with_approval(&id, "900")).json()["decision"], json!(false));

    let approved = act(&world, "admin", &id, "approve", &by("bob")).expect(200).json();
    assert_eq!((&approved["state"], &approved["decided_by"]), (&json!("approved"), &json!("user:bob")));
    let entry = world.read("/changes?from=3").json()["items"][0]["actor_name"].clone();
    assert_eq!(entry, json!("api_key:admin as user:bob"));
    let answer = world.authzen("evaluation", &with_approval(&id, "900.00")).json();
    assert_eq!((&answer["decision"], &answer["context"]["reason"]), (&json!(true), &json!("approved")));
    assert_eq!(world.authzen("evaluation", &with_approval(&id, "900.01")).json()["decision"], json!(false));

    assert_eq!(act(&world, "backend", &id, "use", &order("carol", "901")).expect(409).code(), "out_of_scope");
    let used = act(&world, "backend", &id, "use", &order("carol", "900")).expect(200).json();
    assert_eq!(
        (&used["decision"], &used["used"], &used["approval"]["state"]),
        (&json!(true), &json!(true), &json!("used"))
    );
    assert_eq!(
        act(&world, "backend", &id, "use", &order("carol", "900")).expect(409).code(),
        "invalid_task_state"
    );
    assert_eq!(world.authzen("evaluation", &with_approval(&id, "900")).json()["decision"], json!(false));
    let list = world.read("/approvals?state=used&subject=user:carol").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn only_the_right_person_decides() {
    let world = World::new();
    let id = filed(&world);
    for (key, who, status, code) in [
        ("admin", "carol", 403, "own_request"),
        ("admin", "dan", 403, "not_an_approver"),
        ("admin", "alice", 403, "not_an_approver"),
        ("admin", "nobody", 403, "forbidden"),
        ("backend", "bob", 403, "forbidden"),
    ] {
        let refused = act(&world, key, &id, "approve", &by(who)).expect(status);
        assert_eq!(refused.code(), code, "{key} for {who}");
    }
    act(&world, "admin", &id, "approve", &json!({})).expect(400);
    act(&world, "admin", &id, "approve", &json!({ "by": "api_key:admin" })).expect(403);
    act(&world, "admin", &id, "approve", &json!({ "by": "bob" })).expect(400);
    act(&world, "admin", &id, "approve", &json!({ "by": "user:bob", "else": 1 })).expect(400);
    assert_eq!(act(&world, "admin", "no-such", "approve", &by("bob")).expect(404).code(), "unknown_task");
    assert_eq!(act(&world, "admin", &id, "deny", &by("bob")).expect(200).json()["state"], json!("denied"));
    assert_eq!(act(&world, "admin", &id, "approve", &by("bob")).expect(409).code(), "invalid_task_state");
}

#[test]
fn only_what_needs_approval_can_be_asked_for() {
    let world = World::new();
    assert_eq!(file(&world, &order("carol", "100")).expect(409).code(), "not_needed");
    assert_eq!(file(&world, &order("alice", "900")).expect(400).code(), "not_requestable");
    assert_eq!(file(&world, &order("carol", "lots")).expect(400).code(), "invalid_amount");
    assert_eq!(file(&world, &json!({})).expect(400).code(), "missing_member");
    let mut late = order("carol", "900");
    late["until"] = json!("2030-01-01T00:00:00Z");
    assert_eq!(file(&world, &late).expect(400).code(), "invalid_until");
    assert_eq!(world.revision(), 1);
}

#[test]
fn an_approval_expires_and_can_be_withdrawn() {
    let world = World::new();
    let mut short = order("carol", "900");
    short["until"] = json!("2026-05-05T13:00:00Z");
    let id = file(&world, &short).expect(201).json()["id"].as_str().unwrap().to_owned();
    act(&world, "admin", &id, "approve", &by("bob")).expect(200);
    let withdrawn = filed(&world);
    assert_eq!(
        act(&world, "backend", &withdrawn, "cancel", &json!({})).expect(200).json()["state"],
        json!("cancelled")
    );
    act(&world, "backend", &withdrawn, "cancel", &json!({})).expect(409);
    world.clock.set(instant("2026-05-05T13:00:00Z"));
    assert_eq!(
        act(&world, "backend", &id, "use", &order("carol", "900")).expect(410).code(),
        "approval_expired"
    );
    assert_eq!(world.authzen("evaluation", &with_approval(&id, "900")).json()["decision"], json!(false));
}

#[test]
fn filing_twice_with_one_key_is_one_request() {
    let world = World::new();
    let send = |amount: &str| {
        let ask =
            world.by("backend", "POST", "/v1/orgs/acme/approvals").header("idempotency-key", "order-4711");
        ask.json(&order("carol", amount)).send()
    };
    let first = send("900").expect(201).json();
    assert_eq!(send("900").expect(201).json()["id"], first["id"]);
    assert_eq!(send("901").expect(409).code(), "duplicate_request");
    assert_eq!(world.read("/approvals").json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn of_many_uses_at_once_one_succeeds() {
    let world = World::new();
    let id = filed(&world);
    act(&world, "admin", &id, "approve", &by("bob")).expect(200);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let uses: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| act(&world, "backend", &id, "use", &order("carol", "900")).status))
            .collect();
        uses.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)));
}

#[test]
fn every_step_can_be_rehearsed() {
    let world = World::new();
    let before = world.revision();
    let rehearsed =
        world.write("backend", "/approvals?dry_run=true", &order("carol", "900")).expect(200).json();
    assert_eq!((&rehearsed["state"], world.revision()), (&json!("pending"), before));
    let id = filed(&world);
    for (verb, state) in [("approve", "approved"), ("deny", "denied")] {
        let shown =
            world.write("admin", &format!("/approvals/{id}/{verb}?dry_run=true"), &by("bob")).expect(200);
        assert_eq!(shown.json()["state"], json!(state));
    }
    act(&world, "admin", &id, "approve", &by("bob")).expect(200);
    let revision = world.revision();
    let used = world.write("backend", &format!("/approvals/{id}/use?dry_run=true"), &order("carol", "900"));
    assert_eq!(used.expect(200).json()["used"], json!(true));
    world.write("backend", &format!("/approvals/{id}/cancel?dry_run=true"), &json!({})).expect(200);
    assert_eq!(world.revision(), revision);
    act(&world, "backend", &id, "use", &order("carol", "900")).expect(200);
}
