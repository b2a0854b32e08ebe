//! Who gains and loses what by a step, before it is made: roles, and the permissions that they come to, where. What is
//! compared is what is in force, so that a role which wakes another one, or uncovers one from above, shows what it does
//! (`administration.md` C.4 b, c).

use crate::capability::{are_no_wider, held, with_members};
use crate::guards::Step;
use ambit_catalog::PermissionId;
use ambit_catalog::catalog::Catalog;
use ambit_catalog::grants::EffectiveGrant;
use ambit_catalog::position::Mark;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::{Extent, NodeIx, PermissionIx, ProductIx, SubjectIx, View};
use ambit_model::{Change, ResourceRef, RoleRef, Status, SubjectKind, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many subjects are looked at for the counts.
const EXAMINED_MOST: usize = 2_000;

/// What a step does to whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Effects {
    /// Everybody for whom something differs, up to a bound.
    pub subjects: Vec<SubjectEffects>,
    /// How much there is.
    pub counts: Counts,
    /// Whether more subjects are concerned than were listed or looked at.
    pub truncated: bool,
}

/// What a step does, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Users and API keys whose roles or permissions may differ.
    pub concerned: usize,
    /// Those for whom something does, of those looked at.
    pub subjects: usize,
    /// Permissions that come, at places.
    pub gains: usize,
    /// Permissions that go, at places.
    pub losses: usize,
}

/// What a step does to one user or API key.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SubjectEffects {
    /// Who.
    pub subject: SubjectRef,
    /// Permissions that come or go further.
    pub gains: Vec<Effect>,
    /// Permissions that go or do not go as far.
    pub losses: Vec<Effect>,
    /// Roles that come, by whatever path.
    pub roles_gained: Vec<RoleAt>,
    /// Roles that go.
    pub roles_lost: Vec<RoleAt>,
}

/// A role at a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleAt {
    /// Which.
    pub role: RoleRef,
    /// Where.
    pub scope: ResourceRef,
}

/// A permission at a place and below, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Effect {
    /// `product/permission`.
    pub permission: String,
    /// There, and everywhere below.
    pub scope: ResourceRef,
    /// How far it went.
    pub before: Extent,
    /// How far it goes.
    pub after: Extent,
    /// Whether it depends on a condition, a relation, a budget or an approval.
    pub conditional: bool,
    /// The role that gives it, or gave it.
    pub through: Option<RoleRef>,
}

/// What a step from one state to the next does, with details for at most so many subjects.
#[must_use]
pub fn effects(before: &View, after: &View, changes: &[Change], now: Timestamp, most: usize) -> Effects {
    effects_shown(before, after, changes, now, most, &|_| true)
}

/// The same with details only for those who are to be shown; the others are counted.
#[must_use]
pub fn effects_shown(
    before: &View,
    after: &View,
    changes: &[Change],
    now: Timestamp,
    most: usize,
    shown: &dyn Fn(&SubjectRef) -> bool,
) -> Effects {
    let marked: Vec<(Change, Mark)> =
        changes.iter().map(|change| (change.clone(), Mark::default())).collect();
    let step = Step::new(before, after, &marked, now);
    let concerned = concerned(&step);
    let mut found = Effects { truncated: concerned.len() > EXAMINED_MOST, ..Effects::default() };
    found.counts.concerned = concerned.len();
    let moved = moved(&step);
    for subject in concerned.into_iter().take(EXAMINED_MOST) {
        let Some(one) = of_subject(&step, subject, &moved) else { continue };
        found.counts.subjects += 1;
        found.counts.gains += one.gains.len();
        found.counts.losses += one.losses.len();
        if found.subjects.len() < most && shown(&one.subject) {
            found.subjects.push(one);
        } else {
            found.truncated = true;
        }
    }
    found
}

/// Users and keys for whom something may differ, by name.
fn concerned(step: &Step<'_>) -> BTreeSet<SubjectRef> {
    let mut names: BTreeSet<SubjectRef> = BTreeSet::new();
    let moved = step.affected.iter().map(|(subject, _)| step.after.subject_ref(*subject));
    names.extend(moved);
    names.extend(step.removed.iter().map(|(subject, _)| step.before.subject_ref(*subject)));
    for (change, _) in step.changes {
        for view in [step.before, step.after] {
            names.extend(holders(view, step, change).into_iter().map(|subject| view.subject_ref(subject)));
        }
    }
    names.retain(|name| name.kind != SubjectKind::Group);
    names
}

/// Resources that stand elsewhere after the step: what differs there differs nowhere else.
fn moved(step: &Step<'_>) -> Vec<NodeIx> {
    let nodes = step.changes.iter().filter_map(|(change, _)| match change {
        Change::ResourceSet(resource) => step.before.node(&resource.id),
        _ => None,
    });
    nodes.filter(|node| step.before.resource(*node).parent != step.after.resource(*node).parent).collect()
}

