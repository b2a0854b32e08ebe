//! The decision (design 3.2 to 3.7).
//!
//! Most questions are settled by [`View::quick`]: an assignment without details, at a scope that covers the resource,
//! of a role that plainly grants the permission. Everything else goes through [`View::candidates`], which visits every
//! grant that could matter and says of each what it gives and why; the best of them is the decision.

use crate::budget::BudgetCheck;
use crate::facts::Facts;
use crate::holdings::{Holding, Holdings, Refinement};
use crate::question::{Question, Target};
use crate::registry::{PermissionIx, ProductIx};
use crate::roles::RoleIx;
use crate::view::{NodeIx, SubjectIx, View};
use ambit_catalog::catalog::Terms;
use ambit_catalog::grants::EffectiveGrant;
use ambit_model::{ApprovalState, KeyKind, Outcome, Reason};
use smallvec::SmallVec;

/// The decision without its words: cheap to make and to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Allow, deny or needs approval.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// The permission that was meant, if that is clear.
    pub permission: Option<PermissionIx>,
    /// Restrictions that come with an allow: a bit for each limit of the catalog.
    pub limits: u64,
    /// The assignment that gave it, or that came nearest.
    pub via: Option<Via>,
}

/// An assignment by its numbers: who holds which role where. Baselines are held by the subject at the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via {
    /// The subject itself, or a group that contains it.
    pub holder: SubjectIx,
    /// The role.
    pub role: RoleIx,
    /// The scope.
    pub scope: NodeIx,
}

impl Verdict {
    fn deny(reason: Reason, permission: Option<PermissionIx>) -> Self {
        Self { outcome: Outcome::Deny, reason, permission, limits: 0, via: None }
    }
}

/// A grant that could matter, and what it gives.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Whose role it is.
    pub holding: Holding,
    /// The grant; none when the role has none for the permission.
    pub grant: Option<&'a EffectiveGrant>,
    /// What it gives.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// What a person wants to know beyond the reason, when an explanation is made.
    pub detail: Option<String>,
}

enum Quick {
    Verdict(Verdict),
    /// Terms, baselines or refinements have to be looked at.
    Undecided,
}

impl View {
    /// Decides a question.
    #[must_use]
    pub fn check(&self, question: &Question<'_>) -> Verdict {
        match self.resolve(question) {
            Ok(target) => self.check_target(question, &target),
            Err(unresolved) => Verdict::deny(unresolved.reason, unresolved.permission),
        }
    }

    /// Decides a question whose names are known.
    #[must_use]
    pub fn check_target(&self, question: &Question<'_>, target: &Target) -> Verdict {
        if let Some(reason) = self.barred(question, target) {
            return Verdict::deny(reason, Some(target.permission));
        }
        match self.quick(target) {
            Quick::Verdict(verdict) => verdict,
            Quick::Undecided => self.thorough(question, target),
        }
    }

    /// Why a subject may do nothing at all: inactive, or a key that is not used as it may be (design 3.2, 3.9).
    pub(crate) fn barred(&self, question: &Question<'_>, target: &Target) -> Option<Reason> {
        let row = self.subjects.get(target.subject.0)?;
        let Some(key) = self.api_key_of(target.subject, row.head.kind) else {
            return (!row.head.active).then_some(Reason::SubjectInactive);
        };
        if key.revoked {
            return Some(Reason::KeyRevoked);
        }
        if key.expires.is_some_and(|expires| expires <= question.time) {
            return Some(Reason::KeyExpired);
        }
        let origin =
            question.context.and_then(|context| context.get("origin")).and_then(|origin| origin.as_str());
        let allowed = |origin: &str| key.origins.iter().any(|listed| same_origin(listed, origin));
        (key.kind == KeyKind::Public && !origin.is_some_and(allowed)).then_some(Reason::OriginNotAllowed)
    }

    fn api_key_of(&self, subject: SubjectIx, kind: u8) -> Option<&ambit_model::ApiKey> {
        const API_KEY: u8 = 2;
        if kind == API_KEY { self.api_key(subject) } else { None }
    }

