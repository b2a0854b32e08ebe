//! What is worth knowing about a write that is accepted: the advisories of catalogs (design 3.12) and a few of our own.

use crate::guards::{self, Step};
use crate::refusal::Warning;
use ambit_catalog::catalog::{Advisory, Permission};
use ambit_catalog::file::AdvisorySubject;
use ambit_engine::holdings::Holdings;
use ambit_engine::question::Target;
use ambit_engine::{EntityRef, NodeIx, PermissionIx, ProductIx, Question, RoleIx, SubjectIx, View};
use ambit_model::{Assignment, Change, Outcome, Start, SubjectKind, Timestamp};

/// Warnings that one change deserves by itself.
#[must_use]
pub fn about_change(view: &View, change: &Change, now: Timestamp) -> Vec<Warning> {
    let warn = |code: &str, message: String| vec![Warning { code: code.to_owned(), message }];
    match change {
        Change::AssignmentSet(assignment) if assignment.expires.is_some_and(|expires| expires <= now) => {
            let message = format!("`{}` of `{}` has expired already", assignment.role, assignment.subject);
            warn("already_expired", message)
        }
        Change::ApiKeySet(key) if key.kind == ambit_model::KeyKind::Secret && !key.origins.is_empty() => {
            warn(
                "origins_unused",
                format!("the secret key `{}` lists origins, which only public keys use", key.id),
            )
        }
        Change::ApiKeySet(key) if key.kind == ambit_model::KeyKind::Public && key.origins.is_empty() => warn(
            "no_origins",
            format!("the public key `{}` lists no origins, and so can be used from nowhere", key.id),
        ),
        Change::RoleSet(role) if role.start != Start::None => {
            let product = view.registry().product_named(&role.id.product);
            let forbidden =
                product.map_or(0, |product| view.registry().catalog(product).custom_roles.forbidden.len());
            if forbidden == 0 {
                return Vec::new();
            }
            let message =
                format!("`{}` leaves out the {forbidden} permissions that custom roles never have", role.id);
            warn("forbidden_left_out", message)
        }
        _ => Vec::new(),
    }
}

/// An approver who may not approve would leave every request unanswered.
fn approver_warning(view: &View, assignment: &Assignment, now: Timestamp) -> Option<Warning> {
    let approver = assignment.approver.as_ref().filter(|approver| approver.kind == SubjectKind::User)?;
    let role = view.role(&assignment.role)?;
    let (approver_index, scope) = (view.subject(approver)?, view.node(&assignment.scope)?);
    let product = view.roles().product_of(role);
    let by = approving_permission(view, product, role)?;
    let (id, kind) = (&approver.id, view.node_ref(scope));
    let question = Question {
        subject: EntityRef::new("user", id),
        permission: "",
        action: None,
        resource: EntityRef::new(&kind.kind, &kind.id),
        context: None,
        time: now,
    };
    let target = Target {
        subject: approver_index,
        permission: PermissionIx { product, id: by },
        kind: view.node_head(scope).kind,
        node: Some(scope),
        head: scope,
    };
    let may = view.check_target(&question, &target).outcome == Outcome::Allow;
    (!may).then(|| Warning {
        code: "approver_cannot_approve".into(),
        message: format!(
            "`{approver}` approves for `{}` but may not approve at `{}`",
            assignment.subject, assignment.scope
        ),
    })
}

pub(crate) fn approving_permission(
    view: &View,
    product: ProductIx,
    role: RoleIx,
) -> Option<ambit_catalog::PermissionId> {
    let catalog = view.registry().catalog(product);
    let grants = &view.roles().row(role).grants;
    let approved = grants.iter().filter(|grant| grant.terms.needs_approval || grant.terms.otherwise_approval);
    approved
        .map(|grant| catalog.permission_at(grant.permission))
        .find_map(|permission: &Permission| permission.approved_by)
}

/// The advisories of all catalogs about the subjects that a step concerns, and only about what is new by it.
#[must_use]
pub fn warnings(step: &Step<'_>) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = step
        .changes
        .iter()
        .filter_map(|(change, _)| match change {
            Change::AssignmentSet(assignment) => approver_warning(step.after, assignment, step.now),
            _ => None,
        })
        .collect();
    warnings.extend(guards::last_seats(step));
    for (subject, _) in &step.affected {
        for (product, declared) in step.after.registry().enabled() {
            for advisory in &declared.catalog.advisories {
                let concerned = applies(step.after, *subject, product, advisory, step.now);
                let before = step.before.subject(&step.after.subject_ref(*subject));
                let known =
                    before.is_some_and(|subject| applies(step.before, subject, product, advisory, step.now));
                if concerned && !known {
                    let message = format!("{}: {}", step.after.subject_ref(*subject), advisory.message);
                    warnings.push(Warning { code: advisory.id.clone(), message });
                }
            }
        }
    }
    warnings
}

/// Whether an advisory of a product concerns a subject now.
pub(crate) fn applies(
    view: &View,
    subject: SubjectIx,
    product: ProductIx,
    advisory: &Advisory,
    now: Timestamp,
) -> bool {
    let kind = view.subject_ref(subject).kind;
    let fits = match advisory.subject {
        AdvisorySubject::Any => true,
        AdvisorySubject::User => kind == SubjectKind::User,
        AdvisorySubject::Group => kind == SubjectKind::Group,
        AdvisorySubject::ApiKey => kind == SubjectKind::ApiKey,
    };
    if !fits || view.registry().enabled().all(|(known, _)| known != product) {
        return false;
    }
    let holdings = Holdings::gather(view, subject, product, now);
    let holds = |name: &String, scope: NodeIx| {
        holdings.iter().any(|holding| {
            let covers = view.covers(holding.scope, scope) || view.covers(scope, holding.scope);
            covers && view.roles().row(holding.role).covers.contains(name)
        })
    };
    let scopes: Vec<NodeIx> = holdings
        .iter()
        .filter(|holding| {
            view.roles().row(holding.role).covers.iter().any(|name| advisory.holds.contains(name))
        })
        .map(|holding| holding.scope)
        .collect();
    scopes.into_iter().any(|scope| {
        let condition = advisory.when.as_ref();
        advisory.holds.iter().all(|name| holds(name, scope))
            && !advisory.lacks.iter().any(|name| holds(name, scope))
            && condition.is_none_or(|condition| view.evaluate_at_scope(condition, scope).unwrap_or(false))
    })
}