/// Whom a change concerns besides those whose assignments it moves.
fn holders(view: &View, step: &Step<'_>, change: &Change) -> Vec<SubjectIx> {
    match change {
        Change::GroupSet(group) => members_of(view, &group.id),
        Change::GroupRemoved { id } => members_of(view, id),
        Change::MemberAdded { member, .. } | Change::MemberRemoved { member, .. } => {
            view.subject(member).map(|member| with_members(view, member)).unwrap_or_default()
        }
        Change::RoleSet(_)
        | Change::RoleRemoved { .. }
        | Change::OverlaySet(_)
        | Change::OverlayRemoved { .. }
        | Change::CatalogInstalled { .. }
        | Change::CatalogRemoved { .. } => holders_of_changed_roles(view, step),
        Change::ResourceSet(resource) => {
            let moved = |view: &View| view.node(&resource.id).map(|node| view.resource(node).parent);
            if step.before.node(&resource.id).is_none() || moved(step.before) == moved(step.after) {
                return Vec::new();
            }
            let node = view.node(&resource.id);
            let scopes = node.into_iter().flat_map(|node| view.chain(node));
            let holders = scopes.flat_map(|scope| view.holders_at(scope));
            holders.flat_map(|(_, holder)| with_members(view, holder)).collect()
        }
        _ => Vec::new(),
    }
}

fn members_of(view: &View, group: &str) -> Vec<SubjectIx> {
    let group = view.subject_named(SubjectKind::Group, group);
    group.map(|group| with_members(view, group)).unwrap_or_default()
}

fn holders_of_changed_roles(view: &View, step: &Step<'_>) -> Vec<SubjectIx> {
    let same = |name: &RoleRef| {
        let row = |view: &View| {
            let role = view.role(name)?;
            let row = view.roles().row(role);
            Some((row.grants.clone(), row.requires.clone(), row.covers.clone()))
        };
        row(step.before) == row(step.after)
    };
    let changed = view.roles().iter().filter(|(role, _)| !same(&view.role_ref(*role)));
    let holders = changed.flat_map(|(role, _)| view.assignments_of(role));
    let all: BTreeSet<SubjectIx> = holders.flat_map(|(_, holder)| with_members(view, holder)).collect();
    all.into_iter().collect()
}

fn of_subject(step: &Step<'_>, name: SubjectRef, moved: &[NodeIx]) -> Option<SubjectEffects> {
    let before = Side::of(step.before, &name, step.now);
    let after = Side::of(step.after, &name, step.now);
    let (roles_gained, roles_lost) = (roles(&after, &before), roles(&before, &after));
    let mut products: Vec<&str> = before.products().chain(after.products()).collect();
    products.sort_unstable();
    products.dedup();
    let (mut gains, mut losses) = (Vec::new(), Vec::new());
    for product in products {
        compare((&before, &after), product, moved, &mut gains, &mut losses);
    }
    let nothing = gains.is_empty() && losses.is_empty() && roles_gained.is_empty() && roles_lost.is_empty();
    (!nothing).then_some(SubjectEffects { subject: name, gains, losses, roles_gained, roles_lost })
}

/// A subject in one of the two states.
struct Side<'a> {
    view: &'a View,
    subject: Option<SubjectIx>,
    now: Timestamp,
}

impl<'a> Side<'a> {
    fn of(view: &'a View, name: &SubjectRef, now: Timestamp) -> Self {
        Self { view, subject: view.subject(name).filter(|subject| counts(view, *subject, now)), now }
    }

    fn products(&self) -> impl Iterator<Item = &'a str> {
        self.view.registry().enabled().map(|(_, product)| product.id.as_str())
    }

    fn holdings(&self, product: &str) -> Option<(ProductIx, Holdings<'a>)> {
        let product = self.view.registry().product_named(product)?;
        Some((product, Holdings::gather(self.view, self.subject?, product, self.now)))
    }
}

/// Suspended people have nothing; invited ones will have it when they come.
fn counts(view: &View, subject: SubjectIx, now: Timestamp) -> bool {
    let invited = view.user(subject).is_some_and(|user| user.status == Status::Invited);
    invited || view.may_act(subject, now)
}

fn roles(of: &Side<'_>, not_of: &Side<'_>) -> Vec<RoleAt> {
    let pairs = |side: &Side<'_>| -> BTreeMap<(RoleRef, String), ResourceRef> {
        let held = side.subject.map(|subject| held(side.view, subject, side.now)).unwrap_or_default();
        let named = held.into_iter().map(|(role, scope)| {
            let scope = side.view.node_ref(scope);
            ((side.view.role_ref(role), scope.to_string()), scope)
        });
        named.collect()
    };
    let known = pairs(not_of);
    let new = pairs(of).into_iter().filter(|(key, _)| !known.contains_key(key));
    new.map(|((role, _), scope)| RoleAt { role, scope }).collect()
}

