//! Making or changing a role is giving what it grants to everybody who has it or will (design 3.11; `administration.md`
//! C.4 d). What counts is the effect: every role that grants more after the step than before, whichever change did it.

use super::Asked;
use crate::capability::{Gain, are_no_wider};
use crate::refusal::{Code, Refusal};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, PermissionIx, RoleIx, View};
use ambit_model::{Change, CustomRole, ResourceRef, RoleRef};

impl Asked<'_> {
    pub(super) fn custom_role(&self, role: &CustomRole) -> Option<Refusal> {
        let known = self.step.before.custom_role(&role.id);
        let verb = if known.is_some() { AdministerVerb::EditRoles } else { AdministerVerb::CreateRoles };
        let words = "create or edit custom roles there";
        self.role_verb(verb, &role.id.product, &role.instances, words).or_else(|| {
            let known = known?;
            self.role_verb(verb, &known.id.product, &known.instances, words)
        })
    }

    pub(super) fn custom_role_removed(&self, id: &RoleRef) -> Option<Refusal> {
        let role = self.step.before.custom_role(id)?;
        self.role_verb(AdministerVerb::DeleteRoles, &id.product, &role.instances, "delete custom roles there")
    }

    /// A difference from a system role reaches everywhere in the product.
    pub(super) fn overlay(&self, role: &RoleRef) -> Option<Refusal> {
        self.role_verb(AdministerVerb::EditRoles, &role.product, &[], "change system roles there")
    }

    fn role_verb(
        &self,
        verb: AdministerVerb,
        product: &str,
        instances: &[ResourceRef],
        words: &str,
    ) -> Option<Refusal> {
        let view = self.step.before;
        let tops: Vec<NodeIx> = if instances.is_empty() {
            let product = view.registry().product_named(product);
            product.and_then(|product| view.product_node(product)).into_iter().collect()
        } else {
            let named = instances.iter().filter_map(|instance| self.step.after.node(instance));
            named.map(|node| self.nearest_before(node)).collect()
        };
        if tops.is_empty() {
            return Some(self.refuse("the role belongs to no product that is enabled"));
        }
        let beyond = tops.into_iter().find(|top| !self.can.has_verb(verb, *top))?;
        self.at(verb, &view.node_ref(beyond), words)
    }

    /// Every role that gives more than before, wherever it may be held.
    pub(super) fn roles_changed(&self) -> Vec<Refusal> {
        let touches = |change: &Change| {
            matches!(
                change,
                Change::RoleSet(_)
                    | Change::RoleRemoved { .. }
                    | Change::OverlaySet(_)
                    | Change::OverlayRemoved { .. }
            )
        };
        let Some((_, mark)) = self.step.changes.iter().find(|(change, _)| touches(change)) else {
            return Vec::new();
        };
        let after = self.step.after.roles();
        after.iter().filter_map(|(role, row)| Some(self.widened(role, row)?.at(*mark))).collect()
    }

    fn widened(&self, role: RoleIx, row: &RoleRow) -> Option<Refusal> {
        let before = self.step.before.roles();
        let known = ((role.0 as usize) < before.len()).then(|| before.row(role)).filter(|row| row.exists);
        if known.is_some_and(|known| is_no_wider(known, row)) {
            return None;
        }
        let tops = tops(self.step.after, row);
        for grant in &row.grants {
            for top in &tops {
                let at = self.step.after.applies_from(*top, &grant.terms).map(|at| self.nearest_before(at));
                let permission = PermissionIx { product: row.product, id: grant.permission };
                let Some(at) = at else { continue };
                let gain = Gain { permission, at, terms: &grant.terms, requires: &row.requires };
                let had = known.is_some_and(|known| had(self.step.before, known, &gain));
                if !had && !self.can.covers_for_role(&gain, row) {
                    return Some(self.beyond(role, permission, at));
                }
            }
        }
        None
    }

    fn beyond(&self, role: RoleIx, permission: PermissionIx, at: NodeIx) -> Refusal {
        let view = self.step.after;
        let permission = view.registry().catalog(permission.product).permission_full(permission.id);
        let at = view.node_ref(at);
        let message = format!(
            "`{}` may not do this: `{}` would grant `{permission}` at `{at}`, which it neither has nor may assign \
             there under such terms",
            self.name,
            view.role_ref(role)
        );
        Refusal::new(Code::Escalation, message)
            .instead(format!("leave out `{permission}`, bind the role to instances that it administers, or ask somebody who may assign it"))
    }
}

/// A role that an edit leaves with no more grants, no fewer needs and no more places.
fn is_no_wider(before: &RoleRow, after: &RoleRow) -> bool {
    let grants = after.grants.iter().all(|grant| {
        before.grants_of(grant.permission).iter().any(|had| {
            are_no_wider(&grant.terms, &had.terms)
                && grant.terms.within == had.terms.within
                && grant.terms.reach == had.terms.reach
        })
    });
    let needs = before.requires.iter().all(|role| after.requires.contains(role));
    let places = before.instances.is_empty()
        || (!after.instances.is_empty() && after.instances.iter().all(|at| before.instances.contains(at)));
    let types = match (&before.assignable.at, &after.assignable.at) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(before), Some(after)) => after.iter().all(|kind| before.contains(kind)),
    };
    grants && needs && places && types && (after.vendor_only || !before.vendor_only)
}

/// Whether a role gave this already wherever it is asked about.
fn had(view: &View, row: &RoleRow, gain: &Gain<'_>) -> bool {
    let bound = tops(view, row);
    let needs = row.requires.iter().all(|role| gain.requires.contains(role));
    needs
        && row.grants_of(gain.permission.id).iter().any(|grant| {
            let somewhere = bound.iter().any(|top| {
                view.covers(*top, gain.at)
                    && view.applies_from(*top, &grant.terms).is_some_and(|from| view.covers(from, gain.at))
            });
            somewhere && are_no_wider(gain.terms, &grant.terms)
        })
}

/// The highest places at which a role can be held: its instances, or its product; the organization, for a product that
/// spans others.
fn tops(view: &View, row: &RoleRow) -> Vec<NodeIx> {
    if !row.instances.is_empty() {
        return row.instances.iter().filter_map(|instance| view.node(instance)).collect();
    }
    let spans = view.registry().catalog(row.product).spans_products;
    let at_root = spans || row.assignable.allows("organization");
    let root = if at_root && spans { view.root() } else { None };
    root.or_else(|| view.product_node(row.product)).into_iter().collect()
}
