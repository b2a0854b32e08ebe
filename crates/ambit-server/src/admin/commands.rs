//! What administrators ask for, as values: one command for each write of the Admin API, and the same ones in a batch.
//! A command becomes proposals on a state; whether they are accepted is not decided here.

use crate::admin::bodies::{
    ApiKeyBody, AssignmentKey, AssignmentPatch, BudgetBody, BudgetKey, Copying, GroupBody, NewApiKey,
    OverlayBody, Patch, ResourceBody, RoleBody, Rotation, SeatLimitBody, UserBody,
};
use crate::admin::deletion;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::minted::Minted;
use ambit_engine::View;
use ambit_governance::Proposal;
use ambit_governance::sight::{NodeSight, Sight};
use ambit_governance::undo::{fact, thing};
use ambit_model::{
    ApiKey, Assignment, Change, CustomRole, PreviousSecret, Relation, Resource, ResourceRef, RoleRef,
    SeatLimit, Start, Status, SubjectKind, SubjectRef, Timestamp, User,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest overlap of two secrets, in hours.
const OVERLAP_MOST: u16 = 720;

/// One write. In a batch, `command` names it, and `body` is what the request of that name takes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Registers a resource, moves it or describes it anew.
    PutResource {
        /// Which.
        id: ResourceRef,
        /// What is said.
        body: ResourceBody,
    },
    /// Changes a resource.
    PatchResource {
        /// Which.
        id: ResourceRef,
        /// What is said.
        body: Patch<ResourceBody>,
    },
    /// Removes a resource without children.
    DeleteResource {
        /// Which.
        id: ResourceRef,
    },
    /// Adds a user who must be new.
    CreateUser {
        /// The id, without `user:`.
        id: String,
        /// What is said.
        body: UserBody,
    },
    /// Adds or replaces a user.
    PutUser {
        /// The id, without `user:`.
        id: String,
        /// What is said.
        body: UserBody,
    },
    /// Changes a user.
    PatchUser {
        /// The id, without `user:`.
        id: String,
        /// What is said.
        body: Patch<UserBody>,
    },
    /// Removes a user with all that it holds.
    DeleteUser {
        /// The id, without `user:`.
        id: String,
    },
    /// Sets where a user stands.
    SetUserStatus {
        /// The id, without `user:`.
        id: String,
        /// Where.
        status: Status,
    },
    /// Adds or replaces a group.
    PutGroup {
        /// The id, without `group:`.
        id: String,
        /// What is said.
        body: GroupBody,
    },
    /// Changes a group.
    PatchGroup {
        /// The id, without `group:`.
        id: String,
        /// What is said.
        body: Patch<GroupBody>,
    },
    /// Removes a group with its memberships and all that it holds.
    DeleteGroup {
        /// The id, without `group:`.
        id: String,
    },
    /// Puts a subject into a group.
    PutMember {
        /// The group's id.
        id: String,
        /// Who.
        member: SubjectRef,
    },
    /// Takes a subject out of a group.
    DeleteMember {
        /// The group's id.
        id: String,
        /// Who.
        member: SubjectRef,
    },
    /// Makes an API key; its secret is in the answer.
    CreateApiKey {
        /// The id, without `api_key:`.
        id: String,
        /// What is said.
        body: NewApiKey,
    },
    /// Changes an API key.
    PatchApiKey {
        /// The id, without `api_key:`.
        id: String,
        /// What is said.
        body: Patch<ApiKeyBody>,
    },
    /// Removes an API key with all that it holds.
    DeleteApiKey {
        /// The id, without `api_key:`.
        id: String,
    },
    /// Gives an API key a new secret; the old one works for a while.
    RotateApiKey {
        /// The id, without `api_key:`.
        id: String,
        /// How.
        body: Rotation,
    },
    /// Revokes an API key for good.
    RevokeApiKey {
        /// The id, without `api_key:`.
        id: String,
    },
    /// Makes the caller answer for an API key.
    TakeOverApiKey {
        /// The id, without `api_key:`.
        id: String,
    },
    /// Makes a custom role that must be new.
    CreateRole {
        /// Product and id.
        id: RoleRef,
        /// What is said.
        body: RoleBody,
    },
    /// Makes or replaces a custom role.
    PutRole {
        /// Product and id.
        id: RoleRef,
        /// What is said.
        body: RoleBody,
    },
    /// Changes a custom role.
    PatchRole {
        /// Product and id.
        id: RoleRef,
        /// What is said.
        body: Patch<RoleBody>,
    },
    /// Makes a custom role that begins as a copy.
    DuplicateRole {
        /// The original.
        id: RoleRef,
        /// What the copy is called.
        body: Copying,
    },
    /// Deletes a custom role, which its holders lose.
    DeleteRole {
        /// Product and id.
        id: RoleRef,
        /// The token that asking for the deletion gave.
        confirm: Option<String>,
    },
    /// Sets the difference from a system role's default grants.
    PutOverlay {
        /// The system role.
        role: RoleRef,
        /// What is said.
        body: OverlayBody,
    },
    /// Gives a system role its default grants again.
    DeleteOverlay {
        /// The system role.
        role: RoleRef,
    },
    /// Gives a role.
    Assign(Assignment),
    /// Changes an assignment.
    PatchAssignment(AssignmentPatch),
    /// Takes a role.
    Unassign(AssignmentKey),
    /// Writes a relation.
    PutRelation(Relation),
    /// Removes a relation.
    DeleteRelation(Relation),
    /// Sets a budget.
    PutBudget(BudgetBody),
    /// Removes a budget.
    DeleteBudget(BudgetKey),
    /// Sets a seat pool's limit.
    PutSeatLimit {
        /// `product/pool`.
        pool: RoleRef,
        /// What is said.
        body: SeatLimitBody,
    },
    /// Gives a seat pool the limit of its catalog again.
    DeleteSeatLimit {
        /// `product/pool`.
        pool: RoleRef,
    },
    /// Enables a product.
    EnableProduct {
        /// Its id.
        product: String,
    },
    /// Replaces a product's catalog by the one that the server has.
    UpgradeProduct {
        /// Its id.
        product: String,
    },
    /// Disables a product without resources.
    DisableProduct {
        /// Its id.
        product: String,
    },
}

