//! Many at once over real HTTP: what there is one of is taken once, and the log says so once.

use crate::client::Answer;
use crate::world::{World, load};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Barrier};

const WRITERS: usize = 32;

/// Lets all of them go at the same instant.
fn race(ask: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Vec<Answer> {
    let (ask, start) = (Arc::new(ask), Arc::new(Barrier::new(WRITERS)));
    let runners: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (ask, start) = (Arc::clone(&ask), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                ask(number)
            })
        })
        .collect();
    runners.into_iter().map(|runner| runner.join().unwrap()).collect()
}

fn winners(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status < 300).count()
}

/// An organization with 32 users, and all seats but one taken.
fn crowd() -> World {
    let world = World::new();
    let users: String = (0..WRITERS + 2).map(|number| format!("  - {{ id: u{number} }}\n")).collect();
    let source = format!(
        "organization: crowd\nproducts: [crowd, admin-center]\n\
         resources:\n  - {{ id: 'instance:eu', parent: 'product:crowd' }}\nusers:\n{users}\
         api_keys:\n  - {{ id: admin, kind: secret }}\nassignments:\n\
         \x20 - {{ subject: 'api_key:admin', role: admin-center/super_admin, scope: 'organization:crowd' }}\n\
         \x20 - {{ subject: 'user:u{WRITERS}', role: crowd/member, scope: 'instance:eu' }}\n\
         \x20 - {{ subject: 'user:u{}', role: crowd/member, scope: 'instance:eu' }}\n",
        WRITERS + 1
    );
    load(&world.ledger, "crowd", source.leak());
    world
}

fn entries(world: &World, org: &str, key: &str) -> Vec<Json> {
    let log =
        world.of(org, key, "GET", &format!("/v1/orgs/{org}/changes?limit=1000")).send().expect(200).json();
    log["items"].as_array().unwrap().clone()
}

#[test]
fn the_last_seat_is_taken_once() {
    let world = Arc::new(crowd());
    let asking = Arc::clone(&world);
    let answers = race(move |number| {
        let body =
            json!({ "subject": format!("user:u{number}"), "role": "crowd/member", "scope": "instance:eu" });
        asking.of("crowd", "admin", "POST", "/v1/orgs/crowd/assignments").json(&body).send()
    });
    assert_eq!(winners(&answers), 1);
    for refused in answers.iter().filter(|answer| answer.status >= 300) {
        let problem = refused.json();
        assert_eq!((refused.status, &problem["refusals"][0]["code"]), (422, &json!("seat_limit")));
    }
    let entries = entries(&world, "crowd", "admin");
    assert_eq!(entries.len(), 2, "the first entry made the organization, the other one took the seat");
    let pools = world.of("crowd", "admin", "GET", "/v1/orgs/crowd/assignments?role=crowd/member").send();
    assert_eq!(pools.expect(200).json()["items"].as_array().unwrap().len(), 3);

    // Freed and taken in one step, it goes from hand to hand, and is never taken twice.
    let asking = Arc::clone(&world);
    let answers = race(move |number| {
        let held = |user: &str| json!({ "subject": user, "role": "crowd/member", "scope": "instance:eu" });
        let swap = json!({
            "assignments": [held(&format!("user:u{number}"))], "remove": [held(&format!("user:u{WRITERS}"))],
        });
        asking.of("crowd", "admin", "POST", "/v1/orgs/crowd/assignments").json(&swap).send()
    });
    // Whoever has the seat already asks for a removal alone, and everybody else for a swap: one of them is the first.
    assert_eq!(winners(&answers), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
}

#[test]
fn a_budget_is_written_by_the_one_who_saw_it() {
    let world = Arc::new(World::new());
    let seen = world.revision();
    let asking = Arc::clone(&world);
    let answers = race(move |number| {
        let body = json!({ "subject": "user:carol", "scope": "instance:eu", "currency": "EUR", "period": "month",
                           "amount": "500.00", "spent": format!("{}.00", number + 1) });
        let ask =
            asking.by("admin", "PUT", "/v1/orgs/acme/budgets").header("if-match", &format!("\"{seen}\""));
        ask.json(&body).send()
    });
    assert_eq!(winners(&answers), 1);
    for late in answers.iter().filter(|answer| answer.status >= 300) {
        assert_eq!((late.status, late.code().as_str()), (412, "revision_mismatch"));
        assert_eq!(late.json()["revision"], json!(seen + 1));
    }
    assert_eq!(world.revision(), seen + 1);
}

#[test]
fn an_approval_is_used_once() {
    let world = Arc::new(World::new());
    let order = json!({ "subject": { "type": "user", "id": "carol" }, "action": { "name": "orders.place" },
                        "resource": { "type": "order", "id": "7", "properties": { "parent": "instance:eu" } },
                        "context": { "amount": "900", "currency": "EUR" } });
    let filed = world.write("backend", "/approvals", &order).expect(201).json();
    let id = filed["id"].as_str().or_else(|| filed["result"]["id"].as_str()).unwrap().to_owned();
    let by = json!({ "by": "user:bob", "parent": "instance:eu" });
    world.write("admin", &format!("/approvals/{id}/approve"), &by).expect(200);
    let before = world.revision();
    let asking = Arc::clone(&world);
    let answers = race(move |_| asking.write("backend", &format!("/approvals/{id}/use"), &order));
    assert_eq!(winners(&answers), 1);
    assert!(answers.iter().filter(|answer| answer.status >= 300).all(|answer| answer.status == 409));
    assert_eq!(world.revision(), before + 1);
}

#[test]
fn one_idempotency_key_is_one_write() {
    let world = Arc::new(World::new());
    let before = world.revision();
    let asking = Arc::clone(&world);
    let answers = race(move |_| {
        let ask =
            asking.by("admin", "PUT", "/v1/orgs/acme/users/erin").header("idempotency-key", "hire-erin");
        ask.json(&json!({ "name": "Erin" })).send()
    });
    assert_eq!(winners(&answers), WRITERS);
    let first = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).count();
    assert_eq!((first, world.revision()), (1, before + 1));
}
