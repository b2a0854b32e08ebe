//! Why something is refused, and what is only worth a warning.

use ambit_catalog::diagnostic::Report;
use ambit_catalog::position::Mark;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// The stable code of a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $code)] $name),*
        }

        impl Code {
            /// The stable word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

codes! {
    /// The subject is not registered.
    UnknownSubject = "unknown_subject",
    /// The role does not exist.
    UnknownRole = "unknown_role",
    /// The resource is not registered.
    UnknownScope = "unknown_scope",
    /// The product is not enabled, or does not exist.
    UnknownProduct = "unknown_product",
    /// The permission does not exist.
    UnknownPermission = "unknown_permission",
    /// The role is not assigned at scopes of this type.
    NotAssignableHere = "not_assignable_here",
    /// The role's condition on the scope is not met.
    AssignableCondition = "assignable_condition",
    /// Only holders of the role, or the vendor, give it.
    VendorOnly = "vendor_only",
    /// The role needs an approver.
    ApproverMissing = "approver_missing",
    /// The approver is not registered, or cannot be one.
    ApproverUnknown = "approver_unknown",
    /// The seat pool is full.
    SeatLimit = "seat_limit",
    /// Two roles are never held together.
    Excluded = "excluded",
    /// The role is not for keys that are used in browsers.
    NotPublic = "not_public",
    /// The product has no custom roles.
    CustomRolesNotAllowed = "custom_roles_not_allowed",
    /// Custom roles never grant this.
    ForbiddenPermission = "forbidden_permission",
    /// A field must be filled.
    RequiredField = "required_field",
    /// The product's system roles cannot be overlaid.
    NotCustomizable = "not_customizable",
    /// The actor has no authority for this.
    NoAuthority = "no_authority",
    /// Somebody would get what the actor neither has nor may assign.
    Escalation = "escalation",
    /// Who is concerned holds a role that the actor may not assign.
    Dominated = "dominated",
    /// Administrators do not change what they hold themselves.
    OwnStep = "own_step",
    /// The last active person with an authority that nobody else could give back.
    LastOwner = "last_owner",
    /// More roles of a set than one person may hold.
    Separation = "separation",
    /// A key's role would outlive the authority that it comes from.
    OutlivesAuthority = "outlives_authority",
    /// Authority would grow step by step.
    Escape = "escape",
    /// Something would contain itself.
    Cycle = "cycle",
    /// The resource cannot stand there.
    InvalidParent = "invalid_parent",
    /// System roles cannot be changed or deleted.
    SystemRole = "system_role",
    /// The role is held without an assignment.
    BaselineRole = "baseline_role",
    /// Something still refers to it.
    InUse = "in_use",
    /// It is malformed.
    Invalid = "invalid",
}

impl Code {
    /// Whether somebody else could do it: the actor is what is in the way, not the request.
    #[must_use]
    pub fn is_about_the_actor(self) -> bool {
        matches!(
            self,
            Self::NoAuthority | Self::Escalation | Self::Dominated | Self::OwnStep | Self::OutlivesAuthority
        )
    }

    /// The rule behind it, and where that rule is written.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::UnknownSubject
            | Self::UnknownRole
            | Self::UnknownScope
            | Self::UnknownProduct
            | Self::UnknownPermission => "a write names only what is registered",
            Self::NotAssignableHere => "the catalog's `assignable_at`, or the instances of a custom role",
            Self::AssignableCondition => "the catalog's `assignable_when`",
            Self::VendorOnly => "the catalog's `vendor_only`: given by its holders or the vendor",
            Self::ApproverMissing => "the catalog's `needs_approver`",
            Self::ApproverUnknown => "an approver is a registered user or group, and not the holder itself",
            Self::SeatLimit => "the catalog's `seat_pools`, or the organization's own limit",
            Self::Excluded => "the catalog's `excludes` (separation of duties)",
            Self::Separation => "the catalog's `separation` (static separation of duties, INCITS 359)",
            Self::NotPublic => "public keys hold only roles that the catalog marks `public`",
            Self::CustomRolesNotAllowed | Self::ForbiddenPermission | Self::RequiredField => {
                "the catalog's `custom_roles`"
            }
            Self::NotCustomizable => "the catalog's `customizable`",
            Self::NoAuthority => "authority: the catalog's `administers` of the roles that the actor holds",
            Self::Escalation => "no escalation: nobody gains what the actor neither has nor may assign",
            Self::Dominated => "domination: nobody changes those who stand above them",
            Self::OwnStep => "the catalog's `authority: { self: false }`",
            Self::LastOwner => "last owner: somebody must remain who can give an authority back",
            Self::OutlivesAuthority => "a key never exceeds who answers for it",
            Self::Escape => "closure: whoever may assign a role may assign all that it may assign",
            Self::Cycle | Self::InvalidParent | Self::Invalid => "the form of the record",
            Self::SystemRole => "system roles come with the product and stay as they are",
            Self::BaselineRole => "a baseline is a state, not a role to assign",
            Self::InUse => "what something else needs stays until that is changed",
        }
    }
}

/// One reason why a write is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What would be permitted instead, or who may do it.
    pub instead: Option<String>,
    /// Where in the file, if it came from one.
    pub mark: Mark,
}

impl Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Refusal", 4)?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("message", &self.message)?;
        fields.serialize_field("rule", self.code.rule())?;
        fields.serialize_field("instead", &self.instead)?;
        fields.end()
    }
}

impl Refusal {
    /// A refusal without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), instead: None, mark: Mark::default() }
    }

    /// The same with what would be permitted; nothing is said if that is empty.
    #[must_use]
    pub fn instead(self, instead: impl Into<String>) -> Self {
        let instead = Some(instead.into()).filter(|text| !text.is_empty());
        Self { instead, ..self }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.instead {
            None => write!(f, "{} [{}]", self.message, self.code.as_str()),
            Some(instead) => write!(f, "{}; {instead} [{}]", self.message, self.code.as_str()),
        }
    }
}

/// Every reason why a write is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusals(pub Vec<Refusal>);

impl Refusals {
    /// The refusals as problems of a file, with excerpts.
    #[must_use]
    pub fn into_report(self, file: &str, source: &str) -> Report {
        let mut report = Report::new(file, source);
        for refusal in self.0 {
            report.error(refusal.mark, refusal.to_string());
        }
        report.sorted()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Refusals {}

/// Something worth knowing about an accepted write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    /// The advisory's id, or a code of ours.
    pub code: String,
    /// What to do.
    pub message: String,
}
