//! Every operation of the OpenAPI document, walked by those who should not pass, and every write by one who may.

use crate::client::{Answer, Ask};
use crate::world::World;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// One operation of the document.
struct Operation {
    id: String,
    method: String,
    path: String,
    shown: Json,
}

impl Operation {
    fn is(&self, name: &str) -> bool {
        self.shown[name] == json!(true)
    }

    fn access(&self) -> &str {
        self.shown["x-access"].as_str().unwrap()
    }
}

fn operations() -> Vec<Operation> {
    let document = ambit_server::openapi::document();
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(|(method, shown)| Operation {
            id: shown["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.clone(),
            shown: shown.clone(),
        })
    });
    all.collect()
}

/// What a write is tried with, in an organization that knows what it names: path, query and body; what has to be
/// written before; and the status that an administrator hears.
struct Trial {
    path: String,
    body: Json,
    before: Vec<(&'static str, &'static str, Json)>,
    status: u16,
}

fn trial(path: &str, body: Json) -> Trial {
    Trial { path: format!("/v1/orgs/acme{path}"), body, before: Vec::new(), status: 200 }
}

impl Trial {
    fn after(mut self, method: &'static str, path: &'static str, body: Json) -> Self {
        self.before.push((method, path, body));
        self
    }

    fn created(self) -> Self {
        Self { status: 201, ..self }
    }

    /// The fixtures' catalogs do not permit it.
    fn against_a_rule(self) -> Self {
        Self { status: 422, ..self }
    }

    /// What should be removed is set by the operator, who has not.
    fn of_nothing(self) -> Self {
        Self { status: 404, ..self }
    }

    /// By today's rules only the operator does this.
    fn for_operators(self) -> Self {
        Self { status: 403, ..self }
    }
}

fn custom_role() -> Json {
    json!({ "title": "Helper", "grants": [{ "permission": "orders.approve" }] })
}

fn held() -> Json {
    json!({ "subject": "user:alice", "role": "shop/approver", "scope": "instance:eu" })
}