/// What gives a permission at a place.
type Giving<'a> = Vec<(Holding, &'a EffectiveGrant)>;

fn compare(
    (before, after): (&Side<'_>, &Side<'_>),
    product: &str,
    moved: &[NodeIx],
    gains: &mut Vec<Effect>,
    losses: &mut Vec<Effect>,
) {
    let (old, new) = (before.holdings(product), after.holdings(product));
    let catalog = |side: &Side<'_>| -> Option<Arc<Catalog>> {
        let known = side.view.registry().known_product(product)?;
        Some(Arc::clone(&side.view.registry().product(known).catalog))
    };
    let (old_catalog, new_catalog) = (catalog(before), catalog(after));
    let mut places: BTreeSet<(String, NodeIx)> = BTreeSet::new();
    for (holdings, catalog) in [(&old, &old_catalog), (&new, &new_catalog)] {
        let (Some((_, holdings)), Some(catalog)) = (holdings, catalog) else { continue };
        let named =
            |(permission, node): (PermissionId, NodeIx)| (catalog.permission_at(permission).id.clone(), node);
        places.extend(holdings.places().into_iter().map(named));
    }
    let names: BTreeSet<String> = places.iter().map(|(name, _)| name.clone()).collect();
    places.extend(moved.iter().flat_map(|node| names.iter().map(|name| (name.clone(), *node))));
    let (mut more, mut less) = (Vec::new(), Vec::new());
    for (name, node) in places {
        let had = giving(old.as_ref(), old_catalog.as_ref(), &name, node);
        let has = giving(new.as_ref(), new_catalog.as_ref(), &name, node);
        let (went, goes) = (furthest(&had), furthest(&has));
        let shown = |side: &Side<'_>, giving: &Giving<'_>| Shown {
            name: name.clone(),
            node,
            before: went.0,
            after: goes.0,
            through: furthest(giving).1.map(|holding| side.view.role_ref(holding.role)),
        };
        if goes.0 > went.0 || is_wider(&has, &had, goes.0) {
            more.push(shown(after, &has));
        }
        if goes.0 < went.0 || is_wider(&had, &has, went.0) {
            less.push(shown(before, &had));
        }
    }
    gains.extend(outermost(after.view, more).map(|shown| shown.effect(after.view, product)));
    losses.extend(outermost(before.view, less).map(|shown| shown.effect(before.view, product)));
}

/// What gives a permission, by name, at a place.
fn giving<'a>(
    holdings: Option<&(ProductIx, Holdings<'a>)>,
    catalog: Option<&Arc<Catalog>>,
    name: &str,
    node: NodeIx,
) -> Giving<'a> {
    let (Some((product, holdings)), Some(catalog)) = (holdings, catalog) else { return Vec::new() };
    let known = holdings.view().node_head(node).exists;
    let id = catalog.permission(name).filter(|_| known);
    id.map(|id| holdings.grants_at(PermissionIx { product: *product, id }, node)).unwrap_or_default()
}

fn furthest(giving: &Giving<'_>) -> (Extent, Option<Holding>) {
    let best = giving.iter().max_by_key(|(_, grant)| Extent::of(&grant.terms));
    best.map_or((Extent::None, None), |(holding, grant)| (Extent::of(&grant.terms), Some(*holding)))
}

/// Whether the same extent comes under terms that were not there: another condition, another relation.
fn is_wider(one: &Giving<'_>, other: &Giving<'_>, extent: Extent) -> bool {
    let open = matches!(extent, Extent::Conditional | Extent::NeedsApproval | Extent::Limited);
    open && furthest(one).0 == furthest(other).0
        && one
            .iter()
            .any(|(_, grant)| !other.iter().any(|(_, known)| are_no_wider(&grant.terms, &known.terms)))
}

/// A difference at a place.
struct Shown {
    name: String,
    node: NodeIx,
    before: Extent,
    after: Extent,
    through: Option<RoleRef>,
}

impl Shown {
    fn effect(self, view: &View, product: &str) -> Effect {
        let conditional = !matches!(self.before.max(self.after), Extent::Full | Extent::Limited);
        Effect {
            permission: format!("{product}/{}", self.name),
            scope: view.node_ref(self.node),
            before: self.before,
            after: self.after,
            conditional,
            through: self.through,
        }
    }
}

/// Leaves out what the same difference further up says already.
fn outermost(view: &View, all: Vec<Shown>) -> impl Iterator<Item = Shown> {
    let said: Vec<(String, NodeIx, Extent, Extent)> =
        all.iter().map(|one| (one.name.clone(), one.node, one.before, one.after)).collect();
    let kept: Vec<Shown> = all
        .into_iter()
        .filter(|one| {
            !said.iter().any(|(name, node, before, after)| {
                *name == one.name
                    && *node != one.node
                    && (*before, *after) == (one.before, one.after)
                    && view.covers(*node, one.node)
            })
        })
        .collect();
    kept.into_iter()
}
