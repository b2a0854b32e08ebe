//! An organization's state at a revision, in the form that answers quickly. A clone shares everything with its origin,
//! so that readers keep theirs while [`View::apply`] makes the next one.

use crate::registry::{ProductIx, Registry, TypeIx};
use crate::roles::{RoleIx, RoleTable};
use crate::store::{Head, Table};
use ambit_model::{
    ApiKey, Approval, Assignment, Budget, CustomRole, Group, OrgId, Overlay, Properties, Resource,
    ResourceRef, RoleRef, Status, SubjectKind, SubjectRef, Timestamp, User,
};
use imbl::{HashMap, OrdMap, OrdSet};
use std::sync::Arc;

/// A subject's number; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct SubjectIx(pub u32);

/// A resource's number; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct NodeIx(pub u32);

/// What is read of a subject on every check.
#[derive(Debug, Clone, Copy, Default)]
pub struct SubjectHead {
    /// Whether it is registered.
    pub exists: bool,
    /// Whether it may act: active user, active group, key that is not revoked.
    pub active: bool,
    /// User, group or key, as the tag of its name.
    pub kind: u8,
}

/// A role held by a subject, as it is stored: 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Held {
    /// Which role.
    pub role: RoleIx,
    /// At which scope.
    pub scope: NodeIx,
    detailed: u32,
}

impl Held {
    /// A role at a scope, with or without details (start, expiry, approver, parameters).
    #[must_use]
    pub fn new(role: RoleIx, scope: NodeIx, detailed: bool) -> Self {
        Self { role, scope, detailed: u32::from(detailed) }
    }

    /// Whether there are details.
    #[inline]
    #[must_use]
    pub fn detailed(self) -> bool {
        self.detailed != 0
    }
}

impl Head for SubjectHead {
    fn pack(self) -> u32 {
        u32::from(self.exists) | u32::from(self.active) << 1 | u32::from(self.kind) << 2
    }

    fn unpack(word: u32, _: u32) -> Self {
        Self { exists: word & 1 != 0, active: word & 2 != 0, kind: (word >> 2) as u8 }
    }
}

/// The details that few assignments have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// Who approves.
    pub approver: Option<SubjectRef>,
    /// In force from then on.
    pub starts: Option<Timestamp>,
    /// In force until then.
    pub expires: Option<Timestamp>,
    /// Values that conditions read.
    pub parameters: Properties,
}

/// What is read of a resource on every check.
#[derive(Debug, Clone, Copy)]
pub struct NodeHead {
    /// Whether it is registered.
    pub exists: bool,
    /// Its type.
    pub kind: TypeIx,
    /// The product it belongs to; `u16::MAX` for the organization.
    pub product: u16,
    /// Whether something stands below it, or once stood: what saves looking.
    pub parent: bool,
}

impl Default for NodeHead {
    fn default() -> Self {
        Self { exists: false, kind: TypeIx::ORGANIZATION, product: u16::MAX, parent: false }
    }
}

impl Head for NodeHead {
    fn pack(self) -> u32 {
        u32::from(self.product) << 2 | u32::from(self.parent) << 1 | u32::from(self.exists)
    }

    fn unpack(word: u32, tag: u32) -> Self {
        Self {
            exists: word & 1 != 0,
            kind: TypeIx(tag as u16),
            product: (word >> 2) as u16,
            parent: word & 2 != 0,
        }
    }
}

/// The tag under which the names of a kind of subject are kept.
#[must_use]
pub fn subject_tag(kind: SubjectKind) -> u32 {
    match kind {
        SubjectKind::User => 0,
        SubjectKind::Group => 1,
        SubjectKind::ApiKey => 2,
    }
}

/// The kind whose names are kept under a tag.
#[must_use]
pub fn subject_kind(tag: u32) -> SubjectKind {
    match tag {
        0 => SubjectKind::User,
        1 => SubjectKind::Group,
        _ => SubjectKind::ApiKey,
    }
}

/// Who holds which role at which scope with which details, by their numbers.
pub(crate) type HeldKey = (u32, u32, u32);

