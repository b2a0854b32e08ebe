//! Applying files over HTTP: all or nothing, planned first, safe to repeat, within the key's authority.

use crate::world::World;
use serde_json::{Value as Json, json};

const HIRE: &str = "
users: [ { id: erin } ]
assignments:
  - { subject: 'user:erin', role: records/keeper, scope: 'product:records' }
";

fn texts(answer: &Json) -> Vec<String> {
    answer["plan"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{} {}", line["sign"].as_str().unwrap(), line["text"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_dry_run_answers_the_plan_and_changes_nothing() {
    let world = World::new();
    let dry = world.apply("?dry_run=true", HIRE).expect(200).json();
    let plan = ["+ user erin", "+ user:erin holds records/keeper at product:records"];
    assert_eq!(
        (texts(&dry), &dry["applied"], world.revision()),
        (plan.map(str::to_owned).to_vec(), &json!(false), 1)
    );
    let done = world.apply("", HIRE).expect(200);
    assert_eq!(done.header("etag"), Some("\"2\""));
    let done = done.json();
    assert_eq!((texts(&done), &done["applied"], &done["revision"]), (texts(&dry), &json!(true), &json!(2)));
    let again = world.apply("", HIRE).expect(200).json();
    assert_eq!((&again["plan"], &again["revision"]), (&json!([]), &json!(2)));
    let question = json!({ "subject": { "type": "user", "id": "erin" }, "action": { "name": "read" },
                           "resource": { "type": "record", "id": "record-1" } });
    assert_eq!(world.authzen("evaluation", &question).json()["decision"], json!(true));
}

#[test]
fn a_refused_file_changes_nothing_and_says_where() {
    let world = World::new();
    let file = "users: [ { id: erin } ]\nassignments:\n  - { subject: 'user:erin', role: records/keeeper, scope: 'product:records' }\n";
    for query in ["", "?dry_run=true"] {
        let refused = world.apply(query, file).expect(422);
        let refusal = refused.json()["refusals"][0].clone();
        assert_eq!((refused.code().as_str(), &refusal["code"]), ("refused", &json!("unknown_role")));
        assert_eq!((&refusal["line"], &refusal["column"]), (&json!(3), &json!(5)));
        assert!(refusal["message"].as_str().unwrap().contains("did you mean `keeper`?"));
        assert_eq!(refused.json()["detail"], refusal["message"]);
    }
    let both =
        format!("{file}  - {{ subject: 'user:ern', role: records/keeper, scope: 'product:records' }}\n");
    let refused = world.apply("", &both).expect(422).json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("did you mean `keeper`?") && detail.contains("1 more reason"), "{detail}");
    let nowhere = json!({ "subject": "user:alice", "role": "records/keeeper", "scope": "product:records" });
    let refused = world.write("admin", "/assignments", &nowhere).expect(422).json();
    let refusal = refused["refusals"][0].as_object().unwrap();
    assert!(refusal.contains_key("rule") && !refusal.contains_key("line"), "no file, no line: {refused}");
    let malformed = world.apply("", "users:\n  - { id: erin, nam: Erin }\n").expect(400);
    assert_eq!(
        (malformed.code().as_str(), &malformed.json()["problems"][0]["line"]),
        ("malformed_file", &json!(2))
    );
    world.apply("", ": [").expect(400);
    world.apply("", "organization: globex\nusers: [ { id: erin } ]").expect(422);
    assert_eq!(world.revision(), 1);
}

#[test]
fn only_files_that_say_so_and_of_bounded_size_are_read() {
    let world = World::new();
    let ask = || world.by("admin", "POST", "/v1/orgs/acme/apply");
    assert_eq!(ask().body("text/plain", HIRE).send().expect(415).code(), "unsupported_type");
    assert_eq!(ask().body("application/yaml", "#".repeat(3 << 20)).send().expect(413).code(), "too_large");
    ask().body("application/yaml", [0xff, 0xfe]).send().expect(400);
    world.write("admin", "/apply?dry_run=perhaps", &json!({})).expect(400);
    world.write("admin", "/apply", &json!({ "users": [{ "id": "erin" }] })).expect(200);
}

#[test]
fn a_write_is_made_on_the_revision_that_was_seen() {
    let world = World::new();
    let apply = |query: &str, tag: &str| {
        let ask = world.by("admin", "POST", &format!("/v1/orgs/acme/apply{query}")).header("if-match", tag);
        ask.body("application/yaml", HIRE).send()
    };
    for query in ["", "?dry_run=true"] {
        let stale = apply(query, "\"7\"").expect(412);
        assert_eq!((stale.code().as_str(), &stale.json()["revision"]), ("revision_mismatch", &json!(1)));
    }
    apply("", "soon").expect(400);
    apply("", "\"1\"").expect(200);
    apply("", "\"1\"").expect(412);
    apply("", "*").expect(200);
}

