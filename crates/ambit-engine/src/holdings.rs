//! What a subject holds of a product: its own assignments, those of its groups, and the baselines (design 3.2), and
//! which of them are in force.

use crate::check::Via;
use crate::question::{Question, Target};
use crate::registry::ProductIx;
use crate::roles::{EVERYONE, RoleIx};
use crate::view::{Held, NodeIx, SubjectIx, View, subject_tag};
use ambit_model::{KeyKind, Properties, Reason, SubjectKind, Timestamp};
use smallvec::SmallVec;

/// How far `requires` is followed; catalogs refuse cycles, and no product nests this deep.
const REQUIRES_DEPTH_MAX: u8 = 8;

/// One role held, by whom and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The subject itself, or a group that contains it.
    pub holder: SubjectIx,
    /// The role.
    pub role: RoleIx,
    /// The scope.
    pub scope: NodeIx,
    /// The stored assignment; none for a baseline.
    pub held: Option<Held>,
}

impl Holding {
    /// The holding by its numbers.
    #[must_use]
    pub fn via(&self) -> Via {
        Via { holder: self.holder, role: self.role, scope: self.scope }
    }
}

/// All that a subject holds of one product.
pub struct Holdings<'a> {
    view: &'a View,
    time: Timestamp,
    subject: SubjectIx,
    /// The subject and its active groups.
    active: SmallVec<[SubjectIx; 16]>,
    holdings: SmallVec<[Holding; 16]>,
    public_key: bool,
}

impl<'a> Holdings<'a> {
    /// Gathers what the subject of a question holds of the permission's product.
    #[must_use]
    pub fn of(view: &'a View, question: &Question<'_>, target: &Target) -> Self {
        Self::gather(view, target.subject, target.permission.product, question.time)
    }

    /// Gathers what a subject holds of a product at an instant.
    #[must_use]
    pub fn gather(view: &'a View, subject: SubjectIx, product: ProductIx, time: Timestamp) -> Self {
        let public_key = view.api_key(subject).is_some_and(|key| key.kind == KeyKind::Public);
        let mut gathered =
            Self { view, time, subject, active: SmallVec::new(), holdings: SmallVec::new(), public_key };
        gathered.active.push(subject);
        gathered.add_held(subject, product);
        for group in view.all_groups(subject) {
            if gathered.is_active(group) {
                gathered.active.push(group);
            }
            gathered.add_held(group, product);
        }
        gathered.add_baselines(product);
        gathered
    }

    fn is_active(&self, subject: SubjectIx) -> bool {
        self.view.subjects.get(subject.0).is_some_and(|row| row.head.active)
    }

    fn add_held(&mut self, holder: SubjectIx, product: ProductIx) {
        for held in self.view.held(holder) {
            let row = self.view.roles.row(held.role);
            if row.exists && row.product == product {
                self.holdings.push(Holding { holder, role: held.role, scope: held.scope, held: Some(*held) });
            }
        }
    }

    /// What every user has, and the unassigned state of each area of which no role is held. A role that is dormant
    /// counts as held, so that suspending one never gives the state's rights (`administration.md` C.4 a).
    fn add_baselines(&mut self, product: ProductIx) {
        let declared = self.view.registry.product(product);
        let user = subject_tag(SubjectKind::User) as u8;
        let is_user = self.view.subjects.get(self.subject.0).is_some_and(|row| row.head.kind == user);
        if !declared.baselines || !declared.enabled || !is_user {
            return;
        }
        let Some(scope) = self.view.product_node(product) else { return };
        let mut add = |role: Option<RoleIx>| {
            if let Some(role) = role {
                self.holdings.push(Holding { holder: self.subject, role, scope, held: None });
            }
        };
        add(self.view.roles.find(&declared.id, EVERYONE));
        let mut states = Vec::new();
        for (index, area) in declared.catalog.areas.iter().enumerate() {
            if let Some(role) = area.unassigned {
                let name = &declared.catalog.roles[role.index()].id;
                states.push((index, self.view.roles.find(&declared.id, name)));
            }
        }
        for (area, role) in states {
            if !self.holds_role_of(area) {
                if let Some(role) = role {
                    self.holdings.push(Holding { holder: self.subject, role, scope, held: None });
                }
            }
        }
    }