/// An organization's state at a revision.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub(crate) organization: Option<OrgId>,
    pub(crate) revision: u64,
    pub(crate) epoch: u64,
    pub(crate) time: Option<Timestamp>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) roles: Arc<RoleTable>,
    /// What each subject holds, and the groups that it is directly in.
    pub(crate) subjects: Table<SubjectHead, Held, u32>,
    /// The ancestors of each node, nearest first; the second list is not used.
    pub(crate) nodes: Table<NodeHead, u32, u32>,
    pub(crate) children: OrdSet<(u32, u32)>,
    pub(crate) members: OrdSet<(u32, u32)>,
    /// Scope, role, subject.
    pub(crate) holders: OrdSet<HeldKey>,
    pub(crate) details: HashMap<HeldKey, Arc<Details>>,
    pub(crate) relation_names: Table<(), u32, u32>,
    /// Resource, relation, subject.
    pub(crate) relations: OrdSet<(u32, u32, u32)>,
    /// Subject, relation, resource.
    pub(crate) related: OrdSet<(u32, u32, u32)>,
    pub(crate) properties: HashMap<u32, Arc<Properties>>,
    /// Only users with more than an id and an active status.
    pub(crate) users: HashMap<u32, Arc<User>>,
    pub(crate) groups: HashMap<u32, Arc<Group>>,
    pub(crate) api_keys: HashMap<u32, Arc<ApiKey>>,
    pub(crate) custom_roles: OrdMap<RoleRef, Arc<CustomRole>>,
    pub(crate) overlays: OrdMap<RoleRef, Arc<Overlay>>,
    /// Subject, scope, currency.
    pub(crate) budgets: OrdMap<(u32, u32, String), Arc<Budget>>,
    pub(crate) seat_limits: OrdMap<RoleRef, u32>,
    pub(crate) approvals: OrdMap<String, Arc<Approval>>,
    /// API keys by the hash of their secret.
    pub(crate) secrets: HashMap<String, u32>,
    /// Users by their address in lower case, which several may have.
    pub(crate) addresses: OrdSet<(String, u32)>,
}

impl View {
    /// The organization, once it is created.
    #[must_use]
    pub fn organization(&self) -> Option<&OrgId> {
        self.organization.as_ref()
    }

    /// The number of the last entry that is in it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// When that entry was accepted.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// The enabled catalogs.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// All roles.
    #[must_use]
    pub fn roles(&self) -> &RoleTable {
        &self.roles
    }

    /// A registered subject.
    #[must_use]
    pub fn subject(&self, subject: &SubjectRef) -> Option<SubjectIx> {
        self.subject_named(subject.kind, &subject.id)
    }

    /// A registered subject by its parts.
    #[inline]
    #[must_use]
    pub fn subject_named(&self, kind: SubjectKind, id: &str) -> Option<SubjectIx> {
        let (index, row) = self.subjects.find_row(subject_tag(kind), id)?;
        row.head.exists.then_some(SubjectIx(index))
    }

    /// A subject's name.
    #[must_use]
    pub fn subject_ref(&self, subject: SubjectIx) -> SubjectRef {
        let (tag, id) = self.subjects.name(subject.0).unwrap_or((0, ""));
        SubjectRef::new(subject_kind(tag), id)
    }

    /// A registered resource by its type and id.
    #[inline]
    #[must_use]
    pub fn node_named(&self, kind: TypeIx, id: &str) -> Option<NodeIx> {
        let (index, row) = self.nodes.find_row(u32::from(kind.0), id)?;
        row.head.exists.then_some(NodeIx(index))
    }

    /// A registered resource by reference, bare or full.
    #[must_use]
    pub fn node(&self, resource: &ResourceRef) -> Option<NodeIx> {
        self.node_named(self.registry.type_named(&resource.kind)?, &resource.id)
    }

