//! Differences, by set arithmetic: between two roles, two subjects, two revisions. *Equal* and *implies* are certain;
//! conditions are compared as texts, so that two which mean the same in different words count as different.

use super::permissions::{InForce, UserPermission, in_force, user_permission};
use super::terms::{TermsShown, implies};
use ambit_catalog::catalog::PermissionId;
use ambit_catalog::grants::EffectiveGrant;
use ambit_engine::roles::RoleRow;
use ambit_engine::{RoleIx, SubjectIx, View};
use ambit_model::{Change, GroupMember, ResourceRef, RoleRef, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// How two sets of grants stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Each gives what the other gives.
    Equal,
    /// The first gives all that the second gives, and more.
    FirstImpliesSecond,
    /// The second gives all that the first gives, and more.
    SecondImpliesFirst,
    /// They have no permission in common.
    Disjoint,
    /// They have some in common, and each has something of its own.
    Overlapping,
}

impl Relation {
    fn of(only_first: bool, only_second: bool, common: bool) -> Self {
        match (only_first, only_second) {
            (false, false) => Self::Equal,
            (true, false) => Self::FirstImpliesSecond,
            (false, true) => Self::SecondImpliesFirst,
            (true, true) if common => Self::Overlapping,
            (true, true) => Self::Disjoint,
        }
    }

    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::FirstImpliesSecond => "first_implies_second",
            Self::SecondImpliesFirst => "second_implies_first",
            Self::Disjoint => "disjoint",
            Self::Overlapping => "overlapping",
        }
    }
}

/// A permission that one role grants and the other does not, or not as widely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Granted {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// Whether the other grants it under other terms.
    pub other_terms: bool,
    /// Under which terms.
    #[serde(flatten)]
    pub terms: TermsShown,
}

/// *Diff(role, role)*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleDiff {
    /// One role.
    pub first: RoleRef,
    /// The other.
    pub second: RoleRef,
    /// How they stand to each other.
    pub relation: Relation,
    /// Permissions that both grant in the same way.
    pub common: usize,
    /// What only the first grants.
    pub only_first: Vec<Granted>,
    /// What only the second grants.
    pub only_second: Vec<Granted>,
    /// Roles that only the first requires to be held beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_first_requires: Vec<String>,
    /// Roles that only the second requires to be held beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_second_requires: Vec<String>,
}

/// Whether whatever the narrow role gives where it is held, the wide one held there gives too.
#[must_use]
pub fn role_implies(view: &View, wide: &RoleRow, narrow: &RoleRow) -> bool {
    wide.product == narrow.product
        && wide.requires.iter().all(|role| narrow.requires.contains(role))
        && narrow.grants.iter().all(|grant| covered(view, wide, grant))
}

fn covered(view: &View, by: &RoleRow, grant: &EffectiveGrant) -> bool {
    by.grants_of(grant.permission).iter().any(|wide| implies(view, &wide.terms, &grant.terms))
}

/// *Diff(role, role)*. Roles of different products are disjoint.
#[must_use]
pub fn diff_roles(view: &View, first: RoleIx, second: RoleIx) -> RoleDiff {
    let (one, other) = (view.roles().row(first), view.roles().row(second));
    let same_product = one.product == other.product;
    let only = |of: &RoleRow, than: &RoleRow| -> Vec<Granted> {
        let catalog = view.registry().catalog(of.product);
        let more = of.grants.iter().filter(|grant| !same_product || !covered(view, than, grant));
        more.map(|grant| Granted {
            permission: catalog.permission_full(grant.permission),
            title: catalog.permission_at(grant.permission).title.clone(),
            other_terms: same_product && !than.grants_of(grant.permission).is_empty(),
            terms: TermsShown::of(catalog, &grant.terms),
        })
        .collect()
    };
    let permissions = |row: &RoleRow| -> BTreeSet<PermissionId> {
        row.grants.iter().map(|grant| grant.permission).collect()
    };
    let shared = if same_product { permissions(one).intersection(&permissions(other)).count() } else { 0 };
    let missing = |of: &RoleRow, in_: &RoleRow| -> Vec<String> {
        of.requires.iter().filter(|role| !in_.requires.contains(role)).cloned().collect()
    };
    let (only_first, only_second) = (only(one, other), only(other, one));
    let (first_requires, second_requires) = (missing(one, other), missing(other, one));
    // To require more is to give less.
    let first_more = !only_first.is_empty() || !second_requires.is_empty();
    let second_more = !only_second.is_empty() || !first_requires.is_empty();
    let differing: BTreeSet<&str> = only_first
        .iter()
        .chain(&only_second)
        .filter(|granted| granted.other_terms)
        .map(|granted| granted.permission.as_str())
        .collect();
    RoleDiff {
        first: view.role_ref(first),
        second: view.role_ref(second),
        relation: Relation::of(first_more, second_more, shared > 0),
        common: shared.saturating_sub(differing.len()),
        only_first,
        only_second,
        only_first_requires: first_requires,
        only_second_requires: second_requires,
    }
}

