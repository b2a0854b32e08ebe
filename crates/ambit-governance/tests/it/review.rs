//! Review functions, on worlds where the answer is obvious, and against a slow second implementation: asking the engine
//! about everything, one question after the other, on the demo organization with roles strewn over it.

use crate::world::{World, actor_named};
use ambit_engine::{EntityRef, NodeIx, PermissionIx, Question, RoleIx, SubjectIx, View};
use ambit_governance::review::authority::{administered_by, assignable_roles};
use ambit_governance::review::diff::{Became, Relation, diff_roles, diff_states, diff_subjects};
use ambit_governance::review::grants::{Origin, role_operations_on_object, role_permissions};
use ambit_governance::review::held::{State, assigned_roles, authorized_roles};
use ambit_governance::review::holders::{assigned_users, authorized_user, ways_to};
use ambit_governance::review::permissions::{
    Gives, UserPermission, user_operations_on_object, user_permissions,
};
use ambit_governance::review::roles::{dead_roles, dominated_roles, least_roles, unused_roles};
use ambit_governance::review::separation::{separation_sets, violations};
use ambit_governance::review::who_can::{Asked, able, who_can};
use ambit_model::{Outcome, SubjectKind};
use std::collections::BTreeSet;

const PRESS: &str = "
product: press
title: Press
version: 1
resource_types:
  page: { parents: [instance, page] }
permissions:
  pages.view: { title: View pages, on: page }
  pages.edit: { title: Edit pages, on: page }
  pages.publish: { title: Publish pages, on: page }
  pages.burn: { title: Burn pages, on: page }
  vault.open: { title: Open the vault, on: instance }
roles:
  viewer: { title: Viewer, level: 10, grants: [pages.view] }
  reader: { title: Reader, level: 10, grants: [pages.view] }
  editor: { title: Editor, level: 20, includes: [viewer], grants: [pages.edit] }
  chief:
    title: Chief
    level: 50
    includes: [editor]
    grants: [pages.publish, vault.open]
    administers: [ { level_at_most: 50, do: [assign, revoke, create_roles, manage_groups] } ]
  helper: { title: Helper, level: 10, requires: [editor], grants: [pages.publish] }
  owner_only: { title: Owner, level: 10, grants: [pages.edit: { related: [owner] }] }
  boat: { title: Boat, level: 10, assignable_when: scope.instance.properties.wet, grants: [pages.view] }
  sailor: { title: Sailor, level: 10, requires: [boat], grants: [pages.view] }
  clerk: { title: Clerk, level: 10, grants: [pages.burn] }
  judge: { title: Judge, level: 10, excludes: [clerk], grants: [pages.view] }
custom_roles: { allowed: true, start: [none, all, duplicate], forbidden: [vault.open] }
";
const WORLD: &str = "
organization: acme
products: [press]
resources:
  - { id: 'instance:eu', parent: 'product:press' }
  - { id: 'instance:us', parent: 'product:press' }
  - { id: 'press/page:home', parent: 'instance:eu' }
  - { id: 'press/page:news', parent: 'press/page:home' }
users: [ { id: ann }, { id: bob }, { id: cy }, { id: gone, status: suspended }, { id: zed } ]
groups:
  - { id: staff, members: ['group:interns', 'user:bob'] }
  - { id: interns, members: ['user:cy'] }
roles:
  - { id: press/local, title: Local, start: { duplicate: chief }, grants: [ { permission: pages.burn, within: 'press/page:home' } ] }
assignments:
  - { subject: 'user:ann', role: press/chief, scope: 'product:press' }
  - { subject: 'group:staff', role: press/editor, scope: 'instance:eu' }
  - { subject: 'user:bob', role: press/helper, scope: 'instance:eu' }
  - { subject: 'user:cy', role: press/owner_only, scope: 'instance:eu', expires: 2027-01-01T00:00:00Z }
  - { subject: 'user:gone', role: press/viewer, scope: 'instance:eu' }
  - { subject: 'user:zed', role: press/helper, scope: 'instance:us' }
