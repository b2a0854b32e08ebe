//! The worst conditions that are accepted are evaluated on a small stack: each kind of expression is made as deep and as
//! long as the bounds of `ambit_catalog::condition` allow, found by trying.

use ambit_catalog::Condition;
use ambit_catalog::condition::{LIST_MAX, SOURCE_MAX_BYTES};
use ambit_engine::{EntityRef, Question, View};
use ambit_model::{Actor, Change, Entry, OrgId, Outcome, Properties, Reason, User};
use serde_json::{Value as Json, json};

/// Threads of servers have 2 MiB; half of that must do, in the dev profile as well.
const STACK: usize = 1 << 20;

/// An expression of a given size; larger sizes are deeper or longer.
type Family = (&'static str, fn(usize) -> String);

fn nested(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("{}{inner}{}", open.repeat(n), close.repeat(n))
}

fn chain(item: &str, operator: &str, n: usize) -> String {
    vec![item; n + 1].join(operator)
}

/// Every way of going deep: operators of each kind to the left and to the right, brackets, calls, literals.
fn families() -> Vec<Family> {
    vec![
        ("or", |n| chain("false", " || ", n)),
        ("and", |n| chain("true", " && ", n)),
        ("mixed", |n| chain("true", " && false || ", n)),
        ("plus", |n| format!("{} > 0", chain("1", "+", n))),
        ("minus", |n| format!("{} < 1", chain("1", "-", n))),
        ("times", |n| format!("{} == 1", chain("1", "*", n))),
        ("divided", |n| format!("{} == 1", chain("1", "/", n))),
        ("modulo", |n| format!("{} == 0", chain("2", "%", n))),
        ("texts", |n| format!("{} != ''", chain("'a'", "+", n))),
        ("lists joined", |n| format!("{} != []", chain("[1]", "+", n))),
        ("equal", |n| chain("true", " == ", n)),
        ("less", |n| chain("1", " < ", n)),
        ("in", |n| chain("1", " in ", n)),
        ("not", |n| format!("{}true", "!".repeat(n))),
        ("negative", |n| format!("{}1 != 0", "-".repeat(n))),
        ("brackets", |n| nested("(", "true", ")", n)),
        ("sums in brackets", |n| format!("{} > 0", nested("(1+", "1", ")", n))),
        ("choices to the right", |n| format!("{}true", "true ? true : ".repeat(n))),
        ("choices to the left", |n| nested("(", "true", " ? true : false)", n)),
        ("choices in the middle", |n| format!("{}true{}", "true ? ".repeat(n), " : false".repeat(n))),
        ("selects", |n| format!("has(resource{}.x)", ".properties".repeat(n))),
        ("indexes", |n| format!("resource{} == 1", "['properties']".repeat(n))),
        ("indexes of a list", |n| format!("{}1{}{} == 1", "[".repeat(n), "]".repeat(n), "[0]".repeat(n))),
        ("lists", |n| format!("{} != []", nested("[", "1", "]", n))),
        ("maps", |n| format!("{} != {{}}", nested("{'a': ", "1", "}", n))),
        ("keys", |n| format!("{} != {{}}", nested("{", "1", ": 1}", n))),
        ("wide lists", |n| format!("[{}] != []", chain("1", ",", n))),
        ("wide maps", |n| {
            let entries: Vec<String> = (0..=n).map(|key| format!("{key}: {key}")).collect();
            format!("{{{}}} != {{}}", entries.join(","))
        }),
        ("calls", |n| format!("{} != ''", nested("string(", "1", ")", n))),
        ("sizes", |n| format!("{} == 1", nested("size([", "1", "])", n))),
        ("methods", |n| format!("'a'{}", ".startsWith('a')".repeat(n))),
        ("methods within", |n| nested("'a'.contains(string(", "'a'", "))", n)),
        ("matches", |n| chain("'aaaa'.matches('^(a+)+$')", " && ", n)),
        ("all", |n| nested("[1].all(x, ", "true", ")", n)),
        ("exists after exists", |n| chain("subject.properties.l.exists(x, x == 'no')", " || ", n)),
        ("map and filter", |n| format!("{} == []", nested("[1].map(x, ", "[1].filter(y, y > 1)", ")", n))),
        ("mapped again", |n| format!("subject.properties.l{}.size() == 100", ".map(x, [x, x])".repeat(n))),
        ("timestamps", |n| format!("{} == time", nested("timestamp(string(", "time", "))", n))),
    ]
}

/// The largest of a family that is accepted: sizes are accepted up to a bound.
fn largest(make: fn(usize) -> String) -> Option<Condition> {
    let sizes = (1..SOURCE_MAX_BYTES).take_while(|size| make(*size).len() <= SOURCE_MAX_BYTES);
    let accepted = sizes.map_while(|size| Condition::parse(&make(size)).ok());
    accepted.last()
}

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
}

