//! The table of targets and what was measured, on the terminal and as a page of the documentation.

use std::fmt::Write;

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    what: String,
    target: String,
    measured: String,
    met: Option<bool>,
    why: Option<String>,
}

impl Row {
    /// A line; a target may be empty.
    pub fn new(what: impl Into<String>, target: impl Into<String>) -> Self {
        Self { what: what.into(), target: target.into(), measured: String::new(), met: None, why: None }
    }

    /// What was measured.
    pub fn measured(mut self, measured: impl Into<String>) -> Self {
        self.measured = measured.into();
        self
    }

    /// Whether the target is met.
    pub fn met(mut self, met: bool) -> Self {
        self.met = Some(met);
        self
    }

    /// Why it is missed, if it is.
    pub fn if_missed(mut self, why: impl Into<String>) -> Self {
        if self.met == Some(false) {
            self.why = Some(why.into());
        }
        self
    }

    fn verdict(&self) -> &'static str {
        match self.met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        }
    }
}

/// What was measured in one run.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds a line and shows it.
    pub fn add(&mut self, row: Row) {
        println!("{:<76} {:<22} {} {}", row.what, row.target, row.measured, row.verdict());
        self.rows.push(row);
    }

    /// The table in Markdown.
    pub fn table(&self) -> String {
        let mut text = String::from("| what | target | measured | met |\n|---|---|---|---|\n");
        for row in &self.rows {
            let _ =
                writeln!(text, "| {} | {} | {} | {} |", row.what, row.target, row.measured, row.verdict());
        }
        text
    }

    /// Why targets are missed, as a list.
    pub fn reasons(&self) -> String {
        let mut text = String::new();
        for row in self.rows.iter().filter(|row| row.met == Some(false)) {
            let why = row.why.as_deref().unwrap_or_else(|| usual_reason(&row.what));
            let _ = writeln!(text, "- {}: {why}", row.what);
        }
        text
    }
}

/// Why a target of a kind is missed, where the measurement itself gives no reason.
fn usual_reason(what: &str) -> &'static str {
    const REASONS: [(&str, &str); 5] = [
        (
            "check, size S",
            "the floor's maps fit into the processor's first caches, so that reading assignments shows in full",
        ),
        (
            "check,",
            "beside the names, a check reads the subject's assignments, those of each group, and the resource's ancestors, which the floor does not",
        ),
        (
            "resource search",
            "the answers are so short that the fixed work of a search, finding scopes and roles, outweighs them",
        ),
        (
            "subject search",
            "holders are unfolded from groups into a sorted set, a look-up for each; a bitmap would do better",
        ),
        (
            "times as fast as cedar",
            "a check with names costs a few cache misses in a state much larger than the caches; Cedar was handed entities that the application had prepared",
        ),
    ];
    REASONS
        .iter()
        .find(|(kind, _)| what.starts_with(kind))
        .map_or("not looked into yet", |(_, reason)| reason)
}