    /// One pass over what the subject and its groups hold; answers when nothing with terms is in the way.
    fn quick(&self, target: &Target) -> Quick {
        let product = self.registry.product(target.permission.product);
        if product.refines && self.refining_above(target).is_some() {
            return Quick::Undecided;
        }
        let (Some(mut row), Some(head)) =
            (self.subjects.get(target.subject.0), self.nodes.get(target.head.0))
        else {
            return Quick::Undecided;
        };
        if row.head.kind == 2 {
            return Quick::Undecided;
        }
        let mut nearest = Reason::NoRole;
        let mut undecided = row.head.kind == 0 && product.baselines;
        let mut groups: SmallVec<[u32; 16]> = SmallVec::new();
        let mut holder = target.subject.0;
        let mut next = 0;
        loop {
            if row.head.active {
                for held in row.a {
                    let covers = held.scope == target.head || head.a.contains(&held.scope.0);
                    let standing = self.roles.standing(held.role, target.permission);
                    if covers && standing.plainly && !held.detailed() {
                        return Quick::Verdict(granted(target.permission, SubjectIx(holder), held));
                    }
                    undecided |= standing.at_all && (held.detailed() || !standing.plainly);
                    let reason = match (standing.at_all, covers) {
                        (true, false) => Reason::NotReached,
                        (false, true) if standing.same_product => Reason::PermissionNotGranted,
                        _ => Reason::NoRole,
                    };
                    nearest = nearest.max(reason);
                }
                for group in row.b {
                    if !groups.contains(group) {
                        groups.push(*group);
                    }
                }
            } else {
                undecided = true;
            }
            let Some(group) = groups.get(next) else { break };
            holder = *group;
            let Some(of_group) = self.subjects.get(holder) else { break };
            row = of_group;
            next += 1;
        }
        if undecided {
            return Quick::Undecided;
        }
        Quick::Verdict(Verdict::deny(nearest, Some(target.permission)))
    }

    fn thorough(&self, question: &Question<'_>, target: &Target) -> Verdict {
        let mut best = Verdict::deny(Reason::NoRole, Some(target.permission));
        self.candidates(question, target, false, &mut |candidate| {
            let limit = candidate.grant.and_then(|grant| grant.terms.limit);
            let limits = match candidate.outcome {
                Outcome::Deny => 0,
                _ => limit.map_or(0, |limit| 1 << limit),
            };
            let found = Verdict {
                outcome: candidate.outcome,
                reason: candidate.reason,
                permission: Some(target.permission),
                limits,
                via: Some(candidate.holding.via()),
            };
            best = better(best, found);
        });
        if best.outcome == Outcome::NeedsApproval && self.has_approval(question, target) {
            best = Verdict { outcome: Outcome::Allow, reason: Reason::Approved, ..best };
        }
        best
    }

