//! The shapes of AuthZEN on the wire: read leniently where the standard says so (unknown members, incomplete defaults of
//! a batch), and strictly where it wants a refusal (types, required members). Texts are borrowed from the body.

use crate::auth::Caller;
use crate::body::Object;
use crate::error::{Error, Result};
use crate::reading::{AsOf, Demand};
use ambit_engine::{EntityRef, Question};
use ambit_model::{Properties, Timestamp};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::de::{IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::fmt;

/// A text, borrowed where it has no escapes.
#[derive(Debug, Clone)]
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl<'de> Visitor<'de> for AnyText {
            type Value = Cow<'de, str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text))
            }
        }
        deserializer.deserialize_str(AnyText).map(Text)
    }
}

/// A subject or a resource.
#[derive(Debug, Clone, Deserialize)]
pub struct Entity<'a> {
    /// Its type.
    #[serde(borrow, rename = "type")]
    pub kind: Option<Text<'a>>,
    /// Its id within the type.
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    /// Facts.
    pub properties: Option<Properties>,
}

/// The entity that a search looks for: an id that is sent with it is ignored, whatever it is.
#[derive(Debug, Clone, Deserialize)]
pub struct Sought<'a> {
    /// Its type.
    #[serde(borrow, rename = "type")]
    pub kind: Option<Text<'a>>,
    /// Facts.
    pub properties: Option<Properties>,
}

/// An action.
#[derive(Debug, Clone, Deserialize)]
pub struct Action<'a> {
    /// Its name: a permission.
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    /// Facts.
    pub properties: Option<Properties>,
}

/// What callers may ask for beside the question.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Options<'a> {
    /// Say why.
    pub explain: Option<bool>,
    /// Ask the past.
    pub as_of: Option<AsOf>,
    /// Ask a view no older than this revision.
    pub at_least: Option<u64>,
    /// When a batch may stop.
    #[serde(borrow)]
    pub evaluations_semantic: Option<Text<'a>>,
}

impl Options<'_> {
    /// What they say about the view.
    #[must_use]
    pub fn demand(&self) -> Demand {
        Demand { as_of: self.as_of.clone(), at_least: self.at_least }
    }

    /// Whether the caller wants to know why. Roles and groups are nothing for browsers.
    ///
    /// # Errors
    /// If the caller may not.
    pub fn explain(&self, caller: &Caller) -> Result<bool> {
        let explain = self.explain == Some(true);
        if explain && !caller.is_secret() {
            return Err(Error::Forbidden("public keys get no explanations".into()));
        }
        Ok(explain)
    }
}

/// One evaluation, or the defaults of a batch.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked<'a> {
    /// Who.
    #[serde(borrow)]
    pub subject: Option<Object<Entity<'a>>>,
    /// What.
    #[serde(borrow)]
    pub action: Option<Object<Action<'a>>>,
    /// On what.
    #[serde(borrow)]
    pub resource: Option<Object<Entity<'a>>>,
    /// In which circumstances.
    pub context: Option<Properties>,
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
}

/// Items of a batch, each read by itself later.
#[derive(Debug, Deserialize)]
pub struct Batch<'a> {
    /// Who.
    #[serde(borrow)]
    pub subject: Option<Object<Entity<'a>>>,
    /// What.
    #[serde(borrow)]
    pub action: Option<Object<Action<'a>>>,
    /// On what.
    #[serde(borrow)]
    pub resource: Option<Object<Entity<'a>>>,
    /// In which circumstances.
    pub context: Option<Properties>,
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
    /// The items.
    #[serde(borrow)]
    pub evaluations: Option<Vec<&'a RawValue>>,
}

/// Which part of a longer answer is wanted.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct PageAsked<'a> {
    /// Where the last answer ended.
    #[serde(borrow)]
    pub token: Option<Text<'a>>,
    /// How many results at most.
    pub limit: Option<u64>,
}

/// A search for subjects.
#[derive(Debug, Deserialize)]
pub struct SubjectSearch<'a> {
    /// Only a type.
    #[serde(borrow)]
    pub subject: Option<Object<Sought<'a>>>,
    /// What.
    #[serde(borrow)]
    pub action: Option<Object<Action<'a>>>,
    /// On what.
    #[serde(borrow)]
    pub resource: Option<Object<Entity<'a>>>,
    /// In which circumstances.
    pub context: Option<Properties>,
    /// Which part.
    #[serde(borrow)]
    pub page: Option<Object<PageAsked<'a>>>,
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
}

/// A search for resources.
#[derive(Debug, Deserialize)]
pub struct ResourceSearch<'a> {
    /// Who.
    #[serde(borrow)]
    pub subject: Option<Object<Entity<'a>>>,
    /// What.
    #[serde(borrow)]
    pub action: Option<Object<Action<'a>>>,
    /// Only a type.
    #[serde(borrow)]
    pub resource: Option<Object<Sought<'a>>>,
    /// In which circumstances.
    pub context: Option<Properties>,
    /// Which part.
    #[serde(borrow)]
    pub page: Option<Object<PageAsked<'a>>>,
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
}

