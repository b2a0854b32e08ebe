//! The OpenAPI 3.1 document, made from the list of routes and from the types of their handlers.
//!
//! A handler is an `async fn`, and what it takes and gives says everything: `Params<UserFilter>` is its query,
//! `Write<NewUser>` its body with everything that a write may be told, `Shown<List<UserShown>>` its answer.
//! [`Describe`] puts each of these into words. So a handler cannot do other than the document says without another
//! signature, and another signature is another document, which `docs/openapi.json` and its test show.

use crate::app::App;
use crate::error::Problem;
use crate::routes::{Access, ROUTES, Route};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where schemas of named types are found in the document.
const SCHEMAS: &str = "/components/schemas";

/// Puts an operation's parameter, body or answer into words.
pub trait Describe {
    /// Adds what this means to the operation.
    fn describe(operation: &mut Operation<'_>);
}

/// A handler: it is described by what it takes and gives.
pub trait Handler<Taken> {
    /// Adds all of it to the operation.
    fn describe(operation: &mut Operation<'_>);
}

/// Describes a handler.
pub fn describe<Taken, H: Handler<Taken>>(_: &H, operation: &mut Operation<'_>) {
    H::describe(operation);
}

macro_rules! handlers {
    ($(($($taken:ident),*);)*) => {$(
        impl<H, Future, Given, $($taken,)*> Handler<($($taken,)*)> for H
        where
            H: Fn($($taken),*) -> Future,
            Future: std::future::Future<Output = Given>,
            Given: Describe,
            $($taken: Describe,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($taken::describe(operation);)*
                Given::describe(operation);
            }
        }
    )*};
}

handlers! {
    ();
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}

/// What is put together about one operation.
pub struct Operation<'s> {
    schemas: &'s mut Schemas,
    parameters: Vec<Json>,
    body: Option<Json>,
    answers: BTreeMap<u16, Json>,
    problems: BTreeSet<u16>,
    writes: bool,
}

/// Schemas are generated twice: what is read may leave out more than what is given.
struct Schemas {
    read: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let generator = |contract| {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = SCHEMAS.into();
            settings.meta_schema = None;
            settings.contract = contract;
            settings.into_generator()
        };
        Self { read: generator(Contract::Deserialize), given: generator(Contract::Serialize) }
    }
}

impl Operation<'_> {
    /// A parameter of the query for each field of a type.
    pub fn query<T: JsonSchema>(&mut self) {
        let schema = Json::from(T::json_schema(&mut self.schemas.read));
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut property = without_null(property.clone());
            let description = property.as_object_mut().and_then(|property| property.remove("description"));
            self.parameters.push(json!({
                "name": name,
                "in": "query",
                "description": description.unwrap_or_default(),
                "required": required.contains(name.as_str()),
                "schema": property,
            }));
        }
    }

    /// A header that may be sent.
    pub fn header(&mut self, name: &str, description: &str, schema: &Json) {
        self.parameters.push(json!({
            "name": name, "in": "header", "description": description, "required": false, "schema": schema,
        }));
    }

    /// A body in JSON, with the examples that its type has.
    pub fn body<T: JsonSchema>(&mut self) {
        let schema = self.schemas.read.subschema_for::<T>();
        self.add_body("application/json", &json!({ "schema": schema }));
    }

    /// A body that a schema does not describe.
    pub fn text_body(&mut self, media_type: &str) {
        self.add_body(media_type, &json!({ "schema": {} }));
    }

    fn add_body(&mut self, media_type: &str, content: &Json) {
        let body = self.body.get_or_insert_with(|| json!({ "required": true, "content": {} }));
        body["content"][media_type] = content.clone();
        self.problems(&[400, 408, 413]);
    }

    /// An answer in JSON.
    pub fn answer<T: JsonSchema>(&mut self, status: u16, description: &str) {
        let schema = self.schemas.given.subschema_for::<T>();
        self.add_answer(status, description, "application/json", &json!({ "schema": schema }));
    }

    /// An answer in words of another media type.
    pub fn text_answer(&mut self, status: u16, description: &str, media_type: &str) {
        // Whoever reads YAML sees what it says, not its text.
        let schema = if media_type.contains("yaml") { json!({}) } else { json!({ "type": "string" }) };
        self.add_answer(status, description, media_type, &json!({ "schema": schema }));
    }

    fn add_answer(&mut self, status: u16, description: &str, media_type: &str, content: &Json) {
        self.bare_answer(status, description);
        if let Some(answer) = self.answers.get_mut(&status) {
            answer["content"][media_type] = content.clone();
        }
    }

    /// An answer without a body.
    pub fn bare_answer(&mut self, status: u16, description: &str) {
        self.answers.entry(status).or_insert_with(|| json!({ "description": description }));
    }

    /// A header of an answer that was described before.
    pub fn answer_header(&mut self, status: u16, name: &str, description: &str) {
        if let Some(answer) = self.answers.get_mut(&status) {
            answer["headers"][name] = json!({ "description": description, "schema": { "type": "string" } });
        }
    }

    /// What may go wrong.
    pub fn problems(&mut self, statuses: &[u16]) {
        self.problems.extend(statuses);
    }

    /// Marks it as one that writes.
    pub fn writes(&mut self) {
        self.writes = true;
    }
}

