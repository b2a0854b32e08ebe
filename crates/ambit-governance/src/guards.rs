//! What holds over the state as it would become, whoever acts and by whichever path: seats, exclusions, keys in browsers,
//! vendor-only roles (design 3.11). Compared with the state before, so that an old violation is not blamed on a new step.

use crate::refusal::{Code, Refusal, Warning};
use ambit_catalog::position::Mark;
use ambit_engine::holdings::Holdings;
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, View};
use ambit_model::{Actor, Change, KeyKind, RoleRef, Status, SubjectRef, Timestamp};
use std::collections::BTreeSet;

/// What a reader of a hypothetical organization forgives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Vendor-only roles are taken over with a warning: nobody gets anything by a question about a file.
    pub vendor_only: bool,
}

/// A role held at a scope, directly, through groups, or as a baseline.
pub type Pair = (RoleIx, NodeIx);

/// A step from one state to the next, and whom it affects.
pub struct Step<'a> {
    /// The state before.
    pub before: &'a View,
    /// The state after.
    pub after: &'a View,
    /// What changes, and where it was written.
    pub changes: &'a [(Change, Mark)],
    /// When.
    pub now: Timestamp,
    /// The subjects whose roles may differ, with the change that concerns them.
    pub affected: Vec<(SubjectIx, Mark)>,
}

impl<'a> Step<'a> {
    /// Looks at a step.
    #[must_use]
    pub fn new(before: &'a View, after: &'a View, changes: &'a [(Change, Mark)], now: Timestamp) -> Self {
        let mut step = Self { before, after, changes, now, affected: Vec::new() };
        let mut seen = BTreeSet::new();
        let moves_roles = |change: &Change| !matches!(change, Change::UserSet(_) | Change::ApiKeySet(_));
        let (first, then): (Vec<_>, Vec<_>) = changes.iter().partition(|(change, _)| moves_roles(change));
        for (change, mark) in first.into_iter().chain(then) {
            for subject in step.concerned(change) {
                if seen.insert(subject) {
                    step.affected.push((subject, *mark));
                }
            }
        }
        step
    }

    /// Where a role was assigned by this step.
    fn mark_of_role(&self, role: &RoleRef) -> Option<Mark> {
        let assigns = |change: &Change| matches!(change, Change::AssignmentSet(set) if set.role == *role);
        self.changes.iter().find(|(change, _)| assigns(change)).map(|(_, mark)| *mark)
    }

    /// The subject that a change is about, and, if that is a group, all that it contains.
    fn concerned(&self, change: &Change) -> Vec<SubjectIx> {
        let subject = match change {
            Change::AssignmentSet(assignment) => Some(assignment.subject.clone()),
            Change::AssignmentRemoved { subject, .. } => Some(subject.clone()),
            Change::MemberAdded { member, .. } | Change::MemberRemoved { member, .. } => Some(member.clone()),
            Change::ApiKeySet(key) => Some(SubjectRef::api_key(&*key.id)),
            Change::UserSet(user) => Some(SubjectRef::user(&*user.id)),
            _ => None,
        };
        let subject = subject.and_then(|subject| self.after.subject(&subject));
        subject.map(|subject| with_members(self.after, subject)).unwrap_or_default()
    }

    /// Roles that a subject holds after the step and not before.
    #[must_use]
    pub fn gained(&self, subject: SubjectIx) -> BTreeSet<Pair> {
        let before = self.held_before(subject);
        held(self.after, subject, self.now).difference(&before).copied().collect()
    }

    /// Roles that a subject held before the step and not after. Numbers are the same in both states.
    #[must_use]
    pub fn lost(&self, subject: SubjectIx) -> BTreeSet<Pair> {
        let after = held(self.after, subject, self.now);
        self.held_before(subject).difference(&after).copied().collect()
    }

    fn held_before(&self, subject: SubjectIx) -> BTreeSet<Pair> {
        match self.before.subject(&self.after.subject_ref(subject)) {
            Some(subject) => held(self.before, subject, self.now),
            None => BTreeSet::new(),
        }
    }
}

fn with_members(view: &View, subject: SubjectIx) -> Vec<SubjectIx> {
    let mut all = vec![subject];
    let mut next = 0;
    while next < all.len() {
        for member in view.members(all[next]) {
            if !all.contains(&member) {
                all.push(member);
            }
        }
        next += 1;
    }
    all
}

