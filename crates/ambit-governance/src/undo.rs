//! The inverse of an entry of the log: what would have to become true so that what it touched is again as it was before.
//! It is a proposal like any other, decided as a new step of whoever wants it, under today's rules
//! (`administration.md` C.4 j).
//!
//! Three states matter: before the entry, after it, and now. A thing that is now other than the entry left it was
//! changed since; undoing the entry would undo that later change too, and so it is a conflict. Whoever insists gets the
//! proposal all the same, and the rules have the last word.

use crate::cascade;
use ambit_engine::View;
use ambit_model::{Change, Relation, RoleRef, SeatLimit, SubjectKind, SubjectRef};

/// Why an entry cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotUndoable {
    /// It made the organization.
    #[error("this entry made the organization: before it there was nothing to go back to")]
    Organization,
    /// It installed or removed a catalog.
    #[error(
        "this entry installed or removed a catalog: what was granted under one catalog may mean something else under \
         another, so the product is enabled, upgraded or disabled anew instead"
    )]
    Catalog,
    /// It is about the secret of a key.
    #[error(
        "this entry is about an API key's secret: a secret that was replaced or revoked, or whose key was removed, may \
         be known to somebody and never works again; make or rotate a key instead"
    )]
    Secret,
    /// It is a step of an approval.
    #[error(
        "this entry is a step of an approval: it may have been acted upon already; withdraw the approval, or file a \
         new request"
    )]
    Approval,
    /// It only notes something.
    #[error("this entry notes what happened and changed nothing that could be set back")]
    Nothing,
}

/// How to set back what an entry did.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverse {
    /// What to propose.
    pub changes: Vec<Change>,
    /// What the entry touched, or what hangs on that, and is now other than the entry left it.
    pub conflicts: Vec<Thing>,
}

/// What a change is about, in words: two changes are about the same thing if these are equal.
pub type Thing = String;

/// The inverse of the changes of one entry, seen from now.
///
/// # Errors
/// If the entry is of a kind that is never undone.
pub fn inverse(before: &View, after: &View, now: &View, changes: &[Change]) -> Result<Inverse, NotUndoable> {
    let mut seen: Vec<Thing> = Vec::new();
    let mut inverted: Vec<Change> = Vec::new();
    let mut conflicts: Vec<Thing> = Vec::new();
    for change in changes {
        let Some(thing) = thing(change) else { continue };
        check_undoable(before, change)?;
        if seen.contains(&thing) {
            continue;
        }
        let (was, left, is) = (fact(before, change), fact(after, change), fact(now, change));
        if left != is && was != is {
            conflicts.push(thing.clone());
        }
        if was != is {
            inverted.extend(was.or_else(|| removal(change)));
        }
        seen.push(thing);
    }
    if seen.is_empty() {
        return Err(NotUndoable::Nothing);
    }
    for hanging in inverted.iter().flat_map(|change| cascade::before(now, change)) {
        conflicts.extend(thing(&hanging).filter(|thing| !seen.contains(thing)));
    }
    conflicts.dedup();
    Ok(Inverse { changes: inverted, conflicts })
}

