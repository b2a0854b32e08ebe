//! `ambit log`: verify and show.

use crate::args::{Cli, Format, LogAction, LogArgs};
use crate::open::OrgLedger;
use crate::{open, output, status};
use ambit_governance::plan::describe_signed;
use ambit_log::{Anchor, Digest, Recorded};
use ambit_model::OrgId;
use anyhow::Context;

/// Does what is asked.
pub fn run(cli: &Cli, args: &LogArgs) -> anyhow::Result<u8> {
    let ledger = open::ledger(&cli.data, false)?;
    match &args.action {
        LogAction::Verify { org, anchor } => verify(&ledger, org.as_deref(), anchor),
        LogAction::Show { org, from, limit, format } => {
            let org = open::organization(&ledger, org.as_deref())?;
            show(&ledger, &org, *from, limit.unwrap_or(usize::MAX), *format)?;
            Ok(status::OK)
        }
        LogAction::Head { org } => {
            let org = open::organization(&ledger, org.as_deref())?;
            let head = ledger.head(&org).with_context(|| format!("there is no organization `{org}`"))?;
            output::line(format!("{}:{}", head.revision, head.hash))?;
            Ok(status::OK)
        }
    }
}

fn verify(ledger: &OrgLedger, named: Option<&str>, anchors: &[String]) -> anyhow::Result<u8> {
    let organizations = match named {
        Some(_) => vec![open::organization(ledger, named)?],
        None => ledger.organizations(),
    };
    let anchors: Vec<Anchor> = anchors.iter().map(|text| anchor(text)).collect::<anyhow::Result<_>>()?;
    let mut broken = false;
    for org in organizations {
        let progress = output::working("following the chain");
        let verified = ledger.verify(&org, &anchors);
        progress.finish_and_clear();
        match verified {
            Ok(head) => {
                output::line(format!("{org}: {} entries, chain intact, head {}", head.revision, head.hash))?
            }
            Err(error) => {
                broken = true;
                eprintln!("error: {org}: {error}");
            }
        }
    }
    Ok(if broken { status::DENIED } else { status::OK })
}

fn anchor(text: &str) -> anyhow::Result<Anchor> {
    let refuse = || format!("`{text}` is not an anchor: write REVISION:HASH, as `ambit log head` prints it");
    let (revision, hash) = text.split_once(':').with_context(refuse)?;
    let revision = revision.parse().with_context(refuse)?;
    let hash: Digest = hash.parse().map_err(|_| anyhow::anyhow!(refuse()))?;
    Ok(Anchor { revision, hash })
}

fn show(ledger: &OrgLedger, org: &OrgId, from: u64, limit: usize, format: Format) -> anyhow::Result<()> {
    const PAGE: usize = 500;
    let mut rows = Vec::new();
    let mut next = from.max(1);
    let mut left = limit;
    loop {
        let page = ledger.entries(org, next, PAGE.min(left))?;
        let Some(last) = page.last() else { break };
        next = last.entry.revision + 1;
        left -= page.len().min(left);
        match format {
            Format::Json => page.iter().try_for_each(json_line)?,
            _ => rows.extend(page.iter().map(row)),
        }
        if left == 0 {
            break;
        }
    }
    match format {
        Format::Json => Ok(()),
        _ => output::rows(format, &["revision", "time", "actor", "changes", "hash"], &rows),
    }
}

/// One entry a line: a log may be longer than memory.
fn json_line(recorded: &Recorded) -> anyhow::Result<()> {
    let mut entry = serde_json::to_value(&recorded.entry)?;
    entry["hash"] = recorded.hash.to_string().into();
    output::line(entry)
}

fn row(recorded: &Recorded) -> Vec<String> {
    const SHOWN: usize = 3;
    let entry = &recorded.entry;
    let mut changes: Vec<String> = entry.changes.iter().take(SHOWN).map(describe_signed).collect();
    if entry.changes.len() > SHOWN {
        changes.push(format!("and {} more", entry.changes.len() - SHOWN));
    }
    vec![
        entry.revision.to_string(),
        entry.time.to_string(),
        entry.actor.to_string(),
        changes.join("\n"),
        recorded.hash.to_string().chars().take(12).collect(),
    ]
}
