//! A catalog as it is written: the serde form of `catalogs/<product>.yaml`, described in `docs/catalogs.md`.
//! The doc comments here become the hover texts of the generated JSON Schema.

use crate::position::{At, OneOrMany, Ordered};
use ambit_model::PresentationState;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A product's declaration.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Ambit catalog")]
pub struct CatalogFile {
    /// Id of the product: lower case letters, digits, hyphens.
    pub product: At<String>,
    /// Name for people.
    pub title: String,
    /// Raised with every change of meaning.
    pub version: u32,
    /// One sentence for people.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether an organization may overlay the default grants of system roles.
    #[serde(default)]
    pub customizable: bool,
    /// Whether permissions are asked at instances and projects of every product (the admin centre).
    #[serde(default)]
    pub spans_products: bool,
    /// Other names under which requests may call a user.
    #[serde(default)]
    pub subject_types: Vec<At<String>>,
    /// Groups of roles and permissions.
    #[serde(default)]
    pub areas: Ordered<AreaFile>,
    /// What the product has, besides instances and projects.
    #[serde(default)]
    pub resource_types: Ordered<ResourceTypeFile>,
    /// Named restrictions that grants may carry.
    #[serde(default)]
    pub limits: Ordered<LimitFile>,
    /// What may be done. Their order is the order of the matrix.
    pub permissions: Ordered<PermissionFile>,
    /// System roles. Their order is the order of the matrix.
    pub roles: Ordered<RoleFile>,
    /// What users have without any assignment.
    #[serde(default)]
    pub baselines: BaselinesFile,
    /// Roles that together have a limit on distinct users.
    #[serde(default)]
    pub seat_pools: Ordered<SeatPoolFile>,
    /// Rules for the organization's own roles.
    #[serde(default)]
    pub custom_roles: CustomRolesFile,
    /// Warnings on administrative writes.
    #[serde(default)]
    pub advisories: Vec<AdvisoryFile>,
    /// How authority over the product's roles is handed on.
    #[serde(default)]
    pub authority: AuthorityFile,
    /// Sets of roles of which one person holds only so many (separation of duties).
    #[serde(default)]
    pub separation: Ordered<SeparationFile>,
}

/// How authority is handed on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityFile {
    /// How far it reaches.
    #[serde(default)]
    pub mode: AuthorityMode,
    /// Whether administrators may change what they hold themselves.
    #[serde(default, rename = "self")]
    pub own: OwnSteps,
}

/// How far authority over roles reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorityMode {
    /// Up to roles of one's own level.
    #[default]
    Peer,
    /// Only to roles below one's own level: nobody makes an equal.
    Strict,
    /// Besides, only to roles whose every permission one holds oneself, there.
    HoldToGrant,
}

/// Whether administrators may change what they hold themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(with = "bool")]
pub enum OwnSteps {
    /// They may, within their authority.
    #[default]
    Allowed,
    /// Somebody else has to.
    Refused,
}

impl<'de> Deserialize<'de> for OwnSteps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let allowed = bool::deserialize(deserializer)?;
        Ok(if allowed { Self::Allowed } else { Self::Refused })
    }
}

/// Roles of which one person holds only so many.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeparationFile {
    /// Name for people.
    pub title: String,
    /// The roles.
    pub roles: Vec<At<String>>,
    /// How many of them one person may hold.
    #[serde(default = "one_role")]
    pub at_most: u32,
    /// Where they count together.
    #[serde(default)]
    pub scope: SeparationScope,
}

fn one_role() -> u32 {
    1
}

/// Where the roles of a separation set count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeparationScope {
    /// Where the scope of one is at or above the scope of the other.
    #[default]
    Comparable,
    /// Anywhere in the organization.
    Organization,
}

/// A group of roles and permissions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaFile {
    /// Name for people.
    pub title: String,
    /// The role that a user has while holding no role of the area.
    #[serde(default)]
    pub unassigned: Option<At<String>>,
}

