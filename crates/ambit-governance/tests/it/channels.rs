//! The ways in which other systems leak, one by one (`administration.md` C.4): each is tried by somebody without the
//! authority, who is refused, and by somebody with it.

use crate::world::World;
use ambit_governance::Code;
use ambit_model::{ApiKey, Change, KeyKind, SubjectRef};

// The plain way first.

#[test]
fn assigning_above_oneself_or_elsewhere_is_refused() {
    let mut shop = World::shop();
    for (role, scope) in [
        ("shop/publisher", "instance:eu"),
        ("shop/lead", "instance:eu"),
        ("shop/editor", "instance:us"),
        ("shop/editor", "product:shop"),
        ("shop/root", "product:shop"),
    ] {
        let step = format!("assignments: [{{ subject: 'user:zoe', role: {role}, scope: '{scope}' }}]");
        shop.refuses("user:lena", &step, Code::NoAuthority);
        shop.refuses("user:ed", &step, Code::NoAuthority);
    }
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/editor, scope: 'shop/page:home' }]",
    );
    assert!(shop.allows("user:zoe", "pages.edit", "shop/page:news"));
}

#[test]
fn refusals_name_the_rule_and_who_may() {
    let shop = World::shop();
    let mut asking = shop.clone();
    let change = asking.change(
        "user:lena",
        vec![Change::AssignmentSet(ambit_model::Assignment {
            subject: SubjectRef::user("zoe"),
            role: "shop/publisher".parse().unwrap(),
            scope: "instance:eu".parse().unwrap(),
            approver: None,
            starts: None,
            expires: None,
            parameters: Default::default(),
        })],
    );
    assert_eq!(change.err(), Some(vec![Code::NoAuthority]));
    for code in [Code::NoAuthority, Code::Escalation, Code::Dominated, Code::LastOwner, Code::Separation] {
        assert!(code.rule().len() > 10);
    }
}

// a. Removal can give.

#[test]
fn taking_the_last_role_of_an_area_needs_authority_over_the_state_that_begins() {
    let mut shop = World::shop();
    assert!(!shop.allows("user:bo", "orders.place", "instance:eu"));
    let step = "remove: { assignments: [{ subject: 'user:bo', role: shop/buyer, scope: 'instance:eu' }] }";
    shop.refuses("user:lena", step, Code::NoAuthority);
    shop.refuses("user:bo", step, Code::NoAuthority);
    shop.accepts("user:rita", step);
    assert!(shop.allows("user:bo", "orders.place", "instance:eu"), "the state gives more than the role did");
}

// b. Something narrower uncovers something wider.

#[test]
fn removing_what_refines_needs_authority_over_what_it_covered() {
    let mut shop = World::shop();
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/eraser, scope: 'instance:eu' }]",
    );
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/toggler, scope: 'shop/flag:beta' }]",
    );
    assert!(!shop.allows("user:zoe", "flags.delete", "shop/flag:beta"));
    let step =
        "remove: { assignments: [{ subject: 'user:zoe', role: shop/toggler, scope: 'shop/flag:beta' }] }";
    shop.refuses("user:lena", step, Code::NoAuthority);
    shop.accepts("user:rita", step);
    assert!(shop.allows("user:zoe", "flags.delete", "shop/flag:beta"));
}

#[test]
fn adding_what_refines_takes_and_so_needs_authority_over_what_it_covers() {
    let mut shop = World::shop();
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/eraser, scope: 'instance:eu' }]",
    );
    let step = "assignments: [{ subject: 'user:zoe', role: shop/toggler, scope: 'shop/flag:beta' }]";
    shop.refuses("user:lena", step, Code::NoAuthority);
    let done = shop.accepts("user:rita", step);
    let lost: Vec<&str> =
        done.effects.subjects[0].losses.iter().map(|loss| loss.permission.as_str()).collect();
    assert_eq!(lost, ["shop/flags.delete"]);
}

// c. A role wakes another one.