/// What commands are read with, beside the state.
pub struct Ground<'a> {
    /// The server.
    pub app: &'a App,
    /// Who asks.
    pub caller: &'a Caller,
    /// Secrets for new keys.
    pub minted: &'a Minted,
    /// When.
    pub now: Timestamp,
}

/// The proposals that commands come to on a state, each read on what the ones before it make of it.
///
/// # Errors
/// If one is about something that does not exist, or exists already, or is malformed.
pub fn proposals(ground: &Ground<'_>, view: &View, commands: &[Command]) -> Result<Vec<Proposal>> {
    let mut next = view.clone();
    let mut proposals = Vec::new();
    for command in commands {
        let change = ground.change(&next, command)?;
        // What cannot be applied is refused with reasons when it is decided.
        if commands.len() > 1 && next.apply_changes(std::slice::from_ref(&change)).is_err() {
            next = view.clone();
        }
        proposals.push(change.into());
    }
    Ok(proposals)
}

impl Ground<'_> {
    fn change(&self, view: &View, command: &Command) -> Result<Change> {
        match command {
            Command::PutResource { id, body } => Ok(Change::ResourceSet(body.clone().named(id.clone()))),
            Command::PatchResource { id, body } => {
                let known = known_resource(view, id)?;
                let id = known.id.clone();
                Ok(Change::ResourceSet(body.on(&ResourceBody::of(known))?.named(id)))
            }
            Command::DeleteResource { id } => {
                Ok(Change::ResourceRemoved { id: known_resource(view, id)?.id })
            }
            Command::CreateUser { .. }
            | Command::PutUser { .. }
            | Command::PatchUser { .. }
            | Command::DeleteUser { .. }
            | Command::SetUserStatus { .. } => user(view, command),
            Command::PutGroup { .. }
            | Command::PatchGroup { .. }
            | Command::DeleteGroup { .. }
            | Command::PutMember { .. }
            | Command::DeleteMember { .. } => group(view, command),
            Command::CreateApiKey { .. }
            | Command::PatchApiKey { .. }
            | Command::DeleteApiKey { .. }
            | Command::RotateApiKey { .. }
            | Command::RevokeApiKey { .. }
            | Command::TakeOverApiKey { .. } => self.api_key(view, command),
            Command::CreateRole { .. }
            | Command::PutRole { .. }
            | Command::PatchRole { .. }
            | Command::DuplicateRole { .. }
            | Command::DeleteRole { .. }
            | Command::PutOverlay { .. }
            | Command::DeleteOverlay { .. } => self.role(view, command),
            Command::EnableProduct { .. }
            | Command::UpgradeProduct { .. }
            | Command::DisableProduct { .. } => self.product(view, command),
            other => fact_change(view, other),
        }
    }

    fn api_key(&self, view: &View, command: &Command) -> Result<Change> {
        let key = match command {
            Command::CreateApiKey { id, body } => {
                must_be_new(view.subject_named(SubjectKind::ApiKey, id).is_some(), "API key", id)?;
                let secret = self.minted.secret(id, body.kind)?;
                ApiKey {
                    id: id.clone(),
                    title: body.title.clone(),
                    kind: body.kind,
                    origins: body.origins.clone(),
                    expires: body.expires,
                    revoked: false,
                    secret_hash: Some(secret.hash()),
                    prefix: Some(secret.prefix()),
                    previous: None,
                    issued_by: None,
                }
            }
            Command::PatchApiKey { id, body } => {
                let known = known_key(view, id)?;
                body.on(&ApiKeyBody::of(known.clone()))?.on(known)
            }
            Command::RotateApiKey { id, body } => self.rotated(known_key(view, id)?, *body)?,
            Command::RevokeApiKey { id } => ApiKey { revoked: true, previous: None, ..known_key(view, id)? },
            Command::TakeOverApiKey { id } => {
                ApiKey { issued_by: Some(self.caller.subject.clone()), ..known_key(view, id)? }
            }
            Command::DeleteApiKey { id } => {
                return Ok(Change::ApiKeyRemoved { id: known_key(view, id)?.id });
            }
            _ => return Err(Error::NotFound),
        };
        Ok(Change::ApiKeySet(key))
    }

    /// The key with a new secret. Nothing else of it changes: rotation keeps, it never adds (`administration.md` C.4 g).
    fn rotated(&self, key: ApiKey, rotation: Rotation) -> Result<ApiKey> {
        if rotation.overlap_hours > OVERLAP_MOST {
            let detail = format!("`overlap_hours` is at most {OVERLAP_MOST}");
            return Err(Error::bad_request("invalid_request", detail));
        }
        if key.revoked {
            let detail = "the key is revoked for good: make another one".into();
            return Err(Error::Conflict { code: "key_revoked", detail });
        }
        let secret = self.minted.secret(&key.id, key.kind)?;
        let until = self.now.checked_add(SignedDuration::from_hours(rotation.overlap_hours.into()));
        let previous = PreviousSecret {
            secret_hash: key.secret_hash,
            prefix: key.prefix,
            until: until.unwrap_or(Timestamp::MAX),
        };
        let overlaps = rotation.overlap_hours > 0 && previous.secret_hash.is_some();
        Ok(ApiKey {
            secret_hash: Some(secret.hash()),
            prefix: Some(secret.prefix()),
            previous: overlaps.then_some(previous),
            ..key
        })
    }

    fn role(&self, view: &View, command: &Command) -> Result<Change> {
        match command {
            Command::CreateRole { id, body } => {
                must_be_new(view.role(id).is_some(), "role", id)?;
                Ok(Change::RoleSet(body.clone().named(id.clone())))
            }
            Command::PutRole { id, body } => Ok(Change::RoleSet(body.clone().named(id.clone()))),
            Command::PatchRole { id, body } => match view.custom_role(id) {
                Some(known) => Ok(Change::RoleSet(body.on(&RoleBody::of(known.clone()))?.named(id.clone()))),
                // Of a system role, the rules say why not.
                None if view.role(id).is_some() => Ok(Change::RoleSet(RoleBody::default().named(id.clone()))),
                None => Err(missing(id)),
            },
            Command::DuplicateRole { id, body } => duplicate(view, id, body),
            Command::DeleteRole { id, confirm } => {
                view.role(id).ok_or_else(|| missing(id))?;
                if let Some(role) = view.custom_role(id) {
                    deletion::check(self.app, self.caller, view, role, confirm.as_deref(), self.now)?;
                }
                Ok(Change::RoleRemoved { id: id.clone() })
            }
            Command::PutOverlay { role, body } => {
                view.role(role).ok_or_else(|| missing(role))?;
                Ok(Change::OverlaySet(body.clone().named(role.clone())))
            }
            Command::DeleteOverlay { role } => existing(view, Change::OverlayRemoved { role: role.clone() }),
            _ => Err(Error::NotFound),
        }
    }

    fn product(&self, view: &View, command: &Command) -> Result<Change> {
        let enabled = |product: &str| view.registry().product_named(product).is_some();
        let source = |product: &str| self.app.config.catalogs.source(product).ok_or(Error::NotFound);
        match command {
            Command::EnableProduct { product } => {
                must_be_new(enabled(product), "enabled product", product)?;
                Ok(Change::CatalogInstalled { product: product.clone(), source: source(product)? })
            }
            Command::UpgradeProduct { product } if enabled(product) => {
                Ok(Change::CatalogInstalled { product: product.clone(), source: source(product)? })
            }
            Command::DisableProduct { product } if enabled(product) => {
                Ok(Change::CatalogRemoved { product: product.clone() })
            }
            _ => Err(Error::NotFound),
        }
    }
}

