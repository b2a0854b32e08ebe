//! `ambit apply`, `plan` and `import`: an organization as a file says, in one step, all or nothing.

use crate::args::{ApplyArgs, Cli, Format};
use crate::open::OrgLedger;
use crate::{open, output, status};
use ambit_catalog::Report;
use ambit_catalog::organization::{OrganizationFile, parse_organization};
use ambit_engine::View;
use ambit_governance::effects::{Effect, Effects, effects};
use ambit_governance::file::proposals;
use ambit_governance::{Decided, Leniency, Proposal, Refusals, decide, export, plan};
use ambit_log::{
    Accepted, Fingerprint, Idempotency, Ledger, LedgerOptions, ManualClock, MemoryStorage, SqliteStorage,
    WriteError, WriteOptions,
};
use ambit_model::{Actor, Change, OrgId, SubjectRef, Timestamp};
use ambit_server::secret::Secret;
use anyhow::bail;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// For how many subjects a preview tells what they gain and lose.
const SUBJECTS_SHOWN: usize = 50;

/// Why nothing is applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file is malformed.
    #[error("{0}")]
    Malformed(Box<Report>),
    /// A rule refuses it.
    #[error("{0}")]
    Refused(Box<Report>),
}

/// What to apply, and how.
#[derive(Clone)]
pub struct Job {
    file: Arc<OrganizationFile>,
    name: String,
    source: Arc<str>,
    actor: Actor,
    prune: bool,
    upgrade: bool,
    catalogs: Option<PathBuf>,
    /// A secret for each key of the file; used for those that have none yet.
    secrets: Arc<BTreeMap<String, Secret>>,
}

impl Job {
    /// Prepares the application of a file's text.
    ///
    /// # Errors
    /// If it is malformed, or there is no randomness for secrets.
    pub fn new(name: &str, source: &str, actor: Actor, catalogs: Option<PathBuf>) -> anyhow::Result<Self> {
        let file = parse_organization(name, source)?;
        let mut secrets = BTreeMap::new();
        for key in &file.api_keys {
            secrets.insert(key.id.value.clone(), Secret::make(key.kind)?);
        }
        Ok(Self {
            file: Arc::new(file),
            name: name.to_owned(),
            source: source.into(),
            actor,
            prune: false,
            upgrade: false,
            catalogs,
            secrets: Arc::new(secrets),
        })
    }

    /// The decision on a state.
    fn decide(&self, view: &View, now: Timestamp) -> Result<Decided, ApplyError> {
        let products = open::products(self.catalogs.as_deref());
        let products: Vec<&str> = products.iter().map(String::as_str).collect();
        let lookup = |product: &str| open::catalog_source(self.catalogs.as_deref(), product).ok();
        let mut wanted = proposals(view, &self.file, &products, &lookup, &self.name, &self.source)
            .map_err(ApplyError::Malformed)?;
        if self.upgrade {
            wanted.extend(self.upgrades(view));
        }
        for proposal in &mut wanted {
            self.give_secret(view, proposal);
        }
        if self.prune {
            let removals = export::prune(view, &wanted);
            wanted.extend(removals);
        }
        decide(view, wanted, &self.actor, now, Leniency::default()).map_err(|refusals| self.refused(refusals))
    }

    fn refused(&self, refusals: Refusals) -> ApplyError {
        ApplyError::Refused(Box::new(refusals.into_report(&self.name, &self.source)))
    }

    fn upgrades(&self, view: &View) -> Vec<Proposal> {
        let sources = view.registry().enabled().filter_map(|(_, product)| {
            let source = open::catalog_source(self.catalogs.as_deref(), &product.id).ok()?;
            Some(Proposal::from(Change::CatalogInstalled { product: product.id.clone(), source }))
        });
        sources.collect()
    }

    fn give_secret(&self, view: &View, proposal: &mut Proposal) {
        let Change::ApiKeySet(key) = &mut proposal.change else { return };
        let known = view.subject(&SubjectRef::api_key(&*key.id)).and_then(|index| view.api_key(index));
        let has_secret = known.is_some_and(|known| known.secret_hash.is_some());
        if let Some(secret) = self.secrets.get(&key.id).filter(|_| !has_secret) {
            key.secret_hash = Some(secret.hash());
            key.prefix = Some(secret.prefix());
        }
    }