impl<T: Describe> Describe for crate::error::Result<T> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
    }
}

// What a path is made of is in the path; a bare request or answer says nothing of itself.
macro_rules! nothing_to_say {
    ($($type:ty),* $(,)?) => {
        $(impl Describe for $type {
            fn describe(_: &mut Operation<'_>) {}
        })*
    };
}

nothing_to_say!(State<Arc<App>>, HeaderMap, Request, Response);

impl<T> Describe for Path<T> {
    fn describe(_: &mut Operation<'_>) {}
}

impl Describe for &'static str {
    fn describe(operation: &mut Operation<'_>) {
        operation.text_answer(200, "A word.", "text/plain; charset=utf-8");
    }
}

/// The whole document.
#[must_use]
pub fn document() -> Json {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Json> = Map::new();
    for route in ROUTES {
        let path = paths.entry(path_of(route)).or_insert_with(|| json!({}));
        path[route.method] = operation(route, &mut schemas);
    }
    let problem = schemas.given.subschema_for::<Problem>();
    let given = Json::Object(schemas.given.take_definitions(true));
    let read = Json::Object(schemas.read.take_definitions(true));
    let (paths, schemas) = merged(Json::Object(paths), read, given);
    let mut responses: Map<String, Json> = PROBLEMS
        .iter()
        .map(|(_, name, description)| ((*name).to_owned(), problem_answer(description, &problem)))
        .collect();
    responses.insert("Problem".into(), problem_answer("Anything else that goes wrong.", &problem));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Ambit",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access control: decisions, and the administration of who may do what.",
            "description": ABOUT,
            "license": { "name": "Apache License 2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "api_key": [] }, { "session": [] }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "securitySchemes": {
                "api_key": { "type": "http", "scheme": "bearer", "description": "The secret of an API key." },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-ambit",
                    "description": "What a browser has after signing in.",
                },
            },
        },
    })
}

/// The document as it is committed: indented, with a final line feed.
#[must_use]
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

const ABOUT: &str = "Every write takes `dry_run=true`, which decides and answers like the write itself and changes \
nothing; `If-Match` with the revision or the `ETag` that was read; and `Idempotency-Key`, which makes repeating safe. \
What goes wrong is answered as a problem document (RFC 9457) with a stable `code`. What a caller may not see does not \
exist for it: 404.";

const PROBLEMS: &[(u16, &str, &str)] = &[
    (400, "BadRequest", "The request is malformed."),
    (401, "Unauthenticated", "Nobody is recognised: no key or session, or none that is in force."),
    (403, "Forbidden", "The caller is known and may not."),
    (404, "NotFound", "It does not exist, or not for this caller."),
    (408, "Slow", "The request did not arrive in time."),
    (409, "Conflict", "It contradicts what is there."),
    (
        412,
        "Outdated",
        "It has changed since the revision that the caller expects; `revision` is the newer one.",
    ),
    (413, "TooLarge", "The body is too large."),
    (415, "UnsupportedType", "The body is in a format that is not read here."),
    (422, "Refused", "A rule refuses it; `refusals` has every reason."),
    (429, "Throttled", "Too many attempts; `Retry-After` says when to try again."),
    (503, "Unavailable", "Not now; the same request may succeed later."),
];

