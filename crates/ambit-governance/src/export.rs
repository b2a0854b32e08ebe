//! From a state to an organization file (`ambit export`), and what of a state a file does not mention (`apply --prune`).

use crate::decide::Proposal;
use ambit_catalog::organization::{
    ApiKeyItem, AssignmentItem, BudgetItem, GrantItem, GroupItem, OrganizationFile, OverlayItem,
    RelationItem, ResourceItem, RoleItem, SeatLimitItem, UserItem,
};
use ambit_catalog::position::At;
use ambit_engine::{SubjectIx, TypeIx, View};
use ambit_model::{Change, CustomGrant, CustomRole, Relation, Start, Status, SubjectKind};
use std::collections::BTreeSet;

fn text(value: impl ToString) -> At<String> {
    At::nowhere(value.to_string())
}

fn list<T>(items: impl Iterator<Item = T>) -> Vec<At<T>> {
    items.map(At::nowhere).collect()
}

fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<At<String>> {
    items.into_iter().map(text).collect()
}

/// The whole organization as a file. Secrets are not in it: keys keep theirs where they are, and get new ones elsewhere.
#[must_use]
pub fn organization(view: &View) -> OrganizationFile {
    OrganizationFile {
        organization: view.organization().map(text),
        products: texts(view.registry().enabled().map(|(_, product)| product.id.clone())),
        resources: list(resources(view)),
        users: list(users(view)),
        groups: list(groups(view)),
        api_keys: list(api_keys(view)),
        roles: list(view.custom_roles().map(role)),
        overlays: list(view.overlays().map(|overlay| OverlayItem {
            role: text(&overlay.role),
            add: texts(&overlay.add),
            remove: texts(&overlay.remove),
        })),
        assignments: list(assignments(view)),
        relations: list(relations(view).into_iter().map(|relation| RelationItem {
            resource: text(&relation.resource),
            relation: text(&relation.relation),
            subject: text(&relation.subject),
        })),
        budgets: list(budgets(view)),
        seat_limits: list(view.seat_limits().map(|(pool, limit)| SeatLimitItem { pool: text(pool), limit })),
        remove: None,
    }
}

fn resources(view: &View) -> impl Iterator<Item = ResourceItem> + '_ {
    view.nodes().filter_map(|node| {
        let resource = view.resource(node);
        let own = view.node_head(node).kind >= TypeIx::INSTANCE;
        (own || !resource.properties.is_empty()).then(|| ResourceItem {
            id: text(&resource.id),
            parent: resource.parent.filter(|_| own).map(text),
            properties: resource.properties,
        })
    })
}

fn users(view: &View) -> impl Iterator<Item = UserItem> + '_ {
    view.subjects(SubjectKind::User).filter_map(|subject| view.user(subject)).map(|user| UserItem {
        id: text(&user.id),
        name: user.name,
        email: user.email,
        status: (user.status != Status::Active).then(|| At::nowhere(user.status)),
        active: None,
        properties: user.properties,
    })
}

fn groups(view: &View) -> impl Iterator<Item = GroupItem> + '_ {
    view.subjects(SubjectKind::Group).filter_map(|subject| {
        let group = view.group(subject)?;
        Some(GroupItem {
            id: text(&group.id),
            title: group.title.clone(),
            members: texts(view.members(subject).map(|member| view.subject_ref(member))),
            active: (!group.active).then_some(false),
        })
    })
}

fn api_keys(view: &View) -> impl Iterator<Item = ApiKeyItem> + '_ {
    view.subjects(SubjectKind::ApiKey).filter_map(|subject| {
        let key = view.api_key(subject)?;
        Some(ApiKeyItem {
            id: text(&key.id),
            title: key.title.clone(),
            kind: key.kind,
            origins: texts(&key.origins),
            expires: key.expires.map(text),
            revoked: key.revoked.then_some(true),
        })
    })
}

fn role(role: &CustomRole) -> RoleItem {
    RoleItem {
        id: text(&role.id),
        title: role.title.clone(),
        description: role.description.clone(),
        instances: texts(&role.instances),
        start: (role.start != Start::None).then(|| At::nowhere(role.start.clone())),
        includes: texts(&role.includes),
        grants: list(role.grants.iter().map(grant)),
        without: texts(&role.without),
    }
}

fn grant(grant: &CustomGrant) -> GrantItem {
    GrantItem {
        permission: grant.permission.clone(),
        within: grant.within.as_ref().map(text),
        when: grant.when.as_ref().map(text),
        related: texts(&grant.related),
        requires: texts(&grant.requires),
    }
}

fn all_subjects(view: &View) -> impl Iterator<Item = SubjectIx> + '_ {
    [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey]
        .into_iter()
        .flat_map(|kind| view.subjects(kind))
}

fn assignments(view: &View) -> impl Iterator<Item = AssignmentItem> + '_ {
    all_subjects(view).flat_map(move |subject| {
        view.held(subject).iter().map(move |held| {
            let assignment = view.assignment(subject, *held);
            AssignmentItem {
                subject: text(&assignment.subject),
                role: text(&assignment.role),
                scope: text(&assignment.scope),
                approver: assignment.approver.map(text),
                starts: assignment.starts.map(text),
                expires: assignment.expires.map(text),
                parameters: assignment.parameters,
            }
        })
    })
}