";

fn press() -> World {
    World::new(&[PRESS], WORLD)
}

fn subject(view: &View, name: &str) -> SubjectIx {
    view.subject(&name.parse().unwrap()).unwrap()
}

fn role(view: &View, name: &str) -> RoleIx {
    view.role(&name.parse().unwrap()).unwrap()
}

fn node(view: &View, name: &str) -> NodeIx {
    view.node(&name.parse().unwrap()).unwrap()
}

#[test]
fn assigned_and_authorized_users() {
    let World { view, now, .. } = press();
    let editor = role(&view, "press/editor");
    let assigned: Vec<String> =
        assigned_users(&view, editor, None, now).map(|(_, show)| show().subject.to_string()).collect();
    assert_eq!(assigned, ["group:staff"]);
    let ways = ways_to(&view, editor, None);
    let authorized: Vec<String> = ways
        .iter()
        .map(|(subject, ways)| {
            let user = authorized_user(&view, *subject, editor, ways, now);
            format!("{} {} {}", user.subject, user.state.as_str(), user.ways[0].path)
        })
        .collect();
    assert_eq!(
        authorized,
        [
            "user:ann active user:ann > press/chief > press/editor at product:press",
            "user:bob active user:bob > group:staff > press/editor at instance:eu",
            "user:cy active user:cy > group:interns > group:staff > press/editor at instance:eu",
            "group:staff active group:staff > press/editor at instance:eu",
            "group:interns active group:interns > group:staff > press/editor at instance:eu",
        ]
    );
    // What is held at one instance reaches nothing of another.
    let elsewhere = ways_to(&view, editor, Some(node(&view, "instance:us")));
    assert_eq!(elsewhere.into_keys().collect::<Vec<_>>(), [subject(&view, "user:ann")]);
    let viewers = ways_to(&view, role(&view, "press/viewer"), None);
    let gone = subject(&view, "user:gone");
    let shown = authorized_user(&view, gone, role(&view, "press/viewer"), &viewers[&gone], now);
    assert_eq!((shown.state, shown.ways[0].standing.reason), (State::Dormant, Some("subject_inactive")));
}

#[test]
fn assigned_and_authorized_roles() {
    let World { view, now, .. } = press();
    let shown = |who: &str, all: bool| -> Vec<String> {
        let of = subject(&view, who);
        let held = if all { authorized_roles(&view, of, now) } else { assigned_roles(&view, of, now) };
        let words = held.iter().map(|held| {
            let reason = held.standing.reason.unwrap_or("-");
            format!("{} {} {} {reason}", held.role, held.scope, held.standing.state.as_str())
        });
        words.collect()
    };
    assert_eq!(shown("user:bob", false), ["press/helper instance:eu active -"]);
    assert_eq!(
        shown("user:bob", true),
        ["press/editor instance:eu active -", "press/helper instance:eu active -"]
    );
    assert_eq!(shown("user:zed", true), ["press/helper instance:us dormant role_inactive"]);
    let zed = authorized_roles(&view, subject(&view, "user:zed"), now);
    assert!(zed[0].standing.detail.as_ref().unwrap().contains("editor"));
    let later = "2027-06-01T00:00:00Z".parse().unwrap();
    let cy = authorized_roles(&view, subject(&view, "user:cy"), later);
    let reasons: Vec<_> = cy.iter().map(|held| (held.role.role.as_str(), held.standing.reason)).collect();
    assert_eq!(reasons, [("editor", None), ("owner_only", Some("expired"))]);
    let chief = authorized_roles(&view, subject(&view, "user:ann"), now);
    let included: Vec<String> = chief[0].includes.iter().map(ToString::to_string).collect();
    assert_eq!(included, ["press/editor", "press/viewer"]);
}

