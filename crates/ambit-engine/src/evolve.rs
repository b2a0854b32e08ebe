//! The state after a change (design section 5: `evolve(state, change) → state`). Pure, and total for every log that
//! governance wrote; a change that names what does not exist is reported, never guessed at.

use crate::registry::{Registry, TypeIx};
use crate::roles::{RoleIx, RoleTable};
use crate::view::{Details, Held, NodeHead, NodeIx, SubjectHead, SubjectIx, View, subject_tag};
use ambit_model::{
    ApiKey, Approval, ApprovalState, Assignment, Budget, Change, Entry, Group, Relation, Resource,
    ResourceRef, RoleRef, Status, SubjectKind, SubjectRef, User,
};
use std::sync::Arc;

/// Why a change cannot be taken over: the log and the state do not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvolveError {
    /// The entry is not the next one.
    #[error("entry {found} follows revision {revision}")]
    OutOfOrder {
        /// The state's revision.
        revision: u64,
        /// The entry's.
        found: u64,
    },
    /// The change names something that is not there.
    #[error("unknown {what} `{name}`")]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A stored catalog is not accepted any more.
    #[error("catalog `{product}`: {problem}")]
    Catalog {
        /// The product.
        product: String,
        /// What is wrong.
        problem: String,
    },
    /// A resource would stand below itself.
    #[error("`{0}` cannot stand below itself")]
    Circle(String),
    /// More things than numbers.
    #[error("no room for more {0}")]
    Full(&'static str),
}

type Result<T> = std::result::Result<T, EvolveError>;

fn unknown(what: &'static str, name: impl ToString) -> EvolveError {
    EvolveError::Unknown { what, name: name.to_string() }
}

impl View {
    /// Takes an entry over: all its changes, or none if one does not fit.
    ///
    /// # Errors
    /// If the entry is not the next one, or names what does not exist.
    pub fn apply(&mut self, entry: &Entry) -> Result<()> {
        if entry.revision != self.revision + 1 {
            return Err(EvolveError::OutOfOrder { revision: self.revision, found: entry.revision });
        }
        let mut next = self.clone();
        next.apply_changes(&entry.changes)?;
        next.revision = entry.revision;
        next.epoch = entry.epoch;
        next.time = Some(entry.time);
        *self = next;
        Ok(())
    }

    /// Takes changes over without counting a revision: for plans, and for states that are not from a log.
    ///
    /// # Errors
    /// If a change names what does not exist; the view is then partly changed and should be dropped.
    pub fn apply_changes(&mut self, changes: &[Change]) -> Result<()> {
        let mut roles_changed = false;
        for change in changes {
            roles_changed |= self.apply_change(change)?;
        }
        if roles_changed {
            self.rebuild_roles();
        }
        Ok(())
    }