/// *Diff(subject, subject)*: what one may do, now, that the other may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubjectDiff {
    /// One subject.
    pub first: SubjectRef,
    /// The other.
    pub second: SubjectRef,
    /// How they stand to each other.
    pub relation: Relation,
    /// How much only the first has.
    pub only_first_count: usize,
    /// How much only the second has.
    pub only_second_count: usize,
    /// What only the first has, so much of it as was asked for.
    pub only_first: Vec<UserPermission>,
    /// What only the second has, so much of it as was asked for.
    pub only_second: Vec<UserPermission>,
    /// Whether there is more than is listed.
    pub truncated: bool,
}

/// *Diff(subject, subject)*, with so much of each side at most.
#[must_use]
pub fn diff_subjects(
    view: &View,
    first: SubjectIx,
    second: SubjectIx,
    time: Timestamp,
    most: usize,
) -> Option<SubjectDiff> {
    let root = view.root()?;
    let (one, other) = (in_force(view, first, root, time), in_force(view, second, root, time));
    let only_first: Vec<&InForce<'_>> = one.iter().filter(|grant| !within(view, grant, &other)).collect();
    let only_second: Vec<&InForce<'_>> = other.iter().filter(|grant| !within(view, grant, &one)).collect();
    let named = |grants: &[InForce<'_>]| -> BTreeSet<_> {
        grants.iter().map(|grant| (grant.product, grant.grant.permission)).collect()
    };
    let common = named(&one).intersection(&named(&other)).next().is_some();
    let shown = |subject, grants: &[&InForce<'_>]| -> Vec<UserPermission> {
        grants.iter().take(most).map(|grant| user_permission(view, subject, grant, time)).collect()
    };
    Some(SubjectDiff {
        first: view.subject_ref(first),
        second: view.subject_ref(second),
        relation: Relation::of(!only_first.is_empty(), !only_second.is_empty(), common),
        only_first_count: only_first.len(),
        only_second_count: only_second.len(),
        truncated: only_first.len().max(only_second.len()) > most,
        only_first: shown(first, &only_first),
        only_second: shown(second, &only_second),
    })
}

/// Whether some grant of the other side gives the same, at the place or above it. Both lists are sorted by permission.
fn within(view: &View, grant: &InForce<'_>, other: &[InForce<'_>]) -> bool {
    let key = |one: &InForce<'_>| (one.product, one.grant.permission);
    let from = other.partition_point(|one| key(one) < key(grant));
    let same = other[from..].iter().take_while(|one| key(one) == key(grant));
    let refines = view.registry().product(grant.product).refines;
    same.into_iter().any(|one| {
        let place = if refines { one.at == grant.at } else { view.covers(one.at, grant.at) };
        place && implies_in_place(view, one, grant)
    })
}

/// Terms that were looked at to find the place are not looked at again.
fn implies_in_place(view: &View, wide: &InForce<'_>, narrow: &InForce<'_>) -> bool {
    let here = |one: &InForce<'_>| ambit_catalog::catalog::Terms {
        within: None,
        reach: None,
        ..ambit_catalog::catalog::Terms::clone(&one.grant.terms)
    };
    implies(view, &here(wide), &here(narrow))
}

