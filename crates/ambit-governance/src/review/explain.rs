//! *Explain(subject, permission, resource)*: the decision with its reasons, for somebody who sees only a part of the
//! organization: roles that are held elsewhere are left out, and facts about resources that are only seen by name.

use crate::sight::{NodeSight, Sight};
use ambit_engine::holdings::Holding;
use ambit_engine::question::Target;
use ambit_engine::{AnswerOptions, Explaining, NodeIx, Question, RoleIx, Verdict};
use ambit_model::Decision;

/// A decision as it is explained to somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The decision with its explanation.
    pub decision: Decision,
    /// Whether what decides is held where they do not see it.
    pub hidden: bool,
}

/// Whether somebody sees that a subject holds this: where they see who holds what, about themselves, and what everybody
/// has without an assignment.
#[must_use]
pub fn sees(sight: &Sight<'_>, target: &Target, holding: &Holding) -> bool {
    holding.held.is_none() || sight.is_me(target.subject) || sight.people_at(holding.scope)
}

/// Decides a question, and explains the decision as far as it is seen.
#[must_use]
pub fn explained(sight: &Sight<'_>, question: &Question<'_>, target: &Target) -> Explained {
    let view = sight.view();
    let verdict = view.check_target(question, target);
    let explaining = Explaining {
        asker: Some(sight.who()),
        sees: &|holding: &Holding| sees(sight, target, holding),
        shows: &|node: NodeIx| sight.node(node) >= NodeSight::Place,
        offers: &|role: RoleIx, node: NodeIx| sight.role(role) && sight.node(node) > NodeSight::Hidden,
    };
    let explanation = view.explain(question, target, &verdict, &explaining);
    let mut explained = told(sight, question);
    explained.decision.context.explanation = Some(Box::new(explanation));
    explained
}

/// Decides a question, and tells the decision in words as far as these are for somebody to hear: they name the role that
/// decides, and where it is held.
#[must_use]
pub fn told(sight: &Sight<'_>, question: &Question<'_>) -> Explained {
    let view = sight.view();
    let mut decision = view.answer(question, AnswerOptions::default());
    if let Some(request) = &mut decision.context.access_request {
        request.approvers.retain(|name| view.subject(name).is_some_and(|approver| sight.subject(approver)));
    }
    let target = view.resolve(question).ok();
    let hidden =
        target.is_some_and(|target| is_hidden(sight, &target, &view.check_target(question, &target)));
    if let Some(target) = target.filter(|_| hidden) {
        let title = view.permission_title(target.permission);
        decision.context.message =
            format!("decided by a role that is held where you do not see who holds what: {title}");
    }
    Explained { decision, hidden }
}

fn is_hidden(sight: &Sight<'_>, target: &Target, verdict: &Verdict) -> bool {
    let baseline = |role: RoleIx| sight.view().roles().row(role).baseline;
    verdict
        .via
        .is_some_and(|via| !baseline(via.role) && !sight.is_me(target.subject) && !sight.people_at(via.scope))
}
