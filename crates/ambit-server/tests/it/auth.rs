//! Who may pass which door. Every route of the router is walked by everyone who should not pass it.

use crate::client::Answer;
use crate::world::{World, instant, secret_of};
use ambit_server::routes::Access;
use ambit_server::{ROUTES, Route};
use serde_json::json;

/// The path with something in the place of its parameters.
fn filled(route: &Route, org: &str) -> String {
    let path = route.path.replace("{org}", org).replace("{*resource}", "instance:archive");
    let path = path.replace("{product}", "records").replace("{role}", "keeper").replace("{id}", "alice");
    let path = path.replace("{user}", "alice");
    path.replace("{member}", "user:bob").replace("{pool}", "team").replace("{revision}", "1")
}

fn walk(world: &World, key: Option<(&str, &str)>, org: &str, access: &[Access]) -> Vec<(Route, Answer)> {
    let routes = ROUTES.iter().filter(|route| access.contains(&route.access));
    routes
        .map(|route| {
            let path = filled(route, org);
            let ask = match key {
                Some((org, key)) => world.of(org, key, route.method, &path),
                None => world.ask(route.method, &path),
            };
            (*route, ask.json(&json!({})).send())
        })
        .collect()
}

const GUARDED: [Access; 6] =
    [Access::Key, Access::Secret, Access::Member, Access::Reader, Access::Writer, Access::Session];

#[test]
fn without_a_key_every_door_is_closed_but_nine() {
    let world = World::new();
    let answers = walk(&world, None, "acme", &GUARDED);
    let open = ROUTES.iter().filter(|route| route.access == Access::Open).count();
    let visitors = ROUTES.iter().filter(|route| route.access == Access::Visitor).count();
    assert_eq!((answers.len(), open), (ROUTES.len() - visitors - 9, 9));
    for (route, answer) in answers {
        assert_eq!(answer.status, 401, "{route:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"ambit\""));
        assert_eq!(answer.code(), "unauthenticated");
    }
    for (route, answer) in walk(&world, None, "acme", &[Access::Open]) {
        // There is no file of the console of the name that the walk gives.
        let expected = if route.path == "/assets/{file}" { 404 } else { 200 };
        assert_eq!(answer.status, expected, "{route:?}");
    }
    let before = world.revision();
    for (route, answer) in walk(&world, None, "acme", &[Access::Visitor]) {
        assert!([400, 404, 401].contains(&answer.status), "{route:?}: {}", answer.status);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(world.revision(), before);
}

#[test]
fn a_wrong_revoked_or_expired_key_is_no_key() {
    let world = World::with(|config| config.limits.failures_per_minute = 1_000);
    world.by("late", "GET", "/metrics").send().expect(200);
    world.clock.set(instant("2026-06-01T00:00:00Z"));
    for key in ["late", "gone", "nobody"] {
        for (route, answer) in walk(&world, Some(("acme", key)), "acme", &GUARDED) {
            assert_eq!(answer.status, 401, "{key} {route:?}");
        }
    }
}

#[test]
fn a_powerless_key_reads_and_writes_nothing() {
    let world = World::new();
    let before = world.revision();
    for (route, answer) in walk(&world, Some(("acme", "backend")), "acme", &[Access::Reader, Access::Writer])
    {
        assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{route:?}");
    }
    assert_eq!(world.revision(), before);
}