/// A type of resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceTypeFile {
    /// Name for people.
    #[serde(default)]
    pub title: Option<String>,
    /// The types under which it may stand.
    #[serde(default)]
    pub parents: Vec<At<String>>,
    /// Whether assignments here replace those from above.
    #[serde(default)]
    pub refines: bool,
    /// Facts that conditions read.
    #[serde(default)]
    pub properties: Ordered<PropertyFile>,
}

/// A fact about a resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PropertyFile {
    /// string, boolean, number or any.
    #[serde(rename = "type")]
    pub kind: PropertyKind,
    /// Name for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// Anything.
    Any,
}

/// A named restriction.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitFile {
    /// In words, to follow "allowed, but".
    pub text: String,
    /// Narrower permissions that a limited grant does not imply.
    #[serde(default)]
    pub takes_away: Vec<At<String>>,
}

/// Something that may be done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionFile {
    /// Name for people.
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: Option<String>,
    /// The area it belongs to.
    #[serde(default)]
    pub area: Option<At<String>>,
    /// The types of resource at which it is meant to be asked.
    #[serde(default)]
    pub on: OneOrMany,
    /// Acts that this bundle covers.
    #[serde(default)]
    pub implies: Vec<At<String>>,
    /// What a screen shows of it to someone without it.
    #[serde(default)]
    pub when_denied: Option<WhenDeniedFile>,
    /// The control that `when_denied` speaks of.
    #[serde(default)]
    pub control: Option<String>,
    /// Further controls with their own states.
    #[serde(default)]
    pub also: Vec<ControlFile>,
    /// The permission whose holders approve a request for this one.
    #[serde(default)]
    pub approved_by: Option<At<String>>,
    /// Which of them: the one named on the assignment, or any holder at the resource.
    #[serde(default)]
    pub approver: Option<ApproverFile>,
    /// Deliberately granted to no role.
    #[serde(default)]
    pub nobody: bool,
}

/// A control and its state for someone without the permission.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlFile {
    /// Its name on the screen.
    pub control: String,
    /// hidden, disabled or read_only.
    pub state: DeniedState,
}

/// How a control looks to someone who may not use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeniedState {
    /// Not there.
    Hidden,
    /// There, and cannot be used.
    Disabled,
    /// Its content can be seen and not changed.
    ReadOnly,
}

impl From<DeniedState> for PresentationState {
    fn from(state: DeniedState) -> Self {
        match state {
            DeniedState::Hidden => Self::Hidden,
            DeniedState::Disabled => Self::Disabled,
            DeniedState::ReadOnly => Self::ReadOnly,
        }
    }
}

/// A state, or another action in its place.
#[derive(Debug, Clone)]
pub enum WhenDeniedFile {
    /// hidden, disabled, read_only.
    State(DeniedState),
    /// Another action, for those who may do that.
    Replaced(ReplacedFile),
}

/// Another action in the place of the denied one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacedFile {
    /// The permission of the other action.
    pub replaced: At<String>,
    /// What is shown to those who may not do that either.
    #[serde(default)]
    pub otherwise: Option<DeniedState>,
}

/// Who approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApproverFile {
    /// The approver named on the assignment.
    Assigned,
    /// Any holder of the approving permission at the resource.
    Holders,
}

/// A system role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleFile {
    /// Name for people.
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The area it belongs to.
    #[serde(default)]
    pub area: Option<At<String>>,
    /// Order among the roles of the product; higher administers lower.
    #[serde(default)]
    pub level: Option<u32>,
    /// Roles whose grants it has too.
    #[serde(default)]
    pub includes: Vec<At<String>>,
    /// Every permission of the product.
    #[serde(default)]
    pub all: bool,
    /// Taken away from what `includes` and `all` give and from what `grants` imply.
    #[serde(default)]
    pub except: Vec<At<String>>,
    /// What it grants.
    #[serde(default)]
    pub grants: Vec<GrantFile>,
    /// Inactive unless these roles are in force at the scope or above.
    #[serde(default)]
    pub requires: Vec<At<String>>,
    /// Types of scope; product and organization count as above them. Absent: anywhere in the product.
    #[serde(default)]
    pub assignable_at: Option<Vec<At<String>>>,
    /// CEL over the scope.
    #[serde(default)]
    pub assignable_when: Option<At<String>>,
    /// Said when `assignable_when` refuses.
    #[serde(default)]
    pub assignable_note: Option<String>,
    /// Given only by its holders, or by the operator speaking for the vendor.
    #[serde(default)]
    pub vendor_only: bool,
    /// An assignment must name an approver.
    #[serde(default)]
    pub needs_approver: bool,
    /// The pool whose seats its holders take.
    #[serde(default)]
    pub seat_pool: Option<At<String>>,
    /// Roles never held together with it at comparable scopes.
    #[serde(default)]
    pub excludes: Vec<At<String>>,
    /// May be held by keys that are used in a browser.
    #[serde(default)]
    pub public: bool,
    /// Where the person starts.
    #[serde(default)]
    pub landing: Option<LandingFile>,
    /// What the holder administers.
    #[serde(default)]
    pub administers: Vec<AdministersFile>,
}