fn problem_answer(description: &str, problem: &schemars::Schema) -> Json {
    json!({ "description": description, "content": { crate::error::PROBLEM_JSON: { "schema": problem } } })
}

fn tags() -> Json {
    let mut seen = BTreeSet::new();
    let tags = ROUTES.iter().map(|route| route.tag).filter(|tag| seen.insert(*tag));
    tags.map(|tag| json!({ "name": tag })).collect()
}

fn path_of(route: &Route) -> String {
    route.path.replace("{*", "{")
}

fn operation(route: &Route, schemas: &mut Schemas) -> Json {
    let mut said = Operation {
        schemas,
        parameters: path_parameters(route),
        body: None,
        answers: BTreeMap::new(),
        problems: BTreeSet::new(),
        writes: false,
    };
    (route.describe)(&mut said);
    let is_open = matches!(route.access, Access::Open | Access::Visitor);
    if !is_open {
        said.problems(&[401, 403, 404, 429, 503]);
    }
    let mut shown = json!({
        "operationId": route.id,
        "summary": route.summary,
        "tags": [route.tag],
        "x-access": route.access.as_str(),
    });
    if said.writes {
        shown["x-writes"] = json!(true);
    }
    if is_open {
        shown["security"] = json!([]);
    }
    if route.access == Access::Session {
        shown["security"] = json!([{ "session": [] }]);
    }
    if !said.parameters.is_empty() {
        shown["parameters"] = Json::Array(said.parameters);
    }
    if let Some(body) = said.body {
        shown["requestBody"] = body;
    }
    if said.answers.is_empty() {
        said.answers.insert(200, json!({ "description": "The answer." }));
    }
    let mut responses: Map<String, Json> =
        said.answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect();
    for (status, name, _) in PROBLEMS.iter().filter(|(status, ..)| said.problems.contains(status)) {
        let reference = || json!({ "$ref": format!("#/components/responses/{name}") });
        responses.entry(status.to_string()).or_insert_with(reference);
    }
    responses.insert("default".into(), json!({ "$ref": "#/components/responses/Problem" }));
    shown["responses"] = Json::Object(responses);
    shown
}

/// The parameters in a path's braces.
fn path_parameters(route: &Route) -> Vec<Json> {
    let names = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let described = names.map(|name| {
        let name = name.trim_start_matches('*');
        let (description, example) = path_parameter(name);
        let is_number = name == "revision";
        let mut schema = if is_number {
            json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX })
        } else {
            json!({ "type": "string", "minLength": 1, "maxLength": 256 })
        };
        if !example.is_empty() {
            schema["examples"] = json!([example]);
        }
        json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
    });
    described.collect()
}

fn path_parameter(name: &str) -> (&'static str, &'static str) {
    match name {
        "org" => ("The organization.", "brightwater"),
        "product" => ("The product.", "pim"),
        "role" => ("The role, without its product.", "PIM_Manager"),
        "pool" => ("The seat pool, without its product.", "members"),
        "resource" => ("The resource, `type:id`, in full.", "instance:pim"),
        "member" => ("The member: `user:…`, `group:…` or `api_key:…`.", "user:zoe"),
        "subject" => ("The subject: `user:…`, `group:…` or `api_key:…`.", "user:zoe"),
        "revision" => ("The revision.", ""),
        "id" => ("The id, without its kind.", "zoe"),
        _ => ("A name.", ""),
    }
}

