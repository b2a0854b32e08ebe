//! `ambit user`: who there is, and what one person holds.

use crate::args::{Cli, UserAction, UserArgs};
use crate::open::Asked;
use crate::{open, output, status};
use ambit_engine::holdings::Holdings;
use ambit_model::SubjectKind;
use anyhow::bail;

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
    }
    Ok(status::OK)
}

/// Every role of a user, direct, through groups, or as a baseline, and why it is not in force if it is not.
fn held(asked: &Asked, id: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let view = &asked.view;
    let Some(user) = view.subject_named(SubjectKind::User, id) else {
        let ids: Vec<String> =
            view.subjects(SubjectKind::User).map(|index| view.subject_ref(index).id).collect();
        bail!("there is no user `{id}`{}", ambit_model::suggest::hint(id, ids.iter().map(String::as_str)))
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
