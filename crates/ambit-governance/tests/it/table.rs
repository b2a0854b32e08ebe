//! Who may give and take which role where: every administrator role of the catalogs, held at every type of scope, against
//! every role of every product at every type of scope, through the real `decide`. A pair that is not in the golden file has
//! no authority anywhere; `make golden` writes it anew.

use crate::world::World;
use ambit_engine::{NodeIx, RoleIx, View};
use ambit_governance::{Leniency, Proposal, decide};
use ambit_model::{Actor, Assignment, Change, ResourceRef, RoleRef, Status, SubjectRef, User};
use std::collections::{BTreeMap, BTreeSet};

const GOLDEN: &str = "tests/golden/authority.csv";

fn assignment(
    subject: &SubjectRef,
    role: &RoleRef,
    scope: &ResourceRef,
    approver: &SubjectRef,
) -> Assignment {
    Assignment {
        subject: subject.clone(),
        role: role.clone(),
        scope: scope.clone(),
        approver: Some(approver.clone()),
        starts: None,
        expires: None,
        parameters: Default::default(),
    }
}

/// The first place of each type, for each product, and the organization.
fn places(view: &View) -> Vec<NodeIx> {
    let mut first = BTreeMap::new();
    for node in view.nodes() {
        let head = view.node_head(node);
        first.entry((view.product_of(node).map(|product| product.0), head.kind.0)).or_insert(node);
    }
    first.into_values().collect()
}

fn with(view: &View, changes: Vec<Change>) -> View {
    let mut next = view.clone();
    next.apply_changes(&changes).unwrap();
    next
}

fn person(id: &str) -> Change {
    Change::UserSet(User {
        id: id.into(),
        name: None,
        email: None,
        status: Status::Active,
        properties: Default::default(),
    })
}

/// What becomes of a write: `yes`, or the first rule against it.
fn outcome(world: &World, view: &View, actor: &SubjectRef, change: Change) -> String {
    let actor = Actor::Subject { subject: actor.clone(), impersonator: None };
    match decide(view, vec![Proposal::from(change)], &actor, world.now, Leniency::default()) {
        Ok(_) => "yes".into(),
        Err(refusals) => refusals.0[0].code.as_str().into(),
    }
}

fn table() -> String {
    let world = World::demo();
    let base = with(&world.view, vec![person("admin"), person("target"), person("approver")]);
    let (admin, target) = (SubjectRef::user("admin"), SubjectRef::user("target"));
    let approver = SubjectRef::user("approver");
    let places = places(&base);
    let roles: Vec<RoleIx> =
        base.roles().iter().filter(|(_, row)| !row.custom && !row.baseline).map(|(role, _)| role).collect();
    let mut lines = vec!["administrator,held_at,role,may_give_at,may_take_at,else".to_owned()];
    for administrator in roles.iter().filter(|role| base.administered_by(**role).next().is_some()) {
        for held_at in places.iter().filter(|place| base.assignable_at(*administrator, **place).is_ok()) {
            let held =
                assignment(&admin, &base.role_ref(*administrator), &base.node_ref(*held_at), &approver);
            let view = with(&base, vec![Change::AssignmentSet(held)]);
            for role in &roles {
                let (name, mut gives, mut takes, mut refused) =
                    (base.role_ref(*role), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
                for place in places.iter().filter(|place| base.assignable_at(*role, **place).is_ok()) {
                    let scope = base.node_ref(*place);
                    let kind = scope.kind.clone();
                    let wanted = assignment(&target, &name, &scope, &approver);
                    let given = with(&view, vec![Change::AssignmentSet(wanted.clone())]);
                    let give = outcome(&world, &view, &admin, Change::AssignmentSet(wanted));
                    let taken =
                        Change::AssignmentRemoved { subject: target.clone(), role: name.clone(), scope };
                    let take = outcome(&world, &given, &admin, taken);
                    if give == "yes" {
                        gives.insert(kind.clone())
                    } else {
                        refused.insert(give)
                    };
                    if take == "yes" {
                        takes.insert(kind)
                    } else {
                        refused.insert(take)
                    };
                }
                if gives.is_empty() && takes.is_empty() && refused.iter().all(|code| code == "no_authority") {
                    continue;
                }
                let words = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
                lines.push(format!(
                    "{},{},{name},{},{},{}",
                    base.role_ref(*administrator),
                    base.node_ref(*held_at).kind,
                    words(gives),
                    words(takes),
                    words(refused)
                ));
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[test]
fn the_table_of_authority_is_the_golden_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let made = table();
    if std::env::var_os("AMBIT_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = made.lines().zip(kept.lines()).find(|(made, kept)| made != kept);
    assert!(
        made == kept,
        "authority has changed: run `make golden` and read the difference; first: {differs:?}"
    );
    assert!(made.lines().count() > 500, "{}", made.lines().count());
}
