//! What a subject may see of its organization (design 3.11, 10): everything for who has access to the whole Admin
//! Center, else what its administration reaches, and nothing but itself for who administers nothing.
//!
//! A story. Ivan administers the instance `shop-us`. He sees it with all that stands under it, everybody who holds a
//! role there, the roles of commerce, and the part of the log that is about these. Of the product above he sees the
//! name, as the path to his instance; the European shop does not exist for him.
//!
//! Scopes come from two sources. Roles that administer something let their holder see where they are held. The
//! permissions of the admin centre's documents let see what they are named for: products, instances, groups, roles,
//! users, projects. Authority is that of now: [`Reach`] is found in the newest state, and [`Reach::on`] lays it over
//! any state, so that who is an administrator today sees the past of what is administered today.

use crate::approvals::may_decide;
use ambit_catalog::catalog::{Administers, ProductScope};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::view::Held;
use ambit_engine::{EntityRef, NodeIx, ProductIx, Question, RoleIx, SubjectIx, TypeIx, View};
use ambit_model::{
    Approval, Budget, Change, Entry, Outcome, Relation, ResourceRef, RoleRef, SubjectKind, SubjectRef,
    Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// The permission that shows everything.
const EVERYTHING: &str = "admin-center/admin_center.access_all";

/// What a permission of the admin centre lets see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// The resource and all below.
    Places,
    /// The resource alone.
    Place,
    /// The resource, all below, and who holds roles there.
    People,
    /// Groups that hold roles of the product.
    Groups,
    /// The roles of the product.
    Roles,
}

/// The permissions of the admin centre, on which type of resource they are asked, and what they show. Source: Opti ID
/// Admin Center, manage roles and permissions; `docs/readings.md` says how its gaps are read.
const PERMISSIONS: [(&str, &str, Shows); 8] = [
    ("admin-center/products.access", "product", Shows::Places),
    ("admin-center/groups.access", "product", Shows::Groups),
    ("admin-center/roles.access", "product", Shows::Roles),
    ("admin-center/product_instances.access", "instance", Shows::Places),
    ("admin-center/users.access", "instance", Shows::People),
    ("admin-center/experimentation_projects.view", "project", Shows::Place),
    ("admin-center/experimentation_projects.manage", "project", Shows::Places),
    ("admin-center/experimentation_project_users.manage", "project", Shows::People),
];

/// How far a subject's sight reaches, by names, so that it can be laid over the state of any revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    subject: SubjectRef,
    time: Timestamp,
    everything: bool,
    /// Where it sees who holds what, and all resources.
    people: BTreeSet<ResourceRef>,
    /// Where it sees resources.
    places: BTreeSet<ResourceRef>,
    /// Single resources.
    single: BTreeSet<ResourceRef>,
    /// Products of whose roles' groups it sees.
    groups: BTreeSet<String>,
    /// Products whose roles it sees, beside those of products that it sees something of.
    roles: BTreeSet<String>,
    /// Whether it sees groups that hold nothing: somebody must be able to go on with a group that was just made.
    idle_groups: bool,
}

impl Reach {
    /// The reach of a subject in the newest state.
    #[must_use]
    pub fn of(view: &View, subject: &SubjectRef, now: Timestamp) -> Self {
        let mut reach = Self {
            subject: subject.clone(),
            time: now,
            everything: may_see_everything(view, subject, now),
            people: BTreeSet::new(),
            places: BTreeSet::new(),
            single: BTreeSet::new(),
            groups: BTreeSet::new(),
            roles: BTreeSet::new(),
            idle_groups: false,
        };
        let index = view.subject(subject).filter(|index| view.may_act(*index, now));
        if let Some(index) = index.filter(|_| !reach.everything) {
            let scopes = administered(view, index, now);
            let authorities = view.authorities(index, now);
            reach.idle_groups = authorities.iter().any(|entry| entry.allows(AdministerVerb::ManageGroups));
            reach.people = scopes.into_iter().map(|scope| view.node_ref(scope)).collect();
            reach.add_permitted(view);
        }
        reach
    }