#[test]
fn waking_a_dormant_role_shows_what_it_gives() {
    let mut shop = World::shop();
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/helper, scope: 'instance:eu' }]",
    );
    assert!(!shop.allows("user:zoe", "pages.edit", "shop/page:home"));
    let done = shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/viewer, scope: 'instance:eu' }]",
    );
    let gains: Vec<(&str, String)> = done.effects.subjects[0]
        .gains
        .iter()
        .map(|gain| (gain.permission.as_str(), gain.through.as_ref().unwrap().to_string()))
        .collect();
    assert_eq!(gains, [("shop/pages.edit", "shop/helper".into()), ("shop/pages.view", "shop/viewer".into())]);
}

// d. Roles are edited under those who hold them.

#[test]
fn a_custom_role_grants_nothing_that_its_maker_lacks() {
    let mut shop = World::shop();
    let role = |grants: &str, rest: &str| {
        format!(
            "roles: [{{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{grants}]{rest} }}]"
        )
    };
    shop.refuses("user:lena", &role("{ permission: pages.publish }", ""), Code::Escalation);
    shop.refuses("user:lena", &role("", ", start: { duplicate: publisher }"), Code::Escalation);
    shop.refuses("user:lena", &role("", ", start: all"), Code::Escalation);
    shop.refuses("user:lena", &role("{ permission: orders.place }", ""), Code::Escalation);
    shop.refuses("user:lena", &role("{ permission: pages.share }", ""), Code::Escalation);
    shop.refuses("user:ed", &role("{ permission: pages.view }", ""), Code::NoAuthority);
    shop.accepts(
        "user:lena",
        &role("{ permission: pages.edit }, { permission: pages.share, related: [shared_edit] }", ""),
    );
    shop.accepts("user:lena", &role("{ permission: pages.view }", ""));
}

#[test]
fn a_custom_role_reaches_no_further_than_its_maker() {
    let mut shop = World::shop();
    let role = |instances: &str| {
        format!(
            "roles: [{{ id: shop/mine, title: Mine, instances: [{instances}], grants: [{{ permission: pages.edit }}] }}]"
        )
    };
    shop.refuses("user:lena", &role(""), Code::NoAuthority);
    shop.refuses("user:lena", &role("'instance:eu', 'instance:us'"), Code::NoAuthority);
    shop.accepts("user:lena", &role("'instance:eu'"));
    shop.refuses("user:lars", &role("'instance:us'"), Code::NoAuthority);
    shop.refuses("user:lena", &role("'instance:us'"), Code::NoAuthority);
}

#[test]
fn editing_a_role_that_others_build_on_is_editing_theirs() {
    let mut shop = World::shop();
    shop.accepts(
        "user:rita",
        "roles: [{ id: shop/base, title: Base, instances: ['instance:eu'], grants: [{ permission: pages.view }] }, { id: shop/wide, title: Wide, includes: [base], grants: [{ permission: pages.edit }] }]",
    );
    let step = "roles: [{ id: shop/base, title: Base, instances: ['instance:eu'], grants: [{ permission: pages.view }, { permission: pages.edit }] }]";
    shop.accepts("user:lena", step);
    let step = "roles: [{ id: shop/base, title: Base, instances: ['instance:eu'], grants: [{ permission: pages.view }, { permission: pages.share, related: [shared_edit] }] }]";
    shop.refuses("user:lena", step, Code::Escalation);
}

#[test]
fn an_edit_shows_everybody_whom_it_reaches() {
    let mut shop = World::shop();
    shop.accepts("user:lena", "roles: [{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{ permission: pages.view }] }]");
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'group:writers', role: shop/mine, scope: 'instance:eu' }]",
    );
    let done = shop.accepts("user:lena", "roles: [{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{ permission: pages.edit }] }]");
    assert_eq!(done.effects.counts.subjects, 1);
    assert_eq!(done.effects.subjects[0].subject.to_string(), "user:zoe");
    assert_eq!((done.effects.counts.gains, done.effects.counts.losses), (1, 1));
}

