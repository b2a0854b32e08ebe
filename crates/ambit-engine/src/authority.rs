//! Who may give which role where (design 3.11): authority is declared on roles and reaches the subtree of the scope at
//! which the role is held.

use crate::holdings::{Holding, Holdings};
use crate::registry::ProductIx;
use crate::roles::{RoleIx, RoleRow};
use crate::view::{NodeIx, SubjectIx, View};
use ambit_catalog::catalog::Administers;
use ambit_catalog::file::AdministerVerb;
use ambit_model::{ApiKey, Timestamp};

/// Why a role cannot be held at a scope, by anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAssignable {
    /// The scope belongs to another product.
    OtherProduct,
    /// The scope's type is not among those of the role; these are.
    Type(Vec<String>),
    /// The role is a custom one, bound to these instances.
    Instances(Vec<String>),
    /// The role's condition on the scope is false, or cannot be evaluated.
    Condition(String),
    /// The role is held without an assignment.
    Baseline,
}

impl View {
    /// Whether a role may be held at a scope at all.
    ///
    /// # Errors
    /// Why not.
    pub fn assignable_at(&self, role: RoleIx, scope: NodeIx) -> Result<(), NotAssignable> {
        let row = self.roles.row(role);
        let head = self.node_head(scope);
        let spans = self.registry.catalog(row.product).spans_products;
        if row.baseline {
            return Err(NotAssignable::Baseline);
        }
        if self.product_of(scope).is_some_and(|product| product != row.product)
            && !(spans && head.kind.is_builtin())
        {
            return Err(NotAssignable::OtherProduct);
        }
        if !row.assignable.allows(&self.registry.type_info(head.kind).name) {
            return Err(NotAssignable::Type(row.assignable.at.clone().unwrap_or_default()));
        }
        let bound = |instance: &ambit_model::ResourceRef| {
            self.node(instance).is_some_and(|instance| self.covers(instance, scope))
        };
        if !row.instances.is_empty() && !row.instances.iter().any(bound) {
            return Err(NotAssignable::Instances(row.instances.iter().map(ToString::to_string).collect()));
        }
        match &row.assignable.when {
            Some(condition) if !self.evaluate_at_scope(condition, scope).unwrap_or(false) => {
                let note = row.assignable.note.clone();
                Err(NotAssignable::Condition(note.unwrap_or_else(|| condition.source().to_owned())))
            }
            _ => Ok(()),
        }
    }

    /// Whether a subject may give a role at a scope: it has authority over it there, and the role may be held there.
    #[must_use]
    pub fn may_assign(&self, actor: SubjectIx, role: RoleIx, scope: NodeIx, time: Timestamp) -> bool {
        self.assignable_at(role, scope).is_ok()
            && self.has_authority(actor, AdministerVerb::Assign, role, scope, time)
    }

    /// Whether a subject may do something with a role at a scope.
    #[must_use]
    pub fn has_authority(
        &self,
        actor: SubjectIx,
        verb: AdministerVerb,
        role: RoleIx,
        scope: NodeIx,
        time: Timestamp,
    ) -> bool {
        self.authorities(actor, time)
            .iter()
            .any(|authority| authority.allows(verb) && self.reaches_role(authority, role, scope))
    }

    /// Whether a subject may do something that is not about one role, at a scope.
    #[must_use]
    pub fn has_verb(&self, actor: SubjectIx, verb: AdministerVerb, scope: NodeIx, time: Timestamp) -> bool {
        self.authorities(actor, time)
            .iter()
            .any(|authority| authority.allows(verb) && self.covers(authority.scope, scope))
    }

    /// Whether an authority is about a role at a scope.
    #[must_use]
    pub fn reaches_role(&self, authority: &Authority<'_>, role: RoleIx, scope: NodeIx) -> bool {
        self.covers(authority.scope, scope) && self.concerns_role(authority, role)
    }

    /// Whether an authority is about a role, wherever.
    #[must_use]
    pub fn concerns_role(&self, authority: &Authority<'_>, role: RoleIx) -> bool {
        self.is_administered(authority.product, authority.administers, self.roles.row(role))
    }

    /// Whether an entry that a product declares is about a role. Authority reaches other products only from a catalog that
    /// spans them. The role's row may come from another state of the same organization.
    #[must_use]
    pub fn is_administered(&self, declared_in: ProductIx, entry: &Administers, row: &RoleRow) -> bool {
        let declared = self.registry.product(declared_in);
        let product = &self.registry.product(row.product).id;
        let same_tree = declared_in == row.product || declared.catalog.spans_products;
        same_tree && entry.concerns(&declared.id, product, &row.id, row.level)
    }

    /// All that a subject administers, through roles in force.
    #[must_use]
    pub fn authorities(&self, actor: SubjectIx, time: Timestamp) -> Vec<Authority<'_>> {
        if !self.may_act(actor, time) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (product, _) in self.registry.enabled() {
            let holdings = Holdings::gather(self, actor, product, time);
            for holding in holdings.iter().filter(|holding| holding.inactive.is_none()) {
                let entries = self.administered_by(holding.role);
                found.extend(entries.map(|administers| Authority {
                    product,
                    holding: *holding,
                    scope: holding.scope,
                    administers,
                }));
            }
        }
        found
    }

    /// What the holder of a role administers: what the role declares, and what those that it includes declare.
    pub fn administered_by(&self, role: RoleIx) -> impl Iterator<Item = &Administers> {
        let row = self.roles.row(role);
        let catalog = self.registry.catalog(row.product);
        let roles = row.covers.iter().filter_map(|name| catalog.role(name));
        roles.flat_map(|role| &role.administers)
    }

    /// When an assignment ends, if it does.
    #[must_use]
    pub fn ends(&self, holding: &Holding) -> Option<Timestamp> {
        self.details(holding.holder, holding.held?)?.expires
    }

    /// Whether a subject is active, and, if it is a key, neither revoked nor expired.
    #[must_use]
    pub fn may_act(&self, actor: SubjectIx, time: Timestamp) -> bool {
        let barred = |key: &ApiKey| key.revoked || key.expires.is_some_and(|expires| expires <= time);
        self.subjects.get(actor.0).is_some_and(|row| row.head.active)
            && !self.api_key(actor).is_some_and(barred)
    }
}

/// One entry of what a subject administers: through which role, and where.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'a> {
    /// The product whose catalog declares it.
    pub product: ProductIx,
    /// The role held.
    pub holding: Holding,
    /// Where; it reaches everything below.
    pub scope: NodeIx,
    /// What.
    pub administers: &'a Administers,
}

impl Authority<'_> {
    /// Whether it is of this kind.
    #[must_use]
    pub fn allows(&self, verb: AdministerVerb) -> bool {
        self.administers.verbs.contains(&verb)
    }
}
