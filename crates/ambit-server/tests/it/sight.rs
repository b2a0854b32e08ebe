//! What each level of administrators sees of the demo organization over HTTP, and that nothing else exists for them.
//! Programs stand in for the people of the demo: each holds what the person of its name holds.

use crate::client::Answer;
use crate::world::{World, load};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const DEMO: &str = include_str!("../../../../demo/organization.yaml");
const PROGRAMS: &str = "
api_keys:
  - { id: robin, kind: secret }
  - { id: paula, kind: secret }
  - { id: ivan, kind: secret }
  - { id: priya, kind: secret }
  - { id: bea, kind: secret }
assignments:
  - { subject: 'api_key:robin', role: admin-center/super_admin, scope: 'organization:brightwater' }
  - { subject: 'api_key:paula', role: admin-center/product_admin, scope: 'product:commerce' }
  - { subject: 'api_key:ivan', role: admin-center/instance_admin, scope: 'instance:shop-us' }
  - { subject: 'api_key:priya', role: admin-center/project_owner, scope: 'project:web-shop' }
  - { subject: 'api_key:bea', role: commerce/buyer3, scope: 'commerce/customer:harbour-hotels' }
";

pub struct Demo(pub World);

impl Demo {
    pub fn new() -> Self {
        let world = World::new();
        load(&world.ledger, "brightwater", DEMO);
        load(&world.ledger, "brightwater", PROGRAMS);
        Self(world)
    }

    pub fn ask(&self, who: &str, path: &str) -> Answer {
        self.0.of("brightwater", who, "GET", &format!("/v1/orgs/brightwater{path}")).send()
    }

    pub fn read(&self, who: &str, path: &str) -> Json {
        self.ask(who, path).expect(200).json()
    }

