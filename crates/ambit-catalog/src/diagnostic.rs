//! Problems in a file, for people: what, where, and how to mend it.

use crate::position::Mark;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look; the file is accepted.
    Warning,
    /// The file is refused.
    Error,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FileProblem")]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, and what would be right.
    pub message: String,
    /// Line, from 1; 0 when unknown.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
    /// How many characters are meant.
    #[serde(skip)]
    pub length: u64,
}

impl Problem {
    /// An error at a place.
    pub fn error(mark: Mark, message: impl Into<String>) -> Self {
        Self::at(Severity::Error, mark, message)
    }

    /// A warning at a place.
    pub fn warning(mark: Mark, message: impl Into<String>) -> Self {
        Self::at(Severity::Warning, mark, message)
    }

    fn at(severity: Severity, mark: Mark, message: impl Into<String>) -> Self {
        Self { severity, message: message.into(), line: mark.line, column: mark.column, length: mark.length }
    }

    /// Takes over what the YAML parser found.
    #[must_use]
    pub fn from_parser(error: &serde_saphyr::Error) -> Self {
        let mark = error.location().map(Mark::from).unwrap_or_default();
        let text = error.without_snippet().to_string();
        let suffix = format!(" at line {}, column {}", mark.line, mark.column);
        let message = text.strip_suffix(&suffix).unwrap_or(&text);
        let message =
            message.strip_suffix(", set DuplicateKeyPolicy in Options if acceptable").unwrap_or(message);
        Self::error(mark, add_suggestion(message))
    }
}

/// The parser lists the fields that exist; the nearest of them is what was meant.
fn add_suggestion(message: &str) -> String {
    let parts =
        message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected one of "));
    match parts {
        Some((field, names)) => {
            let names: Vec<&str> = names.split(", ").map(|name| name.trim_matches('`')).collect();
            format!("{message}{}", ambit_model::suggest::hint(field, names))
        }
        None => message.to_owned(),
    }
}

/// All problems of one file, with its text for excerpts.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The file's name as the user gave it.
    pub file: String,
    /// Its text.
    pub source: String,
    /// What was found, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Report {
    /// An empty report about a file.
    pub fn new(file: impl Into<String>, source: impl Into<String>) -> Self {
        Self { file: file.into(), source: source.into(), problems: Vec::new() }
    }

    /// Notes an error.
    pub fn error(&mut self, mark: Mark, message: impl Into<String>) {
        self.problems.push(Problem::error(mark, message));
    }

    /// Notes a warning.
    pub fn warning(&mut self, mark: Mark, message: impl Into<String>) {
        self.problems.push(Problem::warning(mark, message));
    }

    /// Whether the file is refused.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Problems in the order of the file.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self
    }

    /// The text that people read: message, place and an excerpt of the source for each problem.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let shown: Vec<String> =
            self.problems.iter().map(|problem| self.render_one(problem, &renderer)).collect();
        shown.join("\n")
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(problem.message.as_str());
        let Some(span) = self.byte_span(problem) else {
            let place = format!("{}: ", self.file);
            return format!("{place}{}", renderer.render(&[annotate_snippets::Group::with_title(title)]));
        };
        let snippet = Snippet::source(self.source.as_str())
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(span));
        renderer.render(&[title.element(snippet)])
    }

    fn byte_span(&self, problem: &Problem) -> Option<std::ops::Range<usize>> {
        let line_index = usize::try_from(problem.line).ok()?.checked_sub(1)?;
        let line_start: usize = self.source.split_inclusive('\n').take(line_index).map(str::len).sum();
        let line = self.source.get(line_start..)?.lines().next().unwrap_or("");
        let column = usize::try_from(problem.column).ok()?.saturating_sub(1);
        let byte_of = |index: usize| line.char_indices().nth(index).map_or(line.len(), |(at, _)| at);
        let start = byte_of(column);
        let length = usize::try_from(problem.length).unwrap_or(1).clamp(1, 200);
        Some(line_start + start..line_start + byte_of(column.saturating_add(length)).max(start))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Report {}
