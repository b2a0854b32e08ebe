//! What screens draw: controls as somebody finds them, the table of roles, administrators, advice, and the log backwards.

use crate::sight::Demo;
use serde_json::{Value as Json, json};

fn items(answer: &Json) -> &Vec<Json> {
    answer["items"].as_array().unwrap_or_else(|| panic!("{answer}"))
}

fn entry<'a>(all: &'a [Json], name: &str, value: &str) -> &'a Json {
    all.iter().find(|one| one[name] == value).unwrap_or_else(|| panic!("{name} {value}"))
}

#[test]
fn every_control_of_a_product_is_shown_as_somebody_finds_it() {
    let demo = Demo::new();
    let path = "/review/controls?subject=user:edgar&resource=commerce/page:uk-home&limit=1000";
    let answer = demo.read("robin", path);
    let all = items(&answer);
    let product = demo.read("robin", "/products/commerce");
    assert_eq!(all.len(), product["permissions"].as_array().unwrap().len());
    let applies: Vec<bool> = all.iter().map(|one| one["applies"] == true).collect();
    let first_other = applies.iter().position(|applies| !applies).unwrap();
    assert!(
        first_other > 0 && applies[first_other..].iter().all(|applies| !applies),
        "meant ones come first"
    );
    let publish = entry(all, "permission", "commerce/pages.publish");
    assert_eq!(publish["presentation"]["state"], json!("replaced"));
    assert_eq!(publish["presentation"]["replacement"], json!("commerce/pages.submit_for_approval"));
    let by = entry(all, "permission", "commerce/pages.submit_for_approval");
    assert_eq!((&publish["replacement_title"], &by["outcome"]), (&by["title"], &json!("allow")));
    assert_eq!(publish["applies"], json!(true));
    // Page by page it is the same.
    let paged = demo.list(
        "robin",
        "/review/controls?subject=user:edgar&resource=commerce/page:uk-home",
        "permission",
    );
    assert_eq!(paged.len(), all.len());
    let ordering = demo.read(
        "robin",
        "/review/controls?subject=user:bruno&resource=commerce/customer:harbour-hotels&limit=1000",
    );
    let place = entry(items(&ordering), "permission", "commerce/orders.place");
    assert_eq!(place["access_request"]["approvers"], json!(["user:hana"]));

    // Who does not see that, sees nothing of it.
    demo.ask("ivan", path).expect(404);
    let adam = "/review/controls?subject=user:adam&resource=commerce/page:us-home&limit=1000";
    assert!(!demo.read("ivan", adam).to_string().contains("shop-eu"));
    demo.ask("robin", "/review/controls?subject=user:edgar&resource=organization:brightwater").expect(400);
    demo.ask("ivan", "/review/controls?subject=user:adam&resource=commerce/page:us-home&product=pim")
        .expect(404);
}

#[test]
fn the_table_of_roles_has_titles_terms_and_the_organizations_own_roles() {
    let demo = Demo::new();
    let table = demo.read("robin", "/matrix/table?product=cms");
    let (roles, permissions) = (table["roles"].as_array().unwrap(), table["permissions"].as_array().unwrap());
    let cells = table["cells"].as_array().unwrap();
    assert_eq!(cells.len(), roles.len());
    assert!(cells.iter().all(|row| row.as_array().unwrap().len() == permissions.len()));
    let column = permissions.iter().position(|one| one["permission"] == "cms/content.edit").unwrap();
    let row = roles.iter().position(|one| one["role"] == "cms/german_content").unwrap();
    assert_eq!(roles[row]["type"], json!("custom"));
    let cell = &cells[row][column];
    assert_eq!(cell["state"], json!("conditional"));
    assert!(cell["words"].as_str().unwrap().contains("language"), "{cell}");
    assert_eq!(cell["requires"], json!(["content_editors"]));
    assert!(permissions.iter().all(|one| !one["title"].as_str().unwrap().is_empty()));

    // It agrees with the fixed format about the roles that come with the product.
    let fixed = demo.read("robin", "/matrix?product=commerce");
    let table = demo.read("robin", "/matrix/table?product=commerce");
    let (roles, permissions) = (table["roles"].as_array().unwrap(), table["permissions"].as_array().unwrap());
    let mut compared = 0;
    for one in fixed["cells"].as_array().unwrap() {
        let role = format!("commerce/{}", one["role"].as_str().unwrap());
        let permission = format!("commerce/{}", one["permission"].as_str().unwrap());
        let row = roles.iter().position(|shown| shown["role"] == json!(role)).unwrap();
        let column = permissions.iter().position(|shown| shown["permission"] == json!(permission)).unwrap();
        assert_eq!(table["cells"][row][column]["state"], one["outcome"], "{role} {permission}");
        compared += 1;
    }
    assert!(compared > 1_000);

    let at = demo.read("robin", "/matrix/table?product=constructor&scope=constructor/index:germany");
    let everywhere = demo.read("robin", "/matrix/table?product=constructor");
    let count = |table: &Json| table["roles"].as_array().unwrap().len();
    assert!(0 < count(&at) && count(&at) < count(&everywhere), "{} {}", count(&at), count(&everywhere));
    demo.ask("ivan", "/matrix/table?product=cms").expect(404);
    demo.ask("ivan", "/matrix/table?product=commerce&scope=instance:shop-eu").expect(404);
    demo.ask("robin", "/matrix/table").expect(400);
}

