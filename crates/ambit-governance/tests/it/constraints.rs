//! Seats, separation of duties, needs, vendor roles, the last owner, approvals and budgets.

use crate::world::World;
use ambit_engine::{EntityRef, Question};
use ambit_governance::Code;
use ambit_governance::approvals::{self, ApprovalRefusal, Ruling};
use ambit_model::{Change, SubjectRef};

const EDITOR: &str = "role: shop/editor, scope: 'instance:eu'";

#[test]
fn invited_people_reserve_seats_and_a_swap_is_one_step() {
    let mut shop = World::shop();
    // Ed and Pam hold both seats.
    shop.accepts("operator", "seat_limits: [{ pool: shop/editors, limit: 2 }]");
    shop.refuses(
        "user:rita",
        &format!(
            "users: [{{ id: nina, status: invited }}]\nassignments: [{{ subject: 'user:nina', {EDITOR} }}]"
        ),
        Code::SeatLimit,
    );
    let swap = format!(
        "assignments: [{{ subject: 'user:zoe', {EDITOR} }}]\nremove: {{ assignments: [{{ subject: 'user:ed', {EDITOR} }}] }}"
    );
    let done = shop.accepts("user:lena", &swap);
    assert_eq!(done.changes.len(), 2);
    shop.accepts("operator", "seat_limits: [{ pool: shop/editors, limit: 3 }]");
    let done = shop.accepts(
        "user:lena",
        &format!(
            "users: [{{ id: nina, status: invited }}]\nassignments: [{{ subject: 'user:nina', {EDITOR} }}]"
        ),
    );
    assert!(done.warnings.contains(&"last_seat".to_owned()), "{:?}", done.warnings);
    shop.refuses("user:lena", &format!("assignments: [{{ subject: 'user:bo', {EDITOR} }}]"), Code::SeatLimit);
    // The same person in a second place takes no second seat; a copy of the role takes one like the role.
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:nina', role: shop/editor, scope: 'shop/page:home' }]",
    );
    shop.refuses("user:lena", "roles: [{ id: shop/copy, title: Copy, instances: ['instance:eu'], start: { duplicate: editor } }]\nassignments: [{ subject: 'user:bo', role: shop/copy, scope: 'instance:eu' }]", Code::SeatLimit);
    shop.accepts("user:rita", "users: [{ id: nina, status: deactivated }]");
    shop.accepts("user:lena", &format!("assignments: [{{ subject: 'user:bo', {EDITOR} }}]"));
}

#[test]
fn roles_that_exclude_each_other_meet_by_no_path() {
    let mut shop = World::shop();
    let auditor = |subject: &str, scope: &str| {
        format!("assignments: [{{ subject: '{subject}', role: shop/auditor, scope: '{scope}' }}]")
    };
    shop.refuses("user:rita", &auditor("user:ed", "instance:eu"), Code::Excluded);
    shop.refuses("user:rita", &auditor("user:ed", "product:shop"), Code::Excluded);
    shop.refuses("user:rita", &auditor("user:ed", "shop/page:home"), Code::Excluded);
    shop.accepts("user:rita", &auditor("user:ed", "instance:us"));
    shop.accepts("user:rita", &auditor("group:writers", "instance:eu"));
    shop.refuses("user:rita", "groups: [{ id: writers, members: ['user:pam'] }]", Code::Excluded);
    let outer = "groups: [{ id: outer, members: ['user:pam'] }, { id: writers, members: ['group:outer'] }]";
    shop.refuses("user:rita", outer, Code::Excluded);
    shop.accepts(
        "user:rita",
        &format!(
            "{}\nremove: {{ assignments: [{{ subject: 'user:pam', {EDITOR} }}] }}",
            auditor("user:pam", "instance:eu")
        ),
    );
}

#[test]
fn an_edit_of_a_role_brings_its_bounds_to_those_who_hold_it() {
    let mut shop = World::shop();
    let role = |start: &str| format!("roles: [{{ id: shop/mine, title: Mine, start: {start} }}]");
    shop.accepts("user:rita", &role("{ duplicate: viewer }"));
    shop.accepts(
        "user:rita",
        "api_keys: [{ id: front, kind: public, origins: ['https://shop.example'] }]\nassignments: [{ subject: 'user:ed', role: shop/mine, scope: 'instance:eu' }, { subject: 'api_key:front', role: shop/mine, scope: 'instance:eu' }]",
    );
    shop.refuses("user:rita", &role("{ duplicate: auditor }"), Code::Excluded);
    shop.refuses("user:rita", &role("{ duplicate: watcher }"), Code::NotPublic);
}