#[test]
fn permissions_of_roles_own_inherited_and_refused() {
    let World { view, .. } = press();
    let shown = |name: &str| -> Vec<(String, Origin)> {
        let permissions = role_permissions(&view, role(&view, name));
        permissions.into_iter().map(|one| (one.permission, one.origin)).collect()
    };
    let named = |name: &str, origin| (format!("press/{name}"), origin);
    assert_eq!(
        shown("press/chief"),
        [
            named("pages.view", Origin::Inherited),
            named("pages.edit", Origin::Inherited),
            named("pages.publish", Origin::Own),
            named("vault.open", Origin::Own)
        ]
    );
    let local = shown("press/local");
    assert!(local.contains(&named("vault.open", Origin::Refused)), "{local:?}");
    assert!(local.contains(&named("pages.burn", Origin::Own)));
    assert!(local.contains(&named("pages.publish", Origin::Inherited)));
    let path = role_permissions(&view, role(&view, "press/chief"))[0].path.clone();
    let path: Vec<&str> = path.iter().map(|role| role.role.as_str()).collect();
    assert_eq!(path, ["chief", "editor", "viewer"]);

    let on = |name: &str, at: &str| -> Vec<String> {
        let operations = role_operations_on_object(&view, role(&view, name), node(&view, at));
        operations.into_iter().map(|one| one.permission.permission).collect()
    };
    assert_eq!(on("press/chief", "instance:eu"), ["press/vault.open"]);
    assert_eq!(on("press/editor", "press/page:home"), ["press/pages.view", "press/pages.edit"]);
    assert!(on("press/local", "press/page:news").contains(&"press/pages.burn".to_owned()));
    assert_eq!(on("press/editor", "instance:eu"), Vec::<String>::new());
}

#[test]
fn what_a_user_may_do_and_where() {
    let World { view, now, .. } = press();
    let root = view.root().unwrap();
    let shown: Vec<String> = user_permissions(&view, subject(&view, "user:cy"), root, now)
        .iter()
        .map(|one| format!("{} {} {} {}", one.permission, one.gives.as_str(), one.at, one.path))
        .collect();
    assert_eq!(
        shown,
        [
            "press/pages.view allow instance:eu user:cy > group:interns > group:staff > press/editor > press/viewer at instance:eu",
            "press/pages.edit allow instance:eu user:cy > group:interns > group:staff > press/editor at instance:eu",
            "press/pages.edit conditional instance:eu user:cy > press/owner_only at instance:eu",
        ]
    );
    assert!(user_permissions(&view, subject(&view, "user:gone"), root, now).is_empty());
    let page = node(&view, "press/page:news");
    let operations = user_operations_on_object(&view, subject(&view, "user:cy"), page, now);
    let names: Vec<&str> = operations.iter().map(|one| one.permission.as_str()).collect();
    assert_eq!(names, ["press/pages.view", "press/pages.edit"]);
    assert_eq!(user_permissions(&view, subject(&view, "user:cy"), node(&view, "instance:us"), now), []);
}

#[test]
fn what_one_may_give_and_who_could_take_it() {
    let World { view, now, .. } = press();
    let scope = node(&view, "instance:eu");
    let given = assignable_roles(&view, &actor_named("user:ann"), &"user:zed".parse().unwrap(), scope, now);
    let may: Vec<&str> =
        given.iter().filter(|one| one.assignable).map(|one| one.role.role.as_str()).collect();
    assert_eq!(
        may,
        ["viewer", "reader", "editor", "chief", "helper", "owner_only", "sailor", "clerk", "judge", "local"]
    );
    let boat = given.iter().find(|one| one.role.role == "boat").unwrap();
    assert_eq!(boat.refusals[0].code, "assignable_condition");
    let powerless =
        assignable_roles(&view, &actor_named("user:bob"), &"user:zed".parse().unwrap(), scope, now);
    assert!(powerless.iter().all(|one| !one.assignable));
    assert!(powerless.iter().any(|one| one.refusals[0].code == "no_authority"));
    let found = administered_by(&view, role(&view, "press/editor"), scope, now);
    let shown: Vec<String> = found
        .iter()
        .map(|(_, one)| format!("{} {} {} {}", one.subject, one.may_assign, one.may_revoke, one.by[0]))
        .collect();
    assert_eq!(shown, ["user:ann true true user:ann > press/chief at product:press"]);
}

