//! The facts that a condition reads, as CEL values, and the evaluation itself.

use crate::question::{Question, Target};
use crate::view::{NodeIx, SubjectIx, View, subject_kind};
use ambit_catalog::Condition;
use ambit_catalog::condition::LIST_MAX;
use ambit_model::{Properties, SubjectKind};
use cel::Value;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// How deep facts may nest.
const DEPTH_MAX: usize = 16;

/// Why a condition has no value; it then counts as false.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// The evaluation ended in an error.
    #[error("{0}")]
    Evaluation(String),
    /// The value is neither true nor false.
    #[error("the value is not true or false but {0}")]
    NotBoolean(String),
    /// A list or map is too long to be handed to a condition.
    #[error("`{name}` holds a list or map of {found}, at most {LIST_MAX}")]
    TooLong {
        /// Where.
        name: String,
        /// How long.
        found: usize,
    },
    /// A value is nested too deep.
    #[error("`{0}` is nested too deep")]
    TooDeep(String),
}

/// What surrounds one evaluation.
pub struct Facts<'a> {
    /// The state.
    pub view: &'a View,
    /// What is asked.
    pub question: &'a Question<'a>,
    /// What its names mean.
    pub target: &'a Target,
    /// The parameters of the assignment.
    pub parameters: Option<&'a Properties>,
}

impl Facts<'_> {
    /// The value of a condition.
    ///
    /// # Errors
    /// If it cannot be evaluated to true or false.
    pub fn evaluate(&self, condition: &Condition) -> Result<bool, FactError> {
        let mut variables = Vec::new();
        for name in condition.variables() {
            variables.push((name, self.variable(name)?));
        }
        evaluate(condition, variables)
    }

    /// The facts that a condition reads, for explanations.
    #[must_use]
    pub fn values(&self, condition: &Condition) -> Map<String, Json> {
        let value = |name: &str| match name {
            "time" => Json::String(self.question.time.to_string()),
            _ => Json::Object(self.object(name)),
        };
        condition.variables().map(|name| (name.to_owned(), value(name))).collect()
    }

    fn variable(&self, name: &str) -> Result<Value, FactError> {
        match name {
            "time" => Ok(timestamp(self.question.time)),
            _ => to_cel(name, &Json::Object(self.object(name)), 0),
        }
    }

    fn object(&self, name: &str) -> Map<String, Json> {
        match name {
            "subject" => self.view.subject_facts(self.target.subject, self.question.subject.properties),
            "resource" => self.resource(),
            "action" => {
                let mut action = Map::new();
                action.insert("name".into(), Json::String(self.question.permission.to_owned()));
                action.insert("properties".into(), object(self.question.action));
                action
            }
            "context" => self.question.context.cloned().unwrap_or_default(),
            "scope" => self.view.scope_facts(self.target.head),
            "assignment" => self.parameters.cloned().unwrap_or_default(),
            _ => Map::new(),
        }
    }

    fn resource(&self) -> Map<String, Json> {
        let asked = self.question.resource;
        let kind = self.view.registry.type_info(self.target.kind).name.clone();
        let stored = self.target.node.and_then(|node| self.view.properties(node));
        entity(&kind, asked.id, merged(stored, asked.properties))
    }
}

impl View {
    fn subject_facts(&self, subject: SubjectIx, sent: Option<&Properties>) -> Map<String, Json> {
        let (tag, id) = self.subjects.name(subject.0).unwrap_or((0, ""));
        let user = self.users.get(&subject.0);
        let kind = subject_kind(tag);
        let mut facts = entity(kind.as_str(), id, merged(user.map(|user| &user.properties), sent));
        if let (SubjectKind::User, Some(user)) = (kind, user) {
            let texts = [("name", &user.name), ("email", &user.email)];
            for (name, text) in
                texts.into_iter().filter_map(|(name, text)| text.as_ref().map(|text| (name, text)))
            {
                facts.insert(name.into(), Json::String(text.clone()));
            }
        }
        facts
    }

