//! Review functions and `/me` over HTTP, on the demo organization.

use crate::sight::{Demo, set};
use crate::world::load;
use serde_json::{Value as Json, json};

fn items(answer: &Json) -> &Vec<Json> {
    answer["items"].as_array().unwrap()
}

#[test]
fn the_functions_of_the_standard_answer() {
    let demo = Demo::new();
    let list = |path: &str, field: &str| demo.list("robin", &format!("/review/{path}"), field);
    assert_eq!(list("assigned-users?role=commerce/buyer2", "subject"), set(&["user:bea", "user:lars"]));
    let authorized = list("authorized-users?role=cms/content_editors&kind=user", "subject");
    assert_eq!(authorized, set(&["user:emil", "user:emily", "user:noor"]));
    assert_eq!(list("assigned-roles?subject=user:emil", "role"), set(&[]));
    let held = list("authorized-roles?subject=user:emil", "role");
    assert!(held.contains("cms/content_editors") && held.contains("cms/german_content"), "{held:?}");
    let permissions = list("role-permissions?role=pim/junior_merchandiser", "permission");
    assert!(!permissions.is_empty() && !permissions.contains("pim/categories.delete"), "{permissions:?}");
    let operations =
        list("user-operations?subject=user:nick&resource=constructor/index:north-america", "permission");
    assert!(operations.contains("constructor/index_names.update"), "{operations:?}");
    let elsewhere =
        list("user-operations?subject=user:nick&resource=constructor/index:germany", "permission");
    assert!(!elsewhere.contains("constructor/index_names.update"));
    let denied = demo.read(
        "robin",
        "/review/user-operations?subject=user:nick&resource=constructor/index:germany&denied=true",
    );
    assert!(items(&denied).iter().any(|one| one["outcome"] == "deny" && one["reason"] == "not_reached"));
    let places = list("user-permissions?subject=user:nick", "at");
    assert!(places.contains("constructor/index:north-america"), "{places:?}");
    let who = demo.read("robin", "/review/who-can?permission=cms/content.edit&resource=cms/content:de-news");
    let names: Vec<&Json> = items(&who).iter().map(|one| &one["subject"]).collect();
    assert!(names.contains(&&json!("user:emil")) && names.contains(&&json!("user:noor")), "{names:?}");
    let emil = items(&who).iter().find(|one| one["subject"] == "user:emil").unwrap();
    assert_eq!(emil["path"]["subjects"], json!(["user:emil", "group:editors-de"]));
    let explained = demo.read(
        "robin",
        "/review/who-can?permission=cms/content.edit&resource=cms/content:de-news&explain=true",
    );
    assert!(items(&explained)[0]["explanation"]["considered"].is_array());
    let operations =
        list("role-operations?role=constructor/na_team&resource=constructor/index:germany", "permission");
    assert!(!operations.contains("constructor/index_names.update"));
    let least = demo.read(
        "robin",
        "/review/least-roles?permission=commerce/orders.place&resource=commerce/customer:nordbau",
    );
    let grants: Vec<(bool, u64)> = items(&least)
        .iter()
        .map(|one| (one["unconditional"] == false, one["grants"].as_u64().unwrap()))
        .collect();
    assert!(grants.len() > 1 && grants.is_sorted(), "{least}");
    assert!(list("unused-roles?product=commerce", "").is_subset(&set(&["commerce/unassigned"])));
    for path in ["dead-roles", "dominated-roles?product=pim", "separation-sets", "separation-violations"] {
        demo.read("robin", &format!("/review/{path}"));
    }
    for path in
        ["who-can", "who-can?permission=cms/content.edit", "assigned-users", "diff/roles?first=pim/PIM_Admin"]
    {
        assert_eq!(
            demo.ask("robin", &format!("/review/{path}")).expect(400).code(),
            "invalid_query",
            "{path}"
        );
    }
    for path in [
        "assigned-users?role=pim/none",
        "user-permissions?subject=user:none",
        "who-can?permission=pim/none&resource=instance:pim",
    ] {
        demo.ask("robin", &format!("/review/{path}")).expect(404);
    }
}

