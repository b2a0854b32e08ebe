//! What the log says: changes, and the entries that carry them.

use crate::ids::{GroupMember, OrgId, ResourceRef, RoleRef, SubjectRef};
use crate::record::{
    ApiKey, Approval, Assignment, Budget, CustomRole, Group, Overlay, Relation, Resource, SeatLimit, User,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One fact that became true. `…Set` replaces the record of that id as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The first change of every organization.
    OrganizationCreated {
        /// Its id.
        id: OrgId,
    },
    /// A product is enabled, or its catalog replaced. The whole text is kept, so that old revisions are answered
    /// with the catalog of their time.
    CatalogInstalled {
        /// The product's id.
        product: String,
        /// The catalog file.
        source: String,
    },
    /// A product is switched off.
    CatalogRemoved {
        /// The product's id.
        product: String,
    },
    /// A resource is registered, moved or described anew.
    ResourceSet(Resource),
    /// A resource without children is gone.
    ResourceRemoved {
        /// Which.
        id: ResourceRef,
    },
    /// A user is added or changed.
    UserSet(User),
    /// A user is gone.
    UserRemoved {
        /// The id, without `user:`.
        id: String,
    },
    /// A group is added or changed.
    GroupSet(Group),
    /// A group without members is gone.
    GroupRemoved {
        /// The id, without `group:`.
        id: String,
    },
    /// A subject joins a group.
    MemberAdded {
        /// The group's id.
        group: String,
        /// Who joins.
        member: GroupMember,
    },
    /// A subject leaves a group.
    MemberRemoved {
        /// The group's id.
        group: String,
        /// Who leaves.
        member: GroupMember,
    },
    /// An API key is added or changed.
    ApiKeySet(ApiKey),
    /// An API key is gone.
    ApiKeyRemoved {
        /// The id, without `api_key:`.
        id: String,
    },
    /// A custom role is added or changed.
    RoleSet(CustomRole),
    /// A custom role is gone.
    RoleRemoved {
        /// Which.
        id: RoleRef,
    },
    /// A system role's grants differ from their default.
    OverlaySet(Overlay),
    /// A system role has its default grants again.
    OverlayRemoved {
        /// Which.
        role: RoleRef,
    },
    /// A subject holds a role at a scope.
    AssignmentSet(Assignment),
    /// A subject holds a role at a scope no more.
    AssignmentRemoved {
        /// Who.
        subject: SubjectRef,
        /// What.
        role: RoleRef,
        /// Where.
        scope: ResourceRef,
    },
    /// A relation holds.
    RelationSet(Relation),
    /// A relation holds no more.
    RelationRemoved(Relation),
    /// A budget is set, or what is spent of it.
    BudgetSet(Budget),
    /// A budget is gone.
    BudgetRemoved {
        /// Whose.
        subject: SubjectRef,
        /// Where.
        scope: ResourceRef,
        /// Of what.
        currency: String,
    },
    /// A seat pool has the organization's own limit.
    SeatLimitSet(SeatLimit),
    /// A seat pool has the limit of its catalog again.
    SeatLimitRemoved {
        /// `product/pool`.
        pool: RoleRef,
    },
    /// An approval is requested, decided, used or withdrawn.
    ApprovalSet(Approval),
    /// Something happened that changes nothing about what anybody may do, and for which the log answers too.
    Noted(Note),
}

/// What happened to a person's way in. Ids are without `user:`. Failed attempts are not here: who may write into the
/// log should be somebody; they are counted by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// A user signed in.
    SignedIn {
        /// Who.
        user: String,
        /// How.
        method: SignInMethod,
    },
    /// A user's session ended before its time.
    SignedOut {
        /// Whose.
        user: String,
        /// All of the user's sessions ended.
        everywhere: bool,
    },
    /// A user has a new password.
    PasswordSet {
        /// Who.
        user: String,
    },
    /// A link was made with which a user may set a new password.
    PasswordResetIssued {
        /// Who.
        user: String,
    },
    /// A link was made with which an invited user may join.
    InvitationIssued {
        /// Who.
        user: String,
    },
    /// An invited user joined.
    InvitationAccepted {
        /// Who.
        user: String,
    },
    /// The actor began to act as somebody else.
    ImpersonationStarted {
        /// As whom.
        user: String,
    },
    /// The actor acts as itself again.
    ImpersonationEnded {
        /// As whom it acted.
        user: String,
    },
}

impl Note {
    /// The user whom it is about, without `user:`.
    #[must_use]
    pub fn user(&self) -> &str {
        match self {
            Self::SignedIn { user, .. }
            | Self::SignedOut { user, .. }
            | Self::PasswordSet { user }
            | Self::PasswordResetIssued { user }
            | Self::InvitationIssued { user }
            | Self::InvitationAccepted { user }
            | Self::ImpersonationStarted { user }
            | Self::ImpersonationEnded { user } => user,
        }
    }
}

/// How a person showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// With a password.
    Password,
    /// With the one-time link of the first administrator.
    SetupLink,
    /// With the link of an invitation.
    Invitation,
    /// With a link for a new password.
    PasswordReset,
    /// With an OpenID Connect provider.
    Oidc,
}

impl SignInMethod {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SetupLink => "setup link",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password reset",
            Self::Oidc => "OpenID Connect",
        }
    }
}

/// Who makes a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// The person with the data file at hand: no authority is asked for.
    Operator {
        /// Whether the operator speaks for the vendor, and so may give vendor-only roles.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        vendor: bool,
    },
    /// A subject of the organization, within its authority.
    Subject {
        /// Who acts.
        subject: SubjectRef,
        /// Who really sits there, when acting as somebody else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impersonator: Option<SubjectRef>,
    },
}

impl Actor {
    /// The operator, not speaking for the vendor.
    pub const OPERATOR: Self = Self::Operator { vendor: false };
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operator { vendor: false } => f.write_str("operator"),
            Self::Operator { vendor: true } => f.write_str("operator (vendor)"),
            Self::Subject { subject, impersonator: None } => subject.fmt(f),
            Self::Subject { subject, impersonator: Some(real) } => write!(f, "{real} as {subject}"),
        }
    }
}

/// One accepted write: an entry of the log. Its changes take effect together; there is no revision in between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number within the organization, from 1, without gaps.
    pub revision: u64,
    /// Raised when a writer finds a restored or promoted store.
    pub epoch: u64,
    /// When it was accepted.
    pub time: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The request that made it, for joining with other logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
}
