//! Worlds like those of the public interop suites: todo, gateway, search.

use crate::world::World;
use serde_json::{Value as Json, json};

fn ask(world: &World, api: &str, body: &Json) -> Json {
    world.of("interop", "backend", "POST", &format!("/access/v1/{api}")).json(body).send().expect(200).json()
}

fn may(world: &World, who: &str, action: &str, resource: Json) -> bool {
    // Those suites send members that the standard does not know, and types that catalogs declare.
    let body = json!({ "subject": { "type": "user", "id": who, "identity": who }, "action": { "name": action },
                       "resource": resource, "userID": who });
    ask(world, "evaluation", &body)["decision"].as_bool().unwrap()
}

#[test]
fn todos_belong_to_somebody() {
    let world = World::new();
    let todo = |owner: &str| json!({ "type": "todo", "id": "7240d0db-8ff0", "properties": { "ownerID": format!("{owner}@the-citadel.example") } });
    let any = json!({ "type": "todo", "id": "todo-1" });
    let person = json!({ "type": "person", "id": "beth@the-smiths.example" });
    let rows = [
        //        read person, read, create, update own, update other's, delete own, delete other's
        ("rick", [true, true, true, true, true, true, true]),
        ("morty", [true, true, true, true, false, true, false]),
        ("summer", [true, true, true, true, false, true, false]),
        ("beth", [true, true, false, false, false, false, false]),
        ("jerry", [true, true, false, false, false, false, false]),
        ("nobody", [false; 7]),
    ];
    for (who, expected) in rows {
        let other = if who == "morty" { "summer" } else { "morty" };
        let decisions = [
            may(&world, who, "can_read_user", person.clone()),
            may(&world, who, "can_read_todos", any.clone()),
            may(&world, who, "can_create_todo", any.clone()),
            may(&world, who, "can_update_todo", todo(who)),
            may(&world, who, "can_update_todo", todo(other)),
            may(&world, who, "can_delete_todo", todo(who)),
            may(&world, who, "can_delete_todo", todo(other)),
        ];
        assert_eq!(decisions, expected, "{who}");
    }
    let batch = json!({ "subject": { "type": "user", "id": "morty" }, "action": { "name": "can_update_todo" },
                        "resource": {}, "context": {},
                        "evaluations": [{ "resource": todo("morty") }, { "resource": todo("rick") }] });
    assert_eq!(
        ask(&world, "evaluations", &batch)["evaluations"],
        json!([{ "decision": true }, { "decision": false }])
    );
}

#[test]
fn routes_of_a_gateway_are_resources() {
    let world = World::new();
    let route = |path: &str| json!({ "type": "route", "id": path });
    for (who, method, path, expected) in [
        ("beth", "GET", "/todos", true),
        ("beth", "POST", "/todos", false),
        ("morty", "POST", "/todos", true),
        ("morty", "DELETE", "/todos/{todoId}", true),
        ("morty", "DELETE", "/users/{userId}", false),
        ("nobody", "GET", "/todos", false),
    ] {
        assert_eq!(may(&world, who, method, route(path)), expected, "{who} {method} {path}");
    }
}

fn results(world: &World, api: &str, body: &Json, member: &str) -> Vec<String> {
    let answer = ask(world, api, body);
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
fn searches_agree_with_evaluations() {
    let world = World::new();
    let users = ["alice", "bob", "carol", "dan", "erin", "felix"];
    let records: Vec<String> = (101..=120).map(|id| id.to_string()).collect();
    let record = |id: &str| json!({ "type": "record", "id": id });
    for action in ["view", "edit", "delete"] {
        for who in users {
            let expected: Vec<String> =
                records.iter().filter(|id| may(&world, who, action, record(id))).cloned().collect();
            let body = json!({ "subject": { "type": "user", "id": who }, "action": { "name": action }, "resource": { "type": "record" } });
            assert_eq!(results(&world, "search/resource", &body, "id"), expected, "{who} {action}");
        }
        for id in ["101", "108", "120"] {
            let expected: Vec<&str> =
                users.into_iter().filter(|who| may(&world, who, action, record(id))).collect();
            let body = json!({ "subject": { "type": "user" }, "action": { "name": action }, "resource": record(id) });
            assert_eq!(results(&world, "search/subject", &body, "id"), expected, "{id} {action}");
        }
    }
    for who in users {
        let mut expected: Vec<&str> = ["view", "edit", "delete"]
            .into_iter()
            .filter(|action| may(&world, who, action, record("101")))
            .collect();
        expected.sort_unstable();
        let body = json!({ "subject": { "type": "user", "id": who }, "resource": record("101") });
        assert_eq!(results(&world, "search/action", &body, "name"), expected, "{who}");
    }
}
