//! `ambit user`: who there is, what one person holds, and ways in that only the operator can open.

use crate::args::{Cli, UserAction, UserArgs};
use crate::open::Asked;
use crate::{open, output, status};
use ambit_engine::View;
use ambit_engine::holdings::Holdings;
use ambit_identity::rules::{self, Breached};
use ambit_identity::{Account, Vault};
use ambit_log::{Accepted, WriteOptions};
use ambit_model::{Actor, Change, Note, SubjectKind, Timestamp};
use ambit_server::signin::setup;
use anyhow::{Context, bail};
use serde_json::Value as Json;
use std::io::BufRead;
use std::path::Path;

/// Does what is asked.
pub fn run(cli: &Cli, args: &UserArgs) -> anyhow::Result<u8> {
    match &args.action {
        UserAction::List { at } => {
            let asked = open::asked(cli, at)?;
            let users = asked.view.subjects(SubjectKind::User).filter_map(|index| asked.view.user(index));
            let row = |user: ambit_model::User| {
                let status = format!("{:?}", user.status).to_lowercase();
                vec![user.id, user.name.unwrap_or_default(), user.email.unwrap_or_default(), status]
            };
            let rows: Vec<Vec<String>> = users.map(row).collect();
            output::rows(at.format, &["id", "name", "email", "status"], &rows)?;
        }
        UserAction::Show { id, at } => {
            let asked = open::asked(cli, at)?;
            let rows = held(&asked, id)?;
            output::rows(at.format, &["role", "scope", "through", "state"], &rows)?;
        }
        UserAction::SetupLink { org, base_url } => setup_link(cli, org.as_deref(), base_url)?,
        UserAction::Password { id, org, breached_passwords } => {
            password(cli, org.as_deref(), id, breached_passwords.as_deref())?;
        }
    }
    Ok(status::OK)
}

fn setup_link(cli: &Cli, org: Option<&str>, base_url: &str) -> anyhow::Result<()> {
    let ledger = open::ledger(&cli.data, false)?;
    let org = open::organization(&ledger, org)?;
    let view = open::view_at(&ledger, &org, None)?;
    if !setup::is_possible(&view) {
        bail!("`{org}` has no Admin Center: enable the product `admin-center`");
    }
    let vault = Vault::open(&cli.data)?;
    output::line(setup::link(&vault, base_url, &org, open::now())?)
}

/// The password is never an argument, which others on the machine could read.
fn password(cli: &Cli, org: Option<&str>, id: &str, breached: Option<&Path>) -> anyhow::Result<()> {
    let ledger = open::ledger(&cli.data, false)?;
    let org = open::organization(&ledger, org)?;
    let view = open::view_at(&ledger, &org, None)?;
    let user = view.subject_named(SubjectKind::User, id).and_then(|user| view.user(user));
    let Some(user) = user else { bail!("there is no user `{id}`{}", near(&view, id)) };
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("cannot read standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    let breached = breached.map(Breached::read).transpose().context("cannot read the breached passwords")?;
    rules::check(password, user.email.as_deref(), breached.as_ref())?;
    let phc = ambit_identity::password::hash_now(password)?;
    let vault = Vault::open(&cli.data)?;
    let note = Change::Noted(Note::PasswordSet { user: user.id.clone() });
    let accept = move |_: &View, _: Timestamp| {
        Ok::<_, std::convert::Infallible>(Accepted { changes: vec![note.clone()], answer: Json::Null })
    };
    ledger.write(&org, Actor::OPERATOR, WriteOptions::default(), accept)?;
    let account = Account::new(&org, user.id);
    vault.set_password(&account, &phc, open::now())?;
    vault.end_sessions(&account, None)?;
    ledger.close();
    output::line(format!("`{id}` has a new password"))
}

fn near(view: &View, id: &str) -> String {
    let ids: Vec<String> = view.subjects(SubjectKind::User).map(|index| view.subject_ref(index).id).collect();
    ambit_model::suggest::hint(id, ids.iter().map(String::as_str))
}

/// Every role of a user, direct, through groups, or as a baseline, and why it is not in force if it is not.
fn held(asked: &Asked, id: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let view = &asked.view;
    let Some(user) = view.subject_named(SubjectKind::User, id) else {
        bail!("there is no user `{id}`{}", near(view, id))
    };
    let mut rows = Vec::new();
    for (product, _) in view.registry().enabled() {
        let holdings = Holdings::gather(view, user, product, asked.time);
        for holding in holdings.iter() {
            let through = match holding.held {
                None => "baseline".to_owned(),
                Some(_) if holding.holder == user => "directly".to_owned(),
                Some(_) => view.subject_ref(holding.holder).to_string(),
            };
            let state = match holdings.inactive(holding) {
                None => "in force".to_owned(),
                Some(reason) => holdings.inactive_detail(holding).unwrap_or_else(|| reason.code().to_owned()),
            };
            let (role, scope) = (view.role_ref(holding.role), view.node_ref(holding.scope));
            rows.push(vec![role.to_string(), scope.to_string(), through, state]);
        }
    }
    Ok(rows)
}