#[test]
fn of_a_set_one_person_holds_only_so_many() {
    let mut shop = World::shop();
    let give = |subject: &str, role: &str, scope: &str| {
        format!("assignments: [{{ subject: '{subject}', role: shop/{role}, scope: '{scope}' }}]")
    };
    // Bo orders in Europe: paying there or above is refused, elsewhere it is not.
    shop.refuses("user:rita", &give("user:bo", "payer", "instance:eu"), Code::Separation);
    shop.refuses("user:rita", &give("user:bo", "payer", "product:shop"), Code::Separation);
    shop.accepts("user:rita", &give("user:bo", "payer", "instance:us"));
    // Of three hats two are fine, anywhere in the organization.
    shop.accepts("user:rita", &give("user:bo", "watcher", "instance:eu"));
    shop.refuses("user:rita", &give("user:bo", "toggler", "instance:eu"), Code::Separation);
    shop.accepts("user:rita", &give("group:writers", "toggler", "instance:eu"));
    shop.refuses("user:rita", "groups: [{ id: writers, members: ['user:bo'] }]", Code::Separation);
    // A custom role that includes others counts as they do.
    shop.accepts(
        "user:rita",
        "roles: [{ id: shop/inner, title: Inner, grants: [{ permission: pages.view }] }]",
    );
    shop.accepts("user:rita", &give("user:zoe", "payer", "instance:eu"));
    shop.refuses("user:rita", &give("user:zoe", "watcher", "instance:eu"), Code::Separation);
}

#[test]
fn vendor_roles_come_from_the_vendor_or_their_holders() {
    let mut shop = World::shop();
    let give = "assignments: [{ subject: 'user:zoe', role: shop/vendor, scope: 'instance:eu' }]";
    shop.refuses("operator", give, Code::VendorOnly);
    shop.refuses("user:rita", give, Code::VendorOnly);
    shop.refuses(
        "user:rita",
        "assignments: [{ subject: 'group:writers', role: shop/vendor, scope: 'instance:eu' }]",
        Code::VendorOnly,
    );
    shop.refuses("user:rita", "roles: [{ id: shop/mine, title: Mine, start: { duplicate: vendor } }]\nassignments: [{ subject: 'user:zoe', role: shop/mine, scope: 'instance:eu' }]", Code::VendorOnly);
    shop.accepts("vendor", give);
    // Nor by changing a role that somebody holds already.
    shop.accepts("user:rita", "roles: [{ id: shop/own, title: Own, grants: [{ permission: pages.view }] }]\nassignments: [{ subject: 'user:bo', role: shop/own, scope: 'instance:us' }]");
    let copy = "roles: [{ id: shop/own, title: Own, start: { duplicate: vendor }, grants: [{ permission: pages.view }] }]";
    shop.refuses("operator", copy, Code::VendorOnly);
    shop.refuses("user:rita", copy, Code::VendorOnly);
    shop.accepts("vendor", copy);
}

#[test]
fn conditions_on_the_scope_hold_for_everybody() {
    let mut shop = World::shop();
    let give = "assignments: [{ subject: 'user:zoe', role: shop/keeper, scope: 'instance:eu' }]";
    shop.refuses("operator", give, Code::AssignableCondition);
    shop.accepts(
        "user:rita",
        "resources: [{ id: 'instance:eu', parent: 'product:shop', properties: { safe: true } }]",
    );
    shop.accepts("user:rita", give);
    shop.refuses(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/keeper, scope: 'shop/page:home' }]",
        Code::NotAssignableHere,
    );
}

