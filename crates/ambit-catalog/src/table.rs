//! The table of expected decisions beside a catalog: `catalogs/<product>.test.yaml`. Read here, run by `ambit catalog
//! test` (`docs/catalogs.md`).

use crate::diagnostic::{Problem, Report};
use crate::organization::{AssignmentItem, OrganizationFile};
use crate::position::At;
use ambit_model::{Outcome, Properties};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// What it shows.
    #[serde(default)]
    pub about: String,
    /// The organization that is asked.
    pub organization: OrganizationFile,
    /// The instant of every question (RFC 3339); a fixed one if absent.
    #[serde(default)]
    pub time: Option<At<String>>,
    /// Questions with their answers.
    #[serde(default)]
    pub expect: Vec<At<Expectation>>,
    /// Assignments, or whole additions, that are refused.
    #[serde(default)]
    pub refused: Vec<At<RefusedWrite>>,
    /// Assignments that are accepted with a warning.
    #[serde(default)]
    pub warned: Vec<At<WarnedWrite>>,
}

/// One question with its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What it shows.
    #[serde(default)]
    pub about: Option<String>,
    /// `user:…`.
    pub subject: String,
    /// Bare or full.
    pub permission: String,
    /// `type:id`.
    pub resource: String,
    /// Where an unregistered resource stands.
    #[serde(default)]
    pub parent: Option<String>,
    /// Sent with the resource.
    #[serde(default)]
    pub properties: Properties,
    /// Sent with the question.
    #[serde(default)]
    pub context: Properties,
    /// The instant of this question.
    #[serde(default)]
    pub time: Option<String>,
    /// allow, deny, needs_approval.
    pub outcome: Outcome,
    /// The stable code.
    #[serde(default)]
    pub reason: Option<String>,
    /// A state, or `replaced:<permission>`.
    #[serde(default)]
    pub presentation: Option<String>,
    /// Names of limits.
    #[serde(default)]
    pub limits: Option<Vec<String>>,
}

/// A write that is refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedWrite {
    /// What it shows.
    #[serde(default)]
    pub about: Option<String>,
    /// The assignment.
    #[serde(default)]
    pub assignment: Option<AssignmentItem>,
    /// Or anything else, as an organization file.
    #[serde(default)]
    pub file: Option<OrganizationFile>,
    /// The stable code.
    pub code: String,
}

/// A write that is accepted with a warning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarnedWrite {
    /// What it shows.
    #[serde(default)]
    pub about: Option<String>,
    /// The assignment.
    pub assignment: AssignmentItem,
    /// The advisory's id.
    pub advisory: String,
}

/// Reads a table.
///
/// # Errors
/// The report, if it is malformed or holds unknown keys.
pub fn parse_table(file_name: &str, source: &str) -> Result<TableFile, Box<Report>> {
    serde_saphyr::from_str(source).map_err(|error| {
        let mut report = Report::new(file_name, source);
        report.problems.push(Problem::from_parser(&error));
        Box::new(report)
    })
}