fn must_be_new(exists: bool, what: &str, id: &dyn std::fmt::Display) -> Result<()> {
    if !exists {
        return Ok(());
    }
    let detail = format!("there is an {what} `{id}` already: change that one, or choose another id");
    let detail = detail.replace("an user", "a user").replace("an role", "a role");
    Err(Error::Conflict { code: "exists", detail })
}

/// A removal, if there is something to remove.
fn existing(view: &View, removal: Change) -> Result<Change> {
    match (fact(view, &removal), thing(&removal)) {
        (None, Some(thing)) => Err(missing(thing)),
        _ => Ok(removal),
    }
}

fn missing(name: impl std::fmt::Display) -> Error {
    Error::Missing(format!("`{name}`"))
}

fn known_resource(view: &View, id: &ResourceRef) -> Result<Resource> {
    view.node(id).map(|node| view.resource(node)).ok_or_else(|| missing(id))
}

fn known_user(view: &View, id: &str) -> Result<User> {
    let user = view.subject_named(SubjectKind::User, id).and_then(|index| view.user(index));
    user.ok_or_else(|| missing(SubjectRef::user(id)))
}

fn known_key(view: &View, id: &str) -> Result<ApiKey> {
    let key = view.subject_named(SubjectKind::ApiKey, id).and_then(|index| view.api_key(index));
    key.cloned().ok_or_else(|| missing(SubjectRef::api_key(id)))
}

