//! Who may give which role where (design 3.11): authority is declared on roles and reaches the subtree of the scope at
//! which the role is held.

use crate::holdings::Holdings;
use crate::registry::ProductIx;
use crate::roles::RoleIx;
use crate::view::{NodeIx, SubjectIx, View};
use ambit_catalog::catalog::{Administers, ProductScope};
use ambit_catalog::file::AdministerVerb;
use ambit_model::Timestamp;

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
        let row = self.roles.row(role);
        self.authorities(actor, time).any(|(product, held_at, administers)| {
            let spans = self.registry.catalog(product).spans_products;
            let same_tree = product == row.product || spans;
            let reaches = self.covers(held_at, scope);
            reaches
                && same_tree
                && administers.verbs.contains(&verb)
                && self.is_administered(product, administers, role)
        })
    }

    /// Whether a subject may do something that is not about one role, at a scope.
    #[must_use]
    pub fn has_verb(&self, actor: SubjectIx, verb: AdministerVerb, scope: NodeIx, time: Timestamp) -> bool {
        self.authorities(actor, time)
            .any(|(_, held_at, administers)| self.covers(held_at, scope) && administers.verbs.contains(&verb))
    }

    /// All that a subject administers: of which product's role it comes, where it is held, and what it is.
    fn authorities(
        &self,
        actor: SubjectIx,
        time: Timestamp,
    ) -> impl Iterator<Item = (ProductIx, NodeIx, &Administers)> {
        let active = self.may_act(actor, time);
        let products = self.registry.enabled().filter(move |_| active);
        products.flat_map(move |(product, declared)| {
            let holdings = Holdings::gather(self, actor, product, time);
            let in_force: Vec<_> =
                holdings.iter().filter(|holding| holding.inactive.is_none()).copied().collect();
            in_force.into_iter().flat_map(move |holding| {
                let row = self.roles.row(holding.role);
                let roles = row.covers.iter().filter_map(|name| declared.catalog.role(name));
                roles
                    .flat_map(|role| &role.administers)
                    .map(move |administers| (product, holding.scope, administers))
            })
        })
    }

    /// Whether a subject is active, and, if it is a key, not expired.
    fn may_act(&self, actor: SubjectIx, time: Timestamp) -> bool {
        let expires = self.api_key(actor).and_then(|key| key.expires);
        self.subjects.get(actor.0).is_some_and(|row| row.head.active)
            && expires.is_none_or(|expires| expires > time)
    }

    /// Whether a role is among those that an entry names. `any` means every product but the declaring one, whose levels
    /// would mean nothing there.
    fn is_administered(&self, declared_in: ProductIx, administers: &Administers, role: RoleIx) -> bool {
        let row = self.roles.row(role);
        let product_fits = match &administers.product {
            ProductScope::Any => row.product != declared_in,
            ProductScope::Product(name) => self.registry.product(row.product).id == *name,
        };
        let level_fits =
            administers.level_at_most.is_none_or(|most| row.level.is_some_and(|level| level <= most));
        let listed = administers.roles.is_empty() || administers.roles.contains(&row.id);
        product_fits && level_fits && listed
    }
}