#[test]
fn overlays_are_edits_of_roles_too() {
    let mut shop = World::shop();
    let step = "overlays: [{ role: shop/viewer, add: [pages.edit], remove: [] }]";
    shop.refuses("user:lena", step, Code::NoAuthority);
    shop.accepts("user:rita", step);
}

// e. Where things stand, what is known of them, and who is related to them.

#[test]
fn moving_something_under_others_gives_it_to_them() {
    let mut shop = World::shop();
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'shop/page:home' }]",
    );
    shop.accepts("user:lena", "resources: [{ id: 'shop/page:side', parent: 'instance:eu' }]");
    shop.refuses(
        "user:lena",
        "resources: [{ id: 'shop/page:side', parent: 'shop/page:home' }]",
        Code::Escalation,
    );
    shop.refuses(
        "user:lena",
        "resources: [{ id: 'shop/page:side', parent: 'instance:us' }]",
        Code::NoAuthority,
    );
    shop.refuses(
        "user:lena",
        "resources: [{ id: 'shop/page:us-home', parent: 'instance:eu' }]",
        Code::NoAuthority,
    );
    let done = shop.accepts("user:rita", "resources: [{ id: 'shop/page:side', parent: 'shop/page:home' }]");
    assert!(shop.allows("user:zoe", "pages.publish", "shop/page:side"));
    assert!(done.effects.counts.concerned >= 1);
}

#[test]
fn moving_something_away_takes_it_from_those_above() {
    let mut shop = World::shop();
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'shop/page:home' }]",
    );
    shop.refuses(
        "user:lena",
        "resources: [{ id: 'shop/page:news', parent: 'instance:eu' }]",
        Code::NoAuthority,
    );
    shop.accepts("user:rita", "resources: [{ id: 'shop/page:news', parent: 'instance:eu' }]");
}

#[test]
fn a_move_that_wakes_an_authority_needs_authority_over_it() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "resources: [{ id: 'shop/page:side', parent: 'instance:eu' }]");
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/captain, scope: 'shop/page:side' }, { subject: 'user:zoe', role: shop/viewer, scope: 'shop/page:home' }]",
    );
    let step = "resources: [{ id: 'shop/page:side', parent: 'shop/page:home' }]";
    shop.refuses("user:lena", step, Code::NoAuthority);
    shop.accepts("user:rita", step);
}

#[test]
fn writing_what_a_condition_reads_is_giving_what_depends_on_it() {
    let mut shop = World::shop();
    let step = "resources: [{ id: 'shop/page:home', parent: 'instance:eu', properties: { public: true } }]";
    shop.refuses("user:lena", step, Code::Escalation);
    shop.accepts(
        "user:lena",
        "resources: [{ id: 'shop/page:home', parent: 'instance:eu', properties: { colour: red } }]",
    );
    shop.accepts("user:rita", step);
}

#[test]
fn writing_what_decides_where_a_role_may_be_held_needs_authority_over_it() {
    let mut shop = World::shop();
    let step = "resources: [{ id: 'instance:eu', parent: 'product:shop', properties: { safe: true } }]";
    shop.refuses("user:lena", step, Code::NoAuthority);
    shop.accepts("user:rita", step);
}

#[test]
fn relations_give_what_roles_grant_to_the_related() {
    let mut shop = World::shop();
    let relate = |to: &str| {
        format!("relations: [{{ resource: 'shop/page:home', relation: shared_edit, subject: '{to}' }}]")
    };
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/sharer, scope: 'instance:eu' }]",
    );
    shop.refuses("user:lars", &relate("user:zoe"), Code::NoAuthority);
    shop.refuses("user:ed", &relate("user:zoe"), Code::NoAuthority);
    shop.accepts("user:lena", &relate("user:zoe"));
    assert!(shop.allows("user:zoe", "pages.share", "shop/page:news"));
}

// f. Groups.

