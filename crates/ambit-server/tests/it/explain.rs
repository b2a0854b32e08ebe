//! Why, and how to mend it, over HTTP on the demo organization: every fix is carried out as it is offered.

use crate::client::Answer;
use crate::sight::Demo;
use serde_json::{Value as Json, json};

const ORG: &str = "brightwater";

impl Demo {
    fn post(&self, who: &str, path: &str, body: &Json) -> Answer {
        self.0.of(ORG, who, "POST", &format!("/v1/orgs/{ORG}{path}")).json(body).send()
    }

    fn explain(&self, who: &str, asked: &Json) -> Json {
        self.post(who, "/review/explain", asked).expect(200).json()
    }

    fn allowed(&self, asked: &Json) -> bool {
        self.explain("robin", asked)["decision"] == true
    }
}

fn asked(subject: &str, permission: &str, resource: &str) -> Json {
    let (kind, id) = resource.split_once(':').unwrap();
    json!({ "subject": subject, "permission": permission, "resource": { "type": kind, "id": id } })
}

fn with(mut body: Json, name: &str, value: Json) -> Json {
    body[name] = value;
    body
}

fn list<'a>(of: &'a Json, name: &str) -> &'a Vec<Json> {
    of[name].as_array().unwrap_or_else(|| panic!("{name} in {of}"))
}

fn publishing() -> Json {
    asked("user:edgar", "commerce/pages.publish", "commerce/page:uk-home")
}

#[test]
fn an_allowed_question_draws_the_way_and_what_the_condition_read() {
    let demo = Demo::new();
    let answer = demo.explain("robin", &asked("user:emil", "cms/content.edit", "cms/content:de-news"));
    assert_eq!((&answer["decision"], &answer["subject_title"]), (&json!(true), &json!("Emil Sommer")));
    let explanation = &answer["context"]["explanation"];
    let kinds: Vec<&str> =
        list(&explanation["path"], "drawn").iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"subject"));
    assert!(kinds.contains(&"group") && kinds.contains(&"role") && kinds.contains(&"grant"), "{kinds:?}");
    assert_eq!(kinds.last(), Some(&"scope"));
    let places: Vec<&Json> = list(explanation, "places").iter().map(|place| &place["ref"]).collect();
    assert_eq!(places.first(), Some(&&json!("cms/content:de-news")));
    assert_eq!(places.last(), Some(&&json!("organization:brightwater")));
    assert_eq!(list(explanation, "places").iter().filter(|place| place["scope"] == true).count(), 1);
    assert!(answer.get("fixes").is_none() && explanation.get("nearest").is_none());

    let grant = &explanation["grant"];
    let read = json!([{ "name": "resource.properties.language", "value": "de" }]);
    assert_eq!((&grant["reads"], &grant["value"]), (&read, &json!(true)));
    assert_eq!(grant["requires"], json!(["content_editors"]));
}

#[test]
fn every_fix_works_as_it_is_offered_and_every_refused_one_is_refused() {
    let demo = Demo::new();
    let question = publishing();
    let answer = demo.explain("robin", &with(question.clone(), "fixes", json!(true)));
    assert_eq!(answer["decision"], json!(false));
    assert!(list(&answer["context"]["explanation"], "roles_that_grant").len() > 1);
    let fixes = list(&answer, "fixes");
    let gains: Vec<u64> = fixes.iter().map(|fix| fix["also_gains"].as_u64().unwrap()).collect();
    assert!(fixes.len() > 3 && gains.is_sorted(), "{answer}");
    let revision = demo.0.ledger.view(&ambit_model::OrgId::new(ORG).unwrap()).unwrap().revision();
    for fix in fixes {
        let done = demo.post("robin", "/batch?dry_run=true", &fix["commands"]).expect(200).json();
        assert_eq!(done["effects"]["counts"], fix["effects"]["counts"], "{fix}");
        let shown = list(&fix["effects"], "gains");
        assert!(shown.len() as u64 <= fix["also_gains"].as_u64().unwrap());
        assert!(shown.iter().all(|gain| gain["permission"] != "commerce/pages.publish"), "{fix}");
    }
    for refused in list(&answer, "refused_fixes") {
        let answer = demo.post("robin", "/batch?dry_run=true", &refused["commands"]).expect(422).json();
        assert_eq!(answer["refusals"][0]["code"], refused["refusals"][0]["code"], "{refused}");
    }
    let now = demo.0.ledger.view(&ambit_model::OrgId::new(ORG).unwrap()).unwrap().revision();
    assert_eq!(now, revision, "asking writes nothing");
    demo.post("robin", "/batch", &fixes[0]["commands"]).expect(200);
    assert!(demo.allowed(&question), "{}", fixes[0]);
    let answer = demo.explain("robin", &with(question, "fixes", json!(true)));
    assert_eq!(list(&answer, "fixes").len(), 0, "what is allowed needs no fix");
}

