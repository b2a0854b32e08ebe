//! Acting as somebody else: who may, what it shows, what it does not allow, and how it ends.

use crate::people::{Browser, PASSWORD, change, notes, revision, set_status, world};
use ambit_model::{Change, ResourceRef, Status, SubjectRef};
use serde_json::json;

const BEGIN: &str = "/v1/orgs/studio/impersonation";

fn whom(user: &str) -> serde_json::Value {
    json!({ "user": user })
}

#[test]
fn both_names_are_shown_everywhere() {
    let world = world();
    let mut adam = Browser::of(&world, "adam");
    let before = revision(&world);
    let shown = adam.post(BEGIN, &whom("carol")).expect(200).json();
    assert_eq!((&shown["user"], &shown["impersonator"]), (&json!("carol"), &json!("adam")));
    assert_eq!(shown["impersonation_ends"], "2026-05-05T13:00:00Z");
    let answer = adam.get("/v1/session").expect(200);
    assert_eq!(answer.json(), shown);
    assert_eq!(answer.header("ambit-impersonating"), Some("user:adam as user:carol"));
    let question = json!({ "subject": { "type": "user", "id": "carol" }, "action": { "name": "commerce/orders.place" },
                           "resource": { "type": "commerce/customer", "id": "nord" } });
    let path = "/orgs/studio/access/v1/evaluation";
    let decision = adam.post(path, &question).expect(200);
    assert_eq!(decision.json()["context"]["impersonator"], "user:adam");
    assert_eq!(decision.header("ambit-impersonating"), Some("user:adam as user:carol"));
    let batch = json!({ "evaluations": [question], "options": { "explain": false } });
    let batch = adam.post("/orgs/studio/access/v1/evaluations", &batch).expect(200).json();
    assert_eq!(batch["evaluations"][0]["context"]["impersonator"], "user:adam");
    let mut about_self = question.clone();
    about_self["subject"]["id"] = json!("adam");
    adam.post(path, &about_self).expect(403);
    // A refusal names both, too.
    assert_eq!(
        adam.get("/v1/orgs/acme").expect(404).header("ambit-impersonating"),
        Some("user:adam as user:carol")
    );
    let back = adam.delete("/v1/impersonation").expect(200).json();
    assert_eq!((&back["user"], back.get("impersonator")), (&json!("adam"), None));
    assert_eq!(adam.get("/v1/session").header("ambit-impersonating"), None);
    adam.delete("/v1/impersonation").expect(404);
    let noted: Vec<String> =
        notes(&world, before).into_iter().map(|(who, what)| format!("{who} {what}")).collect();
    assert_eq!(noted, ["user:adam impersonation_started", "user:adam impersonation_ended"]);
}

#[test]
fn it_never_reaches_up_or_aside_and_needs_the_permission() {
    let world = world();
    for (actor, target, status, says) in [
        // Above: a higher level, itself or through a group.
        ("adam", "sys", 403, "commerce/ISC_System"),
        ("ulla", "adam", 403, "commerce/ISC_Admin"),
        // Aside: a role at another instance.
        ("adam", "both", 403, "instance:outlet"),
        // Authority over all of it, and not the permission.
        ("sys", "carol", 403, "commerce/users.impersonate"),
        // Administers the instance, and impersonates nobody.
        ("ivan", "carol", 403, "impersonate holders"),
        ("robin", "ivan", 403, "admin-center/instance_admin"),
        ("robin", "robin", 403, "themselves"),
        ("robin", "sue", 403, "not active"),
        ("robin", "nobody", 404, ""),
        ("carol", "adam", 404, ""),
        ("robin", "carol", 200, ""),
        ("robin", "loner", 200, ""),
        ("ulla", "carol", 200, ""),
    ] {
        let answer = Browser::of(&world, actor).post(BEGIN, &whom(target));
        assert_eq!(answer.status, status, "{actor} as {target}: {}", answer.text());
        assert!(answer.text().contains(says), "{actor} as {target}: {}", answer.text());
    }
    let through_group = Browser::of(&world, "adam").post(BEGIN, &whom("boss"));
    assert!([403, 404].contains(&through_group.status), "{}", through_group.text());
    world.of("studio", "console", "POST", BEGIN).json(&whom("carol")).send().expect(403);
    Browser::of(&world, "adam").post("/v1/orgs/acme/impersonation", &whom("carol")).expect(404);
}

#[test]
fn meanwhile_nothing_is_done_that_outlasts_it_or_counts_as_another_person() {
    let world = world();
    let mut robin = Browser::of(&world, "robin");
    robin.post(BEGIN, &whom("adam")).expect(200);
    let key = "organization: studio\napi_keys: [ { id: sneaky, kind: secret } ]\n";
    for (method, path, body) in [
        ("POST", "/v1/password", json!({ "current": PASSWORD, "new": "another three words" })),
        ("POST", BEGIN, whom("carol")),
        ("POST", "/v1/orgs/studio/users/carol/reset-link", json!({})),
        ("POST", "/v1/orgs/studio/invitations", json!({ "email": "nina@studio.example" })),
        ("GET", "/v1/sessions", json!({})),
        ("POST", "/v1/sign-out-everywhere", json!({})),
    ] {
        let answer = robin.ask(method, path).json(&body).send().expect(403);
        assert_eq!(answer.code(), "impersonating", "{path}");
    }
    let applied = robin.ask("POST", "/v1/orgs/studio/apply").body("application/yaml", key).send();
    assert!([403, 422].contains(&applied.status), "{}", applied.text());
    assert_eq!(robin.user(), "adam");
    robin.post("/v1/sign-out", &json!({})).expect(204);
    robin.get("/v1/session").expect(401);
}

#[test]
fn it_ends_by_itself_and_when_the_right_is_gone() {
    let world = world();
    let ended = |browser: &Browser<'_>, user: &str| {
        assert_eq!(browser.get("/v1/session").expect(403).code(), "impersonation_ended");
        assert_eq!(browser.user(), user);
    };
    let mut adam = Browser::of(&world, "adam");
    adam.post(BEGIN, &whom("carol")).expect(200);
    world.advance(jiff::SignedDuration::from_mins(59));
    assert_eq!(adam.user(), "carol");
    world.advance(jiff::SignedDuration::from_mins(1));
    ended(&adam, "adam");
    // The target is suspended, or is given more.
    adam.post(BEGIN, &whom("carol")).expect(200);
    set_status(&world, "carol", Status::Suspended);
    ended(&adam, "adam");
    set_status(&world, "carol", Status::Active);
    adam.post(BEGIN, &whom("carol")).expect(200);
    change(&world, |_| {
        vec![Change::AssignmentRemoved {
            subject: SubjectRef::user("adam"),
            role: "commerce/ISC_Admin".parse().unwrap(),
            scope: ResourceRef::new("instance", "shop"),
        }]
    });
    ended(&adam, "adam");
    adam.post(BEGIN, &whom("carol")).expect(404);
    // Who is suspended acts as nobody, not even as somebody else.
    let mut ulla = Browser::of(&world, "ulla");
    ulla.post(BEGIN, &whom("carol")).expect(200);
    set_status(&world, "ulla", Status::Suspended);
    ulla.get("/v1/session").expect(401);
}
