//! How much memory the state takes: bytes held before and after each part is loaded.

use crate::loading::Loader;
use crate::memory::{counting, held};
use crate::report::{Report, Row};
use crate::workload::Workload;
use ambit_engine::View;
use anyhow::Result;

/// Loads a workload and reports what users and assignments weigh.
///
/// # Errors
/// If the engine refuses a change.
pub fn load(report: &mut Report, workload: &Workload) -> Result<View> {
    let mut loader = Loader::default();
    loader.declare(workload)?;
    loader.tree(workload)?;
    counting(true);
    let before_users = held();
    loader.subjects(workload)?;
    let before_assignments = held();
    loader.assignments(workload)?;
    let after = held();
    counting(false);
    let names: usize = workload.users.iter().chain(&workload.groups).map(String::len).sum();
    let per_user =
        (before_assignments.wrapping_sub(before_users) - names) as f64 / workload.users.len() as f64;
    let per_assignment = after.wrapping_sub(before_assignments) as f64 / workload.assignments() as f64;
    let size = workload.size.letter();
    report.add(
        Row::new(format!("memory, size {size}: bytes per assignment"), "≤ 48")
            .measured(format!("{per_assignment:.1}"))
            .met(per_assignment <= 48.0),
    );
    report.add(
        Row::new(
            format!("memory, size {size}: bytes per user, memberships and groups included, beside the names"),
            "≤ 160",
        )
        .measured(format!("{per_user:.1}"))
        .met(per_user <= 160.0),
    );
    Ok(loader.view)
}