    /// A resource's name.
    #[must_use]
    pub fn node_ref(&self, node: NodeIx) -> ResourceRef {
        let (tag, id) = self.nodes.name(node.0).unwrap_or((0, ""));
        let kind = TypeIx(u16::try_from(tag).unwrap_or(0));
        ResourceRef::new(self.registry.type_info(kind).name.as_str(), id)
    }

    /// A resource's type, and whether it is registered.
    #[must_use]
    pub fn node_head(&self, node: NodeIx) -> NodeHead {
        self.nodes.get(node.0).map(|row| row.head).unwrap_or_default()
    }

    /// The product that a resource belongs to; none for the organization.
    #[must_use]
    pub fn product_of(&self, node: NodeIx) -> Option<ProductIx> {
        let product = self.node_head(node).product;
        (product != u16::MAX).then_some(ProductIx(product))
    }

    /// The node and its ancestors, nearest first.
    pub fn chain(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + Clone + '_ {
        let above = self.nodes.get(node.0).map(|row| row.a).unwrap_or_default();
        std::iter::once(node).chain(above.iter().map(|index| NodeIx(*index)))
    }

    /// Whether a scope is a node or one of its ancestors.
    #[must_use]
    pub fn covers(&self, scope: NodeIx, node: NodeIx) -> bool {
        scope == node || self.nodes.get(node.0).is_some_and(|row| row.a.contains(&scope.0))
    }

    /// The node that stands for a product.
    #[must_use]
    pub fn product_node(&self, product: ProductIx) -> Option<NodeIx> {
        self.node_named(TypeIx::PRODUCT, &self.registry.product(product).id)
    }

    /// The node of the organization itself.
    #[must_use]
    pub fn root(&self) -> Option<NodeIx> {
        self.node_named(TypeIx::ORGANIZATION, self.organization.as_ref()?.as_str())
    }

    /// The nodes directly below.
    pub fn children(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        self.children.range((node.0, 0)..=(node.0, u32::MAX)).map(|(_, child)| NodeIx(*child))
    }

    /// A resource's stored facts.
    #[must_use]
    pub fn properties(&self, node: NodeIx) -> Option<&Properties> {
        self.properties.get(&node.0).map(Arc::as_ref)
    }

    /// A role that exists, by reference.
    #[must_use]
    pub fn role(&self, role: &RoleRef) -> Option<RoleIx> {
        let index = self.roles.find(&role.product, &role.role)?;
        self.roles.row(index).exists.then_some(index)
    }

    /// A role's name.
    #[must_use]
    pub fn role_ref(&self, role: RoleIx) -> RoleRef {
        let row = self.roles.row(role);
        RoleRef { product: self.registry.product(row.product).id.clone(), role: row.id.clone() }
    }

    /// A resource as a record.
    #[must_use]
    pub fn resource(&self, node: NodeIx) -> Resource {
        Resource {
            id: self.node_ref(node),
            parent: self.chain(node).nth(1).map(|parent| self.node_ref(parent)),
            properties: self.properties(node).cloned().unwrap_or_default(),
        }
    }

    /// A user as a record.
    #[must_use]
    pub fn user(&self, subject: SubjectIx) -> Option<User> {
        if let Some(user) = self.users.get(&subject.0) {
            return Some(User::clone(user));
        }
        let row = self.subjects.get(subject.0)?;
        let is_user = row.head.exists && row.head.kind == subject_tag(SubjectKind::User) as u8;
        is_user.then(|| User {
            id: self.subject_ref(subject).id,
            name: None,
            email: None,
            status: Status::Active,
            properties: Properties::new(),
        })
    }

    /// A group as a record.
    #[must_use]
    pub fn group(&self, subject: SubjectIx) -> Option<&Group> {
        self.groups.get(&subject.0).map(Arc::as_ref)
    }

    /// An API key as a record.
    #[must_use]
    pub fn api_key(&self, subject: SubjectIx) -> Option<&ApiKey> {
        self.api_keys.get(&subject.0).map(Arc::as_ref)
    }

    /// The API key with this hash of its secret, or of the one before it, whether it may be used or not.
    #[must_use]
    pub fn api_key_by_hash(&self, hash: &str) -> Option<&ApiKey> {
        self.secrets.get(hash).and_then(|index| self.api_keys.get(index)).map(Arc::as_ref)
    }