fn user(view: &View, command: &Command) -> Result<Change> {
    let user = match command {
        Command::CreateUser { id, body } => {
            must_be_new(known_user(view, id).is_ok(), "user", id)?;
            body.clone().named(id.clone(), None)
        }
        Command::PutUser { id, body } => {
            let known = known_user(view, id).ok().map(|user| user.status);
            body.clone().named(id.clone(), known)
        }
        Command::PatchUser { id, body } => {
            body.on(&UserBody::of(known_user(view, id)?))?.named(id.clone(), None)
        }
        Command::SetUserStatus { id, status } => User { status: *status, ..known_user(view, id)? },
        Command::DeleteUser { id } => return Ok(Change::UserRemoved { id: known_user(view, id)?.id }),
        _ => return Err(Error::NotFound),
    };
    Ok(Change::UserSet(user))
}

fn group(view: &View, command: &Command) -> Result<Change> {
    let known = |id: &str| {
        let group = view.subject_named(SubjectKind::Group, id).and_then(|index| view.group(index));
        group.cloned().ok_or_else(|| missing(SubjectRef::group(id)))
    };
    match command {
        Command::PutGroup { id, body } => Ok(Change::GroupSet(body.clone().named(id.clone()))),
        Command::PatchGroup { id, body } => {
            Ok(Change::GroupSet(body.on(&GroupBody::of(known(id)?))?.named(id.clone())))
        }
        Command::DeleteGroup { id } => Ok(Change::GroupRemoved { id: known(id)?.id }),
        Command::PutMember { id, member } => {
            Ok(Change::MemberAdded { group: known(id)?.id, member: member.clone() })
        }
        Command::DeleteMember { id, member } => {
            existing(view, Change::MemberRemoved { group: id.clone(), member: member.clone() })
        }
        _ => Err(Error::NotFound),
    }
}

