//! Reads of the Admin API.

use crate::world::World;
use serde_json::{Value as Json, json};

fn items(answer: &Json) -> &Vec<Json> {
    answer["items"].as_array().unwrap()
}

fn ids(answer: &Json) -> Vec<&str> {
    items(answer).iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn an_organization_shows_its_size_and_where_its_log_stands() {
    let world = World::new();
    let answer = world.read("").expect(200);
    assert!(answer.header("etag").unwrap().starts_with(&format!("\"{}.", world.revision())));
    let shown = answer.json();
    assert_eq!((&shown["id"], &shown["counts"]["users"]), (&json!("acme"), &json!(4)));
    assert_eq!(shown["head"]["hash"].as_str().unwrap().len(), 64);
    assert_eq!(shown["products"], json!(["records", "shop", "admin-center"]));
}

#[test]
fn lists_and_their_filters() {
    let world = World::new();
    let list = |path: &str| world.read(path).expect(200).json();
    assert_eq!(ids(&list("/users")), ["alice", "bob", "carol", "dan"]);
    assert_eq!(ids(&list("/users?q=NG")), ["alice"]);
    assert_eq!(ids(&list("/users?status=suspended")), Vec::<&str>::new());
    assert_eq!(ids(&list("/groups")), ["staff"]);
    assert_eq!(items(&list("/groups/staff/members")), &[json!("user:alice"), json!("user:bob")]);
    assert_eq!(ids(&list("/products")), ["records", "shop", "admin-center"]);
    assert_eq!(
        ids(&list("/resources?parent=instance:archive")),
        ["records/record:record-1", "records/record:record-2"]
    );
    assert_eq!(ids(&list("/resources?parent=organization:acme")).len(), 3);
    assert_eq!(ids(&list("/resources?type=instance")), ["instance:archive", "instance:eu"]);
    assert_eq!(ids(&list("/roles?product=shop&type=system")), ["shop/buyer", "shop/approver"]);
    assert_eq!(ids(&list("/roles?type=custom")), Vec::<&str>::new());
    assert_eq!(items(&list("/assignments?subject=user:bob")).len(), 2);
    assert_eq!(items(&list("/assignments?role=shop/approver&scope=instance:eu")).len(), 2);
    assert_eq!(items(&list("/assignments?scope=product:records&subject=user:alice")).len(), 1);
    assert_eq!(items(&list("/assignments")).len(), 7);
    assert_eq!(items(&list("/relations?subject=user:alice"))[0]["relation"], json!("owner"));
    assert_eq!(items(&list("/budgets?subject=user:carol"))[0]["amount"], json!("500.00"));
    assert_eq!(items(&list("/approvals")).len(), 0);
}

#[test]
fn every_list_comes_in_pages() {
    let world = World::new();
    for path in ["users", "resources", "roles", "assignments", "api-keys", "products"] {
        let whole = world.read(&format!("/{path}?limit=1000")).expect(200).json();
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.read(&format!("/{path}?limit=2{cursor}")).expect(200).json();
            assert!(items(&page).len() <= 2);
            all.extend(items(&page).clone());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(&all, items(&whole), "{path}");
        assert_eq!(world.read(&format!("/{path}?cursor=zz")).expect(400).code(), "invalid_cursor");
    }
}

#[test]
fn one_of_each() {
    let world = World::new();
    let user = world.read("/users/alice").expect(200).json();
    assert_eq!(
        (&user["email"], &user["all_groups"]),
        (&json!("alice@acme.example"), &json!(["group:staff"]))
    );
    assert_eq!(user["assignments"][0]["role"], json!("records/keeper"));
    let record = world.read("/resources/records/record:record-1").expect(200).json();
    assert_eq!(record["ancestors"], json!(["instance:archive", "product:records", "organization:acme"]));
    assert_eq!(record["relations"][0]["subject"], json!("user:alice"));
    let role = world.read("/roles/records/keeper").expect(200).json();
    assert_eq!(role["grants"].as_array().unwrap().len(), 3);
    assert!(role["grants"][1]["when"].as_str().unwrap().contains("archived"));
    let product = world.read("/products/shop").expect(200).json();
    assert_eq!(product["permissions"][1]["approved_by"], json!("orders.approve"));
    assert!(world.read("/products/shop/catalog").expect(200).text().contains("product: shop"));
    for path in [
        "/users/nobody",
        "/groups/none",
        "/api-keys/none",
        "/roles/shop/none",
        "/products/none",
        "/approvals/none",
        "/resources/instance:none",
        "/resources/none",
        "/assignments?subject=user:none",
        "/matrix?product=none",
    ] {
        assert_eq!(world.read(path).status, 404, "{path}");
    }
    for path in [
        "/assignments?subject=nonsense",
        "/users?limit=many",
        "/matrix",
        "/matrix?product=shop&format=pdf",
        "/roles?type=odd",
    ] {
        assert_eq!(world.read(path).status, 400, "{path}");
    }
}

#[test]
fn nobody_sees_a_secret_or_its_hash() {
    let world = World::new();
    let hash = "[0-9a-f]{64}";
    for path in ["/api-keys", "/api-keys/backend", "/export", "/export?format=json", "/changes?limit=1000"] {
        let text = world.read(path).expect(200).text();
        assert!(text.contains("storefront") || text.contains("backend"), "{path}");
        assert!(!text.contains("secret_hash") && !text.contains("ambit_sk_"), "{path} {hash}");
    }
}

#[test]
fn the_matrix_comes_as_json_and_as_csv_with_overlays() {
    let world = World::new();
    let json = world.read("/matrix?product=records").expect(200).json();
    assert_eq!(json["cells"].as_array().unwrap().len(), 9);
    let csv = world.read("/matrix?product=records&format=csv").expect(200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().starts_with(
        "product,area,role,permission,outcome,limit,when_denied\nrecords,,keeper,read,allow,,hidden\n"
    ));
    let accepted =
        world.by("admin", "GET", "/v1/orgs/acme/matrix?product=records").header("accept", "text/csv").send();
    assert_eq!(accepted.body, csv.body);
}

#[test]
fn an_export_applies_to_nothing_new() {
    let world = World::new();
    let yaml = world.read("/export").expect(200);
    assert_eq!(yaml.header("content-type"), Some("application/yaml"));
    let plan = world.apply("?dry_run=true", &yaml.text()).expect(200).json();
    assert_eq!(plan["plan"], json!([]));
    let file = world.read("/export?format=json").expect(200).json();
    assert_eq!(file["organization"], json!("acme"));
    let plan = world.write("admin", "/apply?dry_run=true&prune=true", &file).expect(200).json();
    assert_eq!(plan["plan"], json!([]));
}

#[test]
fn the_log_says_who_changed_what() {
    let world = World::new();
    world.apply("", "users: [ { id: erin } ]").expect(200);
    world.apply("", "users: [ { id: fred } ]").expect(200);
    let answer = world.read("/changes?from=2&limit=1").expect(200).json();
    let entry = &items(&answer)[0];
    assert_eq!((&entry["revision"], &entry["actor_name"]), (&json!(2), &json!("api_key:admin")));
    assert_eq!(entry["changes"][0]["change"], json!("user_set"));
    assert!(entry["request_id"].is_string());
    assert_eq!(answer["next"], json!(3));
    let last = world.read("/changes?from=3").expect(200).json();
    assert_eq!((&last["next"], items(&last).len()), (&Json::Null, 1));
    let head = world.read("").json()["head"]["hash"].clone();
    assert_eq!(items(&last)[0]["hash"], head);
}

#[test]
fn what_is_known_already_is_not_sent_again() {
    let world = World::new();
    let tag = world.read("/users").expect(200).header("etag").unwrap().to_owned();
    let again =
        |tag: &str| world.by("admin", "GET", "/v1/orgs/acme/users").header("if-none-match", tag).send();
    let same = again(&tag).expect(304);
    assert!(same.body.is_empty());
    world.apply("", "users: [ { id: erin } ]").expect(200);
    let newer = again(&tag).expect(200).header("etag").unwrap().to_owned();
    assert_ne!(tag, newer);
    again(&format!("\"7\", W/{newer}")).expect(304);
    // Of a revision without the answer, nobody can say whether it is known.
    again(&format!("\"{}\"", world.revision())).expect(200);
}

#[test]
fn an_answer_that_time_has_changed_is_sent_again() {
    let world = World::new();
    let again = |path: &str, tag: &str| {
        world.by("admin", "GET", &format!("/v1/orgs/acme{path}")).header("if-none-match", tag).send()
    };
    let read = |path: &str| world.read(path).expect(200);
    let (path, key) = ("/users/dan", "/api-keys/backend");
    let dan = read(path);
    let tag = dan.header("etag").unwrap().to_owned();
    again(path, &tag).expect(304);
    // The key is used, and the assignment ends, without a new revision.
    let unused = read(key).header("etag").unwrap().to_owned();
    world.by("backend", "GET", "/.well-known/authzen-configuration").send().expect(200);
    again(key, &unused).expect(200);
    world.clock.set(crate::world::instant("2026-05-21T00:00:00Z"));
    let later = again(path, &tag).expect(200);
    assert_ne!(later.json()["assignments"], dan.json()["assignments"]);
    assert_eq!(world.revision(), 1);
}

#[test]
fn keys_that_nobody_uses_are_found() {
    let world = World::new();
    world.by("backend", "GET", "/.well-known/authzen-configuration").send().expect(200);
    world.clock.set(crate::world::instant("2026-05-05T13:00:00Z"));
    let unused = |since: &str| {
        let answer = world.read(&format!("/api-keys?revoked=false&unused_since={since}")).expect(200);
        ids(&answer.json()).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let used = |since: &str, key: &str| !unused(since).contains(&key.to_owned());
    assert!(used("2026-05-05T12:00:00Z", "backend") && !used("2026-05-05T12:00:01Z", "backend"));
    assert!(used("2026-05-05T12:30:00Z", "admin"), "it is asking");
    assert!(!used("2020-01-01T00:00:00Z", "late"), "nobody ever used it");
    world.read("/api-keys?unused_since=long").expect(400);
}
