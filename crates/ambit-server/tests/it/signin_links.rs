//! The setup link, passwords, links for new ones, and invitations.

use crate::people::{
    Browser, PASSWORD, account, change, has_password, notes, revision, set_status, studio, token, world,
    world_with,
};
use crate::world::{World, instant};
use ambit_identity::rules::Breached;
use ambit_model::{Change, ResourceRef, Status, SubjectRef};
use ambit_server::signin::{people, setup};
use serde_json::{Value as Json, json};
use std::sync::Arc;

const NEW: &str = "another three words";

fn setup_token(world: &World) -> String {
    let now = instant(crate::world::NOW);
    let link = setup::link(&world.app.identity.vault, &world.app.base_url, &studio(), now).unwrap();
    assert!(link.starts_with(&format!("{}/setup#token=", world.app.base_url)));
    token(&json!(link))
}

fn administrator(token: &str) -> Json {
    json!({ "token": token, "name": "Zoe Lang", "email": "zoe.lang@studio.example", "password": NEW })
}

#[test]
fn the_first_administrator_comes_in_with_the_setup_link() {
    let world = world();
    let view = world.ledger.view(&studio()).unwrap();
    assert!(!setup::is_needed(&view, world.app.now()), "robin is there");
    set_status(&world, "sue", Status::Active);
    let (token, before) = (setup_token(&world), revision(&world));
    let mut browser = Browser::new(&world);
    let shown = browser.post("/v1/setup", &administrator(&token)).expect(200).json();
    assert_eq!(shown["user"], "zoe.lang");
    assert_eq!(shown["name"], "Zoe Lang");
    browser.get("/v1/orgs/studio").expect(200);
    let noted = notes(&world, before);
    assert_eq!(
        noted,
        [("operator".to_owned(), "password_set".to_owned()), ("user:zoe.lang".into(), "signed_in".into())]
    );
    let again = Browser::new(&world).post("/v1/setup", &administrator(&token)).expect(410);
    assert_eq!(again.code(), "link_not_valid");
    Browser::new(&world).sign_in("zoe.lang", NEW).expect(200);
}

#[test]
fn a_setup_link_is_needed_where_no_active_person_has_authority() {
    let world = world();
    let needed = |world: &World| setup::is_needed(&world.ledger.view(&studio()).unwrap(), world.app.now());
    assert!(!needed(&world));
    let acme = world.ledger.view(&crate::world::acme()).unwrap();
    assert!(setup::is_needed(&acme, world.app.now()), "only an API key administers acme");
    change(&world, |_| vec![Change::CatalogRemoved { product: "admin-center".into() }]);
    assert!(!needed(&world), "without the Admin Center there is nothing to set up");
}

#[test]
fn a_setup_link_is_good_for_a_day_for_one_organization_and_until_the_next_is_made() {
    let world = world();
    let first = setup_token(&world);
    let second = setup_token(&world);
    Browser::new(&world).post("/v1/setup", &administrator(&first)).expect(410);
    Browser::new(&world).post("/v1/setup", &administrator("nonsense")).expect(410);
    let mut weak = administrator(&second);
    weak["password"] = json!("short");
    assert_eq!(Browser::new(&world).post("/v1/setup", &weak).expect(400).code(), "weak_password");
    let mut nowhere = administrator(&second);
    nowhere["email"] = json!("zoe");
    assert_eq!(Browser::new(&world).post("/v1/setup", &nowhere).expect(400).code(), "invalid_email");
    world.advance(jiff::SignedDuration::from_hours(24));
    Browser::new(&world).post("/v1/setup", &administrator(&second)).expect(410);
}

#[test]
fn somebody_who_is_there_can_become_the_first_administrator() {
    let world = world();
    let mut body = administrator(&setup_token(&world));
    body["id"] = json!("sue");
    let shown = Browser::new(&world).post("/v1/setup", &body).expect(200).json();
    assert_eq!((&shown["user"], &shown["email"]), (&json!("sue"), &json!("sue@studio.example")));
}

