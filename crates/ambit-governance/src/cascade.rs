//! What goes with something that is taken away: each consequence is a change of its own in the log, so that nothing is
//! lost silently and nothing revives when the same id comes again (`administration.md` C.4 l).

use ambit_engine::{NodeIx, SubjectIx, View};
use ambit_model::{Change, Relation, ResourceRef, RoleRef, SubjectKind, SubjectRef};

/// The changes that must come before a change.
#[must_use]
pub fn before(view: &View, change: &Change) -> Vec<Change> {
    match change {
        Change::UserRemoved { id } => of_subject(view, SubjectKind::User, id),
        Change::ApiKeyRemoved { id } => of_subject(view, SubjectKind::ApiKey, id),
        Change::GroupRemoved { id } => of_subject(view, SubjectKind::Group, id),
        Change::RoleRemoved { id } => of_role(view, id),
        Change::ResourceRemoved { id } => of_resource(view, id),
        _ => Vec::new(),
    }
}

fn of_subject(view: &View, kind: SubjectKind, id: &str) -> Vec<Change> {
    let Some(subject) = view.subject_named(kind, id) else { return Vec::new() };
    let name = SubjectRef::new(kind, id);
    let mut changes: Vec<Change> = view
        .held(subject)
        .iter()
        .map(|held| unassigned(view, &name, view.role_ref(held.role), held.scope))
        .collect();
    let groups = view.direct_groups(subject).iter().map(|group| view.subject_ref(SubjectIx(*group)).id);
    changes.extend(groups.map(|group| Change::MemberRemoved { group, member: name.clone() }));
    let members = view.members(subject).map(|member| view.subject_ref(member));
    changes.extend(members.map(|member| Change::MemberRemoved { group: id.to_owned(), member }));
    let budgets = view.budgets().filter(|budget| budget.subject == name);
    changes.extend(budgets.map(|budget| Change::BudgetRemoved {
        subject: name.clone(),
        scope: budget.scope.clone(),
        currency: budget.currency.clone(),
    }));
    changes.extend(relations_of(view, subject, &name));
    changes
}

fn relations_of(view: &View, subject: SubjectIx, name: &SubjectRef) -> Vec<Change> {
    let related = view.related_nodes(subject).map(|(relation, node)| {
        Change::RelationRemoved(Relation {
            resource: view.node_ref(node),
            relation: relation.to_owned(),
            subject: name.clone(),
        })
    });
    related.collect()
}

fn unassigned(view: &View, subject: &SubjectRef, role: RoleRef, scope: NodeIx) -> Change {
    Change::AssignmentRemoved { subject: subject.clone(), role, scope: view.node_ref(scope) }
}

fn of_role(view: &View, id: &RoleRef) -> Vec<Change> {
    let Some(role) = view.role(id) else { return Vec::new() };
    let holders = view
        .assignments_of(role)
        .map(|(scope, subject)| unassigned(view, &view.subject_ref(subject), id.clone(), scope));
    holders.collect()
}

fn of_resource(view: &View, id: &ResourceRef) -> Vec<Change> {
    let Some(node) = view.node(id) else { return Vec::new() };
    let mut changes: Vec<Change> = view
        .holders_at(node)
        .map(|(role, subject)| unassigned(view, &view.subject_ref(subject), view.role_ref(role), node))
        .collect();
    changes.extend(view.relations_on(node).map(|(relation, subject)| {
        Change::RelationRemoved(Relation {
            resource: id.clone(),
            relation: relation.to_owned(),
            subject: view.subject_ref(subject),
        })
    }));
    let budgets = view.budgets().filter(|budget| budget.scope == *id);
    changes.extend(budgets.map(|budget| Change::BudgetRemoved {
        subject: budget.subject.clone(),
        scope: id.clone(),
        currency: budget.currency.clone(),
    }));
    changes
}
