//! Names of things. Each kind of id is a type of its own, so that a role id never stands where a user id belongs.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest id that is accepted, in bytes: long enough for any directory's identifiers, short enough to index.
pub const ID_MAX_BYTES: usize = 256;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing there.
    #[error("{what} is empty")]
    Empty {
        /// What was to be named.
        what: &'static str,
    },
    /// More than [`ID_MAX_BYTES`].
    #[error("{what} is longer than {ID_MAX_BYTES} bytes")]
    TooLong {
        /// What was to be named.
        what: &'static str,
    },
    /// Control characters would make logs and tables lie.
    #[error("{what} `{text}` contains a control character")]
    Control {
        /// What was to be named.
        what: &'static str,
        /// The text, escaped.
        text: String,
    },
    /// The text lacks the separator of its form.
    #[error("{what} `{text}` is not of the form `{form}`")]
    Form {
        /// What was to be named.
        what: &'static str,
        /// The text as given.
        text: String,
        /// The form that is wanted.
        form: &'static str,
    },
}

/// Checks what every id must satisfy: present, bounded, no control characters.
///
/// # Errors
/// Says which of these fails.
pub fn check_id(what: &'static str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty { what });
    }
    if text.len() > ID_MAX_BYTES {
        return Err(IdError::TooLong { what });
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::Control { what, text: text.escape_default().to_string() });
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text that follows the rules of ids.
            ///
            /// # Errors
            /// If it is empty, too long or holds control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                check_id($what, &text)?;
                Ok(Self(text))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

text_id!(
    /// An organization: the tenant, which nothing crosses.
    OrgId,
    "organization id"
);
text_id!(
    /// A product, as its catalog names it.
    ProductId,
    "product id"
);
text_id!(
    /// A permission in full, `product/permission`, or bare where the product is clear.
    PermissionName,
    "permission"
);

/// A role in full: `product/role`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleRef {
    /// The product that the role belongs to.
    pub product: String,
    /// The role's id within the product.
    pub role: String,
}

/// A node of the organization's tree: `type:id`. Types of products are written `product/type`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The type, `product/type` or one of the built-in ones.
    pub kind: String,
    /// The id within the type.
    pub id: String,
}

/// The kinds of subject that hold roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A person.
    User,
    /// Users, keys and other groups together.
    Group,
    /// A program.
    ApiKey,
}

impl SubjectKind {
    /// The word for it in references: `user`, `group`, `api_key`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::ApiKey => "api_key",
        }
    }

    /// Reads the word; other words may be a catalog's own names for users.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "group" => Some(Self::Group),
            "api_key" => Some(Self::ApiKey),
            _ => None,
        }
    }
}

/// Who asks, or who holds a role: `user:alice`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectRef {
    /// User, group or API key.
    pub kind: SubjectKind,
    /// The id within the kind.
    pub id: String,
}

/// A member of a group is any subject.
pub type GroupMember = SubjectRef;

fn split_once_checked<'a>(
    what: &'static str,
    form: &'static str,
    text: &'a str,
    at: char,
) -> Result<(&'a str, &'a str), IdError> {
    check_id(what, text)?;
    match text.split_once(at) {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok((left, right)),
        _ => Err(IdError::Form { what, text: text.to_owned(), form }),
    }
}

impl FromStr for RoleRef {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (product, role) = split_once_checked("role", "product/role", text, '/')?;
        Ok(Self { product: product.to_owned(), role: role.to_owned() })
    }
}

impl FromStr for ResourceRef {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (kind, id) = split_once_checked("resource", "type:id", text, ':')?;
        Ok(Self { kind: kind.to_owned(), id: id.to_owned() })
    }
}

impl FromStr for SubjectRef {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        const FORM: &str = "user:id, group:id or api_key:id";
        let (kind, id) = split_once_checked("subject", FORM, text, ':')?;
        let kind = SubjectKind::parse(kind).ok_or_else(|| IdError::Form {
            what: "subject",
            text: text.to_owned(),
            form: FORM,
        })?;
        Ok(Self { kind, id: id.to_owned() })
    }
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.product, self.role)
    }
}

impl fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl fmt::Display for SubjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.id)
    }
}

impl ResourceRef {
    /// A reference from its two parts, unchecked: for names that came from the state.
    #[must_use]
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }
}

impl SubjectRef {
    /// A reference from its two parts, unchecked: for names that came from the state.
    #[must_use]
    pub fn new(kind: SubjectKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// A user.
    #[must_use]
    pub fn user(id: impl Into<String>) -> Self {
        Self::new(SubjectKind::User, id)
    }

    /// A group.
    #[must_use]
    pub fn group(id: impl Into<String>) -> Self {
        Self::new(SubjectKind::Group, id)
    }

    /// An API key.
    #[must_use]
    pub fn api_key(id: impl Into<String>) -> Self {
        Self::new(SubjectKind::ApiKey, id)
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(RoleRef, ResourceRef, SubjectRef);

macro_rules! text_schema {
    ($($name:ident: $description:literal, $pattern:literal, $example:literal;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "description": $description,
                    "pattern": $pattern,
                    "maxLength": ID_MAX_BYTES,
                    "examples": [$example],
                })
            }
        }
    )*};
}

// The patterns leave out control characters, as `check_id` does.
text_schema! {
    RoleRef: "A role in full: `product/role`.", r"^[^/\x00-\x1f\x7f-\x9f]+/[^\x00-\x1f\x7f-\x9f]+$", "pim/PIM_Manager";
    ResourceRef: "A node of the organization's tree: `type:id`. Types of products are written `product/type`.",
        r"^[^:\x00-\x1f\x7f-\x9f]+:[^\x00-\x1f\x7f-\x9f]+$", "instance:pim";
    SubjectRef: "Who asks, or who holds a role: `user:…`, `group:…` or `api_key:…`.",
        r"^(user|group|api_key):[^\x00-\x1f\x7f-\x9f]+$", "user:zoe";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_round_trip() {
        for text in ["commerce/page:home", "instance:acme", "route:/todos/{id}:x"] {
            assert_eq!(text.parse::<ResourceRef>().unwrap().to_string(), text);
        }
        for text in ["user:alice", "group:g", "api_key:k:1"] {
            assert_eq!(text.parse::<SubjectRef>().unwrap().to_string(), text);
        }
        assert_eq!("pim/PIM_Admin".parse::<RoleRef>().unwrap().role, "PIM_Admin");
    }

    #[test]
    fn malformed_references_say_what_is_wanted() {
        let error = "alice".parse::<SubjectRef>().unwrap_err().to_string();
        assert!(error.contains("user:id"), "{error}");
        assert!("robot:x".parse::<SubjectRef>().is_err());
        assert!("page:".parse::<ResourceRef>().is_err());
        assert!("a\u{7}:b".parse::<ResourceRef>().is_err());
        assert!(format!("t:{}", "x".repeat(300)).parse::<ResourceRef>().is_err());
    }
}
