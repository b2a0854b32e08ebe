//! Who holds which role where, and whether it is in force.

use crate::admin::list::{Key, List, Part};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::view::Held;
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, View};
use ambit_governance::review::held::{Roll, Standing, State as Standings};
use ambit_governance::{NodeSight, Sight};
use ambit_model::{Assignment, SubjectKind, Timestamp};
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// Which assignments.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AssignmentFilter {
    /// Of this user, group or key itself.
    subject: Option<String>,
    /// Of this role.
    role: Option<String>,
    /// Of roles of this product.
    product: Option<String>,
    /// At this resource.
    scope: Option<String>,
    /// At the scope and everywhere below it.
    #[serde(default)]
    below: bool,
    /// Those that expire before this instant, or have expired.
    expiring_before: Option<String>,
    /// Those that are in force (false) or not (true); the answer says why not.
    dormant: Option<bool>,
}

/// A filter whose names are known.
struct Wanted {
    subject: Option<SubjectIx>,
    role: Option<RoleIx>,
    product: Option<ProductIx>,
    scope: Option<NodeIx>,
    below: bool,
    expiring_before: Option<Timestamp>,
    dormant: Option<bool>,
}

/// An assignment, and whether it gives anything at the moment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignmentShown {
    /// The record.
    #[serde(flatten)]
    assignment: Assignment,
    /// Its standing.
    #[serde(flatten)]
    standing: Standing,
}

/// `GET /v1/orgs/{org}/assignments?subject=…&role=…&product=…&scope=…&below=true&expiring_before=…&dormant=true`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<AssignmentFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<AssignmentShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let wanted = Wanted::of(&sight, &filter)?;
        let items = found(&sight, &wanted, part.after()?, seen.time);
        part.of(sight.view().revision(), items, |(one, standing)| Ok(one.shown(sight.view(), standing)))
    })
    .await
}

impl Wanted {
    fn of(sight: &Sight<'_>, filter: &AssignmentFilter) -> Result<Self> {
        let product = filter.product.as_deref();
        Ok(Self {
            subject: named::subject(sight, "subject", filter.subject.as_ref())?,
            role: named::role(sight, "role", filter.role.as_ref())?,
            product: product.map(|product| named::product(sight, product)).transpose()?,
            scope: named::node(sight, "scope", filter.scope.as_ref(), NodeSight::Name)?,
            below: filter.below,
            expiring_before: named::instant("expiring_before", filter.expiring_before.as_ref())?,
            dormant: filter.dormant,
        })
    }

    fn fits(&self, view: &View, subject: SubjectIx, held: &Held) -> bool {
        let at = |scope: NodeIx| scope == held.scope || (self.below && view.covers(scope, held.scope));
        let expires = || view.details(subject, *held).and_then(|details| details.expires);
        self.role.is_none_or(|role| role == held.role)
            && self.product.is_none_or(|product| product == view.roles().product_of(held.role))
            && self.scope.is_none_or(at)
            && self.expiring_before.is_none_or(|before| expires().is_some_and(|expires| expires < before))
    }

    fn subjects(&self, sight: &Sight<'_>) -> Vec<SubjectIx> {
        let view = sight.view();
        if let Some(subject) = self.subject {
            return vec![subject];
        }
        let tops: Vec<NodeIx> = match self.scope {
            Some(scope) if !self.below => return sorted(view.holders_at(scope).map(|(_, subject)| subject)),
            Some(scope) => vec![scope],
            None => match self.role {
                Some(role) => return sorted(view.assignments_of(role).map(|(_, subject)| subject)),
                None if sight.everything() => return sorted(everybody(view)),
                None => sight.tops().collect(),
            },
        };
        let mine = view.subject(sight.who()).into_iter();
        let held = holders_below(view, tops).into_iter();
        sorted(mine.filter(|_| self.scope.is_none()).chain(held))
    }
}

fn everybody(view: &View) -> impl Iterator<Item = SubjectIx> + '_ {
    let kinds = [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey];
    kinds.into_iter().flat_map(|kind| view.subjects(kind))
}

fn holders_below(view: &View, tops: Vec<NodeIx>) -> Vec<SubjectIx> {
    let (mut pending, mut holders) = (tops, Vec::new());
    while let Some(node) = pending.pop() {
        holders.extend(view.holders_at(node).map(|(_, subject)| subject));
        pending.extend(view.children(node));
    }
    holders
}

fn sorted(subjects: impl Iterator<Item = SubjectIx>) -> Vec<SubjectIx> {
    let mut subjects: Vec<SubjectIx> = subjects.collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// An assignment by its numbers.
#[derive(Clone, Copy)]
struct One {
    subject: SubjectIx,
    held: Held,
}

impl One {
    fn shown(self, view: &View, standing: Standing) -> AssignmentShown {
        AssignmentShown { assignment: view.assignment(self.subject, self.held), standing }
    }
}

/// In the order of subject, role and scope. What else a subject holds is looked at once for all of its assignments, and
/// only if one of them is wanted.
fn found<'s>(
    sight: &'s Sight<'_>,
    wanted: &'s Wanted,
    after: Option<Key>,
    time: Timestamp,
) -> impl Iterator<Item = (Key, (One, Standing))> + 's {
    let view = sight.view();
    let from = after.map_or(0, |[subject, ..]| subject);
    let subjects = wanted.subjects(sight).into_iter().filter(move |subject| subject.0 >= from);
    subjects.flat_map(move |subject| {
        let roll: Rc<OnceCell<Roll<'_>>> = Rc::default();
        let fits = |held: &&Held| sight.assignment(subject, **held) && wanted.fits(view, subject, held);
        let mut held: Vec<Held> = view.held(subject).iter().filter(fits).copied().collect();
        held.sort_unstable_by_key(|held| (held.role, held.scope));
        held.into_iter().filter_map(move |held| {
            let key = [subject.0, held.role.0, held.scope.0];
            if after.is_some_and(|after| key <= after) {
                return None;
            }
            let standing = roll.get_or_init(|| Roll::of(view, subject, time)).of_held(held);
            let dormant = standing.state == Standings::Dormant;
            let fits = wanted.dormant.is_none_or(|wanted| wanted == dormant);
            fits.then_some((key, (One { subject, held }, standing)))
        })
    })
}

/// The assignments of a subject itself that are seen.
pub fn of_subject<'s>(
    sight: &'s Sight<'_>,
    subject: SubjectIx,
    time: Timestamp,
) -> impl Iterator<Item = AssignmentShown> + 's {
    let view = sight.view();
    let roll = Roll::of(view, subject, time);
    let held = view.held(subject).iter().filter(move |held| sight.assignment(subject, **held));
    held.map(move |held| One { subject, held: *held }.shown(view, roll.of_held(*held)))
}

/// The assignments at exactly a scope that are seen.
pub fn at_scope<'s>(
    sight: &'s Sight<'_>,
    scope: NodeIx,
    time: Timestamp,
) -> impl Iterator<Item = AssignmentShown> + 's {
    let view = sight.view();
    view.holders_at(scope).filter_map(move |(role, subject)| {
        let held = *view.held(subject).iter().find(|held| held.role == role && held.scope == scope)?;
        let standing =
            sight.assignment(subject, held).then(|| Roll::of(view, subject, time).of_held(held))?;
        Some(One { subject, held }.shown(view, standing))
    })
}
