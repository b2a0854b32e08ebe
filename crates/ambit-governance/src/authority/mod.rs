//! Whether the actor may make a step (design 3.11; `administration.md` C.2). The operator, with the data at hand, may; a
//! subject may within its authority. Three questions are asked of every step, whatever its changes are called:
//!
//! - what each change asks for by itself: a verb, at a place (this file);
//! - who gains and loses which roles by it, by whatever path, and whether the actor may give and take them ([`moved`]);
//! - which permissions roles, resources and relations give after it and did not give before, and whether those are within
//!   what the actor holds or may assign ([`roles`], [`facts`]).

mod facts;
mod moved;
mod roles;

use crate::capability::Capability;
use crate::guards::Step;
use crate::refusal::{Code, Refusal};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{Actor, ApiKey, Change, Note, ResourceRef, RoleRef, SubjectKind, SubjectRef, User};

/// Every reason why the actor may not make the step.
#[must_use]
pub fn check(step: &Step<'_>, actor: &Actor) -> Vec<Refusal> {
    let Actor::Subject { subject, .. } = actor else { return Vec::new() };
    let Some(index) = step.before.subject(subject) else {
        return vec![Refusal::new(Code::UnknownSubject, format!("the actor `{subject}` is not registered"))];
    };
    let asked =
        Asked { step, can: Capability::of(step.before, index, step.now), actor: index, name: subject };
    let mut refusals: Vec<Refusal> = step
        .changes
        .iter()
        .flat_map(|(change, mark)| asked.change(change).into_iter().map(|refusal| refusal.at(*mark)))
        .collect();
    refusals.extend(asked.moved());
    refusals.extend(asked.roles_changed());
    refusals.dedup();
    refusals
}

/// The actor, its capability, and the step that it wants to make.
struct Asked<'a> {
    step: &'a Step<'a>,
    can: Capability<'a>,
    actor: SubjectIx,
    name: &'a SubjectRef,
}

impl<'a> Asked<'a> {
    /// What a change asks for by itself, besides what it moves.
    fn change(&self, change: &Change) -> Vec<Refusal> {
        let one = |refusal: Option<Refusal>| refusal.into_iter().collect();
        match change {
            Change::AssignmentSet(set) => {
                let given = self.role_at(AdministerVerb::Assign, &set.role, &set.scope);
                given.into_iter().chain(self.outlived(set)).collect()
            }
            Change::AssignmentRemoved { role, scope, .. } => {
                one(self.role_at(AdministerVerb::Revoke, role, scope))
            }
            Change::MemberAdded { group, .. } => one(self.membership(AdministerVerb::Assign, group)),
            Change::MemberRemoved { group, .. } => one(self.membership(AdministerVerb::Revoke, group)),
            Change::GroupSet(group) => one(self.group(&group.id)),
            Change::GroupRemoved { id } => one(self.group(id)),
            Change::UserSet(user) => one(self.user_set(user)),
            Change::UserRemoved { id } => one(self.known_user(id)),
            Change::ApiKeySet(key) => one(self.key_set(key)),
            Change::ApiKeyRemoved { id } => one(self.known_key(id)),
            Change::RoleSet(role) => one(self.custom_role(role)),
            Change::RoleRemoved { id } => one(self.custom_role_removed(id)),
            Change::OverlaySet(overlay) => one(self.overlay(&overlay.role)),
            Change::OverlayRemoved { role } => one(self.overlay(role)),
            Change::ResourceSet(resource) => self.resource_set(resource),
            Change::ResourceRemoved { id } => {
                one(self.at(AdministerVerb::ManageResources, id, "manage resources"))
            }
            Change::RelationSet(relation) => self.relation_set(relation),
            Change::RelationRemoved(relation) => {
                one(self.at(AdministerVerb::ManageRelations, &relation.resource, "write relations"))
            }
            Change::BudgetSet(budget) => one(self.budget(&budget.subject, &budget.scope)),
            Change::BudgetRemoved { subject, scope, .. } => one(self.budget(subject, scope)),
            Change::Noted(note) => one(self.note(note)),
            Change::OrganizationCreated { .. }
            | Change::CatalogInstalled { .. }
            | Change::CatalogRemoved { .. }
            | Change::SeatLimitSet(_)
            | Change::SeatLimitRemoved { .. }
            | Change::ApprovalSet(_) => one(Some(self.operator_only())),
        }
    }

    /// People are witnesses of what they do themselves. What the server notes about others, it notes after a decision of
    /// its own.
    fn note(&self, note: &Note) -> Option<Refusal> {
        let own = self.name.kind == SubjectKind::User && self.name.id == note.user();
        (!own).then(|| self.refuse("what happened to a user is noted by that user or by the server"))
    }

    fn operator_only(&self) -> Refusal {
        self.refuse("only the operator may change this")
            .instead("the operator may, where the data is at hand: `ambit apply` without `--actor`")
    }

    fn refuse(&self, what: &str) -> Refusal {
        Refusal::new(Code::NoAuthority, format!("`{}` may not do this: {what}", self.name))
    }

