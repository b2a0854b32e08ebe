//! Who gains and loses which roles by a step, through whichever path: directly, through groups, as an unassigned state,
//! or because something no longer replaces what comes from above (`administration.md` C.4 a, b).

use super::Asked;
use crate::capability::Pair;
use crate::refusal::{Code, Refusal};
use ambit_catalog::file::{AdministerVerb, OwnSteps};
use ambit_engine::holdings::Holdings;
use ambit_engine::{NodeIx, SubjectIx, View};
use ambit_model::{Assignment, Change, SubjectKind};
use std::collections::BTreeSet;

impl Asked<'_> {
    /// Refusals about everybody whose roles the step moves.
    pub(super) fn moved(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for (subject, mark) in &self.step.affected {
            refusals.extend(self.roles_of(*subject).into_iter().map(|refusal| refusal.at(*mark)));
        }
        for (subject, mark) in &self.step.removed {
            let lost = crate::capability::held(self.step.before, *subject, self.step.now);
            refusals.extend(self.taken(*subject, &lost).into_iter().map(|refusal| refusal.at(*mark)));
        }
        refusals.extend(self.groups_paused());
        refusals
    }

    /// A state that ends because a role is given is no loss of its own, and what everybody has comes with being a user; a
    /// state that begins because the last role of an area is taken is a gain like any other.
    fn roles_of(&self, subject: SubjectIx) -> Vec<Refusal> {
        let baseline = |(role, _): &Pair| self.step.after.roles().row(*role).baseline;
        let before = self.step.before.subject(&self.step.after.subject_ref(subject));
        let mut gained = self.step.gained(subject);
        gained.retain(|pair| before.is_some() || !baseline(pair));
        let mut lost = self.step.lost(subject);
        lost.retain(|pair| !baseline(pair));
        let (uncovered, covered) = self.refined(subject, before, &gained, &lost);
        let mut refusals = self.own_step(subject, &gained, &lost);
        gained.extend(uncovered);
        gained.extend(self.woken(subject, before));
        refusals.extend(self.moves(AdministerVerb::Assign, &gained));
        refusals.extend(self.moves(AdministerVerb::Revoke, &covered));
        if let Some(before) = before {
            refusals.extend(self.taken(before, &lost));
        }
        refusals
    }

    /// Roles with authority that were held and dormant, and are in force after the step: what one held could do nothing,
    /// and now somebody administers. Of roles without authority a dormant one counts as held all along
    /// (`administration.md` C.4 c).
    fn woken(&self, subject: SubjectIx, before: Option<SubjectIx>) -> BTreeSet<Pair> {
        let now = self.step.now;
        let in_force = |view: &View, subject: SubjectIx| -> BTreeSet<Pair> {
            let authorities = view.authorities(subject, now);
            authorities.iter().map(|authority| (authority.holding.role, authority.scope)).collect()
        };
        let known = before.map(|subject| in_force(self.step.before, subject)).unwrap_or_default();
        in_force(self.step.after, subject).difference(&known).copied().collect()
    }

    fn moves(&self, verb: AdministerVerb, pairs: &BTreeSet<Pair>) -> Vec<Refusal> {
        pairs.iter().filter_map(|(role, scope)| self.authority(verb, *role, *scope)).collect()
    }

    /// What is taken needs authority over it, and nobody takes anything from those who stand above.
    fn taken(&self, before: SubjectIx, lost: &BTreeSet<Pair>) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for pair in lost.iter().filter(|(role, _)| !self.step.before.roles().row(*role).baseline) {
            refusals.extend(self.authority(AdministerVerb::Revoke, pair.0, pair.1));
            let above = self.can.dominated_by(before, *pair, self.step.now);
            refusals.extend(above.map(|above| self.dominated(before, above)));
        }
        refusals.truncate(4);
        refusals
    }

    /// Where a catalog says `self: false`, somebody else has to change what an administrator holds.
    fn own_step(&self, subject: SubjectIx, gained: &BTreeSet<Pair>, lost: &BTreeSet<Pair>) -> Vec<Refusal> {
        if self.step.before.subject(&self.step.after.subject_ref(subject)) != Some(self.actor) {
            return Vec::new();
        }
        let view = self.step.after;
        let refused = gained.iter().chain(lost).find(|(role, _)| {
            let catalog = view.registry().catalog(self.row(*role).product);
            catalog.authority.own == OwnSteps::Refused
        });
        let refusal = refused.map(|(role, _)| {
            let message = format!(
                "`{}` may not change what it holds itself: `{}` (`self: false` in the catalog)",
                self.name,
                view.role_ref(*role)
            );
            Refusal::new(Code::OwnStep, message).instead("another administrator of the product may")
        });
        refusal.into_iter().collect()
    }

    /// What a refining role uncovers when the last of its node is taken, and what it covers when the first is given.
    fn refined(
        &self,
        subject: SubjectIx,
        before: Option<SubjectIx>,
        gained: &BTreeSet<Pair>,
        lost: &BTreeSet<Pair>,
    ) -> (BTreeSet<Pair>, BTreeSet<Pair>) {
        let Some(before) = before else { return Default::default() };
        let mut uncovered = BTreeSet::new();
        for (role, node) in lost {
            let product = self.row(*role).product;
            if !self.refines_for(self.step.after, subject, *node, product) {
                uncovered.extend(inherited(self.step.after, subject, (*role, *node), self.step.now));
            }
        }
        let mut covered = BTreeSet::new();
        for (role, node) in gained {
            let product = self.row(*role).product;
            let new = self.step.before.node_head(*node).exists
                && !self.refines_for(self.step.before, before, *node, product);
            if new {
                covered.extend(inherited(self.step.before, before, (*role, *node), self.step.now));
            }
        }
        (uncovered, covered)
    }

    /// Whether a subject has something that refines at a node, or nothing could refine there.
    fn refines_for(
        &self,
        view: &View,
        subject: SubjectIx,
        node: NodeIx,
        product: ambit_engine::ProductIx,
    ) -> bool {
        !view.refines(node, product)
            || Holdings::gather(view, subject, product, self.step.now)
                .iter()
                .any(|holding| holding.held.is_some() && holding.scope == node)
    }

    /// Pausing a group takes from its members what it holds, and waking it gives that back.
    fn groups_paused(&self) -> Vec<Refusal> {
        let view = self.step.before;
        let mut refusals = Vec::new();
        for (change, mark) in self.step.changes {
            let Change::GroupSet(group) = change else { continue };
            let Some(index) = view.subject_named(SubjectKind::Group, &group.id) else { continue };
            if view.group(index).is_some_and(|known| known.active == group.active) {
                continue;
            }
            let pairs: BTreeSet<Pair> = self.pairs_of(index).into_iter().collect();
            let verb = if group.active { AdministerVerb::Assign } else { AdministerVerb::Revoke };
            refusals.extend(self.moves(verb, &pairs).into_iter().map(|refusal| refusal.at(*mark)));
            let above = crate::capability::with_members(view, index).into_iter().find_map(|member| {
                let pairs = pairs.iter().filter(|_| !group.active);
                let above =
                    pairs.into_iter().find_map(|pair| self.can.dominated_by(member, *pair, self.step.now));
                above.map(|above| self.dominated(member, above))
            });
            refusals.extend(above.map(|refusal| refusal.at(*mark)));
        }
        refusals
    }

    /// A key's role never outlives the authority that it comes from (`administration.md` C.4 g).
    pub(super) fn outlived(&self, set: &Assignment) -> Option<Refusal> {
        if set.subject.kind != SubjectKind::ApiKey {
            return None;
        }
        let (role, scope) = (self.step.after.role(&set.role)?, self.step.after.node(&set.scope)?);
        let ends = self.can.lasts_until(self.row(role), self.nearest_before(scope))??;
        let outlives = set.expires.is_none_or(|expires| expires > ends);
        outlives.then(|| {
            let message = format!(
                "`{}` would hold `{}` longer than `{}` may give it, which is until {ends}",
                set.subject, set.role, self.name
            );
            Refusal::new(Code::OutlivesAuthority, message)
                .instead(format!("let it expire at {ends} or before"))
        })
    }
}

/// The roles of the same product that reach a node from above.
fn inherited(
    view: &View,
    subject: SubjectIx,
    (role, node): Pair,
    now: ambit_model::Timestamp,
) -> BTreeSet<Pair> {
    let product = view.roles().product_of(role);
    let holdings = Holdings::gather(view, subject, product, now);
    let above = holdings.iter().filter(|holding| {
        holding.held.is_some() && holding.scope != node && view.covers(holding.scope, node)
    });
    above.map(|holding| (holding.role, node)).collect()
}
