//! What a subject holds of a product: its own assignments, those of its groups, and the baselines (design 3.2), and
//! which of them are in force.

use crate::check::Via;
use crate::question::{Question, Target};
use crate::registry::{ProductIx, TypeIx};
use crate::roles::{EVERYONE, RoleIx};
use crate::view::{Held, NodeIx, SubjectIx, View, subject_tag};
use ambit_model::{KeyKind, Properties, Reason, SubjectKind, Timestamp};
use smallvec::SmallVec;

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
    /// Why it is not in force, if it is not.
    pub inactive: Option<Reason>,
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
    product: ProductIx,
    /// The subject and the groups that contain it through active groups only.
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
        let mut gathered = Self {
            view,
            time,
            subject,
            product,
            active: SmallVec::new(),
            holdings: SmallVec::new(),
            public_key,
        };
        gathered.add_active();
        gathered.add_held(subject);
        for group in view.all_groups(subject) {
            gathered.add_held(group);
        }
        gathered.add_baselines();
        gathered.settle();
        gathered
    }

    /// An inactive group gives its members nothing, and so not the groups that it is in either.
    fn add_active(&mut self) {
        self.active.push(self.subject);
        let mut next = 0;
        while next < self.active.len() {
            for group in self.view.direct_groups(self.active[next]) {
                let group = SubjectIx(*group);
                if self.is_active(group) && !self.active.contains(&group) {
                    self.active.push(group);
                }
            }
            next += 1;
        }
    }

    fn is_active(&self, subject: SubjectIx) -> bool {
        self.view.subjects.get(subject.0).is_some_and(|row| row.head.active)
    }

    fn add_held(&mut self, holder: SubjectIx) {
        for held in self.view.held(holder) {
            let row = self.view.roles.row(held.role);
            if row.exists && row.product == self.product {
                let (role, scope) = (held.role, held.scope);
                self.holdings.push(Holding { holder, role, scope, held: Some(*held), inactive: None });
            }
        }
    }

    /// What every user has, and the unassigned state of each area of which no role is held. A role that is dormant
    /// counts as held, so that suspending one never gives the state's rights (`administration.md` C.4 a).
    fn add_baselines(&mut self) {
        let declared = self.view.registry.product(self.product);
        let user = subject_tag(SubjectKind::User) as u8;
        let is_user = self.view.subjects.get(self.subject.0).is_some_and(|row| row.head.kind == user);
        if !declared.baselines || !declared.enabled || !is_user {
            return;
        }
        let Some(scope) = self.view.product_node(self.product) else { return };
        self.add_baseline(self.view.roles.find(&declared.id, EVERYONE), scope);
        for (index, area) in declared.catalog.areas.iter().enumerate() {
            let Some(role) = area.unassigned else { continue };
            if !self.holds_role_of(index) {
                let name = &declared.catalog.roles[role.index()].id;
                self.add_baseline(self.view.roles.find(&declared.id, name), scope);
            }
        }
    }

    fn add_baseline(&mut self, role: Option<RoleIx>, scope: NodeIx) {
        let Some(role) = role.filter(|role| self.view.roles.row(*role).exists) else { return };
        self.holdings.push(Holding { holder: self.subject, role, scope, held: None, inactive: None });
    }

    fn holds_role_of(&self, area: usize) -> bool {
        self.holdings.iter().any(|holding| {
            let row = self.view.roles.row(holding.role);
            holding.held.is_some()
                && row.areas.contains(&area)
                && self.timing(holding) != Some(Reason::Expired)
        })
    }

    /// The view that they are of.
    #[must_use]
    pub fn view(&self) -> &'a View {
        self.view
    }

    /// Their product.
    #[must_use]
    pub fn product(&self) -> ProductIx {
        self.product
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
        holding.inactive
    }

    /// Finds what is in force. What depends on other roles is dormant until they are found to be in force, so that roles
    /// that need each other stay dormant.
    fn settle(&mut self) {
        let mut pending: SmallVec<[usize; 8]> = SmallVec::new();
        for index in 0..self.holdings.len() {
            let holding = self.holdings[index];
            let dependent = self.is_dependent(&holding);
            self.holdings[index].inactive =
                self.own_reason(&holding).or(dependent.then_some(Reason::RoleInactive));
            if dependent && self.own_reason(&holding).is_none() {
                pending.push(index);
            }
        }
        let mut before = usize::MAX;
        while pending.len() < before {
            before = pending.len();
            pending.retain(|index| {
                let met = self.is_met(&self.holdings[*index]);
                if met {
                    self.holdings[*index].inactive = None;
                }
                !met
            });
        }
    }

    /// Why a holding is not in force, whatever else is held.
    fn own_reason(&self, holding: &Holding) -> Option<Reason> {
        if !self.active.contains(&holding.holder) {
            return Some(Reason::RoleInactive);
        }
        let private = self.public_key && !self.view.roles.row(holding.role).public;
        self.timing(holding).or(private.then_some(Reason::RoleNotPublic))
    }

    /// Whether other holdings decide about this one: its role requires some, or it refines one.
    fn is_dependent(&self, holding: &Holding) -> bool {
        !self.view.roles.row(holding.role).requires.is_empty() || self.is_refining(holding)
    }

    fn is_refining(&self, holding: &Holding) -> bool {
        holding.held.is_some() && self.view.refines(holding.scope, self.product)
    }

    fn is_met(&self, holding: &Holding) -> bool {
        let row = self.view.roles.row(holding.role);
        row.requires.iter().all(|required| self.in_force_over(required, holding.scope))
            && self.is_founded(holding)
    }

    /// A refining assignment needs one to refine (design 3.4): at the project or above; where there is no project, at the
    /// nearest node above that does not refine, or above that.
    fn is_founded(&self, holding: &Holding) -> bool {
        if !self.is_refining(holding) {
            return true;
        }
        let above = self.view.chain(holding.scope);
        let project = above.clone().find(|node| self.view.node_head(*node).kind == TypeIx::PROJECT);
        let base = project.or_else(|| above.clone().find(|node| !self.view.refines(*node, self.product)));
        base.is_some_and(|base| {
            let covers = |other: &Holding| {
                other.held.is_some() && other.inactive.is_none() && self.view.covers(other.scope, base)
            };
            self.holdings.iter().any(covers)
        })
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
        self.holdings.iter().any(|holding| {
            holding.inactive.is_none()
                && self.view.roles.row(holding.role).covers.iter().any(|covered| covered == role)
                && self.view.covers(holding.scope, node)
        })
    }

    /// What is missing, in words.
    #[must_use]
    pub fn inactive_detail(&self, holding: &Holding) -> Option<String> {
        if !self.active.contains(&holding.holder) {
            let group = self.view.subject_ref(holding.holder);
            let through = if self.is_active(holding.holder) {
                "reached only through an inactive group"
            } else {
                "inactive"
            };
            return Some(format!("{group} is {through}"));
        }
        let row = self.view.roles.row(holding.role);
        let missing = row.requires.iter().filter(|required| !self.in_force_over(required, holding.scope));
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        let scope = self.view.node_ref(holding.scope);
        if !missing.is_empty() {
            return Some(format!(
                "`{}` is inactive without {} at {scope} or above",
                row.id,
                missing.join(", ")
            ));
        }
        let unfounded = holding.inactive.is_some() && !self.is_founded(holding);
        unfounded.then(|| format!("there is no project-level role that `{}` at {scope} could refine", row.id))
    }

    /// How the subject's own assignments at a refining node change what reaches the resource (design 3.4): those at the
    /// nearest node that has any replace what comes from above.
    #[must_use]
    pub fn refinement(&self, target: &Target) -> Refinement {
        self.refinement_at(target.head)
    }

    /// The same at a node.
    #[must_use]
    pub fn refinement_at(&self, node: NodeIx) -> Refinement {
        if !self.view.registry.product(self.product).refines {
            return Refinement::None;
        }
        let refined = |node: &NodeIx| {
            let here = |holding: &Holding| {
                holding.held.is_some() && holding.scope == *node && holding.inactive.is_none()
            };
            self.view.refines(*node, self.product) && self.holdings.iter().any(here)
        };
        self.view.chain(node).find(refined).map_or(Refinement::None, Refinement::Replaces)
    }
}

/// What assignments at a refining node do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refinement {
    /// There are none.
    None,
    /// They replace those from above.
    Replaces(NodeIx),
}

impl Refinement {
    /// Whether a holding is replaced under this refinement. Baselines are not assignments and stay.
    #[must_use]
    pub fn replaces(self, view: &View, holding: &Holding) -> bool {
        match self {
            Self::None => false,
            Self::Replaces(node) => holding.held.is_some() && !view.covers(node, holding.scope),
        }
    }
}
