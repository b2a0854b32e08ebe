//! Where things stand, what is known of them, and who is related to them: facts that decisions read, and so ways to give
//! (`administration.md` C.4 e).

use super::Asked;
use crate::capability::{Gain, Pair};
use crate::refusal::{Code, Refusal};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, PermissionIx, RoleIx};
use ambit_model::{Properties, Relation, Resource, ResourceRef};
use std::collections::BTreeSet;

impl Asked<'_> {
    pub(super) fn resource_set(&self, resource: &Resource) -> Vec<Refusal> {
        let manage = |at: &ResourceRef| self.at(AdministerVerb::ManageResources, at, "manage resources");
        let known = self.step.before.node(&resource.id);
        let places = known.map(|_| &resource.id).into_iter().chain(&resource.parent);
        let refused: Vec<Refusal> = places.filter_map(manage).take(1).collect();
        if !refused.is_empty() {
            return refused;
        }
        match known {
            Some(node) => {
                self.relocated(node, resource).into_iter().chain(self.described(node, resource)).collect()
            }
            None => Vec::new(),
        }
    }

    /// A move gives what holds at the new place to those who hold it there, and takes what holds at the old one.
    fn relocated(&self, node: NodeIx, resource: &Resource) -> Option<Refusal> {
        let (before, after) = (self.step.before, self.step.after);
        let parent = resource.parent.as_ref().and_then(|parent| after.node(parent))?;
        if before.chain(node).nth(1) == Some(parent) {
            return None;
        }
        if let Some(old) = before.chain(node).nth(1) {
            let old = before.node_ref(old);
            if let Some(refusal) = self.at(AdministerVerb::ManageResources, &old, "move resources from there")
            {
                return Some(refusal);
            }
        }
        let new_above: Vec<NodeIx> =
            after.chain(parent).filter(|above| !before.covers(*above, node)).collect();
        let old_above: Vec<NodeIx> =
            before.chain(node).skip(1).filter(|above| !after.covers(*above, node)).collect();
        let given = self
            .held_at(&new_above)
            .into_iter()
            .find_map(|(role, _)| self.given_at(role, node, &resource.id));
        given.or_else(|| {
            let taken = self.held_at(&old_above).into_iter();
            taken.filter_map(|(role, _)| self.authority(AdministerVerb::Revoke, role, node)).next()
        })
    }

    fn held_at(&self, nodes: &[NodeIx]) -> BTreeSet<Pair> {
        let at = |node: &NodeIx| {
            let node = *node;
            self.step.before.holders_at(node).map(move |(role, _)| (role, node)).collect::<BTreeSet<_>>()
        };
        nodes.iter().flat_map(at).collect()
    }

    fn given_at(&self, role: RoleIx, node: NodeIx, name: &ResourceRef) -> Option<Refusal> {
        let row = self.row(role);
        if self.can.may(AdministerVerb::Assign, row, node) {
            return None;
        }
        let beyond = row.grants.iter().find(|grant| {
            let permission = PermissionIx { product: row.product, id: grant.permission };
            let gain = Gain { permission, at: node, terms: &grant.terms, requires: &row.requires };
            !self.can.covers(&gain)
        })?;
        let permission = self.step.before.registry().catalog(row.product).permission_full(beyond.permission);
        let message = format!(
            "`{}` may not move `{name}` there: holders of `{}` above the new place would get `{permission}`, which it \
             neither has nor may assign",
            self.name,
            self.step.before.role_ref(role)
        );
        Some(
            Refusal::new(Code::Escalation, message)
                .instead(self.who_may_assign(&self.step.before.role_ref(role), name)),
        )
    }

    /// A fact that a condition reads decides what holders of that condition may do: whoever writes it must be able to
    /// give what depends on it.
    fn described(&self, node: NodeIx, resource: &Resource) -> Option<Refusal> {
        let none = Properties::new();
        let before = self.step.before.properties(node).unwrap_or(&none);
        let names = before.keys().chain(resource.properties.keys());
        let changed: BTreeSet<&String> =
            names.filter(|name| before.get(*name) != resource.properties.get(*name)).collect();
        if changed.is_empty() {
            return None;
        }
        let view = self.step.before;
        let product = view.product_of(node);
        let concerned = view.roles().iter().filter(|(_, row)| {
            product.is_none_or(|product| product == row.product)
                || view.registry().catalog(row.product).spans_products
        });
        concerned
            .into_iter()
            .find_map(|(role, row)| changed.iter().find_map(|name| self.described_for(role, row, node, name)))
    }

    fn described_for(&self, role: RoleIx, row: &RoleRow, node: NodeIx, name: &str) -> Option<Refusal> {
        let reads = |condition: Option<&ambit_catalog::Condition>| {
            condition.is_some_and(|condition| condition.mentions(name))
        };
        let view = self.step.before;
        let at = view.node_ref(node);
        if reads(row.assignable.when.as_ref()) && !row.vendor_only {
            let refusal = self.authority(AdministerVerb::Assign, role, node);
            if let Some(refusal) = refusal {
                return Some(Refusal {
                    message: format!(
                        "`{name}` of `{at}` decides where `{}` may be held: {}",
                        view.role_ref(role),
                        refusal.message
                    ),
                    ..refusal
                });
            }
        }
        let beyond = row.grants.iter().filter(|grant| reads(grant.terms.when.as_ref())).find(|grant| {
            let permission = PermissionIx { product: row.product, id: grant.permission };
            let gain = Gain { permission, at: node, terms: &grant.terms, requires: &row.requires };
            !self.can.covers(&gain)
        })?;
        let permission = view.registry().catalog(row.product).permission_full(beyond.permission);
        let message = format!(
            "`{}` may not change `{name}` of `{at}`: `{permission}` depends on it (role `{}`), which it neither has nor \
             may assign there",
            self.name,
            view.role_ref(role)
        );
        Some(Refusal::new(Code::Escalation, message).instead(self.who_may_assign(&view.role_ref(role), &at)))
    }

    /// A relation gives what roles grant to those who have it.
    pub(super) fn relation_set(&self, relation: &Relation) -> Vec<Refusal> {
        let refused = self.at(AdministerVerb::ManageRelations, &relation.resource, "write relations");
        refused.or_else(|| self.related(relation)).into_iter().collect()
    }

    fn related(&self, relation: &Relation) -> Option<Refusal> {
        let view = self.step.before;
        let (subject, node) = (view.subject(&relation.subject)?, view.node(&relation.resource)?);
        let pairs = crate::capability::held(view, subject, self.step.now);
        pairs.into_iter().find_map(|(role, scope)| {
            let row = view.roles().row(role);
            let beyond = row.grants.iter().find(|grant| {
                let from = view.applies_from(scope, &grant.terms);
                let permission = PermissionIx { product: row.product, id: grant.permission };
                let gain = Gain { permission, at: node, terms: &grant.terms, requires: &row.requires };
                grant.terms.related.contains(&relation.relation)
                    && from.is_some_and(|from| view.covers(from, node))
                    && !self.can.covers(&gain)
            })?;
            let permission = view.registry().catalog(row.product).permission_full(beyond.permission);
            let message = format!(
                "`{}` may not make `{}` {} of `{}`: that gives `{permission}` (role `{}`), which it neither has nor may \
                 assign there",
                self.name,
                relation.subject,
                relation.relation,
                relation.resource,
                view.role_ref(role)
            );
            let who = self.who_may_assign(&view.role_ref(role), &relation.resource);
            Some(Refusal::new(Code::Escalation, message).instead(who))
        })
    }
}
