//! Why it was decided so, as values (design 3.10): for people, screens, AuthZEN's `context` and the command line.
//!
//! A story. Noor may edit the German news: she is in the group of editors, which holds a custom role at the magazine,
//! which includes the product's role for editors, which grants the permission while the content is German. A screen
//! draws exactly these steps, and beside the condition the language that it read.

use crate::decision::{Outcome, Reason};
use crate::ids::{ResourceRef, RoleRef, SubjectRef};
use crate::record::Properties;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

fn is_false(value: &bool) -> bool {
    !*value
}

/// Why, in full.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// From the subject to what decides; none where nobody's role comes near.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<ExplainedPath>,
    /// The grant that decides, with its terms; none where the role grants nothing of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<ExplainedGrant>,
    /// The resource, and all that stands above it, up to the organization.
    #[serde(default)]
    pub places: Vec<Place>,
    /// What was looked at, nearest to access first.
    #[serde(default)]
    pub considered: Vec<Considered>,
    /// How much was looked at.
    #[serde(default)]
    pub considered_total: usize,
    /// For what is not allowed: what comes nearest to access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Considered>,
    /// For what is not allowed: roles that would give it, those that give least first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles_that_grant: Option<Vec<RoleThatGrants>>,
}

/// From the subject to a grant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedPath {
    /// Subject, groups, role, included roles, by name.
    pub steps: Vec<String>,
    /// Where the role is held.
    pub scope: ResourceRef,
    /// The same to be drawn, with the grant and the scope as steps of their own.
    #[serde(default)]
    pub drawn: Vec<PathStep>,
}

/// What a step of a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Who asks.
    Subject,
    /// A group that contains the step before.
    Group,
    /// The role that is held.
    Role,
    /// A role that the step before includes.
    IncludedRole,
    /// What the last role grants.
    Grant,
    /// Where the role is held.
    Scope,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathStep {
    /// What it is.
    pub kind: StepKind,
    /// Its name: `user:ada`, `cms/editors`, `cms/content.edit`, `instance:magazine`.
    #[serde(rename = "ref")]
    pub name: String,
    /// Its name for people.
    pub title: String,
}

/// A resource among those that a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Its name, `type:id`.
    #[serde(rename = "ref")]
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The name of its type for people.
    pub type_title: String,
    /// Whether it is registered; what is only asked about is not.
    pub registered: bool,
    /// Whether the role that decides is held here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub scope: bool,
}

/// A grant with its terms, and what they came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedGrant {
    /// `product/permission`.
    pub permission: String,
    /// Its name for people.
    #[serde(default)]
    pub title: String,
    /// The wider permission that brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied_by: Option<String>,
    /// Only while this CEL expression is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The facts that the expression could read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Properties>,
    /// Each fact that the expression names, with its value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<ReadFact>,
    /// What the expression came to: true, false, or what went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ConditionValue>,
    /// Only for subjects with one of these relations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Only for holders of these roles too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Only at this resource and below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ResourceRef>,
    /// From the nearest ancestor of this type above the scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
    /// Only within the budget.
    #[serde(default, skip_serializing_if = "is_false")]
    pub within_budget: bool,
    /// The restriction that comes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<NamedLimit>,
    /// Always ends in an approval.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_approval: bool,
    /// Ends in an approval where a condition is false.
    #[serde(default, skip_serializing_if = "is_false")]
    pub otherwise_approval: bool,
}

/// A fact that a condition names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadFact {
    /// As the condition names it: `resource.properties.language`.
    pub name: String,
    /// Its value; `null` also where there is none.
    pub value: Json,
    /// Whether there is none.
    #[serde(default, skip_serializing_if = "is_false")]
    pub missing: bool,
}

/// What a condition came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ConditionValue {
    /// True or false.
    Result(bool),
    /// It could not be evaluated, and so counts as false.
    Error(String),
}

/// A restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedLimit {
    /// Its name.
    pub id: String,
    /// In words.
    pub text: String,
}

/// A role that was looked at, and what it gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Considered {
    /// Which role.
    pub role: RoleRef,
    /// Its name for people.
    #[serde(default)]
    pub title: String,
    /// Who holds it: the subject, or a group.
    pub held_by: SubjectRef,
    /// Where.
    pub scope: ResourceRef,
    /// What it gives.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// What else one wants to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Whether everybody has it, without an assignment.
    #[serde(default, skip_serializing_if = "is_false")]
    pub baseline: bool,
    /// How the subject comes to it.
    pub path: ExplainedPath,
}

/// A role that would give it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleThatGrants {
    /// Which role.
    pub role: RoleRef,
    /// Its name for people.
    pub title: String,
    /// The nearest place at which it could be assigned.
    pub scope: ResourceRef,
    /// Whether it gives it without terms.
    pub unconditional: bool,
    /// How many permissions it grants in all.
    pub grants_in_all: usize,
    /// Roles without which it is inactive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Whether whoever asks may assign it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker_may_assign: Option<bool>,
}

/// How to ask for an approval, in the shape of the access request profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessRequest {
    /// Who may approve.
    pub approvers: Vec<SubjectRef>,
    /// What a screen shows.
    pub display: AccessRequestDisplay,
    /// Until when it may be asked for.
    pub expires_at: Timestamp,
    /// `product/permission`.
    pub template: String,
}

/// What a screen shows of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessRequestDisplay {
    /// What is asked for.
    pub title: String,
}
