//! Signing in, sessions, their cookies, and whose requests count as a person's.

use crate::people::{
    Browser, PASSWORD, account, has_password, has_password_in, notes, revision, set_status, world, world_with,
};
use crate::world::acme;
use ambit_identity::{Account, Vault};
use ambit_model::Status;
use serde_json::json;
use std::sync::Arc;

#[test]
fn a_person_signs_in_by_id_or_address_and_out_again() {
    let world = world();
    let before = revision(&world);
    for name in ["carol", "carol@studio.example", "CAROL@studio.EXAMPLE"] {
        has_password(&world, "carol");
        let mut browser = Browser::new(&world);
        let answer = browser.sign_in(name, PASSWORD).expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let shown = browser.get("/v1/session").expect(200).json();
        assert_eq!(shown, answer.json());
        assert_eq!(shown["user"], "carol");
        assert_eq!(shown["name"], "Carol Reed");
        assert_eq!(shown["organization"], "studio");
        assert_eq!(shown["expires"], "2026-05-05T20:00:00Z");
        assert!(shown.get("impersonator").is_none());
        let old = browser.cookie.clone();
        browser.post("/v1/sign-out", &json!({})).expect(204);
        assert_eq!(browser.cookie, None);
        let copied = Browser { world: &world, cookie: old };
        assert_eq!(copied.get("/v1/session").expect(401).code(), "unauthenticated");
    }
    let expected =
        [("user:carol".to_owned(), "signed_in".to_owned()), ("user:carol".into(), "signed_out".into())];
    assert_eq!(notes(&world, before), [&expected[..], &expected, &expected].concat());
}

#[test]
fn every_failure_sounds_the_same() {
    let world = world();
    for user in ["carol", "sue", "twin-1"] {
        has_password(&world, user);
    }
    let mut texts = Vec::new();
    for (user, password) in [
        ("carol", "another long password"),
        ("sue", PASSWORD),
        ("nobody", PASSWORD),
        ("nobody@studio.example", PASSWORD),
        ("twin@studio.example", PASSWORD),
        ("ulla", PASSWORD),
        ("", ""),
    ] {
        let answer = Browser::new(&world).sign_in(user, password).expect(401);
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.code(), "sign_in_failed");
        texts.push(answer.text());
    }
    let elsewhere = json!({ "org": "nowhere", "user": "carol", "password": PASSWORD });
    texts.push(Browser::new(&world).post("/v1/sign-in", &elsewhere).expect(401).text());
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let unsaid = json!({ "user": "carol", "password": PASSWORD });
    assert_eq!(Browser::new(&world).post("/v1/sign-in", &unsaid).expect(400).code(), "organization_needed");
    let metrics = world.of("studio", "console", "GET", "/metrics").send().expect(200).text();
    assert!(metrics.contains("ambit_sign_ins_total{outcome=\"failed\"} 8\n"), "{metrics}");
}

#[test]
fn who_guesses_waits_longer_and_longer_and_the_right_password_is_taken_afterwards() {
    let world = world();
    has_password(&world, "carol");
    let mut browser = Browser::new(&world);
    for _ in 0..5 {
        browser.sign_in("carol", "a guess that is wrong").expect(401);
    }
    let answer = browser.sign_in("carol@studio.example", PASSWORD).expect(429);
    assert_eq!((answer.code().as_str(), answer.header("retry-after")), ("throttled", Some("1")));
    world.advance(jiff::SignedDuration::from_secs(1));
    browser.sign_in("carol", "a guess that is wrong").expect(401);
    assert_eq!(browser.sign_in("carol", PASSWORD).expect(429).header("retry-after"), Some("2"));
    world.advance(jiff::SignedDuration::from_secs(2));
    browser.sign_in("carol", PASSWORD).expect(200);
    browser.sign_in("carol", "a guess that is wrong").expect(401);
    let metrics = world.of("studio", "console", "GET", "/metrics").send().expect(200).text();
    assert!(metrics.contains("ambit_sign_ins_total{outcome=\"throttled\"} 2\n"));
    assert!(metrics.contains("ambit_sign_ins_total{outcome=\"ok\"} 1\n"));
}