    /// What is on a list, all pages of it, by one of its fields.
    pub fn list(&self, who: &str, path: &str, field: &str) -> BTreeSet<String> {
        let (mut all, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let page = self.read(who, &format!("{path}{sign}limit=7{cursor}"));
            for item in page["items"].as_array().unwrap() {
                let value = if field.is_empty() { item } else { &item[field] };
                all.insert(value.as_str().unwrap().to_owned());
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }
}

pub fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_top_sees_everything() {
    let demo = Demo::new();
    let shown = demo.read("robin", "");
    assert_eq!(shown["everything"], json!(true));
    assert_eq!(shown["products"].as_array().unwrap().len(), 12);
    let users = demo.list("robin", "/users", "id");
    assert_eq!(shown["counts"]["users"], json!(users.len()));
    assert!(users.contains("jo") && users.contains("gone"));
    demo.ask("robin", "/export").expect(200);
}

#[test]
fn an_instance_admin_sees_its_instance() {
    let demo = Demo::new();
    assert_eq!(demo.list("ivan", "/users", "id"), set(&["adam", "ivan", "otto", "ulrich"]));
    assert_eq!(demo.list("ivan", "/groups", "id"), set(&[]));
    assert_eq!(demo.list("ivan", "/api-keys", "id"), set(&["ivan"]));
    assert_eq!(demo.list("ivan", "/products", "id"), set(&["admin-center", "commerce"]));
    assert_eq!(demo.list("ivan", "/resources?parent=product:commerce", "id"), set(&["instance:shop-us"]));
    let scopes = demo.list("ivan", "/assignments", "scope");
    assert_eq!(scopes, set(&["instance:shop-us"]));
    assert_eq!(demo.list("ivan", "/roles?type=custom", "id"), set(&[]));
    let roles = demo.list("ivan", "/roles", "product");
    assert_eq!(roles, set(&["admin-center", "commerce"]));
    assert_eq!(demo.list("ivan", "/budgets", "currency"), set(&[]));
    assert_eq!(demo.list("ivan", "/relations", "resource"), set(&[]));

    // Of the path it sees the names.
    let product = demo.read("ivan", "/resources/product:commerce");
    assert_eq!((&product["seen"], &product["assignments"]), (&json!("name"), &json!([])));
    let instance = demo.read("ivan", "/resources/instance:shop-us");
    assert_eq!(
        (&instance["seen"], &instance["properties"]["order_tracking"]),
        (&json!("people"), &json!("pixel"))
    );
    assert_eq!(instance["ancestors"], json!(["product:commerce", "organization:brightwater"]));
    assert!(instance["assignments"].as_array().unwrap().len() >= 3);

    // Of who works elsewhere too, it sees what is held here.
    let adam = demo.read("ivan", "/users/adam");
    let held: Vec<&Json> =
        adam["assignments"].as_array().unwrap().iter().map(|held| &held["scope"]).collect();
    assert_eq!(held, [&json!("instance:shop-us")]);

    for path in [
        "/users/robin",
        "/users/hana",
        "/groups/shop-content",
        "/groups/shop-content/members",
        "/api-keys/shop-backend",
        "/resources/instance:shop-eu",
        "/resources/commerce/page:uk-home",
        "/resources/instance:pim",
        "/roles/pim/PIM_Admin",
        "/roles/constructor/na_team",
        "/products/pim",
        "/products/pim/catalog",
        "/matrix?product=pim",
        "/assignments?subject=user:robin",
        "/assignments?scope=instance:shop-eu",
        "/assignments?role=pim/PIM_Admin",
        "/users?role=pim/PIM_Admin",
        "/users?group=group:editors",
        "/relations?resource=pim/item:tap-42",
        "/users/nobody",
    ] {
        let (hidden, nothing) =
            (demo.ask("ivan", path).expect(404), demo.ask("ivan", "/users/no-such").expect(404));
        assert_eq!(hidden.body, nothing.body, "{path}");
    }
    demo.ask("ivan", "/export").expect(403);
    let counts = demo.read("ivan", "")["counts"].clone();
    assert_eq!(
        (&counts["users"], &counts["groups"], &counts["custom_roles"]),
        (&json!(4), &json!(0), &json!(0))
    );
}

#[test]
fn a_product_admin_sees_its_product() {
    let demo = Demo::new();
    let instances = demo.list("paula", "/resources?type=instance", "id");
    assert_eq!(instances, set(&["instance:shop-eu", "instance:shop-us"]));
    let groups = demo.list("paula", "/groups", "id");
    assert_eq!(groups, set(&["christmas-team", "shop-classic", "shop-content", "shop-spire"]));
    let users = demo.list("paula", "/users", "id");
    assert!(users.contains("hana") && users.contains("paula") && users.contains("edgar"));
    assert!(!users.contains("robin") && !users.contains("jo") && !users.contains("dana"));
    assert_eq!(demo.list("paula", "/api-keys", "id"), set(&["bea", "ivan", "paula", "shop-backend"]));
    assert_eq!(demo.list("paula", "/budgets", "subject"), set(&["user:bea", "user:lars"]));
    demo.ask("paula", "/groups/editors").expect(404);
    demo.ask("paula", "/resources/organization:brightwater").expect(200);
}

#[test]
fn who_makes_a_key_or_a_group_can_go_on_with_it() {
    let demo = Demo::new();
    let send = |who: &str, method: &str, path: &str, body: &Json| {
        let path = format!("/v1/orgs/brightwater{path}");
        demo.0.of("brightwater", who, method, &path).json(body).send()
    };
    let key = json!({ "id": "till", "kind": "secret", "title": "Till" });
    send("ivan", "POST", "/api-keys", &key).expect(201);
    assert_eq!(demo.read("ivan", "/api-keys/till")["issued_by"], json!("api_key:ivan"));
    assert_eq!(demo.list("ivan", "/api-keys", "id"), set(&["ivan", "till"]));
    let rotated = send("ivan", "POST", "/api-keys/till/rotate", &json!({})).expect(200).json();
    assert_eq!(rotated["secrets"][0]["id"], json!("till"));
    demo.ask("paula", "/api-keys/till").expect(404);
    let give = json!({ "subject": "api_key:till", "role": "commerce/ISC_User", "scope": "instance:shop-us" });
    send("ivan", "POST", "/assignments", &give).expect(200);
    demo.ask("paula", "/api-keys/till").expect(200);

    send("paula", "PUT", "/groups/tills", &json!({ "title": "Tills" })).expect(200);
    assert_eq!(demo.read("paula", "/groups/tills")["title"], json!("Tills"));
    assert!(demo.list("paula", "/groups", "id").contains("tills"));
    demo.ask("ivan", "/groups/tills").expect(404);
    send("paula", "PUT", "/groups/tills/members/api_key:till", &Json::Null).expect(200);
}

#[test]
fn what_somebody_else_was_shown_is_not_known_already() {
    let demo = Demo::new();
    let again = |who: &str, tag: &str| {
        demo.0.of("brightwater", who, "GET", "/v1/orgs/brightwater/users").header("if-none-match", tag).send()
    };
    let all = demo.ask("robin", "/users").expect(200);
    let tag = all.header("etag").unwrap();
    again("robin", tag).expect(304);
    assert_ne!(again("ivan", tag).expect(200).body, all.body);
    let vary = all.header("vary").unwrap();
    assert!(vary.contains("authorization") && vary.contains("cookie"), "{vary}");
}

#[test]
fn a_project_owner_sees_all_projects_and_the_people_of_its_own() {
    let demo = Demo::new();
    let projects = demo.list("priya", "/resources?type=project", "id");
    assert_eq!(projects, set(&["project:trade-app", "project:web-magazine", "project:web-shop"]));
    let users = demo.list("priya", "/users", "id");
    assert_eq!(users, set(&["elin", "pablo", "priya", "rex", "rita", "vic"]));
    assert_eq!(demo.list("priya", "/assignments", "scope"), set(&["project:web-shop"]));
    demo.ask("priya", "/resources/experimentation/flag:quick-reorder").expect(404);
    demo.ask("priya", "/resources/experimentation/experiment:shorter-checkout").expect(200);
    demo.ask("priya", "/users/dev").expect(404);
}

#[test]
fn who_administers_nothing_sees_itself() {
    let demo = Demo::new();
    assert_eq!(demo.list("bea", "/api-keys", "id"), set(&["bea"]));
    for path in
        ["/users", "/groups", "/resources", "/roles", "/products", "/relations", "/budgets", "/seat-pools"]
    {
        assert_eq!(demo.read("bea", path)["items"], json!([]), "{path}");
    }
    assert_eq!(demo.list("bea", "/assignments", "role"), set(&["commerce/buyer3"]));
    let own = demo.read("bea", "/api-keys/bea");
    assert_eq!(own["assignments"][0]["state"], json!("active"));
    let counts = demo.read("bea", "")["counts"].clone();
    assert_eq!(
        (&counts["users"], &counts["assignments"], &counts["resources"]),
        (&json!(0), &json!(1), &json!(0))
    );
    for path in [
        "/users/bea",
        "/resources/commerce/customer:harbour-hotels",
        "/roles/commerce/buyer3",
        "/products/commerce",
    ] {
        demo.ask("bea", path).expect(404);
    }
}

#[test]
fn the_log_shows_what_is_about_what_one_sees() {
    let demo = Demo::new();
    let change = |yaml: &'static str| load(&demo.0.ledger, "brightwater", yaml);
    change(
        "users: [ { id: una } ]\nassignments: [ { subject: 'user:una', role: commerce/ISC_User, scope: 'instance:shop-us' } ]",
    );
    change(
        "users: [ { id: umberto } ]\nassignments: [ { subject: 'user:umberto', role: commerce/ISC_User, scope: 'instance:shop-eu' } ]",
    );
    let revisions = |who: &str, query: &str| -> Vec<u64> {
        let page = demo.read(who, &format!("/changes?from=3{query}"));
        page["items"].as_array().unwrap().iter().map(|entry| entry["revision"].as_u64().unwrap()).collect()
    };
    assert_eq!(revisions("robin", ""), [3, 4]);
    assert_eq!(revisions("paula", ""), [3, 4]);
    assert_eq!(revisions("ivan", ""), [3]);
    assert_eq!(revisions("bea", ""), Vec::<u64>::new());
    assert_eq!(revisions("robin", "&about=user:umberto"), [4]);
    assert_eq!(revisions("robin", "&subject=user:una"), [3]);
    assert_eq!(revisions("robin", "&resource=instance:shop-eu"), [4]);
    assert_eq!(revisions("robin", "&kind=user_set"), [3, 4]);
    assert_eq!(revisions("robin", "&kind=group_set"), Vec::<u64>::new());
    assert_eq!(revisions("robin", "&actor=user:una"), Vec::<u64>::new());
    assert_eq!(revisions("robin", "&since=2026-06-01T00:00:00Z"), Vec::<u64>::new());
    assert_eq!(revisions("robin", "&until=2026-06-01T00:00:00Z&limit=1"), [3]);
    // Of the first entry, the instance's own.
    let page = demo.read("ivan", "/changes?limit=1");
    let changes = page["items"][0]["changes"].to_string();
    assert!(changes.contains("shop-us") && !changes.contains("instance:shop-eu") && !changes.contains("PIM"));
}

#[test]
fn the_past_is_seen_with_the_authority_of_now() {
    let demo = Demo::new();
    load(
        &demo.0.ledger,
        "brightwater",
        "remove: { assignments: [ { subject: 'api_key:ivan', role: admin-center/instance_admin, scope: 'instance:shop-us' } ] }",
    );
    let revision = demo.read("robin", "")["revision"].as_u64().unwrap();
    for as_of in [revision, revision - 1] {
        let users = demo.read("ivan", &format!("/users?as_of={as_of}"));
        assert_eq!(users["items"], json!([]), "{as_of}");
    }
    let before = demo.read("robin", &format!("/assignments?subject=api_key:ivan&as_of={}", revision - 1));
    assert_eq!(before["items"].as_array().unwrap().len(), 1);
    assert_eq!(demo.read("robin", "/assignments?subject=api_key:ivan")["items"], json!([]));
}

#[test]
fn filters_find_people_by_what_they_hold() {
    let demo = Demo::new();
    let users = |query: &str| demo.list("robin", &format!("/users{query}"), "id");
    assert_eq!(users("?role=commerce/ISC_ContentApprover"), set(&["alba"]));
    assert_eq!(users("?group=group:editors"), set(&["emil", "emily", "noor"]));
    assert_eq!(users("?product=odp&status=active&q=conti"), set(&["ugo"]));
    assert_eq!(users("?scope=instance:ideas"), set(&["ada", "clara", "colin", "elin"]));
    assert_eq!(users("?without_roles=true"), set(&["jo"]));
    assert_eq!(users("?status=suspended"), set(&["silas"]));
    let keys = |query: &str| demo.list("robin", &format!("/api-keys{query}"), "id");
    assert_eq!(keys("?revoked=true"), set(&["studio-widget-2024"]));
    assert_eq!(keys("?kind=public&revoked=false"), set(&["studio-test-widget", "studio-widget"]));
    assert_eq!(keys("?expiring_before=2029-01-01T00:00:00Z"), set(&["studio-orders", "studio-widget"]));
    let dormant = demo.read("robin", "/assignments?dormant=true");
    let reason = |who: &str| {
        let items = dormant["items"].as_array().unwrap();
        items.iter().find(|item| item["subject"] == json!(who)).map(|item| item["reason"].clone())
    };
    assert_eq!(reason("user:silas"), Some(json!("subject_inactive")));
    assert_eq!(reason("group:christmas-team"), Some(json!("subject_inactive")));
    assert_eq!(reason("user:adam"), None);
    let expiring = demo.list("robin", "/assignments?expiring_before=2028-01-01T00:00:00Z", "subject");
    assert_eq!(expiring, set(&["user:imani"]));
    let below = demo.list("robin", "/assignments?scope=instance:customer-data&below=true", "scope");
    assert_eq!(below, set(&["instance:customer-data", "odp/scope:europe", "odp/scope:north-america"]));
    let pools = demo.read("robin", "/seat-pools?product=collaboration");
    let pool = &pools["items"][0];
    assert_eq!((&pool["limit"], &pool["default_limit"]), (&json!(25), &json!(20)));
    let (taken, free) = (pool["taken"].as_u64().unwrap(), pool["free"].as_u64().unwrap());
    assert_eq!(taken + free, 25);
    let deep = demo.list("robin", "/resources?parent=instance:magazine&depth=2&q=news", "id");
    assert_eq!(deep, set(&["cms/content:de-news", "cms/content:en-news"]));
}
