//! Whether an amount is within what is left of a budget (design 3.5, `within_budget`). Compared exactly, as decimals.
//!
//! The budgets that count are those of the subject and of its active groups, at the resource or above, in the currency
//! of the order: all of them must have room. Where there is none, the caller may keep the budget itself and send
//! `budget_remaining`; where there is neither, nothing is within.

use crate::question::Question;
use crate::view::{NodeIx, SubjectIx, View};
use ambit_model::{Amount, Budget, Properties};

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BudgetCheck {
    /// There is room.
    Within,
    /// There is less left than is asked for.
    Over {
        /// What is asked for.
        amount: Amount,
        /// What is left.
        remaining: Amount,
    },
    /// It cannot be told, and so counts as over.
    Unknown(&'static str),
}

impl View {
    /// Compares the context's amount with the budgets of these subjects.
    pub(crate) fn check_budget(
        &self,
        question: &Question<'_>,
        head: NodeIx,
        subjects: &[SubjectIx],
    ) -> BudgetCheck {
        let context = question.context;
        let Some(amount) = decimal(context, "amount") else {
            return BudgetCheck::Unknown("the context has no `amount` as a decimal string");
        };
        let currency = context.and_then(|context| context.get("currency")).and_then(|value| value.as_str());
        let budgets: Vec<&Budget> = self.budgets_over(head, subjects).collect();
        if budgets.is_empty() {
            return match decimal(context, "budget_remaining") {
                Some(remaining) => compare(amount, remaining),
                None => BudgetCheck::Unknown("no budget is set, and the context has no `budget_remaining`"),
            };
        }
        let Some(currency) = currency else {
            return BudgetCheck::Unknown("the context has no `currency`");
        };
        let remaining = |budget: &&&Budget| left(budget, question.time);
        let in_currency = budgets.iter().filter(|budget| budget.currency == currency);
        match in_currency.min_by_key(remaining) {
            Some(tightest) => compare(amount, left(tightest, question.time)),
            None => BudgetCheck::Unknown("no budget is set in this currency"),
        }
    }

    fn budgets_over<'a>(
        &'a self,
        head: NodeIx,
        subjects: &'a [SubjectIx],
    ) -> impl Iterator<Item = &'a Budget> {
        subjects
            .iter()
            .flat_map(|subject| {
                let range = (subject.0, 0, String::new())..(subject.0.saturating_add(1), 0, String::new());
                self.budgets.range(range)
            })
            .filter(move |((_, scope, _), _)| self.covers(NodeIx(*scope), head))
            .map(|(_, budget)| budget.as_ref())
    }
}

/// What is left of the running period.
fn left(budget: &Budget, now: ambit_model::Timestamp) -> Amount {
    let counts = budget.spent_at.is_none_or(|spent_at| budget.period.same(spent_at, now));
    if counts { budget.amount.minus(budget.spent) } else { budget.amount }
}

fn compare(amount: Amount, remaining: Amount) -> BudgetCheck {
    if amount <= remaining { BudgetCheck::Within } else { BudgetCheck::Over { amount, remaining } }
}

fn decimal(context: Option<&Properties>, name: &str) -> Option<Amount> {
    context?.get(name)?.as_str()?.parse().ok()
}