fn duplicate(view: &View, original: &RoleRef, copy: &Copying) -> Result<Change> {
    let row = view.roles().row(view.role(original).ok_or_else(|| missing(original))?);
    let id = RoleRef { product: original.product.clone(), role: copy.id.clone() };
    must_be_new(view.role(&id).is_some(), "role", &id)?;
    let instances = if copy.instances.is_empty() { row.instances.clone() } else { copy.instances.clone() };
    let described = view.custom_role(original).and_then(|role| role.description.clone());
    Ok(Change::RoleSet(CustomRole {
        id,
        title: copy.title.clone().or_else(|| Some(format!("Copy of {}", row.title))),
        description: copy.description.clone().or(described),
        instances,
        start: Start::Duplicate(original.role.clone()),
        includes: Vec::new(),
        grants: Vec::new(),
        without: Vec::new(),
    }))
}

/// Commands that are about facts between records.
fn fact_change(view: &View, command: &Command) -> Result<Change> {
    match command {
        Command::Assign(assignment) => Ok(Change::AssignmentSet(assignment.clone())),
        Command::PatchAssignment(patch) => match fact(view, &unassigned(&patch.key())) {
            Some(Change::AssignmentSet(known)) => Ok(Change::AssignmentSet(patch.on(known))),
            _ => Err(Error::Missing("the assignment".into())),
        },
        Command::Unassign(key) => existing(view, unassigned(key)),
        Command::PutRelation(relation) => Ok(Change::RelationSet(relation.clone())),
        Command::DeleteRelation(relation) => existing(view, Change::RelationRemoved(relation.clone())),
        Command::PutBudget(body) => Ok(Change::BudgetSet(body.clone().record())),
        Command::DeleteBudget(BudgetKey { subject, scope, currency }) => {
            let (subject, currency) = (subject.clone(), currency.clone());
            existing(view, Change::BudgetRemoved { subject, scope: full(view, scope), currency })
        }
        Command::PutSeatLimit { pool, body } => {
            Ok(Change::SeatLimitSet(SeatLimit { pool: pool.clone(), limit: body.limit }))
        }
        Command::DeleteSeatLimit { pool } => existing(view, Change::SeatLimitRemoved { pool: pool.clone() }),
        _ => Err(Error::NotFound),
    }
}

/// A resource's name in full, if it is known.
fn full(view: &View, resource: &ResourceRef) -> ResourceRef {
    view.node(resource).map_or_else(|| resource.clone(), |node| view.node_ref(node))
}

/// The removal of an assignment.
#[must_use]
pub fn unassigned(key: &AssignmentKey) -> Change {
    let AssignmentKey { subject, role, scope } = key.clone();
    Change::AssignmentRemoved { subject, role, scope }
}

/// What a caller hears of a refusal. Where a proposal names something that the caller may not see, it hears the same as
/// of what does not exist: reasons, or the suggestion of a name, would tell that it does.
#[must_use]
pub fn heard(caller: &Caller, view: &View, now: Timestamp, proposals: &[Proposal], error: Error) -> Error {
    let partial = || !Sight::of(view, &caller.subject, now).everything();
    let hidden = matches!(error, Error::Missing(_)) || check_seen(caller, view, now, proposals).is_err();
    if hidden && partial() { Error::NotFound } else { error }
}