#[test]
fn administrators_are_listed_with_what_they_reach() {
    let demo = Demo::new();
    let answer = demo.read("robin", "/review/administrators?limit=1000");
    let all = items(&answer);
    let counts = demo.read("robin", "")["counts"].clone();
    let of = |name: &str| entry(all, "subject", name);
    let robin = of("user:robin");
    assert_eq!(robin["resources"], counts["resources"]);
    assert_eq!(robin["scopes"], json!(["organization:brightwater"]));
    let paula = of("user:paula");
    assert_eq!(paula["scopes"], json!(["product:commerce"]));
    let ivan = of("user:ivan");
    let number = |one: &Json, name: &str| one[name].as_u64().unwrap();
    for name in ["resources", "subjects"] {
        assert!(number(ivan, name) > 0 && number(ivan, name) < number(paula, name), "{name}");
        assert!(number(paula, name) < number(robin, name), "{name}");
    }
    assert_eq!(ivan["roles"][0]["role"], json!("admin-center/instance_admin"));
    assert!(ivan["verbs"].as_array().unwrap().contains(&json!("assign")), "{ivan}");
    assert!(!all.iter().any(|one| one["subject"] == "user:noor"), "who administers nothing is not listed");
    // Those whom Ivan sees, with what they administer where he sees it.
    let seen = demo.list("ivan", "/review/administrators", "subject");
    assert!(
        seen.contains("user:ivan") && !seen.contains("user:robin") && !seen.contains("user:paula"),
        "{seen:?}"
    );
    let answer = demo.read("ivan", "/review/administrators?limit=1000");
    assert!(!answer.to_string().contains("shop-eu"), "{answer}");
}

#[test]
fn advice_that_is_due_is_told_and_no_more() {
    let demo = Demo::new();
    let before = demo.read("robin", "/review/advisories?limit=1000");
    // What a write warns of is due after it.
    let catalogs = ["commerce", "customizer", "experimentation", "pim", "cms", "odp", "admin-center"];
    let of_product = |product: &str| {
        let answer = demo.read("robin", &format!("/review/advisories?product={product}&limit=1000"));
        items(&answer).len()
    };
    let sum: usize = catalogs.iter().map(|product| of_product(product)).sum();
    assert!(sum <= items(&before).len());
    let given = json!({
        "subject": "user:jo", "role": "commerce/ISC_ContentApprover", "scope": "commerce/website:us",
    });
    let done = demo
        .0
        .of("brightwater", "robin", "POST", "/v1/orgs/brightwater/assignments")
        .json(&given)
        .send()
        .expect(200)
        .json();
    let warned: Vec<&Json> = done["warnings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    let after = demo.read("robin", "/review/advisories?limit=1000");
    let due: Vec<&Json> =
        items(&after).iter().filter(|one| one["subject"] == "user:jo").map(|one| &one["code"]).collect();
    assert!(!warned.is_empty(), "{done}");
    for code in &due {
        assert!(warned.contains(code), "{code} was not warned of: {warned:?}");
    }
    assert!(!due.is_empty(), "{warned:?}");
    assert!(items(&after).len() > items(&before).len());
}

#[test]
fn the_log_is_read_backwards_page_by_page() {
    let demo = Demo::new();
    let user = |id: &str, name: &str| {
        let path = format!("/v1/orgs/brightwater/users/{id}");
        demo.0.of("brightwater", "robin", "PUT", &path).json(&json!({ "name": name })).send().expect(200);
    };
    for number in 0..7 {
        user(&format!("new{number}"), "Somebody");
    }
    let revisions = |path: &str| -> Vec<u64> {
        let (mut all, mut from) = (Vec::new(), String::new());
        loop {
            let page = demo.read("robin", &format!("{path}&limit=2{from}"));
            all.extend(items(&page).iter().map(|one| one["revision"].as_u64().unwrap()));
            match page["next"].as_u64() {
                Some(next) => from = format!("&from={next}"),
                None => return all,
            }
        }
    };
    let mut forward = revisions("/changes?order=oldest");
    let backward = revisions("/changes?order=newest");
    forward.reverse();
    assert_eq!(forward, backward);
    assert_eq!(backward.len(), 9);
    let found = demo.read("robin", "/changes?order=newest&q=NEW3");
    assert_eq!(items(&found).len(), 1);
    assert_eq!(revisions("/changes?order=newest&as_of=4"), [4, 3, 2, 1]);
    demo.0.advance(jiff::SignedDuration::from_hours(1));
    let since = demo.0.clock_now();
    user("late", "Late");
    assert_eq!(revisions(&format!("/changes?order=newest&since={since}")), [10]);
    assert_eq!(revisions(&format!("/changes?order=newest&until={since}")).len(), 9);
    demo.ask("robin", "/changes?order=sideways").expect(400);
    // Of what Ivan does not see he reads nothing, in this order either.
    let seen = demo.read("ivan", "/changes?order=newest");
    assert!(!seen.to_string().contains("new3"));
}

#[test]
fn a_log_is_proved_on_request() {
    let demo = Demo::new();
    let proved = demo.read("robin", "/changes/verification");
    assert_eq!((&proved["intact"], &proved["revisions"]), (&json!(true), &json!(2)));
    let last = demo.read("robin", "/changes?order=newest&limit=1");
    assert_eq!(proved["head_hash"], last["items"][0]["hash"]);
    assert!(proved.get("broken_at").is_none() && proved["took_ms"].is_u64());
    demo.ask("ivan", "/changes/verification").expect(403);
}
