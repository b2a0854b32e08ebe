//! Approvals: a request to do one action once, who may decide on it, and its single use (design 3.7; separation of
//! duties as in `administration.md` C.3).
//!
//! A story. Carol's role places orders within her budget and asks for approval above it. An order of 900 is answered
//! `needs_approval`; she files a request, which must still be one that an approval would help. Bob, named as approver
//! on her assignment (or anyone who holds the approving permission at the resource, where the catalog says so),
//! approves; Carol herself never may. The approval then lets the very same action of Carol pass once: same permission,
//! resource, amount and currency, before it expires.
//!
//! All of it is pure: each function looks at a view and answers the record to write. The caller says who acts and
//! writes it at the log's serial order, so that two uses at once cannot both pass.

use ambit_catalog::catalog::Approver;
use ambit_engine::question::Target;
use ambit_engine::{EntityRef, PermissionIx, Question, SubjectIx, View};
use ambit_model::{
    Amount, Approval, ApprovalState, Outcome, Properties, Reason, ResourceRef, SubjectKind, SubjectRef,
    Timestamp,
};
use jiff::SignedDuration;
use serde_json::json;

/// How long a request and its approval are good for when the requester does not say.
const DEFAULT_HOURS: i64 = 7 * 24;
/// The longest that a requester may ask for.
const LONGEST_HOURS: i64 = 31 * 24;

/// Why something cannot be done with an approval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// There is none of that id.
    #[error("there is no such approval")]
    Unknown,
    /// The action may be done without one.
    #[error("this needs no approval")]
    NotNeeded,
    /// An approval would not help: the action is denied.
    #[error("this cannot be requested: {0}")]
    NotRequestable(String),
    /// The amount is there, but not as decimal text with a currency.
    #[error("`amount` must be decimal text such as \"120.50\", with a `currency`")]
    Amount,
    /// The instant is in the past or too far ahead.
    #[error("an approval may be asked for at most {LONGEST_HOURS} hours ahead")]
    Until,
    /// Nobody decides on their own request.
    #[error("`{0}` asked for this and cannot decide on it")]
    OwnRequest(SubjectRef),
    /// The requester gave them a role after asking.
    #[error("`{0}` got a role from the requester after the request and cannot decide on it")]
    Barred(SubjectRef),
    /// The decision belongs to somebody else.
    #[error("`{0}` is not an approver of this request")]
    NotAnApprover(SubjectRef),
    /// It is decided, used up or withdrawn.
    #[error("the approval is {0} already")]
    State(&'static str),
    /// Its time is over.
    #[error("the approval has expired")]
    Expired,
    /// It was given for another subject, action, resource, amount or currency.
    #[error("the approval was given for something else")]
    OutOfScope,
    /// The rules of today deny the action, approval or not.
    #[error("this is denied by the rules of today: {0}")]
    Denied(String),
}

impl ApprovalRefusal {
    /// The stable code; where the access request profile has a word for it, that word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_task",
            Self::NotNeeded => "not_needed",
            Self::NotRequestable(_) => "not_requestable",
            Self::Amount => "invalid_amount",
            Self::Until => "invalid_until",
            Self::OwnRequest(_) => "own_request",
            Self::Barred(_) => "barred",
            Self::NotAnApprover(_) => "not_an_approver",
            Self::State(_) => "invalid_task_state",
            Self::Expired => "approval_expired",
            Self::OutOfScope => "out_of_scope",
            Self::Denied(_) => "policy_denied",
        }
    }
}

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// Yes, once.
    Approve,
    /// No.
    Deny,
}

