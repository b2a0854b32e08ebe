//! What an answer looks like, in the form that design section 9 fixes for the command line and for AuthZEN's
//! `context`.

use crate::explanation::{AccessRequest, Explanation};
use crate::ids::SubjectRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is decided. Ordered from worst to best, so that the best of several grants is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// May not.
    Deny,
    /// May, once somebody has approved.
    NeedsApproval,
    /// May.
    Allow,
}

impl Outcome {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::NeedsApproval => "needs_approval",
            Self::Allow => "allow",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// Why it was decided so: a stable code. Ordered by how near a denial is to access, the nearest last.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $name),*
        }

        impl Reason {
            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

reasons! {
    /// No such subject is registered.
    UnknownSubject = "unknown_subject",
    /// No enabled product declares this permission.
    UnknownPermission = "unknown_permission",
    /// Several products declare it and nothing tells which is meant.
    AmbiguousPermission = "ambiguous_permission",
    /// No enabled product declares this resource type.
    UnknownResourceType = "unknown_resource_type",
    /// The request names a parent that is not registered.
    UnknownParent = "unknown_parent",
    /// The permission belongs to another product than the resource.
    OtherProduct = "other_product",
    /// The user is not active.
    SubjectInactive = "subject_inactive",
    /// The API key is revoked.
    KeyRevoked = "key_revoked",
    /// The API key has expired.
    KeyExpired = "key_expired",
    /// A public key is used from an origin that is not on its list.
    OriginNotAllowed = "origin_not_allowed",
    /// The subject holds no role of the product.
    NoRole = "no_role",
    /// Roles are held here, and none grants the permission.
    PermissionNotGranted = "permission_not_granted",
    /// A role that would do is held, but elsewhere.
    NotReached = "not_reached",
    /// The role that would do has expired.
    Expired = "expired",
    /// The role that would do starts later.
    NotStarted = "not_started",
    /// A public key holds a role that is not for browsers.
    RoleNotPublic = "role_not_public",
    /// The role that would do is inactive: a role it requires is missing, or the group is inactive.
    RoleInactive = "role_inactive",
    /// A role on this very resource replaces the wider one that would do.
    RefinedAway = "refined_away",
    /// A condition could not be evaluated, and so counts as false.
    ConditionError = "condition_error",
    /// A condition is false.
    ConditionFalse = "condition_false",
    /// The amount is more than what is left of the budget.
    OverBudget = "over_budget",
    /// Somebody has to approve.
    ApprovalRequired = "approval_required",
    /// An approval in hand lets it pass.
    Approved = "approved",
    /// A role grants it.
    Granted = "granted",
}

/// What a screen shows of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresentationState {
    /// Usable.
    Enabled,
    /// Not there.
    Hidden,
    /// There, and cannot be used.
    Disabled,
    /// Its content can be seen and not changed.
    ReadOnly,
    /// Another action stands in its place.
    Replaced,
}

impl PresentationState {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Hidden => "hidden",
            Self::Disabled => "disabled",
            Self::ReadOnly => "read_only",
            Self::Replaced => "replaced",
        }
    }
}

/// A further control of the same permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Control {
    /// Its name on the screen.
    pub control: String,
    /// What is shown of it.
    pub state: PresentationState,
}

/// What a screen shows (design 3.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presentation {
    /// Of the permission's main control.
    pub state: PresentationState,
    /// The permission of the action in its place, `product/permission`, when replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Of further controls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Control>,
}

/// Everything that accompanies the yes or no.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionContext {
    /// Allow, deny or needs approval.
    pub outcome: Outcome,
    /// The stable code.
    pub reason: Reason,
    /// The same for people.
    pub message: String,
    /// What a screen shows.
    pub presentation: Presentation,
    /// Restrictions that come with an allow, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// How to ask for it, in the shape of the access request profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_request: Option<AccessRequest>,
    /// The revision that was asked.
    pub revision: u64,
    /// Who really asks, when somebody acts as somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impersonator: Option<SubjectRef>,
    /// Why, in full, when wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Box<Explanation>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// True only for allow.
    pub decision: bool,
    /// The rest.
    pub context: DecisionContext,
}
