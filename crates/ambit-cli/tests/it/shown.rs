//! The questions that the documents of the products answer, asked of a small organization by `ambit check --file`.
//! The same through HTTP is in the tests of the server.

use crate::run::Folder;

const ACME: &str = include_str!("acme.yaml");

fn check(args: &[&str]) -> (i32, serde_json::Value) {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", ACME);
    let mut all = vec!["check", "--file", file.to_str().unwrap(), "--format", "json"];
    all.extend_from_slice(args);
    let said = folder.ambit(&all);
    assert!([0, 1, 3].contains(&said.status), "{said:?}");
    let json = said.json();
    (said.status, json["context"].clone())
}

#[test]
fn any_order_of_buyer1_needs_the_approval_of_the_assigned_approver() {
    let (status, context) = check(&["user:bea", "orders.place", "commerce/website:main"]);
    assert_eq!((status, &context["outcome"]), (3, &"needs_approval".into()));
    assert_eq!(context["access_request"]["approvers"], serde_json::json!(["user:boris"]));
    assert_eq!(context["presentation"]["state"], "enabled");
}

#[test]
fn buyer2_orders_within_the_budget_and_asks_beyond_it() {
    let order = |amount: &str| {
        let context = format!(r#"{{"amount":"{amount}","currency":"EUR"}}"#);
        check(&["user:bob", "orders.place", "commerce/website:main", "--context", &context])
    };
    assert_eq!(order("380.00").0, 0);
    assert_eq!(order("380.01").0, 3);
    assert_eq!(order("380.01").1["reason"], "over_budget");
    assert_eq!(order("nonsense").0, 3);
    let (status, _) = check(&["user:bob", "orders.place", "commerce/website:main"]);
    assert_eq!(status, 3, "an order without an amount cannot be shown to be within the budget");
}

#[test]
fn an_editors_publish_is_replaced_by_submit_for_approval() {
    let (status, context) = check(&["user:edith", "pages.publish", "commerce/page:home"]);
    assert_eq!((status, &context["outcome"]), (1, &"deny".into()));
    assert_eq!(context["presentation"]["state"], "replaced");
    assert_eq!(context["presentation"]["replacement"], "commerce/pages.submit_for_approval");
    assert_eq!(check(&["user:edith", "pages.submit_for_approval", "commerce/page:home"]).0, 0);
}

#[test]
fn a_console_user_without_the_permission_sees_jobs_read_only() {
    let (status, context) = check(&["user:una", "integration_jobs.manage", "instance:shop"]);
    assert_eq!((status, &context["presentation"]["state"]), (1, &"read_only".into()));
    assert_eq!(check(&["user:una", "integration_jobs.view", "instance:shop"]).0, 0);
}

#[test]
fn a_user_whose_only_role_is_removed_becomes_unassigned_and_may_order() {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", ACME);
    folder.ok(&["apply", file.to_str().unwrap()]);
    let order = ["check", "user:bea", "orders.place", "commerce/website:main"];
    assert_eq!(folder.ambit(&order).status, 3);
    let removal = folder.file(
        "remove.yaml",
        "organization: acme\nremove:\n  assignments:\n    - { subject: \"user:bea\", role: commerce/buyer1, scope: \"commerce/website:main\" }\n",
    );
    folder.ok(&["apply", removal.to_str().unwrap()]);
    assert_eq!(folder.ambit(&order).status, 0);
    assert_eq!(
        folder.ambit(&["check", "user:bea", "invoice_history.view", "commerce/website:main"]).status,
        1
    );
    assert_eq!(
        folder.ambit(&["check", "user:bea", "orders.place", "commerce/website:main", "--as-of", "1"]).status,
        3
    );
}

#[test]
fn a_cms_role_without_isc_user_is_inactive_and_says_so() {
    let (status, context) = check(&["user:carl", "pages.edit", "commerce/page:home"]);
    assert_eq!((status, &context["reason"]), (1, &"role_inactive".into()));
    assert!(context["message"].as_str().unwrap().contains("ISC_User"), "{context}");
}

#[test]
fn a_north_america_team_member_views_every_index_and_edits_one() {
    for index in ["north-america", "germany"] {
        assert_eq!(check(&["user:nora", "indexes.view", &format!("constructor/index:{index}")]).0, 0);
    }
    assert_eq!(check(&["user:nora", "rules.edit", "constructor/index:north-america"]).0, 0);
    assert_eq!(check(&["user:nora", "rules.edit", "constructor/index:germany"]).0, 1);
}

#[test]
fn a_restricted_publisher_uses_extensions_and_not_the_visual_editor() {
    assert_eq!(check(&["user:rita", "extensions.use", "project:web"]).0, 0);
    assert_eq!(check(&["user:rita", "visual_editor.use", "project:web"]).0, 1);
}

#[test]
fn all_access_alone_cannot_mark_personal_data() {
    let (status, context) = check(&["user:ola", "fields.mark_pii", "instance:odp"]);
    assert_eq!((status, &context["reason"]), (1, &"role_inactive".into()));
    assert_eq!(check(&["user:pia", "fields.mark_pii", "instance:odp"]).0, 0);
}

#[test]
fn a_pim_manager_approves_only_what_is_assigned() {
    assert_eq!(check(&["user:mona", "products.approve_assigned", "pim/item:42"]).0, 0);
    assert_eq!(check(&["user:mona", "products.approve_assigned", "pim/item:43"]).0, 1);
}

#[test]
fn a_collaborator_sees_a_task_under_a_shared_campaign() {
    assert_eq!(check(&["user:cora", "tasks.view", "cmp/task:banner"]).0, 0);
    assert_eq!(check(&["user:cora", "tasks.view", "cmp/task:secret"]).0, 1);
    assert_eq!(check(&["user:cora", "tasks.create", "instance:cmp"]).0, 1);
}

#[test]
fn an_administrator_of_experimentation_at_one_project_is_refused() {
    let folder = Folder::new();
    let wrong = format!(
        "{ACME}  - {{ subject: \"user:una\", role: experimentation/administrator, scope: \"project:web\" }}\n"
    );
    let file = folder.file("wrong.yaml", &wrong);
    let said =
        folder.ambit(&["check", "--file", file.to_str().unwrap(), "user:una", "flags.view", "project:web"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("not_assignable_here") && said.err.contains("wrong.yaml:"), "{said:?}");
    let said = folder.ambit(&["apply", file.to_str().unwrap()]);
    assert_eq!(said.status, 1);
    assert_eq!(folder.ambit(&["log", "show"]).status, 2, "nothing was created");
}

#[test]
fn an_explanation_tells_the_path_and_what_would_grant_it() {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", ACME);
    let said = folder.ambit(&[
        "explain",
        "--file",
        file.to_str().unwrap(),
        "--format",
        "json",
        "user:edith",
        "pages.publish",
        "commerce/page:home",
    ]);
    let explanation = said.json()["context"]["explanation"].clone();
    let roles: Vec<&str> = explanation["roles_that_grant"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["role"].as_str().unwrap())
        .collect();
    assert!(roles.contains(&"commerce/ISC_ContentApprover"), "{explanation}");
    let said = folder.ambit(&[
        "explain",
        "--file",
        file.to_str().unwrap(),
        "user:edith",
        "pages.edit",
        "commerce/page:home",
    ]);
    assert!(said.out.contains("user:edith → group:editors → commerce/ISC_ContentEditor"), "{said:?}");
}
