//! Pages of searches: put together they are the whole; tokens fit the request that they were given for and no other.

use crate::world::World;
use serde_json::{Value as Json, json};

fn resources(subject: &str, action: &str) -> Json {
    json!({ "subject": { "type": "user", "id": subject }, "action": { "name": action }, "resource": { "type": "record" } })
}

fn search(world: &World, api: &str, body: &Json) -> Json {
    world
        .of("interop", "backend", "POST", &format!("/access/v1/search/{api}"))
        .json(body)
        .send()
        .expect(200)
        .json()
}

/// All pages, put together, and how many there were.
fn paged(world: &World, api: &str, body: &Json, limit: u64) -> (Vec<Json>, usize) {
    let (mut all, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let mut body = body.clone();
        body["page"] = if token.is_empty() { json!({ "limit": limit }) } else { json!({ "token": token }) };
        let answer = search(world, api, &body);
        let results = answer["results"].as_array().unwrap();
        assert!(results.len() as u64 <= limit);
        assert_eq!(answer["page"]["count"], json!(results.len()));
        all.extend(results.iter().cloned());
        pages += 1;
        token = answer["page"]["next_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            return (all, pages);
        }
    }
}

#[test]
fn pages_put_together_are_the_whole() {
    let world = World::new();
    let searches = [
        ("resource", resources("alice", "view")),
        ("resource", resources("bob", "view")),
        (
            "subject",
            json!({ "subject": { "type": "user" }, "action": { "name": "view" }, "resource": { "type": "record", "id": "101" } }),
        ),
        (
            "action",
            json!({ "subject": { "type": "user", "id": "alice" }, "resource": { "type": "record", "id": "101" } }),
        ),
    ];
    for (api, body) in searches {
        let whole = search(&world, api, &body);
        let results = whole["results"].as_array().unwrap();
        assert_eq!(whole["page"]["next_token"], json!(""));
        for limit in [1, 2, 3, 1_000, 5_000] {
            let (all, pages) = paged(&world, api, &body, limit);
            assert_eq!(&all, results, "{api} by {limit}");
            assert_eq!(pages as u64, (results.len() as u64).div_ceil(limit).max(1));
        }
    }
}

#[test]
fn a_page_is_never_larger_than_the_server_allows_and_says_so() {
    let world = World::with(|config| config.limits.page = 7);
    let answer = search(&world, "resource", &resources("alice", "view"));
    assert_eq!(answer["results"].as_array().unwrap().len(), 7);
    assert!(!answer["page"]["next_token"].as_str().unwrap().is_empty());
    let (all, pages) = paged(&world, "resource", &resources("alice", "view"), 7);
    assert_eq!((all.len(), pages), (20, 3));
}

#[test]
fn a_token_fits_only_its_own_request() {
    let world = World::new();
    let mut body = resources("alice", "view");
    body["page"] = json!({ "limit": 2 });
    let token = search(&world, "resource", &body)["page"]["next_token"].as_str().unwrap().to_owned();
    let with = |mut body: Json, page: Json| {
        body["page"] = page;
        world.of("interop", "backend", "POST", "/access/v1/search/resource").json(&body).send()
    };
    let page = json!({ "token": token });
    with(resources("alice", "view"), page.clone()).expect(200);
    with(resources("alice", "view"), json!({ "token": token, "limit": 2 })).expect(200);
    let mut in_context = resources("alice", "view");
    in_context["context"] = json!({ "ip": "10.0.0.1" });
    for (changed, page) in [
        (resources("bob", "view"), page.clone()),
        (resources("alice", "edit"), page.clone()),
        (in_context, page.clone()),
        (resources("alice", "view"), json!({ "token": token, "limit": 3 })),
        (resources("alice", "view"), json!({ "token": format!("{token}00") })),
        (resources("alice", "view"), json!({ "token": "nonsense" })),
        (resources("alice", "view"), json!({ "token": 7 })),
    ] {
        let answer = with(changed, page).expect(400);
        assert!(["invalid_page_token", "invalid_request"].contains(&answer.code().as_str()));
    }
    let mut elsewhere = resources("alice", "read");
    elsewhere["page"] = page;
    assert_eq!(world.authzen("search/resource", &elsewhere).expect(400).code(), "invalid_page_token");
}

#[test]
fn a_token_survives_changes_and_the_search_goes_on() {
    let world = World::new();
    let body = |page: Json| {
        json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                                    "resource": { "type": "record" }, "page": page })
    };
    let first = world.authzen("search/resource", &body(json!({ "limit": 1 }))).expect(200).json();
    world
        .apply("", "resources: [ { id: 'records/record:record-3', parent: 'instance:archive' } ]")
        .expect(200);
    let token = first["page"]["next_token"].as_str().unwrap();
    let second = world.authzen("search/resource", &body(json!({ "token": token }))).expect(200).json();
    assert_eq!(second["results"], json!([{ "type": "record", "id": "record-2" }]));
    assert!(!second["page"]["next_token"].as_str().unwrap().is_empty());
}

#[test]
fn a_limit_of_nothing_finds_nothing_and_says_that_there_is_more() {
    let world = World::new();
    let mut body = resources("alice", "view");
    body["page"] = json!({ "limit": 0 });
    let answer = search(&world, "resource", &body);
    assert_eq!((&answer["results"], &answer["page"]["count"]), (&json!([]), &json!(0)));
    body["page"] = json!({ "token": answer["page"]["next_token"], "limit": 20 });
    assert_eq!(search(&world, "resource", &body)["results"].as_array().unwrap().len(), 20);
}

#[test]
fn results_are_named_as_they_were_asked_for() {
    let world = World::new();
    let ask = |kind: &str| {
        let mut body = resources("alice", "view");
        body["resource"]["type"] = json!(kind);
        search(&world, "resource", &body)["results"][0].clone()
    };
    assert_eq!(ask("record"), json!({ "type": "record", "id": "101" }));
    assert_eq!(ask("directory/record"), json!({ "type": "directory/record", "id": "101" }));
    let mut explained = resources("alice", "view");
    explained["options"] = json!({ "explain": true });
    let found = search(&world, "resource", &explained)["results"][0].clone();
    assert_eq!(found["context"]["context"]["outcome"], json!("allow"));
}
