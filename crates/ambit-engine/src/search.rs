//! The question turned around: who may, on what, what (AuthZEN's three searches).
//!
//! Candidates come from the indexes, so that the work is proportional to what could be in the answer; each is then
//! decided like any question. Answers are in the order of the numbers and come in pages: `from` is where to go on, and a
//! page says whether there is more. Nothing is ever cut silently.

use crate::question::{EntityRef, Question, Target};
use crate::registry::{PermissionIx, TypeIx};
use crate::roles::RoleIx;
use crate::view::{NodeIx, SubjectIx, View};
use ambit_catalog::catalog::PermissionId;
use ambit_model::{Outcome, SubjectKind};
use std::collections::BTreeSet;

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What was found, in the order of the numbers.
    pub found: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<u32>,
}

impl View {
    /// The users (or subjects of the kind asked for) that may do what the question says. The question's own subject is
    /// only a type.
    #[must_use]
    pub fn search_subjects(&self, question: &Question<'_>, from: u32, limit: usize) -> Page<SubjectIx> {
        let none = Page { found: Vec::new(), next: None };
        let Some(kind) = self.registry.subject_kind(question.subject.kind) else { return none };
        let Some(sample) = self.subjects(kind).next() else { return none };
        let name = self.subject_ref(sample);
        let subject = EntityRef { id: &name.id, ..question.subject };
        match self.resolve(&Question { subject, ..*question }) {
            Ok(target) => self.subjects_of_kind(question, &target, kind, from, limit),
            Err(_) => none,
        }
    }

    /// The users that may do what a target says, from a number on.
    pub(crate) fn subjects_allowed(
        &self,
        question: &Question<'_>,
        target: &Target,
        from: u32,
        limit: usize,
    ) -> Page<SubjectIx> {
        self.subjects_of_kind(question, target, SubjectKind::User, from, limit)
    }

    fn subjects_of_kind(
        &self,
        question: &Question<'_>,
        target: &Target,
        kind: SubjectKind,
        from: u32,
        limit: usize,
    ) -> Page<SubjectIx> {
        let plain = self.registry.product(target.permission.product);
        let candidates: Vec<SubjectIx> = if plain.baselines && kind == SubjectKind::User {
            self.subjects(kind).filter(|subject| subject.0 >= from).collect()
        } else {
            self.holders_over(target.permission, target.head, kind)
                .range(from..)
                .map(|index| SubjectIx(*index))
                .collect()
        };
        page(
            candidates,
            limit,
            |subject| subject.0,
            |subject| {
                let name = self.subject_ref(*subject);
                let asked =
                    EntityRef { kind: kind.as_str(), id: &name.id, properties: question.subject.properties };
                let target = Target { subject: *subject, ..*target };
                self.check_target(&Question { subject: asked, ..*question }, &target).outcome
                    == Outcome::Allow
            },
        )
    }

    /// Subjects of a kind that hold a role granting the permission where it could reach the node, groups unfolded.
    fn holders_over(&self, permission: PermissionIx, head: NodeIx, kind: SubjectKind) -> BTreeSet<u32> {
        let mut scopes: Vec<NodeIx> = self.chain(head).collect();
        if self.reaching_terms(permission) {
            scopes = self.nodes().filter(|node| self.product_of(*node) == Some(permission.product)).collect();
            scopes.extend(self.root());
            scopes.extend(self.chain(head));
        }
        let mut holders = BTreeSet::new();
        for scope in scopes {
            for (role, subject) in self.holders_at(scope) {
                if self.roles.at_all(role, permission) {
                    self.unfold(subject, kind, &mut holders);
                }
            }
        }
        holders
    }

    /// Whether any grant of the permission applies from above its own scope.
    fn reaching_terms(&self, permission: PermissionIx) -> bool {
        let reaches = |role: RoleIx| {
            self.roles.row(role).grants_of(permission.id).iter().any(|grant| grant.terms.reach.is_some())
        };
        self.roles.iter().any(|(role, row)| row.product == permission.product && reaches(role))
    }

    fn unfold(&self, subject: SubjectIx, kind: SubjectKind, into: &mut BTreeSet<u32>) {
        let mut pending = vec![subject];
        let mut passed = BTreeSet::new();
        while let Some(subject) = pending.pop() {
            if !passed.insert(subject) {
                continue;
            }
            let found = self.subject_names.name(subject.0).map(|(tag, _)| crate::view::subject_kind(tag));
            if found == Some(kind) {
                into.insert(subject.0);
            }
            if found == Some(SubjectKind::Group) {
                pending.extend(self.members(subject));
            }
        }
    }