#[test]
fn weak_passwords_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list");
    std::fs::write(&list, "correct horse battery staple\n").unwrap();
    let breached = Arc::new(Breached::read(&list).unwrap());
    let world = world_with(|config| config.sign_in.breached = Some(breached));
    let mut carol = Browser::of(&world, "carol");
    for (password, reason) in [
        ("eleven char", "at least 12"),
        ("aaaaaaaaaaaaaaaa", "repeated"),
        ("my name is carol", "e-mail"),
        ("correct horse battery staple", "--breached-passwords"),
        (&"long ".repeat(60), "at most 256"),
    ] {
        let answer = carol.post("/v1/password", &json!({ "current": PASSWORD, "new": password })).expect(400);
        assert_eq!(answer.code(), "weak_password");
        assert!(answer.text().contains(reason), "{password}: {}", answer.text());
    }
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let world = world();
    let before = revision(&world);
    let (mut here, there) = (Browser::of(&world, "carol"), Browser::of(&world, "carol"));
    here.post("/v1/password", &json!({ "current": "not the password", "new": NEW })).expect(403);
    assert_eq!(there.user(), "carol");
    here.post("/v1/password", &json!({ "current": PASSWORD, "new": NEW })).expect(204);
    assert_eq!(here.user(), "carol");
    there.get("/v1/session").expect(401);
    Browser::new(&world).sign_in("carol", PASSWORD).expect(401);
    Browser::new(&world).sign_in("carol", NEW).expect(200);
    assert!(notes(&world, before).contains(&("user:carol".into(), "password_set".into())));
}

fn reset_link(browser: &mut Browser<'_>, user: &str) -> crate::client::Answer {
    browser.post(&format!("/v1/orgs/studio/users/{user}/reset-link"), &json!({}))
}

#[test]
fn an_administrator_gives_a_link_for_a_new_password_to_whom_it_could_give_all_they_hold() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let carol = Browser::of(&world, "carol");
    let before = revision(&world);
    let answer = reset_link(&mut ivan, "carol").expect(201).json();
    assert_eq!((&answer["mailed"], &answer["expires"]), (&json!(false), &json!("2026-05-06T12:00:00Z")));
    assert_eq!(carol.user(), "carol", "nothing ends until the link is used");
    let body = json!({ "token": token(&answer["link"]), "new": NEW });
    let mut fresh = Browser::new(&world);
    fresh.post("/v1/password/reset", &body).expect(200);
    assert_eq!(fresh.user(), "carol");
    carol.get("/v1/session").expect(401);
    Browser::new(&world).post("/v1/password/reset", &body).expect(410);
    Browser::new(&world).sign_in("carol", NEW).expect(200);
    let noted = notes(&world, before);
    assert_eq!(noted[0], ("user:ivan".into(), "password_reset_issued".into()));
    assert_eq!(noted[1], ("user:carol".into(), "password_set".into()));
}

#[test]
fn a_link_for_a_new_password_never_reaches_up_or_aside() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    // Who holds something outside of the instance; and whom the administrator does not see at all.
    let refused = reset_link(&mut ivan, "both").expect(403).json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("`commerce/ISC_User` at `instance:outlet`"), "{detail}");
    for user in ["robin", "olga", "loner", "nobody"] {
        reset_link(&mut ivan, user).expect(404);
    }
    reset_link(&mut Browser::of(&world, "carol"), "ulla").expect(404);
    // Through a group.
    let mut adam = world
        .of("studio", "helper", "POST", "/v1/orgs/studio/users/carol/reset-link")
        .json(&json!({}))
        .send();
    assert_eq!(adam.status, 404);
    adam = world
        .of("studio", "console", "POST", "/v1/orgs/studio/users/carol/reset-link")
        .json(&json!({}))
        .send();
    assert_eq!(adam.status, 201);
    let mut robin = Browser::of(&world, "robin");
    assert_eq!(reset_link(&mut robin, "sue").expect(409).code(), "not_active");
    reset_link(&mut robin, "loner").expect(201);
}

#[test]
fn a_link_is_worthless_once_its_user_holds_more_than_its_maker_may_give() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let answer = reset_link(&mut ivan, "carol").expect(201).json();
    let body = json!({ "token": token(&answer["link"]), "new": NEW });
    change(&world, |_| {
        vec![Change::AssignmentSet(ambit_model::Assignment {
            subject: SubjectRef::user("carol"),
            role: "commerce/ISC_User".parse().unwrap(),
            scope: ResourceRef::new("instance", "outlet"),
            approver: None,
            starts: None,
            expires: None,
            parameters: Default::default(),
        })]
    });
    Browser::new(&world).post("/v1/password/reset", &body).expect(410);
}