/// A request for an action that needs approval, as it will be recorded.
///
/// # Errors
/// If the action needs no approval, or one would not help.
pub fn request(
    view: &View,
    question: &Question<'_>,
    id: String,
    until: Option<Timestamp>,
) -> Result<Approval, ApprovalRefusal> {
    let (amount, currency) = money(question.context)?;
    let target = view.resolve(question).map_err(|unresolved| not_requestable(unresolved.reason))?;
    let verdict = view.check_target(question, &target);
    match verdict.outcome {
        Outcome::Allow => return Err(ApprovalRefusal::NotNeeded),
        Outcome::Deny => return Err(not_requestable(verdict.reason)),
        Outcome::NeedsApproval => {}
    }
    let subject = view.subject_ref(target.subject);
    if subject.kind == SubjectKind::Group {
        return Err(ApprovalRefusal::NotRequestable("a group is nobody who could act".into()));
    }
    Ok(Approval {
        id,
        subject,
        permission: full_name(view, target.permission),
        resource: ResourceRef::new(&*view.registry().type_info(target.kind).name, question.resource.id),
        amount,
        currency,
        state: ApprovalState::Pending,
        decided_by: None,
        expires: expiry(question.time, until)?,
        barred: Vec::new(),
    })
}

/// A pending request, decided by somebody. `parent` is where a resource that is not registered stands.
///
/// # Errors
/// If it is not pending any more, or if they are not the one to decide.
pub fn decide(
    view: &View,
    id: &str,
    ruling: Ruling,
    by: &SubjectRef,
    parent: Option<&ResourceRef>,
    now: Timestamp,
) -> Result<Approval, ApprovalRefusal> {
    let approval = in_state(view, id, ApprovalState::Pending, now)?;
    if approval.subject == *by {
        return Err(ApprovalRefusal::OwnRequest(by.clone()));
    }
    if approval.barred.contains(by) {
        return Err(ApprovalRefusal::Barred(by.clone()));
    }
    if !may_decide(view, approval, by, parent, now) {
        return Err(ApprovalRefusal::NotAnApprover(by.clone()));
    }
    let state = match ruling {
        Ruling::Approve => ApprovalState::Approved,
        Ruling::Deny => ApprovalState::Denied,
    };
    Ok(Approval { state, decided_by: Some(by.clone()), ..approval.clone() })
}

/// The approval used up by the action that a question describes; none if that action needs no approval by now.
///
/// # Errors
/// If the approval is not in force, was given for something else, or does not help any more.
pub fn use_once(view: &View, id: &str, question: &Question<'_>) -> Result<Option<Approval>, ApprovalRefusal> {
    let approval = in_state(view, id, ApprovalState::Approved, question.time)?;
    let mut context = question.context.cloned().unwrap_or_default();
    context.insert("approval".into(), json!({ "id": id }));
    money(Some(&context)).map_err(|_| ApprovalRefusal::OutOfScope)?;
    let verdict = view.check(&Question { context: Some(&context), ..*question });
    match (verdict.outcome, verdict.reason) {
        (Outcome::Allow, Reason::Approved) => {
            Ok(Some(Approval { state: ApprovalState::Used, ..approval.clone() }))
        }
        (Outcome::Allow, _) => Ok(None),
        (Outcome::NeedsApproval, _) => Err(ApprovalRefusal::OutOfScope),
        (Outcome::Deny, reason) => Err(ApprovalRefusal::Denied(reason.code().into())),
    }
}

/// The approval withdrawn, pending or approved.
///
/// # Errors
/// If it is neither.
pub fn cancel(view: &View, id: &str, now: Timestamp) -> Result<Approval, ApprovalRefusal> {
    let approval = view.approval(id).ok_or(ApprovalRefusal::Unknown)?;
    if approval.state != ApprovalState::Approved {
        in_state(view, id, ApprovalState::Pending, now)?;
    }
    Ok(Approval { state: ApprovalState::Cancelled, ..approval.clone() })
}

fn in_state<'a>(
    view: &'a View,
    id: &str,
    wanted: ApprovalState,
    now: Timestamp,
) -> Result<&'a Approval, ApprovalRefusal> {
    let approval = view.approval(id).ok_or(ApprovalRefusal::Unknown)?;
    if approval.state != wanted {
        return Err(ApprovalRefusal::State(state_name(approval.state)));
    }
    if approval.expires <= now {
        return Err(ApprovalRefusal::Expired);
    }
    Ok(approval)
}