/// All roles of a subject, whatever their activation (`administration.md` C.1, *Held*), in every product.
fn held(view: &View, subject: SubjectIx, now: Timestamp) -> BTreeSet<Pair> {
    let products: Vec<ProductIx> = view.registry().enabled().map(|(product, _)| product).collect();
    let pairs = products.into_iter().flat_map(|product| {
        let holdings = Holdings::gather(view, subject, product, now);
        holdings.iter().map(|holding| (holding.role, holding.scope)).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// All guards that do not depend on the actor.
#[must_use]
pub fn check(step: &Step<'_>) -> Vec<Refusal> {
    let mut refusals = seats(step);
    for (subject, mark) in &step.affected {
        let gained = step.gained(*subject);
        refusals.extend(exclusions(step, *subject, &gained).into_iter().map(|refusal| refusal.at(*mark)));
        refusals.extend(not_public(step, *subject).into_iter().map(|refusal| refusal.at(*mark)));
    }
    refusals
}

/// Distinct users over all roles of a pool; invited ones reserve their seat, deactivated ones free it.
fn seats(step: &Step<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (product, declared) in step.after.registry().enabled() {
        for (index, pool) in declared.catalog.seat_pools.iter().enumerate() {
            let name = RoleRef { product: declared.id.clone(), role: pool.id.clone() };
            let own = step.after.seat_limits().find(|(known, _)| **known == name).map(|(_, limit)| limit);
            let limit = own.unwrap_or(pool.limit) as usize;
            let taken = seat_takers(step.after, product, index);
            if taken.len() <= limit {
                continue;
            }
            let before = seat_takers(step.before, product, index);
            let newcomers: Vec<&SubjectRef> = taken.difference(&before).collect();
            if newcomers.is_empty() {
                continue;
            }
            let names: Vec<String> = newcomers.iter().map(ToString::to_string).collect();
            let message = format!(
                "{} of {} has {limit} seats and {} would be taken: no seat for {}",
                pool.title,
                declared.catalog.title,
                taken.len(),
                names.join(", ")
            );
            refusals.push(Refusal::new(Code::SeatLimit, message).at(mark_of(step, &newcomers)));
        }
    }
    refusals
}

fn mark_of(step: &Step<'_>, newcomers: &[&SubjectRef]) -> Mark {
    let concerned =
        |(subject, _): &&(SubjectIx, Mark)| newcomers.contains(&&step.after.subject_ref(*subject));
    step.affected.iter().filter(concerned).map(|(_, mark)| *mark).next_back().unwrap_or_default()
}

fn seat_takers(view: &View, product: ProductIx, pool: usize) -> BTreeSet<SubjectRef> {
    let roles = view.roles().iter().filter(|(_, row)| row.product == product && row.seat_pool == Some(pool));
    let holders = roles.flat_map(|(role, _)| view.assignments_of(role)).map(|(_, subject)| subject);
    let users = holders.flat_map(|holder| with_members(view, holder));
    users
        .filter(|user| view.user(*user).is_some_and(|user| user.status != Status::Deactivated))
        .map(|user| view.subject_ref(user))
        .collect()
}

/// Roles that are never held together where one scope is at or above the other (separation of duties).
fn exclusions(step: &Step<'_>, subject: SubjectIx, gained: &BTreeSet<Pair>) -> Vec<Refusal> {
    if gained.is_empty() {
        return Vec::new();
    }
    let view = step.after;
    let all = held(view, subject, step.now);
    let mut refusals = Vec::new();
    for (role, scope) in gained {
        let row = view.roles().row(*role);
        let clash = all.iter().find(|(other, other_scope)| {
            let other = view.roles().row(*other);
            let excludes = row.excludes.iter().any(|name| other.covers.contains(name))
                || other.excludes.iter().any(|name| row.covers.contains(name));
            let comparable = view.covers(*scope, *other_scope) || view.covers(*other_scope, *scope);
            other.product == row.product && excludes && comparable
        });
        if let Some((other, other_scope)) = clash {
            let message = format!(
                "`{}` would hold `{}` at `{}` and `{}` at `{}`, which are never held together",
                view.subject_ref(subject),
                view.role_ref(*role),
                view.node_ref(*scope),
                view.role_ref(*other),
                view.node_ref(*other_scope)
            );
            refusals.push(Refusal::new(Code::Excluded, message));
        }
    }
    refusals.truncate(1);
    refusals
}

/// Public keys hold only roles that are marked for browsers (design 3.9).
fn not_public(step: &Step<'_>, subject: SubjectIx) -> Option<Refusal> {
    let view = step.after;
    if view.api_key(subject)?.kind != KeyKind::Public {
        return None;
    }
    let (role, _) =
        held(view, subject, step.now).into_iter().find(|(role, _)| !view.roles().row(*role).public)?;
    let message = format!(
        "`{}` is used in browsers and cannot hold `{}`: only roles marked public may be held by public keys",
        view.subject_ref(subject),
        view.role_ref(role)
    );
    Some(Refusal::new(Code::NotPublic, message))
}

/// Vendor-only roles are given by their holders, or by the operator speaking for the vendor.
pub fn vendor_only(
    step: &Step<'_>,
    actor: &Actor,
    leniency: Leniency,
    warnings: &mut Vec<Warning>,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (subject, mark) in &step.affected {
        for (role, scope) in step.gained(*subject) {
            let row = step.after.roles().row(role);
            if !row.vendor_only || holds_itself(step, actor, role, scope) {
                continue;
            }
            let name = step.after.role_ref(role);
            if leniency.vendor_only {
                let message = format!("`{name}` is given only by the vendor");
                warnings.push(Warning { code: "vendor_only".into(), message });
                continue;
            }
            let message = format!("`{name}` is given only by its holders, or by the operator with --vendor");
            let mark = step.mark_of_role(&name).unwrap_or(*mark);
            refusals.push(Refusal::new(Code::VendorOnly, message).at(mark));
        }
    }
    warnings.dedup();
    refusals
}

fn holds_itself(step: &Step<'_>, actor: &Actor, role: RoleIx, scope: NodeIx) -> bool {
    match actor {
        Actor::Operator { vendor } => *vendor,
        Actor::Subject { subject, .. } => step.before.subject(subject).is_some_and(|actor| {
            let holdings =
                Holdings::gather(step.before, actor, step.after.roles().product_of(role), step.now);
            holdings.iter().any(|holding| {
                holding.role == role
                    && step.after.covers(holding.scope, scope)
                    && holdings.inactive(holding).is_none()
            })
        }),
    }
}