/// Whether the caller may see all that proposals name.
///
/// # Errors
/// If not, as if it were not there.
pub fn check_seen(caller: &Caller, view: &View, now: Timestamp, proposals: &[Proposal]) -> Result<()> {
    let sight = Sight::of(view, &caller.subject, now);
    if sight.everything() {
        return Ok(());
    }
    let made: Vec<String> = proposals.iter().filter_map(|proposal| thing(&proposal.change)).collect();
    for proposal in proposals {
        let mut named = Named::default();
        named.take(&proposal.change);
        named.check(&sight, &made)?;
    }
    Ok(())
}

/// What a change names.
#[derive(Default)]
struct Named<'a> {
    subjects: Vec<SubjectRef>,
    resources: Vec<&'a ResourceRef>,
    roles: Vec<&'a RoleRef>,
}

impl<'a> Named<'a> {
    fn take(&mut self, change: &'a Change) {
        match change {
            Change::ResourceSet(resource) => {
                self.resources.push(&resource.id);
                self.resources.extend(&resource.parent);
            }
            Change::ResourceRemoved { id } => self.resources.push(id),
            Change::UserSet(User { id, .. }) | Change::UserRemoved { id } => {
                self.subjects.push(SubjectRef::user(id));
            }
            Change::GroupSet(ambit_model::Group { id, .. }) | Change::GroupRemoved { id } => {
                self.subjects.push(SubjectRef::group(id));
            }
            Change::ApiKeySet(ApiKey { id, .. }) | Change::ApiKeyRemoved { id } => {
                self.subjects.push(SubjectRef::api_key(id));
            }
            Change::MemberAdded { group, member } | Change::MemberRemoved { group, member } => {
                self.subjects.extend([SubjectRef::group(group), member.clone()]);
            }
            Change::RoleSet(role) => {
                self.roles.push(&role.id);
                self.resources.extend(&role.instances);
                self.resources.extend(role.grants.iter().filter_map(|grant| grant.within.as_ref()));
            }
            Change::RoleRemoved { id } => self.roles.push(id),
            Change::OverlaySet(overlay) => self.roles.push(&overlay.role),
            Change::OverlayRemoved { role } => self.roles.push(role),
            Change::AssignmentSet(assignment) => {
                self.subjects.push(assignment.subject.clone());
                self.subjects.extend(assignment.approver.clone());
                self.roles.push(&assignment.role);
                self.resources.push(&assignment.scope);
            }
            Change::AssignmentRemoved { subject, role, scope } => {
                self.subjects.push(subject.clone());
                self.roles.push(role);
                self.resources.push(scope);
            }
            Change::RelationSet(relation) | Change::RelationRemoved(relation) => {
                self.subjects.push(relation.subject.clone());
                self.resources.push(&relation.resource);
            }
            Change::BudgetSet(ambit_model::Budget { subject, scope, .. })
            | Change::BudgetRemoved { subject, scope, .. } => {
                self.subjects.push(subject.clone());
                self.resources.push(scope);
            }
            Change::OrganizationCreated { .. }
            | Change::CatalogInstalled { .. }
            | Change::CatalogRemoved { .. }
            | Change::SeatLimitSet(_)
            | Change::SeatLimitRemoved { .. }
            | Change::ApprovalSet(_)
            | Change::Noted(_) => {}
        }
    }

    fn check(&self, sight: &Sight<'_>, made: &[String]) -> Result<()> {
        let view = sight.view();
        // What the step makes itself may be named, unless it is there and hidden.
        let may_be_new = |thing: &str, known: bool| !known && made.iter().any(|one| one == thing);
        for subject in &self.subjects {
            let index = view.subject(subject);
            let seen = index.is_some_and(|index| sight.subject(index));
            if !seen && !may_be_new(&subject.to_string(), index.is_some()) {
                return Err(Error::NotFound);
            }
        }
        for resource in &self.resources {
            let node = view.node(resource);
            let seen = node.is_some_and(|node| sight.node(node) > NodeSight::Hidden);
            if !seen && !may_be_new(&format!("resource {resource}"), node.is_some()) {
                return Err(Error::NotFound);
            }
        }
        for role in &self.roles {
            let index = view.role(role);
            let seen = index.is_some_and(|index| sight.role(index));
            if !seen && !may_be_new(&format!("role {role}"), index.is_some()) {
                return Err(Error::NotFound);
            }
        }
        Ok(())
    }
}