    /// Applies one change; answers whether the role table has to be built anew.
    fn apply_change(&mut self, change: &Change) -> Result<bool> {
        match change {
            Change::OrganizationCreated { id } => {
                self.organization = Some(id.clone());
                self.put_node(TypeIx::ORGANIZATION, id.as_str(), None, u16::MAX)?;
            }
            Change::CatalogInstalled { product, source } => {
                self.install(product, source)?;
                return Ok(true);
            }
            Change::CatalogRemoved { product } => {
                Arc::make_mut(&mut self.registry).disable(product);
                return Ok(true);
            }
            Change::ResourceSet(resource) => self.set_resource(resource)?,
            Change::ResourceRemoved { id } => self.remove_resource(id)?,
            Change::UserSet(user) => self.set_user(user)?,
            Change::UserRemoved { id } => self.remove_subject(SubjectKind::User, id)?,
            Change::GroupSet(group) => self.set_group(group)?,
            Change::GroupRemoved { id } => self.remove_subject(SubjectKind::Group, id)?,
            Change::MemberAdded { group, member } => self.set_member(group, member, true)?,
            Change::MemberRemoved { group, member } => self.set_member(group, member, false)?,
            Change::ApiKeySet(key) => self.set_api_key(key)?,
            Change::ApiKeyRemoved { id } => self.remove_subject(SubjectKind::ApiKey, id)?,
            Change::RoleSet(role) => {
                self.custom_roles.insert(role.id.clone(), Arc::new(role.clone()));
                return Ok(true);
            }
            Change::RoleRemoved { id } => {
                if self.custom_roles.remove(id).is_some() {
                    self.drop_holders(id);
                }
                return Ok(true);
            }
            Change::OverlaySet(overlay) => {
                self.overlays.insert(overlay.role.clone(), Arc::new(overlay.clone()));
                return Ok(true);
            }
            Change::OverlayRemoved { role } => {
                self.overlays.remove(role);
                return Ok(true);
            }
            Change::AssignmentSet(assignment) => self.set_assignment(assignment)?,
            Change::AssignmentRemoved { subject, role, scope } => {
                self.remove_assignment(subject, role, scope)?
            }
            Change::RelationSet(relation) => self.set_relation(relation, true)?,
            Change::RelationRemoved(relation) => self.set_relation(relation, false)?,
            Change::BudgetSet(budget) => self.set_budget(budget)?,
            Change::BudgetRemoved { subject, scope, currency } => {
                let key = (self.known_subject(subject)?.0, self.known_node(scope)?.0, currency.clone());
                self.budgets.remove(&key);
            }
            Change::SeatLimitSet(limit) => {
                self.seat_limits.insert(limit.pool.clone(), limit.limit);
            }
            Change::SeatLimitRemoved { pool } => {
                self.seat_limits.remove(pool);
            }
            Change::ApprovalSet(approval) => {
                self.approvals.insert(approval.id.clone(), Arc::new(approval.clone()));
            }
            Change::Noted(_) => {}
        }
        // A role made by an earlier change of the same entry may be named by a later one.
        Ok(false)
    }

    fn rebuild_roles(&mut self) {
        self.roles =
            Arc::new(RoleTable::build(&self.roles, &self.registry, &self.custom_roles, &self.overlays));
    }

    fn install(&mut self, product: &str, source: &str) -> Result<()> {
        let refused = |problem: String| EvolveError::Catalog { product: product.to_owned(), problem };
        let (catalog, _) =
            ambit_catalog::parse_catalog(product, source).map_err(|report| refused(report.to_string()))?;
        if catalog.product != product {
            return Err(refused(format!("the text declares `{}`", catalog.product)));
        }
        let registry: &mut Registry = Arc::make_mut(&mut self.registry);
        let index = registry.install(catalog, source);
        let root = self.root().ok_or_else(|| unknown("organization", ""))?;
        self.put_node(TypeIx::PRODUCT, product, Some(root), index.0)?;
        Ok(())
    }

    pub(crate) fn known_subject(&self, subject: &SubjectRef) -> Result<SubjectIx> {
        self.subject(subject).ok_or_else(|| unknown("subject", subject))
    }

    pub(crate) fn known_node(&self, resource: &ResourceRef) -> Result<NodeIx> {
        self.node(resource).ok_or_else(|| unknown("resource", resource))
    }

    fn put_node(&mut self, kind: TypeIx, id: &str, parent: Option<NodeIx>, product: u16) -> Result<NodeIx> {
        let ancestors: Vec<u32> =
            parent.map(|parent| self.chain(parent).map(|node| node.0).collect()).unwrap_or_default();
        let number = self.nodes.intern(u32::from(kind.0), id).ok_or(EvolveError::Full("resources"))?;
        let node = NodeIx(number);
        let before = self.nodes.get(number).map(|row| (row.head, row.a.first().copied()));
        if let Some((NodeHead { exists: true, .. }, Some(old_parent))) = before {
            self.children.remove(&(old_parent, number));
        }
        let was_parent = before.is_some_and(|(head, _)| head.parent);
        self.nodes.set_head(number, NodeHead { exists: true, kind, product, parent: was_parent });
        self.nodes.set_a(number, &ancestors);
        if let Some(parent) = parent {
            self.children.insert((parent.0, number));
            let head = self.node_head(parent);
            if !head.parent {
                self.nodes.set_head(parent.0, NodeHead { parent: true, ..head });
            }
        }
        Ok(node)
    }