    /// What to answer: the plan, the warnings, and which keys got their secret now. Never a secret.
    fn answer(view: &View, decided: &Decided) -> Json {
        let lines: Vec<String> =
            plan::lines(view, &decided.changes).iter().map(ToString::to_string).collect();
        let new_key = |change: &Change| match change {
            Change::ApiKeySet(key) => {
                let known =
                    view.subject(&SubjectRef::api_key(&*key.id)).and_then(|index| view.api_key(index));
                known.is_none_or(|known| known.secret_hash.is_none()).then(|| key.id.clone())
            }
            _ => None,
        };
        let keys: Vec<String> = decided.changes.iter().filter_map(new_key).collect();
        let warnings: Vec<Json> = decided
            .warnings
            .iter()
            .map(|warning| json!({ "code": warning.code, "message": warning.message }))
            .collect();
        json!({ "plan": lines, "warnings": warnings, "new_keys": keys })
    }

    /// The organization that it is about.
    ///
    /// # Errors
    /// If neither file nor arguments name it, or they differ.
    pub fn organization(&self, named: Option<&str>) -> anyhow::Result<OrgId> {
        let in_file = self.file.organization.as_ref().map(|name| name.value.as_str());
        match (in_file, named) {
            (Some(file), Some(named)) if file != named => {
                bail!("`{}` is about the organization `{file}`, not `{named}`", self.name)
            }
            (Some(name), _) | (None, Some(name)) => Ok(OrgId::new(name)?),
            (None, None) => bail!("`{}` does not name its `organization`: add it, or say --org", self.name),
        }
    }
}

/// `ambit apply`.
pub fn run(cli: &Cli, args: &ApplyArgs) -> anyhow::Result<u8> {
    let job = job(cli, args)?;
    let org = job.organization(args.org.as_deref())?;
    if args.dry_run {
        return dry_run(cli, args, &job, &org);
    }
    let ledger = open::ledger(&cli.data, true)?;
    let status = write(&ledger, &job, &org, args)?;
    ledger.close();
    Ok(status)
}

/// `ambit plan`.
pub fn plan(cli: &Cli, args: &ApplyArgs) -> anyhow::Result<u8> {
    let job = job(cli, args)?;
    let org = job.organization(args.org.as_deref())?;
    dry_run(cli, args, &job, &org)
}

/// `ambit import`.
pub fn import(cli: &Cli, args: &ApplyArgs) -> anyhow::Result<u8> {
    let job = job(cli, args)?;
    let org = job.organization(args.org.as_deref())?;
    if SqliteStorage::exists(&cli.data) && open::ledger(&cli.data, false)?.organizations().contains(&org) {
        bail!("the organization `{org}` exists already: use `ambit apply` to change it");
    }
    run(cli, args)
}

fn job(cli: &Cli, args: &ApplyArgs) -> anyhow::Result<Job> {
    let source = open::read(&args.file)?;
    let actor = match &args.actor {
        Some(subject) => Actor::Subject { subject: subject.clone(), impersonator: None },
        None => Actor::Operator { vendor: args.vendor },
    };
    let job = Job::new(&args.file.display().to_string(), &source, actor, cli.catalogs.clone())?;
    Ok(Job { prune: args.prune, upgrade: args.upgrade_catalogs, ..job })
}

/// The plan on the state as it is, or on an empty one.
fn dry_run(cli: &Cli, args: &ApplyArgs, job: &Job, org: &OrgId) -> anyhow::Result<u8> {
    let ledger = if SqliteStorage::exists(&cli.data) {
        open::ledger(&cli.data, false)?
    } else {
        let clock = ManualClock::new(args.time.unwrap_or_else(open::now));
        Ledger::open(Arc::new(MemoryStorage::new()), Arc::new(clock), LedgerOptions::default())?
    };
    let view = ledger.view(org).unwrap_or_default();
    match job.decide(&view, args.time.unwrap_or_else(open::now)) {
        Ok(decided) => {
            let mut answer = Job::answer(&view, &decided);
            let now = args.time.unwrap_or_else(open::now);
            let effects = effects(&view, &decided.next, &decided.changes, now, SUBJECTS_SHOWN);
            answer["effects"] = json!(effects);
            print(args.format, &answer, None, &BTreeMap::new(), true)?;
            if args.effects && args.format == Format::Table {
                print_effects(&effects)?;
            }
            Ok(status::OK)
        }
        Err(error) => refuse(&error),
    }
}

