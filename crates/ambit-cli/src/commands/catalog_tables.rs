//! `ambit catalog test`: the tables of expected decisions beside the catalogs.

use crate::args::Cli;
use crate::{open, output, status};
use ambit_catalog::builtin;
use ambit_catalog::organization::OrganizationFile;
use ambit_catalog::position::At;
use ambit_catalog::table::{Expectation, TableFile, parse_table};
use ambit_engine::{AnswerOptions, EntityRef, Question, View};
use ambit_governance::file::proposals;
use ambit_governance::{Decided, Leniency, Refusals, decide};
use ambit_model::{Actor, Decision, ResourceRef, Timestamp};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// The instant of questions that name none: fixed, so that tables answer the same on every day.
const INSTANT: &str = "2026-06-15T12:00:00Z";

struct Table {
    name: String,
    source: String,
    catalogs: Option<PathBuf>,
}

/// Runs tables and prints every expectation that is not met.
pub fn run(cli: &Cli, wanted: &[String]) -> anyhow::Result<u8> {
    let mut failed = 0;
    let mut passed = 0;
    for table in tables(cli, wanted)? {
        let (ok, problems) = run_table(&table).with_context(|| table.name.clone())?;
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        output::line(format!("{}: {} of {} as expected, {verdict}", table.name, ok, ok + problems.len()))?;
        problems.iter().for_each(|problem| eprintln!("  {problem}"));
        passed += ok;
        failed += problems.len();
    }
    output::line(format!("{passed} passed, {failed} failed"))?;
    Ok(if failed == 0 { status::OK } else { status::DENIED })
}

fn tables(cli: &Cli, wanted: &[String]) -> anyhow::Result<Vec<Table>> {
    let embedded = |(product, source): &(&str, &str)| Table {
        name: format!("{product}.test.yaml"),
        source: (*source).to_owned(),
        catalogs: cli.catalogs.clone(),
    };
    if wanted.is_empty() {
        return Ok(builtin::TABLES.iter().map(embedded).collect());
    }
    wanted
        .iter()
        .map(|name| {
            if let Some(known) = builtin::TABLES.iter().find(|(product, _)| product == name) {
                return Ok(embedded(known));
            }
            let path = Path::new(name);
            let catalogs = cli.catalogs.clone().or_else(|| path.parent().map(Path::to_path_buf));
            Ok(Table { name: name.clone(), source: open::read(path)?, catalogs })
        })
        .collect()
}

fn run_table(table: &Table) -> anyhow::Result<(usize, Vec<String>)> {
    let file = parse_table(&table.name, &table.source)?;
    let time = instant(file.time.as_ref().map(|time| time.as_str()))?;
    let leniency = Leniency { vendor_only: true };
    let catalogs = table.catalogs.as_deref();
    let (view, _) =
        open::view_of(&file.organization, &table.name, &table.source, catalogs, false, leniency, time)?;
    let mut outcomes = Vec::new();
    for expected in &file.expect {
        let problem = mismatch(&view, expected, time)?;
        outcomes
            .push(problem.map(|problem| at(table, expected.mark.line, expected.about.as_deref(), &problem)));
    }
    outcomes.extend(refused(table, &file, &view, time)?);
    outcomes.extend(warned(table, &file, &view, time)?);
    let passed = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    Ok((passed, outcomes.into_iter().flatten().collect()))
}

fn at(table: &Table, line: u64, about: Option<&str>, problem: &str) -> String {
    let about = about.map(|about| format!(" ({about})")).unwrap_or_default();
    format!("{}:{line}: {problem}{about}", table.name)
}

fn instant(text: Option<&str>) -> anyhow::Result<Timestamp> {
    let text = text.unwrap_or(INSTANT);
    text.parse().with_context(|| format!("`{text}` is not an instant"))
}

