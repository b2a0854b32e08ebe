//! Changes in words, for the plan that `ambit apply` prints and for the log.

use ambit_engine::View;
use ambit_model::{Change, Note, SubjectKind, SubjectRef};
use schemars::JsonSchema;
use serde::Serialize;

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanLine {
    /// `+` something comes, `~` something changes, `-` something goes.
    pub sign: char,
    /// What, in words.
    pub text: String,
}

impl std::fmt::Display for PlanLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.sign, self.text)
    }
}

/// The lines of a plan, one for each change, seen from the state before.
#[must_use]
pub fn lines(before: &View, changes: &[Change]) -> Vec<PlanLine> {
    changes.iter().map(|change| PlanLine { sign: sign(before, change), text: describe(change) }).collect()
}

fn sign(before: &View, change: &Change) -> char {
    let known = |exists: bool| if exists { '~' } else { '+' };
    let subject = |kind, id: &str| before.subject(&SubjectRef::new(kind, id)).is_some();
    match change {
        Change::CatalogInstalled { product, .. } => known(before.registry().product_named(product).is_some()),
        Change::ResourceSet(resource) => known(before.node(&resource.id).is_some()),
        Change::UserSet(user) => known(subject(SubjectKind::User, &user.id)),
        Change::GroupSet(group) => known(subject(SubjectKind::Group, &group.id)),
        Change::ApiKeySet(key) => known(subject(SubjectKind::ApiKey, &key.id)),
        Change::RoleSet(role) => known(before.custom_role(&role.id).is_some()),
        Change::OverlaySet(overlay) => known(before.overlays().any(|overlaid| overlaid.role == overlay.role)),
        Change::AssignmentSet(assignment) => known(is_assigned(before, assignment)),
        Change::BudgetSet(budget) => known(before.budgets().any(|other| {
            other.subject == budget.subject
                && other.scope == budget.scope
                && other.currency == budget.currency
        })),
        Change::ApprovalSet(approval) => known(before.approval(&approval.id).is_some()),
        Change::SeatLimitSet(limit) => known(before.seat_limits().any(|(pool, _)| *pool == limit.pool)),
        _ if takes_away(change) => '-',
        _ => '+',
    }
}

/// A change in words, with a sign of its own: for the log, where the state before is not at hand.
#[must_use]
pub fn describe_signed(change: &Change) -> String {
    let sign = if takes_away(change) { '-' } else { '+' };
    format!("{sign} {}", describe(change))
}

fn takes_away(change: &Change) -> bool {
    matches!(
        change,
        Change::CatalogRemoved { .. }
            | Change::ResourceRemoved { .. }
            | Change::UserRemoved { .. }
            | Change::GroupRemoved { .. }
            | Change::MemberRemoved { .. }
            | Change::ApiKeyRemoved { .. }
            | Change::RoleRemoved { .. }
            | Change::OverlayRemoved { .. }
            | Change::AssignmentRemoved { .. }
            | Change::RelationRemoved(_)
            | Change::BudgetRemoved { .. }
            | Change::SeatLimitRemoved { .. }
    )
}

fn is_assigned(view: &View, assignment: &ambit_model::Assignment) -> bool {
    let numbers =
        (view.subject(&assignment.subject), view.role(&assignment.role), view.node(&assignment.scope));
    let (Some(subject), Some(role), Some(scope)) = numbers else { return false };
    view.held(subject).iter().any(|held| held.role == role && held.scope == scope)
}