fn invitation(email: &str, role: &str, scope: &str) -> Json {
    json!({ "email": email, "name": "Nina Holm", "assignments": [{ "role": role, "scope": scope }] })
}

const INVITATIONS: &str = "/v1/orgs/studio/invitations";

#[test]
fn somebody_is_invited_and_joins() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let before = revision(&world);
    let body = invitation("nina@studio.example", "commerce/ISC_User", "instance:shop");
    let dry = ivan.post(&format!("{INVITATIONS}?dry_run=true"), &body).expect(200).json();
    assert_eq!((revision(&world), dry.get("link")), (before, None));
    assert_eq!(dry["plan"].as_array().unwrap().len(), 2);
    let answer = ivan.post(INVITATIONS, &body).expect(201).json();
    assert_eq!((&answer["user"], &answer["plan"]), (&json!("nina"), &dry["plan"]));
    assert_eq!((revision(&world), answer["revision"].as_u64()), (before + 1, Some(before + 1)));
    assert_eq!(answer["expires"], "2026-05-12T12:00:00Z");
    let view = world.ledger.view(&studio()).unwrap();
    assert_eq!(people::by_id(&view, "nina").unwrap().status, Status::Invited);
    Browser::new(&world).sign_in("nina", PASSWORD).expect(401);
    let pending = ivan.get(INVITATIONS).expect(200).json();
    assert_eq!(pending["items"][0]["invited_by"], "user:ivan");
    assert_eq!(
        (&pending["items"][0]["user"], &pending["items"][0]["expired"]),
        (&json!("nina"), &json!(false))
    );
    let accept = json!({ "token": token(&answer["link"]), "name": "Nina H.", "password": NEW });
    let mut nina = Browser::new(&world);
    let shown = nina.post("/v1/invitations/accept", &accept).expect(200).json();
    assert_eq!((&shown["user"], &shown["name"]), (&json!("nina"), &json!("Nina H.")));
    assert_eq!(nina.user(), "nina");
    Browser::new(&world).post("/v1/invitations/accept", &accept).expect(410);
    assert_eq!(ivan.get(INVITATIONS).json()["items"], json!([]));
    let noted: Vec<String> =
        notes(&world, before).into_iter().map(|(who, what)| format!("{who} {what}")).collect();
    assert_eq!(
        noted,
        ["user:ivan invitation_issued", "user:nina invitation_accepted", "user:nina signed_in"]
    );
}

#[test]
fn an_invitation_gives_what_the_inviter_may_give_and_nothing_else() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let before = revision(&world);
    for (role, scope) in [
        ("admin-center/super_admin", "organization:studio"),
        ("admin-center/instance_admin", "instance:shop"),
        ("commerce/ISC_User", "instance:outlet"),
    ] {
        let answer = ivan.post(INVITATIONS, &invitation("nina@studio.example", role, scope));
        assert!(
            [403, 404, 422].contains(&answer.status),
            "{role} at {scope}: {} {}",
            answer.status,
            answer.text()
        );
    }
    let mut group = invitation("nina@studio.example", "commerce/ISC_User", "instance:shop");
    group["groups"] = json!(["chiefs"]);
    let answer = ivan.post(INVITATIONS, &group);
    assert!([403, 404, 422].contains(&answer.status), "{} {}", answer.status, answer.text());
    let mut carol = Browser::of(&world, "carol");
    carol
        .post(INVITATIONS, &invitation("nina@studio.example", "commerce/buyer3", "commerce/customer:nord"))
        .expect(403);
    carol.get(INVITATIONS).expect(403);
    assert!(people::by_id(&world.ledger.view(&studio()).unwrap(), "nina").is_none());
    let noted = notes(&world, before);
    assert!(noted.iter().all(|(_, what)| what == "signed_in"), "{noted:?}");
}