/// Where a person starts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandingFile {
    /// The page.
    pub page: String,
    /// The page when only one thing is administered.
    #[serde(default)]
    pub single: Option<String>,
}

/// What may be administered, and how.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministersFile {
    /// These roles.
    #[serde(default)]
    pub roles: Vec<At<String>>,
    /// Roles up to this level.
    #[serde(default)]
    pub level_at_most: Option<u32>,
    /// Roles of this product, or of `any`; this product if absent.
    #[serde(default)]
    pub product: Option<At<String>>,
    /// What may be done with them.
    #[serde(rename = "do")]
    pub verbs: Vec<AdministerVerb>,
}

/// One way of administering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdministerVerb {
    /// Give roles.
    Assign,
    /// Take roles.
    Revoke,
    /// Ask people to join.
    Invite,
    /// Register users.
    CreateUsers,
    /// Change and deactivate users.
    EditUsers,
    /// Create groups and edit members.
    ManageGroups,
    /// Issue and revoke API keys.
    ManageKeys,
    /// Create custom roles.
    CreateRoles,
    /// Change custom roles and overlays.
    EditRoles,
    /// Delete custom roles.
    DeleteRoles,
    /// Register, move and describe resources.
    ManageResources,
    /// Write relations.
    ManageRelations,
    /// Set budgets.
    ManageBudgets,
    /// Act as somebody else.
    Impersonate,
}

/// A permission, plain or with conditions.
#[derive(Debug, Clone)]
pub struct GrantFile {
    /// Which permission.
    pub permission: At<String>,
    /// Under which terms.
    pub terms: TermsFile,
}

/// The terms of a grant.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsFile {
    /// CEL over subject, resource, action, context, time and scope.<type>.
    #[serde(default)]
    pub when: Option<At<String>>,
    /// The subject has one of these relations on the resource or an ancestor.
    #[serde(default)]
    pub related: Vec<At<String>>,
    /// Only for holders of these roles too.
    #[serde(default)]
    pub requires: Vec<At<String>>,
    /// The amount in the context is within what is left of the subject's budget.
    #[serde(default)]
    pub within_budget: bool,
    /// Applies from the nearest ancestor of this type above the assignment's scope.
    #[serde(default)]
    pub reach: Option<At<String>>,
    /// Allowed with this named restriction.
    #[serde(default)]
    pub limit: Option<At<String>>,
    /// Always ends in an approval.
    #[serde(default)]
    pub needs_approval: bool,
    /// What happens when the condition is false.
    #[serde(default)]
    pub otherwise: Option<OtherwiseFile>,
}

/// What happens when a grant's condition is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OtherwiseFile {
    /// Somebody has to approve.
    NeedsApproval,
}

/// What users have without any assignment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselinesFile {
    /// Every user of the organization, in the whole product.
    #[serde(default)]
    pub everyone: Option<EveryoneFile>,
}

/// What everyone has.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EveryoneFile {
    /// Name for people.
    pub title: String,
    /// What it grants.
    pub grants: Vec<GrantFile>,
}

/// A limit on distinct users over several roles.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatPoolFile {
    /// Name for people.
    pub title: String,
    /// Distinct users, unless the organization has its own limit.
    pub limit: u32,
}