#[test]
fn a_key_of_another_organization_hears_what_it_hears_of_none() {
    let world = World::new();
    let elsewhere = walk(&world, Some(("globex", "backend")), "acme", &GUARDED);
    let nowhere = walk(&world, Some(("globex", "backend")), "no-such", &GUARDED);
    let mut compared = 0;
    for ((route, one), (_, other)) in
        elsewhere.iter().zip(&nowhere).filter(|((route, _), _)| route.path.contains("{org}"))
    {
        assert_eq!((one.status, &one.body), (404, &other.body), "{route:?}");
        assert_eq!(one.headers.len(), other.headers.len());
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn a_public_key_asks_about_itself_and_from_its_origins_only() {
    let world = World::new();
    let shop = "https://shop.example";
    let ask = |api: &str, origin: &str, body: &serde_json::Value| {
        world
            .by("storefront", "POST", &format!("/access/v1/{api}"))
            .header("origin", origin)
            .json(body)
            .send()
    };
    let own = json!({ "subject": { "type": "api_key", "id": "storefront" }, "action": { "name": "read" },
                      "resource": { "type": "record", "id": "record-1" } });
    let answer = ask("evaluation", shop, &own).expect(200);
    assert_eq!(answer.json()["decision"], json!(true));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let mut lying = own.clone();
    lying["context"] = json!({ "origin": shop });
    let denied = ask("evaluation", "https://evil.example", &lying).expect(200).json();
    assert_eq!(
        (&denied["decision"], &denied["context"]["reason"]),
        (&json!(false), &json!("origin_not_allowed"))
    );
    let without =
        world.by("storefront", "POST", "/access/v1/evaluation").json(&lying).send().expect(200).json();
    assert_eq!(without["decision"], json!(false));
    assert_eq!(ask("search/action", shop, &own).expect(200).json()["results"], json!([{ "name": "read" }]));
    let batch = json!({ "action": { "name": "read" }, "resource": own["resource"],
                        "evaluations": [{ "subject": own["subject"] }] });
    assert_eq!(
        ask("evaluations", shop, &batch).expect(200).json()["evaluations"],
        json!([{ "decision": true }])
    );

    let mut other = own.clone();
    other["subject"] = json!({ "type": "user", "id": "alice" });
    for api in ["evaluation", "search/action", "search/subject", "search/resource"] {
        ask(api, shop, &other).expect(403);
    }
    let mixed = json!({ "action": own["action"], "resource": own["resource"],
                        "evaluations": [{ "subject": own["subject"] }, { "subject": other["subject"] }] });
    ask("evaluations", shop, &mixed).expect(403);
    let mut explained = own.clone();
    explained["options"] = json!({ "explain": true });
    ask("evaluation", shop, &explained).expect(403);
    for demand in [json!({ "as_of": 1 }), json!({ "at_least": 1 })] {
        let mut past = own.clone();
        past["options"] = demand;
        ask("evaluation", shop, &past).expect(403);
    }
    for (route, answer) in walk(
        &world,
        Some(("acme", "storefront")),
        "acme",
        &[Access::Secret, Access::Member, Access::Reader, Access::Writer],
    ) {
        assert_eq!(answer.status, 403, "{route:?}");
    }
}

#[test]
fn browsers_may_ask_whether_they_may_ask() {
    let world = World::new();
    let preflight = |path: &str| {
        let ask = world.ask("OPTIONS", path).header("origin", "https://shop.example");
        ask.header("access-control-request-method", "POST").send()
    };
    let answer = preflight("/access/v1/evaluation").expect(204);
    assert!(answer.header("access-control-allow-headers").unwrap().contains("authorization"));
    assert_eq!(preflight("/v1/orgs/acme/users").header("access-control-allow-origin"), None);
}

#[test]
fn the_secret_is_accepted_bare_and_as_bearer() {
    let world = World::new();
    let secret = secret_of("acme", "backend");
    for value in [secret.clone(), format!("Bearer {secret}"), format!("bearer   {secret}")] {
        world.ask("GET", "/metrics").header("authorization", &value).send().expect(200);
    }
    for value in ["", "Bearer", "Bearer ", "Basic YTpi", "undefined", &"x".repeat(600)] {
        world.ask("GET", "/metrics").header("authorization", value).send().expect(401);
    }
}

#[test]
fn guessing_is_slowed_down_and_nobody_is_locked_out() {
    let world = World::with(|config| config.limits.failures_per_minute = 3);
    let guess = || world.by("wrong", "GET", "/metrics").send();
    for _ in 0..3 {
        guess().expect(401);
    }
    let slowed = guess().expect(429);
    assert!(slowed.header("retry-after").unwrap().parse::<u64>().unwrap() <= 60);
    world.by("backend", "GET", "/metrics").send().expect(200);
}

#[test]
fn unknown_paths_and_methods_are_problems_too() {
    let world = World::new();
    assert_eq!(world.by("admin", "GET", "/nope").send().expect(404).code(), "not_found");
    assert_eq!(
        world.by("admin", "DELETE", "/v1/orgs/acme/users").send().expect(405).code(),
        "method_not_allowed"
    );
    assert_eq!(
        world.by("backend", "GET", "/access/v1/evaluation").send().expect(405).code(),
        "method_not_allowed"
    );
}