fn check_undoable(before: &View, change: &Change) -> Result<(), NotUndoable> {
    match change {
        Change::OrganizationCreated { .. } => Err(NotUndoable::Organization),
        Change::CatalogInstalled { .. } | Change::CatalogRemoved { .. } => Err(NotUndoable::Catalog),
        Change::ApprovalSet(_) => Err(NotUndoable::Approval),
        Change::ApiKeyRemoved { .. } => Err(NotUndoable::Secret),
        Change::ApiKeySet(key) => match fact(before, change) {
            Some(Change::ApiKeySet(was))
                if was.hashes().ne(key.hashes()) || (key.revoked && !was.revoked) =>
            {
                Err(NotUndoable::Secret)
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What a change is about; none for what only notes something.
#[must_use]
pub fn thing(change: &Change) -> Option<Thing> {
    let subject = |kind, id: &str| SubjectRef::new(kind, id).to_string();
    let thing = match change {
        Change::OrganizationCreated { id } => format!("organization {id}"),
        Change::CatalogInstalled { product, .. } | Change::CatalogRemoved { product } => {
            format!("product {product}")
        }
        Change::ResourceSet(resource) => format!("resource {}", resource.id),
        Change::ResourceRemoved { id } => format!("resource {id}"),
        Change::UserSet(user) => subject(SubjectKind::User, &user.id),
        Change::UserRemoved { id } => subject(SubjectKind::User, id),
        Change::GroupSet(group) => subject(SubjectKind::Group, &group.id),
        Change::GroupRemoved { id } => subject(SubjectKind::Group, id),
        Change::ApiKeySet(key) => subject(SubjectKind::ApiKey, &key.id),
        Change::ApiKeyRemoved { id } => subject(SubjectKind::ApiKey, id),
        Change::MemberAdded { group, member } | Change::MemberRemoved { group, member } => {
            format!("{member} in group:{group}")
        }
        Change::RoleSet(role) => format!("role {}", role.id),
        Change::RoleRemoved { id } => format!("role {id}"),
        Change::OverlaySet(overlay) => format!("overlay of {}", overlay.role),
        Change::OverlayRemoved { role } => format!("overlay of {role}"),
        Change::AssignmentSet(assignment) => {
            format!("{} holding {} at {}", assignment.subject, assignment.role, assignment.scope)
        }
        Change::AssignmentRemoved { subject, role, scope } => format!("{subject} holding {role} at {scope}"),
        Change::RelationSet(relation) | Change::RelationRemoved(relation) => {
            format!("{} being {} of {}", relation.subject, relation.relation, relation.resource)
        }
        Change::BudgetSet(budget) => {
            format!("budget of {} at {} in {}", budget.subject, budget.scope, budget.currency)
        }
        Change::BudgetRemoved { subject, scope, currency } => {
            format!("budget of {subject} at {scope} in {currency}")
        }
        Change::SeatLimitSet(limit) => format!("seats of {}", limit.pool),
        Change::SeatLimitRemoved { pool } => format!("seats of {pool}"),
        Change::ApprovalSet(approval) => format!("approval {}", approval.id),
        Change::Noted(_) => return None,
    };
    Some(thing)
}

/// What a state says about that which a change is about: the change that would set it so; none if there is nothing.
#[must_use]
pub fn fact(view: &View, change: &Change) -> Option<Change> {
    let subject = |kind, id: &str| view.subject_named(kind, id);
    match change {
        Change::OrganizationCreated { .. }
        | Change::CatalogInstalled { .. }
        | Change::CatalogRemoved { .. }
        | Change::ApprovalSet(_)
        | Change::Noted(_) => None,
        Change::ResourceSet(resource) => fact_of_resource(view, &resource.id),
        Change::ResourceRemoved { id } => fact_of_resource(view, id),
        Change::UserSet(ambit_model::User { id, .. }) | Change::UserRemoved { id } => {
            view.user(subject(SubjectKind::User, id)?).map(Change::UserSet)
        }
        Change::GroupSet(ambit_model::Group { id, .. }) | Change::GroupRemoved { id } => {
            view.group(subject(SubjectKind::Group, id)?).cloned().map(Change::GroupSet)
        }
        Change::ApiKeySet(ambit_model::ApiKey { id, .. }) | Change::ApiKeyRemoved { id } => {
            view.api_key(subject(SubjectKind::ApiKey, id)?).cloned().map(Change::ApiKeySet)
        }
        Change::MemberAdded { group, member } | Change::MemberRemoved { group, member } => {
            let outer = subject(SubjectKind::Group, group)?;
            let is_member = view.direct_groups(view.subject(member)?).contains(&outer.0);
            is_member.then(|| Change::MemberAdded { group: group.clone(), member: member.clone() })
        }
        Change::RoleSet(role) => fact_of_role(view, &role.id),
        Change::RoleRemoved { id } => fact_of_role(view, id),
        Change::OverlaySet(overlay) => fact_of_overlay(view, &overlay.role),
        Change::OverlayRemoved { role } => fact_of_overlay(view, role),
        Change::AssignmentSet(ambit_model::Assignment { subject, role, scope, .. })
        | Change::AssignmentRemoved { subject, role, scope } => {
            let (subject, role, scope) = (view.subject(subject)?, view.role(role)?, view.node(scope)?);
            let held = view.held(subject).iter().find(|held| held.role == role && held.scope == scope)?;
            Some(Change::AssignmentSet(view.assignment(subject, *held)))
        }
        Change::RelationSet(relation) | Change::RelationRemoved(relation) => fact_of_relation(view, relation),
        Change::BudgetSet(ambit_model::Budget { subject, scope, currency, .. })
        | Change::BudgetRemoved { subject, scope, currency } => {
            let same = |budget: &&ambit_model::Budget| {
                budget.subject == *subject && budget.scope == *scope && budget.currency == *currency
            };
            view.budgets().find(same).cloned().map(Change::BudgetSet)
        }
        Change::SeatLimitSet(SeatLimit { pool, .. }) | Change::SeatLimitRemoved { pool } => {
            let limit = view.seat_limits().find(|(known, _)| *known == pool).map(|(_, limit)| limit)?;
            Some(Change::SeatLimitSet(SeatLimit { pool: pool.clone(), limit }))
        }
    }
}

fn fact_of_resource(view: &View, id: &ambit_model::ResourceRef) -> Option<Change> {
    view.node(id).map(|node| Change::ResourceSet(view.resource(node)))
}

fn fact_of_role(view: &View, id: &RoleRef) -> Option<Change> {
    view.custom_role(id).cloned().map(Change::RoleSet)
}

fn fact_of_overlay(view: &View, role: &RoleRef) -> Option<Change> {
    view.overlays().find(|overlay| overlay.role == *role).cloned().map(Change::OverlaySet)
}

fn fact_of_relation(view: &View, relation: &Relation) -> Option<Change> {
    let (node, subject) = (view.node(&relation.resource)?, view.subject(&relation.subject)?);
    view.has_relation(node, &relation.relation, subject).then(|| Change::RelationSet(relation.clone()))
}

/// The change after which there is nothing of that which a change sets.
fn removal(change: &Change) -> Option<Change> {
    match change {
        Change::ResourceSet(resource) => Some(Change::ResourceRemoved { id: resource.id.clone() }),
        Change::UserSet(user) => Some(Change::UserRemoved { id: user.id.clone() }),
        Change::GroupSet(group) => Some(Change::GroupRemoved { id: group.id.clone() }),
        Change::ApiKeySet(key) => Some(Change::ApiKeyRemoved { id: key.id.clone() }),
        Change::MemberAdded { group, member } => {
            Some(Change::MemberRemoved { group: group.clone(), member: member.clone() })
        }
        Change::RoleSet(role) => Some(Change::RoleRemoved { id: role.id.clone() }),
        Change::OverlaySet(overlay) => Some(Change::OverlayRemoved { role: overlay.role.clone() }),
        Change::AssignmentSet(assignment) => Some(Change::AssignmentRemoved {
            subject: assignment.subject.clone(),
            role: assignment.role.clone(),
            scope: assignment.scope.clone(),
        }),
        Change::RelationSet(relation) => Some(Change::RelationRemoved(relation.clone())),
        Change::BudgetSet(budget) => Some(Change::BudgetRemoved {
            subject: budget.subject.clone(),
            scope: budget.scope.clone(),
            currency: budget.currency.clone(),
        }),
        Change::SeatLimitSet(limit) => Some(Change::SeatLimitRemoved { pool: limit.pool.clone() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Leniency, Proposal, decide};
    use ambit_model::{Actor, Properties, Resource, Timestamp};

    const DEMO: &str = include_str!("../../../demo/organization.yaml");

    fn now() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn file(view: &View, source: &str) -> (View, Vec<Change>) {
        let file = ambit_catalog::organization::parse_organization("file", source).unwrap();
        let products: Vec<&str> = ambit_catalog::builtin::products().collect();
        let texts = |product: &str| ambit_catalog::builtin::source(product).map(str::to_owned);
        let wanted = crate::file::proposals(view, &file, &products, &texts, "file", source).unwrap();
        decided(view, wanted)
    }

    fn decided(view: &View, wanted: Vec<Proposal>) -> (View, Vec<Change>) {
        let vendor = Leniency { vendor_only: true };
        let decided = decide(view, wanted, &Actor::Operator { vendor: true }, now(), vendor).unwrap();
        (decided.next, decided.changes)
    }

    fn step(view: &View, change: Change) -> (View, Vec<Change>) {
        decided(view, vec![change.into()])
    }

    fn demo() -> View {
        file(&View::default(), DEMO).0
    }

    /// Every fact of a state, as the file that `export` writes.
    fn all(view: &View) -> String {
        ambit_catalog::organization::to_yaml(&crate::export::organization(view)).unwrap()
    }

    fn undone(view: &View, inverse: Inverse) -> View {
        decided(view, inverse.changes.into_iter().map(Proposal::from).collect()).0
    }

    const STEPS: &str = "
resources: [ { id: 'instance:late', parent: 'product:pim' }, { id: 'instance:pim', properties: { a: 1 } } ]
users: [ { id: zoe, name: Zoe } ]
groups: [ { id: newcomers, members: ['user:zoe'] } ]
assignments: [ { subject: 'user:zoe', role: pim/PIM_Manager, scope: 'instance:late' } ]
relations: [ { resource: 'instance:late', relation: owner, subject: 'user:zoe' } ]
budgets: [ { subject: 'user:zoe', scope: 'instance:late', amount: '10', currency: EUR } ]
";

    #[test]
    fn what_is_undone_at_once_leaves_no_trace_in_the_state() {
        let before = demo();
        let (after, changes) = file(&before, STEPS);
        assert!(changes.len() >= 8);
        let inverse = inverse(&before, &after, &after, &changes).unwrap();
        assert_eq!(inverse.conflicts, Vec::<Thing>::new());
        assert_eq!(all(&undone(&after, inverse)), all(&before));
    }

    #[test]
    fn a_removal_with_all_that_went_with_it_comes_back() {
        let before = file(&demo(), STEPS).0;
        for removed in [
            Change::UserRemoved { id: "zoe".into() },
            Change::GroupRemoved { id: "newcomers".into() },
            Change::ResourceRemoved { id: "instance:late".parse().unwrap() },
        ] {
            let (after, changes) = step(&before, removed);
            assert!(changes.len() > 1);
            let inverse = inverse(&before, &after, &after, &changes).unwrap();
            assert_eq!(inverse.conflicts, Vec::<Thing>::new());
            assert_eq!(all(&undone(&after, inverse)), all(&before));
        }
    }

    #[test]
    fn what_was_changed_since_is_a_conflict() {
        let before = demo();
        let described = |value: i32| {
            let properties = Properties::from_iter([("a".to_owned(), serde_json::json!(value))]);
            Change::ResourceSet(Resource { id: "instance:pim".parse().unwrap(), parent: None, properties })
        };
        let (after, changes) = step(&before, described(1));
        let (now, _) = step(&after, described(2));
        let found = inverse(&before, &after, &now, &changes).unwrap();
        assert_eq!(found.conflicts, ["resource instance:pim"]);
        // Whoever set it back already has made no conflict.
        let found = inverse(&before, &after, &before, &changes).unwrap();
        assert_eq!((found.conflicts, found.changes), (Vec::<Thing>::new(), Vec::new()));
    }

    #[test]
    fn what_was_hung_on_it_since_is_a_conflict() {
        let before = demo();
        let (after, changes) = file(&before, "users: [ { id: zoe } ]");
        let later = "assignments: [ { subject: 'user:zoe', role: pim/PIM_Manager, scope: 'instance:pim' } ]";
        let now = file(&after, later).0;
        let found = inverse(&before, &after, &now, &changes).unwrap();
        assert_eq!(found.conflicts, ["user:zoe holding pim/PIM_Manager at instance:pim"]);
    }

    #[test]
    fn some_entries_are_never_undone_and_say_why() {
        let empty = View::default();
        let (demo, changes) = file(&empty, DEMO);
        assert_eq!(inverse(&empty, &demo, &demo, &changes), Err(NotUndoable::Organization));
        let catalog = [Change::CatalogRemoved { product: "pim".into() }];
        assert_eq!(inverse(&demo, &demo, &demo, &catalog), Err(NotUndoable::Catalog));
        assert_eq!(inverse(&demo, &demo, &demo, &[]), Err(NotUndoable::Nothing));

        let key = |hash: &str, revoked| ambit_model::ApiKey {
            id: "k".into(),
            title: None,
            kind: ambit_model::KeyKind::Secret,
            origins: Vec::new(),
            expires: None,
            revoked,
            secret_hash: Some(hash.into()),
            prefix: None,
            previous: None,
            issued_by: None,
        };
        let (with_key, made) = step(&demo, Change::ApiKeySet(key("one", false)));
        for changed in [key("two", false), key("one", true)] {
            let (after, changes) = step(&with_key, Change::ApiKeySet(changed));
            assert_eq!(inverse(&with_key, &after, &after, &changes), Err(NotUndoable::Secret));
        }
        let (gone, removed) = step(&with_key, Change::ApiKeyRemoved { id: "k".into() });
        assert_eq!(inverse(&with_key, &gone, &gone, &removed), Err(NotUndoable::Secret));
        let back = inverse(&demo, &with_key, &with_key, &made).unwrap();
        assert_eq!(all(&undone(&with_key, back)), all(&demo));
        assert!(NotUndoable::Approval.to_string().contains("withdraw"));
    }
}