#[test]
fn what_sleeps_is_woken() {
    let demo = Demo::new();
    let question = asked("user:edgar", "commerce/pages.publish", "commerce/page:uk-home");
    let held = json!({
        "subject": "user:edgar", "role": "commerce/ISC_ContentApprover", "scope": "commerce/website:uk",
    });
    let kinds = |answer: &Json| -> Vec<String> {
        list(answer, "fixes").iter().map(|fix| fix["kind"].as_str().unwrap().to_owned()).collect()
    };
    let fixes_now = |demo: &Demo| demo.explain("robin", &with(question.clone(), "fixes", json!(true)));
    for (name, instant, kind) in [
        ("expires", "2026-05-05T13:00:00Z", "lengthen_assignment"),
        ("starts", "2027-01-01T00:00:00Z", "start_assignment"),
    ] {
        demo.post("robin", "/assignments", &with(held.clone(), name, json!(instant))).expect(200);
        demo.0.advance(jiff::SignedDuration::from_hours(2));
        let answer = fixes_now(&demo);
        assert!(kinds(&answer).contains(&kind.to_owned()), "{name}: {answer}");
        let fix = list(&answer, "fixes").iter().find(|fix| fix["kind"] == kind).unwrap();
        demo.post("robin", "/batch", &fix["commands"]).expect(200);
        assert!(demo.allowed(&question), "{fix}");
    }

    demo.post("robin", "/users/edgar/suspend", &json!({})).expect(200);
    let answer = fixes_now(&demo);
    assert_eq!(answer["context"]["reason"], json!("subject_inactive"));
    assert_eq!(kinds(&answer), ["activate_user"]);
    demo.post("robin", "/batch", &answer["fixes"][0]["commands"]).expect(200);
    assert!(demo.allowed(&question));
}

#[test]
fn an_approval_is_offered_with_those_who_may_give_it() {
    let demo = Demo::new();
    let question = asked("user:bruno", "commerce/orders.place", "commerce/customer:harbour-hotels");
    let answer = demo.explain("robin", &with(question, "fixes", json!(true)));
    assert_eq!(answer["context"]["outcome"], json!("needs_approval"));
    let first = &answer["fixes"][0];
    assert_eq!((&first["kind"], &first["also_gains"]), (&json!("ask_for_approval"), &json!(0)));
    assert_eq!(first["approvers"], json!(["user:hana"]));
    assert_eq!(first["commands"], json!(null));
    assert_eq!(answer["context"]["access_request"]["approvers"], json!(["user:hana"]));
}

#[test]
fn a_group_that_has_the_access_is_offered() {
    let demo = Demo::new();
    let question = asked("user:noor", "cms/content.edit", "cms/content:de-guides");
    let answer = demo.explain("robin", &with(question.clone(), "fixes", json!(true)));
    let into = list(&answer, "fixes").iter().find(|fix| fix["kind"] == "add_to_group");
    let into = into.unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(into["commands"]["changes"][0]["command"], json!("put_member"));
    demo.post("robin", "/batch", &into["commands"]).expect(200);
    assert!(demo.allowed(&question));
}