    /// The nearest ancestor of each type, by the type's bare name.
    pub(crate) fn scope_facts(&self, head: NodeIx) -> Map<String, Json> {
        let mut scope = Map::new();
        for node in self.chain(head) {
            let name = self.node_ref(node);
            let bare = name.kind.rsplit('/').next().unwrap_or_default().to_owned();
            let facts = || Json::Object(entity(&name.kind, &name.id, merged(self.properties(node), None)));
            scope.entry(bare).or_insert_with(facts);
        }
        scope
    }

    /// The value of a condition over a scope alone: `scope.<type>` and `resource`, for `assignable_when` and advisories.
    ///
    /// # Errors
    /// If it cannot be evaluated to true or false.
    pub fn evaluate_at_scope(&self, condition: &Condition, scope: NodeIx) -> Result<bool, FactError> {
        let resource = self.node_ref(scope);
        let facts = entity(&resource.kind, &resource.id, merged(self.properties(scope), None));
        let variables = condition
            .variables()
            .filter_map(|name| match name {
                "scope" => Some((name, Json::Object(self.scope_facts(scope)))),
                "resource" => Some((name, Json::Object(facts.clone()))),
                _ => None,
            })
            .map(|(name, json)| to_cel(name, &json, 0).map(|value| (name, value)))
            .collect::<Result<Vec<_>, _>>()?;
        evaluate(condition, variables)
    }
}

fn evaluate(condition: &Condition, variables: Vec<(&'static str, Value)>) -> Result<bool, FactError> {
    static ENVIRONMENT: OnceLock<Arc<cel::Env>> = OnceLock::new();
    let environment = ENVIRONMENT.get_or_init(|| Arc::new(cel::Env::stdlib()));
    let mut context = cel::Context::with_env(Arc::clone(environment));
    for (name, value) in variables {
        context.add_variable_from_value(name, value);
    }
    match condition.program().execute(&context) {
        Ok(Value::Bool(value)) => Ok(value),
        Ok(other) => Err(FactError::NotBoolean(other.type_of().to_string())),
        Err(error) => Err(FactError::Evaluation(error.to_string())),
    }
}

fn entity(kind: &str, id: &str, properties: Map<String, Json>) -> Map<String, Json> {
    let mut entity = Map::new();
    entity.insert("type".into(), Json::String(kind.to_owned()));
    entity.insert("id".into(), Json::String(id.to_owned()));
    entity.insert("properties".into(), Json::Object(properties));
    entity
}

fn object(properties: Option<&Properties>) -> Json {
    Json::Object(properties.cloned().unwrap_or_default())
}

/// Stored facts win over sent ones of the same name; sent ones add to them (design 3.1).
fn merged(stored: Option<&Properties>, sent: Option<&Properties>) -> Map<String, Json> {
    let mut facts = sent.cloned().unwrap_or_default();
    for (name, value) in stored.into_iter().flatten() {
        facts.insert(name.clone(), value.clone());
    }
    facts
}

fn timestamp(time: ambit_model::Timestamp) -> Value {
    let nanoseconds = u32::try_from(time.subsec_nanosecond()).unwrap_or(0);
    let instant = chrono::DateTime::from_timestamp(time.as_second(), nanoseconds).unwrap_or_default();
    Value::Timestamp(instant.fixed_offset())
}

fn to_cel(name: &str, json: &Json, depth: usize) -> Result<Value, FactError> {
    if depth > DEPTH_MAX {
        return Err(FactError::TooDeep(name.to_owned()));
    }
    let bounded = |found: usize| {
        if found > LIST_MAX { Err(FactError::TooLong { name: name.to_owned(), found }) } else { Ok(()) }
    };
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Int(integer),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::String(Arc::new(text.clone())),
        Json::Array(items) => {
            bounded(items.len())?;
            let items: Result<Vec<Value>, FactError> =
                items.iter().map(|item| to_cel(name, item, depth + 1)).collect();
            Value::List(Arc::new(items?))
        }
        Json::Object(fields) => {
            bounded(fields.len())?;
            let mut map = HashMap::with_capacity(fields.len());
            for (key, value) in fields {
                map.insert(key.clone(), to_cel(key, value, depth + 1)?);
            }
            map.into()
        }
    })
}