    /// Resources on which the engine allows the permissions of the admin centre.
    fn add_permitted(&mut self, view: &View) {
        for (permission, kind, shows) in PERMISSIONS {
            let subject = self.subject.clone();
            let question = question(&subject, permission, EntityRef::new(kind, ""), self.time);
            for node in view.search_resources(&question, 0, usize::MAX).found {
                let name = view.node_ref(node);
                match shows {
                    Shows::Places => self.places.insert(name),
                    Shows::Place => self.single.insert(name),
                    Shows::People => self.people.insert(name),
                    Shows::Groups => self.groups.insert(name.id),
                    Shows::Roles => self.roles.insert(name.id),
                };
            }
        }
    }

    /// Whether it sees the whole organization.
    #[must_use]
    pub fn everything(&self) -> bool {
        self.everything
    }

    /// What it shows in a state, which may be of the past.
    #[must_use]
    pub fn on<'v>(&self, view: &'v View) -> Sight<'v> {
        let known = |names: &BTreeSet<ResourceRef>| tops(view, names);
        let products = |ids: &BTreeSet<String>| {
            ids.iter().filter_map(|id| view.registry().product_named(id)).collect::<BTreeSet<ProductIx>>()
        };
        let mut sight = Sight {
            view,
            subject: self.subject.clone(),
            index: view.subject(&self.subject),
            time: self.time,
            everything: self.everything,
            people: known(&self.people),
            places: known(&self.places),
            single: self.single.iter().filter_map(|name| view.node(name)).collect(),
            groups: products(&self.groups),
            roles: products(&self.roles),
            idle_groups: self.idle_groups,
            products: BTreeSet::new(),
            path: BTreeSet::new(),
        };
        sight.settle();
        sight
    }
}

fn question<'a>(
    subject: &'a SubjectRef,
    permission: &'a str,
    resource: EntityRef<'a>,
    time: Timestamp,
) -> Question<'a> {
    let subject = EntityRef::new(subject.kind.as_str(), &subject.id);
    Question { subject, permission, action: None, resource, context: None, time }
}

fn may_see_everything(view: &View, subject: &SubjectRef, now: Timestamp) -> bool {
    let Some(organization) = view.organization() else { return false };
    let resource = EntityRef::new("organization", organization.as_str());
    view.check(&question(subject, EVERYTHING, resource, now)).outcome == Outcome::Allow
}

/// The scopes at which a subject holds, in force, a role that administers something.
fn administered(view: &View, subject: SubjectIx, now: Timestamp) -> BTreeSet<NodeIx> {
    let authorities = view.authorities(subject, now).into_iter();
    authorities
        .filter_map(|entry| administered_from(view, entry.product, entry.scope, entry.administers))
        .collect()
}

/// Where an entry lets its holder see. Authority over one product's roles reaches into that product only, also when the
/// role is held at the organization.
pub(crate) fn administered_from(
    view: &View,
    declared_in: ProductIx,
    scope: NodeIx,
    administers: &Administers,
) -> Option<NodeIx> {
    let spans = view.registry().catalog(declared_in).spans_products;
    let own = &view.registry().product(declared_in).id;
    let product = match &administers.product {
        _ if !spans => declared_in,
        ProductScope::Any => return Some(scope),
        ProductScope::Product(name) if name == own => return Some(scope),
        ProductScope::Product(name) => view.registry().product_named(name)?,
    };
    match view.product_of(scope) {
        None => view.product_node(product),
        Some(of_scope) => (of_scope == product).then_some(scope),
    }
}

/// The resources of these names, without those that stand below another one of them.
fn tops(view: &View, names: &BTreeSet<ResourceRef>) -> BTreeSet<NodeIx> {
    let nodes: BTreeSet<NodeIx> = names.iter().filter_map(|name| view.node(name)).collect();
    let below = |node: &NodeIx| view.chain(*node).skip(1).any(|above| nodes.contains(&above));
    nodes.iter().filter(|node| !below(node)).copied().collect()
}

/// How much of a resource is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeSight {
    /// Nothing: it does not exist.
    Hidden,
    /// Its name, as a part of the path to what is seen.
    Name,
    /// All of it, without who holds roles there.
    Place,
    /// All of it, and who holds roles there.
    People,
}

/// What a subject sees of a state.
#[derive(Debug, Clone)]
pub struct Sight<'v> {
    view: &'v View,
    subject: SubjectRef,
    index: Option<SubjectIx>,
    time: Timestamp,
    everything: bool,
    people: BTreeSet<NodeIx>,
    places: BTreeSet<NodeIx>,
    single: BTreeSet<NodeIx>,
    groups: BTreeSet<ProductIx>,
    roles: BTreeSet<ProductIx>,
    idle_groups: bool,
    products: BTreeSet<ProductIx>,
    path: BTreeSet<NodeIx>,
}