/// A parameter that is not sent is absent, not null.
fn without_null(mut schema: Json) -> Json {
    if !schema.is_object() {
        return schema;
    }
    if let Some(types) = schema["type"].as_array_mut() {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    let is_null = |one: &Json| one["type"] == "null";
    let described = schema.get("description").cloned();
    let mut some: Vec<Json> = schema["anyOf"].as_array().into_iter().flatten().cloned().collect();
    some.retain(|one| !is_null(one));
    if let ([only], true) = (some.as_slice(), schema["anyOf"].is_array()) {
        schema = only.clone();
        if let Some(described) = described {
            schema["description"] = described;
        }
    }
    if let Some(object) = schema.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    schema
}

/// The schemas of both directions under their names. Where they differ, directly or through what they name, the one of
/// what is read is called `…Input`.
fn merged(mut paths: Json, mut read: Json, given: Json) -> (Json, Json) {
    let names = |schemas: &Json| schemas.as_object().map(|all| all.keys().cloned().collect::<BTreeSet<_>>());
    let both: BTreeSet<String> =
        names(&read).unwrap_or_default().intersection(&names(&given).unwrap_or_default()).cloned().collect();
    let mut differ: BTreeSet<String> =
        both.iter().filter(|name| read[*name] != given[*name]).cloned().collect();
    while let Some(more) =
        both.iter().find(|name| !differ.contains(*name) && mentions(&read[*name], &differ)).cloned()
    {
        differ.insert(more);
    }
    for path in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in path.as_object_mut().into_iter().flat_map(Map::values_mut) {
            for part in ["requestBody", "parameters"] {
                if let Some(part) = operation.get_mut(part) {
                    rename(part, &differ);
                }
            }
        }
    }
    rename(&mut read, &differ);
    let mut schemas: BTreeMap<String, Json> = given
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for (name, schema) in read.as_object().into_iter().flatten() {
        let name = if differ.contains(name) { format!("{name}Input") } else { name.clone() };
        schemas.insert(name, schema.clone());
    }
    (paths, json!(schemas))
}

fn referred(schema: &Json) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

fn mentions(schema: &Json, names: &BTreeSet<String>) -> bool {
    match schema {
        Json::Object(object) => {
            referred(schema).is_some_and(|name| names.contains(name))
                || object.values().any(|value| mentions(value, names))
        }
        Json::Array(items) => items.iter().any(|item| mentions(item, names)),
        _ => false,
    }
}

fn rename(schema: &mut Json, names: &BTreeSet<String>) {
    let renamed =
        referred(schema).filter(|name| names.contains(*name)).map(|name| format!("#{SCHEMAS}/{name}Input"));
    match schema {
        Json::Object(object) => {
            if let Some(renamed) = renamed {
                object.insert("$ref".into(), Json::String(renamed));
            }
            object.values_mut().for_each(|value| rename(value, names));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    #[derive(JsonSchema, Serialize, Deserialize)]
    struct Inner {
        #[serde(default)]
        optional: bool,
    }

    #[derive(JsonSchema, Serialize, Deserialize)]
    struct Outer {
        inner: Inner,
    }

    #[test]
    fn what_is_read_and_what_is_given_are_told_apart_where_they_differ() {
        let mut schemas = Schemas::new();
        let body = schemas.read.subschema_for::<Outer>();
        schemas.given.subschema_for::<Outer>();
        let paths = json!({ "/x": { "post": { "requestBody": body, "responses": body } } });
        let read = Json::Object(schemas.read.take_definitions(true));
        let given = Json::Object(schemas.given.take_definitions(true));
        let (paths, schemas) = merged(paths, read, given);
        assert_eq!(paths["/x"]["post"]["requestBody"]["$ref"], "#/components/schemas/OuterInput");
        assert_eq!(paths["/x"]["post"]["responses"]["$ref"], "#/components/schemas/Outer");
        assert_eq!(schemas["OuterInput"]["properties"]["inner"]["$ref"], "#/components/schemas/InnerInput");
        assert_eq!(schemas["Inner"]["required"], json!(["optional"]));
        assert_eq!(schemas["InnerInput"]["required"], Json::Null);
    }

    #[test]
    fn an_absent_parameter_is_not_null() {
        let optional = json!({ "type": ["string", "null"], "description": "x" });
        assert_eq!(without_null(optional), json!({ "type": "string", "description": "x" }));
        let named = json!({ "anyOf": [{ "$ref": "#/x" }, { "type": "null" }], "description": "y" });
        assert_eq!(without_null(named), json!({ "$ref": "#/x", "description": "y" }));
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = ROUTES.iter().map(|route| route.id).collect();
        assert_eq!(names.len(), ROUTES.len());
    }
}
