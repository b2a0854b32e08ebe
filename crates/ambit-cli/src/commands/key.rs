//! `ambit key`: API keys, by the operator.

use crate::args::{Cli, Format, KeyAction, KeyArgs, KeyKindArg};
use crate::open::OrgLedger;
use crate::{open, output, status};
use ambit_engine::View;
use ambit_governance::{Decided, Leniency, Proposal, Refusals, decide};
use ambit_log::{Accepted, WriteError, WriteOptions};
use ambit_model::{
    Actor, ApiKey, Assignment, Change, KeyKind, OrgId, ResourceRef, RoleRef, SubjectKind, SubjectRef,
};
use ambit_server::secret::Secret;
use anyhow::{Context, bail};
use serde_json::{Value as Json, json};

/// Does what is asked.
pub fn run(cli: &Cli, args: &KeyArgs) -> anyhow::Result<u8> {
    let ledger = open::ledger(&cli.data, false)?;
    let status = match &args.action {
        KeyAction::Create { id, org, kind, origin, expires, admin, format } => {
            let org = open::organization(&ledger, org.as_deref())?;
            let key = ApiKey {
                id: id.clone(),
                title: None,
                kind: kind_of(*kind),
                origins: origin.clone(),
                expires: *expires,
                revoked: false,
                secret_hash: None,
                prefix: None,
                issued_by: None,
                previous: None,
            };
            match create(&ledger, &org, key, *admin)? {
                Ok(secret) => {
                    print_secret(*format, id, &secret)?;
                    status::OK
                }
                Err(refusals) => refuse(&refusals),
            }
        }
        KeyAction::List { org, format } => {
            let org = open::organization(&ledger, org.as_deref())?;
            list(&ledger, &org, *format)?;
            status::OK
        }
        KeyAction::Revoke { id, org } => {
            let org = open::organization(&ledger, org.as_deref())?;
            revoke(&ledger, &org, id)?
        }
    };
    ledger.close();
    Ok(status)
}

fn kind_of(kind: KeyKindArg) -> KeyKind {
    match kind {
        KeyKindArg::Secret => KeyKind::Secret,
        KeyKindArg::Public => KeyKind::Public,
    }
}

fn refuse(refusals: &Refusals) -> u8 {
    eprintln!("{refusals}");
    status::DENIED
}

/// Creates a key and answers its secret.
///
/// # Errors
/// If the write fails; the inner result is the refusal.
pub fn create(
    ledger: &OrgLedger,
    org: &OrgId,
    mut key: ApiKey,
    admin: bool,
) -> anyhow::Result<Result<String, Refusals>> {
    let view = ledger.view(org).with_context(|| format!("there is no organization `{org}`"))?;
    if view.subject_named(SubjectKind::ApiKey, &key.id).is_some() {
        bail!("there is an API key `{}` already", key.id);
    }
    let secret = Secret::make(key.kind)?;
    key.secret_hash = Some(secret.hash());
    key.prefix = Some(secret.prefix());
    let mut changes = vec![Change::ApiKeySet(key.clone())];
    if admin {
        changes.push(Change::AssignmentSet(super_admin(&key.id, org)));
    }
    Ok(change(ledger, org, changes)?.map(|_| secret.reveal().to_owned()))
}

fn super_admin(key: &str, org: &OrgId) -> Assignment {
    Assignment {
        subject: SubjectRef::api_key(key),
        role: RoleRef { product: "admin-center".into(), role: "super_admin".into() },
        scope: ResourceRef::new("organization", org.as_str()),
        approver: None,
        starts: None,
        expires: None,
        parameters: ambit_model::Properties::new(),
    }
}

fn change(ledger: &OrgLedger, org: &OrgId, changes: Vec<Change>) -> anyhow::Result<Result<u64, Refusals>> {
    let written = ledger.write(org, Actor::OPERATOR, WriteOptions::default(), move |view: &View, now| {
        let proposals = changes.iter().cloned().map(Proposal::from).collect();
        let Decided { changes, .. } = decide(view, proposals, &Actor::OPERATOR, now, Leniency::default())?;
        Ok(Accepted { changes, answer: Json::Null })
    });
    match written {
        Ok(receipt) => Ok(Ok(receipt.revision)),
        Err(WriteError::Refused(refusals)) => Ok(Err(refusals)),
        Err(WriteError::Failed(failure)) => Err(failure.into()),
    }
}

fn print_secret(format: Format, id: &str, secret: &str) -> anyhow::Result<()> {
    match format {
        Format::Json => output::json(&json!({ "id": id, "secret": secret })),
        Format::Csv => output::rows(format, &["id", "secret"], &[vec![id.to_owned(), secret.to_owned()]]),
        Format::Table => {
            eprintln!("the secret of api_key:{id}, shown only now:");
            output::line(secret)
        }
    }
}

fn list(ledger: &OrgLedger, org: &OrgId, format: Format) -> anyhow::Result<()> {
    let view = ledger.view(org).with_context(|| format!("there is no organization `{org}`"))?;
    let keys = view.subjects(SubjectKind::ApiKey).filter_map(|index| view.api_key(index));
    let row = |key: &ApiKey| {
        vec![
            key.id.clone(),
            format!("{:?}", key.kind).to_lowercase(),
            key.prefix.clone().map(|prefix| format!("{prefix}…")).unwrap_or_default(),
            key.origins.join(" "),
            key.expires.map(|expires| expires.to_string()).unwrap_or_default(),
            if key.revoked { "revoked".into() } else { "active".into() },
        ]
    };
    let rows: Vec<Vec<String>> = keys.map(row).collect();
    output::rows(format, &["id", "kind", "begins with", "origins", "expires", "state"], &rows)
}

fn revoke(ledger: &OrgLedger, org: &OrgId, id: &str) -> anyhow::Result<u8> {
    let view = ledger.view(org).with_context(|| format!("there is no organization `{org}`"))?;
    let known = view.subject_named(SubjectKind::ApiKey, id).and_then(|index| view.api_key(index));
    let Some(key) = known else { bail!("there is no API key `{id}`") };
    match change(ledger, org, vec![Change::ApiKeySet(ApiKey { revoked: true, ..key.clone() })])? {
        Ok(revision) => {
            output::line(format!("api_key:{id} is refused from revision {revision} on"))?;
            Ok(status::OK)
        }
        Err(refusals) => Ok(refuse(&refusals)),
    }
}
