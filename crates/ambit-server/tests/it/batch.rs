//! Batches: semantics, defaults, errors of items, and answers that are bare unless more is asked for.

use crate::world::World;
use serde_json::{Value as Json, json};

/// Alice may read both, and write only the first.
fn batch(semantic: &str, actions: &[(&str, &str)]) -> Json {
    let items: Vec<Json> = actions
        .iter()
        .map(|(action, record)| json!({ "action": { "name": action }, "resource": { "type": "record", "id": record } }))
        .collect();
    json!({ "subject": { "type": "user", "id": "alice" }, "evaluations": items,
            "options": { "evaluations_semantic": semantic, "futureOption": {} } })
}

fn decisions(world: &World, body: &Json) -> Vec<bool> {
    let answer = world.authzen("evaluations", body).expect(200).json();
    assert_eq!(answer.as_object().unwrap().len(), 1);
    answer["evaluations"].as_array().unwrap().iter().map(|item| item["decision"].as_bool().unwrap()).collect()
}

#[test]
fn a_batch_stops_where_it_is_told_to() {
    let world = World::new();
    let asked = [("read", "record-1"), ("write", "record-2"), ("write", "record-1"), ("delete", "record-1")];
    assert_eq!(decisions(&world, &batch("execute_all", &asked)), [true, false, true, false]);
    assert_eq!(decisions(&world, &batch("deny_on_first_deny", &asked)), [true, false]);
    assert_eq!(decisions(&world, &batch("permit_on_first_permit", &asked)), [true]);
    assert_eq!(decisions(&world, &batch("permit_on_first_permit", &asked[1..])), [false, true]);
    assert_eq!(
        world.authzen("evaluations", &batch("sometimes", &asked)).expect(400).code(),
        "unknown_semantic"
    );
}

#[test]
fn what_is_wrong_with_an_item_is_its_own_answer() {
    let world = World::new();
    let good = json!({ "action": { "name": "read" }, "resource": { "type": "record", "id": "record-1" } });
    let body = json!({ "subject": { "type": "user", "id": "alice" },
        "evaluations": [good, { "action": { "name": 1 } }, 7, null, { "action": { "name": "read" } }, good] });
    let answer = world.authzen("evaluations", &body).expect(200).json();
    let items = answer["evaluations"].as_array().unwrap();
    assert_eq!(items.len(), 6);
    assert_eq!((&items[0], &items[5]), (&json!({ "decision": true }), &json!({ "decision": true })));
    for item in &items[1..5] {
        assert_eq!((&item["decision"], &item["context"]["error"]["status"]), (&json!(false), &json!(400)));
    }
    let mut stopping = body;
    stopping["options"] = json!({ "evaluations_semantic": "deny_on_first_deny" });
    assert_eq!(decisions(&world, &stopping), [true, false]);
}

#[test]
fn incomplete_defaults_matter_only_to_those_who_inherit_them() {
    let world = World::new();
    let full = json!({ "type": "record", "id": "record-1" });
    let body = |items: Json| {
        json!({ "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
                                     "resource": {}, "context": {}, "evaluations": items })
    };
    assert_eq!(decisions(&world, &body(json!([{ "resource": full }, { "resource": full }]))), [true, true]);
    assert_eq!(decisions(&world, &body(json!([{ "resource": full }, {}]))), [true, false]);
    // A default is replaced whole: the item's resource has no id of its own, and takes none from above.
    let mut partial = body(json!([{ "resource": { "type": "record" } }]));
    partial["resource"] = full;
    assert_eq!(decisions(&world, &partial), [false]);
    let mut wrong = body(json!([{ "resource": { "type": "record", "id": "record-1" } }]));
    wrong["resource"] = json!("record-1");
    world.authzen("evaluations", &wrong).expect(400);
    wrong["evaluations"] = json!({});
    world.authzen("evaluations", &wrong).expect(400);
}

#[test]
fn explanations_come_when_asked_for() {
    let world = World::new();
    let mut body = batch("execute_all", &[("read", "record-1"), ("write", "record-2")]);
    body["options"] = json!({ "explain": true });
    let answer = world.authzen("evaluations", &body).expect(200).json();
    let denied = &answer["evaluations"][1]["context"];
    assert_eq!((&denied["outcome"], &denied["reason"]), (&json!("deny"), &json!("condition_false")));
    assert_eq!(denied["presentation"]["state"], json!("read_only"));
    assert!(denied["explanation"]["considered"].is_array());
    let single = world
        .authzen(
            "evaluation",
            &json!({ "subject": body["subject"], "action": { "name": "read" },
        "resource": { "type": "record", "id": "record-1" } }),
        )
        .expect(200)
        .json();
    assert!(single["context"]["message"].is_string() && single["context"].get("explanation").is_none());
    assert_eq!(single["context"]["revision"], json!(world.revision()));
}

#[test]
fn a_large_batch_answers_like_a_small_one() {
    let world = World::new();
    let asked: Vec<(&str, &str)> = [("read", "record-1"), ("write", "record-2"), ("write", "record-1")]
        .into_iter()
        .cycle()
        .take(300)
        .collect();
    let expected: Vec<bool> = [true, false, true].into_iter().cycle().take(300).collect();
    assert_eq!(decisions(&world, &batch("execute_all", &asked)), expected);
}