#[test]
fn a_review_shows_what_its_reader_sees() {
    let demo = Demo::new();
    let held = demo.list("ivan", "/review/authorized-roles?subject=user:adam", "scope");
    assert_eq!(held, set(&["instance:shop-us", "product:commerce"]));
    let users = demo.list("ivan", "/review/assigned-users?role=commerce/ISC_Admin", "scope");
    assert_eq!(users, set(&["instance:shop-us"]));
    let ways = demo.read("ivan", "/review/authorized-users?role=commerce/ISC_User");
    assert!(!ways.to_string().contains("shop-eu") && ways.to_string().contains("ulrich"));
    let who = demo.list(
        "ivan",
        "/review/who-can?permission=admin-center/users.invite&resource=instance:shop-us",
        "subject",
    );
    assert_eq!(who, set(&["user:ivan"]));
    let all = demo.list(
        "robin",
        "/review/who-can?permission=admin-center/users.invite&resource=instance:shop-us",
        "subject",
    );
    assert_eq!(all, set(&["user:ivan", "user:paula", "user:robin", "user:sam"]));
    for path in [
        "authorized-roles?subject=user:hana",
        "assigned-users?role=pim/PIM_Admin",
        "user-permissions?subject=user:adam&scope=instance:shop-eu",
        "who-can?permission=pim/products.approve_assigned&resource=instance:pim",
        "administered-by?role=commerce/ISC_User&scope=instance:shop-eu",
    ] {
        demo.ask("ivan", &format!("/review/{path}")).expect(404);
    }
    for path in ["unused-roles", "diff/subjects?first=user:adam&second=user:otto"] {
        demo.ask("ivan", &format!("/review/{path}")).expect(403);
    }
    let own = demo.read("bea", "/review/user-permissions?subject=api_key:bea");
    assert!(
        items(&own).iter().all(|one| one["path"]["subjects"] == json!(["api_key:bea"]))
            && !items(&own).is_empty()
    );
    demo.ask("bea", "/review/authorized-roles?subject=user:bea").expect(404);
}

#[test]
fn who_may_give_what_and_who_could_take_it() {
    let demo = Demo::new();
    let may = demo.list(
        "ivan",
        "/review/assignable-roles?subject=user:ulrich&scope=instance:shop-us&assignable=true",
        "role",
    );
    assert!(may.contains("commerce/ISC_Admin") && !may.contains("admin-center/super_admin"), "{may:?}");
    let not = demo.read(
        "ivan",
        "/review/assignable-roles?subject=user:ulrich&scope=instance:shop-us&assignable=false&q=super",
    );
    assert_eq!(items(&not)[0]["refusals"][0]["code"], "not_assignable_here");
    let held = demo.list(
        "robin",
        "/review/administered-by?role=commerce/ISC_User&scope=instance:shop-us",
        "subject",
    );
    assert!(
        held.contains("user:ivan") && held.contains("user:paula") && held.contains("user:adam"),
        "{held:?}"
    );
    assert!(!held.contains("user:ulrich") && !held.contains("user:priya"));
    let local =
        demo.list("ivan", "/review/administered-by?role=commerce/ISC_User&scope=instance:shop-us", "subject");
    assert!(local.contains("user:ivan") && !local.contains("user:robin"), "{local:?}");
}