#[test]
fn the_cookie_is_for_this_host_alone_and_not_for_pages() {
    let plain = world();
    has_password(&plain, "carol");
    let answer = Browser::new(&plain).sign_in("carol", PASSWORD).expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("ambit="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"), "{cookie}");
    let encrypted = world_with(|config| config.base_url = Some("https://ambit.studio.example/".into()));
    has_password(&encrypted, "carol");
    let mut browser = Browser::new(&encrypted);
    let answer = browser.sign_in("carol", PASSWORD).expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-ambit="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert_eq!(browser.user(), "carol");
}

#[test]
fn pages_of_others_change_nothing() {
    let world = world_with(|config| config.base_url = Some("https://ambit.studio.example/base".into()));
    let browser = Browser::of(&world, "carol");
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let cookie = browser.cookie.clone().unwrap();
        let ask = world.ask(method, path).header("cookie", &cookie);
        headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).json(&json!({})).send()
    };
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://ambit.studio.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://ambit.studio.example.evil.example")],
    ] {
        let answer = ask("POST", "/v1/sign-out", headers).expect(403);
        assert_eq!(answer.code(), "csrf", "{headers:?}");
        assert_eq!(ask("GET", "/v1/session", headers).status, 200, "{headers:?}");
    }
    let foreign = [("sec-fetch-site", "cross-site")];
    assert_eq!(ask("POST", "/v1/sign-in", &foreign).expect(403).code(), "csrf");
    assert_eq!(ask("POST", "/orgs/studio/access/v1/evaluation", &foreign).expect(403).code(), "csrf");
    assert_eq!(browser.user(), "carol");
    for headers in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", "https://ambit.studio.example"),
    ] {
        let cookie = Browser::of(&world, "carol").cookie.unwrap();
        let ask = world.ask("POST", "/v1/sign-out").header("cookie", &cookie);
        ask.header(headers.0, headers.1).json(&json!({})).send().expect(204);
    }
}

#[test]
fn whoever_is_suspended_or_removed_is_out_at_once() {
    let world = world();
    for (user, status) in
        [("carol", Some(Status::Suspended)), ("ulla", Some(Status::Deactivated)), ("loner", None)]
    {
        let browser = Browser::of(&world, user);
        assert_eq!(browser.user(), user);
        match status {
            Some(status) => set_status(&world, user, status),
            None => crate::people::change(&world, |_| {
                vec![ambit_model::Change::UserRemoved { id: "loner".into() }]
            }),
        }
        browser.get("/v1/session").expect(401);
        if status.is_some() {
            set_status(&world, user, Status::Active);
            browser.get("/v1/session").expect(401);
            Browser::new(&world).sign_in(user, PASSWORD).expect(200);
        }
    }
}

#[test]
fn the_same_id_again_inherits_no_password() {
    let world = world();
    assert_eq!(Browser::of(&world, "loner").user(), "loner");
    let mut admin = Browser::of(&world, "robin");
    admin.delete(&format!("/v1/orgs/{}/users/loner", crate::people::studio())).expect(200);
    crate::people::change(&world, |_| {
        vec![ambit_model::Change::UserSet(ambit_model::User {
            id: "loner".into(),
            name: None,
            email: None,
            status: Status::Active,
            properties: serde_json::Map::new(),
        })]
    });
    Browser::new(&world).sign_in("loner", PASSWORD).expect(401);
}

#[test]
fn sessions_end_after_a_while() {
    let world = world();
    let browser = Browser::of(&world, "carol");
    let hours = jiff::SignedDuration::from_hours;
    world.advance(hours(7));
    assert_eq!(browser.user(), "carol");
    world.advance(hours(7));
    assert_eq!(browser.user(), "carol");
    world.advance(hours(8));
    browser.get("/v1/session").expect(401);
}

#[test]
fn sessions_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Arc::new(Vault::open(dir.path()).unwrap());
    let vault = open();
    let first = world_with(|config| config.sign_in.vault = Some(vault));
    let cookie = Browser::of(&first, "carol").cookie;
    drop(first);
    let second = world_with(|config| config.sign_in.vault = Some(open()));
    assert_eq!(Browser { world: &second, cookie }.user(), "carol");
}

#[test]
fn ones_sessions_are_listed_and_ended() {
    let world = world();
    let mut here = Browser::of(&world, "carol");
    world.advance(jiff::SignedDuration::from_mins(5));
    let there = Browser::of(&world, "carol");
    let other = Browser::of(&world, "ulla");
    let items = there.get("/v1/sessions").expect(200).json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["current"], true);
    assert_eq!(items[1]["created"], "2026-05-05T12:00:00Z");
    let id = items[0]["id"].as_str().unwrap();
    let not_mine = other.get("/v1/sessions").json()["items"][0]["id"].as_str().unwrap().to_owned();
    here.delete(&format!("/v1/sessions/{not_mine}")).expect(404);
    here.delete(&format!("/v1/sessions/{id}")).expect(204);
    there.get("/v1/session").expect(401);
    assert_eq!(here.user(), "carol");
    assert_eq!(other.user(), "ulla");
    let third = Browser::of(&world, "carol");
    let ended = here.post("/v1/sign-out-everywhere", &json!({})).expect(200).json();
    assert_eq!(ended["sessions"], 2);
    for browser in [&here, &third] {
        browser.get("/v1/session").expect(401);
    }
}