    fn holds_role_of(&self, area: usize) -> bool {
        self.holdings.iter().any(|holding| {
            let row = self.view.roles.row(holding.role);
            holding.held.is_some()
                && row.areas.contains(&area)
                && self.timing(holding) != Some(Reason::Expired)
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Holding> {
        self.holdings.iter()
    }

    /// The subject and its active groups: whose relations and budgets count.
    #[must_use]
    pub fn active_subjects(&self) -> &[SubjectIx] {
        &self.active
    }

    /// The parameters of an assignment.
    #[must_use]
    pub fn parameters(&self, holding: &Holding) -> Option<&'a Properties> {
        let details = holding.held.and_then(|held| self.view.details(holding.holder, held))?;
        Some(&details.parameters)
    }

    /// Why a holding is not in force, if it is not.
    #[must_use]
    pub fn inactive(&self, holding: &Holding) -> Option<Reason> {
        self.inactive_at(holding, 0)
    }

    fn inactive_at(&self, holding: &Holding, depth: u8) -> Option<Reason> {
        if !self.active.contains(&holding.holder) {
            return Some(Reason::RoleInactive);
        }
        if let Some(reason) = self.timing(holding) {
            return Some(reason);
        }
        let row = self.view.roles.row(holding.role);
        if self.public_key && !row.public {
            return Some(Reason::RoleNotPublic);
        }
        let met = |required: &String| {
            depth < REQUIRES_DEPTH_MAX && self.in_force(required, holding.scope, depth + 1)
        };
        (!row.requires.iter().all(met)).then_some(Reason::RoleInactive)
    }

    fn timing(&self, holding: &Holding) -> Option<Reason> {
        let details = holding.held.and_then(|held| self.view.details(holding.holder, held))?;
        if details.starts.is_some_and(|starts| starts > self.time) {
            return Some(Reason::NotStarted);
        }
        details.expires.is_some_and(|expires| expires <= self.time).then_some(Reason::Expired)
    }

    /// Whether a role, or one that includes it, is in force at a scope that covers a node.
    #[must_use]
    pub fn in_force_over(&self, role: &str, node: NodeIx) -> bool {
        self.in_force(role, node, 0)
    }

    fn in_force(&self, role: &str, node: NodeIx, depth: u8) -> bool {
        self.holdings.iter().any(|holding| {
            let row = self.view.roles.row(holding.role);
            row.covers.iter().any(|covered| covered == role)
                && self.view.covers(holding.scope, node)
                && self.inactive_at(holding, depth).is_none()
        })
    }

    /// What is missing, in words.
    #[must_use]
    pub fn inactive_detail(&self, holding: &Holding) -> Option<String> {
        if !self.active.contains(&holding.holder) {
            return Some(format!("{} is inactive", self.view.subject_ref(holding.holder)));
        }
        let row = self.view.roles.row(holding.role);
        let missing: Vec<&str> = row
            .requires
            .iter()
            .filter(|required| !self.in_force(required, holding.scope, 1))
            .map(String::as_str)
            .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "`{}` is inactive without {} at {} or above",
                row.id,
                missing.join(", "),
                self.view.node_ref(holding.scope)
            )
        })
    }

    /// How the subject's own assignments at a refining node change what reaches the resource (design 3.4).
    #[must_use]
    pub fn refinement(&self, target: &Target) -> Refinement {
        let Some(node) = self.view.refining_above(target) else { return Refinement::None };
        let refines = |holding: &&Holding| {
            holding.held.is_some() && holding.scope == node && self.inactive(holding).is_none()
        };
        if !self.holdings.iter().any(|holding| refines(&holding)) {
            return Refinement::None;
        }
        let project = self
            .view
            .chain(node)
            .find(|above| self.view.node_head(*above).kind == crate::registry::TypeIx::PROJECT);
        let base = project.or_else(|| self.view.chain(node).nth(1));
        let has_base = base.is_some_and(|base| {
            self.holdings.iter().any(|holding| {
                holding.held.is_some()
                    && holding.scope != node
                    && self.view.covers(holding.scope, base)
                    && self.inactive(holding).is_none()
            })
        });
        if has_base { Refinement::Replaces(node) } else { Refinement::Unfounded(node) }
    }
}

/// What assignments at a refining node do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refinement {
    /// There are none.
    None,
    /// They replace those from above.
    Replaces(NodeIx),
    /// They have no project-level assignment to refine, and so give nothing.
    Unfounded(NodeIx),
}

impl Refinement {
    /// Why a holding does not count under this refinement, if it does not.
    #[must_use]
    pub fn excludes(self, view: &View, holding: &Holding) -> Option<Reason> {
        match self {
            Self::None => None,
            _ if holding.held.is_none() => None,
            Self::Replaces(node) => (!view.covers(node, holding.scope)).then_some(Reason::RefinedAway),
            Self::Unfounded(node) => (holding.scope == node).then_some(Reason::RoleInactive),
        }
    }
}