/// The stable word of a state.
#[must_use]
pub fn state_name(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Pending => "pending",
        ApprovalState::Approved => "approved",
        ApprovalState::Denied => "denied",
        ApprovalState::Used => "used",
        ApprovalState::Cancelled => "cancelled",
    }
}

/// Whether somebody is the one to decide: named on the assignment, where the permission wants that, and a holder of the
/// approving permission at the resource, where there is one.
#[must_use]
pub fn may_decide(
    view: &View,
    approval: &Approval,
    by: &SubjectRef,
    parent: Option<&ResourceRef>,
    now: Timestamp,
) -> bool {
    let Some(decider) = view.subject(by).filter(|subject| is_active_person(view, *subject)) else {
        return false;
    };
    let context = money_facts(approval);
    let facts =
        parent.map(|parent| Properties::from_iter([("parent".to_owned(), json!(parent.to_string()))]));
    let question = Question {
        subject: EntityRef::new(approval.subject.kind.as_str(), &approval.subject.id),
        permission: &approval.permission,
        action: None,
        resource: EntityRef {
            kind: &approval.resource.kind,
            id: &approval.resource.id,
            properties: facts.as_ref(),
        },
        context: Some(&context),
        time: now,
    };
    let Ok(target) = view.resolve(&question) else { return false };
    let declared = view.registry().catalog(target.permission.product).permission_at(target.permission.id);
    let holds = declared.approved_by.map(|permission| {
        let permission = PermissionIx { id: permission, ..target.permission };
        let asked = Target { subject: decider, permission, ..target };
        view.check_target(&question, &asked).outcome == Outcome::Allow
    });
    match declared.approver {
        Approver::Holders => holds == Some(true),
        Approver::Assigned => holds != Some(false) && is_named(view, &question, &target, decider),
    }
}

fn is_named(view: &View, question: &Question<'_>, target: &Target, decider: SubjectIx) -> bool {
    let verdict = view.check_target(question, target);
    let named = view.approvers(question, target, &verdict);
    let named: Vec<SubjectIx> = named.iter().filter_map(|name| view.subject(name)).collect();
    named.contains(&decider) || view.all_groups(decider).iter().any(|group| named.contains(group))
}

/// People decide: a program or a group never counts as another person (`administration.md` C.3).
fn is_active_person(view: &View, subject: SubjectIx) -> bool {
    let is_user = view.subject_ref(subject).kind == SubjectKind::User;
    is_user && view.user(subject).is_some_and(|user| user.status == ambit_model::Status::Active)
}

fn not_requestable(reason: Reason) -> ApprovalRefusal {
    ApprovalRefusal::NotRequestable(reason.code().into())
}

fn full_name(view: &View, permission: PermissionIx) -> String {
    view.registry().catalog(permission.product).permission_full(permission.id)
}

/// INVARIANT: what is not decimal text never counts as "no amount", or an approval without one would cover any.
fn money(context: Option<&Properties>) -> Result<(Option<Amount>, Option<String>), ApprovalRefusal> {
    let fact = |name: &str| context.and_then(|context| context.get(name));
    let text = |name: &str| match fact(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(ApprovalRefusal::Amount),
    };
    let amount = text("amount")?.map(str::parse).transpose().map_err(|_| ApprovalRefusal::Amount)?;
    Ok((amount, text("currency")?.map(str::to_owned)))
}

fn money_facts(approval: &Approval) -> Properties {
    let amount = approval.amount.map(|amount| ("amount".to_owned(), json!(amount.to_string())));
    let currency = approval.currency.as_ref().map(|currency| ("currency".to_owned(), json!(currency)));
    amount.into_iter().chain(currency).collect()
}

