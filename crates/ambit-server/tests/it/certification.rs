//! The public certification scenario for Authorization API 1.0, row by row, at the root and at the organization's path.

use crate::world::World;
use serde_json::{Value as Json, json};

fn user(id: &str) -> Json {
    json!({ "type": "user", "id": id })
}

fn record(id: &str) -> Json {
    json!({ "type": "record", "id": id })
}

fn question(subject: &str, action: &str, resource: &str) -> Json {
    json!({ "subject": user(subject), "action": { "name": action }, "resource": record(resource) })
}

fn bob_admin() -> Json {
    json!({ "type": "user", "id": "bob", "properties": { "role": "admin" } })
}

fn archived() -> Json {
    json!({ "type": "record", "id": "record-2", "properties": { "status": "archived" } })
}

fn active() -> Json {
    json!({ "type": "record", "id": "record-1", "properties": { "status": "active" } })
}

fn delete(soft: bool) -> Json {
    json!({ "name": "delete", "properties": { "soft": soft } })
}

fn with(mut question: Json, more: Json) -> Json {
    let members = question.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    question
}

fn without(mut question: Json, member: &str) -> Json {
    question.as_object_mut().unwrap().remove(member);
    question
}

/// Asks at both places; they must agree.
fn ask(world: &World, api: &str, body: &Json) -> Json {
    let root = world.authzen(api, body).expect(200);
    let at_org =
        world.by("backend", "POST", &format!("/orgs/acme/access/v1/{api}")).json(body).send().expect(200);
    assert_eq!(root.header("content-type"), Some("application/json"));
    assert_eq!(root.json(), at_org.json());
    root.json()
}

fn evaluations() -> Vec<(&'static str, Json, bool)> {
    let context = json!({ "context": { "time": "2026-08-21T09:30:00Z", "ip": "10.0.0.1" } });
    let write = json!({ "name": "write" });
    vec![
        ("1", question("alice", "read", "record-1"), true),
        ("2", question("alice", "write", "record-1"), true),
        ("3", question("bob", "read", "record-1"), true),
        ("4", question("bob", "write", "record-1"), false),
        ("5", json!({ "subject": user("alice"), "action": write, "resource": archived() }), false),
        ("6", json!({ "subject": bob_admin(), "action": write, "resource": archived() }), true),
        (
            "7",
            json!({ "subject": user("alice"), "action": delete(true), "resource": record("record-1") }),
            true,
        ),
        (
            "8",
            json!({ "subject": user("alice"), "action": delete(false), "resource": record("record-1") }),
            false,
        ),
        ("2.2.3", with(question("alice", "read", "record-1"), context), true),
        (
            "2.2.8",
            json!({
                "subject": { "type": "user", "id": "alice", "properties": { "department": "Sales", "role": "manager" } },
                "action": { "name": "read", "properties": { "method": "GET" } },
                "resource": { "type": "record", "id": "record-1", "properties": { "status": "active", "owner": "bob" } },
            }),
            true,
        ),
        (
            "2.2.9",
            with(question("alice", "read", "record-1"), json!({ "foo": 1, "futureField": [{}] })),
            true,
        ),
        ("unknown subject", question("nobody", "read", "record-1"), false),
        (
            "unknown type",
            with(question("alice", "read", "x"), json!({ "resource": { "type": "nope", "id": "x" } })),
            false,
        ),
        ("unknown action", question("alice", "frobnicate", "record-1"), false),
    ]
}

#[test]
fn every_evaluation_of_the_scenario() {
    let world = World::new();
    for (row, body, expected) in evaluations() {
        for _ in 0..3 {
            let answer = ask(&world, "evaluation", &body);
            assert_eq!(answer["decision"], json!(expected), "row {row}");
            assert!(answer["context"].is_object(), "row {row}");
        }
    }
}