/// A change in words.
#[must_use]
pub fn describe(change: &Change) -> String {
    match change {
        Change::OrganizationCreated { id } => format!("organization {id}"),
        Change::CatalogInstalled { product, .. } | Change::CatalogRemoved { product } => {
            format!("product {product}")
        }
        Change::ResourceSet(resource) => match &resource.parent {
            Some(parent) => format!("resource {} under {parent}", resource.id),
            None => format!("resource {}", resource.id),
        },
        Change::ResourceRemoved { id } => format!("resource {id}"),
        Change::UserSet(user) => format!("user {}{}", user.id, status(user.status)),
        Change::UserRemoved { id } => format!("user {id}"),
        Change::GroupSet(group) => {
            format!("group {}{}", group.id, if group.active { "" } else { " (inactive)" })
        }
        Change::GroupRemoved { id } => format!("group {id}"),
        Change::MemberAdded { group, member } => format!("{member} in group {group}"),
        Change::MemberRemoved { group, member } => format!("{member} in group {group}"),
        Change::ApiKeySet(key) => {
            format!("API key {}{}", key.id, if key.revoked { " (revoked)" } else { "" })
        }
        Change::ApiKeyRemoved { id } => format!("API key {id}"),
        Change::RoleSet(role) => format!("custom role {}", role.id),
        Change::RoleRemoved { id } => format!("custom role {id}"),
        Change::OverlaySet(overlay) => {
            format!(
                "overlay of {} ({} added, {} removed)",
                overlay.role,
                overlay.add.len(),
                overlay.remove.len()
            )
        }
        Change::OverlayRemoved { role } => format!("overlay of {role}"),
        Change::AssignmentSet(assignment) => {
            format!("{} holds {} at {}", assignment.subject, assignment.role, assignment.scope)
        }
        Change::AssignmentRemoved { subject, role, scope } => format!("{subject} holds {role} at {scope}"),
        Change::RelationSet(relation) | Change::RelationRemoved(relation) => {
            format!("{} is {} of {}", relation.subject, relation.relation, relation.resource)
        }
        Change::BudgetSet(budget) => {
            format!("budget of {} at {}: {} {}", budget.subject, budget.scope, budget.amount, budget.currency)
        }
        Change::BudgetRemoved { subject, scope, currency } => {
            format!("budget of {subject} at {scope} in {currency}")
        }
        Change::SeatLimitSet(limit) => format!("{} seats of {}", limit.limit, limit.pool),
        Change::SeatLimitRemoved { pool } => format!("own limit of {pool}"),
        Change::ApprovalSet(approval) => {
            format!("approval {} of {} by {}", approval.id, approval.permission, approval.subject)
        }
        Change::Noted(note) => noted(note),
    }
}

fn noted(note: &Note) -> String {
    let user = note.user();
    match note {
        Note::SignedIn { method, .. } => format!("{user} signed in ({})", method.words()),
        Note::SignedOut { everywhere: false, .. } => format!("{user} signed out"),
        Note::SignedOut { everywhere: true, .. } => format!("{user} signed out everywhere"),
        Note::PasswordSet { .. } => format!("{user} has a new password"),
        Note::PasswordResetIssued { .. } => format!("{user} was given a link for a new password"),
        Note::InvitationIssued { .. } => format!("{user} was invited"),
        Note::InvitationAccepted { .. } => format!("{user} accepted the invitation"),
        Note::ImpersonationStarted { .. } => format!("acting as {user} began"),
        Note::ImpersonationEnded { .. } => format!("acting as {user} ended"),
    }
}

fn status(status: ambit_model::Status) -> &'static str {
    match status {
        ambit_model::Status::Active => "",
        ambit_model::Status::Invited => " (invited)",
        ambit_model::Status::Suspended => " (suspended)",
        ambit_model::Status::Deactivated => " (deactivated)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Leniency, Proposal, decide};
    use ambit_model::{Actor, OrgId, SignInMethod, Status, Timestamp, User};

    fn now() -> Timestamp {
        "2026-05-05T12:00:00Z".parse().unwrap()
    }

    fn decided(view: &View, actor: &Actor, change: Change) -> Result<crate::Decided, crate::Refusals> {
        decide(view, vec![Proposal::from(change)], actor, now(), Leniency::default())
    }

    fn world() -> View {
        let created = Change::OrganizationCreated { id: OrgId::new("acme").unwrap() };
        let mut view = decided(&View::default(), &Actor::OPERATOR, created).unwrap().next;
        for id in ["ann", "bob"] {
            let (name, email, properties) = (None, None, Default::default());
            let user = User { id: id.into(), name, email, status: Status::Active, properties };
            view = decided(&view, &Actor::OPERATOR, Change::UserSet(user)).unwrap().next;
        }
        view
    }

    fn signed_in(user: &str) -> Change {
        Change::Noted(Note::SignedIn { user: user.into(), method: SignInMethod::Password })
    }

    #[test]
    fn a_note_is_written_by_whom_it_is_about_or_by_the_operator() {
        let view = world();
        let ann = Actor::Subject { subject: SubjectRef::user("ann"), impersonator: None };
        let noted = decided(&view, &ann, signed_in("ann")).unwrap();
        assert_eq!(noted.changes, [signed_in("ann")]);
        assert_eq!(lines(&view, &noted.changes)[0].to_string(), "+ ann signed in (password)");
        assert!(decided(&view, &Actor::OPERATOR, signed_in("ann")).is_ok());
        let refused = decided(&view, &ann, signed_in("bob")).unwrap_err();
        assert_eq!(refused.0[0].code, crate::Code::NoAuthority);
        let unknown = decided(&view, &Actor::OPERATOR, signed_in("nobody")).unwrap_err();
        assert_eq!(unknown.0[0].code, crate::Code::UnknownSubject);
    }

    #[test]
    fn a_note_is_flat_in_the_log() {
        let json = serde_json::to_value(signed_in("ann")).unwrap();
        let expected = serde_json::json!({
            "change": "noted", "note": "signed_in", "user": "ann", "method": "password",
        });
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_value::<Change>(json).unwrap(), signed_in("ann"));
    }
}
