//! What an actor can give: all that it holds, and all that it may assign (`administration.md` C.1, *Cap*). A step is
//! within the actor's capability when everything that anybody gains by it is covered here.

use ambit_catalog::catalog::Terms;
use ambit_catalog::file::{AdministerVerb, AuthorityMode};
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::roles::{EVERYONE, RoleRow};
use ambit_engine::{Authority, NodeIx, PermissionIx, RoleIx, SubjectIx, View};
use ambit_model::{SubjectKind, Timestamp};
use std::collections::BTreeSet;

/// A role held at a scope, directly, through groups, or as a baseline.
pub type Pair = (RoleIx, NodeIx);

/// A permission under terms, at a place and everywhere below it: what a step would give to somebody.
#[derive(Debug, Clone, Copy)]
pub struct Gain<'a> {
    /// What.
    pub permission: PermissionIx,
    /// Where.
    pub at: NodeIx,
    /// Under which terms.
    pub terms: &'a Terms,
    /// Roles without which the role that carries it is dormant.
    pub requires: &'a [String],
}

/// An actor's capability at an instant.
pub struct Capability<'a> {
    view: &'a View,
    actor: SubjectIx,
    authorities: Vec<Authority<'a>>,
    own: Vec<Holding>,
}

impl<'a> Capability<'a> {
    /// Looks at what an actor holds and may assign.
    #[must_use]
    pub fn of(view: &'a View, actor: SubjectIx, now: Timestamp) -> Self {
        let mut own = if view.may_act(actor, now) { in_force(view, actor, now) } else { Vec::new() };
        // What one may do for want of a role is nobody's to give.
        own.retain(|holding| holding.held.is_some() || view.roles().row(holding.role).id == EVERYONE);
        Self { view, actor, authorities: view.authorities(actor, now), own }
    }

    /// Whose it is.
    #[must_use]
    pub fn actor(&self) -> SubjectIx {
        self.actor
    }

    /// Whether the actor may do something, that is not about one role, at a scope.
    #[must_use]
    pub fn has_verb(&self, verb: AdministerVerb, scope: NodeIx) -> bool {
        self.with(verb).any(|authority| self.view.covers(authority.scope, scope))
    }

    /// Whether the actor may do something somewhere.
    #[must_use]
    pub fn has_verb_anywhere(&self, verb: AdministerVerb) -> bool {
        self.with(verb).next().is_some()
    }

    /// Whether the actor may do something with a role at a scope. The role's row comes from the state after the step,
    /// so that a role which the step itself makes can be given by it too.
    #[must_use]
    pub fn may(&self, verb: AdministerVerb, row: &RoleRow, scope: NodeIx) -> bool {
        let reached = self
            .with(verb)
            .any(|authority| self.view.covers(authority.scope, scope) && self.concerns(authority, row));
        reached && (verb != AdministerVerb::Assign || self.within_mode(row, scope))
    }

    /// Whether the actor may assign a role at a scope. Authority alone never gives a vendor-only role: only its holders do.
    #[must_use]
    pub fn may_assign(&self, (role, scope): Pair) -> bool {
        let row = self.view.roles().row(role);
        (!row.vendor_only || self.holds_role(role, scope)) && self.may(AdministerVerb::Assign, row, scope)
    }

    /// The first role that a subject holds, by whatever path, which the actor could not assign there.
    #[must_use]
    pub fn exceeded_by(&self, subject: SubjectIx, now: Timestamp) -> Option<Pair> {
        held(self.view, subject, now)
            .into_iter()
            .filter(|(role, _)| !self.view.roles().row(*role).baseline)
            .find(|pair| !self.may_assign(*pair))
    }

    /// A role of a subject that stands above the actor where one of its roles is taken: of the same product or of one
    /// that spans products, at a scope that is comparable (`administration.md` C.2.3, domination).
    #[must_use]
    pub fn dominated_by(&self, subject: SubjectIx, taken: Pair, now: Timestamp) -> Option<Pair> {
        if subject == self.actor {
            return None;
        }
        let product = self.view.roles().product_of(taken.0);
        held(self.view, subject, now).into_iter().find(|(role, scope)| {
            let row = self.view.roles().row(*role);
            let counts = row.product == product || self.view.registry().catalog(row.product).spans_products;
            let comparable = self.view.covers(*scope, taken.1) || self.view.covers(taken.1, *scope);
            !row.baseline && counts && comparable && !self.may_assign((*role, *scope))
        })
    }