    /// The resources of a type on which the subject may do what the question says. The question's resource is only a
    /// type.
    #[must_use]
    pub fn search_resources(&self, question: &Question<'_>, from: u32, limit: usize) -> Page<NodeIx> {
        let none = Page { found: Vec::new(), next: None };
        let candidates = self.registry.permissions_called(question.permission);
        let Some(kind) = self.resource_type(question.resource.kind, candidates) else { return none };
        let Some(subject) = self
            .registry
            .subject_kind(question.subject.kind)
            .and_then(|kind| self.subject_named(kind, question.subject.id))
        else {
            return none;
        };
        let nodes = self.reachable_nodes(subject, candidates, kind, from);
        let type_name = self.registry.type_info(kind).name.clone();
        page(
            nodes,
            limit,
            |node| node.0,
            |node| {
                let name = self.node_ref(*node);
                let resource =
                    EntityRef { kind: &type_name, id: &name.id, properties: question.resource.properties };
                let question = Question { resource, ..*question };
                self.check(&question).outcome == Outcome::Allow
            },
        )
    }

    /// Nodes of a type under the scopes where the subject holds a role that grants one of the permissions.
    fn reachable_nodes(
        &self,
        subject: SubjectIx,
        permissions: &[PermissionIx],
        kind: TypeIx,
        from: u32,
    ) -> Vec<NodeIx> {
        let mut tops = BTreeSet::new();
        let mut holders = self.all_groups(subject);
        holders.push(subject);
        for permission in permissions {
            let product = self.registry.product(permission.product);
            if product.baselines {
                tops.extend(self.product_node(permission.product));
            }
            for held in holders.iter().flat_map(|holder| self.held(*holder)) {
                if self.roles.at_all(held.role, *permission) {
                    tops.extend(self.tops_of(held.role, held.scope, permission.id));
                }
            }
        }
        let covered = |node: &NodeIx| self.chain(*node).skip(1).any(|above| tops.contains(&above));
        let mut nodes = Vec::new();
        for top in tops.iter().filter(|top| !covered(top)) {
            self.collect_below(*top, kind, from, &mut nodes);
        }
        nodes.sort_unstable();
        nodes
    }

    /// The scope itself, and the higher node from which a reaching grant applies.
    fn tops_of(&self, role: RoleIx, scope: NodeIx, permission: PermissionId) -> Vec<NodeIx> {
        let mut tops = vec![scope];
        for grant in self.roles.row(role).grants_of(permission) {
            let kind = grant.terms.reach.as_ref().and_then(|kind| self.registry.type_named(kind));
            let above =
                kind.and_then(|kind| self.chain(scope).find(|node| self.node_head(*node).kind == kind));
            tops.extend(above);
        }
        tops
    }

    fn collect_below(&self, top: NodeIx, kind: TypeIx, from: u32, into: &mut Vec<NodeIx>) {
        let mut pending = vec![top];
        while let Some(node) = pending.pop() {
            if node.0 >= from && self.node_head(node).kind == kind {
                into.push(node);
            }
            pending.extend(self.children(node));
        }
    }

    /// The permissions that the subject has on the resource, in the order of the catalog. The question's own permission
    /// is ignored. Permissions meant for other types of resource are left out.
    #[must_use]
    pub fn search_actions(&self, question: &Question<'_>, from: u32, limit: usize) -> Page<PermissionIx> {
        let mut found = Vec::new();
        let asked: Vec<(u32, PermissionIx, String)> = self.permissions_for(question).collect();
        for (number, permission, name) in asked.into_iter().filter(|(number, ..)| *number >= from) {
            let allowed = self.check(&Question { permission: &name, ..*question }).outcome == Outcome::Allow;
            if allowed && found.len() == limit {
                return Page { found, next: Some(number) };
            }
            if allowed {
                found.push(permission);
            }
        }
        Page { found, next: None }
    }

    fn permissions_for<'a>(
        &'a self,
        question: &'a Question<'_>,
    ) -> impl Iterator<Item = (u32, PermissionIx, String)> + 'a {
        self.registry
            .enabled()
            .flat_map(|(product, declared)| {
                let permissions = declared.catalog.permissions.iter().enumerate();
                permissions.map(move |(index, permission)| {
                    (product, PermissionId(u16::try_from(index).unwrap_or(u16::MAX)), permission)
                })
            })
            .zip(0u32..)
            .filter(move |((product, id, permission), _)| {
                let asked = [PermissionIx { product: *product, id: *id }];
                self.resource_type(question.resource.kind, &asked).is_some_and(|kind| {
                    let name = &self.registry.type_info(kind).name;
                    permission.on.iter().any(|on| on == name)
                })
            })
            .map(|((product, id, _), number)| {
                let full = self.registry.catalog(product).permission_full(id);
                (number, PermissionIx { product, id }, full)
            })
    }
}

/// Decides candidates in order until the page is full and one more is known to follow.
fn page<T>(
    candidates: Vec<T>,
    limit: usize,
    number: impl Fn(&T) -> u32,
    mut allowed: impl FnMut(&T) -> bool,
) -> Page<T> {
    let mut found = Vec::new();
    for candidate in candidates {
        if !allowed(&candidate) {
            continue;
        }
        if found.len() == limit {
            return Page { found, next: Some(number(&candidate)) };
        }
        found.push(candidate);
    }
    Page { found, next: None }
}