/// What became of a thing between two revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

impl Became {
    /// The sign in a plan.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }
}

/// A thing that differs between two revisions.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// What kind of thing: `user`, `assignment`, `role`…
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub became: Became,
    /// As it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// As it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
}

/// What a change may touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A product with its catalog.
    Product(String),
    /// A resource.
    Resource(ResourceRef),
    /// A user, group or API key.
    Subject(SubjectRef),
    /// A membership.
    Member(String, GroupMember),
    /// A custom role.
    Role(RoleRef),
    /// An overlay.
    Overlay(RoleRef),
    /// An assignment.
    Assignment(SubjectRef, RoleRef, ResourceRef),
    /// A relation.
    Relation(ambit_model::Relation),
    /// A budget.
    Budget(SubjectRef, ResourceRef, String),
    /// A seat limit.
    SeatLimit(RoleRef),
    /// An approval.
    Approval(String),
}

impl Thing {
    /// The thing that a change is about; none if it is about nothing that stays.
    #[must_use]
    pub fn of(change: &Change) -> Option<Self> {
        Some(match change {
            Change::OrganizationCreated { .. } | Change::Noted(_) => return None,
            Change::CatalogInstalled { product, .. } | Change::CatalogRemoved { product } => {
                Self::Product(product.clone())
            }
            Change::ResourceSet(resource) => Self::Resource(resource.id.clone()),
            Change::ResourceRemoved { id } => Self::Resource(id.clone()),
            Change::UserSet(user) => Self::Subject(SubjectRef::user(&*user.id)),
            Change::UserRemoved { id } => Self::Subject(SubjectRef::user(&**id)),
            Change::GroupSet(group) => Self::Subject(SubjectRef::group(&*group.id)),
            Change::GroupRemoved { id } => Self::Subject(SubjectRef::group(&**id)),
            Change::ApiKeySet(key) => Self::Subject(SubjectRef::api_key(&*key.id)),
            Change::ApiKeyRemoved { id } => Self::Subject(SubjectRef::api_key(&**id)),
            Change::MemberAdded { group, member } | Change::MemberRemoved { group, member } => {
                Self::Member(group.clone(), member.clone())
            }
            Change::RoleSet(role) => Self::Role(role.id.clone()),
            Change::RoleRemoved { id } => Self::Role(id.clone()),
            Change::OverlaySet(overlay) => Self::Overlay(overlay.role.clone()),
            Change::OverlayRemoved { role } => Self::Overlay(role.clone()),
            Change::AssignmentSet(set) => {
                Self::Assignment(set.subject.clone(), set.role.clone(), set.scope.clone())
            }
            Change::AssignmentRemoved { subject, role, scope } => {
                Self::Assignment(subject.clone(), role.clone(), scope.clone())
            }
            Change::RelationSet(relation) | Change::RelationRemoved(relation) => {
                Self::Relation(relation.clone())
            }
            Change::BudgetSet(budget) => {
                Self::Budget(budget.subject.clone(), budget.scope.clone(), budget.currency.clone())
            }
            Change::BudgetRemoved { subject, scope, currency } => {
                Self::Budget(subject.clone(), scope.clone(), currency.clone())
            }
            Change::SeatLimitSet(limit) => Self::SeatLimit(limit.pool.clone()),
            Change::SeatLimitRemoved { pool } => Self::SeatLimit(pool.clone()),
            Change::ApprovalSet(approval) => Self::Approval(approval.id.clone()),
        })
    }

    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Product(_) => "product",
            Self::Resource(_) => "resource",
            Self::Subject(subject) => subject.kind.as_str(),
            Self::Member(..) => "member",
            Self::Role(_) => "role",
            Self::Overlay(_) => "overlay",
            Self::Assignment(..) => "assignment",
            Self::Relation(_) => "relation",
            Self::Budget(..) => "budget",
            Self::SeatLimit(_) => "seat_limit",
            Self::Approval(_) => "approval",
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Product(name) | Self::Approval(name) => name.clone(),
            Self::Resource(resource) => resource.to_string(),
            Self::Subject(subject) => subject.id.clone(),
            Self::Member(group, member) => format!("{member} in group:{group}"),
            Self::Role(role) | Self::Overlay(role) | Self::SeatLimit(role) => role.to_string(),
            Self::Assignment(subject, role, scope) => format!("{subject} holds {role} at {scope}"),
            Self::Relation(relation) => {
                format!("{} is {} of {}", relation.subject, relation.relation, relation.resource)
            }
            Self::Budget(subject, scope, currency) => format!("{subject} at {scope} in {currency}"),
        }
    }

    /// As it is in a state; none if it is not there. Hashes of secrets are left out.
    #[must_use]
    pub fn record(&self, view: &View) -> Option<Json> {
        let subject = |name: &SubjectRef| view.subject(name);
        match self {
            Self::Product(id) => {
                let product = view.registry().product_named(id)?;
                let known = view.registry().product(product);
                Some(json!({ "version": known.catalog.version, "bytes": known.source.len() }))
            }
            Self::Resource(name) => Some(json!(view.resource(view.node(name)?))),
            Self::Subject(name) => subject_record(view, subject(name)?),
            Self::Member(group, member) => {
                let group = subject(&SubjectRef::group(&**group))?;
                let member = subject(member)?;
                view.direct_groups(member).contains(&group.0).then_some(Json::Bool(true))
            }
            Self::Role(role) => Some(json!(view.custom_role(role)?)),
            Self::Overlay(role) => Some(json!(view.overlays().find(|overlay| overlay.role == *role)?)),
            Self::Assignment(holder, role, scope) => {
                let (holder, role, scope) = (subject(holder)?, view.role(role)?, view.node(scope)?);
                let held = view.held(holder).iter().find(|held| held.role == role && held.scope == scope)?;
                Some(json!(view.assignment(holder, *held)))
            }
            Self::Relation(relation) => {
                let (node, of) = (view.node(&relation.resource)?, subject(&relation.subject)?);
                view.has_relation(node, &relation.relation, of).then_some(Json::Bool(true))
            }
            Self::Budget(of, scope, currency) => {
                let same = |budget: &&ambit_model::Budget| {
                    budget.subject == *of && budget.scope == *scope && budget.currency == *currency
                };
                Some(json!(view.budgets().find(same)?))
            }
            Self::SeatLimit(pool) => {
                view.seat_limits().find(|(name, _)| *name == pool).map(|(_, limit)| json!(limit))
            }
            Self::Approval(id) => Some(json!(view.approval(id)?)),
        }
    }
}

