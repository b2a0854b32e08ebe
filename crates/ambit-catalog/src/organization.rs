//! An organization file as it is written (design section 9, fixed): what `ambit apply` reads, `ambit export` writes, and
//! `ambit check --file` asks. YAML or JSON; every value remembers its place, so that refusals can point at it.

use crate::diagnostic::{Problem, Report};
use crate::position::{At, Mark};
use ambit_model::Properties;
use serde::{Deserialize, Serialize};

/// The longest organization file, in bytes.
pub const SOURCE_MAX_BYTES: usize = 64 << 20;

macro_rules! file_struct {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty = $skip:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* #[serde(default, skip_serializing_if = $skip)] pub $field: $kind),*
        }
    };
}

file_struct! {
    /// One organization, or changes to it.
    OrganizationFile {
        /// Its id.
        organization: Option<At<String>> = "Option::is_none",
        /// The products that are enabled.
        products: Vec<At<String>> = "Vec::is_empty",
        /// Nodes of the tree.
        resources: Vec<At<ResourceItem>> = "Vec::is_empty",
        /// People.
        users: Vec<At<UserItem>> = "Vec::is_empty",
        /// Groups with their members.
        groups: Vec<At<GroupItem>> = "Vec::is_empty",
        /// Programs.
        api_keys: Vec<At<ApiKeyItem>> = "Vec::is_empty",
        /// Custom roles.
        roles: Vec<At<RoleItem>> = "Vec::is_empty",
        /// Differences of system roles from their default.
        overlays: Vec<At<OverlayItem>> = "Vec::is_empty",
        /// Who holds what where.
        assignments: Vec<At<AssignmentItem>> = "Vec::is_empty",
        /// Facts between resources and subjects.
        relations: Vec<At<RelationItem>> = "Vec::is_empty",
        /// Amounts per period.
        budgets: Vec<At<BudgetItem>> = "Vec::is_empty",
        /// The organization's own limits for seat pools.
        seat_limits: Vec<At<SeatLimitItem>> = "Vec::is_empty",
        /// What is taken away.
        remove: Option<RemoveItem> = "Option::is_none",
    }
}

/// A node of the tree.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceItem {
    /// `type:id`.
    pub id: At<String>,
    /// `type:id`; absent only for what stands by itself (products).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<At<String>>,
    /// Facts.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// A person.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UserItem {
    /// Id without `user:`.
    pub id: At<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// invited, active, suspended, deactivated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<At<ambit_model::Status>>,
    /// `false` is short for suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Facts.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// A group with its members.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GroupItem {
    /// Id without `group:`.
    pub id: At<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Users, groups, API keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<At<String>>,
    /// An inactive group gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// A program.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyItem {
    /// Id without `api_key:`.
    pub id: At<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// secret or public.
    pub kind: ambit_model::KeyKind,
    /// Where a public key may be used from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<At<String>>,
    /// Refused from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<At<String>>,
    /// Refused for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
}

/// A custom role.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RoleItem {
    /// `product/role`.
    pub id: At<String>,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The instances it is bound to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<At<String>>,
    /// `none`, `all` or `{ duplicate: <role> }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<At<ambit_model::Start>>,
    /// Other custom roles of the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<At<String>>,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<At<GrantItem>>,
    /// What it takes away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<At<String>>,
}

/// A grant of a custom role: a permission, plain or with terms.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantItem {
    /// Which permission.
    pub permission: String,
    /// Only there and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<At<String>>,
    /// Only while this is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<At<String>>,
    /// Only for subjects with one of these relations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<At<String>>,
    /// Only for holders of these roles too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<At<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantFields {
    permission: String,
    #[serde(default)]
    within: Option<At<String>>,
    #[serde(default)]
    when: Option<At<String>>,
    #[serde(default)]
    related: Vec<At<String>>,
    #[serde(default)]
    requires: Vec<At<String>>,
}

impl<'de> Deserialize<'de> for GrantItem {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrFields;
        impl<'de> serde::de::Visitor<'de> for NameOrFields {
            type Value = GrantItem;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a permission, or `permission:` with its terms")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<GrantItem, E> {
                Ok(GrantItem { permission: name.to_owned(), ..GrantItem::default() })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<GrantItem, A::Error> {
                let fields = GrantFields::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(GrantItem {
                    permission: fields.permission,
                    within: fields.within,
                    when: fields.when,
                    related: fields.related,
                    requires: fields.requires,
                })
            }
        }
        deserializer.deserialize_any(NameOrFields)
    }
}

/// A system role's difference from its default.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OverlayItem {
    /// `product/role`.
    pub role: At<String>,
    /// Permissions it gains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<At<String>>,
    /// Permissions it loses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<At<String>>,
}

/// A role held by a subject at a scope.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentItem {
    /// `user:…`, `group:…`, `api_key:…`.
    pub subject: At<String>,
    /// `product/role`.
    pub role: At<String>,
    /// `type:id`.
    pub scope: At<String>,
    /// Who approves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<At<String>>,
    /// In force from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<At<String>>,
    /// In force until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<At<String>>,
    /// Values that conditions read as `assignment`.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub parameters: Properties,
}