    fn set_resource(&mut self, resource: &Resource) -> Result<()> {
        let kind =
            self.registry.type_named(&resource.id.kind).ok_or_else(|| unknown("type", &resource.id))?;
        let existing = self.node_named(kind, &resource.id.id);
        let node = match (&resource.parent, existing) {
            (None, Some(node)) => node,
            (None, None) => return Err(unknown("parent of", &resource.id)),
            (Some(parent), _) => {
                let parent = self.known_node(parent)?;
                if existing.is_some_and(|node| self.covers(node, parent)) {
                    return Err(EvolveError::Circle(resource.id.to_string()));
                }
                let product = self.product_below(parent, &resource.id)?;
                let moved = existing.is_some_and(|node| self.chain(node).nth(1) != Some(parent));
                let node = self.put_node(kind, &resource.id.id, Some(parent), product)?;
                if moved {
                    self.move_below(node)?;
                }
                node
            }
        };
        if resource.properties.is_empty() {
            self.properties.remove(&node.0);
        } else {
            self.properties.insert(node.0, Arc::new(resource.properties.clone()));
        }
        Ok(())
    }

    /// The product that a resource under this parent belongs to: the parent's, or itself if it stands for one.
    fn product_below(&self, parent: NodeIx, id: &ResourceRef) -> Result<u16> {
        if id.kind != "product" {
            return Ok(self.node_head(parent).product);
        }
        let product = self.registry.known_product(&id.id);
        product.map(|product| product.0).ok_or_else(|| unknown("product", &id.id))
    }

    /// Gives everything below a moved node its new ancestors.
    fn move_below(&mut self, node: NodeIx) -> Result<()> {
        let mut pending: Vec<NodeIx> = self.children(node).collect();
        while let Some(below) = pending.pop() {
            let head = self.node_head(below);
            let Some(parent) = self.chain(below).nth(1) else { continue };
            let product = self.node_head(parent).product;
            let id = self.node_ref(below).id;
            self.put_node(head.kind, &id, Some(parent), product)?;
            pending.extend(self.children(below));
        }
        Ok(())
    }

    /// A resource that comes again under the same id starts with nothing, like a subject.
    fn remove_resource(&mut self, id: &ResourceRef) -> Result<()> {
        let node = self.known_node(id)?;
        for (role, subject) in self.holders_at(node).collect::<Vec<_>>() {
            self.drop_held(subject, role, node);
        }
        let relations: Vec<_> =
            self.relations.range((node.0, 0, 0)..=(node.0, u32::MAX, u32::MAX)).copied().collect();
        for (_, relation, subject) in relations {
            self.relations.remove(&(node.0, relation, subject));
            self.related.remove(&(subject, relation, node.0));
        }
        self.drop_budgets(|_, scope| scope == node.0);
        let parent = self.chain(node).nth(1);
        if let Some(parent) = parent {
            self.children.remove(&(parent.0, node.0));
        }
        let head = self.node_head(node);
        self.nodes.set_head(node.0, NodeHead { exists: false, ..head });
        self.nodes.set_a(node.0, &[]);
        self.properties.remove(&node.0);
        Ok(())
    }

    /// A custom role that comes again under the same id has no holders.
    fn drop_holders(&mut self, role: &RoleRef) {
        let Some(role) = self.roles.find(&role.product, &role.role) else { return };
        if !self.roles.row(role).custom {
            return;
        }
        let holders: Vec<_> = self.holders.iter().filter(|(_, held, _)| *held == role.0).copied().collect();
        for (scope, _, subject) in holders {
            self.drop_held(SubjectIx(subject), role, NodeIx(scope));
        }
    }

    fn drop_held(&mut self, subject: SubjectIx, role: RoleIx, scope: NodeIx) {
        let others = |held: &&Held| held.role != role || held.scope != scope;
        let left: Vec<Held> = self.held(subject).iter().filter(others).copied().collect();
        self.subjects.set_a(subject.0, &left);
        self.holders.remove(&(scope.0, role.0, subject.0));
        self.details.remove(&(subject.0, role.0, scope.0));
    }

