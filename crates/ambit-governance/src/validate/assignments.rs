//! Assignments: where a role may be held, and who approves for its holder.

use super::{Whole, changed, invalid, known_node, known_role, known_subject};
use crate::refusal::{Code, Refusal};
use ambit_engine::authority::NotAssignable;
use ambit_engine::{NodeIx, RoleIx, View};
use ambit_model::{Assignment, Change, ResourceRef, RoleRef, SubjectKind, SubjectRef};

pub(super) fn assignment_set(view: &View, mut assignment: Assignment) -> Whole {
    let subject = known_subject(view, &assignment.subject)?;
    let role = known_role(view, &assignment.role)?;
    let scope = known_node(view, &assignment.scope)?;
    assignment.scope = view.node_ref(scope);
    check_assignable(view, role, scope)?;
    check_approver(view, role, &assignment)?;
    let backwards =
        matches!((assignment.starts, assignment.expires), (Some(starts), Some(expires)) if starts >= expires);
    if backwards {
        return Err(invalid("the assignment would expire before it starts"));
    }
    let known = view.held(subject).iter().find(|held| held.role == role && held.scope == scope);
    let same = known.is_some_and(|held| view.assignment(subject, *held) == assignment);
    changed(Change::AssignmentSet(assignment), same)
}

fn check_assignable(view: &View, role: RoleIx, scope: NodeIx) -> Result<(), Refusal> {
    let name = view.role_ref(role);
    let at = view.node_ref(scope);
    view.assignable_at(role, scope).map_err(|not| match not {
        NotAssignable::OtherProduct => {
            let message = format!("`{name}` cannot be assigned at `{at}`, which belongs to another product");
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Type(types) => {
            let message =
                format!("`{name}` is not assigned at `{at}` but at: {} (or above)", types.join(", "));
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Instances(instances) => {
            let message =
                format!("`{name}` is bound to {}: it cannot be assigned at `{at}`", instances.join(", "));
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Condition(note) => {
            Refusal::new(Code::AssignableCondition, format!("`{name}` cannot be assigned at `{at}`: {note}"))
        }
        NotAssignable::Baseline => {
            let message = format!("`{name}` is what users have without any role: it cannot be assigned");
            Refusal::new(Code::BaselineRole, message)
        }
    })
}

fn check_approver(view: &View, role: RoleIx, assignment: &Assignment) -> Result<(), Refusal> {
    let Some(approver) = &assignment.approver else {
        if view.roles().row(role).needs_approver {
            let message =
                format!("`{}` needs an `approver`: name who approves for its holder", assignment.role);
            return Err(Refusal::new(Code::ApproverMissing, message));
        }
        return Ok(());
    };
    if view.subject(approver).is_none() || approver.kind == SubjectKind::ApiKey {
        let message = format!("the approver `{approver}` is not a registered user or group");
        return Err(Refusal::new(Code::ApproverUnknown, message));
    }
    if *approver == assignment.subject {
        return Err(Refusal::new(Code::ApproverUnknown, format!("`{approver}` cannot approve for itself")));
    }
    Ok(())
}

pub(super) fn assignment_removed(
    view: &View,
    subject: SubjectRef,
    role: RoleRef,
    scope: &ResourceRef,
) -> Whole {
    let holder = known_subject(view, &subject)?;
    let index = known_role(view, &role)?;
    let node = known_node(view, scope)?;
    let held = view.held(holder).iter().any(|held| held.role == index && held.scope == node);
    changed(Change::AssignmentRemoved { subject, role, scope: view.node_ref(node) }, !held)
}
