//! `ambit catalog`: check, show, test and draw catalogs.

use crate::args::{CatalogAction, CatalogArgs, Cli, Format, GraphFormat};
use crate::commands::catalog_tables;
use crate::{open, output, status};
use ambit_catalog::catalog::{Catalog, Role};
use ambit_catalog::{Report, builtin, parse_catalog};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Does what is asked.
pub fn run(cli: &Cli, args: &CatalogArgs) -> anyhow::Result<u8> {
    match &args.action {
        CatalogAction::Lint { files, format } => lint(cli, files, *format),
        CatalogAction::Show { product, format } => {
            show(&open::catalog(cli.catalogs.as_deref(), product)?, *format)?;
            Ok(status::OK)
        }
        CatalogAction::Test { tables } => catalog_tables::run(cli, tables),
        CatalogAction::Graph { product, format } => {
            output::text(&graph(&open::catalog(cli.catalogs.as_deref(), product)?, *format))?;
            Ok(status::OK)
        }
        CatalogAction::Schema => {
            output::text(&ambit_catalog::schema::catalog_schema())?;
            Ok(status::OK)
        }
    }
}

fn lint(cli: &Cli, files: &[PathBuf], format: Format) -> anyhow::Result<u8> {
    let mut sources = Vec::new();
    for file in files {
        sources.push((file.display().to_string(), open::read(file)?));
    }
    if files.is_empty() {
        for product in builtin::products() {
            sources
                .push((format!("{product}.yaml"), open::catalog_source(cli.catalogs.as_deref(), product)?));
        }
    }
    let reports: Vec<Report> = sources
        .iter()
        .map(|(name, source)| match parse_catalog(name, source) {
            Ok((_, report)) => report,
            Err(report) => *report,
        })
        .collect();
    print_reports(&reports, format)?;
    let refused = reports.iter().any(Report::has_errors);
    Ok(if refused { status::DENIED } else { status::OK })
}

fn print_reports(reports: &[Report], format: Format) -> anyhow::Result<()> {
    if format != Format::Table {
        let header = ["file", "line", "column", "severity", "message"];
        let rows: Vec<Vec<String>> = reports
            .iter()
            .flat_map(|report| report.problems.iter().map(move |problem| (report, problem)))
            .map(|(report, problem)| {
                let severity = format!("{:?}", problem.severity).to_lowercase();
                let (line, column) = (problem.line.to_string(), problem.column.to_string());
                vec![report.file.clone(), line, column, severity, problem.message.clone()]
            })
            .collect();
        return output::rows(format, &header, &rows);
    }
    for report in reports {
        if report.problems.is_empty() {
            output::line(format!("{}: fine", report.file))?;
        } else {
            eprintln!("{}", report.render(std::io::stderr().is_terminal()));
        }
    }
    Ok(())
}

fn show(catalog: &Catalog, format: Format) -> anyhow::Result<()> {
    if format == Format::Table {
        output::line(format!("{} ({}), version {}", catalog.title, catalog.product, catalog.version))?;
        if !catalog.description.is_empty() {
            output::line(&catalog.description)?;
        }
        output::line(custom_roles(catalog))?;
    }
    let header = ["role", "title", "level", "includes", "requires", "assignable_at", "notes"];
    let rows: Vec<Vec<String>> = catalog.roles.iter().map(|role| role_row(catalog, role)).collect();
    output::rows(format, &header, &rows)
}

fn custom_roles(catalog: &Catalog) -> String {
    let rules = &catalog.custom_roles;
    if !rules.allowed {
        return format!("Custom roles: none. {}", rules.reason);
    }
    let never: Vec<&str> = rules.forbidden.iter().map(|id| catalog.permission_at(*id).id.as_str()).collect();
    if never.is_empty() {
        "Custom roles: yes.".into()
    } else {
        format!("Custom roles: yes, never with {}.", never.join(", "))
    }
}

fn role_row(catalog: &Catalog, role: &Role) -> Vec<String> {
    let mut notes = Vec::new();
    if role.vendor_only {
        notes.push("given by the vendor only".to_owned());
    }
    if role.needs_approver {
        notes.push("needs an approver".to_owned());
    }
    if role.public {
        notes.push("for keys in browsers".to_owned());
    }
    if let Some(pool) = role.seat_pool.map(|index| &catalog.seat_pools[index]) {
        notes.push(format!("{} seats: {}", pool.limit, pool.title));
    }
    notes.extend(role.assignable.note.clone());
    vec![
        role.id.clone(),
        role.title.clone(),
        role.level.map(|level| level.to_string()).unwrap_or_default(),
        role.definition.includes.join(" "),
        role.requires.join(" "),
        role.assignable.at.as_ref().map(|at| at.join(" ")).unwrap_or_default(),
        notes.join("; "),
    ]
}

/// An arrow for each inclusion, requirement and authority between roles of the product.
fn graph(catalog: &Catalog, format: GraphFormat) -> String {
    let mut lines = Vec::new();
    for role in &catalog.roles {
        lines.push(node(role, format));
    }
    for role in &catalog.roles {
        let included = role.definition.includes.iter().map(|name| (name, "includes"));
        let required = role.requires.iter().map(|name| (name, "requires"));
        let administered =
            role.administers.iter().flat_map(|entry| &entry.roles).map(|name| (name, "administers"));
        let mut arrows: Vec<(&String, &str)> = included.chain(required).chain(administered).collect();
        arrows.sort();
        arrows.dedup();
        lines.extend(arrows.into_iter().map(|(to, label)| arrow(&role.id, to, label, format)));
    }
    match format {
        GraphFormat::Dot => {
            format!("digraph \"{}\" {{\n  rankdir=BT;\n{}\n}}\n", catalog.product, lines.join("\n"))
        }
        GraphFormat::Mermaid => format!("graph BT\n{}\n", lines.join("\n")),
    }
}

fn node(role: &Role, format: GraphFormat) -> String {
    match format {
        GraphFormat::Dot => format!("  \"{}\" [label=\"{}\"];", role.id, role.title),
        GraphFormat::Mermaid => format!("  {}[\"{}\"]", role.id, role.title),
    }
}

fn arrow(from: &str, to: &str, label: &str, format: GraphFormat) -> String {
    match format {
        GraphFormat::Dot => format!("  \"{from}\" -> \"{to}\" [label=\"{label}\"];"),
        GraphFormat::Mermaid => format!("  {from} -- {label} --> {to}"),
    }
}