#[test]
fn an_administrator_signs_out_whom_it_administers() {
    let world = world();
    let carol = Browser::of(&world, "carol");
    let mut ulla = Browser::of(&world, "ulla");
    let mut ivan = Browser::of(&world, "ivan");
    let mut robin = Browser::of(&world, "robin");
    let whom = |user: &str| json!({ "user": user });
    ulla.post("/v1/sign-out-everywhere", &whom("robin")).expect(404);
    ivan.post("/v1/sign-out-everywhere", &whom("robin")).expect(404);
    assert_eq!(carol.user(), "carol");
    let ended = ivan.post("/v1/sign-out-everywhere", &whom("carol")).expect(200).json();
    assert_eq!(ended["sessions"], 1);
    carol.get("/v1/session").expect(401);
    assert_eq!(ivan.user(), "ivan");
    robin.post("/v1/sign-out-everywhere", &whom("ivan")).expect(200);
    ivan.get("/v1/session").expect(401);
    robin.post("/v1/sign-out-everywhere", &whom("nobody")).expect(404);
}

#[test]
fn a_person_asks_about_themselves_and_a_reader_about_others() {
    let world = world();
    let question = |user: &str| {
        json!({ "subject": { "type": "user", "id": user }, "action": { "name": "commerce/orders.place" },
                "resource": { "type": "commerce/customer", "id": "nord" } })
    };
    let path = "/orgs/studio/access/v1/evaluation";
    let mut carol = Browser::of(&world, "carol");
    let own = carol.post(path, &question("carol")).expect(200).json();
    assert!(own["context"].get("impersonator").is_none());
    carol.post(path, &question("ulla")).expect(403);
    carol.post("/access/v1/evaluation", &question("carol")).expect(200);
    carol.post("/orgs/acme/access/v1/evaluation", &question("carol")).expect(404);
    Browser::of(&world, "robin").post(path, &question("ulla")).expect(200);
    let search = json!({ "subject": { "type": "user" }, "action": { "name": "commerce/orders.place" },
                         "resource": { "type": "commerce/customer", "id": "nord" } });
    carol.post("/orgs/studio/access/v1/search/subject", &search).expect(403);
    carol.get("/metrics").expect(403);
}

#[test]
fn a_key_has_no_session_and_counts_where_both_are_sent() {
    let world = world();
    let cookie = Browser::of(&world, "carol").cookie.unwrap();
    world.of("studio", "console", "GET", "/v1/session").send().expect(403);
    let both = world.of("studio", "console", "GET", "/v1/orgs/studio").header("cookie", &cookie);
    both.send().expect(200);
    let wrong =
        world.ask("GET", "/v1/session").header("cookie", &cookie).header("authorization", "Bearer nonsense");
    wrong.send().expect(401);
    world.ask("GET", "/v1/session").header("cookie", "ambit=nonsense; other=1").send().expect(401);
    world.ask("GET", "/v1/session").header("cookie", "other=1").send().expect(401);
}