#[test]
fn somebody_always_remains_who_can_give_the_authority_back() {
    let mut shop = World::shop();
    let take = "remove: { assignments: [{ subject: 'user:rita', role: shop/root, scope: 'product:shop' }] }";
    for actor in ["user:rita", "operator"] {
        shop.refuses(actor, take, Code::LastOwner);
        shop.refuses(actor, "users: [{ id: rita, status: suspended }]", Code::LastOwner);
        shop.refuses(actor, "users: [{ id: rita, status: deactivated }]", Code::LastOwner);
        shop.refuses(actor, "remove: { users: [rita] }", Code::LastOwner);
        shop.refuses(actor, "assignments: [{ subject: 'user:rita', role: shop/root, scope: 'product:shop', expires: 2026-12-01T00:00:00Z }]", Code::LastOwner);
        shop.refuses(actor, "assignments: [{ subject: 'user:rita', role: shop/root, scope: 'product:shop', starts: 2026-12-01T00:00:00Z }]", Code::LastOwner);
    }
    // Neither a key, nor somebody who was only asked, nor somebody for a while is an owner.
    for other in [
        "api_keys: [{ id: robot, kind: secret }]\nassignments: [{ subject: 'api_key:robot', role: shop/root, scope: 'product:shop' }]",
        "users: [{ id: nina, status: invited }]\nassignments: [{ subject: 'user:nina', role: shop/root, scope: 'product:shop' }]",
        "assignments: [{ subject: 'user:zoe', role: shop/root, scope: 'product:shop', expires: 2026-12-01T00:00:00Z }]",
        "assignments: [{ subject: 'user:zoe', role: shop/root, scope: 'instance:eu' }]",
    ] {
        shop.accepts("operator", other);
        shop.refuses("operator", take, Code::LastOwner);
    }
    // In one step, or through a group.
    let mut swapped = shop.clone();
    swapped.accepts(
        "user:rita",
        &format!("assignments: [{{ subject: 'user:bo', role: shop/root, scope: 'product:shop' }}]\n{take}"),
    );
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'group:bosses', role: shop/root, scope: 'product:shop' }]",
    );
    shop.refuses("user:rita", take, Code::LastOwner);
    shop.accepts("user:rita", "groups: [{ id: bosses, members: ['user:bo'] }]");
    shop.accepts("user:rita", take);
    shop.refuses("user:bo", "remove: { members: [{ group: bosses, member: 'user:bo' }] }", Code::LastOwner);
    shop.refuses("user:bo", "groups: [{ id: bosses, active: false }]", Code::LastOwner);
}

#[test]
fn the_requester_neither_approves_nor_makes_an_approver() {
    let mut shop = World::shop();
    shop.accepts("user:rita", "assignments: [{ subject: 'user:bo', role: shop/approver, scope: 'instance:eu' }, { subject: 'user:pam', role: shop/approver, scope: 'instance:eu' }, { subject: 'user:bo', role: shop/lead, scope: 'instance:eu' }]");
    let question = Question {
        subject: EntityRef::new("user", "bo"),
        permission: "orders.place",
        action: None,
        resource: EntityRef::new("instance", "eu"),
        context: None,
        time: shop.now,
    };
    let request = approvals::request(&shop.view, &question, "1".into(), None).unwrap();
    shop.view.apply_changes(&[Change::ApprovalSet(request)]).unwrap();
    let decide = |shop: &World, by: &str| {
        approvals::decide(&shop.view, "1", Ruling::Approve, &SubjectRef::user(by), None, shop.now)
    };
    assert!(matches!(decide(&shop, "bo"), Err(ApprovalRefusal::OwnRequest(_))));
    // Bo leads, and so may make Zoe an approver; but not of what he asked for before.
    let done = shop.accepts(
        "user:bo",
        "assignments: [{ subject: 'user:zoe', role: shop/approver, scope: 'instance:eu' }]",
    );
    assert_eq!(done.changes.len(), 2, "the request remembers it");
    assert!(matches!(decide(&shop, "zoe"), Err(ApprovalRefusal::Barred(_))));
    assert!(matches!(decide(&shop, "ed"), Err(ApprovalRefusal::NotAnApprover(_))));
    assert!(decide(&shop, "pam").is_ok());
}

#[test]
fn budgets_are_set_by_those_who_may_give_what_they_bound() {
    let mut shop = World::shop();
    let budget = |subject: &str, scope: &str| {
        format!(
            "budgets: [{{ subject: '{subject}', scope: '{scope}', amount: '10', currency: EUR, period: month }}]"
        )
    };
    shop.refuses("user:ed", &budget("user:bo", "instance:eu"), Code::NoAuthority);
    shop.refuses("user:lena", &budget("user:bo", "instance:us"), Code::NoAuthority);
    shop.refuses("user:lena", &budget("user:pam", "instance:eu"), Code::Dominated);
    shop.accepts("user:lena", &budget("user:bo", "instance:eu"));
}

#[test]
fn catalogs_that_escape_together_are_not_enabled_together() {
    let spans = "product: over\ntitle: Over\nversion: 1\nspans_products: true\npermissions:\n  p: { title: P }\nroles:\n  a: { title: A, grants: [p], administers: [{ product: under, roles: [b], do: [assign] }] }\n";
    let under = "product: under\ntitle: Under\nversion: 1\npermissions:\n  p: { title: P }\nroles:\n  b: { title: B, grants: [p], administers: [{ product: under, do: [assign] }] }\n  c: { title: C, grants: [p] }\n";
    let mut world = World::new(&[spans, under], "organization: acme\nproducts: [over]\n");
    world.refuses("operator", "products: [under]", Code::Escape);
}