/// A search for actions.
#[derive(Debug, Deserialize)]
pub struct ActionSearch<'a> {
    /// Who.
    #[serde(borrow)]
    pub subject: Option<Object<Entity<'a>>>,
    /// Left out by the standard, and ignored.
    #[serde(rename = "action")]
    pub _action: Option<IgnoredAny>,
    /// On what.
    #[serde(borrow)]
    pub resource: Option<Object<Entity<'a>>>,
    /// In which circumstances.
    pub context: Option<Properties>,
    /// Which part.
    #[serde(borrow)]
    pub page: Option<Object<PageAsked<'a>>>,
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
}

/// What every search says about the view, which has to be fetched before the search itself is read.
#[derive(Debug, Deserialize)]
pub struct OnlyOptions<'a> {
    /// Beside the question.
    #[serde(borrow)]
    pub options: Option<Object<Options<'a>>>,
}

/// A required member that is not there.
fn missing(name: &str) -> Error {
    Error::bad_request("missing_member", format!("`{name}` is required"))
}

fn text<'t>(value: Option<&'t Text<'_>>, owner: &str, name: &str) -> Result<&'t str> {
    value.map(|text| text.0.as_ref()).ok_or_else(|| missing(&format!("{owner}.{name}")))
}

/// A subject or resource with type and id.
///
/// # Errors
/// If it, its type or its id is missing.
pub fn entity<'t>(entity: Option<&'t Object<Entity<'_>>>, name: &str) -> Result<EntityRef<'t>> {
    let entity = &entity.ok_or_else(|| missing(name))?.0;
    Ok(EntityRef {
        kind: text(entity.kind.as_ref(), name, "type")?,
        id: text(entity.id.as_ref(), name, "id")?,
        properties: entity.properties.as_ref(),
    })
}

/// The entity that a search looks for, without an id.
///
/// # Errors
/// If it or its type is missing.
pub fn sought<'t>(entity: Option<&'t Object<Sought<'_>>>, name: &str) -> Result<EntityRef<'t>> {
    let entity = &entity.ok_or_else(|| missing(name))?.0;
    let kind = text(entity.kind.as_ref(), name, "type")?;
    Ok(EntityRef { kind, id: "", properties: entity.properties.as_ref() })
}

/// An action's name and facts.
///
/// # Errors
/// If it or its name is missing.
pub fn action<'t>(action: Option<&'t Object<Action<'_>>>) -> Result<(&'t str, Option<&'t Properties>)> {
    let action = &action.ok_or_else(|| missing("action"))?.0;
    Ok((text(action.name.as_ref(), "action", "name")?, action.properties.as_ref()))
}

/// The parts of a question, from an item or its defaults.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'t, 'a> {
    /// Who.
    pub subject: Option<&'t Object<Entity<'a>>>,
    /// What.
    pub action: Option<&'t Object<Action<'a>>>,
    /// On what.
    pub resource: Option<&'t Object<Entity<'a>>>,
    /// In which circumstances.
    pub context: Option<&'t Properties>,
}

impl<'t> Parts<'t, '_> {
    /// The question, complete and bounded.
    ///
    /// # Errors
    /// If something is missing, or nested too deep.
    pub fn question(self, depth: usize, time: Timestamp) -> Result<Question<'t>> {
        let subject = entity(self.subject, "subject")?;
        let (permission, action) = action(self.action)?;
        let resource = entity(self.resource, "resource")?;
        let question = Question { subject, permission, action, resource, context: self.context, time };
        bounded(&question, depth)?;
        Ok(question)
    }
}

/// Refuses facts that nest deeper than is read.
///
/// # Errors
/// If some do.
pub fn bounded(question: &Question<'_>, depth: usize) -> Result<()> {
    let facts =
        [question.subject.properties, question.action, question.resource.properties, question.context];
    let fits = |facts: &&Properties| facts.values().all(|value| is_within(value, depth));
    if facts.iter().flatten().all(fits) {
        return Ok(());
    }
    Err(Error::bad_request("too_deep", format!("properties and context may nest {depth} deep")))
}

fn is_within(value: &Json, depth: usize) -> bool {
    match value {
        Json::Array(items) => depth > 0 && items.iter().all(|item| is_within(item, depth - 1)),
        Json::Object(fields) => depth > 0 && fields.values().all(|field| is_within(field, depth - 1)),
        _ => true,
    }
}

/// The context of a question. What the browser says about its origin is put there for public keys, whatever the page
/// itself claims.
#[must_use]
pub fn context_of<'t>(caller: &Caller, sent: Option<&'t Properties>) -> Option<Cow<'t, Properties>> {
    if caller.is_secret() {
        return sent.map(Cow::Borrowed);
    }
    let mut context = sent.cloned().unwrap_or_default();
    match &caller.origin {
        Some(origin) => context.insert("origin".into(), json!(origin)),
        None => context.remove("origin"),
    };
    Some(Cow::Owned(context))
}

/// How much an answer usually comes to, in bytes.
const ANSWER_BYTES: usize = 512;

/// An answer as JSON.
///
/// # Errors
/// If it cannot be written, which no answer of ours is.
pub fn answer<T: Serialize>(answer: &T) -> Result<Response> {
    let mut body = Vec::with_capacity(ANSWER_BYTES);
    serde_json::to_writer(&mut body, answer).map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
