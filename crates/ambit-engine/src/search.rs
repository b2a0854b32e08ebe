//! The question turned around: who may, on what, what (AuthZEN's three searches).
//!
//! Candidates come from the indexes, so that the work is proportional to what could be in the answer; each is then
//! decided like any question. Answers are in the order of the numbers and come in pages: `from` is where to go on, and a
//! page says whether there is more. Nothing is ever cut silently.

use crate::holdings::Holdings;
use crate::question::{EntityRef, Question, Target};
use crate::registry::{PermissionIx, TypeIx};
use crate::roles::RoleIx;
use crate::view::{Held, NodeIx, SubjectIx, View, subject_kind, subject_tag};
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

impl<T> Page<T> {
    fn map<U>(self, with: impl FnMut(T) -> U) -> Page<U> {
        Page { found: self.found.into_iter().map(with).collect(), next: self.next }
    }
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
        let mut candidates = Candidates::default();
        if plain.baselines && kind == SubjectKind::User {
            candidates.doubtful.extend(self.subjects(kind).map(|subject| subject.0));
        } else {
            self.holders_over(target, kind, &mut candidates);
        }
        let page = candidates.page(from, limit, |number| {
            let name = self.subject_ref(SubjectIx(number));
            let asked =
                EntityRef { kind: kind.as_str(), id: &name.id, properties: question.subject.properties };
            let target = Target { subject: SubjectIx(number), ..*target };
            self.check_target(&Question { subject: asked, ..*question }, &target).outcome == Outcome::Allow
        });
        page.map(SubjectIx)
    }

    /// Subjects of a kind that hold a role granting the permission where it could reach the node, groups unfolded.
    fn holders_over(&self, target: &Target, kind: SubjectKind, into: &mut Candidates) {
        let permission = target.permission;
        let mut scopes: Vec<NodeIx> = self.chain(target.head).collect();
        let reaching = self.reaching_terms(permission);
        if reaching {
            scopes = self.nodes().filter(|node| self.product_of(*node) == Some(permission.product)).collect();
            scopes.extend(self.root());
            scopes.extend(self.chain(target.head));
        }
        let simple = !reaching && !self.registry.product(permission.product).refines;
        for scope in scopes {
            for (role, subject) in self.holders_at(scope) {
                let standing = self.roles.standing(role, permission);
                if standing.at_all {
                    let sure = simple && standing.plainly && self.holds_now(subject, role, scope);
                    self.unfold(subject, kind, sure, into);
                }
            }
        }
    }

    /// Whether a subject is active and holds a role at a scope without start, expiry or anything else to look at.
    fn holds_now(&self, subject: SubjectIx, role: RoleIx, scope: NodeIx) -> bool {
        self.subjects.get(subject.0).is_some_and(|row| {
            let plainly = |held: &Held| held.role == role && held.scope == scope && !held.detailed();
            row.head.active && row.a.iter().any(plainly)
        })
    }

    /// Whether any grant of the permission applies from above its own scope.
    fn reaching_terms(&self, permission: PermissionIx) -> bool {
        let reaches = |role: RoleIx| {
            self.roles.row(role).grants_of(permission.id).iter().any(|grant| grant.terms.reach.is_some())
        };
        self.roles.iter().any(|(role, row)| row.product == permission.product && reaches(role))
    }

    /// Adds a subject, or the members of a group through any nesting. Of those, users that may act are as sure as all
    /// groups on the way to them are active.
    fn unfold(&self, subject: SubjectIx, kind: SubjectKind, sure: bool, into: &mut Candidates) {
        let mut add = |subject: SubjectIx, sure: bool| {
            let head = self.subjects.get(subject.0)?.head;
            let found = subject_kind(u32::from(head.kind));
            let sure = sure && head.active && found != SubjectKind::ApiKey;
            if found == kind {
                let known = if sure { &mut into.sure } else { &mut into.doubtful };
                known.push(subject.0);
            }
            (found == SubjectKind::Group).then_some((subject, sure))
        };
        let Some(group) = add(subject, sure) else { return };
        let (mut pending, mut passed) = (vec![group], BTreeSet::new());
        while let Some((group, sure)) = pending.pop() {
            if passed.insert(group) {
                pending.extend(self.members(group).filter_map(|member| add(member, sure)));
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
        let nodes = self.reachable_nodes(question, subject, candidates, kind);
        let type_name = self.registry.type_info(kind).name.as_str();
        let page = nodes.page(from, limit, |number| {
            let name = self.node_ref(NodeIx(number));
            let resource =
                EntityRef { kind: type_name, id: &name.id, properties: question.resource.properties };
            self.check(&Question { resource, ..*question }).outcome == Outcome::Allow
        });
        page.map(NodeIx)
    }

    /// Nodes of a type under the scopes where the subject holds a role that grants one of the permissions.
    fn reachable_nodes(
        &self,
        question: &Question<'_>,
        subject: SubjectIx,
        permissions: &[PermissionIx],
        kind: TypeIx,
    ) -> Candidates {
        let mut tops = Tops::default();
        let mut holders = self.all_groups(subject);
        holders.push(subject);
        for permission in permissions {
            if self.registry.product(permission.product).baselines {
                tops.doubtful.extend(self.product_node(permission.product));
            }
            let holdings = Holdings::gather(self, subject, permission.product, question.time);
            let simple = self.is_simple(subject, *permission, kind);
            for holder in &holders {
                let simple = simple && holdings.active_subjects().contains(holder);
                self.add_tops(*holder, *permission, simple, &mut tops);
            }
        }
        self.below_tops(&tops, kind)
    }

    /// The scopes from which what one subject holds grants a permission: for sure where it is `simple` and plain.
    fn add_tops(&self, holder: SubjectIx, permission: PermissionIx, simple: bool, tops: &mut Tops) {
        for held in self.held(holder) {
            let standing = self.roles.standing(held.role, permission);
            if simple && standing.plainly && !held.detailed() {
                tops.sure.insert(held.scope);
            } else if standing.at_all {
                tops.doubtful.extend(self.tops_of(held.role, held.scope, permission.id));
            }
        }
    }

    /// Every node of a type once, as sure as can be.
    fn below_tops(&self, Tops { sure, doubtful }: &Tops, kind: TypeIx) -> Candidates {
        let below = |node: &NodeIx, tops: &BTreeSet<NodeIx>| {
            self.chain(*node).skip(1).any(|above| tops.contains(&above))
        };
        let mut nodes = Candidates::default();
        for top in sure.iter().filter(|top| !below(top, sure)) {
            self.collect_below(*top, kind, &mut nodes.sure);
        }
        let settled = |top: &NodeIx| sure.contains(top) || below(top, sure) || below(top, doubtful);
        for top in doubtful.iter().filter(|top| !settled(top)) {
            self.collect_below(*top, kind, &mut nodes.doubtful);
        }
        nodes
    }

    /// Whether a plain grant that covers a node of a type is all there is to say: the subject may act, and nothing
    /// refines.
    fn is_simple(&self, subject: SubjectIx, permission: PermissionIx, kind: TypeIx) -> bool {
        let may_act = self.subjects.get(subject.0).is_some_and(|row| {
            row.head.active && u32::from(row.head.kind) != subject_tag(SubjectKind::ApiKey)
        });
        let product = self.registry.product(permission.product);
        may_act && !product.refines && self.registry.type_info(kind).product == Some(permission.product)
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

    fn collect_below(&self, top: NodeIx, kind: TypeIx, into: &mut Vec<u32>) {
        let mut pending = vec![top];
        while let Some(node) = pending.pop() {
            let head = self.node_head(node);
            if head.exists && head.kind == kind {
                into.push(node.0);
            }
            if head.parent {
                pending.extend(self.children(node));
            }
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

/// Scopes under which nodes are in an answer, for sure or perhaps.
#[derive(Debug, Default)]
struct Tops {
    sure: BTreeSet<NodeIx>,
    doubtful: BTreeSet<NodeIx>,
}

/// Numbers that could be in an answer: some of which it is known that they are, others that have to be decided.
#[derive(Debug, Default)]
struct Candidates {
    sure: Vec<u32>,
    doubtful: Vec<u32>,
}

impl Candidates {
    /// Decides candidates in order, from a number on, until the page is full and one more is known to follow.
    fn page(mut self, from: u32, limit: usize, mut allowed: impl FnMut(u32) -> bool) -> Page<u32> {
        for numbers in [&mut self.sure, &mut self.doubtful] {
            numbers.retain(|number| *number >= from);
            numbers.sort_unstable();
            numbers.dedup();
        }
        let mut found = Vec::new();
        let (mut sure, mut doubtful) =
            (self.sure.into_iter().peekable(), self.doubtful.into_iter().peekable());
        loop {
            let (number, known) = match (sure.peek(), doubtful.peek()) {
                (None, None) => return Page { found, next: None },
                (Some(one), other) if other.is_none_or(|other| one <= other) => (*one, true),
                (_, Some(other)) => (*other, false),
                (Some(one), None) => (*one, true),
            };
            if known {
                sure.next();
            }
            doubtful.next_if_eq(&number);
            if !known && !allowed(number) {
                continue;
            }
            if found.len() == limit {
                return Page { found, next: Some(number) };
            }
            found.push(number);
        }
    }
}
