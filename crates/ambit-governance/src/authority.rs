//! Whether the actor may make a step (design 3.11). The operator, with the data at hand, may; a subject may within its
//! authority: every role that anyone would gain or lose by the step, directly, through groups, or as an unassigned
//! state, must be one that the actor may assign or revoke there.

use crate::guards::{Pair, Step};
use crate::refusal::{Code, Refusal};
use ambit_catalog::file::AdministerVerb;
use ambit_catalog::position::Mark;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{Actor, Change, CustomRole, Note, ResourceRef, RoleRef, SubjectKind, SubjectRef};

/// Every reason why the actor may not make the step.
#[must_use]
pub fn check(step: &Step<'_>, actor: &Actor) -> Vec<Refusal> {
    let Actor::Subject { subject, .. } = actor else { return Vec::new() };
    let Some(index) = step.before.subject(subject) else {
        return vec![Refusal::new(Code::UnknownSubject, format!("the actor `{subject}` is not registered"))];
    };
    let asked = Asked { step, actor: index, name: subject };
    let mut refusals: Vec<Refusal> = step
        .changes
        .iter()
        .filter_map(|(change, mark)| asked.change(change).map(|refusal| refusal.at(*mark)))
        .collect();
    for (affected, mark) in &step.affected {
        refusals.extend(asked.roles(*affected, *mark));
    }
    refusals.dedup();
    refusals
}

struct Asked<'a> {
    step: &'a Step<'a>,
    actor: SubjectIx,
    name: &'a SubjectRef,
}