#[test]
fn differences_and_the_past() {
    let demo = Demo::new();
    let diff = demo.read("robin", "/review/diff/roles?first=pim/PIM_Manager&second=pim/PIM_Merchandiser");
    assert_eq!(
        (&diff["relation"], diff["only_second"].as_array().unwrap().len()),
        (&json!("first_implies_second"), 0)
    );
    let diff = demo.read("robin", "/review/diff/subjects?first=user:mona&second=user:merle");
    assert!(diff["only_first_count"].as_u64().unwrap() > 0);
    let before = demo.read("robin", "")["revision"].as_u64().unwrap();
    load(
        &demo.0.ledger,
        "brightwater",
        "users: [ { id: una, name: Una } ]
assignments:
  - { subject: 'user:una', role: commerce/ISC_Admin, scope: 'instance:shop-us' }
  - { subject: 'user:una', role: pim/PIM_Manager, scope: 'instance:pim' }
remove: { assignments: [ { subject: 'user:ulrich', role: commerce/ISC_User, scope: 'instance:shop-us' } ] }",
    );
    let diff = |who: &str| demo.read(who, &format!("/review/diff/revisions?from={before}&effects=5"));
    let names = |diff: &Json| -> Vec<String> {
        let differences = diff["differences"].as_array().unwrap().iter();
        differences
            .map(|one| format!("{} {}", one["became"].as_str().unwrap(), one["name"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(
        names(&diff("robin")),
        [
            "added una",
            "removed user:ulrich holds commerce/ISC_User at instance:shop-us",
            "added user:una holds commerce/ISC_Admin at instance:shop-us",
            "added user:una holds pim/PIM_Manager at instance:pim"
        ]
    );
    assert_eq!(diff("robin")["effects"]["subjects"].as_array().unwrap().len(), 2);
    let local = diff("ivan");
    assert_eq!(names(&local).len(), 3);
    assert!(!local.to_string().contains("pim"), "{local}");
    demo.ask("robin", "/review/diff/revisions?from=99").expect(404);
    assert_eq!(
        demo.ask("robin", &format!("/review/diff/revisions?from={}&as_of={before}", before + 1))
            .expect(400)
            .code(),
        "invalid_query"
    );

    let who = |query: &str| {
        demo.list(
            "robin",
            &format!("/review/assigned-users?role=commerce/ISC_User&scope=instance:shop-us{query}"),
            "subject",
        )
    };
    assert_eq!(who(""), set(&[]));
    for _ in 0..3 {
        assert_eq!(who(&format!("&as_of={before}")), set(&["user:ulrich"]));
    }
}

#[test]
fn everybody_learns_where_they_start_and_what_they_find() {
    let demo = Demo::new();
    let me = |who: &str| demo.read(who, "/me");
    let landing = |who: &str| me(who)["landing"].clone();
    assert_eq!(landing("robin")["page"], "product_access");
    assert_eq!(
        (&landing("paula")["page"], &landing("paula")["at"]),
        (&json!("instances"), &json!("product:commerce"))
    );
    assert_eq!(landing("ivan")["page"], "instances");
    assert_eq!(
        (&landing("priya")["page"], &landing("priya")["at"]),
        (&json!("users"), &json!("project:web-shop"))
    );
    assert_eq!(landing("bea"), Json::Null);
    let sections = |who: &str| -> Vec<String> {
        let shown = me(who)["navigation"].clone();
        let shown = shown.as_array().unwrap().iter();
        shown
            .map(|one| {
                format!(
                    "{}{}",
                    one["section"].as_str().unwrap(),
                    if one["may_change"] == true { "*" } else { "" }
                )
            })
            .collect()
    };
    assert_eq!(
        sections("robin"),
        [
            "users*",
            "groups*",
            "roles*",
            "products*",
            "instances*",
            "projects*",
            "api_keys*",
            "history",
            "settings*"
        ]
    );
    assert_eq!(
        sections("paula"),
        ["users*", "groups*", "roles", "products", "instances*", "api_keys*", "history"]
    );
    assert_eq!(sections("ivan"), ["users*", "roles", "products", "instances*", "api_keys*", "history"]);
    assert_eq!(sections("priya"), ["users*", "roles", "products", "projects*", "history"]);
    assert_eq!(sections("bea"), Vec::<String>::new());
    let ivan = me("ivan");
    let administers = &ivan["administers"][0];
    assert_eq!(
        (&administers["scope"], &administers["by"]),
        (&json!("instance:shop-us"), &json!(["admin-center/instance_admin"]))
    );
    let assignable = administers["assignable"].to_string();
    assert!(assignable.contains("commerce/ISC_Admin") && assignable.contains("admin-center/project_owner"));
    assert!(!assignable.contains("admin-center/instance_admin") && !assignable.contains("pim/"));
    assert_eq!((&ivan["subject"], &ivan["signed_in_with"]), (&json!("api_key:ivan"), &json!("api_key")));
    assert_eq!(me("bea")["assignments"][0]["role"], "commerce/buyer3");
    let root = demo.0.of("brightwater", "bea", "GET", "/v1/me").send().expect(200).json();
    assert_eq!(root["organization"], "brightwater");
    // With a second project there is a list to begin with.
    load(
        &demo.0.ledger,
        "brightwater",
        "assignments: [ { subject: 'api_key:priya', role: admin-center/project_owner, scope: 'project:web-magazine' } ]",
    );
    assert_eq!(landing("priya")["page"], "projects");
}
