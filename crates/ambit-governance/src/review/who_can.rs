//! *WhoCan(permission, resource)*: the question of access turned around, with the way of each.

use super::Path;
use super::permissions::path_of;
use ambit_engine::{EntityRef, Explaining, Page, Question, SubjectIx, View};
use ambit_model::{Explanation, Properties, SubjectKind, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// Somebody who may do it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Able {
    /// Who.
    pub subject: SubjectRef,
    /// Restrictions in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// Through which groups and roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Path>,
    /// Every grant that was looked at, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// What is asked of everybody.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `product/permission`.
    pub permission: &'a str,
    /// On what.
    pub resource: EntityRef<'a>,
    /// Facts about the circumstances.
    pub context: Option<&'a Properties>,
    /// When.
    pub time: Timestamp,
}

impl<'a> Asked<'a> {
    fn question(self, kind: SubjectKind, id: &'a str) -> Question<'a> {
        Question {
            subject: EntityRef::new(kind.as_str(), id),
            permission: self.permission,
            action: None,
            resource: self.resource,
            context: self.context,
            time: self.time,
        }
    }
}

/// The subjects of a kind that may do it, from a number on: so many at most, and where to go on.
#[must_use]
pub fn who_can(view: &View, asked: Asked<'_>, kind: SubjectKind, from: u32, most: usize) -> Page<SubjectIx> {
    view.search_subjects(&asked.question(kind, ""), from, most)
}

/// One of them, as it is shown.
#[must_use]
pub fn able(view: &View, asked: Asked<'_>, subject: SubjectIx, explain: bool) -> Able {
    let name = view.subject_ref(subject);
    let question = asked.question(name.kind, &name.id);
    let verdict = view.check(&question);
    let explained = || {
        let target = view.resolve(&question).ok()?;
        Some(view.explain(&question, &target, &verdict, &Explaining::of_everything(None)))
    };
    Able {
        limits: view.limits_of(&verdict).into_iter().map(|(_, text)| text.to_owned()).collect(),
        path: path_of(view, subject, &verdict),
        explanation: explain.then(explained).flatten(),
        subject: name,
    }
}
