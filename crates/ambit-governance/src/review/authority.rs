//! Who may administer what: *AssignableRoles(actor, target, scope)* with the reason for each role that is refused, and
//! *AdministeredBy(subject, role, scope)*: who could change an assignment, and by which role.

use super::{Path, with_members};
use crate::{Code, Leniency, Proposal, decide};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::authority::NotAssignable;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{Actor, Assignment, Change, Properties, RoleRef, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Whether an actor may give a role to a target at a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssignableRole {
    /// The role.
    pub role: RoleRef,
    /// Its name for people.
    pub title: String,
    /// Whether it may be given.
    pub assignable: bool,
    /// Whether the target holds it there already.
    pub held: bool,
    /// Whether the assignment has to name an approver.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_approver: bool,
    /// Why it may not be given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Reason>,
}

/// Why a role may not be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// The stable code of the refusal.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

/// Roles that could be meant at a scope: those of its product and of the admin centre; all at the organization.
pub fn roles_at(view: &View, scope: NodeIx) -> impl Iterator<Item = RoleIx> + '_ {
    let product = view.product_of(scope);
    let meant = move |role: RoleIx| {
        let of_role = view.roles().product_of(role);
        product.is_none_or(|product| product == of_role) || view.registry().catalog(of_role).spans_products
    };
    let roles = view.roles().iter().filter(|(_, row)| !row.baseline).map(|(role, _)| role);
    roles.filter(move |role| meant(*role))
}

/// *AssignableRoles(actor, target, scope)*: one role. What the scope's type and the actor's authority allow is looked at
/// first; what remains is decided like the write itself, so that this answer is that of the write.
#[must_use]
pub fn assignable_role(
    view: &View,
    actor: &Actor,
    target: &SubjectRef,
    role: RoleIx,
    scope: NodeIx,
    time: Timestamp,
) -> AssignableRole {
    let row = view.roles().row(role);
    let target_holds = view.subject(target).is_some_and(|subject| {
        view.held(subject).iter().any(|held| held.role == role && held.scope == scope)
    });
    let refusals = match view.assignable_at(role, scope) {
        Err(why) => vec![not_assignable(view, role, scope, &why)],
        Ok(()) => decided(view, actor, target, role, scope, time),
    };
    AssignableRole {
        role: view.role_ref(role),
        title: row.title.clone(),
        assignable: refusals.is_empty(),
        held: target_holds,
        needs_approver: row.needs_approver,
        refusals,
    }
}

fn not_assignable(view: &View, role: RoleIx, scope: NodeIx, why: &NotAssignable) -> Reason {
    let (role, scope) = (view.role_ref(role), view.node_ref(scope));
    let (code, message) = match why {
        NotAssignable::OtherProduct => {
            (Code::NotAssignableHere, format!("`{role}` is of another product than `{scope}`"))
        }
        NotAssignable::Type(types) => (
            Code::NotAssignableHere,
            format!("`{role}` is assigned at {}, not at `{scope}`", types.join(" or ")),
        ),
        NotAssignable::Instances(instances) => {
            (Code::NotAssignableHere, format!("`{role}` is bound to {}", instances.join(", ")))
        }
        NotAssignable::Condition(note) => {
            (Code::AssignableCondition, format!("`{role}` at `{scope}`: {note}"))
        }
        NotAssignable::Baseline => (Code::BaselineRole, format!("`{role}` is held without an assignment")),
    };
    Reason { code: code.as_str().to_owned(), message }
}

fn decided(
    view: &View,
    actor: &Actor,
    target: &SubjectRef,
    role: RoleIx,
    scope: NodeIx,
    time: Timestamp,
) -> Vec<Reason> {
    if let Actor::Subject { subject, .. } = actor {
        let may = |actor| view.has_authority(actor, AdministerVerb::Assign, role, scope, time);
        if !view.subject(subject).is_some_and(may) {
            let (role, scope) = (view.role_ref(role), view.node_ref(scope));
            let message =
                format!("no role that `{subject}` holds at `{scope}` or above lets it give `{role}`");
            return vec![Reason { code: Code::NoAuthority.as_str().to_owned(), message }];
        }
    }
    let assignment = Assignment {
        subject: target.clone(),
        role: view.role_ref(role),
        scope: view.node_ref(scope),
        approver: None,
        starts: None,
        expires: None,
        parameters: Properties::new(),
    };
    let proposal = Proposal::from(Change::AssignmentSet(assignment));
    let refusals = match decide(view, vec![proposal], actor, time, Leniency::default()) {
        Ok(_) => return Vec::new(),
        Err(refusals) => refusals.0,
    };
    // Who gives it will name one.
    let weighty = refusals.into_iter().filter(|refusal| refusal.code != Code::ApproverMissing);
    weighty
        .map(|refusal| Reason { code: refusal.code.as_str().to_owned(), message: refusal.message })
        .collect()
}

/// *AssignableRoles(actor, target, scope)*.
#[must_use]
pub fn assignable_roles(
    view: &View,
    actor: &Actor,
    target: &SubjectRef,
    scope: NodeIx,
    time: Timestamp,
) -> Vec<AssignableRole> {
    roles_at(view, scope).map(|role| assignable_role(view, actor, target, role, scope, time)).collect()
}

/// Somebody who could change an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Administrator {
    /// Who.
    pub subject: SubjectRef,
    /// Whether it could give the role there.
    pub may_assign: bool,
    /// Whether it could take the role away there.
    pub may_revoke: bool,
    /// By which roles.
    pub by: Vec<Path>,
}

/// The subjects that hold something at a scope or above it, themselves or through groups: among them are all who could
/// change an assignment there.
fn candidates(view: &View, scope: NodeIx) -> BTreeSet<SubjectIx> {
    let holders = view.chain(scope).flat_map(|at| view.holders_at(at));
    let administering = holders.filter(|(role, _)| view.administered_by(*role).next().is_some());
    administering.flat_map(|(_, holder)| with_members(view, holder)).collect()
}

/// *AdministeredBy(subject, role, scope)*: who could give a role at a scope or take it away there, in the order of their
/// numbers. The operator, with the data at hand, always could.
#[must_use]
pub fn administered_by(
    view: &View,
    role: RoleIx,
    scope: NodeIx,
    time: Timestamp,
) -> Vec<(SubjectIx, Administrator)> {
    let found = candidates(view, scope).into_iter();
    found.filter_map(|subject| Some((subject, administrator(view, subject, role, scope, time)?))).collect()
}

fn administrator(
    view: &View,
    subject: SubjectIx,
    role: RoleIx,
    scope: NodeIx,
    time: Timestamp,
) -> Option<Administrator> {
    let mut found = Administrator {
        subject: view.subject_ref(subject),
        may_assign: false,
        may_revoke: false,
        by: Vec::new(),
    };
    for authority in view.authorities(subject, time) {
        let (assign, revoke) =
            (authority.allows(AdministerVerb::Assign), authority.allows(AdministerVerb::Revoke));
        if !(assign || revoke) || !view.reaches_role(&authority, role, scope) {
            continue;
        }
        found.may_assign |= assign;
        found.may_revoke |= revoke;
        let holding = &authority.holding;
        let path = Path::to_role(view, subject, holding.holder, holding.role, holding.scope);
        if !found.by.contains(&path) {
            found.by.push(path);
        }
    }
    (!found.by.is_empty()).then_some(found)
}
