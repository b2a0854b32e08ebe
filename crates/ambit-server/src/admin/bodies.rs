//! What writes are told: the records of the model without the names that the path has already. What a body leaves out is
//! empty in the record, for `PUT` replaces; `PATCH` is a JSON merge patch (RFC 7396) of the same body.

use crate::error::{Error, Result};
use ambit_model::{
    Amount, ApiKey, Assignment, Budget, CustomGrant, CustomRole, Group, KeyKind, Overlay, Period, Properties,
    Resource, ResourceRef, RoleRef, Start, Status, SubjectRef, Timestamp, User,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A node of the tree.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceBody {
    /// Where it stands; where it stood, if nothing is said.
    pub parent: Option<ResourceRef>,
    /// Facts about it.
    #[serde(default)]
    pub properties: Properties,
}

impl ResourceBody {
    /// What a record says.
    #[must_use]
    pub fn of(resource: Resource) -> Self {
        Self { parent: resource.parent, properties: resource.properties }
    }

    /// The record of this id.
    #[must_use]
    pub fn named(self, id: ResourceRef) -> Resource {
        Resource { id, parent: self.parent, properties: self.properties }
    }
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBody {
    /// Name for people.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// As it was, if nothing is said; active for a new user.
    pub status: Option<Status>,
    /// Facts that conditions read.
    #[serde(default)]
    pub properties: Properties,
}

impl UserBody {
    /// What a record says.
    #[must_use]
    pub fn of(user: User) -> Self {
        Self { name: user.name, email: user.email, status: Some(user.status), properties: user.properties }
    }

    /// The record of this id.
    #[must_use]
    pub fn named(self, id: String, known: Option<Status>) -> User {
        let status = self.status.or(known).unwrap_or_default();
        User { id, name: self.name, email: self.email, status, properties: self.properties }
    }
}

/// A new person.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The id; made by the server, if nothing is said.
    pub id: Option<String>,
    /// Name for people.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Active, if nothing is said.
    pub status: Option<Status>,
    /// Facts that conditions read.
    #[serde(default)]
    pub properties: Properties,
}

/// A group; its members are set one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupBody {
    /// Name for people.
    pub title: Option<String>,
    /// An inactive group gives its members nothing.
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

impl GroupBody {
    /// What a record says.
    #[must_use]
    pub fn of(group: Group) -> Self {
        Self { title: group.title, active: group.active }
    }

    /// The record of this id.
    #[must_use]
    pub fn named(self, id: String) -> Group {
        Group { id, title: self.title, active: self.active }
    }
}

/// A new API key.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// The id; made by the server, if nothing is said.
    pub id: Option<String>,
    /// Name for people.
    pub title: Option<String>,
    /// For servers, or for browsers.
    pub kind: KeyKind,
    /// Where a public key may be used from: `https://shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// From this instant on it is refused.
    pub expires: Option<Timestamp>,
}

/// What can be changed of an API key. Its kind stays, and its secret is rotated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyBody {
    /// Name for people.
    pub title: Option<String>,
    /// Where a public key may be used from: `https://shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// From this instant on it is refused.
    pub expires: Option<Timestamp>,
}

impl ApiKeyBody {
    /// What a record says.
    #[must_use]
    pub fn of(key: ApiKey) -> Self {
        Self { title: key.title, origins: key.origins, expires: key.expires }
    }

    /// The record with this.
    #[must_use]
    pub fn on(self, key: ApiKey) -> ApiKey {
        ApiKey { title: self.title, origins: self.origins, expires: self.expires, ..key }
    }
}

/// How to rotate a key's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// For how long the old secret works beside the new one.
    #[serde(default = "a_day")]
    #[schemars(range(min = 0, max = 720))]
    pub overlap_hours: u16,
}

fn a_day() -> u16 {
    24
}

/// An organization's own role.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// Name for people.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The instances it may be assigned at and below; anywhere in the product if none.
    #[serde(default)]
    pub instances: Vec<ResourceRef>,
    /// What it begins with.
    #[serde(default)]
    pub start: Start,
    /// Other custom roles of the product.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What it adds.
    #[serde(default)]
    pub grants: Vec<CustomGrant>,
    /// What it takes away.
    #[serde(default)]
    pub without: Vec<String>,
}

