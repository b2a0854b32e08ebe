//! What an organization holds: resources, subjects, roles, assignments, relations, budgets, approvals.
//!
//! Records are what the log carries and what the Admin API shows; the engine keeps them in a form of its own.

use crate::amount::{Amount, Period};
use crate::ids::{ResourceRef, RoleRef, SubjectRef};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Facts about a resource or a subject, which conditions read.
pub type Properties = serde_json::Map<String, serde_json::Value>;

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn yes() -> bool {
    true
}

/// A node of the organization's tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// Its name.
    pub id: ResourceRef,
    /// The node it stands under; none for the organization itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ResourceRef>,
    /// Facts about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// Where a user stands in their life with the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked to join; holds seats, may do nothing yet.
    Invited,
    /// May act.
    #[default]
    Active,
    /// Barred for a while; assignments are kept.
    Suspended,
    /// Gone; assignments are kept for the record and give nothing.
    Deactivated,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The id, without `user:`.
    pub id: String,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Only active users may act.
    #[serde(default)]
    pub status: Status,
    /// Facts that conditions read.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// A group of users, API keys and groups. Members are kept apart (`MemberAdded`), since there may be very many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The id, without `group:`.
    pub id: String,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// An inactive group gives its members nothing.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub active: bool,
}

/// Where an API key may be used (design 3.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// On servers; may hold any role.
    Secret,
    /// In browsers, from listed origins; may hold only roles that are marked public.
    Public,
}

/// A program's identity. The secret itself is never here: only its hash and the prefix by which people know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// The id, without `api_key:`.
    pub id: String,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Secret or public.
    pub kind: KeyKind,
    /// Where a public key may be used from: `https://shop.example`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// From this instant on it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Refused for good.
    #[serde(default, skip_serializing_if = "is_false")]
    pub revoked: bool,
    /// SHA-256 of the secret, hexadecimal; none for a key that only stands for a program in questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<String>,
    /// The first characters of the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Who answers for it: it never holds what they may not give (`administration.md` C.4 g). None for keys of the
    /// operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_by: Option<SubjectRef>,
    /// The secret before the last rotation, while both work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSecret>,
}

/// A secret that was replaced and still works for a while, so that a program can be given the new one without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreviousSecret {
    /// SHA-256 of the secret, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<String>,
    /// The first characters of the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// From this instant on it is refused.
    pub until: Timestamp,
}

impl ApiKey {
    /// The key as it may be shown: without the hashes of its secrets.
    #[must_use]
    pub fn without_hashes(&self) -> Self {
        let previous = self.previous.as_ref();
        Self {
            secret_hash: None,
            previous: previous.map(|previous| PreviousSecret { secret_hash: None, ..previous.clone() }),
            ..self.clone()
        }
    }

    /// The hashes of its secrets, the present one first.
    pub fn hashes(&self) -> impl Iterator<Item = &String> {
        let previous = self.previous.as_ref().and_then(|previous| previous.secret_hash.as_ref());
        self.secret_hash.iter().chain(previous)
    }

    /// Whether a secret with this hash may be used now: the present one, or the one before it while both work.
    #[must_use]
    pub fn accepts(&self, hash: &str, now: Timestamp) -> bool {
        let previous = self.previous.as_ref();
        self.secret_hash.as_deref() == Some(hash)
            || previous.is_some_and(|old| old.secret_hash.as_deref() == Some(hash) && now < old.until)
    }
}

/// What a custom role begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Nothing.
    #[default]
    None,
    /// Every permission of the product that custom roles may have.
    All,
    /// The grants of another role.
    Duplicate(String),
}

/// One grant of a custom role: a permission with its conditions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomGrant {
    /// The permission, without its product.
    pub permission: String,
    /// Only at this resource and below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ResourceRef>,
    /// Only while this CEL expression is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Only for subjects with one of these relations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Only for holders of these roles too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
}

/// An organization's own role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CustomRole {
    /// Product and id.
    pub id: RoleRef,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The instances it may be assigned at and below; anywhere in the product if none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<ResourceRef>,
    /// What it begins with.
    #[serde(default)]
    pub start: Start,
    /// Other custom roles of the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<CustomGrant>,
    /// What it takes away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// An organization's difference from a system role's default grants (design 3.13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overlay {
    /// The system role.
    pub role: RoleRef,
    /// Permissions it gains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Permissions it loses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// A role held by a subject at a scope. Subject, role and scope together identify it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// Who holds it.
    pub subject: SubjectRef,
    /// What is held.
    pub role: RoleRef,
    /// Where, and everywhere below.
    pub scope: ResourceRef,
    /// Who approves what this holder may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<SubjectRef>,
    /// In force from this instant on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// In force until just before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Values for the role's parameters, readable by conditions as `assignment`.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub parameters: Properties,
}

/// A fact `resource # relation @ subject`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// On what.
    pub resource: ResourceRef,
    /// Which: `owner`, `assignee`, `shared_view`, `shared_edit` or a product's own.
    pub relation: String,
    /// Whose.
    pub subject: SubjectRef,
}

/// An amount per period that an action consumes. Subject, scope and currency together identify it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    /// Whose; a group's budget is shared by its members.
    pub subject: SubjectRef,
    /// Where it applies, and below.
    pub scope: ResourceRef,
    /// How much per period.
    pub amount: Amount,
    /// Of what: `EUR`.
    pub currency: String,
    /// How often it starts afresh.
    #[serde(default)]
    pub period: Period,
    /// How much of the running period is gone.
    #[serde(default = "zero")]
    pub spent: Amount,
    /// When `spent` was recorded: it counts only in that period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_at: Option<Timestamp>,
}

fn zero() -> Amount {
    Amount::ZERO
}

/// An organization's own limit for a seat pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeatLimit {
    /// `product/pool`.
    pub pool: RoleRef,
    /// Distinct users.
    pub limit: u32,
}

/// The state of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Waiting for an approver.
    Pending,
    /// May be used once.
    Approved,
    /// Refused.
    Denied,
    /// Used up.
    Used,
    /// Withdrawn by the requester.
    Cancelled,
}

/// A request to do one action once, and its outcome (design 3.7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// Unique within the organization.
    pub id: String,
    /// Who wants to act.
    pub subject: SubjectRef,
    /// `product/permission`.
    pub permission: String,
    /// On what.
    pub resource: ResourceRef,
    /// For how much, if it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<SubjectRef>,
    /// From this instant on it is worthless.
    pub expires: Timestamp,
    /// Who may not decide on it, because the requester gave them a role after asking (`administration.md` C.3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred: Vec<SubjectRef>,
}