#[test]
fn joining_a_group_is_being_assigned_all_that_it_holds() {
    let mut shop = World::shop();
    shop.refuses("user:lena", "groups: [{ id: bosses, members: ['user:zoe'] }]", Code::NoAuthority);
    shop.refuses("user:lena", "groups: [{ id: bosses, members: ['group:writers'] }]", Code::NoAuthority);
    // Also for somebody who has it already: they would keep it when it is taken.
    shop.refuses("user:lena", "groups: [{ id: bosses, members: ['user:pam'] }]", Code::NoAuthority);
    shop.refuses("user:lena", "groups: [{ id: writers }, { id: mine, members: ['group:bosses', 'user:lena'] }]\nassignments: [{ subject: 'group:mine', role: shop/publisher, scope: 'instance:eu' }]", Code::NoAuthority);
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'group:writers', role: shop/editor, scope: 'instance:eu' }]",
    );
    shop.accepts("user:rita", "groups: [{ id: bosses, members: ['user:zoe'] }]");
    assert!(shop.allows("user:zoe", "pages.publish", "shop/page:home"));
}

#[test]
fn assigning_to_a_group_is_assigning_to_all_that_it_contains() {
    let mut shop = World::shop();
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'group:writers', role: shop/publisher, scope: 'instance:eu' }]",
        Code::NoAuthority,
    );
}

#[test]
fn a_group_is_renamed_paused_and_removed_by_those_who_may_give_what_it_holds() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "groups: [{ id: bosses, members: ['user:zoe'] }]");
    shop.refuses("user:lena", "groups: [{ id: bosses, active: false }]", Code::Dominated);
    shop.refuses("user:lena", "groups: [{ id: bosses, title: Mine }]", Code::Dominated);
    shop.refuses("user:lena", "remove: { groups: [bosses] }", Code::Dominated);
    shop.accepts("user:rita", "groups: [{ id: bosses, active: false }]");
    assert!(!shop.allows("user:zoe", "pages.publish", "shop/page:home"));
    shop.refuses("user:lena", "groups: [{ id: bosses, active: true }]", Code::Dominated);
}

// g. Keys.

#[test]
fn a_key_gets_only_what_its_maker_may_give() {
    let mut shop = World::shop();
    shop.accepts("user:lena", "api_keys: [{ id: robot, kind: secret }]\nassignments: [{ subject: 'api_key:robot', role: shop/editor, scope: 'instance:eu' }]");
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'api_key:robot', role: shop/publisher, scope: 'instance:eu' }]",
        Code::NoAuthority,
    );
    shop.refuses("user:ed", "api_keys: [{ id: other, kind: secret }]", Code::NoAuthority);
    // Another lead may not touch it, nor make themselves answer for it.
    shop.refuses("user:lars", "api_keys: [{ id: robot, kind: secret, revoked: true }]", Code::NoAuthority);
    let key = shop.view.api_key(shop.view.subject(&SubjectRef::api_key("robot")).unwrap()).unwrap().clone();
    assert_eq!(key.issued_by, Some(SubjectRef::user("lena")));
    let taken = ApiKey { issued_by: Some(SubjectRef::user("lars")), ..key.clone() };
    assert!(shop.change("user:lars", vec![Change::ApiKeySet(taken)]).is_err());
    let pushed = ApiKey { issued_by: Some(SubjectRef::user("rita")), ..key };
    assert_eq!(
        shop.change("user:lena", vec![Change::ApiKeySet(pushed)]).err(),
        Some(vec![Code::NoAuthority])
    );
}

