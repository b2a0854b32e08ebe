//! What a preview says, against what checks say before and after.

use crate::world::World;
use ambit_engine::{EntityRef, Extent, Question};
use ambit_governance::effects::Effect;
use ambit_model::{Outcome, SubjectKind};

#[test]
fn a_preview_of_an_assignment_is_what_the_role_gives_there() {
    let mut shop = World::shop();
    let done = shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:zoe', role: shop/publisher, scope: 'shop/page:home' }]",
    );
    let one = &done.effects.subjects[0];
    assert_eq!(one.roles_gained.len(), 1);
    let named: Vec<(&str, String, Extent)> =
        one.gains.iter().map(|gain| (gain.permission.as_str(), gain.scope.to_string(), gain.after)).collect();
    assert_eq!(
        named,
        [
            ("shop/flags.delete", "shop/page:home".into(), Extent::Full),
            ("shop/pages.publish", "shop/page:home".into(), Extent::Full)
        ]
    );
    assert!(one.losses.is_empty() && !done.effects.truncated);
}

#[test]
fn what_somebody_has_from_above_is_no_gain() {
    let mut shop = World::shop();
    let done = shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'user:ed', role: shop/viewer, scope: 'shop/page:home' }]",
    );
    assert_eq!((done.effects.counts.gains, done.effects.counts.losses), (0, 0));
    assert_eq!(done.effects.subjects[0].roles_gained.len(), 1);
}

#[test]
fn suspending_shows_all_that_goes_and_inviting_all_that_will_come() {
    let mut shop = World::shop();
    let done = shop.accepts("user:rita", "users: [{ id: pam, status: suspended }]");
    assert_eq!(done.effects.counts.losses, 5, "two roles, and what everybody may: {:?}", done.effects);
    let done = shop.accepts("user:rita", "users: [{ id: nina, status: invited }]\nassignments: [{ subject: 'user:nina', role: shop/publisher, scope: 'instance:eu' }]");
    let nina = done.effects.subjects.iter().find(|one| one.subject.id == "nina").unwrap();
    assert!(nina.gains.iter().any(|gain| gain.permission == "shop/pages.publish"));
}

#[test]
fn details_are_bounded_and_counts_are_not() {
    let mut shop = World::shop();
    let users: Vec<String> = (0..120).map(|n| format!("{{ id: u{n} }}")).collect();
    let members: Vec<String> = (0..120).map(|n| format!("'user:u{n}'")).collect();
    shop.accepts(
        "user:rita",
        &format!(
            "users: [{}]\ngroups: [{{ id: many, members: [{}] }}]",
            users.join(", "),
            members.join(", ")
        ),
    );
    let done = shop.accepts(
        "user:rita",
        "assignments: [{ subject: 'group:many', role: shop/viewer, scope: 'instance:eu' }]",
    );
    assert_eq!(done.effects.subjects.len(), 50);
    assert!(done.effects.truncated);
    assert_eq!((done.effects.counts.subjects, done.effects.counts.gains), (120, 120));
}

/// Steps on the demo, each compared with all checks of everybody whom it concerns, at every registered resource: what a
/// preview lists is where checks differ, and where checks differ a preview lists it.
#[test]
fn previews_of_the_demo_agree_with_checks() {
    let steps = [
        "assignments: [{ subject: 'user:ivan', role: pim/PIM_Manager, scope: 'instance:pim' }]",
        "remove: { assignments: [{ subject: 'user:paula', role: admin-center/product_admin, scope: 'product:commerce' }] }",
        "users: [{ id: priya, status: suspended }]",
        "resources: [{ id: 'constructor/pod:practice', parent: 'constructor/index:germany' }]",
    ];
    for step in steps {
        let mut demo = World::demo();
        let before = demo.clone();
        let done = demo.accepts("operator", step);
        let mut compared = 0;
        for one in done.effects.subjects.iter().filter(|one| one.subject.kind == SubjectKind::User) {
            for node in before.view.nodes().filter(|node| demo.view.node_head(*node).exists) {
                let at = before.view.node_ref(node);
                for (_, product) in before.view.registry().enabled() {
                    for permission in &product.catalog.permissions {
                        let name = format!("{}/{}", product.id, permission.id);
                        let outcome = |world: &World| {
                            let question = Question {
                                subject: EntityRef::new("user", &one.subject.id),
                                permission: &name,
                                action: None,
                                resource: EntityRef::new(&at.kind, &at.id),
                                context: None,
                                time: world.now,
                            };
                            world.view.check(&question).outcome
                        };
                        let (old, new) = (outcome(&before), outcome(&demo));
                        let lists = |effects: &[Effect], world: &World| {
                            effects.iter().any(|effect| {
                                effect.permission == name
                                    && world
                                        .view
                                        .node(&effect.scope)
                                        .is_some_and(|scope| world.view.covers(scope, node))
                            })
                        };
                        if new > old {
                            assert!(lists(&one.gains, &demo), "{step}: {} gains {name} at {at}", one.subject);
                        }
                        if new < old {
                            assert!(
                                lists(&one.losses, &before),
                                "{step}: {} loses {name} at {at}",
                                one.subject
                            );
                        }
                        let plain = |effects: &[Effect]| {
                            effects.iter().any(|effect| {
                                effect.permission == name
                                    && effect.scope == at
                                    && effect.after == Extent::Full
                                    && effect.before == Extent::None
                            })
                        };
                        if plain(&one.gains) {
                            assert_eq!(
                                (old == Outcome::Allow, new),
                                (false, Outcome::Allow),
                                "{step}: {name} at {at}"
                            );
                        }
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 10_000 || done.effects.subjects.is_empty(), "{step}: only {compared} compared");
        assert!(!done.effects.subjects.is_empty(), "{step} concerns nobody");
    }
}