#[test]
fn repeating_with_the_same_key_is_one_write_and_secrets_are_shown_once() {
    let world = World::new();
    let file = "api_keys: [ { id: fresh, kind: secret }, { id: page, kind: public, origins: ['https://a.example'] } ]";
    let apply = |key: &str, file: &str| {
        let ask = world.by("admin", "POST", "/v1/orgs/acme/apply").header("idempotency-key", key);
        ask.body("application/yaml", file).send()
    };
    let first = apply("k1", file).expect(200);
    assert_eq!(first.header("cache-control"), Some("no-store"));
    let secrets = first.json()["secrets"].clone();
    assert_eq!(secrets.as_array().unwrap().len(), 2);
    let fresh = secrets[0]["secret"].as_str().unwrap();
    assert!(
        fresh.starts_with("ambit_sk_") && secrets[1]["secret"].as_str().unwrap().starts_with("ambit_pk_")
    );
    world.ask("GET", "/metrics").header("authorization", fresh).send().expect(200);

    let second = apply("k1", file).expect(200);
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(
        (second.json()["plan"].clone(), second.json().get("secrets").cloned()),
        (first.json()["plan"].clone(), Some(json!([])))
    );
    assert_eq!(world.revision(), 2);
    assert_eq!(apply("k1", HIRE).expect(409).code(), "duplicate_request");
    assert_eq!(apply("", HIRE).expect(400).code(), "invalid_idempotency_key");
    let stored = world.read("/changes?limit=1000").text() + &world.read("/export").text();
    assert!(!stored.contains(fresh) && stored.contains(&fresh[..13]));
}

#[test]
fn a_key_writes_within_its_authority() {
    let world = World::new();
    assert_eq!(
        world
            .by("backend", "POST", "/v1/orgs/acme/apply")
            .body("application/yaml", HIRE)
            .send()
            .expect(403)
            .code(),
        "forbidden"
    );
    // The administrator itself may not do what only the operator does.
    let refused = world.apply("", "seat_limits: [ { pool: records/none, limit: 3 } ]");
    assert!([403, 422].contains(&refused.status), "{}", refused.text());
}

#[test]
fn delegated_authority_ends_where_its_scope_ends() {
    let world = World::new();
    let made = world.apply("", "api_keys: [ { id: local, kind: secret } ]").expect(200).json();
    let secret = made["secrets"][0]["secret"].as_str().unwrap().to_owned();
    let local = |file: &str| {
        let ask = world.ask("POST", "/v1/orgs/acme/apply").header("authorization", &secret);
        ask.body("application/yaml", file).send()
    };
    let here = "assignments: [ { subject: 'user:alice', role: shop/approver, scope: 'instance:eu' } ]";
    let there =
        "assignments: [ { subject: 'user:alice', role: records/archivist, scope: 'product:records' } ]";
    local(here).expect(403);
    world
        .apply("", "assignments: [ { subject: 'api_key:local', role: admin-center/instance_admin, scope: 'instance:eu' } ]")
        .expect(200);
    local(here).expect(200);
    // Records are not for it to see; of what it sees, it hears why not.
    local(there).expect(404);
    let escalation = "assignments: [ { subject: 'api_key:local', role: admin-center/super_admin, scope: 'organization:acme' } ]";
    let refused = local(escalation).expect(403);
    assert_eq!(refused.json()["refusals"][0]["code"], json!("no_authority"));
    let read = |path: &str| {
        world.ask("GET", &format!("/v1/orgs/acme{path}")).header("authorization", &secret).send()
    };
    read("/export").expect(403);
    assert_eq!(read("/resources?type=instance").json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn pruning_takes_away_what_the_file_does_not_mention() {
    let world = World::new();
    let mut file = world.read("/export?format=json").expect(200).json();
    let users = file["users"].as_array_mut().unwrap();
    users.retain(|user| user["id"] != "dan");
    file["assignments"].as_array_mut().unwrap().retain(|one| one["subject"] != "user:dan");
    let plan = world.write("admin", "/apply?prune=true&dry_run=true", &file).expect(200).json();
    assert!(texts(&plan).contains(&"- user dan".to_owned()), "{plan}");
    world.write("admin", "/apply?prune=true", &file).expect(200);
    assert_eq!(world.read("/users/dan").status, 404);
}
