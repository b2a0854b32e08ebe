//! `ambit matrix`: the roles × permissions table, in the fixed format for programs and as a grid for people.

use crate::args::{Cli, Format, MatrixArgs};
use crate::{open, output, status};
use ambit_catalog::matrix::{Cell, CellOutcome, HEADER, default_matrix, matrix};
use anyhow::{Context, bail};
use std::collections::BTreeMap;

/// Prints the table.
pub fn run(cli: &Cli, args: &MatrixArgs) -> anyhow::Result<u8> {
    let mut cells = cells(cli, args)?;
    if let Some(role) = &args.role {
        cells.retain(|cell| cell.role == *role);
        if cells.is_empty() {
            bail!("{} has no system role `{role}`", args.product);
        }
    }
    match args.format {
        Format::Csv => output::text(&ambit_catalog::matrix::to_csv(&cells))?,
        Format::Json => output::json(&cells)?,
        Format::Table => grid(&cells)?,
    }
    Ok(status::OK)
}

fn cells(cli: &Cli, args: &MatrixArgs) -> anyhow::Result<Vec<Cell>> {
    let view = if let Some(file) = &args.file {
        std::sync::Arc::new(open::from_file(cli, file, open::now(), false)?)
    } else if args.org.is_some() {
        let ledger = open::ledger(&cli.data, false)?;
        let org = open::organization(&ledger, args.org.as_deref())?;
        open::view_at(&ledger, &org, args.as_of)?
    } else {
        return Ok(default_matrix(&open::catalog(cli.catalogs.as_deref(), &args.product)?));
    };
    let product = view
        .registry()
        .product_named(&args.product)
        .with_context(|| format!("the product `{}` is not enabled there", args.product))?;
    let definitions = view.role_definitions(product);
    Ok(matrix(view.registry().catalog(product), &|role| definitions.get(role).cloned()))
}

/// Permissions down, roles across.
fn grid(cells: &[Cell]) -> anyhow::Result<()> {
    let mut roles: Vec<&str> = Vec::new();
    let mut rows: Vec<(&str, BTreeMap<&str, &Cell>)> = Vec::new();
    for cell in cells {
        if !roles.contains(&cell.role.as_str()) {
            roles.push(&cell.role);
        }
        match rows.iter_mut().find(|(permission, _)| *permission == cell.permission) {
            Some((_, by_role)) => {
                by_role.insert(&cell.role, cell);
            }
            None => rows.push((&cell.permission, BTreeMap::from([(cell.role.as_str(), cell)]))),
        }
    }
    let mut header = vec!["permission", "without it"];
    header.extend(&roles);
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|(permission, by_role)| {
            let shown = by_role.values().next().map(|cell| cell.when_denied.clone()).unwrap_or_default();
            let marks = roles.iter().map(|role| mark(by_role.get(role).copied()));
            [(*permission).to_owned(), shown].into_iter().chain(marks).collect()
        })
        .collect();
    output::rows(Format::Table, &header, &rows)?;
    output::line("✓ allow   ✓* limited   ? conditional   ⏳ needs approval   · deny")?;
    output::line(format!("as {} columns: --format csv", HEADER.join(",")))
}

fn mark(cell: Option<&Cell>) -> String {
    match cell.map_or(CellOutcome::Deny, |cell| cell.outcome) {
        CellOutcome::Allow => "✓",
        CellOutcome::Limited => "✓*",
        CellOutcome::Conditional => "?",
        CellOutcome::NeedsApproval => "⏳",
        CellOutcome::Deny => "·",
    }
    .to_owned()
}