#[test]
fn what_is_incomplete_or_of_the_wrong_type_is_400() {
    let world = World::new();
    let full = question("alice", "read", "record-1");
    let wrong = [
        without(full.clone(), "subject"),
        without(full.clone(), "action"),
        without(full.clone(), "resource"),
        with(full.clone(), json!({ "subject": { "id": "alice" } })),
        with(full.clone(), json!({ "subject": { "type": "user" } })),
        with(full.clone(), json!({ "action": {} })),
        with(full.clone(), json!({ "resource": { "id": "record-1" } })),
        with(full.clone(), json!({ "resource": { "type": "record" } })),
        with(full.clone(), json!({ "subject": "alice" })),
        with(full.clone(), json!({ "subject": ["user", "alice"] })),
        with(full.clone(), json!({ "action": { "name": 123 } })),
        with(full.clone(), json!({ "resource": { "type": "record", "id": 1 } })),
        with(full.clone(), json!({ "subject": { "type": "user", "id": "alice", "properties": [] } })),
        with(full.clone(), json!({ "context": "now" })),
        json!([]),
        json!("alice"),
        Json::Null,
    ];
    for body in wrong {
        let answer = world.authzen("evaluation", &body);
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
}

#[test]
fn transport_errors_are_400_and_carry_the_request_id() {
    let world = World::new();
    let body = question("alice", "read", "record-1").to_string();
    let id = "Req/\"42\"; ~ü";
    for (media_type, body) in [
        ("text/plain", body.as_str()),
        ("application/x-www-form-urlencoded", body.as_str()),
        ("", body.as_str()),
        ("application/json", "{\"subject\":"),
        ("application/json", ""),
        ("application/json", "nonsense"),
    ] {
        for api in ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"] {
            let ask = world.by("backend", "POST", &format!("/access/v1/{api}")).header("x-request-id", id);
            let answer = ask.body(media_type, body).send();
            assert_eq!(answer.status, 400, "{api} {media_type} {body}");
            assert_eq!(answer.header("x-request-id"), Some(id));
        }
    }
    for media_type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        let answer =
            world.by("backend", "POST", "/access/v1/evaluation").body(media_type, &body).send().expect(200);
        assert!(answer.header("x-request-id").is_some());
    }
    let unauthenticated =
        world.ask("POST", "/access/v1/evaluation").header("x-request-id", id).body("", "").send();
    assert_eq!((unauthenticated.status, unauthenticated.header("x-request-id")), (401, Some(id)));
}

fn decisions(answer: &Json) -> Vec<bool> {
    answer["evaluations"].as_array().unwrap().iter().map(|item| item["decision"].as_bool().unwrap()).collect()
}

#[test]
fn every_batch_of_the_scenario() {
    let world = World::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let (read, write) = (json!({ "name": "read" }), json!({ "name": "write" }));
    let (one, two) = (record("record-1"), record("record-2"));
    let rows = [
        (
            "3.2.1",
            json!({ "subject": alice, "action": read, "evaluations": [{ "resource": one }, { "resource": two }] }),
            vec![true, true],
        ),
        (
            "3.2.2",
            json!({ "subject": bob, "resource": one, "evaluations": [{ "action": read }, { "action": write }] }),
            vec![true, false],
        ),
        (
            "3.2.3",
            json!({ "subject": alice, "action": write, "evaluations": [{ "resource": active() }, { "resource": archived() }] }),
            vec![true, false],
        ),
        (
            "3.2.4",
            json!({ "action": write, "resource": archived(), "evaluations": [{ "subject": alice }, { "subject": bob_admin() }] }),
            vec![false, true],
        ),
        (
            "3.2.5",
            json!({ "evaluations": [question("alice", "read", "record-1"), question("bob", "write", "record-1")] }),
            vec![true, false],
        ),
        (
            "3.2.6",
            json!({ "subject": alice, "action": read, "context": { "time": "a" },
                    "evaluations": [{ "resource": one }, { "resource": two, "context": { "time": "b" } }] }),
            vec![true, true],
        ),
        (
            "3.2.7",
            json!({ "subject": alice, "action": write, "resource": active(), "evaluations": [{}, { "resource": archived() }] }),
            vec![true, false],
        ),
        (
            "3.4.1",
            json!({ "subject": alice, "action": read, "options": { "evaluations_semantic": "execute_all" },
                    "evaluations": [{ "resource": one }, {}] }),
            vec![true, false],
        ),
    ];
    for (row, body, expected) in rows {
        let answer = ask(&world, "evaluations", &body);
        assert_eq!(decisions(&answer), expected, "row {row}");
    }
    for body in [
        question("alice", "read", "record-1"),
        with(question("alice", "read", "record-1"), json!({ "evaluations": [] })),
    ] {
        assert_eq!(ask(&world, "evaluations", &body)["decision"], json!(true));
    }
}

