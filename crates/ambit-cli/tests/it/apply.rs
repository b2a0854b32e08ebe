//! `ambit apply`: a plan, all or nothing, warnings, authority.

use crate::run::Folder;

const BASE: &str = "\
organization: acme
products: [commerce, collaboration, customizer, admin-center]
resources:
  - { id: \"commerce/website:main\", parent: \"instance:shop\" }
  - { id: \"instance:shop\", parent: \"product:commerce\" }
  - { id: \"instance:lab\", parent: \"product:collaboration\" }
  - { id: \"instance:studio\", parent: \"product:customizer\", properties: { order_tracking: backend } }
users: [ { id: root }, { id: ida }, { id: ann }, { id: ben }, { id: cas } ]
seat_limits: [ { pool: collaboration/members, limit: 1 } ]
assignments:
  - { subject: \"user:root\", role: admin-center/super_admin, scope: \"organization:acme\" }
  - { subject: \"user:ida\", role: admin-center/instance_admin, scope: \"instance:shop\" }
";

fn base() -> Folder {
    let folder = Folder::new();
    let file = folder.file("base.yaml", BASE);
    let dry = folder.ok(&["apply", "--dry-run", file.to_str().unwrap()]);
    assert!(dry.out.contains("+ user ann") && dry.out.contains("nothing applied"), "{dry:?}");
    assert_eq!(folder.ambit(&["export"]).status, 2, "a dry run writes nothing");
    folder.ok(&["apply", file.to_str().unwrap()]);
    folder
}

fn apply(folder: &Folder, text: &str, args: &[&str]) -> crate::run::Said {
    let file = folder.file("change.yaml", &format!("organization: acme\n{text}"));
    let mut all = vec!["apply"];
    all.extend_from_slice(args);
    all.push(file.to_str().unwrap());
    folder.ambit(&all)
}

#[test]
fn applying_twice_changes_nothing_and_exporting_gives_the_same_organization() {
    let folder = base();
    assert!(folder.ok(&["apply", "base.yaml"]).out.contains("nothing to change"));
    let export = folder.ok(&["export"]);
    folder.file("export.yaml", &export.out);
    assert!(folder.ok(&["apply", "--prune", "export.yaml"]).out.contains("nothing to change"));
    let other = Folder::new();
    let file = other.file("export.yaml", &export.out);
    other.ok(&["import", file.to_str().unwrap()]);
    assert_eq!(other.ok(&["export"]).out, export.out);
    assert_eq!(
        other.ambit(&["import", file.to_str().unwrap()]).status,
        2,
        "an import never changes what exists"
    );
}

#[test]
fn a_crowd_for_trying_long_lists_joins_the_demo() {
    let folder = Folder::new();
    folder.ok(&["apply", "--vendor", concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/organization.yaml")]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/crowd.sh");
    let made = std::process::Command::new("sh").args([script, "500"]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    folder.file("crowd.yaml", &String::from_utf8(made.stdout).unwrap());
    // People, a group with every hundredth of them, and a role for four in five.
    let applied = folder.ok(&["apply", "crowd.yaml"]).out;
    assert!(applied.contains(&format!("{} changes applied", 500 + 1 + 5 + 400)), "{applied}");
    assert!(folder.ok(&["apply", "crowd.yaml"]).out.contains("nothing to change"));
}

#[test]
fn a_refused_file_changes_nothing_and_says_every_reason_with_its_place() {
    let folder = base();
    let text = "users: [ { id: dora } ]
assignments:
  - { subject: \"user:ann\", role: commerce/buyer1, scope: \"commerce/website:main\" }
  - { subject: \"user:ann\", role: commerce/buyer9, scope: \"commerce/website:main\" }
  - { subject: \"user:anna\", role: commerce/buyer3, scope: \"commerce/website:main\" }
";
    let said = apply(&folder, text, &[]);
    assert_eq!(said.status, 1);
    for reason in ["approver_missing", "did you mean `buyer1`?", "did you mean `ann`?", "change.yaml:4:5"] {
        assert!(said.err.contains(reason), "{reason}: {said:?}");
    }
    assert!(!folder.ok(&["export"]).out.contains("dora"));
}

#[test]
fn a_seat_can_be_swapped_in_one_step_and_not_taken_twice() {
    let folder = base();
    let take = |user: &str| {
        format!(
            "assignments: [ {{ subject: \"user:{user}\", role: collaboration/admin, scope: \"instance:lab\" }} ]\n"
        )
    };
    assert_eq!(apply(&folder, &take("ann"), &[]).status, 0);
    let said = apply(&folder, &take("ben"), &[]);
    assert!(said.status == 1 && said.err.contains("seat_limit") && said.err.contains("user:ben"), "{said:?}");
    let swap = format!(
        "{}remove: {{ assignments: [ {{ subject: \"user:ann\", role: collaboration/admin, scope: \"instance:lab\" }} ] }}\n",
        take("ben")
    );
    assert_eq!(apply(&folder, &swap, &[]).status, 0);
    let group = "groups: [ { id: team, members: [\"user:cas\"] } ]
assignments: [ { subject: \"group:team\", role: collaboration/experimentation_creator, scope: \"instance:lab\" } ]\n";
    assert!(apply(&folder, group, &[]).err.contains("seat_limit"), "groups take seats too");
}

#[test]
fn vendor_only_roles_are_given_with_vendor_or_by_their_holders() {
    let folder = base();
    let give = |user: &str| {
        format!(
            "assignments: [ {{ subject: \"user:{user}\", role: commerce/ISC_System, scope: \"instance:shop\" }} ]\n"
        )
    };
    assert!(apply(&folder, &give("ann"), &[]).err.contains("vendor_only"));
    assert!(apply(&folder, &give("ann"), &["--actor", "user:root"]).err.contains("vendor_only"));
    assert_eq!(apply(&folder, &give("ann"), &["--vendor"]).status, 0);
    assert_eq!(apply(&folder, &give("ben"), &["--actor", "user:ann"]).status, 0);
}

#[test]
fn advisories_warn_and_do_not_refuse() {
    let folder = base();
    let text = "api_keys: [ { id: widget, kind: public, origins: [\"https://shop.acme.example\"] } ]
assignments:
  - { subject: \"api_key:widget\", role: customizer/runtime_configuration, scope: \"instance:studio\" }
  - { subject: \"api_key:widget\", role: customizer/runtime_orders_configuration, scope: \"instance:studio\" }
";
    let said = apply(&folder, text, &[]);
    assert_eq!(said.status, 0);
    assert!(said.err.lines().any(|line| line.starts_with("warning:")), "{said:?}");
    assert!(said.out.contains("secret of api_key:widget, shown only now: ambit_pk_"), "{said:?}");
    let log = folder.ok(&["log", "show", "--format", "json"]).out;
    let secret = said.out.split("now: ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(!log.contains(secret), "secrets are never stored");
    let json = apply(&folder, text, &["--format", "json"]).json();
    assert!(json["secrets"].as_object().unwrap().is_empty(), "a secret is shown once");
    let refused = "assignments: [ { subject: \"api_key:widget\", role: customizer/administrator, scope: \"instance:studio\" } ]\n";
    assert!(apply(&folder, refused, &[]).err.contains("not_public"));
}

#[test]
fn an_actor_acts_within_its_authority() {
    let folder = base();
    let assign = |user: &str, role: &str, scope: &str| {
        format!("assignments: [ {{ subject: \"user:{user}\", role: {role}, scope: \"{scope}\" }} ]\n")
    };
    let by_ida = |text: &str| apply(&folder, text, &["--actor", "user:ida"]);
    assert_eq!(by_ida(&assign("ann", "commerce/buyer3", "commerce/website:main")).status, 0);
    for refused in [
        assign("ida", "admin-center/super_admin", "organization:acme"),
        assign("ann", "admin-center/product_admin", "product:commerce"),
        assign("ann", "collaboration/guest", "instance:lab"),
        "groups: [ { id: g, members: [\"user:ida\"] } ]\nassignments: [ { subject: \"group:g\", role: collaboration/guest, scope: \"instance:lab\" } ]\n".to_owned(),
        "api_keys: [ { id: k, kind: secret } ]\nassignments: [ { subject: \"api_key:k\", role: collaboration/guest, scope: \"instance:lab\" } ]\n".to_owned(),
        "products: [pim]\n".to_owned(),
    ] {
        let said = by_ida(&refused);
        assert!(said.status == 1 && said.err.contains("no_authority"), "{refused}: {said:?}");
    }
    assert_eq!(
        apply(&folder, &assign("ben", "commerce/buyer3", "commerce/website:main"), &["--actor", "user:ann"])
            .status,
        1
    );
    assert_eq!(
        apply(&folder, &assign("ben", "commerce/buyer3", "commerce/website:main"), &["--actor", "user:root"])
            .status,
        0
    );
}

#[test]
fn removing_the_only_website_role_gives_the_unassigned_state_and_so_needs_authority_over_it() {
    let folder = base();
    let buyer = "assignments: [ { subject: \"user:cas\", role: commerce/buyer1, scope: \"commerce/website:main\", approver: \"user:root\" } ]\n";
    assert_eq!(apply(&folder, buyer, &[]).status, 0);
    let admin = "assignments: [ { subject: \"user:ben\", role: commerce/administrator, scope: \"commerce/website:main\" } ]\n";
    assert_eq!(apply(&folder, admin, &[]).status, 0);
    let removal = "remove: { assignments: [ { subject: \"user:cas\", role: commerce/buyer1, scope: \"commerce/website:main\" } ] }\n";
    let said = apply(&folder, removal, &["--actor", "user:ben"]);
    assert!(said.status == 1 && said.err.contains("commerce/unassigned"), "{said:?}");
}

#[test]
fn custom_roles_and_overlays_follow_the_rules_of_the_catalog() {
    let folder = base();
    let role = |body: &str| format!("roles: [ {{ id: commerce/helper, title: Helper, {body} }} ]\n");
    assert!(apply(&folder, &role("grants: [pages.publish]"), &[]).err.contains("forbidden_permission"));
    assert!(
        apply(&folder, &role("grants: [pages.pblish]"), &[]).err.contains("did you mean `pages.publish`?")
    );
    assert!(
        apply(&folder, "roles: [ { id: admin-center/x, title: X } ]\n", &[])
            .err
            .contains("custom_roles_not_allowed")
    );
    assert!(
        apply(&folder, "roles: [ { id: commerce/buyer1, title: X } ]\n", &[]).err.contains("system_role")
    );
    assert!(
        apply(&folder, "overlays: [ { role: collaboration/guest, add: [hypotheses.create] } ]\n", &[])
            .err
            .contains("not_customizable")
    );
    assert_eq!(apply(&folder, &role("start: all"), &[]).status, 0);
    let assigned =
        "assignments: [ { subject: \"user:ann\", role: commerce/helper, scope: \"instance:shop\" } ]\n";
    assert_eq!(apply(&folder, assigned, &[]).status, 0);
    let check =
        |permission: &str| folder.ambit(&["check", "user:ann", permission, "commerce/website:main"]).status;
    assert_eq!((check("pages.edit"), check("pages.publish"), check("content.publish")), (0, 1, 1));
    assert!(
        apply(&folder, "remove: { roles: [commerce/helper] }\n", &[])
            .out
            .contains("- user:ann holds commerce/helper")
    );
    let overlay =
        "overlays: [ { role: commerce/ISC_User, add: [ckfinder.access], remove: [users.impersonate] } ]\n";
    assert_eq!(apply(&folder, overlay, &[]).status, 0);
    let csv = folder
        .ok(&["matrix", "--product", "commerce", "--org", "acme", "--format", "csv", "--role", "ISC_User"])
        .out;
    assert!(
        csv.contains(",ISC_User,ckfinder.access,allow,") && csv.contains(",ISC_User,users.impersonate,deny,"),
        "{csv}"
    );
}

#[test]
fn repeating_with_an_idempotency_key_or_a_stale_revision_is_safe() {
    let folder = base();
    let text = "users: [ { id: eva } ]\n";
    let first = apply(&folder, text, &["--idempotency-key", "k1", "--format", "json"]).json();
    let again = apply(&folder, text, &["--idempotency-key", "k1", "--format", "json"]).json();
    assert_eq!(first["revision"], again["revision"]);
    assert_eq!(apply(&folder, "users: [ { id: fay } ]\n", &["--idempotency-key", "k1"]).status, 2);
    assert_eq!(apply(&folder, "users: [ { id: fay } ]\n", &["--expect-revision", "1"]).status, 2);
}

#[test]
fn whoever_approves_for_others_is_replaced_before_being_removed() {
    let folder = base();
    let buyer = |approver: &str| {
        format!(
            "assignments: [ {{ subject: \"user:cas\", role: commerce/buyer1, scope: \"commerce/website:main\", approver: \"user:{approver}\" }} ]\n"
        )
    };
    assert_eq!(apply(&folder, &buyer("ben"), &[]).status, 0);
    let removal = "remove: { users: [ben] }\n";
    assert!(apply(&folder, removal, &[]).err.contains("is the approver of `user:cas`"));
    assert_eq!(apply(&folder, &format!("{}{removal}", buyer("ann")), &[]).status, 0);
}