fn expiry(now: Timestamp, until: Option<Timestamp>) -> Result<Timestamp, ApprovalRefusal> {
    let ahead = |hours| now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    match until {
        None => Ok(ahead(DEFAULT_HOURS)),
        Some(until) if until > now && until <= ahead(LONGEST_HOURS) => Ok(until),
        Some(_) => Err(ApprovalRefusal::Until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Leniency, Proposal, decide as decide_write};
    use ambit_model::{Actor, Change};

    const CATALOG: &str = "
product: shop
title: Shop
version: 1
resource_types:
  order: { title: Order, parents: [instance] }
permissions:
  orders.approve: { title: Approve orders, on: order }
  orders.place: { title: Place order, on: order, approved_by: orders.approve, approver: assigned }
  orders.refund: { title: Refund, on: order, approved_by: orders.approve }
roles:
  buyer:
    title: Buyer
    needs_approver: true
    grants:
      - orders.place: { within_budget: true, otherwise: needs_approval }
      - orders.refund: { needs_approval: true }
  approver:
    title: Approver
    grants: [orders.approve]
";
    const WORLD: &str = "
organization: acme
products: [shop]
resources:
  - { id: 'instance:eu', parent: 'product:shop' }
  - { id: 'instance:us', parent: 'product:shop' }
users: [ { id: carol }, { id: bob }, { id: dan }, { id: una }, { id: gone, status: suspended } ]
assignments:
  - { subject: 'user:carol', role: shop/buyer, scope: 'instance:eu', approver: 'user:bob' }
  - { subject: 'user:bob', role: shop/approver, scope: 'instance:eu' }
  - { subject: 'user:bob', role: shop/buyer, scope: 'instance:eu', approver: 'user:dan' }
  - { subject: 'user:dan', role: shop/approver, scope: 'instance:eu' }
  - { subject: 'user:gone', role: shop/approver, scope: 'instance:eu' }
  - { subject: 'user:una', role: shop/approver, scope: 'instance:us' }
budgets:
  - { subject: 'user:carol', scope: 'instance:eu', amount: '500.00', currency: EUR }
";

    fn now() -> Timestamp {
        "2026-05-05T12:00:00Z".parse().unwrap()
    }

    fn world() -> View {
        let file = ambit_catalog::organization::parse_organization("world", WORLD).unwrap();
        let empty = View::default();
        let catalogs = |product: &str| (product == "shop").then(|| CATALOG.to_owned());
        let proposals = crate::file::proposals(&empty, &file, &["shop"], &catalogs, "world", WORLD).unwrap();
        decide_write(&empty, proposals, &Actor::OPERATOR, now(), Leniency::default()).unwrap().next
    }

    fn with(view: &View, approval: Approval) -> View {
        let proposals = vec![Proposal::from(Change::ApprovalSet(approval))];
        decide_write(view, proposals, &Actor::OPERATOR, now(), Leniency::default()).unwrap().next
    }

    /// Asks as somebody about order 7 under `instance:eu`.
    fn ask<T>(who: &str, permission: &str, amount: Option<&str>, then: impl Fn(&Question<'_>) -> T) -> T {
        let facts = Properties::from_iter([("parent".to_owned(), json!("instance:eu"))]);
        let mut context = Properties::new();
        if let Some(amount) = amount {
            context.insert("amount".into(), json!(amount));
            context.insert("currency".into(), json!("EUR"));
        }
        then(&Question {
            subject: EntityRef::new("user", who),
            permission,
            action: None,
            resource: EntityRef { kind: "order", id: "7", properties: Some(&facts) },
            context: Some(&context),
            time: now(),
        })
    }

    fn filed(view: &View, permission: &str, amount: Option<&str>) -> View {
        let approval =
            ask("carol", permission, amount, |question| request(view, question, "a1".into(), None));
        with(view, approval.unwrap())
    }

    fn ruled(view: &View, by: &str) -> Result<Approval, ApprovalRefusal> {
        let parent: ResourceRef = "instance:eu".parse().unwrap();
        decide(view, "a1", Ruling::Approve, &SubjectRef::user(by), Some(&parent), now())
    }

    #[test]
    fn only_what_needs_approval_can_be_requested() {
        let view = world();
        let requested = |who, amount| {
            ask(who, "orders.place", Some(amount), |question| request(&view, question, "x".into(), None))
        };
        assert_eq!(requested("carol", "499.99"), Err(ApprovalRefusal::NotNeeded));
        assert_eq!(requested("carol", "500.01").unwrap().permission, "shop/orders.place");
        assert_eq!(requested("una", "1").unwrap_err().code(), "not_requestable");
        assert_eq!(requested("carol", "many").unwrap_err(), ApprovalRefusal::Amount);
        let later = Some("2027-01-01T00:00:00Z".parse().unwrap());
        let refused =
            ask("carol", "orders.place", Some("900"), |question| request(&view, question, "x".into(), later));
        assert_eq!(refused, Err(ApprovalRefusal::Until));
    }

    #[test]
    fn the_named_approver_decides_and_nobody_else() {
        let view = filed(&world(), "orders.place", Some("900"));
        assert_eq!(ruled(&view, "carol").unwrap_err().code(), "own_request");
        for other in ["dan", "una", "gone", "nobody"] {
            assert_eq!(ruled(&view, other).unwrap_err().code(), "not_an_approver", "{other}");
        }
        let approved = ruled(&view, "bob").unwrap();
        assert_eq!(
            (approved.state, approved.decided_by),
            (ApprovalState::Approved, Some(SubjectRef::user("bob")))
        );
    }

    #[test]
    fn where_holders_approve_any_holder_at_the_resource_does() {
        let view = filed(&world(), "orders.refund", None);
        assert!(ruled(&view, "bob").is_ok() && ruled(&view, "dan").is_ok());
        for other in ["una", "gone", "carol"] {
            assert!(ruled(&view, other).is_err(), "{other}");
        }
        let own = Approval { subject: SubjectRef::user("bob"), ..view.approval("a1").unwrap().clone() };
        assert_eq!(ruled(&with(&view, own), "bob").unwrap_err().code(), "own_request");
    }

    #[test]
    fn an_approval_lets_the_very_same_action_pass_once() {
        let view = filed(&world(), "orders.place", Some("900"));
        let used = |view: &View, who: &str, amount: &str| {
            ask(who, "orders.place", Some(amount), |question| use_once(view, "a1", question))
        };
        assert_eq!(used(&view, "carol", "900").unwrap_err().code(), "invalid_task_state");
        let view = with(&view, ruled(&view, "bob").unwrap());
        assert_eq!(used(&view, "carol", "901").unwrap_err().code(), "out_of_scope");
        assert_eq!(used(&view, "bob", "900").unwrap_err().code(), "out_of_scope");
        assert_eq!(used(&view, "carol", "100").unwrap(), None);
        let spent = used(&view, "carol", "900.00").unwrap().unwrap();
        let view = with(&view, spent);
        assert_eq!(used(&view, "carol", "900").unwrap_err().code(), "invalid_task_state");
        assert_eq!(cancel(&view, "a1", now()).unwrap_err().code(), "invalid_task_state");
    }

    #[test]
    fn an_amount_that_is_not_text_is_never_covered() {
        let view = filed(&world(), "orders.refund", None);
        let view = with(&view, ruled(&view, "dan").unwrap());
        let refused = ask("carol", "orders.refund", None, |question| {
            let context = Properties::from_iter([("amount".to_owned(), json!(99_999))]);
            use_once(&view, "a1", &Question { context: Some(&context), ..*question })
        });
        assert_eq!(refused, Err(ApprovalRefusal::OutOfScope));
    }

    #[test]
    fn what_has_expired_is_worth_nothing() {
        let view = filed(&world(), "orders.place", Some("900"));
        let late = "2026-06-01T00:00:00Z".parse().unwrap();
        let by = SubjectRef::user("bob");
        assert_eq!(decide(&view, "a1", Ruling::Approve, &by, None, late), Err(ApprovalRefusal::Expired));
        assert_eq!(cancel(&view, "a1", now()).unwrap().state, ApprovalState::Cancelled);
        assert_eq!(cancel(&view, "zz", now()), Err(ApprovalRefusal::Unknown));
    }
}