    /// Until when the actor's authority to assign a role at a scope lasts; `None` inside for ever, `None` outside if it
    /// has none.
    #[must_use]
    pub fn lasts_until(&self, row: &RoleRow, scope: NodeIx) -> Option<Option<Timestamp>> {
        let ends = self
            .with(AdministerVerb::Assign)
            .filter(|authority| self.view.covers(authority.scope, scope) && self.concerns(authority, row))
            .map(|authority| self.view.ends(&authority.holding));
        ends.reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)))
    }

    /// Whether something that a step would give is within what the actor holds or may assign, there and under terms that
    /// are no wider.
    #[must_use]
    pub fn covers(&self, gain: &Gain<'_>) -> bool {
        self.holds(gain) || self.could_assign(gain, &|row, scope| self.is_assignable(row, scope))
    }

    /// The same for what a role of the organization would grant: its holders come later and elsewhere, so a role of the
    /// catalog that carries the permission must be assignable wherever the new one is.
    #[must_use]
    pub fn covers_for_role(&self, gain: &Gain<'_>, wanted: &RoleRow) -> bool {
        self.holds(gain)
            || self.could_assign(gain, &|row, scope| {
                self.is_assignable(row, scope) || is_as_assignable(row, wanted)
            })
    }

    fn with(&self, verb: AdministerVerb) -> impl Iterator<Item = &Authority<'a>> {
        self.authorities.iter().filter(move |authority| authority.allows(verb))
    }

    fn concerns(&self, authority: &Authority<'_>, row: &RoleRow) -> bool {
        self.view.is_administered(authority.product, authority.administers, row)
    }

    /// `hold_to_grant`: every permission of the role must be held by the actor itself, there.
    fn within_mode(&self, row: &RoleRow, scope: NodeIx) -> bool {
        let mode = self.view.registry().catalog(row.product).authority.mode;
        mode != AuthorityMode::HoldToGrant
            || row.grants.iter().all(|grant| {
                let permission = PermissionIx { product: row.product, id: grant.permission };
                let at = self.view.applies_from(scope, &grant.terms);
                at.is_none_or(|at| {
                    self.holds(&Gain { permission, at, terms: &grant.terms, requires: &row.requires })
                })
            })
    }

    fn holds(&self, gain: &Gain<'_>) -> bool {
        self.own.iter().any(|holding| self.gives(self.view.roles().row(holding.role), holding.scope, gain))
    }

    fn could_assign(&self, gain: &Gain<'_>, fits: &dyn Fn(&RoleRow, NodeIx) -> bool) -> bool {
        let roles = self.view.roles().iter().filter(|(_, row)| {
            row.product == gain.permission.product && !row.grants_of(gain.permission.id).is_empty()
        });
        roles.filter(|(role, row)| !row.vendor_only || self.holds_role(*role, gain.at)).any(|(_, row)| {
            self.view.chain(gain.at).any(|scope| {
                self.may(AdministerVerb::Assign, row, scope)
                    && fits(row, scope)
                    && self.gives(row, scope, gain)
            })
        })
    }

    fn holds_role(&self, role: RoleIx, at: NodeIx) -> bool {
        self.own.iter().any(|own| own.role == role && self.view.covers(own.scope, at))
    }

    fn is_assignable(&self, row: &RoleRow, scope: NodeIx) -> bool {
        let product = &self.view.registry().product(row.product).id;
        let role = self.view.roles().find(product, &row.id);
        role.is_some_and(|role| self.view.assignable_at(role, scope).is_ok())
    }

    /// Whether a role held at a scope gives at least what is gained.
    fn gives(&self, row: &RoleRow, scope: NodeIx, gain: &Gain<'_>) -> bool {
        row.product == gain.permission.product
            && row
                .requires
                .iter()
                .all(|role| gain.requires.contains(role) || gain.terms.requires.contains(role))
            && row.grants_of(gain.permission.id).iter().any(|grant| {
                let from = self.view.applies_from(scope, &grant.terms);
                from.is_some_and(|from| self.view.covers(from, gain.at))
                    && are_no_wider(gain.terms, &grant.terms)
            })
    }
}

/// A role that may be held at every type of scope at which another one may, without further conditions.
fn is_as_assignable(row: &RoleRow, wanted: &RoleRow) -> bool {
    let types = match (&row.assignable.at, &wanted.assignable.at) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(_), Some(wanted)) => wanted.iter().all(|kind| row.assignable.allows(kind)),
    };
    let source = |row: &RoleRow| row.assignable.when.as_ref().map(|when| when.source().to_owned());
    types && (row.assignable.when.is_none() || source(row) == source(wanted))
}

/// Whether terms leave no more than others do: every restriction of the others is among them.
#[must_use]
pub fn are_no_wider(wanted: &Terms, given: &Terms) -> bool {
    let condition = given.when.is_none() || given.when == wanted.when;
    let relation = given.related.is_empty()
        || (!wanted.related.is_empty() && wanted.related.iter().all(|name| given.related.contains(name)));
    let roles = given.requires.iter().all(|role| wanted.requires.contains(role));
    let budget = !given.within_budget || wanted.within_budget;
    let limit = given.limit.is_none() || given.limit == wanted.limit;
    let approval = !given.needs_approval || wanted.needs_approval;
    condition && relation && roles && budget && limit && approval
}

/// All roles of a subject, whatever their activation, but not those whose time is over (`administration.md` C.1, *Held*),
/// in every product.
#[must_use]
pub fn held(view: &View, subject: SubjectIx, now: Timestamp) -> BTreeSet<Pair> {
    let over = |holding: &Holding| view.ends(holding).is_some_and(|ends| ends <= now);
    let all = everything(view, subject, now);
    all.into_iter().filter(|holding| !over(holding)).map(|holding| (holding.role, holding.scope)).collect()
}

fn in_force(view: &View, subject: SubjectIx, now: Timestamp) -> Vec<Holding> {
    let mut all = everything(view, subject, now);
    all.retain(|holding| holding.inactive.is_none());
    all
}

fn everything(view: &View, subject: SubjectIx, now: Timestamp) -> Vec<Holding> {
    let products = view.registry().enabled().map(|(product, _)| product);
    products
        .flat_map(|product| Holdings::gather(view, subject, product, now).iter().copied().collect::<Vec<_>>())
        .collect()
}

/// A subject and all that it contains, if it is a group.
#[must_use]
pub fn with_members(view: &View, subject: SubjectIx) -> Vec<SubjectIx> {
    let mut seen = BTreeSet::from([subject]);
    let mut all = vec![subject];
    let mut next = 0;
    while next < all.len() {
        all.extend(view.members(all[next]).filter(|member| seen.insert(*member)));
        next += 1;
    }
    all
}

/// Whether a subject is a person who may act now.
#[must_use]
pub fn is_active_person(view: &View, subject: SubjectIx) -> bool {
    view.subject_ref(subject).kind == SubjectKind::User
        && view.user(subject).is_some_and(|user| user.status == ambit_model::Status::Active)
}