impl RoleBody {
    /// What a record says.
    #[must_use]
    pub fn of(role: CustomRole) -> Self {
        let CustomRole { title, description, instances, start, includes, grants, without, .. } = role;
        Self { title, description, instances, start, includes, grants, without }
    }

    /// The record of this id.
    #[must_use]
    pub fn named(self, id: RoleRef) -> CustomRole {
        let Self { title, description, instances, start, includes, grants, without } = self;
        CustomRole { id, title, description, instances, start, includes, grants, without }
    }
}

/// A new custom role.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Product and id.
    pub id: RoleRef,
    /// Name for people.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The instances it may be assigned at and below; anywhere in the product if none.
    #[serde(default)]
    pub instances: Vec<ResourceRef>,
    /// What it begins with.
    #[serde(default)]
    pub start: Start,
    /// Other custom roles of the product.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What it adds.
    #[serde(default)]
    pub grants: Vec<CustomGrant>,
    /// What it takes away.
    #[serde(default)]
    pub without: Vec<String>,
}

impl NewRole {
    /// Its id, and the rest.
    #[must_use]
    pub fn parts(self) -> (RoleRef, RoleBody) {
        let Self { id, title, description, instances, start, includes, grants, without } = self;
        (id, RoleBody { title, description, instances, start, includes, grants, without })
    }
}

/// What a copy of a role is called.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Copying {
    /// The new role's id, without its product.
    pub id: String,
    /// Name for people; that of the original, if nothing is said.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The instances it may be assigned at and below; those of the original, if nothing is said.
    #[serde(default)]
    pub instances: Vec<ResourceRef>,
}

/// An organization's difference from a system role's default grants.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayBody {
    /// Permissions it gains.
    #[serde(default)]
    pub add: Vec<String>,
    /// Permissions it loses.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl OverlayBody {
    /// The record of this role.
    #[must_use]
    pub fn named(self, role: RoleRef) -> Overlay {
        Overlay { role, add: self.add, remove: self.remove }
    }
}

/// What names an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct AssignmentKey {
    /// Who holds it.
    pub subject: SubjectRef,
    /// What is held.
    pub role: RoleRef,
    /// Where.
    pub scope: ResourceRef,
}

/// One assignment; or several to give and to take in one step, so that a seat is freed and taken at once.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub enum Assigning {
    /// One.
    One(Assignment),
    /// Several.
    Several {
        /// Those to give.
        #[schemars(default)]
        assignments: Vec<Assignment>,
        /// Those to take.
        #[schemars(default)]
        remove: Vec<AssignmentKey>,
    },
}

impl<'de> Deserialize<'de> for Assigning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Several {
            #[serde(default)]
            assignments: Vec<Assignment>,
            #[serde(default)]
            remove: Vec<AssignmentKey>,
        }
        let sent = Map::<String, Json>::deserialize(deserializer)?;
        let is_several = sent.contains_key("assignments") || sent.contains_key("remove");
        let sent = Json::Object(sent);
        let read = if is_several {
            Several::deserialize(sent)
                .map(|Several { assignments, remove }| Self::Several { assignments, remove })
        } else {
            Assignment::deserialize(sent).map(Self::One)
        };
        read.map_err(serde::de::Error::custom)
    }
}

/// What can be changed of an assignment; `null` takes away, what is left out stays.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentPatch {
    /// Who holds it.
    pub subject: SubjectRef,
    /// What is held.
    pub role: RoleRef,
    /// Where.
    pub scope: ResourceRef,
    /// Who approves what this holder may not do alone.
    #[serde(default, deserialize_with = "said")]
    pub approver: Option<Option<SubjectRef>>,
    /// In force from this instant on.
    #[serde(default, deserialize_with = "said")]
    pub starts: Option<Option<Timestamp>>,
    /// In force until just before this instant.
    #[serde(default, deserialize_with = "said")]
    pub expires: Option<Option<Timestamp>>,
    /// Values for the role's parameters, all of them.
    pub parameters: Option<Properties>,
}