#[test]
fn somebody_in_two_organizations_changes_over_without_a_password() {
    let world = world();
    let before = revision(&world);
    has_password_in(&world, &Account::new(&acme(), "alice"));
    let mut browser = Browser::of(&world, "carol");
    let over = |browser: &mut Browser<'_>, org: &str| {
        browser.post("/v1/session/organization", &json!({ "organization": org }))
    };
    // That there is such an organization, and such a user, is nothing that one hears without having signed in there.
    let refused = over(&mut browser, "acme").expect(409);
    assert_eq!(refused.code(), "sign_in_needed");
    let nowhere = over(&mut browser, "nowhere").expect(409).text();
    assert_eq!(refused.text().replace("acme", "nowhere"), nowhere);
    assert_eq!(over(&mut browser, "No such thing!").expect(409).code(), "sign_in_needed");
    over(&mut browser, "studio").expect(200);

    let at_acme = json!({ "org": "acme", "user": "alice", "password": PASSWORD, "beside": true });
    let shown = browser.post("/v1/sign-in", &at_acme).expect(200).json();
    let both = |current: &str| {
        json!([
            { "organization": "acme", "user": "alice", "current": current == "acme" },
            { "organization": "studio", "user": "carol", "current": current == "studio" },
        ])
    };
    assert_eq!(shown["organizations"], both("acme"));
    browser.get("/v1/orgs/acme/me").expect(200);
    browser.get("/v1/orgs/studio/me").expect(404);
    let first = browser.cookie.clone();
    assert_eq!(over(&mut browser, "studio").expect(200).json()["organizations"], both("studio"));
    assert_eq!(browser.user(), "carol");
    browser.get("/v1/orgs/studio/me").expect(200);
    let second = browser.cookie.clone();
    over(&mut browser, "acme").expect(200);
    assert_eq!(browser.user(), "alice");
    assert_eq!(
        Browser { world: &world, cookie: first }.get("/v1/session").expect(401).code(),
        "unauthenticated"
    );

    // Somebody who is suspended there does not come in by this way.
    set_status(&world, "carol", Status::Suspended);
    assert_eq!(over(&mut browser, "studio").expect(409).code(), "sign_in_needed");
    set_status(&world, "carol", Status::Active);
    over(&mut browser, "studio").expect(200);
    assert_eq!(browser.user(), "carol");
    over(&mut browser, "acme").expect(200);

    // Signing out leaves nothing behind in this browser.
    browser.post("/v1/sign-out", &json!({})).expect(204);
    for cookie in [second, browser.cookie.clone()] {
        Browser { world: &world, cookie }.get("/v1/session").expect(401);
    }
    let told: Vec<String> = notes(&world, before).into_iter().map(|(_, note)| note).collect();
    assert_eq!(told, ["signed_in", "signed_out"]);
}

#[test]
fn who_signs_in_after_somebody_else_has_nothing_of_theirs() {
    let world = world();
    has_password_in(&world, &Account::new(&acme(), "alice"));
    let mut browser = Browser::of(&world, "carol");
    let carols = browser.cookie.clone();
    let at_acme = json!({ "org": "acme", "user": "alice", "password": PASSWORD });
    let shown = browser.post("/v1/sign-in", &at_acme).expect(200).json();
    assert_eq!(shown["organizations"].as_array().unwrap().len(), 1);
    browser.post("/v1/session/organization", &json!({ "organization": "studio" })).expect(409);
    Browser { world: &world, cookie: carols }.get("/v1/session").expect(401);
    // One page of somebody else cannot make a browser change over.
    let foreign = world.ask("POST", "/v1/session/organization").header("sec-fetch-site", "cross-site");
    let foreign = foreign.header("cookie", browser.cookie.as_ref().unwrap());
    assert_eq!(foreign.json(&json!({ "organization": "studio" })).send().expect(403).code(), "csrf");
}

#[test]
fn a_sign_in_page_hears_what_it_may_offer_and_no_names() {
    let world = world();
    let offered = world.ask("GET", "/v1/sign-in").send().expect(200);
    assert_eq!(offered.json(), json!({ "password": true, "providers": [] }));
    assert_eq!(offered.header("cache-control"), Some("no-store"));
}

#[test]
fn the_last_use_of_a_key_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Arc::new(Vault::open(dir.path()).unwrap());
    let kept = Arc::clone(&vault);
    let mut world = world_with(|config| config.sign_in.vault = Some(kept));
    let org = account("x").org;
    assert_eq!(world.app.key_use(&org, "console").unwrap(), None);
    world.of("studio", "console", "GET", "/metrics").send().expect(200);
    let (at, from) = world.app.key_use(&org, "console").unwrap().unwrap();
    assert_eq!((at.to_string(), from.unwrap().to_string()), (crate::world::NOW.into(), "127.0.0.1".into()));
    let shown =
        world.of("studio", "console", "GET", "/v1/orgs/studio/api-keys/console").send().expect(200).json();
    assert_eq!(shown["last_used_at"], crate::world::NOW);
    assert_eq!(shown["last_used_from"], "127.0.0.1");
    let keys = world.of("studio", "console", "GET", "/v1/orgs/studio/api-keys").send().expect(200).json();
    let helper = keys["items"].as_array().unwrap().iter().find(|key| key["id"] == "helper").unwrap();
    assert!(helper.get("last_used_at").is_none(), "{helper}");
    world.stop();
    world.ended();
    assert!(vault.key_use(&org, "console").unwrap().is_some(), "it is written down when the server stops");
    assert_eq!(vault.key_use(&org, "helper").unwrap(), None);
}
