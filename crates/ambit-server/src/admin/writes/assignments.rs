//! Roles given and taken.

use crate::admin::bodies::{Assigning, AssignmentKey, AssignmentPatch};
use crate::admin::commands::{Command, unassigned};
use crate::admin::write::{Write, Writing};
use crate::answer::Written;
use crate::error::Result;
use crate::path::Path;
use ambit_engine::View;
use ambit_governance::undo::fact;
use ambit_model::{Assignment, Change};

/// Answers those that are held after the step.
async fn carry_out(
    keys: Vec<AssignmentKey>,
    commands: Vec<Command>,
    writing: Writing,
) -> Result<Written<Vec<Assignment>>> {
    let result = move |view: &View| {
        let held = keys.iter().filter_map(|key| match fact(view, &unassigned(key)) {
            Some(Change::AssignmentSet(assignment)) => Some(assignment),
            _ => None,
        });
        Some(held.collect())
    };
    writing.carry_out(commands, result).await
}

fn key(assignment: &Assignment) -> AssignmentKey {
    let Assignment { subject, role, scope, .. } = assignment.clone();
    AssignmentKey { subject, role, scope }
}

/// `POST /v1/orgs/{org}/assignments`
pub async fn assign(Path(_): Path<String>, write: Write<Assigning>) -> Result<Written<Vec<Assignment>>> {
    let (body, writing) = write.taken();
    let (given, taken) = match body {
        Assigning::One(assignment) => (vec![assignment], Vec::new()),
        Assigning::Several { assignments, remove } => (assignments, remove),
    };
    let keys = given.iter().map(key).collect();
    let commands = taken.into_iter().map(Command::Unassign).chain(given.into_iter().map(Command::Assign));
    carry_out(keys, commands.collect(), writing).await
}

/// `PATCH /v1/orgs/{org}/assignments`
pub async fn patch(Path(_): Path<String>, write: Write<AssignmentPatch>) -> Result<Written<Vec<Assignment>>> {
    let (body, writing) = write.taken();
    carry_out(vec![body.key()], vec![Command::PatchAssignment(body)], writing).await
}

/// `DELETE /v1/orgs/{org}/assignments?subject=…&role=…&scope=…`
pub async fn unassign(
    Path(_): Path<String>,
    write: Write<(), AssignmentKey>,
) -> Result<Written<Vec<Assignment>>> {
    let (key, writing) = write.asked();
    carry_out(vec![key.clone()], vec![Command::Unassign(key)], writing).await
}
