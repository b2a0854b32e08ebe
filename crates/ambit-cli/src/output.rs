//! Tables for people, JSON and CSV for programs.

use crate::args::Format;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::Write;

/// Prints a line to standard output.
///
/// # Errors
/// If nobody reads it any more.
pub fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}

/// Prints a text as it is.
///
/// # Errors
/// If nobody reads it any more.
pub fn text(text: &str) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// Prints a value as pretty JSON.
///
/// # Errors
/// If nobody reads it any more.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?)
}

/// Prints a warning where talk goes.
pub fn warning(text: impl std::fmt::Display) {
    eprintln!("warning: {text}");
}

/// Prints rows in the wanted format. For JSON each row becomes an object with the header's names.
///
/// # Errors
/// If nobody reads it any more.
pub fn rows(format: Format, header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    match format {
        Format::Table => table(header, rows),
        Format::Csv => csv(header, rows),
        Format::Json => {
            let object = |row: &Vec<String>| {
                let fields =
                    header.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone().into()));
                serde_json::Value::Object(fields.collect())
            };
            json(&rows.iter().map(object).collect::<Vec<_>>())
        }
    }
}

fn table(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table.add_rows(rows);
    line(table)
}

fn csv(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    line(header.join(","))?;
    for row in rows {
        let columns: Vec<String> = row.iter().map(|column| quoted(column)).collect();
        line(columns.join(","))?;
    }
    Ok(())
}

fn quoted(column: &str) -> String {
    if column.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", column.replace('"', "\"\""))
    } else {
        column.to_owned()
    }
}

/// Shows that long work is going on, where a person is watching; gone when it is dropped.
#[must_use]
pub fn working(what: &'static str) -> indicatif::ProgressBar {
    let spinner = indicatif::ProgressBar::new_spinner().with_message(what);
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
    spinner
}