    fn drop_budgets(&mut self, gone: impl Fn(u32, u32) -> bool) {
        let keys = self.budgets.keys().filter(|(subject, scope, _)| gone(*subject, *scope));
        for key in keys.cloned().collect::<Vec<_>>() {
            self.budgets.remove(&key);
        }
    }

    /// What was asked for and not yet done, by a subject that is no more.
    fn cancel_approvals(&mut self, subject: &SubjectRef) {
        let open = |approval: &Approval| {
            approval.subject == *subject
                && matches!(approval.state, ApprovalState::Approved | ApprovalState::Pending)
        };
        let ids: Vec<String> =
            self.approvals.iter().filter(|(_, approval)| open(approval)).map(|(id, _)| id.clone()).collect();
        for id in ids {
            if let Some(approval) = self.approvals.get_mut(&id) {
                Arc::make_mut(approval).state = ApprovalState::Cancelled;
            }
        }
    }

    fn put_subject(&mut self, kind: SubjectKind, id: &str, active: bool) -> Result<u32> {
        let tag = subject_tag(kind);
        let number = self.subjects.intern(tag, id).ok_or(EvolveError::Full("subjects"))?;
        self.subjects.set_head(number, SubjectHead { exists: true, active, kind: tag as u8 });
        Ok(number)
    }

    fn set_user(&mut self, user: &User) -> Result<()> {
        let number = self.put_subject(SubjectKind::User, &user.id, user.status == Status::Active)?;
        self.move_address(number, user.email.as_deref());
        let plain = user.name.is_none() && user.email.is_none() && user.properties.is_empty();
        if plain && user.status == Status::Active {
            self.users.remove(&number);
        } else {
            self.users.insert(number, Arc::new(user.clone()));
        }
        Ok(())
    }