impl Asked<'_> {
    /// What the kind of change itself asks for, besides the roles that it moves.
    fn change(&self, change: &Change) -> Option<Refusal> {
        match change {
            Change::AssignmentSet(assignment) => {
                self.role_at(AdministerVerb::Assign, &assignment.role, &assignment.scope)
            }
            Change::AssignmentRemoved { role, scope, .. } => {
                self.role_at(AdministerVerb::Revoke, role, scope)
            }
            Change::MemberAdded { .. }
            | Change::MemberRemoved { .. }
            | Change::GroupSet(_)
            | Change::GroupRemoved { .. } => self.anywhere(AdministerVerb::ManageGroups, "manage groups"),
            Change::UserSet(user) => self.user(&user.id),
            Change::UserRemoved { .. } => self.at_root(AdministerVerb::EditUsers, "remove users"),
            Change::ApiKeySet(_) | Change::ApiKeyRemoved { .. } => {
                self.at_root(AdministerVerb::ManageKeys, "manage API keys")
            }
            Change::RoleSet(role) => self.custom_role(role),
            Change::RoleRemoved { id } => self.custom_role_removed(id),
            Change::ResourceSet(resource) => {
                let known = self.step.before.node(&resource.id).is_some().then_some(&resource.id);
                let both = known.into_iter().chain(&resource.parent);
                both.filter_map(|at| self.at(AdministerVerb::ManageResources, at, "manage resources")).next()
            }
            Change::ResourceRemoved { id } => {
                self.at(AdministerVerb::ManageResources, id, "manage resources")
            }
            Change::RelationSet(relation) | Change::RelationRemoved(relation) => {
                self.at(AdministerVerb::ManageRelations, &relation.resource, "write relations")
            }
            Change::BudgetSet(budget) => self.at(AdministerVerb::ManageBudgets, &budget.scope, "set budgets"),
            Change::BudgetRemoved { scope, .. } => {
                self.at(AdministerVerb::ManageBudgets, scope, "set budgets")
            }
            Change::Noted(note) => self.note(note),
            Change::OrganizationCreated { .. }
            | Change::CatalogInstalled { .. }
            | Change::CatalogRemoved { .. }
            | Change::OverlaySet(_)
            | Change::OverlayRemoved { .. }
            | Change::SeatLimitSet(_)
            | Change::ApprovalSet(_) => Some(self.refuse("only the operator may change this")),
        }
    }

    /// People are witnesses of what they do themselves. What the server notes about others, it notes after a decision of
    /// its own.
    fn note(&self, note: &Note) -> Option<Refusal> {
        let own = self.name.kind == SubjectKind::User && self.name.id == note.user();
        (!own).then(|| self.refuse("what happened to a user is noted by that user or by the server"))
    }

    fn refuse(&self, what: &str) -> Refusal {
        Refusal::new(Code::NoAuthority, format!("`{}` may not do this: {what}", self.name))
    }

    fn has_verb(&self, verb: AdministerVerb, scope: NodeIx) -> bool {
        self.step.before.has_verb(self.actor, verb, scope, self.step.now)
    }

    fn at(&self, verb: AdministerVerb, at: &ResourceRef, words: &str) -> Option<Refusal> {
        let scope = self.step.before.node(at).or_else(|| self.step.after.node(at));
        let allowed = scope.is_some_and(|scope| self.has_verb(verb, self.nearest_before(scope)));
        (!allowed).then(|| self.refuse(&format!("no role held at `{at}` or above lets it {words}")))
    }

    /// A resource that the step itself makes is judged where it will stand.
    fn nearest_before(&self, scope: NodeIx) -> NodeIx {
        let known = |node: &NodeIx| self.step.before.node_head(*node).exists;
        self.step.after.chain(scope).find(known).unwrap_or(scope)
    }

    fn at_root(&self, verb: AdministerVerb, words: &str) -> Option<Refusal> {
        let allowed = self.step.before.root().is_some_and(|root| self.has_verb(verb, root));
        (!allowed).then(|| self.refuse(&format!("no role held at the organization lets it {words}")))
    }

    fn anywhere(&self, verb: AdministerVerb, words: &str) -> Option<Refusal> {
        let allowed = self.holds_verb_anywhere(verb);
        (!allowed).then(|| self.refuse(&format!("no role that it holds lets it {words}")))
    }

    fn holds_verb_anywhere(&self, verb: AdministerVerb) -> bool {
        let view = self.step.before;
        let mut holders = view.all_groups(self.actor);
        holders.push(self.actor);
        let scopes: Vec<NodeIx> =
            holders.iter().flat_map(|holder| view.held(*holder)).map(|held| held.scope).collect();
        scopes.into_iter().any(|scope| self.has_verb(verb, scope))
    }

    /// New users may be brought in by everybody who may invite; known ones are changed from the top only.
    fn user(&self, id: &str) -> Option<Refusal> {
        if self.step.before.subject_named(SubjectKind::User, id).is_some() {
            return self.at_root(AdministerVerb::EditUsers, "edit users");
        }
        let invites = [AdministerVerb::Invite, AdministerVerb::CreateUsers];
        let allowed = invites.into_iter().any(|verb| self.holds_verb_anywhere(verb));
        (!allowed).then(|| self.refuse("no role that it holds lets it invite users"))
    }

    fn role_at(&self, verb: AdministerVerb, role: &RoleRef, at: &ResourceRef) -> Option<Refusal> {
        let (role_index, scope) = (self.step.after.role(role)?, self.step.after.node(at)?);
        self.authority(verb, role_index, scope)
    }

    fn authority(&self, verb: AdministerVerb, role: RoleIx, scope: NodeIx) -> Option<Refusal> {
        let view = self.step.before;
        let known = (role.0 as usize) < view.roles().len() && view.roles().row(role).exists;
        let allowed =
            known && view.has_authority(self.actor, verb, role, self.nearest_before(scope), self.step.now);
        (!allowed).then(|| {
            let word = if verb == AdministerVerb::Assign { "give" } else { "take" };
            let (role, scope) = (self.step.after.role_ref(role), self.step.after.node_ref(scope));
            self.refuse(&format!("no role that it holds at `{scope}` or above lets it {word} `{role}`"))
        })
    }

    /// What a subject gains and loses by the step, through whichever path. A state that ends because a role is given is
    /// no loss of its own, and what everybody has comes with being a user; a state that begins because the last role of
    /// an area is taken is a gain like any other (`administration.md` C.4 a).
    fn roles(&self, subject: SubjectIx, mark: Mark) -> Vec<Refusal> {
        let baseline = |(role, _): &Pair| self.step.after.roles().row(*role).baseline;
        let is_new = self.step.before.subject(&self.step.after.subject_ref(subject)).is_none();
        let moved = |pairs: std::collections::BTreeSet<Pair>, verb| {
            pairs.into_iter().filter_map(move |(role, scope)| self.authority(verb, role, scope))
        };
        let mut gained = self.step.gained(subject);
        gained.retain(|pair| !is_new || !baseline(pair));
        let mut lost = self.step.lost(subject);
        lost.retain(|pair| !baseline(pair));
        let gained = moved(gained, AdministerVerb::Assign);
        let lost = moved(lost, AdministerVerb::Revoke);
        gained.chain(lost).map(|refusal| refusal.at(mark)).collect()
    }

    /// Making or changing a role is giving what it grants to everybody who has it or will: each permission that it gains
    /// must be part of a role that the actor may give there.
    fn custom_role(&self, role: &CustomRole) -> Option<Refusal> {
        let verb = match self.step.before.custom_role(&role.id) {
            Some(_) => AdministerVerb::EditRoles,
            None => AdministerVerb::CreateRoles,
        };
        let scopes = self.role_scopes(role);
        if scopes.is_empty() || !scopes.iter().all(|scope| self.has_verb(verb, *scope)) {
            return Some(self.refuse("no role that it holds lets it create or edit custom roles there"));
        }
        let index = self.step.after.role(&role.id)?;
        let row = self.step.after.roles().row(index);
        let beyond = row.grants.iter().find(|grant| {
            scopes.iter().any(|scope| !self.may_give_permission(row.product, grant.permission, *scope))
        })?;
        let permission = self.step.after.registry().catalog(row.product).permission_full(beyond.permission);
        Some(self.refuse(&format!(
            "the role would grant `{permission}`, which is in no role that it may assign there"
        )))
    }

    fn role_scopes(&self, role: &CustomRole) -> Vec<NodeIx> {
        let view: &View = self.step.before;
        if role.instances.is_empty() {
            let product = view.registry().product_named(&role.id.product);
            return product.and_then(|product| view.product_node(product)).into_iter().collect();
        }
        role.instances.iter().filter_map(|instance| view.node(instance)).collect()
    }

    fn may_give_permission(
        &self,
        product: ambit_engine::ProductIx,
        permission: ambit_catalog::PermissionId,
        scope: NodeIx,
    ) -> bool {
        let view = self.step.before;
        view.roles().iter().any(|(index, row)| {
            row.product == product
                && row.grants_of(permission).iter().any(|grant| grant.terms.is_plain())
                && view.has_authority(self.actor, AdministerVerb::Assign, index, scope, self.step.now)
        })
    }

    fn custom_role_removed(&self, id: &RoleRef) -> Option<Refusal> {
        let role = self.step.before.custom_role(id)?;
        let scopes = self.role_scopes(role);
        let allowed = !scopes.is_empty()
            && scopes.iter().all(|scope| self.has_verb(AdministerVerb::DeleteRoles, *scope));
        (!allowed).then(|| self.refuse("no role that it holds lets it delete custom roles there"))
    }
}