    fn at(&self, verb: AdministerVerb, at: &ResourceRef, words: &str) -> Option<Refusal> {
        let scope = self.step.before.node(at).or_else(|| self.step.after.node(at));
        let allowed = scope.is_some_and(|scope| self.can.has_verb(verb, self.nearest_before(scope)));
        (!allowed).then(|| {
            self.refuse(&format!("no role held at `{at}` or above lets it {words}"))
                .instead(self.who_may(verb, at))
        })
    }

    /// A resource that the step itself makes is judged where it will stand.
    fn nearest_before(&self, scope: NodeIx) -> NodeIx {
        let known = |node: &NodeIx| self.step.before.node_head(*node).exists;
        if known(&scope) {
            return scope;
        }
        self.step.after.chain(scope).find(known).unwrap_or(scope)
    }

    fn at_root(&self, verb: AdministerVerb, words: &str) -> Option<Refusal> {
        let allowed = self.step.before.root().is_some_and(|root| self.can.has_verb(verb, root));
        (!allowed).then(|| self.refuse(&format!("no role held at the organization lets it {words}")))
    }

    fn anywhere(&self, verb: AdministerVerb, words: &str) -> Option<Refusal> {
        let allowed = self.can.has_verb_anywhere(verb);
        (!allowed).then(|| self.refuse(&format!("no role that it holds lets it {words}")))
    }

    /// New users may be brought in by everybody who may invite; editing a known one counts as taking all that they hold.
    fn user_set(&self, user: &User) -> Option<Refusal> {
        if self.step.before.subject_named(SubjectKind::User, &user.id).is_some() {
            return self.known_user(&user.id);
        }
        let invites = [AdministerVerb::Invite, AdministerVerb::CreateUsers];
        let allowed = invites.into_iter().any(|verb| self.can.has_verb_anywhere(verb));
        (!allowed).then(|| self.refuse("no role that it holds lets it invite users"))
    }

    fn known_user(&self, id: &str) -> Option<Refusal> {
        self.all_of(SubjectKind::User, id, AdministerVerb::EditUsers, "edit users")
    }

    fn known_key(&self, id: &str) -> Option<Refusal> {
        self.all_of(SubjectKind::ApiKey, id, AdministerVerb::ManageKeys, "manage API keys")
    }

    /// A new key holds nothing yet. Whoever changes a known one must be able to give all that it holds; and nobody makes
    /// somebody else answer for it.
    fn key_set(&self, key: &ApiKey) -> Option<Refusal> {
        let before = self.step.before;
        let known =
            before.subject_named(SubjectKind::ApiKey, &key.id).and_then(|known| before.api_key(known));
        let issuer = known.and_then(|known| known.issued_by.as_ref());
        if key.issued_by.as_ref() != issuer && key.issued_by.as_ref() != Some(self.name) {
            return Some(self.refuse("it can make only itself answer for a key"));
        }
        match known {
            Some(_) => self.known_key(&key.id),
            None => self.anywhere(AdministerVerb::ManageKeys, "manage API keys"),
        }
    }

    /// Editing a subject counts as taking all that it holds (`administration.md` C.2.3): the actor needs the verb at each
    /// of those places and authority over each of those roles; one who holds nothing is edited from the top, or by whoever
    /// answers for it.
    fn all_of(&self, kind: SubjectKind, id: &str, verb: AdministerVerb, words: &str) -> Option<Refusal> {
        let view = self.step.before;
        let subject = view.subject_named(kind, id)?;
        let pairs = self.pairs_of(subject);
        if pairs.is_empty() {
            let own = view.api_key(subject).is_some_and(|key| key.issued_by.as_ref() == Some(self.name));
            return if own { self.anywhere(verb, words) } else { self.at_root(verb, words) };
        }
        let missing = pairs.iter().find(|(_, scope)| !self.can.has_verb(verb, *scope));
        if let Some((_, scope)) = missing {
            return self.at(verb, &view.node_ref(*scope), words);
        }
        let above = self.can.exceeded_by(subject, self.step.now)?;
        Some(self.dominated(subject, above))
    }

    fn pairs_of(&self, subject: SubjectIx) -> Vec<(RoleIx, NodeIx)> {
        let view = self.step.before;
        let mut pairs: Vec<_> = crate::capability::held(view, subject, self.step.now).into_iter().collect();
        pairs.retain(|(role, _)| !view.roles().row(*role).baseline);
        pairs
    }

    fn dominated(&self, subject: SubjectIx, (role, scope): (RoleIx, NodeIx)) -> Refusal {
        let view = self.step.before;
        let (role, scope) = (view.role_ref(role), view.node_ref(scope));
        let message = format!(
            "`{}` may not do this: `{}` holds `{role}` at `{scope}`, which it may not assign",
            self.name,
            view.subject_ref(subject)
        );
        Refusal::new(Code::Dominated, message).instead(self.who_may_assign(&role, &scope))
    }