#[test]
fn a_key_ends_with_the_authority_of_who_answers_for_it() {
    let mut shop = World::shop();
    shop.accepts("user:lena", "api_keys: [{ id: robot, kind: secret }]\nassignments: [{ subject: 'api_key:robot', role: shop/editor, scope: 'instance:eu' }]");
    assert!(shop.allows("api_key:robot", "pages.edit", "shop/page:home"));
    let mut paused = shop.clone();
    let done = paused.accepts("user:rita", "users: [{ id: lena, status: suspended }]");
    assert!(done.warnings.contains(&"key_revoked".to_owned()), "{:?}", done.warnings);
    assert!(!paused.allows("api_key:robot", "pages.edit", "shop/page:home"));
    let mut demoted = shop.clone();
    let demote = "remove: { assignments: [{ subject: 'user:lena', role: shop/lead, scope: 'instance:eu' }] }";
    let done = demoted.accepts("user:rita", demote);
    let lost = done.effects.subjects.iter().find(|one| one.subject == SubjectRef::api_key("robot"));
    assert!(lost.is_some_and(|one| !one.losses.is_empty()), "{:?}", done.effects);
    // Whoever takes over in time keeps it alive.
    let key = shop.view.api_key(shop.view.subject(&SubjectRef::api_key("robot")).unwrap()).unwrap().clone();
    shop.change(
        "user:rita",
        vec![Change::ApiKeySet(ApiKey { issued_by: Some(SubjectRef::user("rita")), ..key })],
    )
    .unwrap_or_else(|codes| panic!("{codes:?}"));
    shop.accepts("user:rita", demote);
    assert!(shop.allows("api_key:robot", "pages.edit", "shop/page:home"));
}

#[test]
fn a_keys_role_does_not_outlive_the_authority_behind_it() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "assignments: [{ subject: 'user:zoe', role: shop/lead, scope: 'instance:eu', expires: 2026-12-01T00:00:00Z }]");
    shop.accepts("user:zoe", "api_keys: [{ id: robot, kind: secret }]");
    let give = |expires: &str| {
        format!(
            "assignments: [{{ subject: 'api_key:robot', role: shop/editor, scope: 'instance:eu'{expires} }}]"
        )
    };
    shop.refuses("user:zoe", &give(""), Code::OutlivesAuthority);
    shop.refuses("user:zoe", &give(", expires: 2026-12-02T00:00:00Z"), Code::OutlivesAuthority);
    shop.accepts("user:zoe", &give(", expires: 2026-12-01T00:00:00Z"));
}

#[test]
fn public_keys_hold_only_public_roles_by_whatever_path() {
    let mut shop = World::shop();
    shop.accepts("user:lena", "api_keys: [{ id: front, kind: public, origins: ['https://shop.example'] }]\nassignments: [{ subject: 'api_key:front', role: shop/viewer, scope: 'instance:eu' }]");
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'api_key:front', role: shop/editor, scope: 'instance:eu' }]",
        Code::NotPublic,
    );
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'group:writers', role: shop/editor, scope: 'instance:eu' }]",
    );
    shop.refuses("user:lena", "groups: [{ id: writers, members: ['api_key:front'] }]", Code::NotPublic);
    let key = shop.view.api_key(shop.view.subject(&SubjectRef::api_key("front")).unwrap()).unwrap().clone();
    shop.change("user:lena", vec![Change::ApiKeySet(ApiKey { kind: KeyKind::Secret, ..key.clone() })])
        .unwrap_or_else(|codes| panic!("{codes:?}"));
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'api_key:front', role: shop/editor, scope: 'instance:eu' }]",
    );
    assert_eq!(shop.change("user:lena", vec![Change::ApiKeySet(key)]).err(), Some(vec![Code::NotPublic]));
}

// h. Approvals and budgets: see `constraints.rs`.

// i. Time.

#[test]
fn extending_an_end_and_starting_later_are_assigning() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'instance:eu', expires: 2026-12-01T00:00:00Z }]");
    shop.refuses("user:lena", "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'instance:eu', expires: 2027-12-01T00:00:00Z }]", Code::NoAuthority);
    shop.refuses("user:lena", "assignments: [{ subject: 'user:bo', role: shop/publisher, scope: 'instance:eu', starts: 2030-01-01T00:00:00Z }]", Code::NoAuthority);
    shop.now = "2027-01-01T00:00:00Z".parse().unwrap();
    shop.refuses("user:lena", "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'instance:eu', expires: 2028-12-01T00:00:00Z }]", Code::NoAuthority);
}