fn relations(view: &View) -> Vec<Relation> {
    let of_node = |node| {
        view.relations_on(node).map(move |(relation, subject)| Relation {
            resource: view.node_ref(node),
            relation: relation.to_owned(),
            subject: view.subject_ref(subject),
        })
    };
    view.nodes().flat_map(of_node).collect()
}

fn budgets(view: &View) -> impl Iterator<Item = BudgetItem> + '_ {
    view.budgets().map(|budget| BudgetItem {
        subject: text(&budget.subject),
        scope: text(&budget.scope),
        amount: Some(text(budget.amount)),
        currency: Some(text(&budget.currency)),
        period: Some(budget.period),
        spent: (budget.spent != ambit_model::Amount::ZERO).then(|| text(budget.spent)),
    })
}

/// Proposals that take away whatever these proposals, which stand for a whole organization, do not mention.
#[must_use]
pub fn prune(view: &View, wanted: &[Proposal]) -> Vec<Proposal> {
    let named: BTreeSet<String> =
        wanted.iter().filter_map(|proposal| name_of(view, &proposal.change)).collect();
    let mut removals: Vec<Change> = Vec::new();
    let mut remove = |set: Change, removed: Change| {
        if name_of(view, &set).is_some_and(|name| !named.contains(&name)) {
            removals.push(removed);
        }
    };
    for subject in all_subjects(view) {
        let name = view.subject_ref(subject);
        for held in view.held(subject) {
            let assignment = view.assignment(subject, *held);
            let (role, scope) = (assignment.role.clone(), assignment.scope.clone());
            let removed = Change::AssignmentRemoved { subject: name.clone(), role, scope };
            remove(Change::AssignmentSet(assignment), removed);
        }
        for group in view.direct_groups(subject) {
            let group = view.subject_ref(SubjectIx(*group)).id;
            let set = Change::MemberAdded { group: group.clone(), member: name.clone() };
            remove(set, Change::MemberRemoved { group, member: name.clone() });
        }
        prune_subject(view, subject, &mut remove);
    }
    for relation in relations(view) {
        remove(Change::RelationSet(relation.clone()), Change::RelationRemoved(relation));
    }
    for budget in view.budgets() {
        let (subject, scope) = (budget.subject.clone(), budget.scope.clone());
        let removed = Change::BudgetRemoved { subject, scope, currency: budget.currency.clone() };
        remove(Change::BudgetSet(budget.clone()), removed);
    }
    for role in view.custom_roles() {
        remove(Change::RoleSet(role.clone()), Change::RoleRemoved { id: role.id.clone() });
    }
    for overlay in view.overlays() {
        remove(Change::OverlaySet(overlay.clone()), Change::OverlayRemoved { role: overlay.role.clone() });
    }
    let mut nodes: Vec<_> =
        view.nodes().filter(|node| view.node_head(*node).kind >= TypeIx::INSTANCE).collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(view.chain(*node).count()));
    for node in nodes {
        let id = view.node_ref(node);
        remove(Change::ResourceSet(view.resource(node)), Change::ResourceRemoved { id });
    }
    removals.into_iter().map(Proposal::from).collect()
}

fn prune_subject(view: &View, subject: SubjectIx, remove: &mut dyn FnMut(Change, Change)) {
    let name = view.subject_ref(subject);
    let id = name.id;
    match name.kind {
        SubjectKind::User => {
            if let Some(user) = view.user(subject) {
                remove(Change::UserSet(user), Change::UserRemoved { id });
            }
        }
        SubjectKind::Group => {
            if let Some(group) = view.group(subject) {
                remove(Change::GroupSet(group.clone()), Change::GroupRemoved { id });
            }
        }
        SubjectKind::ApiKey => {
            if let Some(key) = view.api_key(subject) {
                remove(Change::ApiKeySet(key.clone()), Change::ApiKeyRemoved { id });
            }
        }
    }
}

/// What identifies the thing that a change sets, with types in full.
fn name_of(view: &View, change: &Change) -> Option<String> {
    let full = |resource: &ambit_model::ResourceRef| {
        let kind = view.registry().type_named(&resource.kind);
        let kind = kind.map_or(resource.kind.as_str(), |kind| view.registry().type_info(kind).name.as_str());
        format!("{kind}:{}", resource.id)
    };
    Some(match change {
        Change::ResourceSet(resource) => format!("resource {}", full(&resource.id)),
        Change::UserSet(user) => format!("user {}", user.id),
        Change::GroupSet(group) => format!("group {}", group.id),
        Change::ApiKeySet(key) => format!("key {}", key.id),
        Change::MemberAdded { group, member } => format!("member {group} {member}"),
        Change::RoleSet(role) => format!("role {}", role.id),
        Change::OverlaySet(overlay) => format!("overlay {}", overlay.role),
        Change::AssignmentSet(assignment) => {
            format!("assignment {} {} {}", assignment.subject, assignment.role, full(&assignment.scope))
        }
        Change::RelationSet(relation) => {
            format!("relation {} {} {}", full(&relation.resource), relation.relation, relation.subject)
        }
        Change::BudgetSet(budget) => {
            format!("budget {} {} {}", budget.subject, full(&budget.scope), budget.currency)
        }
        _ => return None,
    })
}