#[test]
fn assignable_roles_answers_like_the_write() {
    let world = World::shop();
    let scopes = ["instance:eu", "product:shop", "shop/page:home", "shop/flag:beta"];
    for actor in ["user:rita", "user:lena", "user:lars", "user:ed"] {
        for scope in scopes {
            let (view, now) = (&world.view, world.now);
            let target = "user:zoe".parse().unwrap();
            for given in assignable_roles(view, &actor_named(actor), &target, node(view, scope), now) {
                let piece = format!(
                    "assignments: [ {{ subject: 'user:zoe', role: {}, scope: '{scope}' }} ]",
                    given.role
                );
                let written = world.clone().step(actor, &piece).is_ok();
                assert_eq!(given.assignable, written, "{actor} {piece} {:?}", given.refusals);
            }
        }
    }
}

#[test]
fn separation_sets_and_who_violates_them() {
    let mut world = press();
    let sets = separation_sets(&world.view);
    assert_eq!((sets.len(), sets[0].id.to_string(), sets[0].cardinality), (1, "press/clerk+judge".into(), 2));
    assert!(violations(&world.view, &sets[0], world.now).is_empty());
    // An old violation: the pair was held before the catalog forbade it.
    let lenient = PRESS.replace("excludes: [clerk], ", "");
    let mut old = World::new(&[&lenient], WORLD);
    old.accepts(
        "operator",
        "assignments: [ { subject: 'group:staff', role: press/clerk, scope: 'instance:eu' } ]",
    );
    old.accepts(
        "operator",
        "assignments: [ { subject: 'user:cy', role: press/judge, scope: 'press/page:home' } ]",
    );
    old.accepts(
        "operator",
        "assignments: [ { subject: 'user:bob', role: press/judge, scope: 'instance:us' } ]",
    );
    let installed =
        ambit_model::Change::CatalogInstalled { product: "press".into(), source: PRESS.to_owned() };
    world.view = old.view;
    world.view.apply_changes(&[installed]).unwrap();
    let found = violations(&world.view, &separation_sets(&world.view)[0], world.now);
    let shown: Vec<String> = found
        .iter()
        .map(|(_, one)| {
            let ways: Vec<String> = one.holds.iter().map(ToString::to_string).collect();
            format!("{}: {}", one.subject, ways.join(", "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "user:cy: user:cy > group:interns > group:staff > press/clerk at instance:eu, user:cy > press/judge at press/page:home"
        ]
    );
    let shop = World::shop();
    let sets = separation_sets(&shop.view);
    let names: Vec<String> = sets.iter().map(|set| format!("{} {}", set.id, set.cardinality)).collect();
    assert_eq!(names, ["shop/money 2", "shop/trio 3", "shop/auditor+editor 2"]);
}

#[test]
fn roles_compared() {
    let World { view, .. } = press();
    let relation = |one: &str, other: &str| diff_roles(&view, role(&view, one), role(&view, other)).relation;
    assert_eq!(relation("press/viewer", "press/reader"), Relation::Equal);
    assert_eq!(relation("press/chief", "press/editor"), Relation::FirstImpliesSecond);
    assert_eq!(relation("press/viewer", "press/editor"), Relation::SecondImpliesFirst);
    assert_eq!(relation("press/viewer", "press/clerk"), Relation::Disjoint);
    assert_eq!(relation("press/helper", "press/editor"), Relation::Disjoint);
    // The custom copy lacks the vault and has the fire.
    assert_eq!(relation("press/local", "press/chief"), Relation::Overlapping);
    // The same permission under a condition is less.
    assert_eq!(relation("press/owner_only", "press/editor"), Relation::SecondImpliesFirst);
    let diff = diff_roles(&view, role(&view, "press/editor"), role(&view, "press/owner_only"));
    let only: Vec<(&str, bool)> =
        diff.only_first.iter().map(|one| (one.permission.as_str(), one.other_terms)).collect();
    assert_eq!((only, diff.common), (vec![("press/pages.view", false), ("press/pages.edit", true)], 0));
}

#[test]
fn subjects_compared() {
    let mut world = press();
    let relation = |world: &World, one: &str, other: &str| {
        let view = &world.view;
        diff_subjects(view, subject(view, one), subject(view, other), world.now, 10).unwrap()
    };
    let diff = relation(&world, "user:ann", "user:bob");
    assert_eq!((diff.relation, diff.only_second_count), (Relation::FirstImpliesSecond, 0));
    let names: BTreeSet<&str> = diff.only_first.iter().map(|one| one.permission.as_str()).collect();
    assert!(names.contains("press/vault.open") && diff.only_first_count >= 4, "{names:?}");
    assert_eq!(relation(&world, "user:gone", "user:zed").relation, Relation::Equal);
    world.accepts(
        "operator",
        "assignments: [ { subject: 'user:zed', role: press/clerk, scope: 'instance:us' } ]",
    );
    assert_eq!(relation(&world, "user:zed", "user:bob").relation, Relation::Disjoint);
    let cut = diff_subjects(
        &world.view,
        subject(&world.view, "user:ann"),
        subject(&world.view, "user:zed"),
        world.now,
        1,
    );
    let cut = cut.unwrap();
    assert!(cut.truncated && cut.only_first.len() == 1 && cut.only_first_count > 1);
}

#[test]
fn states_compared() {
    let mut world = press();
    let before = world.view.clone();
    let mut changes = Vec::new();
    for piece in [
        "users: [ { id: new, name: New } ]",
        "users: [ { id: new, name: Newer } ]",
        "users: [ { id: brief } ]",
        "remove: { users: [brief] }",
        "remove: { assignments: [ { subject: 'user:bob', role: press/helper, scope: 'instance:eu' } ] }",
        "users: [ { id: ann, name: Ann } ]",
    ] {
        changes.extend(world.accepts("operator", piece).changes);
    }
    let differences = diff_states(&before, &world.view, changes.iter());
    let shown: Vec<String> = differences
        .iter()
        .map(|(_, one)| format!("{} {} {}", one.became.sign(), one.kind, one.name))
        .collect();
    assert_eq!(
        shown,
        ["~ user ann", "+ user new", "- assignment user:bob holds press/helper at instance:eu"]
    );
    assert_eq!(differences[1].1.after.as_ref().unwrap()["name"], "Newer");
    assert_eq!((differences[0].1.became, differences[2].1.after.is_none()), (Became::Changed, true));
    assert!(diff_states(&world.view, &world.view, changes.iter()).is_empty());
}

#[test]
fn what_is_wrong_with_roles() {
    let World { view, now, .. } = press();
    let dominated = dominated_roles(&view);
    let pair = |role: &str, by: &str| {
        dominated
            .iter()
            .find(|one| one.role.role == role && one.by.role == by)
            .map(|one| (one.equal, one.included))
    };
    assert_eq!(pair("viewer", "reader"), Some((true, false)));
    assert_eq!(pair("reader", "viewer"), None);
    assert_eq!(pair("viewer", "editor"), Some((false, true)));
    assert_eq!(pair("clerk", "chief"), None);
    let unused: Vec<String> = unused_roles(&view).into_iter().map(|role| view.role_ref(role).role).collect();
    assert_eq!(unused, ["reader", "boat", "sailor", "clerk", "judge", "local"]);
    let dead: Vec<(String, &str)> =
        dead_roles(&view).into_iter().map(|one| (one.role.role, one.reason)).collect();
    assert_eq!(dead, [("boat".into(), "never_assignable"), ("sailor".into(), "requires_unavailable")]);
    let permission = view.registry().permissions_called("press/pages.edit")[0];
    let least = least_roles(&view, permission, node(&view, "press/page:news"), None, now);
    let names: Vec<(&str, bool)> =
        least.iter().map(|one| (one.role.role.as_str(), one.unconditional)).collect();
    assert_eq!(names, [("editor", true), ("chief", true), ("local", true), ("owner_only", false)]);
    assert_eq!(least[0].scope.to_string(), "press/page:news");
}

/// Steps of a well-mixed sequence (splitmix64).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % n.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// The demo, with roles strewn over it.
fn strewn(seed: u64) -> World {
    let mut world = World::demo();
    let mut seeded = Seeded(seed);
    let view = world.view.clone();
    let roles: Vec<RoleIx> = view.roles().iter().map(|(role, _)| role).collect();
    let nodes: Vec<NodeIx> = view.nodes().collect();
    let kinds = [SubjectKind::User, SubjectKind::Group];
    let holders: Vec<SubjectIx> = kinds.into_iter().flat_map(|kind| view.subjects(kind)).collect();
    let mut changes = Vec::new();
    while changes.len() < 150 {
        let (role, scope, holder) = (seeded.pick(&roles), seeded.pick(&nodes), seeded.pick(&holders));
        if view.assignable_at(role, scope).is_ok() {
            let held = ambit_engine::view::Held::new(role, scope, false);
            changes.push(ambit_model::Change::AssignmentSet(view.assignment(holder, held)));
        }
    }
    world.view.apply_changes(&changes).unwrap();
    world
}

fn outcome(
    view: &View,
    time: ambit_model::Timestamp,
    subject: SubjectIx,
    permission: PermissionIx,
    node: NodeIx,
) -> Outcome {
    let (subject, resource) = (view.subject_ref(subject), view.node_ref(node));
    let permission = view.registry().catalog(permission.product).permission_full(permission.id);
    view.check(&Question {
        subject: EntityRef::new(subject.kind.as_str(), &subject.id),
        permission: &permission,
        action: None,
        resource: EntityRef::new(&resource.kind, &resource.id),
        context: None,
        time,
    })
    .outcome
}

fn permissions_of(view: &View, product: ambit_engine::ProductIx) -> Vec<PermissionIx> {
    let count = view.registry().catalog(product).permissions.len() as u16;
    (0..count).map(|id| PermissionIx { product, id: ambit_catalog::PermissionId(id) }).collect()
}

/// Whether an entry speaks of a resource.
fn speaks_of(view: &View, one: &UserPermission, node: NodeIx) -> bool {
    let covers = |name: &ambit_model::ResourceRef| view.covers(view.node(name).unwrap(), node);
    covers(&one.at) && !one.except.iter().any(covers)
}

#[test]
fn user_permissions_agree_with_asking_about_everything() {
    let (mut allowed, mut conditional, mut excepted) = (0, 0, 0);
    for seed in 0..6 {
        let World { view, now, .. } = strewn(seed);
        let mut seeded = Seeded(seed + 100);
        let users: Vec<SubjectIx> = view.subjects(SubjectKind::User).collect();
        let mut asked: Vec<SubjectIx> = (0..5).map(|_| seeded.pick(&users)).collect();
        asked.extend(["user:dev", "user:pablo", "user:gone"].map(|name| subject(&view, name)));
        for user in asked {
            let entries = user_permissions(&view, user, view.root().unwrap(), now);
            excepted += entries.iter().filter(|one| !one.except.is_empty()).count();
            let nodes: Vec<NodeIx> = view.nodes().filter(|node| view.product_of(*node).is_some()).collect();
            for node in nodes {
                let product = view.product_of(node).unwrap();
                for permission in permissions_of(&view, product) {
                    let full = view.registry().catalog(product).permission_full(permission.id);
                    let about: Vec<&UserPermission> = entries
                        .iter()
                        .filter(|one| one.permission == full && speaks_of(&view, one, node))
                        .collect();
                    let sure = about.iter().any(|one| matches!(one.gives, Gives::Allow | Gives::Limited));
                    let found = outcome(&view, now, user, permission, node);
                    let name = format!("{} {full} {}", view.subject_ref(user), view.node_ref(node));
                    match found {
                        Outcome::Allow => {
                            allowed += 1;
                            conditional += usize::from(!sure);
                            assert!(about.iter().any(|one| one.gives != Gives::NeedsApproval), "{name}");
                        }
                        Outcome::NeedsApproval => assert!(!about.is_empty() && !sure, "{name}"),
                        Outcome::Deny => assert!(!sure, "{name} is denied: {about:?}"),
                    }
                }
            }
        }
    }
    assert!(allowed > 1_000 && conditional > 0 && excepted > 0, "{allowed} {conditional} {excepted}");
}

#[test]
fn who_can_agrees_with_asking_everybody() {
    let mut found_any = 0;
    for seed in 0..4 {
        let World { view, now, .. } = strewn(seed);
        let mut seeded = Seeded(seed + 200);
        let users: Vec<SubjectIx> = view.subjects(SubjectKind::User).collect();
        let nodes: Vec<NodeIx> = view.nodes().filter(|node| view.product_of(*node).is_some()).collect();
        for _ in 0..40 {
            let node = seeded.pick(&nodes);
            let permission = seeded.pick(&permissions_of(&view, view.product_of(node).unwrap()));
            let expected: Vec<SubjectIx> = users
                .iter()
                .copied()
                .filter(|user| outcome(&view, now, *user, permission, node) == Outcome::Allow)
                .collect();
            let full = view.registry().catalog(permission.product).permission_full(permission.id);
            let name = view.node_ref(node);
            let resource = EntityRef::new(&name.kind, &name.id);
            let asked = Asked { permission: &full, resource, context: None, time: now };
            let (mut all, mut next) = (Vec::new(), Some(0));
            while let Some(from) = next {
                let page = who_can(&view, asked, SubjectKind::User, from, 3);
                all.extend(page.found);
                next = page.next;
            }
            assert_eq!(all, expected, "{full} {name}");
            for user in all {
                let path = able(&view, asked, user, false).path.unwrap();
                let last = path.roles.last().unwrap();
                assert_eq!(path.subjects[0], view.subject_ref(user));
                let declares = role_permissions(&view, view.role(&path.roles[0]).unwrap())
                    .into_iter()
                    .any(|one| one.permission == full && one.path.last() == Some(last));
                assert!(declares, "{path}");
                found_any += 1;
            }
        }
    }
    assert!(found_any > 50, "{found_any}");
}

#[test]
fn permissions_of_a_role_are_what_a_newcomer_gains_by_it() {
    let mut world = World::demo();
    world.accepts("operator", "users: [ { id: newcomer } ]");
    let (view, now) = (world.view, world.now);
    let newcomer = subject(&view, "user:newcomer");
    let mut compared = 0;
    for (role, row) in view.roles().iter().filter(|(_, row)| !row.baseline && row.requires.is_empty()) {
        let Some(scope) = view.nodes().find(|node| view.assignable_at(role, *node).is_ok()) else { continue };
        let held = ambit_engine::view::Held::new(role, scope, false);
        let mut after = view.clone();
        let refines = view.registry().product(row.product).refines;
        after.apply_changes(&[ambit_model::Change::AssignmentSet(view.assignment(newcomer, held))]).unwrap();
        let shown = role_permissions(&after, role);
        for permission in permissions_of(&after, row.product) {
            let full = after.registry().catalog(row.product).permission_full(permission.id);
            let mut of = shown.iter().filter(|one| one.permission == full && one.origin != Origin::Refused);
            let plain = of.clone().any(|one| one.unconditional);
            let before = outcome(&view, now, newcomer, permission, scope);
            let now_may = outcome(&after, now, newcomer, permission, scope);
            if plain && !refines {
                assert_eq!(now_may, Outcome::Allow, "{full} by {}", after.role_ref(role));
                compared += 1;
            }
            if now_may > before {
                assert!(of.next().is_some(), "{full} is not among those of {}", after.role_ref(role));
            }
        }
    }
    assert!(compared > 500, "{compared}");
}