#[test]
fn an_administrator_is_offered_what_its_level_permits_and_sees_no_more_than_elsewhere() {
    let demo = Demo::new();
    let question = asked("user:ulrich", "commerce/pages.publish", "commerce/page:us-home");
    let answer = demo.explain("ivan", &with(question.clone(), "fixes", json!(true)));
    assert_eq!(answer["decision"], json!(false));
    let scopes: Vec<&Json> = list(&answer, "fixes").iter().map(|fix| &fix["scope"]).collect();
    assert!(!scopes.is_empty(), "{answer}");
    for scope in scopes {
        assert!(
            !["product:commerce", "organization:brightwater"].contains(&scope.as_str().unwrap()),
            "{answer}"
        );
    }
    for fix in list(&answer, "fixes") {
        demo.post("ivan", "/batch?dry_run=true", &fix["commands"]).expect(200);
    }
    let others: Vec<&Json> = list(&answer, "others_may").iter().map(|one| &one["subject"]).collect();
    assert!(!others.contains(&&json!("user:robin")), "who stands above is not seen: {others:?}");
    let by_robin = demo.explain("robin", &with(question, "fixes", json!(true)));
    let others: Vec<&Json> = list(&by_robin, "others_may").iter().map(|one| &one["subject"]).collect();
    assert!(others.contains(&&json!("user:robin")) && others.contains(&&json!("user:ivan")), "{others:?}");

    // What Ivan does not see does not exist.
    for body in [
        publishing(),
        asked("user:ulrich", "pim/categories.delete", "instance:pim"),
        asked("user:ulrich", "commerce/pages.publish", "commerce/page:uk-home"),
        asked("user:nobody", "commerce/pages.publish", "commerce/page:us-home"),
        asked("user:ulrich", "commerce/pages.publish", "commerce/nothing:x"),
    ] {
        let answer = demo.post("ivan", "/review/explain", &body).expect(404);
        assert_eq!(answer.code(), "not_found", "{body}");
    }
    // Adam holds roles in Europe too, of which Ivan hears nothing.
    let adam = demo.explain("ivan", &asked("user:adam", "commerce/pages.publish", "commerce/page:us-home"));
    for one in list(&adam["context"]["explanation"], "considered") {
        assert!(one["scope"] == "instance:shop-us" || one["baseline"] == true, "{one}");
    }
    assert!(!adam.to_string().contains("shop-eu"), "{adam}");
}

#[test]
fn who_administers_nothing_is_told_about_itself_and_offered_no_writes() {
    let demo = Demo::new();
    let own = asked("api_key:bea", "commerce/pages.publish", "commerce/customer:harbour-hotels");
    let answer = demo.explain("bea", &with(own, "fixes", json!(true)));
    assert_eq!(answer["decision"], json!(false));
    assert_eq!(list(&answer["context"]["explanation"], "considered")[0]["role"], json!("commerce/buyer3"));
    for nothing in ["fixes", "refused_fixes", "others_may"] {
        assert_eq!(answer[nothing], json!([]), "{nothing}");
    }
    assert_eq!(answer["context"]["explanation"]["roles_that_grant"], json!([]));
    for elsewhere in [
        asked("api_key:bea", "commerce/pages.publish", "commerce/customer:nordbau"),
        asked("api_key:bea", "pim/categories.delete", "commerce/customer:harbour-hotels"),
        asked("user:bea", "commerce/orders.approve", "commerce/customer:harbour-hotels"),
    ] {
        demo.post("bea", "/review/explain", &elsewhere).expect(404);
    }
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let demo = Demo::new();
    let old = demo.post("robin", "/review/explain?as_of=1", &with(publishing(), "fixes", json!(true)));
    assert_eq!(old.expect(400).code(), "invalid_request");
    let past = demo.post("robin", "/review/explain?as_of=1", &publishing()).expect(200).json();
    assert_eq!(past["context"]["revision"], json!(1));
    for (name, value) in [("subject", json!("edgar")), ("resource", json!("page")), ("more", json!(1))] {
        demo.post("robin", "/review/explain", &with(publishing(), name, value)).expect(400);
    }
    let elsewhere = asked("user:edgar", "pim/categories.delete", "commerce/page:uk-home");
    assert_eq!(demo.post("robin", "/review/explain", &elsewhere).expect(400).code(), "invalid_question");
    let later = with(publishing(), "time", json!("2030-01-01T00:00:00Z"));
    assert_eq!(demo.explain("robin", &later)["time"], json!("2030-01-01T00:00:00Z"));
}