    /// Editing the members of a group is giving or taking all that the group holds (design 3.11).
    fn membership(&self, verb: AdministerVerb, group: &str) -> Option<Refusal> {
        let refusal = self.anywhere(AdministerVerb::ManageGroups, "manage groups");
        let Some(index) = self.step.before.subject_named(SubjectKind::Group, group) else { return refusal };
        refusal.or_else(|| {
            self.pairs_of(index).into_iter().find_map(|(role, scope)| self.authority(verb, role, scope))
        })
    }

    /// A group may be new; renaming, pausing or removing a known one is up to those who may give what it holds.
    fn group(&self, id: &str) -> Option<Refusal> {
        let refusal = self.anywhere(AdministerVerb::ManageGroups, "manage groups");
        let known = self.step.before.subject_named(SubjectKind::Group, id);
        refusal.or_else(|| {
            let above = self.can.exceeded_by(known?, self.step.now)?;
            Some(self.dominated(known?, above))
        })
    }

    /// Whoever sets somebody's budget decides what they may do without approval.
    fn budget(&self, subject: &SubjectRef, scope: &ResourceRef) -> Option<Refusal> {
        let refusal = self.at(AdministerVerb::ManageBudgets, scope, "set budgets");
        let view = self.step.before;
        refusal.or_else(|| {
            let (subject, node) = (view.subject(subject)?, view.node(scope)?);
            let here =
                |(_, held_at): &(RoleIx, NodeIx)| view.covers(*held_at, node) || view.covers(node, *held_at);
            let same_product =
                |(role, _): &(RoleIx, NodeIx)| view.product_of(node) == Some(view.roles().product_of(*role));
            let pairs = self.pairs_of(subject).into_iter().filter(here).filter(same_product);
            let above =
                pairs.into_iter().find(|pair| subject != self.actor && !self.can.may_assign(*pair))?;
            Some(self.dominated(subject, above))
        })
    }

    fn role_at(&self, verb: AdministerVerb, role: &RoleRef, at: &ResourceRef) -> Option<Refusal> {
        let (role, scope) = (self.step.after.role(role)?, self.step.after.node(at)?);
        self.authority(verb, role, scope)
    }

    /// Whether the actor may give or take a role somewhere. The role is looked at as it will be.
    fn authority(&self, verb: AdministerVerb, role: RoleIx, scope: NodeIx) -> Option<Refusal> {
        let row = self.row(role);
        let allowed = row.exists && self.can.may(verb, row, self.nearest_before(scope));
        (!allowed).then(|| {
            let word = if verb == AdministerVerb::Assign { "give" } else { "take" };
            let (role, scope) = (self.step.after.role_ref(role), self.step.after.node_ref(scope));
            self.refuse(&format!("no role that it holds at `{scope}` or above lets it {word} `{role}`"))
                .instead(self.who_may_assign(&role, &scope))
        })
    }

    /// A role as the step leaves it, or as it was if the step removes it.
    fn row(&self, role: RoleIx) -> &'a RoleRow {
        let after = self.step.after.roles();
        let gone = !after.row(role).exists && (role.0 as usize) < self.step.before.roles().len();
        if gone { self.step.before.roles().row(role) } else { after.row(role) }
    }

    fn who_may_assign(&self, role: &RoleRef, scope: &ResourceRef) -> String {
        let view = self.step.after;
        let Some(target) = view.role(role) else { return String::new() };
        let row = view.roles().row(target);
        self.holders_of(AdministerVerb::Assign, scope, |product, entry| {
            view.is_administered(product, entry, row)
        })
    }

    fn who_may(&self, verb: AdministerVerb, scope: &ResourceRef) -> String {
        let view: &View = self.step.after;
        let product = view.node(scope).and_then(|node| view.product_of(node));
        self.holders_of(verb, scope, |declared, _| {
            product == Some(declared) || view.registry().catalog(declared).spans_products
        })
    }

    fn holders_of(
        &self,
        verb: AdministerVerb,
        scope: &ResourceRef,
        fits: impl Fn(ambit_engine::ProductIx, &ambit_catalog::catalog::Administers) -> bool,
    ) -> String {
        let view = self.step.after;
        let administers = |role: RoleIx, row: &RoleRow| {
            let mut entries = view.administered_by(role);
            entries.any(|entry| entry.verbs.contains(&verb) && fits(row.product, entry))
        };
        let mut found: Vec<(Option<u32>, RoleIx)> = view
            .roles()
            .iter()
            .filter(|(role, row)| !row.vendor_only && administers(*role, row))
            .map(|(role, row)| (row.level, role))
            .collect();
        found.sort();
        let names: Vec<String> =
            found.into_iter().map(|(_, role)| format!("`{}`", view.role_ref(role))).collect();
        match names.as_slice() {
            [] => "only the operator may".to_owned(),
            [one, two, _, ..] => format!("holders of {one}, {two} and others, at `{scope}` or above, may"),
            names => format!("holders of {} at `{scope}` or above may", names.join(" or ")),
        }
    }
}
