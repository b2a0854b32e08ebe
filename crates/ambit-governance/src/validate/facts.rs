//! Relations, budgets, seat limits and approvals.

use super::{Whole, changed, invalid, known_node, known_product, known_subject, known_type};
use crate::refusal::Refusal;
use ambit_engine::View;
use ambit_model::ids::check_id;
use ambit_model::suggest::hint;
use ambit_model::{
    Amount, Approval, Budget, Change, Relation, ResourceRef, SeatLimit, SubjectRef, Timestamp,
};

pub(super) fn relation_whole(view: &View, mut relation: Relation) -> Result<(Relation, bool), Refusal> {
    let node = known_node(view, &relation.resource)?;
    let subject = known_subject(view, &relation.subject)?;
    check_id("relation", &relation.relation).map_err(|error| invalid(error.to_string()))?;
    relation.resource = view.node_ref(node);
    let holds = view.has_relation(node, &relation.relation, subject);
    Ok((relation, holds))
}

/// What is spent is known as of now; a budget that stays as it was keeps its instant.
pub(super) fn budget_set(view: &View, mut budget: Budget, now: Timestamp) -> Whole {
    known_subject(view, &budget.subject)?;
    budget.scope = view.node_ref(known_node(view, &budget.scope)?);
    check_id("currency", &budget.currency).map_err(|error| invalid(error.to_string()))?;
    budget.spent_at = (budget.spent > Amount::ZERO).then_some(now);
    let before = find_budget(view, &budget.subject, &budget.scope, &budget.currency);
    let same = before.is_some_and(|before| Budget { spent_at: budget.spent_at, ..before.clone() } == budget);
    changed(Change::BudgetSet(budget), same)
}

fn find_budget<'a>(
    view: &'a View,
    subject: &SubjectRef,
    scope: &ResourceRef,
    currency: &str,
) -> Option<&'a Budget> {
    view.budgets()
        .find(|budget| budget.subject == *subject && budget.scope == *scope && budget.currency == currency)
}

pub(super) fn budget_removed(
    view: &View,
    subject: SubjectRef,
    scope: &ResourceRef,
    currency: String,
) -> Whole {
    let scope = view.node_ref(known_node(view, scope)?);
    let known = find_budget(view, &subject, &scope, &currency).is_some();
    changed(Change::BudgetRemoved { subject, scope, currency }, !known)
}

pub(super) fn seat_limit_set(view: &View, limit: SeatLimit) -> Whole {
    let product = known_product(view, &limit.pool.product)?;
    let catalog = view.registry().catalog(product);
    if !catalog.seat_pools.iter().any(|pool| pool.id == limit.pool.role) {
        let near = hint(&limit.pool.role, catalog.seat_pools.iter().map(|pool| pool.id.as_str()));
        return Err(invalid(format!("{} has no seat pool `{}`{near}", catalog.title, limit.pool.role)));
    }
    let same = view.seat_limits().any(|(pool, known)| *pool == limit.pool && known == limit.limit);
    changed(Change::SeatLimitSet(limit), same)
}

pub(super) fn approval_set(view: &View, mut approval: Approval) -> Whole {
    known_subject(view, &approval.subject)?;
    let kind = known_type(view, &approval.resource)?;
    approval.resource.kind.clone_from(&view.registry().type_info(kind).name);
    let same = view.approval(&approval.id) == Some(&approval);
    changed(Change::ApprovalSet(approval), same)
}