    /// The users with an address, in whatever case it is written.
    pub fn users_by_address(&self, email: &str) -> impl Iterator<Item = SubjectIx> + '_ {
        let address = email.to_lowercase();
        let range = (address.clone(), 0)..=(address, u32::MAX);
        self.addresses.range(range).map(|(_, number)| SubjectIx(*number))
    }

    /// All registered subjects of a kind, in the order of their numbers.
    pub fn subjects(&self, kind: SubjectKind) -> impl Iterator<Item = SubjectIx> + '_ {
        let tag = subject_tag(kind) as u8;
        (0..self.subjects.len() as u32)
            .filter(move |index| {
                self.subjects.get(*index).is_some_and(|row| row.head.exists && row.head.kind == tag)
            })
            .map(SubjectIx)
    }

    /// All registered resources, in the order of their numbers: parents before children.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIx> + '_ {
        (0..self.nodes.len() as u32)
            .filter(|index| self.nodes.get(*index).is_some_and(|row| row.head.exists))
            .map(NodeIx)
    }

    /// The members of a group.
    pub fn members(&self, group: SubjectIx) -> impl Iterator<Item = SubjectIx> + '_ {
        self.members.range((group.0, 0)..=(group.0, u32::MAX)).map(|(_, member)| SubjectIx(*member))
    }

    /// The groups that a subject is directly in.
    #[must_use]
    pub fn direct_groups(&self, subject: SubjectIx) -> &[u32] {
        self.subjects.get(subject.0).map(|row| row.b).unwrap_or_default()
    }

    /// All groups that contain a subject, through any nesting, active or not.
    #[must_use]
    pub fn all_groups(&self, subject: SubjectIx) -> Vec<SubjectIx> {
        let mut groups: Vec<u32> = self.direct_groups(subject).to_vec();
        let mut next = 0;
        while next < groups.len() {
            for above in self.direct_groups(SubjectIx(groups[next])) {
                if !groups.contains(above) {
                    groups.push(*above);
                }
            }
            next += 1;
        }
        groups.into_iter().map(SubjectIx).collect()
    }

    /// The roles that a subject holds itself.
    #[must_use]
    pub fn held(&self, subject: SubjectIx) -> &[Held] {
        self.subjects.get(subject.0).map(|row| row.a).unwrap_or_default()
    }

    /// The details of an assignment, if it has any.
    #[must_use]
    pub fn details(&self, subject: SubjectIx, held: Held) -> Option<&Details> {
        held.detailed().then(|| self.details.get(&(subject.0, held.role.0, held.scope.0)))?.map(Arc::as_ref)
    }

    /// Somebody for whose assignment this subject is the approver, if there is anybody.
    #[must_use]
    pub fn approves_for(&self, approver: &SubjectRef) -> Option<SubjectRef> {
        let named = |details: &Arc<Details>| details.approver.as_ref() == Some(approver);
        let found = self.details.iter().find(|(_, details)| named(details));
        found.map(|((subject, _, _), _)| self.subject_ref(SubjectIx(*subject)))
    }

    /// An assignment as a record.
    #[must_use]
    pub fn assignment(&self, subject: SubjectIx, held: Held) -> Assignment {
        let details = self.details(subject, held).cloned().unwrap_or_default();
        Assignment {
            subject: self.subject_ref(subject),
            role: self.role_ref(held.role),
            scope: self.node_ref(held.scope),
            approver: details.approver,
            starts: details.starts,
            expires: details.expires,
            parameters: details.parameters,
        }
    }

    /// Who holds which role exactly at a scope.
    pub fn holders_at(&self, scope: NodeIx) -> impl Iterator<Item = (RoleIx, SubjectIx)> + '_ {
        let range = (scope.0, 0, 0)..=(scope.0, u32::MAX, u32::MAX);
        self.holders.range(range).map(|(_, role, subject)| (RoleIx(*role), SubjectIx(*subject)))
    }

    /// Who holds a role at which scopes, over the whole organization.
    pub fn assignments_of(&self, role: RoleIx) -> impl Iterator<Item = (NodeIx, SubjectIx)> + '_ {
        let of_role = self.holders.iter().filter(move |(_, held, _)| *held == role.0);
        of_role.map(|(scope, _, subject)| (NodeIx(*scope), SubjectIx(*subject)))
    }

    /// The relations of a subject, with the resources that they are on.
    pub fn related_nodes(&self, subject: SubjectIx) -> impl Iterator<Item = (&str, NodeIx)> {
        let range = (subject.0, 0, 0)..=(subject.0, u32::MAX, u32::MAX);
        self.related.range(range).map(|(_, relation, node)| {
            (self.relation_names.name(*relation).map_or("", |(_, name)| name), NodeIx(*node))
        })
    }

    /// All relations on a resource.
    pub fn relations_on(&self, node: NodeIx) -> impl Iterator<Item = (&str, SubjectIx)> + '_ {
        let range = (node.0, 0, 0)..=(node.0, u32::MAX, u32::MAX);
        self.relations.range(range).map(|(_, relation, subject)| {
            (self.relation_names.name(*relation).map_or("", |(_, name)| name), SubjectIx(*subject))
        })
    }

    /// Whether a relation holds.
    #[must_use]
    pub fn has_relation(&self, node: NodeIx, relation: &str, subject: SubjectIx) -> bool {
        let relation = self.relation_names.find(0, relation);
        relation.is_some_and(|relation| self.relations.contains(&(node.0, relation, subject.0)))
    }

    /// All custom roles.
    pub fn custom_roles(&self) -> impl Iterator<Item = &CustomRole> {
        self.custom_roles.values().map(Arc::as_ref)
    }

    /// A custom role by reference.
    #[must_use]
    pub fn custom_role(&self, role: &RoleRef) -> Option<&CustomRole> {
        self.custom_roles.get(role).map(Arc::as_ref)
    }

    /// All overlays.
    pub fn overlays(&self) -> impl Iterator<Item = &Overlay> {
        self.overlays.values().map(Arc::as_ref)
    }

    /// What each role of a product is declared to grant, overlays and custom roles included.
    #[must_use]
    pub fn role_definitions(
        &self,
        product: ProductIx,
    ) -> std::collections::HashMap<String, Arc<ambit_catalog::catalog::Definition>> {
        crate::roles::definitions(self.registry.catalog(product), &self.custom_roles, &self.overlays)
    }

    /// All budgets.
    pub fn budgets(&self) -> impl Iterator<Item = &Budget> {
        self.budgets.values().map(Arc::as_ref)
    }

    /// The organization's own limits of seat pools, by `product/pool`.
    pub fn seat_limits(&self) -> impl Iterator<Item = (&RoleRef, u32)> {
        self.seat_limits.iter().map(|(pool, limit)| (pool, *limit))
    }

    /// All approvals.
    pub fn approvals(&self) -> impl Iterator<Item = &Approval> {
        self.approvals.values().map(Arc::as_ref)
    }

    /// An approval by id.
    #[must_use]
    pub fn approval(&self, id: &str) -> Option<&Approval> {
        self.approvals.get(id).map(Arc::as_ref)
    }

    /// How many registered subjects of a kind, resources and assignments there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            users: self.subjects(SubjectKind::User).count(),
            groups: self.groups.len(),
            api_keys: self.api_keys.len(),
            resources: self.nodes().count(),
            assignments: self.holders.len(),
            custom_roles: self.custom_roles.len(),
            relations: self.relations.len(),
        }
    }
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Registered users.
    pub users: usize,
    /// Registered groups.
    pub groups: usize,
    /// Registered API keys.
    pub api_keys: usize,
    /// Registered resources.
    pub resources: usize,
    /// Assignments.
    pub assignments: usize,
    /// Custom roles.
    pub custom_roles: usize,
    /// Relations.
    pub relations: usize,
}