fn found(answer: &Json, member: &str) -> Vec<String> {
    let mut found: Vec<String> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one[member].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

#[test]
fn every_search_of_the_scenario() {
    let world = World::new();
    let context = json!({ "context": { "ip": "10.0.0.1" } });
    let s1 = json!({ "subject": { "type": "user" }, "action": { "name": "read" }, "resource": record("record-1") });
    let s2 =
        json!({ "subject": user("alice"), "action": { "name": "read" }, "resource": { "type": "record" } });
    let s3 = json!({ "subject": user("alice"), "resource": record("record-1") });
    let s4 = json!({ "subject": { "type": "user" }, "action": { "name": "write" }, "resource": archived() });
    let s5 =
        json!({ "subject": bob_admin(), "action": { "name": "write" }, "resource": { "type": "record" } });
    let s6 = json!({ "subject": bob_admin(), "resource": archived() });
    for body in
        [s1.clone(), with(s1.clone(), context.clone()), with(s1.clone(), json!({ "subject": user("alice") }))]
    {
        assert_eq!(found(&ask(&world, "search/subject", &body), "id"), ["alice", "bob"]);
    }
    for body in [
        s2.clone(),
        with(s2, context.clone()),
        json!({ "subject": user("alice"), "action": { "name": "read" }, "resource": record("record-1") }),
    ] {
        assert_eq!(found(&ask(&world, "search/resource", &body), "id"), ["record-1", "record-2"]);
    }
    for body in [s3.clone(), with(s3.clone(), context), with(s3, json!({ "action": 7 }))] {
        assert_eq!(found(&ask(&world, "search/action", &body), "name"), ["read", "write"]);
    }
    assert_eq!(found(&ask(&world, "search/subject", &s4), "id"), ["bob"]);
    assert_eq!(found(&ask(&world, "search/resource", &s5), "id"), ["record-2"]);
    assert_eq!(found(&ask(&world, "search/action", &s6), "name"), ["read", "write"]);
    let answer = ask(&world, "search/subject", &s1);
    assert_eq!(answer["results"][0], json!({ "type": "user", "id": "alice" }));
    assert_eq!(answer["page"], json!({ "next_token": "", "count": 2 }));
}

#[test]
fn pages_and_unknown_names_of_the_scenario() {
    let world = World::new();
    let s1 = json!({ "subject": { "type": "user" }, "action": { "name": "read" }, "resource": record("record-1") });
    let first = ask(&world, "search/subject", &with(s1.clone(), json!({ "page": { "limit": 1 } })));
    let token = first["page"]["next_token"].as_str().unwrap();
    assert!(!token.is_empty() && first["results"].as_array().unwrap().len() == 1);
    let second = ask(&world, "search/subject", &with(s1.clone(), json!({ "page": { "token": token } })));
    assert_eq!(second["page"]["next_token"], json!(""));
    assert_eq!([found(&first, "id"), found(&second, "id")].concat(), ["alice", "bob"]);
    for (api, body) in [
        ("search/action", json!({ "subject": user("nobody"), "resource": record("record-1") })),
        ("search/action", json!({ "subject": user("alice"), "resource": { "type": "nope", "id": "1" } })),
        ("search/subject", with(s1.clone(), json!({ "subject": { "type": "spaceship" } }))),
        (
            "search/resource",
            json!({ "subject": user("alice"), "action": { "name": "read" }, "resource": { "type": "nope" } }),
        ),
        (
            "search/resource",
            json!({ "subject": user("alice"), "action": { "name": "nope" }, "resource": { "type": "record" } }),
        ),
    ] {
        assert_eq!(ask(&world, api, &body)["results"], json!([]), "{api} {body}");
    }
    for (api, body) in [
        ("search/subject", without(s1.clone(), "action")),
        ("search/subject", without(s1.clone(), "subject")),
        ("search/subject", with(s1.clone(), json!({ "resource": { "type": "record" } }))),
        ("search/subject", with(s1, json!({ "page": { "limit": -1 } }))),
        ("search/resource", json!({ "action": { "name": "read" }, "resource": { "type": "record" } })),
        (
            "search/resource",
            json!({ "subject": { "type": "user" }, "action": { "name": "read" }, "resource": { "type": "record" } }),
        ),
        ("search/action", json!({ "subject": user("alice") })),
        ("search/action", json!({ "subject": { "type": "user" }, "resource": record("record-1") })),
    ] {
        world.authzen(api, &body).expect(400);
    }
}

#[test]
fn metadata_comes_from_the_configuration_alone() {
    let world = World::with(|config| config.base_url = Some("https://pdp.example.com/".into()));
    let root = world.by("backend", "GET", "/.well-known/authzen-configuration").send().expect(200);
    let document = root.json();
    assert_eq!(document["policy_decision_point"], "https://pdp.example.com");
    assert_eq!(document["access_evaluation_endpoint"], "https://pdp.example.com/access/v1/evaluation");
    assert!(root.header("cache-control").unwrap().contains("max-age"));
    let path = "/.well-known/authzen-configuration/orgs/acme";
    let document = world.by("backend", "GET", path).send().expect(200).json();
    let base = "https://pdp.example.com/orgs/acme";
    assert_eq!(document["policy_decision_point"], base);
    for (member, path) in [
        ("access_evaluation_endpoint", "evaluation"),
        ("access_evaluations_endpoint", "evaluations"),
        ("search_subject_endpoint", "search/subject"),
        ("search_resource_endpoint", "search/resource"),
        ("search_action_endpoint", "search/action"),
    ] {
        assert_eq!(document[member], format!("{base}/access/v1/{path}"));
    }
    world.of("globex", "backend", "GET", path).send().expect(404);
    let open = World::with(|config| config.public_metadata = true);
    let document = open.ask("GET", "/.well-known/authzen-configuration").send().expect(200).json();
    assert_eq!(document["policy_decision_point"], format!("http://{}", open.address));
}