    /// Visits every grant that could matter. `explain` asks for details in words.
    pub(crate) fn candidates<'a>(
        &'a self,
        question: &Question<'_>,
        target: &Target,
        explain: bool,
        visit: &mut dyn FnMut(Candidate<'a>),
    ) {
        let holdings = Holdings::of(self, question, target);
        let refinement = holdings.refinement(target);
        for holding in holdings.iter() {
            let row = self.roles.row(holding.role);
            if row.product != target.permission.product {
                continue;
            }
            let grants = row.grants_of(target.permission.id);
            if grants.is_empty() {
                let reached = holding.inactive.is_none() && self.covers(holding.scope, target.head);
                let reason = if reached { Reason::PermissionNotGranted } else { Reason::NoRole };
                visit(Candidate {
                    holding: *holding,
                    grant: None,
                    outcome: Outcome::Deny,
                    reason,
                    detail: None,
                });
            }
            for grant in grants {
                let verdict =
                    self.grant_verdict(question, target, &holdings, holding, grant, &refinement, explain);
                visit(verdict);
            }
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one private call; a struct for it would only rename its parts"
    )]
    fn grant_verdict<'a>(
        &'a self,
        question: &Question<'_>,
        target: &Target,
        holdings: &Holdings<'a>,
        holding: &Holding,
        grant: &'a EffectiveGrant,
        refinement: &Refinement,
        explain: bool,
    ) -> Candidate<'a> {
        let candidate = |outcome, reason, detail| Candidate {
            holding: *holding,
            grant: Some(grant),
            outcome,
            reason,
            detail,
        };
        let denied = |reason| candidate(Outcome::Deny, reason, None);
        if !self.reaches(holding.scope, &grant.terms, target.head) {
            return denied(Reason::NotReached);
        }
        if let Some(inactive) = holding.inactive {
            let detail = if explain { holdings.inactive_detail(holding) } else { None };
            return candidate(Outcome::Deny, inactive, detail);
        }
        if refinement.replaces(self, holding) {
            return denied(Reason::RefinedAway);
        }
        let (condition, detail) = self.condition(question, target, holdings, holding, &grant.terms, explain);
        match condition {
            Ok(()) if grant.terms.needs_approval => {
                candidate(Outcome::NeedsApproval, Reason::ApprovalRequired, detail)
            }
            Ok(()) => candidate(Outcome::Allow, Reason::Granted, detail),
            Err(reason) if grant.terms.otherwise_approval => {
                let reason = if reason == Reason::OverBudget { reason } else { Reason::ApprovalRequired };
                candidate(Outcome::NeedsApproval, reason, detail)
            }
            Err(reason) => candidate(Outcome::Deny, reason, detail),
        }
    }

    /// Whether a grant held at a scope applies to a resource (design 3.4). A scope that is itself above every node of the
    /// type that the grant reaches up to keeps its own reach: held higher, a role never gives less.
    fn reaches(&self, scope: NodeIx, terms: &Terms, head: NodeIx) -> bool {
        self.applies_from(scope, terms).is_some_and(|from| self.covers(from, head))
    }

    pub(crate) fn nearest_of_type(&self, scope: NodeIx, kind: &str) -> Option<NodeIx> {
        let kind = self.registry.type_named(kind)?;
        self.chain(scope).find(|node| self.node_head(*node).kind == kind)
    }

    /// Further roles, relations, CEL and budget of a grant: all must hold.
    fn condition(
        &self,
        question: &Question<'_>,
        target: &Target,
        holdings: &Holdings<'_>,
        holding: &Holding,
        terms: &Terms,
        explain: bool,
    ) -> (Result<(), Reason>, Option<String>) {
        let missing = |required: &&String| !holdings.in_force_over(required, target.head);
        if let Some(required) = terms.requires.iter().find(missing) {
            let detail = explain.then(|| format!("also needs the role `{required}` here"));
            return (Err(Reason::RoleInactive), detail);
        }
        if !terms.related.is_empty()
            && !self.is_related(&terms.related, holdings.active_subjects(), target.head)
        {
            let detail =
                explain.then(|| format!("needs one of these relations: {}", terms.related.join(", ")));
            return (Err(Reason::ConditionFalse), detail);
        }
        if let Some(condition) = &terms.when {
            let parameters = holdings.parameters(holding);
            match (Facts { view: self, question, target, parameters }).evaluate(condition) {
                Ok(true) => {}
                Ok(false) => {
                    return (Err(Reason::ConditionFalse), explain.then(|| condition.source().to_owned()));
                }
                Err(error) => {
                    let detail = explain.then(|| format!("{}: {error}", condition.source()));
                    return (Err(Reason::ConditionError), detail);
                }
            }
        }
        if terms.within_budget {
            return match self.check_budget(question, target.head, holdings.active_subjects()) {
                BudgetCheck::Within => (Ok(()), None),
                BudgetCheck::Over { amount, remaining } => (
                    Err(Reason::OverBudget),
                    explain.then(|| format!("{amount} asked for, {remaining} left")),
                ),
                BudgetCheck::Unknown(why) => (Err(Reason::OverBudget), explain.then(|| why.to_owned())),
            };
        }
        (Ok(()), None)
    }

    fn is_related(&self, relations: &[String], subjects: &[SubjectIx], head: NodeIx) -> bool {
        self.chain(head).any(|node| {
            relations
                .iter()
                .any(|relation| subjects.iter().any(|subject| self.has_relation(node, relation, *subject)))
        })
    }

    /// Whether the context names an approval that lets exactly this pass once (design 3.7).
    fn has_approval(&self, question: &Question<'_>, target: &Target) -> bool {
        let Some(context) = question.context else { return false };
        let sent = |name: &str| context.get(name);
        let id = context.get("approval").and_then(|approval| approval.get("id")).and_then(|id| id.as_str());
        let Some(approval) = id.and_then(|id| self.approval(id)) else { return false };
        let permission =
            self.registry.catalog(target.permission.product).permission_full(target.permission.id);
        let kind = &self.registry.type_info(target.kind).name;
        approval.state == ApprovalState::Approved
            && approval.expires > question.time
            && self.subject(&approval.subject) == Some(target.subject)
            && approval.permission == permission
            && approval.resource.kind == *kind
            && approval.resource.id == question.resource.id
            && same_fact(sent("amount"), approval.amount, |text| text.parse().ok())
            && same_fact(sent("currency"), approval.currency.as_deref(), Some)
    }

    /// The nearest node at or above the resource whose type refines for the permission's product.
    pub(crate) fn refining_above(&self, target: &Target) -> Option<NodeIx> {
        self.chain(target.head).find(|node| self.refines(*node, target.permission.product))
    }

    /// Whether assignments at a node replace those from above for a product.
    #[must_use]
    pub fn refines(&self, node: NodeIx, product: ProductIx) -> bool {
        let info = self.registry.type_info(self.node_head(node).kind);
        info.refines && info.product == Some(product)
    }
}