/// Rules for the organization's own roles.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomRolesFile {
    /// Whether there may be any.
    #[serde(default)]
    pub allowed: bool,
    /// Why not.
    #[serde(default)]
    pub reason: Option<String>,
    /// What they may begin with.
    #[serde(default)]
    pub start: Vec<StartFile>,
    /// What they never grant.
    #[serde(default)]
    pub forbidden: Vec<At<String>>,
    /// Fields that must be filled.
    #[serde(default)]
    pub required: Vec<RequiredField>,
    /// Types of scope at which they may be assigned.
    #[serde(default)]
    pub assignable_at: Option<Vec<At<String>>>,
}

/// What a custom role may begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartFile {
    /// Nothing.
    None,
    /// Everything that is not forbidden.
    All,
    /// The grants of another role.
    Duplicate,
}

/// A field of a custom role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequiredField {
    /// A name for people.
    Title,
    /// The instances it is bound to.
    Instances,
    /// What it is for.
    Description,
}

/// A warning on administrative writes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvisoryFile {
    /// Stable code.
    pub id: At<String>,
    /// user, group, api_key or any.
    #[serde(default)]
    pub subject: AdvisorySubject,
    /// It concerns subjects that hold all of these.
    pub holds: Vec<At<String>>,
    /// And none of these.
    #[serde(default)]
    pub lacks: Vec<At<String>>,
    /// And where this is true (CEL over the scope).
    #[serde(default)]
    pub when: Option<At<String>>,
    /// What to do.
    pub message: String,
}

/// Whom an advisory concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdvisorySubject {
    /// Users.
    User,
    /// Groups.
    Group,
    /// API keys.
    ApiKey,
    /// All of them.
    #[default]
    Any,
}

impl<'de> Deserialize<'de> for GrantFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        enum Raw {
            Plain(String),
            With(At<String>, Box<TermsFile>),
        }
        impl<'de> Deserialize<'de> for Raw {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(GrantVisitor)
            }
        }
        struct GrantVisitor;
        impl<'de> Visitor<'de> for GrantVisitor {
            type Value = Raw;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a permission, or one permission with its terms")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Raw, E> {
                Ok(Raw::Plain(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let (permission, terms) = map
                    .next_entry()?
                    .ok_or_else(|| serde::de::Error::custom("a grant names a permission"))?;
                if map.next_key::<String>()?.is_some() {
                    return Err(serde::de::Error::custom(
                        "one permission per grant: begin another with `- `",
                    ));
                }
                Ok(Raw::With(permission, Box::new(terms)))
            }
        }
        let raw = At::<Raw>::deserialize(deserializer)?;
        Ok(match raw.value {
            Raw::Plain(name) => {
                Self { permission: At { value: name, mark: raw.mark }, terms: TermsFile::default() }
            }
            Raw::With(permission, terms) => Self { permission, terms: *terms },
        })
    }
}

impl JsonSchema for GrantFile {
    fn schema_name() -> Cow<'static, str> {
        "Grant".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let terms = generator.subschema_for::<TermsFile>();
        schemars::json_schema!({
            "description": "A permission, plain or with terms.",
            "anyOf": [
                { "type": "string" },
                { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": terms }
            ]
        })
    }
}

impl<'de> Deserialize<'de> for WhenDeniedFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StateOrReplaced;
        impl<'de> Visitor<'de> for StateOrReplaced {
            type Value = WhenDeniedFile;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hidden, disabled, read_only or { replaced: <permission> }")
            }
            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Self::Value, E> {
                let state = serde::de::value::StrDeserializer::<E>::new(word);
                DeniedState::deserialize(state).map(WhenDeniedFile::State)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                ReplacedFile::deserialize(map).map(WhenDeniedFile::Replaced)
            }
        }
        deserializer.deserialize_any(StateOrReplaced)
    }
}

impl JsonSchema for WhenDeniedFile {
    fn schema_name() -> Cow<'static, str> {
        "WhenDenied".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let state = generator.subschema_for::<DeniedState>();
        let replaced = generator.subschema_for::<ReplacedFile>();
        schemars::json_schema!({ "anyOf": [state, replaced] })
    }
}