#[test]
fn whoever_is_there_already_is_only_given_the_roles_and_the_answer_looks_the_same() {
    let world = world();
    has_password(&world, "olga");
    let mut ivan = Browser::of(&world, "ivan");
    let body = invitation("Olga@studio.example", "commerce/ISC_User", "instance:shop");
    let known = ivan.post(INVITATIONS, &body).expect(201).json();
    let fresh =
        ivan.post(INVITATIONS, &invitation("nina@studio.example", "commerce/ISC_User", "instance:shop"));
    let fresh = fresh.expect(201).json();
    let keys = |json: &Json| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&known), keys(&fresh));
    assert_eq!(known["user"], "olga");
    let accept = json!({ "token": token(&known["link"]), "password": NEW });
    Browser::new(&world).post("/v1/invitations/accept", &accept).expect(410);
    Browser::new(&world).sign_in("olga", PASSWORD).expect(200);
    let view = world.ledger.view(&studio()).unwrap();
    assert_eq!(view.held(view.subject(&SubjectRef::user("olga")).unwrap()).len(), 2);
}

#[test]
fn an_invitation_is_sent_again_and_withdrawn() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let mut olga = Browser::of(&world, "olga");
    let body = invitation("nina@studio.example", "commerce/ISC_User", "instance:shop");
    let first = ivan.post(INVITATIONS, &body).expect(201).json();
    let one = format!("{INVITATIONS}/nina");
    olga.post(&format!("{one}/resend"), &json!({})).expect(404);
    olga.delete(&one).expect(404);
    assert_eq!(olga.get(INVITATIONS).json()["items"], json!([]));
    let second = ivan.post(&format!("{one}/resend"), &json!({})).expect(201).json();
    let accept = |answer: &Json| json!({ "token": token(&answer["link"]), "password": NEW });
    Browser::new(&world).post("/v1/invitations/accept", &accept(&first)).expect(410);
    ivan.delete(&one).expect(204);
    Browser::new(&world).post("/v1/invitations/accept", &accept(&second)).expect(410);
    assert!(people::by_id(&world.ledger.view(&studio()).unwrap(), "nina").is_none());
    ivan.delete(&one).expect(404);
    ivan.delete(&format!("{INVITATIONS}/carol")).expect(404);
    ivan.post(&format!("{INVITATIONS}/carol/resend"), &json!({})).expect(404);
    world.advance(jiff::SignedDuration::from_hours(1));
    let third = ivan.post(INVITATIONS, &body).expect(201).json();
    world.advance(jiff::SignedDuration::from_hours(7 * 24));
    Browser::new(&world).post("/v1/invitations/accept", &accept(&third)).expect(410);
}

#[test]
fn an_invitation_does_not_hand_over_what_others_gave_in_the_meantime() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let mut robin = Browser::of(&world, "robin");
    let body = invitation("nina@studio.example", "commerce/ISC_User", "instance:shop");
    let answer = ivan.post(INVITATIONS, &body).expect(201).json();
    let more = invitation("nina@studio.example", "admin-center/super_admin", "organization:studio");
    let from_robin = robin.post(INVITATIONS, &more).expect(201).json();
    let accept = |answer: &Json| json!({ "token": token(&answer["link"]), "password": NEW });
    Browser::new(&world).post("/v1/invitations/accept", &accept(&answer)).expect(410);
    ivan.post(&format!("{INVITATIONS}/nina/resend"), &json!({})).expect(403);
    let again = ivan.post(INVITATIONS, &body).expect(201).json();
    Browser::new(&world).post("/v1/invitations/accept", &accept(&again)).expect(410);
    Browser::new(&world).post("/v1/invitations/accept", &accept(&from_robin)).expect(200);
}

#[test]
fn an_acceptance_that_was_interrupted_is_taken_up_again() {
    let world = world();
    let mut ivan = Browser::of(&world, "ivan");
    let body = invitation("nina@studio.example", "commerce/ISC_User", "instance:shop");
    let answer = ivan.post(INVITATIONS, &body).expect(201).json();
    // The log has the step, and the server was killed before it kept the password.
    set_status(&world, "nina", Status::Active);
    let accept = json!({ "token": token(&answer["link"]), "password": NEW });
    Browser::new(&world).post("/v1/invitations/accept", &accept).expect(200);
    Browser::new(&world).sign_in("nina", NEW).expect(200);
    assert!(world.app.identity.vault.password(&account("nina")).unwrap().is_some());
}