    /// Called before the user's record is replaced, which says where they were found until now.
    fn move_address(&mut self, number: u32, email: Option<&str>) {
        let before = self.users.get(&number).and_then(|user| user.email.as_deref()).map(str::to_lowercase);
        let after = email.map(str::to_lowercase);
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.addresses.remove(&(before, number));
        }
        if let Some(after) = after {
            self.addresses.insert((after, number));
        }
    }

    fn set_group(&mut self, group: &Group) -> Result<()> {
        let number = self.put_subject(SubjectKind::Group, &group.id, group.active)?;
        self.groups.insert(number, Arc::new(group.clone()));
        Ok(())
    }

    fn set_api_key(&mut self, key: &ApiKey) -> Result<()> {
        let number = self.put_subject(SubjectKind::ApiKey, &key.id, !key.revoked)?;
        for hash in self.api_keys.get(&number).into_iter().flat_map(|before| before.hashes()) {
            self.secrets.remove(hash);
        }
        for hash in key.hashes() {
            self.secrets.insert(hash.clone(), number);
        }
        self.api_keys.insert(number, Arc::new(key.clone()));
        Ok(())
    }

    /// A subject that comes again under the same id starts with nothing (`administration.md` C.4 l): governance removes
    /// what it holds first, and what would be left is dropped here.
    fn remove_subject(&mut self, kind: SubjectKind, id: &str) -> Result<()> {
        let subject = self.subject_named(kind, id).ok_or_else(|| unknown("subject", id))?;
        for held in self.held(subject).to_vec() {
            self.holders.remove(&(held.scope.0, held.role.0, subject.0));
            self.details.remove(&(subject.0, held.role.0, held.scope.0));
        }
        for group in self.direct_groups(subject).to_vec() {
            self.members.remove(&(group, subject.0));
        }
        for member in self.members(subject).collect::<Vec<_>>() {
            self.leave(member, subject);
        }
        let related: Vec<_> =
            self.related.range((subject.0, 0, 0)..=(subject.0, u32::MAX, u32::MAX)).copied().collect();
        for (_, relation, node) in related {
            self.related.remove(&(subject.0, relation, node));
            self.relations.remove(&(node, relation, subject.0));
        }
        self.drop_budgets(|holder, _| holder == subject.0);
        self.cancel_approvals(&SubjectRef::new(kind, id));
        self.subjects.set_head(subject.0, SubjectHead::default());
        self.subjects.set_a(subject.0, &[]);
        self.subjects.set_b(subject.0, &[]);
        self.move_address(subject.0, None);
        self.users.remove(&subject.0);
        self.groups.remove(&subject.0);
        for hash in self.api_keys.remove(&subject.0).iter().flat_map(|key| key.hashes()) {
            self.secrets.remove(hash);
        }
        Ok(())
    }

    fn leave(&mut self, member: SubjectIx, group: SubjectIx) {
        self.members.remove(&(group.0, member.0));
        let left: Vec<u32> =
            self.direct_groups(member).iter().copied().filter(|index| *index != group.0).collect();
        self.subjects.set_b(member.0, &left);
    }

    fn set_member(&mut self, group: &str, member: &SubjectRef, joins: bool) -> Result<()> {
        let group = self.subject_named(SubjectKind::Group, group).ok_or_else(|| unknown("group", group))?;
        let member = self.known_subject(member)?;
        let is_member = self.members.contains(&(group.0, member.0));
        match (is_member, joins) {
            (false, true) => {
                let mut groups = self.direct_groups(member).to_vec();
                groups.push(group.0);
                self.subjects.set_b(member.0, &groups);
                self.members.insert((group.0, member.0));
            }
            (true, false) => self.leave(member, group),
            _ => {}
        }
        Ok(())
    }

    fn set_assignment(&mut self, assignment: &Assignment) -> Result<()> {
        let (subject, held, details) = self.numbers(assignment)?;
        let key = (subject.0, held.role.0, held.scope.0);
        let mut list = self.held(subject).to_vec();
        match list.iter_mut().find(|known| known.role == held.role && known.scope == held.scope) {
            Some(known) => *known = held,
            None => list.push(held),
        }
        self.subjects.set_a(subject.0, &list);
        self.holders.insert((held.scope.0, held.role.0, subject.0));
        if held.detailed() {
            self.details.insert(key, Arc::new(details));
        } else {
            self.details.remove(&key);
        }
        Ok(())
    }

    fn numbers(&mut self, assignment: &Assignment) -> Result<(SubjectIx, Held, Details)> {
        if self.role(&assignment.role).is_none() {
            self.rebuild_roles();
        }
        let subject = self.known_subject(&assignment.subject)?;
        let role = self.role(&assignment.role).ok_or_else(|| unknown("role", &assignment.role))?;
        let scope = self.known_node(&assignment.scope)?;
        let details = Details {
            approver: assignment.approver.clone(),
            starts: assignment.starts,
            expires: assignment.expires,
            parameters: assignment.parameters.clone(),
        };
        Ok((subject, Held::new(role, scope, details != Details::default()), details))
    }

    fn remove_assignment(&mut self, subject: &SubjectRef, role: &RoleRef, scope: &ResourceRef) -> Result<()> {
        let subject = self.known_subject(subject)?;
        let role = self.roles.find(&role.product, &role.role).ok_or_else(|| unknown("role", role))?;
        let scope = self.known_node(scope)?;
        self.drop_held(subject, role, scope);
        Ok(())
    }

    fn set_relation(&mut self, relation: &Relation, holds: bool) -> Result<()> {
        let node = self.known_node(&relation.resource)?;
        let subject = self.known_subject(&relation.subject)?;
        let name = self.relation_names.intern(0, &relation.relation).ok_or(EvolveError::Full("relations"))?;
        if holds {
            self.relations.insert((node.0, name, subject.0));
            self.related.insert((subject.0, name, node.0));
        } else {
            self.relations.remove(&(node.0, name, subject.0));
            self.related.remove(&(subject.0, name, node.0));
        }
        Ok(())
    }

    fn set_budget(&mut self, budget: &Budget) -> Result<()> {
        let subject = self.known_subject(&budget.subject)?;
        let scope = self.known_node(&budget.scope)?;
        self.budgets.insert((subject.0, scope.0, budget.currency.clone()), Arc::new(budget.clone()));
        Ok(())
    }
}