// j. A file, an import, an undo: decided as steps of the actor, all or nothing.

#[test]
fn one_forbidden_part_refuses_the_whole_batch() {
    let mut shop = World::shop();
    let step = "users: [{ id: new }]\nassignments: [{ subject: 'user:new', role: shop/editor, scope: 'instance:eu' }, { subject: 'user:new', role: shop/publisher, scope: 'instance:eu' }]";
    shop.refuses("user:lena", step, Code::NoAuthority);
    assert!(shop.view.subject(&SubjectRef::user("new")).is_none());
    shop.refuses("user:lena", "seat_limits: [{ pool: shop/editors, limit: 99 }]", Code::NoAuthority);
    shop.refuses("user:rita", "seat_limits: [{ pool: shop/editors, limit: 99 }]", Code::NoAuthority);
}

// l. What is gone does not revive.

#[test]
fn the_same_id_again_is_somebody_else() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "remove: { users: [pam] }");
    shop.accepts("user:lena", "users: [{ id: pam }]");
    assert!(!shop.allows("user:pam", "pages.publish", "shop/page:home"));
    shop.accepts("user:rita", "roles: [{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{ permission: pages.publish }] }]\nassignments: [{ subject: 'user:zoe', role: shop/mine, scope: 'instance:eu' }]");
    shop.accepts("user:rita", "remove: { roles: [shop/mine] }");
    shop.accepts("user:lena", "roles: [{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{ permission: pages.edit }] }]");
    assert!(!shop.allows("user:zoe", "pages.edit", "shop/page:home"));
    shop.accepts("user:rita", "remove: { groups: [bosses] }");
    shop.accepts("user:lena", "groups: [{ id: bosses, members: ['user:zoe'] }]");
    assert!(!shop.allows("user:zoe", "pages.publish", "shop/page:home"));
}

// Domination.

#[test]
fn nobody_takes_from_those_above() {
    let mut shop = World::shop();
    let take = "remove: { assignments: [{ subject: 'user:pam', role: shop/editor, scope: 'instance:eu' }] }";
    shop.refuses("user:lena", take, Code::Dominated);
    shop.refuses("user:lena", "users: [{ id: pam, status: suspended }]", Code::Dominated);
    shop.refuses("user:lena", "users: [{ id: pam, email: lena@acme.example }]", Code::Dominated);
    shop.refuses("user:lena", "remove: { users: [pam] }", Code::Dominated);
    shop.accepts(
        "user:lena",
        "remove: { assignments: [{ subject: 'user:ed', role: shop/editor, scope: 'instance:eu' }] }",
    );
    shop.accepts("user:rita", take);
}

#[test]
fn people_are_edited_by_those_who_may_give_all_that_they_hold() {
    let mut shop = World::shop();
    shop.accepts("user:lena", "users: [{ id: ed, status: suspended }]");
    shop.accepts("user:lena", "users: [{ id: ed, name: Edward }]");
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:ed', role: shop/viewer, scope: 'instance:us' }]",
    );
    shop.refuses("user:lena", "users: [{ id: ed, name: Eddie }]", Code::NoAuthority);
    // Who holds nothing is nobody's in particular: only from the top are they edited.
    shop.refuses("user:lena", "users: [{ id: zoe, name: Zora }]", Code::NoAuthority);
    shop.refuses("user:lena", "remove: { users: [zoe] }", Code::NoAuthority);
    let key = "api_keys: [{ id: robot, kind: secret }]";
    shop.accepts("user:rita", key);
    shop.refuses("user:lena", "api_keys: [{ id: robot, kind: secret, revoked: true }]", Code::NoAuthority);
    shop.accepts("user:rita", "api_keys: [{ id: robot, kind: secret, revoked: true }]");
}
