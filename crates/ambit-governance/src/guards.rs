//! What holds over the state as it would become, whoever acts and by whichever path: seats, separation of duties, keys in
//! browsers, vendor-only roles, the last owner (design 3.11; `administration.md` C.2, C.3). Compared with the state before, so that an old violation is not blamed on a new step.

use crate::capability::{Pair, held, is_active_person, with_members};
use crate::refusal::{Code, Refusal, Warning};
use ambit_catalog::catalog::SeparationSet;
use ambit_catalog::file::{AdministerVerb, SeparationScope};
use ambit_catalog::position::Mark;
use ambit_engine::holdings::Holdings;
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, View};
use ambit_model::{Actor, Change, KeyKind, Resource, RoleRef, Status, SubjectRef, Timestamp};
use std::collections::BTreeSet;

/// What a reader of a hypothetical organization forgives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Vendor-only roles are taken over with a warning: nobody gets anything by a question about a file.
    pub vendor_only: bool,
}

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
    /// Subjects that are there no more after the step, by their numbers before.
    pub removed: Vec<(SubjectIx, Mark)>,
}

impl<'a> Step<'a> {
    /// Looks at a step.
    #[must_use]
    pub fn new(before: &'a View, after: &'a View, changes: &'a [(Change, Mark)], now: Timestamp) -> Self {
        let mut step = Self {
            before,
            after,
            changes,
            now,
            affected: Vec::new(),
            removed: removed(before, after, changes),
        };
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

    /// The subject that a change is about, and, if that is a group, all that it contains; for a role that comes to
    /// include, exclude or bar something else, all who hold it.
    fn concerned(&self, change: &Change) -> Vec<SubjectIx> {
        let subject = match change {
            Change::AssignmentSet(assignment) => Some(assignment.subject.clone()),
            Change::AssignmentRemoved { subject, .. } => Some(subject.clone()),
            Change::MemberAdded { member, .. } | Change::MemberRemoved { member, .. } => Some(member.clone()),
            Change::ApiKeySet(key) => Some(SubjectRef::api_key(&*key.id)),
            Change::UserSet(user) => Some(SubjectRef::user(&*user.id)),
            Change::RoleSet(role) => return self.holders_of_changed(&role.id),
            Change::ResourceSet(resource) => return self.holders_of_moved(resource),
            _ => None,
        };
        let subject = subject.and_then(|subject| self.after.subject(&subject));
        subject.map(|subject| with_members(self.after, subject)).unwrap_or_default()
    }

    /// What is held at or below something that moves may wake or sleep by it.
    fn holders_of_moved(&self, resource: &Resource) -> Vec<SubjectIx> {
        let Some(node) = self.before.node(&resource.id) else { return Vec::new() };
        if self.before.resource(node).parent == self.after.resource(node).parent {
            return Vec::new();
        }
        let mut below = vec![node];
        let mut next = 0;
        while next < below.len() {
            below.extend(self.after.children(below[next]));
            next += 1;
        }
        let holders = below.iter().flat_map(|node| self.after.holders_at(*node));
        let all: BTreeSet<SubjectIx> =
            holders.flat_map(|(_, holder)| with_members(self.after, holder)).collect();
        all.into_iter().collect()
    }

    fn holders_of_changed(&self, role: &RoleRef) -> Vec<SubjectIx> {
        let bounds = |view: &View| {
            let row = view.roles().row(view.role(role)?);
            Some((row.covers.clone(), row.excludes.clone(), row.public))
        };
        if bounds(self.before) == bounds(self.after) {
            return Vec::new();
        }
        let including = self.after.roles().iter().filter(|(_, row)| row.covers.contains(&role.role));
        let holders = including.flat_map(|(role, _)| self.after.assignments_of(role));
        let all: BTreeSet<SubjectIx> =
            holders.flat_map(|(_, holder)| with_members(self.after, holder)).collect();
        all.into_iter().collect()
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

fn removed(before: &View, after: &View, changes: &[(Change, Mark)]) -> Vec<(SubjectIx, Mark)> {
    let gone = |(change, mark): &(Change, Mark)| {
        let name = match change {
            Change::UserRemoved { id } => SubjectRef::user(&**id),
            Change::GroupRemoved { id } => SubjectRef::group(&**id),
            Change::ApiKeyRemoved { id } => SubjectRef::api_key(&**id),
            _ => return None,
        };
        let subject = before.subject(&name)?;
        (after.subject(&name) != Some(subject)).then_some((subject, *mark))
    };
    changes.iter().filter_map(gone).collect()
}

/// All guards that do not depend on the actor.
#[must_use]
pub fn check(step: &Step<'_>) -> Vec<Refusal> {
    let mut refusals = seats(step);
    for (subject, mark) in &step.affected {
        let apart = exclusions(step, *subject).into_iter().chain(separation(step, *subject));
        refusals.extend(apart.map(|refusal| refusal.at(*mark)));
        refusals.extend(not_public(step, *subject).into_iter().map(|refusal| refusal.at(*mark)));
    }
    refusals.extend(last_owner(step));
    refusals.extend(escapes(step));
    refusals
}

/// No more roles of a set than its number, counted with inclusions, through whichever path (static separation of duties,
/// INCITS 359; `administration.md` C.3). An old violation stands, and nothing is added to it.
fn separation(step: &Step<'_>, subject: SubjectIx) -> Option<Refusal> {
    let before = step.before.subject(&step.after.subject_ref(subject));
    for (product, declared) in step.after.registry().enabled() {
        for set in &declared.catalog.separation {
            let (count, names) = most_of_set(step.after, subject, product, set, step.now);
            let known =
                before.map_or(0, |subject| most_of_set(step.before, subject, product, set, step.now).0);
            if count > set.at_most && count > known {
                let message = format!(
                    "`{}` would hold {count} roles of \"{}\" ({}), of which one may hold {}",
                    step.after.subject_ref(subject),
                    set.title,
                    names.join(", "),
                    set.at_most
                );
                let instead = format!("take one of {} away in the same step", names.join(", "));
                return Some(Refusal::new(Code::Separation, message).instead(instead));
            }
        }
    }
    None
}

/// The most roles of a set that a subject holds together somewhere, and which.
fn most_of_set(
    view: &View,
    subject: SubjectIx,
    product: ProductIx,
    set: &SeparationSet,
    now: Timestamp,
) -> (usize, Vec<String>) {
    if view.registry().enabled().all(|(enabled, _)| enabled != product) {
        return (0, Vec::new());
    }
    let pairs: Vec<Pair> = held(view, subject, now)
        .into_iter()
        .filter(|(role, _)| view.roles().row(*role).product == product)
        .collect();
    let held_near = |scope: NodeIx| -> Vec<String> {
        let near = pairs.iter().filter(|(_, other)| match set.scope {
            SeparationScope::Organization => true,
            SeparationScope::Comparable => view.covers(*other, scope),
        });
        let names: BTreeSet<&String> = near.flat_map(|(role, _)| &view.roles().row(*role).covers).collect();
        set.roles.iter().filter(|name| names.contains(name)).cloned().collect()
    };
    let found = pairs.iter().map(|(_, scope)| held_near(*scope)).max_by_key(Vec::len).unwrap_or_default();
    (found.len(), found)
}

/// Where only holders of a role may give it, somebody active must remain who holds it, for good (`administration.md`
/// C.2.4). Whoever acts: the operator too can put another in place in the same step.
fn last_owner(step: &Step<'_>) -> Vec<Refusal> {
    let mark = step.changes.first().map(|(_, mark)| *mark).unwrap_or_default();
    let mut refusals = Vec::new();
    for role in roots(step.after) {
        let scopes: BTreeSet<NodeIx> = step.before.assignments_of(role).map(|(scope, _)| scope).collect();
        for scope in scopes {
            if has_owner(step.before, role, scope, step.now) && !has_owner(step.after, role, scope, step.now)
            {
                let (name, at) = (step.before.role_ref(role), step.before.node_ref(scope));
                let message = format!(
                    "nobody active would be left who holds `{name}` at `{at}` for good, and only its holders may give it"
                );
                let instead = format!(
                    "give `{name}` at `{at}`, without an end, to another active user first, or in the same step"
                );
                refusals.push(Refusal::new(Code::LastOwner, message).instead(instead).at(mark));
            }
        }
    }
    refusals
}

/// Roles that may assign themselves, and that no other role may assign; those of the vendor come back from the vendor.
fn roots(view: &View) -> Vec<RoleIx> {
    let assigns = |by: RoleIx, role: RoleIx| {
        let (declared_in, row) = (view.roles().product_of(by), view.roles().row(role));
        view.administered_by(by).any(|entry| {
            entry.verbs.contains(&AdministerVerb::Assign) && view.is_administered(declared_in, entry, row)
        })
    };
    let administrators: Vec<RoleIx> = view
        .roles()
        .iter()
        .filter(|(role, row)| !row.vendor_only && !row.custom && view.administered_by(*role).next().is_some())
        .map(|(role, _)| role)
        .collect();
    let is_root = |role: &&RoleIx| {
        assigns(**role, **role) && administrators.iter().all(|by| by == *role || !assigns(*by, **role))
    };
    administrators.iter().filter(is_root).copied().collect()
}

fn has_owner(view: &View, role: RoleIx, scope: NodeIx, now: Timestamp) -> bool {
    let above = view.assignments_of(role).filter(|(held_at, _)| view.covers(*held_at, scope));
    above.into_iter().any(|(held_at, holder)| {
        with_members(view, holder).into_iter().any(|person| {
            is_active_person(view, person)
                && Holdings::gather(view, person, view.roles().product_of(role), now).iter().any(|holding| {
                    holding.role == role
                        && holding.scope == held_at
                        && holding.inactive.is_none()
                        && view.ends(holding).is_none()
                })
        })
    })
}

/// Catalogs that are closed alone must be closed together (`administration.md` C.2, closure).
fn escapes(step: &Step<'_>) -> Vec<Refusal> {
    let installs = |(change, _): &&(Change, Mark)| matches!(change, Change::CatalogInstalled { .. });
    let Some((_, mark)) = step.changes.iter().find(installs) else { return Vec::new() };
    let catalogs = |view: &'_ View| -> Vec<ambit_catalog::Catalog> {
        view.registry().enabled().map(|(_, product)| (*product.catalog).clone()).collect()
    };
    let (before, after) = (catalogs(step.before), catalogs(step.after));
    let known = ambit_catalog::closure::escapes(&before.iter().collect::<Vec<_>>());
    let found = ambit_catalog::closure::escapes(&after.iter().collect::<Vec<_>>());
    let new = found.into_iter().filter(|escape| !known.contains(escape));
    new.map(|escape| {
        Refusal::new(Code::Escape, format!("authority would grow step by step: {escape}"))
            .instead("let the first administer the last too, or the second administer less")
            .at(*mark)
    })
    .collect()
}

/// Distinct users over all roles of a pool; invited ones reserve their seat, deactivated ones free it.
fn seats(step: &Step<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (product, declared) in step.after.registry().enabled() {
        for (index, pool) in declared.catalog.seat_pools.iter().enumerate() {
            let limit = limit_of(step.after, &declared.id, pool);
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

/// Taking the last seat keeps everybody else out: worth a word (`administration.md` C.4 k).
#[must_use]
pub fn last_seats(step: &Step<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (product, declared) in step.after.registry().enabled() {
        for (index, pool) in declared.catalog.seat_pools.iter().enumerate() {
            let limit = limit_of(step.after, &declared.id, pool);
            let taken = seat_takers(step.after, product, index).len();
            if taken == limit && seat_takers(step.before, product, index).len() < taken {
                let message = format!(
                    "the last of {limit} seats of {} of {} is taken",
                    pool.title, declared.catalog.title
                );
                warnings.push(Warning { code: "last_seat".into(), message });
            }
        }
    }
    warnings
}

fn limit_of(view: &View, product: &str, pool: &ambit_catalog::catalog::SeatPool) -> usize {
    let own = view.seat_limits().find(|(known, _)| known.product == product && known.role == pool.id);
    own.map_or(pool.limit, |(_, limit)| limit) as usize
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
fn exclusions(step: &Step<'_>, subject: SubjectIx) -> Option<Refusal> {
    let view = step.after;
    let before = step.before.subject(&view.subject_ref(subject));
    let known = before.map(|subject| clashes(step.before, subject, step.now)).unwrap_or_default();
    let (one, other) = clashes(view, subject, step.now).into_iter().find(|clash| !known.contains(clash))?;
    let message = format!(
        "`{}` would hold `{}` at `{}` and `{}` at `{}`, which are never held together",
        view.subject_ref(subject),
        view.role_ref(one.0),
        view.node_ref(one.1),
        view.role_ref(other.0),
        view.node_ref(other.1)
    );
    let instead = format!("take `{}` away in the same step", view.role_ref(other.0));
    Some(Refusal::new(Code::Excluded, message).instead(instead))
}

/// Pairs of roles of a subject of which one excludes the other, inclusions counted.
fn clashes(view: &View, subject: SubjectIx, now: Timestamp) -> BTreeSet<(Pair, Pair)> {
    let excluding = |(role, _): &Pair| !view.roles().row(*role).excludes.is_empty();
    let all = held(view, subject, now);
    let includes_excluding = |(role, _): &Pair| {
        let row = view.roles().row(*role);
        let catalog = view.registry().catalog(row.product);
        row.covers.iter().filter_map(|name| catalog.role(name)).any(|role| !role.excludes.is_empty())
    };
    let mut found = BTreeSet::new();
    for one in all.iter().filter(|pair| excluding(pair) || includes_excluding(pair)) {
        let row = view.roles().row(one.0);
        let catalog = view.registry().catalog(row.product);
        let included = row.covers.iter().filter_map(|name| catalog.role(name));
        let excluded: BTreeSet<&String> =
            row.excludes.iter().chain(included.flat_map(|role| &role.excludes)).collect();
        for other in all.iter().filter(|other| other.0 != one.0) {
            let other_row = view.roles().row(other.0);
            let excludes = other_row.product == row.product
                && other_row.covers.iter().any(|name| excluded.contains(name));
            if excludes && (view.covers(one.1, other.1) || view.covers(other.1, one.1)) {
                found.insert((*one, *other));
            }
        }
    }
    found
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
    refusals.extend(role_becomes_vendor_only(step, actor));
    warnings.dedup();
    refusals
}

/// A role that others hold already does not become a copy of one that only the vendor gives.
fn role_becomes_vendor_only(step: &Step<'_>, actor: &Actor) -> Option<Refusal> {
    let reserved =
        |view: &View, role: &RoleRef| view.role(role).is_some_and(|role| view.roles().row(role).vendor_only);
    step.changes.iter().find_map(|(change, mark)| {
        let Change::RoleSet(role) = change else { return None };
        let becomes = reserved(step.after, &role.id) && !reserved(step.before, &role.id);
        let (index, top) = (step.before.role(&role.id)?, step.before.root()?);
        let held = step.before.assignments_of(index).next().is_some();
        let refused = becomes && held && !holds_itself(step, actor, index, top);
        refused.then(|| {
            let message =
                format!("`{}` is held already, and would become a role that only the vendor gives", role.id);
            Refusal::new(Code::VendorOnly, message).instead("make another role for that").at(*mark)
        })
    })
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