/// A fact between a resource and a subject.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RelationItem {
    /// `type:id`.
    pub resource: At<String>,
    /// `owner`, `assignee`, `shared_view`, `shared_edit`…
    pub relation: At<String>,
    /// Whose.
    pub subject: At<String>,
}

/// An amount per period.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetItem {
    /// Whose.
    pub subject: At<String>,
    /// Where.
    pub scope: At<String>,
    /// Decimal as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<At<String>>,
    /// `EUR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<At<String>>,
    /// once, day, week, month, quarter, year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<ambit_model::Period>,
    /// Decimal as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<At<String>>,
}

/// An organization's own limit.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SeatLimitItem {
    /// `product/pool`.
    pub pool: At<String>,
    /// Distinct users.
    pub limit: u32,
}

/// A member of a group.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberItem {
    /// The group's id.
    pub group: At<String>,
    /// `user:…`, `group:…`, `api_key:…`.
    pub member: At<String>,
}

file_struct! {
    /// What is taken away.
    RemoveItem {
        /// By subject, role and scope.
        assignments: Vec<At<AssignmentItem>> = "Vec::is_empty",
        /// By group and member.
        members: Vec<At<MemberItem>> = "Vec::is_empty",
        /// Custom roles, by `product/role`.
        roles: Vec<At<String>> = "Vec::is_empty",
        /// Overlays, by `product/role`.
        overlays: Vec<At<String>> = "Vec::is_empty",
        /// In full.
        relations: Vec<At<RelationItem>> = "Vec::is_empty",
        /// By id.
        users: Vec<At<String>> = "Vec::is_empty",
        /// By id.
        groups: Vec<At<String>> = "Vec::is_empty",
        /// By id.
        api_keys: Vec<At<String>> = "Vec::is_empty",
        /// By `type:id`.
        resources: Vec<At<String>> = "Vec::is_empty",
        /// By subject and scope.
        budgets: Vec<At<BudgetItem>> = "Vec::is_empty",
    }
}

/// Reads an organization file.
///
/// # Errors
/// The report, if it is malformed or holds unknown keys.
pub fn parse_organization(file_name: &str, source: &str) -> Result<OrganizationFile, Box<Report>> {
    let mut report = Report::new(file_name, source);
    if source.len() > SOURCE_MAX_BYTES {
        report.error(Mark::default(), format!("the file is larger than {SOURCE_MAX_BYTES} bytes"));
        return Err(Box::new(report));
    }
    serde_saphyr::from_str_with_options(source, options(source.len())).map_err(|error| {
        report.problems.push(Problem::from_parser(&error));
        Box::new(report)
    })
}

/// The parser's own budget is made for small configuration; an organization may be large, but only as large as its text.
fn options(bytes: usize) -> serde_saphyr::Options {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_events = bytes.saturating_mul(2).max(10_000);
    budget.max_nodes = bytes.max(10_000);
    budget.max_total_scalar_bytes = bytes.saturating_mul(4).max(1 << 20);
    budget.max_depth = 64;
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    options
}

/// Writes an organization file as YAML.
///
/// # Errors
/// If a value cannot be written as YAML, which no parsed or exported value is.
pub fn to_yaml(file: &OrganizationFile) -> Result<String, serde_saphyr::ser::Error> {
    serde_saphyr::to_string(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_errors_with_a_place() {
        let source = "organization: acme\nusers:\n  - { id: a, nam: A }\n";
        let report = parse_organization("acme.yaml", source).unwrap_err().to_string();
        assert!(report.contains("acme.yaml:3:14") && report.contains("did you mean `name`?"), "{report}");
    }

    #[test]
    fn json_is_accepted_and_yaml_round_trips() {
        let source = r#"{ "organization": "acme", "users": [ { "id": "a", "properties": { "x": 1 } } ],
            "roles": [ { "id": "constructor/na", "start": "none", "grants": ["rules.edit", { "permission": "pods.edit", "within": "constructor/index:na" }] },
                       { "id": "constructor/b", "start": { "duplicate": "default" } } ],
            "budgets": [ { "subject": "user:a", "scope": "website:m", "amount": "500.00", "currency": "EUR" } ] }"#;
        let file = parse_organization("acme.json", source).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(file.roles[0].grants[1].within.as_ref().unwrap().as_str(), "constructor/index:na");
        let yaml = to_yaml(&file).unwrap();
        let again =
            parse_organization("acme.yaml", &yaml).unwrap_or_else(|report| panic!("{report}\n{yaml}"));
        assert_eq!(again.budgets[0].amount.as_ref().unwrap().as_str(), "500.00");
        assert_eq!(
            again.roles[1].start.as_ref().unwrap().value,
            ambit_model::Start::Duplicate("default".into())
        );
    }
}