/// A valid request for each write of the document.
fn writes(id: &str) -> Option<Trial> {
    let none = json!(null);
    let user = json!({ "name": "Erin", "email": "erin@acme.example" });
    let key = json!({ "id": "extra", "kind": "secret" });
    let budget =
        json!({ "subject": "user:dan", "scope": "instance:eu", "amount": "10.00", "currency": "EUR" });
    let relation =
        json!({ "resource": "records/record:record-2", "relation": "owner", "subject": "user:bob" });
    let filing = json!({
        "subject": { "type": "user", "id": "carol" }, "action": { "name": "orders.place" },
        "resource": { "type": "order", "id": "7", "properties": { "parent": "instance:eu" } },
        "context": { "amount": "900.00", "currency": "EUR" },
    });
    let trial = match id {
        "put_resource" => trial("/resources/instance:us", json!({ "parent": "product:shop" })),
        "patch_resource" => trial("/resources/instance:eu", json!({ "properties": { "a": 1 } })),
        "delete_resource" => trial("/resources/records/record:record-2", none),
        "create_user" => trial("/users", json!({ "id": "erin", "name": "Erin" })).created(),
        "put_user" => trial("/users/erin", user),
        "patch_user" => trial("/users/dan", json!({ "name": "Dan" })),
        "delete_user" => trial("/users/dan", none),
        "suspend_user" => trial("/users/dan/suspend", none),
        "activate_user" => {
            trial("/users/dan/activate", none).after("POST", "/users/dan/suspend", json!(null))
        }
        "deactivate_user" => trial("/users/dan/deactivate", none),
        "put_group" => trial("/groups/crew", json!({ "title": "Crew" })),
        "patch_group" => trial("/groups/staff", json!({ "title": "All" })),
        "delete_group" => trial("/groups/staff", none),
        "put_member" => trial("/groups/staff/members/user:dan", none),
        "delete_member" => trial("/groups/staff/members/user:bob", none),
        "create_api_key" => trial("/api-keys", key).created(),
        "patch_api_key" => trial("/api-keys/backend", json!({ "title": "Back end" })),
        "delete_api_key" => trial("/api-keys/backend", none),
        "rotate_api_key" => trial("/api-keys/backend/rotate", json!({ "overlap_hours": 1 })),
        "revoke_api_key" => trial("/api-keys/backend/revoke", none),
        "take_over_api_key" => trial("/api-keys/backend/take-over", none),
        "create_role" => {
            let mut role = custom_role();
            role["id"] = json!("shop/helper");
            trial("/roles", role).created()
        }
        "put_role" => trial("/roles/shop/helper", custom_role()),
        "patch_role" => trial("/roles/shop/helper", json!({ "title": "Other" })).after(
            "PUT",
            "/roles/shop/helper",
            custom_role(),
        ),
        "delete_role" => trial("/roles/shop/helper", none).after("PUT", "/roles/shop/helper", custom_role()),
        "duplicate_role" => trial("/roles/shop/approver/duplicate", json!({ "id": "second" })).created(),
        "put_overlay" => {
            trial("/roles/records/keeper/overlay", json!({ "remove": ["read"] })).against_a_rule()
        }
        "delete_overlay" => trial("/roles/records/keeper/overlay", none).of_nothing(),
        "assign" => trial("/assignments", held()),
        "patch_assignment" => {
            let mut patch = held();
            patch["expires"] = json!("2027-01-01T00:00:00Z");
            trial("/assignments", patch).after("POST", "/assignments", held())
        }
        "unassign" => trial("/assignments?subject=user:alice&role=shop/approver&scope=instance:eu", none)
            .after("POST", "/assignments", held()),
        "put_relation" => trial("/relations", relation),
        "delete_relation" => {
            trial("/relations?resource=records/record:record-1&relation=owner&subject=user:alice", none)
        }
        "put_budget" => trial("/budgets", budget),
        "delete_budget" => trial("/budgets?subject=user:carol&scope=instance:eu&currency=EUR", none),
        "put_seat_limit" => trial("/seat-limits/shop/team", json!({ "limit": 3 })).against_a_rule(),
        "delete_seat_limit" => trial("/seat-limits/shop/team", none).of_nothing(),
        "enable_product" => trial("/products/todo/enable", none).for_operators(),
        "upgrade_product" => trial("/products/shop/upgrade", none),
        "disable_product" => trial("/products/admin-center/disable", none).for_operators(),
        "batch" => trial(
            "/batch",
            json!({ "changes": [
                { "command": "create_user", "id": "erin", "body": { "name": "Erin" } },
                { "command": "patch_user", "id": "erin", "body": { "email": "erin@acme.example" } },
                { "command": "put_member", "id": "staff", "member": "user:erin" },
            ] }),
        ),
        "undo_change" => trial("/changes/2/undo", json!({})).after("PUT", "/users/erin", user),
        "apply_file" => trial("/apply", json!({ "users": [{ "id": "erin" }] })),
        "request_approval" => trial("/approvals", filing).created(),
        _ => return None,
    };
    Some(trial)
}

/// What does not go the way of all writes, and is tried by tests of its own.
const TRIED_ELSEWHERE: [&str; 6] = [
    "request_approval",
    "upgrade_product",
    "approve_approval",
    "deny_approval",
    "use_approval",
    "cancel_approval",
];

fn filled(path: &str) -> String {
    let fill = [
        ("{org}", "acme"),
        ("{resource}", "instance:archive"),
        ("{product}", "records"),
        ("{role}", "keeper"),
        ("{member}", "user:dan"),
        ("{pool}", "team"),
        ("{revision}", "1"),
        ("{id}", "alice"),
    ];
    let path = fill.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    // Names of other operations, whatever they are.
    let mut whole = String::new();
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        whole.push('x');
        rest = after.split_once('}').unwrap().1;
    }
    whole + rest
}

fn send(ask: Ask, body: &Json) -> Answer {
    if body.is_null() { ask.send() } else { ask.json(body).send() }
}

#[test]
fn without_credentials_nothing_is_answered() {
    let world = World::with(|config| config.limits.failures_per_minute = 10_000);
    let (mut walked, mut writing) = (0, 0);
    for operation in operations().iter().filter(|one| !["open", "visitor"].contains(&one.access())) {
        let (path, body) = match writes(&operation.id) {
            Some(trial) => (trial.path, trial.body),
            None => (filled(&operation.path), json!({})),
        };
        writing += usize::from(operation.is("x-writes"));
        for ask in [
            world.ask(&operation.method, &path),
            world.ask(&operation.method, &path).header("authorization", "Bearer ambit_sk_wrong"),
            world.ask(&operation.method, &path).header("cookie", "ambit=wrong"),
        ] {
            let answer = send(ask, &body);
            assert_eq!(answer.status, 401, "{}: {}", operation.id, answer.text());
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        }
        walked += 1;
    }
    assert!(walked > 70 && writing > 40, "{walked} operations, {writing} of them write");
}