const CATALOG: &str = "product: shop
title: Shop
version: 1
permissions:
  pages.edit: { title: Edit }
roles:
  editor: { title: Editor, grants: [ pages.edit: { when: WHEN } ] }
";

/// A view in which everything depends on one condition.
fn view(source: &str, facts: Json) -> View {
    let id = OrgId::new("acme").unwrap();
    let source = CATALOG.replace("WHEN", &serde_json::to_string(source).unwrap());
    let user = User {
        id: "ann".to_owned(),
        name: None,
        email: None,
        status: ambit_model::Status::Active,
        properties: facts.as_object().unwrap().clone(),
    };
    let assignment = json!({ "subject": "user:ann", "role": "shop/editor", "scope": "product:shop" });
    let changes = vec![
        Change::OrganizationCreated { id },
        Change::CatalogInstalled { product: "shop".to_owned(), source },
        Change::UserSet(user),
        Change::AssignmentSet(serde_json::from_value(assignment).unwrap()),
    ];
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut view = View::default();
    let entry = Entry { revision: 1, epoch: 0, time, actor: Actor::OPERATOR, request_id: None, changes };
    view.apply(&entry).unwrap_or_else(|error| panic!("{error}"));
    view
}

fn check(view: &View, context: &Properties) -> (Outcome, Reason) {
    let verdict = view.check(&Question {
        subject: EntityRef::new("user", "ann"),
        permission: "pages.edit",
        action: None,
        resource: EntityRef::new("instance", "i"),
        context: Some(context),
        time: "2026-06-15T12:00:00Z".parse().unwrap(),
    });
    (verdict.outcome, verdict.reason)
}

#[test]
fn the_deepest_and_longest_accepted_conditions_end_on_a_small_stack() {
    for (name, make) in families() {
        on_a_small_stack(move || {
            let Some(condition) = largest(make) else { return };
            let list: Vec<String> = (0..LIST_MAX).map(|index| format!("item {index}")).collect();
            let view = view(condition.source(), json!({ "l": list }));
            let found = check(&view, &Properties::new());
            let expected = [Reason::Granted, Reason::ConditionFalse, Reason::ConditionError];
            assert!(expected.contains(&found.1), "{name}: {found:?}");
        });
    }
}

#[test]
fn texts_of_any_kind_up_to_the_longest_are_read_or_refused_on_a_small_stack() {
    for (_, make) in families() {
        on_a_small_stack(move || {
            let longest =
                (1..SOURCE_MAX_BYTES).take_while(|size| make(*size).len() <= SOURCE_MAX_BYTES).last();
            let _ = longest.map(|size| Condition::parse(&make(size)).is_ok());
        });
    }
}

#[test]
fn lists_and_maps_that_are_too_long_are_errors() {
    let source = "size(context.list) > 0 && size(context.map) > 0";
    let context = |list: usize, map: usize| {
        let map: Properties = (0..map).map(|key| (key.to_string(), json!(key))).collect();
        json!({ "list": (0..list).collect::<Vec<_>>(), "map": map }).as_object().unwrap().clone()
    };
    let view = view(source, json!({}));
    assert_eq!(check(&view, &context(LIST_MAX, LIST_MAX)), (Outcome::Allow, Reason::Granted));
    assert_eq!(check(&view, &context(LIST_MAX + 1, 1)), (Outcome::Deny, Reason::ConditionError));
    assert_eq!(check(&view, &context(1, LIST_MAX + 1)), (Outcome::Deny, Reason::ConditionError));
}

#[test]
fn facts_that_are_nested_too_deep_are_errors() {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!({ "a": deep });
    }
    let context = json!({ "deep": deep }).as_object().unwrap().clone();
    let view = view("has(context.deep)", json!({}));
    assert_eq!(check(&view, &context), (Outcome::Deny, Reason::ConditionError));
}
