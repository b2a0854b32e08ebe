//! The writes of the Admin API, noun by noun.

use crate::client::Answer;
use crate::world::World;
use serde_json::{Value as Json, json};

fn send(world: &World, method: &str, path: &str, body: &Json) -> Answer {
    let ask = world.by("admin", method, &format!("/v1/orgs/acme{path}"));
    if body.is_null() { ask.send() } else { ask.json(body).send() }
}

fn code(refused: &Answer) -> String {
    refused.json()["refusals"][0]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_user_through_their_life() {
    let world = World::new();
    let made = send(&world, "POST", "/users", &json!({ "name": "Erin", "properties": { "team": "a" } }));
    let made = made.expect(201).json();
    let id = made["result"]["id"].as_str().unwrap().to_owned();
    assert_eq!((id.len(), &made["result"]["status"]), (24, &json!("active")));
    let path = format!("/users/{id}");
    let patched =
        send(&world, "PATCH", &path, &json!({ "email": "e@acme.example", "properties": { "team": null } }));
    let patched = patched.expect(200).json()["result"].clone();
    assert_eq!(patched, json!({ "id": id, "name": "Erin", "email": "e@acme.example", "status": "active" }));
    for (verb, status) in [("suspend", "suspended"), ("activate", "active"), ("deactivate", "deactivated")] {
        let shown = send(&world, "POST", &format!("{path}/{verb}"), &Json::Null).expect(200).json();
        assert_eq!(shown["result"]["status"], json!(status));
    }
    // What a PUT leaves out is gone; only the status stays as it was.
    let replaced = send(&world, "PUT", &path, &json!({})).expect(200).json()["result"].clone();
    assert_eq!(replaced, json!({ "id": id, "status": "deactivated" }));
    assert_eq!(send(&world, "DELETE", &path, &Json::Null).expect(200).json()["result"], Json::Null);
    send(&world, "DELETE", &path, &Json::Null).expect(404);
    send(&world, "PATCH", &path, &json!({ "name": "x" })).expect(404);
    let taken = send(&world, "POST", "/users", &json!({ "id": "alice" })).expect(409);
    assert_eq!(taken.code(), "exists");
    send(&world, "PATCH", "/users/alice", &json!({ "nmae": "x" })).expect(400);
    send(&world, "PUT", "/users/alice", &json!({ "nmae": "x" })).expect(400);
}

#[test]
fn resources_are_moved_and_described() {
    let world = World::new();
    send(&world, "PUT", "/resources/instance:us", &json!({ "parent": "product:records" })).expect(200);
    let moved =
        send(&world, "PATCH", "/resources/records/record:record-1", &json!({ "parent": "instance:us" }));
    assert_eq!(moved.expect(200).json()["result"]["properties"]["status"], json!("active"));
    let shown = world.read("/resources/records/record:record-1").expect(200).json();
    assert_eq!(shown["ancestors"][0], json!("instance:us"));
    let bare = send(&world, "PUT", "/resources/records/record:record-1", &json!({})).expect(200).json();
    assert_eq!(bare["result"], json!({ "id": "records/record:record-1", "parent": "instance:us" }));
    assert_eq!(code(&send(&world, "DELETE", "/resources/instance:us", &Json::Null).expect(422)), "in_use");
    let odd = send(&world, "PUT", "/resources/instance:us", &json!({ "parent": "instance:us" })).expect(422);
    assert!(["cycle", "invalid_parent"].contains(&code(&odd).as_str()));
    send(&world, "PUT", "/resources/nonsense", &json!({})).expect(404);
    send(&world, "DELETE", "/resources/instance:none", &Json::Null).expect(404);
}

#[test]
fn a_record_is_written_as_it_was_read_or_not_at_all() {
    let world = World::new();
    let read = send(&world, "PATCH", "/users/dan", &json!({ "name": "Dan" })).expect(200);
    let tag = read.header("etag").unwrap().to_owned();
    // Other records may change meanwhile.
    send(&world, "PATCH", "/users/bob", &json!({ "name": "Bob" })).expect(200);
    let patch = |tag: &str, name: &str| {
        world
            .by("admin", "PATCH", "/v1/orgs/acme/users/dan")
            .header("if-match", tag)
            .json(&json!({ "name": name }))
            .send()
    };
    patch(&tag, "Daniel").expect(200);
    let late = patch(&tag, "Danny").expect(412);
    assert_eq!(
        (late.code().as_str(), &late.json()["revision"]),
        ("record_changed", &json!(world.revision()))
    );
    let whole = patch("\"1\"", "Danny").expect(412);
    assert_eq!(
        (whole.code().as_str(), &whole.json()["revision"]),
        ("revision_mismatch", &json!(world.revision()))
    );
    patch(&format!("\"{}\"", world.revision()), "Danny").expect(200);
    assert_eq!(patch("\"x\"", "Danny").expect(400).code(), "invalid_if_match");
    let dry = world.by("admin", "PATCH", "/v1/orgs/acme/users/dan?dry_run=true").header("if-match", &tag);
    dry.json(&json!({ "name": "x" })).send().expect(412);
}

#[test]
fn the_tag_of_a_record_that_is_shown_is_the_one_to_write_with() {
    let world = World::new();
    for path in ["/users/dan", "/groups/staff", "/api-keys/backend", "/resources/instance:eu"] {
        let tag = world.read(path).expect(200).header("etag").unwrap().to_owned();
        assert!(tag.contains('-'), "{path}: {tag}");
        send(&world, "PATCH", "/users/bob", &json!({ "name": path })).expect(200);
        let body = if path.contains("users") { json!({ "name": "x" }) } else { json!({}) };
        let ask = || world.by("admin", "PATCH", &format!("/v1/orgs/acme{path}")).header("if-match", &tag);
        ask().json(&body).send().expect(200);
    }
}

#[test]
fn the_tag_of_a_list_asks_for_the_whole_organization_to_be_unchanged() {
    let world = World::new();
    let tag = world.read("/users").expect(200).header("etag").unwrap().to_owned();
    let patch = || {
        let ask = world.by("admin", "PATCH", "/v1/orgs/acme/users/dan").header("if-match", &tag);
        ask.json(&json!({ "name": "Dan" })).send()
    };
    patch().expect(200);
    assert_eq!(patch().expect(412).code(), "revision_mismatch");
}

#[test]
fn groups_and_members() {
    let world = World::new();
    send(&world, "PUT", "/groups/crew", &json!({ "title": "Crew" })).expect(200);
    send(&world, "PUT", "/groups/staff/members/group:crew", &Json::Null).expect(200);
    assert_eq!(
        code(&send(&world, "PUT", "/groups/crew/members/group:staff", &Json::Null).expect(422)),
        "cycle"
    );
    send(&world, "PUT", "/groups/crew/members/user:dan", &Json::Null).expect(200);
    send(&world, "PUT", "/groups/crew/members/dan", &Json::Null).expect(404);
    send(&world, "DELETE", "/groups/crew/members/user:dan", &Json::Null).expect(200);
    send(&world, "DELETE", "/groups/crew/members/user:dan", &Json::Null).expect(404);
    let shown = send(&world, "PATCH", "/groups/crew", &json!({ "title": null, "active": false })).expect(200);
    assert_eq!(shown.json()["result"], json!({ "id": "crew", "active": false }));
    send(&world, "DELETE", "/groups/crew", &Json::Null).expect(200);
}

#[test]
fn a_keys_secret_is_shown_once_and_rotated_with_an_overlap() {
    let world = World::new();
    let made = send(&world, "POST", "/api-keys", &json!({ "id": "job", "kind": "secret", "title": "Job" }));
    let made = made.expect(201).json();
    let first = made["secrets"][0]["secret"].as_str().unwrap().to_owned();
    let works = |secret: &str| world.ask("GET", "/metrics").header("authorization", secret).send().status;
    assert_eq!(works(&first), 200);

    let rehearsed = send(&world, "POST", "/api-keys/job/rotate?dry_run=true", &json!({})).expect(200).json();
    assert_eq!(rehearsed["secrets"], json!([]));
    let rotate = |key: &str| {
        world
            .by("admin", "POST", "/v1/orgs/acme/api-keys/job/rotate")
            .header("idempotency-key", key)
            .json(&json!({ "overlap_hours": 2 }))
            .send()
            .expect(200)
    };
    let rotated = rotate("once");
    let second = rotated.json()["secrets"][0]["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(rotated.json()["result"]["title"], json!("Job"));
    assert_eq!(rotated.json()["result"]["previous"]["prefix"], json!(&first[..13]));
    let again = rotate("once");
    assert_eq!((again.header("idempotency-replayed"), &again.json()["secrets"]), (Some("true"), &json!([])));
    assert_eq!((works(&first), works(&second)), (200, 200));

    world.clock.set(crate::world::instant("2026-05-05T13:59:59Z"));
    assert_eq!((works(&first), works(&second)), (200, 200));
    world.clock.set(crate::world::instant("2026-05-05T14:00:00Z"));
    assert_eq!((works(&first), works(&second)), (401, 200));

    let third =
        send(&world, "POST", "/api-keys/job/rotate", &json!({ "overlap_hours": 0 })).expect(200).json();
    let third = third["secrets"][0]["secret"].as_str().unwrap().to_owned();
    assert_eq!((works(&second), works(&third)), (401, 200));
    let patched = send(&world, "PATCH", "/api-keys/job", &json!({ "title": "Night job" })).expect(200).json();
    assert_eq!(patched["secrets"], json!([]));
    assert_eq!(works(&third), 200);
    send(&world, "POST", "/api-keys/job/rotate", &json!({ "overlap_hours": 721 })).expect(400);
    send(&world, "POST", "/api-keys/job/revoke", &Json::Null).expect(200);
    assert_eq!(works(&third), 401);
    assert_eq!(send(&world, "POST", "/api-keys/job/rotate", &json!({})).expect(409).code(), "key_revoked");
    let seen = world.read("/changes?limit=1000").text() + &world.read("/api-keys/job").text();
    for secret in [&first, &second, &third] {
        assert!(!seen.contains(secret.as_str()));
        let hash = ambit_server::hex::encode(&ambit_server::secret::hash(secret));
        assert!(!seen.contains(&hash));
    }
}

#[test]
fn a_custom_role_is_deleted_in_two_steps() {
    let world = World::new();
    let role = json!({ "title": "Helper", "grants": [{ "permission": "orders.approve" }] });
    send(&world, "PUT", "/roles/shop/helper", &role).expect(200);
    let held = json!({ "subject": "user:alice", "role": "shop/helper", "scope": "instance:eu" });
    send(&world, "POST", "/assignments", &held).expect(200);
    let asked = || send(&world, "POST", "/roles/shop/helper/deletion", &Json::Null).expect(200).json();
    let delete =
        |token: &str| send(&world, "DELETE", &format!("/roles/shop/helper?confirm={token}"), &Json::Null);
    let before = world.revision();
    let first = asked();
    assert_eq!(first["holders"], json!([{ "subject": "user:alice", "scope": "instance:eu" }]));
    assert_eq!(world.revision(), before);
    let bare = send(&world, "DELETE", "/roles/shop/helper", &Json::Null).expect(409);
    assert_eq!(bare.code(), "confirmation_required");
    assert!(bare.json()["detail"].as_str().unwrap().contains("/roles/shop/helper/deletion"));

    let mut more = held.clone();
    more["subject"] = json!("user:bob");
    send(&world, "POST", "/assignments", &more).expect(200);
    assert_eq!(delete(first["token"].as_str().unwrap()).expect(409).code(), "confirmation_required");
    let second = asked();
    world.clock.set(crate::world::instant("2026-05-05T12:10:00Z"));
    assert!(
        delete(second["token"].as_str().unwrap()).expect(409).json()["detail"]
            .as_str()
            .unwrap()
            .contains("expired")
    );
    let third = asked();
    let gone = delete(third["token"].as_str().unwrap()).expect(200).json();
    assert_eq!(gone["plan"].as_array().unwrap().len(), 3);
    world.read("/roles/shop/helper").expect(404);
    assert_eq!(
        send(&world, "POST", "/roles/shop/buyer/deletion", &Json::Null).expect(409).code(),
        "system_role"
    );
    send(&world, "POST", "/roles/shop/none/deletion", &Json::Null).expect(404);
    assert_eq!(code(&send(&world, "DELETE", "/roles/shop/buyer", &Json::Null).expect(422)), "system_role");
    let batch = json!({ "changes": [{ "command": "delete_role", "id": "shop/buyer" }] });
    send(&world, "POST", "/batch", &batch).expect(422);
}

#[test]
fn roles_are_made_copied_and_changed() {
    let world = World::new();
    let copy = send(&world, "POST", "/roles/shop/approver/duplicate", &json!({ "id": "second" }));
    let copy = copy.expect(201).json()["result"].clone();
    assert_eq!((&copy["id"], &copy["start"]), (&json!("shop/second"), &json!({ "duplicate": "approver" })));
    send(&world, "POST", "/roles/shop/approver/duplicate", &json!({ "id": "second" })).expect(409);
    let patched = send(&world, "PATCH", "/roles/shop/second", &json!({ "title": "Second" })).expect(200);
    assert_eq!(patched.json()["result"]["start"], copy["start"]);
    assert_eq!(
        code(&send(&world, "PATCH", "/roles/shop/buyer", &json!({ "title": "x" })).expect(422)),
        "system_role"
    );
    assert_eq!(code(&send(&world, "PUT", "/roles/shop/buyer", &json!({})).expect(422)), "system_role");
    send(&world, "PATCH", "/roles/shop/none", &json!({})).expect(404);
    let refused =
        send(&world, "PUT", "/roles/shop/x", &json!({ "grants": [{ "permission": "orders.aprove" }] }));
    assert!(refused.expect(422).text().contains("did you mean"));
}

#[test]
fn assignments_are_given_changed_and_swapped() {
    let world = World::new();
    let held = json!({ "subject": "user:dan", "role": "shop/buyer", "scope": "instance:eu", "approver": "user:bob" });
    let given = send(&world, "POST", "/assignments", &held).expect(200).json();
    assert_eq!(given["result"], json!([held]));
    let key = json!({ "subject": "user:dan", "role": "shop/buyer", "scope": "instance:eu" });
    let mut patch = key.clone();
    patch["expires"] = json!("2027-01-01T00:00:00Z");
    let patched = send(&world, "PATCH", "/assignments", &patch).expect(200).json()["result"][0].clone();
    assert_eq!((&patched["approver"], &patched["expires"]), (&held["approver"], &patch["expires"]));
    patch["approver"] = Json::Null;
    assert_eq!(code(&send(&world, "PATCH", "/assignments", &patch).expect(422)), "approver_missing");
    let swap = json!({
        "assignments": [{ "subject": "user:alice", "role": "shop/buyer", "scope": "instance:eu", "approver": "user:bob" }],
        "remove": [key],
    });
    let before = world.revision();
    let swapped = send(&world, "POST", "/assignments", &swap).expect(200).json();
    assert_eq!((swapped["plan"].as_array().unwrap().len(), world.revision()), (2, before + 1));
    send(&world, "POST", "/assignments", &swap).expect(404);
    send(&world, "PATCH", "/assignments", &key).expect(404);
    let query = "/assignments?subject=user:alice&role=shop/buyer&scope=instance:eu";
    send(&world, "DELETE", query, &Json::Null).expect(200);
    send(&world, "DELETE", query, &Json::Null).expect(404);
    send(&world, "DELETE", "/assignments?subject=user:alice", &Json::Null).expect(400);
    send(&world, "POST", "/assignments", &json!({ "subject": "alice" })).expect(400);
}

#[test]
fn a_batch_is_one_step_or_none() {
    let world = World::new();
    let before = world.revision();
    let good = json!([
        { "command": "put_resource", "id": "instance:us", "body": { "parent": "product:shop" } },
        { "command": "create_user", "id": "erin", "body": {} },
        { "command": "assign", "subject": "user:erin", "role": "shop/approver", "scope": "instance:us" },
        { "command": "create_api_key", "id": "us", "body": { "kind": "secret" } },
        { "command": "put_budget", "subject": "user:erin", "scope": "instance:us", "amount": "5", "currency": "EUR" },
    ]);
    let mut bad = good.as_array().unwrap().clone();
    bad.push(
        json!({ "command": "assign", "subject": "user:erin", "role": "shop/none", "scope": "instance:us" }),
    );
    assert_eq!(code(&send(&world, "POST", "/batch", &json!({ "changes": bad })).expect(422)), "unknown_role");
    assert_eq!(world.revision(), before);
    let done = send(&world, "POST", "/batch", &json!({ "changes": good })).expect(200).json();
    assert_eq!((done["plan"].as_array().unwrap().len(), done["secrets"].as_array().unwrap().len()), (5, 1));
    assert_eq!(world.revision(), before + 1);
    send(&world, "POST", "/batch", &json!({ "changes": [] })).expect(400);
    send(&world, "POST", "/batch", &json!({ "changes": [{ "command": "make_coffee" }] })).expect(400);
    send(
        &world,
        "POST",
        "/batch",
        &json!({ "changes": [{ "command": "delete_user", "id": "alice", "x": 1 }] }),
    )
    .expect(400);
}

#[test]
fn an_entry_is_undone_as_a_new_step() {
    let world = World::new();
    let name = |world: &World| world.read("/users/dan").expect(200).json()["name"].clone();
    send(&world, "PATCH", "/users/dan", &json!({ "name": "Dan" })).expect(200);
    let undo = |revision: u64, body: &Json| send(&world, "POST", &format!("/changes/{revision}/undo"), body);
    let rehearsed = send(&world, "POST", "/changes/2/undo?dry_run=true", &json!({})).expect(200).json();
    assert_eq!((&rehearsed["applied"], name(&world)), (&json!(false), json!("Dan")));
    let undone = undo(2, &json!({})).expect(200).json();
    assert_eq!((undone["plan"].clone(), name(&world)), (rehearsed["plan"].clone(), Json::Null));
    // The undoing is an entry like any other.
    undo(3, &json!({})).expect(200);
    assert_eq!(name(&world), json!("Dan"));
    send(&world, "PATCH", "/users/dan", &json!({ "name": "Daniel" })).expect(200);
    let refused = undo(2, &json!({})).expect(409);
    assert_eq!(refused.code(), "conflicts");
    assert_eq!(refused.json()["conflicts"], json!([{ "thing": "user:dan", "revision": 5 }]));
    undo(2, &json!({ "force": true })).expect(200);
    assert_eq!(name(&world), Json::Null);
    assert_eq!(undo(1, &json!({})).expect(409).code(), "not_undoable");
    undo(99, &json!({})).expect(404);
    undo(0, &json!({})).expect(404);
}

#[test]
fn a_partial_administrator_hears_the_same_of_what_is_hidden_and_of_what_is_not_there() {
    let world = World::new();
    let made =
        send(&world, "POST", "/api-keys", &json!({ "id": "local", "kind": "secret" })).expect(201).json();
    let secret = made["secrets"][0]["secret"].as_str().unwrap().to_owned();
    let held =
        json!({ "subject": "api_key:local", "role": "admin-center/instance_admin", "scope": "instance:eu" });
    send(&world, "POST", "/assignments", &held).expect(200);
    let local = |method: &str, path: &str, body: &Json| {
        let ask = world.ask(method, &format!("/v1/orgs/acme{path}")).header("authorization", &secret);
        if body.is_null() { ask.send() } else { ask.json(body).send() }
    };
    let assignment =
        |subject: &str, role: &str, scope: &str| json!({ "subject": subject, "role": role, "scope": scope });
    let same = [
        ("DELETE", "/users/", ["alice", "nobody"], Json::Null),
        ("PATCH", "/users/", ["alice", "nobody"], json!({ "name": "x" })),
        ("POST", "/api-keys/", ["backend/revoke", "nothing/revoke"], Json::Null),
        ("DELETE", "/resources/", ["instance:archive", "instance:nowhere"], Json::Null),
        ("POST", "/roles/records/", ["keeper/deletion", "none/deletion"], Json::Null),
    ];
    for (method, path, [hidden, absent], body) in same {
        let one = local(method, &format!("{path}{hidden}"), &body).expect(404);
        let other = local(method, &format!("{path}{absent}"), &body).expect(404);
        assert_eq!(one.body, other.body, "{method} {path}{hidden}");
    }
    for (hidden, absent) in [
        (
            assignment("user:alice", "records/keeper", "product:records"),
            assignment("user:alice", "records/keeper", "product:none"),
        ),
        (
            assignment("user:bob", "records/keeper", "instance:eu"),
            assignment("user:bob", "records/keeeper", "instance:eu"),
        ),
        (
            assignment("user:bob", "shop/approver", "instance:archive"),
            assignment("user:bob", "shop/approver", "instance:archiv"),
        ),
    ] {
        let (one, other) = (local("POST", "/assignments", &hidden), local("POST", "/assignments", &absent));
        assert_eq!((one.status, &one.body), (404, &other.body));
    }
    // What it sees is refused with reasons, and what it administers it does.
    local("POST", "/assignments", &assignment("user:bob", "admin-center/instance_admin", "instance:eu"));
    local("POST", "/assignments", &assignment("user:alice", "shop/approver", "instance:eu")).expect(200);
    local("POST", "/changes/1/undo", &json!({})).expect(404);
    // It sets back what it sees whole, and not what reaches further.
    let here = world.revision();
    local("POST", &format!("/changes/{here}/undo"), &json!({})).expect(200);
    let back = format!("/changes/{}/undo", world.revision());
    local("POST", &back, &json!({})).expect(200);
    let both = json!({ "assignments": [
        assignment("user:bob", "shop/approver", "instance:eu"),
        assignment("user:bob", "records/keeper", "product:records"),
    ] });
    send(&world, "POST", "/assignments", &both).expect(200);
    let beyond = format!("/changes/{}/undo", world.revision());
    local("POST", &beyond, &json!({})).expect(404);
    send(&world, "POST", &beyond, &json!({})).expect(200);
}

#[test]
fn products_are_for_the_operator() {
    let world = World::with(|config| {
        let known: Vec<String> = config.catalogs.products().map(str::to_owned).collect();
        let newer = |product: String| {
            let source = config.catalogs.source(&product).unwrap();
            (product, format!("{source}\n# newer\n"))
        };
        config.catalogs = known.into_iter().map(newer).collect();
    });
    for path in ["/products/todo/enable", "/products/shop/upgrade", "/products/admin-center/disable"] {
        let refused = send(&world, "POST", path, &Json::Null).expect(403);
        assert_eq!(code(&refused), "no_authority", "{path}");
        assert!(refused.text().contains("operator"), "{path}");
    }
    assert_eq!(send(&world, "POST", "/products/shop/enable", &Json::Null).expect(409).code(), "exists");
    for path in ["/products/none/enable", "/products/todo/upgrade", "/products/todo/disable"] {
        send(&world, "POST", path, &Json::Null).expect(404);
    }
    assert_eq!(world.revision(), 1);
}
