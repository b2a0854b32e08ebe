//! How authority is handed on: `strict`, `hold_to_grant` and `self: false`.

use crate::world::{SHOP, World};
use ambit_governance::Code;

fn shop_with(authority: &str) -> World {
    let (catalog, organization) = SHOP.split_once("\n---\n").unwrap();
    World::new(
        &[&catalog.replace("version: 1", &format!("version: 1\nauthority: {authority}"))],
        organization,
    )
}

#[test]
fn who_must_hold_to_grant_gives_only_what_they_have_there() {
    let mut shop = shop_with("{ mode: hold_to_grant }");
    // Lena views and edits; she neither toggles nor orders.
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/viewer, scope: 'instance:eu' }]",
    );
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/toggler, scope: 'instance:eu' }]",
        Code::NoAuthority,
    );
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/sharer, scope: 'instance:eu' }]",
        Code::NoAuthority,
    );
    shop.refuses("user:lena", "roles: [{ id: shop/mine, title: Mine, instances: ['instance:eu'], grants: [{ permission: flags.toggle }] }]", Code::Escalation);
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:lena', role: shop/toggler, scope: 'instance:eu' }]",
    );
    shop.accepts(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/toggler, scope: 'instance:eu' }]",
    );
}

#[test]
fn where_self_is_false_somebody_else_has_to() {
    let mut shop = shop_with("{ self: false }");
    let give =
        |to: &str| format!("assignments: [{{ subject: '{to}', role: shop/toggler, scope: 'instance:eu' }}]");
    shop.refuses("user:lena", &give("user:lena"), Code::OwnStep);
    shop.accepts("user:lena", &give("user:zoe"));
    shop.accepts("user:rita", &give("user:lena"));
    shop.refuses(
        "user:lena",
        "remove: { assignments: [{ subject: 'user:lena', role: shop/toggler, scope: 'instance:eu' }] }",
        Code::OwnStep,
    );
    shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'group:writers', role: shop/viewer, scope: 'instance:eu' }]",
    );
    shop.refuses("user:lena", "groups: [{ id: writers, members: ['user:lena'] }]", Code::OwnStep);
}

#[test]
fn a_strict_catalog_lets_nobody_make_an_equal() {
    let (catalog, organization) = SHOP.split_once("\n---\n").unwrap();
    let strict = catalog.replace("version: 1", "version: 1\nauthority: { mode: strict }");
    let mut shop = World::new(&[&strict], organization);
    shop.refuses(
        "user:lena",
        "assignments: [{ subject: 'user:zoe', role: shop/lead, scope: 'instance:eu' }]",
        Code::NoAuthority,
    );
    let peers = strict.replace("level_at_most: 40", "level_at_most: 50");
    assert!(ambit_catalog::parse_catalog("shop.yaml", &peers).is_err());
}
