//! Relations, budgets and seat limits.

use crate::admin::bodies::{BudgetBody, BudgetKey, SeatLimitBody};
use crate::admin::commands::Command;
use crate::admin::record::Record;
use crate::admin::write::{Write, Writing};
use crate::answer::Written;
use crate::error::Result;
use crate::path::Path;
use ambit_engine::View;
use ambit_governance::undo::fact;
use ambit_model::{Budget, Change, Relation, RoleRef, SeatLimit};

async fn carry_out_relation(
    relation: Relation,
    command: Command,
    writing: Writing,
) -> Result<Written<Relation>> {
    let result = move |view: &View| match fact(view, &Change::RelationRemoved(relation.clone())) {
        Some(Change::RelationSet(relation)) => Some(relation),
        _ => None,
    };
    writing.carry_out(vec![command], result).await
}

/// `POST /v1/orgs/{org}/relations`
pub async fn relate(Path(_): Path<String>, write: Write<Relation>) -> Result<Written<Relation>> {
    let (relation, writing) = write.taken();
    carry_out_relation(relation.clone(), Command::PutRelation(relation), writing).await
}

/// `DELETE /v1/orgs/{org}/relations?resource=…&relation=…&subject=…`
pub async fn unrelate(Path(_): Path<String>, write: Write<(), Relation>) -> Result<Written<Relation>> {
    let (relation, writing) = write.asked();
    carry_out_relation(relation.clone(), Command::DeleteRelation(relation), writing).await
}

async fn carry_out_budget(key: BudgetKey, command: Command, writing: Writing) -> Result<Written<Budget>> {
    let result = move |view: &View| {
        let scope = view.node_ref(view.node(&key.scope)?);
        let same = |budget: &&Budget| {
            budget.subject == key.subject && budget.scope == scope && budget.currency == key.currency
        };
        view.budgets().find(same).cloned()
    };
    writing.carry_out(vec![command], result).await
}

/// `PUT /v1/orgs/{org}/budgets`
pub async fn put_budget(Path(_): Path<String>, write: Write<BudgetBody>) -> Result<Written<Budget>> {
    let (body, writing) = write.taken();
    let (subject, scope, currency) = (body.subject.clone(), body.scope.clone(), body.currency.clone());
    let key = BudgetKey { subject, scope, currency };
    carry_out_budget(key, Command::PutBudget(body), writing).await
}

/// `DELETE /v1/orgs/{org}/budgets?subject=…&scope=…&currency=…`
pub async fn delete_budget(Path(_): Path<String>, write: Write<(), BudgetKey>) -> Result<Written<Budget>> {
    let (key, writing) = write.asked();
    carry_out_budget(key.clone(), Command::DeleteBudget(key), writing).await
}

type Pool = Path<(String, String, String)>;

async fn carry_out_limit(pool: RoleRef, command: Command, writing: Writing) -> Result<Written<SeatLimit>> {
    let shown = pool.clone();
    let result = move |view: &View| {
        let limit = view.seat_limits().find(|(known, _)| **known == shown).map(|(_, limit)| limit)?;
        Some(SeatLimit { pool: shown.clone(), limit })
    };
    writing.of(Record::SeatLimit(pool)).carry_out(vec![command], result).await
}

/// `PUT /v1/orgs/{org}/seat-limits/{product}/{pool}`
pub async fn put_seat_limit(
    Path((_, product, pool)): Pool,
    write: Write<SeatLimitBody>,
) -> Result<Written<SeatLimit>> {
    let (body, writing) = write.taken();
    let pool = RoleRef { product, role: pool };
    carry_out_limit(pool.clone(), Command::PutSeatLimit { pool, body }, writing).await
}

/// `DELETE /v1/orgs/{org}/seat-limits/{product}/{pool}`
pub async fn delete_seat_limit(Path((_, product, pool)): Pool, write: Write) -> Result<Written<SeatLimit>> {
    let ((), writing) = write.taken();
    let pool = RoleRef { product, role: pool };
    carry_out_limit(pool.clone(), Command::DeleteSeatLimit { pool }, writing).await
}
