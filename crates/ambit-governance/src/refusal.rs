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

/// One reason why a write is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// What is wrong, by which rule, and what would be permitted instead.
    pub message: String,
    /// Where in the file, if it came from one.
    #[serde(skip)]
    pub mark: Mark,
}

impl Refusal {
    /// A refusal without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), mark: Mark::default() }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code.as_str())
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