/// Whether a fact that was sent is the one that was approved, or both are absent. What cannot be read is never the same.
fn same_fact<'a, T: PartialEq>(
    sent: Option<&'a serde_json::Value>,
    approved: Option<T>,
    read: impl Fn(&'a str) -> Option<T>,
) -> bool {
    match (sent, approved) {
        (None, None) => true,
        (Some(sent), Some(approved)) => sent.as_str().and_then(read) == Some(approved),
        _ => false,
    }
}

fn granted(permission: PermissionIx, holder: SubjectIx, held: &crate::view::Held) -> Verdict {
    Verdict {
        outcome: Outcome::Allow,
        reason: Reason::Granted,
        permission: Some(permission),
        limits: 0,
        via: Some(Via { holder, role: held.role, scope: held.scope }),
    }
}

/// Roles add up: the better outcome wins, then the nearer reason. Of several that give the same, a restriction stays
/// only if all of them carry it.
fn better(one: Verdict, other: Verdict) -> Verdict {
    if one.via.is_none() {
        return other;
    }
    let nearer =
        other.reason > one.reason || (other.reason == one.reason && one.limits != 0 && other.limits == 0);
    let kept = match other.outcome.cmp(&one.outcome) {
        std::cmp::Ordering::Greater => return other,
        std::cmp::Ordering::Less => return one,
        std::cmp::Ordering::Equal if nearer => other,
        std::cmp::Ordering::Equal => one,
    };
    Verdict { limits: one.limits & other.limits, ..kept }
}

/// Origins are compared without regard to case, a trailing slash, and the default port of the scheme (RFC 6454).
fn same_origin(listed: &str, sent: &str) -> bool {
    fn normal(origin: &str) -> String {
        let origin = origin.trim_end_matches('/').to_ascii_lowercase();
        let default_port = if origin.starts_with("https://") { ":443" } else { ":80" };
        origin.strip_suffix(default_port).unwrap_or(&origin).to_owned()
    }
    normal(listed) == normal(sent)
}