fn subject_record(view: &View, subject: SubjectIx) -> Option<Json> {
    if let Some(group) = view.group(subject) {
        return Some(json!(group));
    }
    if let Some(key) = view.api_key(subject) {
        return Some(json!(ambit_model::ApiKey { secret_hash: None, ..key.clone() }));
    }
    Some(json!(view.user(subject)?))
}

/// *Diff(revision, revision)*: what differs between two states of an organization of all that these changes, which lie
/// between them, touch. The work is that of going through the changes, however large the organization is.
#[must_use]
pub fn diff_states<'c>(
    before: &View,
    after: &View,
    changes: impl Iterator<Item = &'c Change>,
) -> Vec<(Thing, Difference)> {
    let things: BTreeSet<Thing> = changes.filter_map(Thing::of).collect();
    things.into_iter().filter_map(|thing| Some((thing.clone(), difference(before, after, &thing)?))).collect()
}

fn difference(before: &View, after: &View, thing: &Thing) -> Option<Difference> {
    let (was, is) = (thing.record(before), thing.record(after));
    let became = match (&was, &is) {
        (None, Some(_)) => Became::Added,
        (Some(_), None) => Became::Removed,
        (Some(was), Some(is)) if was != is => Became::Changed,
        _ => return None,
    };
    Some(Difference { kind: thing.kind(), name: thing.name(), became, before: was, after: is })
}