/// Tells `null` from what is left out.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl AssignmentPatch {
    /// The name of the assignment.
    #[must_use]
    pub fn key(&self) -> AssignmentKey {
        AssignmentKey { subject: self.subject.clone(), role: self.role.clone(), scope: self.scope.clone() }
    }

    /// The assignment with what is said.
    #[must_use]
    pub fn on(&self, known: Assignment) -> Assignment {
        Assignment {
            approver: self.approver.clone().unwrap_or(known.approver),
            starts: self.starts.unwrap_or(known.starts),
            expires: self.expires.unwrap_or(known.expires),
            parameters: self.parameters.clone().unwrap_or(known.parameters),
            ..known
        }
    }
}

/// A budget. Subject, scope and currency together name it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetBody {
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
}

fn zero() -> Amount {
    Amount::ZERO
}

impl BudgetBody {
    /// The record.
    #[must_use]
    pub fn record(self) -> Budget {
        let Self { subject, scope, amount, currency, period, spent } = self;
        Budget { subject, scope, amount, currency, period, spent, spent_at: None }
    }
}

/// What names a budget.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct BudgetKey {
    /// Whose.
    pub subject: SubjectRef,
    /// Where.
    pub scope: ResourceRef,
    /// Of what: `EUR`.
    pub currency: String,
}

/// A seat pool's own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatLimitBody {
    /// Distinct users.
    pub limit: u32,
}

/// How to undo an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Undoing {
    /// Even where something that it touched was changed since.
    #[serde(default)]
    pub force: bool,
}

/// A merge patch (RFC 7396) of a body: what it names is set, `null` takes away, what is left out stays.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Patch<T> {
    said: Map<String, Json>,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Patch<T> {
    /// The body with what is said.
    ///
    /// # Errors
    /// If that is no such body.
    pub fn on(&self, known: &T) -> Result<T> {
        let mut merged = serde_json::to_value(known).map_err(|error| Error::Internal(error.to_string()))?;
        merge(&mut merged, &Json::Object(self.said.clone()));
        serde_json::from_value(merged)
            .map_err(|error| Error::bad_request("invalid_request", error.to_string()))
    }
}

fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(said) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    let Json::Object(target) = target else { return };
    for (name, value) in said {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.as_str()).or_insert(Json::Null), value);
        }
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Patch", T::schema_name().trim_end_matches("Body")).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.remove("required");
        if let Some(Json::Object(properties)) = schema.get_mut("properties") {
            for property in properties.values_mut() {
                let described = property.as_object_mut().and_then(|object| object.remove("description"));
                if let Some(object) = property.as_object_mut() {
                    object.remove("default");
                }
                *property = serde_json::json!({ "anyOf": [property.clone(), { "type": "null" }] });
                if let Some(described) = described {
                    property["description"] = described;
                }
            }
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_sets_takes_away_and_leaves() {
        let known = UserBody {
            name: Some("Zoe".into()),
            email: Some("zoe@acme.example".into()),
            status: Some(Status::Suspended),
            properties: Properties::from_iter([("a".into(), json!(1)), ("b".into(), json!({ "c": 1 }))]),
        };
        let patch = |said: Json| serde_json::from_value::<Patch<UserBody>>(said).unwrap();
        let changed =
            patch(json!({ "name": "Zo", "email": null, "properties": { "a": null, "b": { "d": 2 } } }));
        let changed = changed.on(&known).unwrap();
        assert_eq!((changed.name.as_deref(), changed.email), (Some("Zo"), None));
        assert_eq!(changed.status, Some(Status::Suspended));
        assert_eq!(Json::Object(changed.properties), json!({ "b": { "c": 1, "d": 2 } }));
        assert!(patch(json!({ "nam": "Zo" })).on(&known).is_err());
        assert!(patch(json!({ "status": "asleep" })).on(&known).is_err());
        assert_eq!(patch(json!({})).on(&known).unwrap(), known);
    }

    #[test]
    fn one_assignment_or_several() {
        let read = |said: Json| serde_json::from_value::<Assigning>(said);
        let one = json!({ "subject": "user:a", "role": "p/r", "scope": "instance:i" });
        assert!(matches!(read(one.clone()).unwrap(), Assigning::One(_)));
        let several = read(json!({ "assignments": [one], "remove": [one] })).unwrap();
        assert!(
            matches!(several, Assigning::Several { assignments, remove } if assignments.len() + remove.len() == 2)
        );
        assert!(read(json!({})).unwrap_err().to_string().contains("subject"));
        assert!(read(json!({ "remove": [], "removed": [] })).is_err());
    }
}