fn mismatch(view: &View, expected: &Expectation, time: Timestamp) -> anyhow::Result<Option<String>> {
    let (kind, id) =
        expected.subject.split_once(':').with_context(|| format!("subject `{}`", expected.subject))?;
    let resource: ResourceRef = expected.resource.parse()?;
    let mut properties = expected.properties.clone();
    if let Some(parent) = &expected.parent {
        properties.insert("parent".into(), parent.clone().into());
    }
    let time = match &expected.time {
        Some(text) => instant(Some(text))?,
        None => time,
    };
    let question = Question {
        subject: EntityRef::new(kind, id),
        permission: &expected.permission,
        action: None,
        resource: EntityRef { kind: &resource.kind, id: &resource.id, properties: Some(&properties) },
        context: Some(&expected.context),
        time,
    };
    let decision = view.answer(&question, AnswerOptions::default());
    let limits = view.limits_of(&view.check(&question)).into_iter().map(|(id, _)| id.to_owned()).collect();
    Ok(difference(expected, &decision, limits))
}

fn difference(expected: &Expectation, decision: &Decision, limits: Vec<String>) -> Option<String> {
    let context = &decision.context;
    let question = format!("{} {} {}", expected.subject, expected.permission, expected.resource);
    let mut wrong = Vec::new();
    let mut compare = |what: &str, wanted: Option<String>, found: String| {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            wrong.push(format!("{what} is {found}, expected {wanted}"));
        }
    };
    compare("outcome", Some(expected.outcome.as_str().to_owned()), context.outcome.as_str().to_owned());
    compare("reason", expected.reason.clone(), context.reason.code().to_owned());
    compare("presentation", expected.presentation.clone(), presentation(decision));
    compare("limits", expected.limits.as_ref().map(|limits| limits.join(",")), limits.join(","));
    (!wrong.is_empty()).then(|| format!("{question}: {} — {}", wrong.join("; "), context.message))
}

fn presentation(decision: &Decision) -> String {
    let shown = &decision.context.presentation;
    match &shown.replacement {
        Some(by) => format!("replaced:{}", by.split_once('/').map_or(by.as_str(), |(_, bare)| bare)),
        None => shown.state.as_str().to_owned(),
    }
}

fn attempt(
    view: &View,
    file: &OrganizationFile,
    table: &Table,
    time: Timestamp,
) -> anyhow::Result<Result<Decided, Refusals>> {
    let products = open::products(table.catalogs.as_deref());
    let products: Vec<&str> = products.iter().map(String::as_str).collect();
    let lookup = |product: &str| open::catalog_source(table.catalogs.as_deref(), product).ok();
    let proposals = proposals(view, file, &products, &lookup, &table.name, &table.source)?;
    Ok(decide(view, proposals, &Actor::OPERATOR, time, Leniency::default()))
}

fn refused(
    table: &Table,
    file: &TableFile,
    view: &View,
    time: Timestamp,
) -> anyhow::Result<Vec<Option<String>>> {
    let mut outcomes = Vec::new();
    for expected in &file.refused {
        let mut wanted = expected.file.clone().unwrap_or_default();
        wanted
            .assignments
            .extend(expected.assignment.clone().map(|item| At { value: item, mark: expected.mark }));
        let problem = match attempt(view, &wanted, table, time)? {
            Ok(_) => Some(format!("accepted, expected to be refused with {}", expected.code)),
            Err(refusals) if refusals.0.iter().any(|refusal| refusal.code.as_str() == expected.code) => None,
            Err(refusals) => Some(format!("refused otherwise than with {}: {refusals}", expected.code)),
        };
        outcomes
            .push(problem.map(|problem| at(table, expected.mark.line, expected.about.as_deref(), &problem)));
    }
    Ok(outcomes)
}

fn warned(
    table: &Table,
    file: &TableFile,
    view: &View,
    time: Timestamp,
) -> anyhow::Result<Vec<Option<String>>> {
    let mut outcomes = Vec::new();
    for expected in &file.warned {
        let item = At { value: expected.assignment.clone(), mark: expected.mark };
        let wanted = OrganizationFile { assignments: vec![item], ..OrganizationFile::default() };
        let problem = match attempt(view, &wanted, table, time)? {
            Ok(decided) if decided.warnings.iter().any(|warning| warning.code == expected.advisory) => None,
            Ok(_) => Some(format!("accepted without the warning {}", expected.advisory)),
            Err(refusals) => Some(format!("refused, expected a warning: {refusals}")),
        };
        outcomes
            .push(problem.map(|problem| at(table, expected.mark.line, expected.about.as_deref(), &problem)));
    }
    Ok(outcomes)
}