fn print_effects(effects: &Effects) -> anyhow::Result<()> {
    let line = |subject: &SubjectRef, sign: char, effect: &Effect| {
        let through = effect.through.as_ref().map(|role| format!(" (through {role})")).unwrap_or_default();
        let terms = if effect.conditional { ", under conditions" } else { "" };
        output::line(format!("{subject} {sign} {} at {}{terms}{through}", effect.permission, effect.scope))
    };
    for one in &effects.subjects {
        one.gains.iter().try_for_each(|effect| line(&one.subject, '+', effect))?;
        one.losses.iter().try_for_each(|effect| line(&one.subject, '-', effect))?;
    }
    let more = if effects.truncated { ", not all of them shown" } else { "" };
    let counts = effects.counts;
    output::line(format!(
        "{} gain or lose something: {} gains, {} losses{more}",
        counts.subjects, counts.gains, counts.losses
    ))
}

fn refuse(error: &ApplyError) -> anyhow::Result<u8> {
    eprintln!("{error}");
    Ok(match error {
        ApplyError::Malformed(_) => status::FAILED,
        ApplyError::Refused(_) => status::DENIED,
    })
}

fn write(ledger: &OrgLedger, job: &Job, org: &OrgId, args: &ApplyArgs) -> anyhow::Result<u8> {
    let fingerprint = Fingerprint::of(&[b"apply", job.source.as_bytes(), &[u8::from(job.prune)]]);
    let options = WriteOptions {
        request_id: None,
        idempotency: args.idempotency_key.clone().map(|key| Idempotency { key, fingerprint }),
        expected_revision: args.expect_revision,
    };
    let progress = output::working("deciding and writing");
    let written = submit(ledger, job, org, options, args.time);
    progress.finish_and_clear();
    match written {
        Ok((revision, answer, replayed)) => {
            let secrets = if replayed { BTreeMap::new() } else { new_secrets(job, &answer) };
            print(args.format, &answer, Some(revision), &secrets, false)?;
            Ok(status::OK)
        }
        Err(WriteError::Refused(error)) => refuse(&error),
        Err(WriteError::Failed(failure)) => Err(failure.into()),
    }
}

/// Writes a job and answers its revision, its answer, and whether that is an earlier one.
///
/// # Errors
/// The refusal, or what kept the write from becoming durable.
pub fn submit(
    ledger: &OrgLedger,
    job: &Job,
    org: &OrgId,
    options: WriteOptions,
    time: Option<Timestamp>,
) -> Result<(u64, Json, bool), WriteError<ApplyError>> {
    let decider = job.clone();
    let receipt = ledger.write(org, job.actor.clone(), options, move |view: &View, now| {
        let decided = decider.decide(view, time.unwrap_or(now))?;
        let answer = Job::answer(view, &decided);
        Ok(Accepted { changes: decided.changes, answer })
    })?;
    Ok((receipt.revision, receipt.answer, receipt.replayed))
}

/// The secrets of the keys that were made by this write.
#[must_use]
pub fn new_secrets(job: &Job, answer: &Json) -> BTreeMap<String, String> {
    let keys = answer["new_keys"].as_array().into_iter().flatten().filter_map(Json::as_str);
    keys.filter_map(|key| job.secrets.get(key).map(|secret| (key.to_owned(), secret.reveal().to_owned())))
        .collect()
}

fn print(
    format: Format,
    answer: &Json,
    revision: Option<u64>,
    secrets: &BTreeMap<String, String>,
    dry_run: bool,
) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(&json!({
            "plan": answer["plan"], "warnings": answer["warnings"], "revision": revision, "secrets": secrets,
            "dry_run": dry_run, "effects": answer["effects"],
        }));
    }
    let lines: Vec<&str> = answer["plan"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    if format == Format::Csv {
        let rows: Vec<Vec<String>> =
            lines.iter().map(|line| vec![line[..1].to_owned(), line[2..].to_owned()]).collect();
        return output::rows(format, &["sign", "change"], &rows);
    }
    for line in &lines {
        output::line(line)?;
    }
    for warning in answer["warnings"].as_array().into_iter().flatten() {
        output::warning(warning["message"].as_str().unwrap_or_default());
    }
    for (key, secret) in secrets {
        output::line(format!("secret of api_key:{key}, shown only now: {secret}"))?;
    }
    match (revision, lines.len()) {
        (None, 0) | (Some(_), 0) => output::line("nothing to change"),
        (None, changes) => output::line(format!("{changes} changes planned, nothing applied")),
        (Some(revision), changes) => {
            output::line(format!("{changes} changes applied at revision {revision}"))
        }
    }
}