#[test]
fn a_powerless_key_passes_no_door_of_the_admin_api() {
    let world = World::new();
    let before = world.revision();
    let mut refused = 0;
    for operation in operations() {
        if !["reader", "writer"].contains(&operation.access()) {
            continue;
        }
        let (path, body) = match writes(&operation.id) {
            Some(trial) => (trial.path, trial.body),
            None => (filled(&operation.path), json!({})),
        };
        let answer = send(world.by("backend", &operation.method, &path), &body);
        assert!([403, 404].contains(&answer.status), "{}: {} {}", operation.id, answer.status, answer.text());
        refused += 1;
    }
    assert!(refused > 40, "{refused}");
    assert_eq!(world.revision(), before);
}

#[test]
fn malformed_bodies_are_refused_and_never_a_fault() {
    let world = World::new();
    let malformed =
        ["", "{", "[]", "null", "7", "\"x\"", "{\"x\":{\"x\":[1e999]}}", "{\"a\":1,\"a\":2}", "\u{0}"];
    let mut tried = 0;
    for operation in operations() {
        if operation.shown.get("requestBody").is_none() || operation.access() == "open" {
            continue;
        }
        let path = writes(&operation.id).map_or_else(|| filled(&operation.path), |trial| trial.path);
        for body in malformed {
            let ask = world.by("admin", &operation.method, &path).body("application/json", body);
            let answer = ask.header("idempotency-key", &format!("{}{tried}", operation.id)).send();
            // Some bodies are empty on purpose: then it is an ordinary answer.
            assert!(answer.status < 500, "{} {body:?}: {} {}", operation.id, answer.status, answer.text());
            if !["", "null"].contains(&body) {
                assert!(answer.status >= 400, "{} {body:?}: {}", operation.id, answer.text());
            }
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn each_write_leaves_one_entry_and_a_dry_run_none_and_both_answer_the_same() {
    let mut tried = BTreeSet::new();
    for operation in operations().iter().filter(|operation| operation.is("x-writes")) {
        if TRIED_ELSEWHERE.contains(&operation.id.as_str()) {
            continue;
        }
        let trial = writes(&operation.id).unwrap_or_else(|| panic!("no trial of {}", operation.id));
        let world = World::new();
        for (method, path, body) in &trial.before {
            let answer = send(world.by("admin", method, &format!("/v1/orgs/acme{path}")), body);
            assert!(answer.status < 300, "{}: {}", operation.id, answer.text());
        }
        let mut path = trial.path.clone();
        if operation.id == "delete_role" {
            let asked = world.by("admin", "POST", &format!("{path}/deletion")).send().expect(200).json();
            path = format!("{path}?confirm={}", asked["token"].as_str().unwrap());
        }
        let before = world.revision();
        let joined = if path.contains('?') { "&" } else { "?" };
        let rehearsed =
            send(world.by("admin", &operation.method, &format!("{path}{joined}dry_run=true")), &trial.body);
        assert_eq!(world.revision(), before, "{}", operation.id);
        let written = send(world.by("admin", &operation.method, &path), &trial.body);
        assert_eq!(written.status, trial.status, "{}: {}", operation.id, written.text());
        if trial.status < 300 {
            assert_eq!(rehearsed.status, 200, "{}: {}", operation.id, rehearsed.text());
            assert_eq!(world.revision(), before + 1, "{}", operation.id);
            let (one, other) = (rehearsed.json(), written.json());
            assert_eq!(
                (&one["applied"], &other["applied"]),
                (&json!(false), &json!(true)),
                "{}",
                operation.id
            );
            assert_eq!(one["plan"], other["plan"], "{}", operation.id);
            assert_eq!(one["warnings"], other["warnings"], "{}", operation.id);
            assert!(!one["plan"].as_array().unwrap().is_empty(), "{}", operation.id);
        } else {
            assert_eq!(world.revision(), before, "{}", operation.id);
            assert_eq!(rehearsed.json(), written.json(), "{}", operation.id);
        }
        tried.insert(operation.id.clone());
    }
    assert!(tried.len() > 40, "{tried:?}");
}