impl<'v> Sight<'v> {
    /// What a subject sees of the newest state.
    #[must_use]
    pub fn of(view: &'v View, subject: &SubjectRef, now: Timestamp) -> Self {
        Reach::of(view, subject, now).on(view)
    }

    /// Ancestors are seen by name, and products of which anything is seen are seen as products.
    fn settle(&mut self) {
        let view = self.view;
        let seen = self.people.iter().chain(&self.places).chain(&self.single);
        for node in seen {
            self.products.extend(view.product_of(*node));
            self.path.extend(view.chain(*node).skip(1));
            if view.node_head(*node).kind == TypeIx::ORGANIZATION {
                self.products.extend(view.registry().enabled().map(|(product, _)| product));
            }
        }
        self.products.extend(&self.roles);
        self.products.extend(&self.groups);
        if !self.products.is_empty() {
            let spanning = view.registry().enabled().filter(|(_, product)| product.catalog.spans_products);
            self.products.extend(spanning.map(|(product, _)| product));
        }
    }

    /// The state that is seen.
    #[must_use]
    pub fn view(&self) -> &'v View {
        self.view
    }

    /// Who sees.
    #[must_use]
    pub fn who(&self) -> &SubjectRef {
        &self.subject
    }

    /// Whether it sees the whole organization.
    #[must_use]
    pub fn everything(&self) -> bool {
        self.everything
    }

    /// Whether it sees nothing but itself.
    #[must_use]
    pub fn only_itself(&self) -> bool {
        !self.everything && self.products.is_empty() && self.people.is_empty() && self.places.is_empty()
    }

    /// The topmost resources at which who holds what is seen.
    pub fn tops(&self) -> impl Iterator<Item = NodeIx> + '_ {
        let root = self.view.root().filter(|_| self.everything);
        root.into_iter().chain(self.people.iter().copied().filter(|_| !self.everything))
    }

    /// Whether it is this subject.
    #[must_use]
    pub fn is_me(&self, subject: SubjectIx) -> bool {
        self.index == Some(subject)
    }

    /// How much of a resource is seen.
    #[must_use]
    pub fn node(&self, node: NodeIx) -> NodeSight {
        if self.everything || self.is_below(&self.people, node) {
            NodeSight::People
        } else if self.single.contains(&node) || self.is_below(&self.places, node) {
            NodeSight::Place
        } else if self.path.contains(&node) {
            NodeSight::Name
        } else {
            NodeSight::Hidden
        }
    }

    fn is_below(&self, tops: &BTreeSet<NodeIx>, node: NodeIx) -> bool {
        !tops.is_empty() && self.view.chain(node).any(|above| tops.contains(&above))
    }

    /// Whether who holds what at a resource is seen.
    #[must_use]
    pub fn people_at(&self, node: NodeIx) -> bool {
        self.everything || self.is_below(&self.people, node)
    }

    fn people_at_named(&self, name: &ResourceRef) -> bool {
        self.everything || self.view.node(name).is_some_and(|node| self.people_at(node))
    }

    /// Whether a resource of this name is seen with all that it is.
    fn place_named(&self, name: &ResourceRef) -> bool {
        self.everything || self.view.node(name).is_some_and(|node| self.node(node) >= NodeSight::Place)
    }

    /// Whether a user, group or API key is seen: itself, a key that it answers for, or one that holds something, itself or
    /// through groups, where that is seen. Who was invited holds something too.
    #[must_use]
    pub fn subject(&self, subject: SubjectIx) -> bool {
        if self.everything || self.is_me(subject) || self.answers_for(subject) || self.is_idle_group(subject)
        {
            return true;
        }
        let is_group = self.view.subject_ref(subject).kind == SubjectKind::Group;
        let seen = |holder: SubjectIx| {
            self.view.held(holder).iter().any(|held| {
                let of_product = || self.groups.contains(&self.view.roles().product_of(held.role));
                self.people_at(held.scope) || (is_group && of_product())
            })
        };
        seen(subject) || self.view.all_groups(subject).into_iter().any(seen)
    }

    fn answers_for(&self, subject: SubjectIx) -> bool {
        self.view.api_key(subject).is_some_and(|key| key.issued_by.as_ref() == Some(&self.subject))
    }

    fn is_idle_group(&self, subject: SubjectIx) -> bool {
        self.idle_groups
            && self.view.subject_ref(subject).kind == SubjectKind::Group
            && self.view.held(subject).is_empty()
            && self.view.all_groups(subject).into_iter().all(|group| self.view.held(group).is_empty())
    }

    fn subject_named(&self, name: &SubjectRef) -> bool {
        self.everything
            || *name == self.subject
            || self.view.subject(name).is_some_and(|subject| self.subject(subject))
    }

    /// The subjects of a kind that are seen, in the order of their numbers; none if there are more than so many. Then
    /// going through all of them finds a page of those that are seen soon enough.
    #[must_use]
    pub fn few_subjects(&self, kind: SubjectKind, most: usize) -> Option<BTreeSet<SubjectIx>> {
        let idle_groups = self.idle_groups && kind == SubjectKind::Group;
        if self.everything || !self.groups.is_empty() || idle_groups {
            return None;
        }
        let mut seen: BTreeSet<SubjectIx> = self.index.into_iter().collect();
        if kind == SubjectKind::ApiKey {
            seen.extend(self.view.subjects(kind).filter(|key| self.answers_for(*key)));
        }
        let mut pending: Vec<NodeIx> = self.people.iter().copied().collect();
        let mut visited = 0;
        while let Some(node) = pending.pop() {
            visited += 1;
            for (_, holder) in self.view.holders_at(node) {
                self.add_with_members(holder, &mut seen);
            }
            if seen.len() > most || visited > most {
                return None;
            }
            pending.extend(self.view.children(node));
        }
        seen.retain(|subject| self.view.subject_ref(*subject).kind == kind);
        Some(seen)
    }

    fn add_with_members(&self, holder: SubjectIx, seen: &mut BTreeSet<SubjectIx>) {
        let mut pending = vec![holder];
        while let Some(subject) = pending.pop() {
            if seen.insert(subject) {
                pending.extend(self.view.members(subject));
            }
        }
    }

    /// Whether an assignment is seen: one's own, or one at a scope where that is seen.
    #[must_use]
    pub fn assignment(&self, subject: SubjectIx, held: Held) -> bool {
        self.is_me(subject) || self.people_at(held.scope)
    }

    /// Whether a product with its declaration is seen.
    #[must_use]
    pub fn product(&self, product: ProductIx) -> bool {
        self.everything || self.products.contains(&product)
    }

    fn product_named(&self, id: &str) -> bool {
        self.everything
            || self.view.registry().known_product(id).is_some_and(|product| self.products.contains(&product))
    }

    /// Whether a role is seen: a system role with its product; a custom role too, and if it is bound to instances, with
    /// one of these.
    #[must_use]
    pub fn role(&self, role: RoleIx) -> bool {
        let row = self.view.roles().row(role);
        let bound = || row.instances.iter().any(|instance| self.place_named(instance));
        let all_of_product = || self.roles.contains(&row.product);
        self.everything
            || (self.product(row.product) && (row.instances.is_empty() || all_of_product() || bound()))
    }

    /// Whether a relation is seen.
    #[must_use]
    pub fn relation(&self, relation: &Relation) -> bool {
        self.people_at_named(&relation.resource)
    }

    /// Whether a budget is seen.
    #[must_use]
    pub fn budget(&self, budget: &Budget) -> bool {
        self.people_at_named(&budget.scope)
    }

    /// Whether a request for approval is seen: by the requester, by who decides or has decided, and by who sees who
    /// holds what at the resource.
    #[must_use]
    pub fn approval(&self, approval: &Approval) -> bool {
        approval.subject == self.subject
            || approval.decided_by.as_ref() == Some(&self.subject)
            || self.people_at_named(&approval.resource)
            || may_decide(self.view, approval, &self.subject, None, self.time)
    }

    /// Whether a change of the log is seen: with what it is about. What is about something that exists no more is seen
    /// by who sees everything.
    #[must_use]
    pub fn change(&self, change: &Change) -> bool {
        match change {
            _ if self.everything => true,
            Change::OrganizationCreated { .. } => false,
            Change::CatalogInstalled { product, .. } | Change::CatalogRemoved { product } => {
                self.product_named(product)
            }
            Change::ResourceSet(resource) => self.place_named(&resource.id),
            Change::ResourceRemoved { id } => self.place_named(id),
            Change::UserSet(user) => self.subject_named(&SubjectRef::user(&*user.id)),
            Change::UserRemoved { id } => self.subject_named(&SubjectRef::user(&**id)),
            Change::GroupSet(group) => self.subject_named(&SubjectRef::group(&*group.id)),
            Change::GroupRemoved { id } => self.subject_named(&SubjectRef::group(&**id)),
            Change::MemberAdded { group, .. } | Change::MemberRemoved { group, .. } => {
                self.subject_named(&SubjectRef::group(&**group))
            }
            Change::ApiKeySet(key) => self.subject_named(&SubjectRef::api_key(&*key.id)),
            Change::ApiKeyRemoved { id } => self.subject_named(&SubjectRef::api_key(&**id)),
            Change::RoleSet(role) => {
                self.role_named(&role.id) || self.role_was_seen(&role.id, &role.instances)
            }
            Change::RoleRemoved { id } => self.role_named(id),
            Change::OverlaySet(overlay) => self.role_named(&overlay.role),
            Change::OverlayRemoved { role } => self.role_named(role),
            Change::AssignmentSet(assignment) => self.own_or_at(&assignment.subject, &assignment.scope),
            Change::AssignmentRemoved { subject, scope, .. } => self.own_or_at(subject, scope),
            Change::RelationSet(relation) | Change::RelationRemoved(relation) => self.relation(relation),
            Change::BudgetSet(budget) => self.budget(budget),
            Change::BudgetRemoved { scope, .. } => self.people_at_named(scope),
            Change::SeatLimitSet(limit) => self.product_named(&limit.pool.product),
            Change::SeatLimitRemoved { pool } => self.product_named(&pool.product),
            Change::ApprovalSet(approval) => self.approval(approval),
            Change::Noted(note) => self.subject_named(&SubjectRef::user(note.user())),
        }
    }

    fn own_or_at(&self, subject: &SubjectRef, scope: &ResourceRef) -> bool {
        *subject == self.subject || self.people_at_named(scope)
    }

    fn role_named(&self, role: &RoleRef) -> bool {
        self.view.role(role).is_some_and(|role| self.role(role))
    }

    /// A custom role that is gone, by the instances that it was bound to.
    fn role_was_seen(&self, role: &RoleRef, instances: &[ResourceRef]) -> bool {
        let bound = instances.iter().any(|instance| self.place_named(instance));
        let gone = self.view.role(role).is_none();
        gone && self.product_named(&role.product) && (instances.is_empty() || bound)
    }

    /// What is seen of an entry: the changes that are, and with the assignments among them the users, groups and keys
    /// that they are about, which may be gone since.
    #[must_use]
    pub fn entry<'e>(&self, entry: &'e Entry) -> Vec<&'e Change> {
        if self.everything {
            return entry.changes.iter().collect();
        }
        let named: BTreeSet<&SubjectRef> =
            entry.changes.iter().filter(|change| self.change(change)).filter_map(holder).collect();
        let with_holder = |change: &Change| about(change).is_some_and(|subject| named.contains(&subject));
        entry.changes.iter().filter(|change| self.change(change) || with_holder(change)).collect()
    }
}

/// Whose assignment a change is about.
fn holder(change: &Change) -> Option<&SubjectRef> {
    match change {
        Change::AssignmentSet(assignment) => Some(&assignment.subject),
        Change::AssignmentRemoved { subject, .. } => Some(subject),
        _ => None,
    }
}

/// The subject that a change sets or removes.
fn about(change: &Change) -> Option<SubjectRef> {
    Some(match change {
        Change::UserSet(user) => SubjectRef::user(&*user.id),
        Change::UserRemoved { id } => SubjectRef::user(&**id),
        Change::GroupSet(group) => SubjectRef::group(&*group.id),
        Change::GroupRemoved { id } => SubjectRef::group(&**id),
        Change::ApiKeySet(key) => SubjectRef::api_key(&*key.id),
        Change::ApiKeyRemoved { id } => SubjectRef::api_key(&**id),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
