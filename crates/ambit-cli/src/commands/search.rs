//! `ambit search`: who may, on what, what. All pages are printed.

use crate::args::{Cli, SearchArgs, SearchTarget};
use crate::{open, output, status};
use ambit_engine::{EntityRef, Page, Question};
use anyhow::Context;

const PAGE: usize = 1_000;

/// Searches and prints what is found.
pub fn run(cli: &Cli, args: &SearchArgs) -> anyhow::Result<u8> {
    let asked = open::asked(cli, &args.at)?;
    let view = &asked.view;
    let (header, found) = match &args.target {
        SearchTarget::Subjects { permission, resource, kind } => {
            let question = Question {
                subject: EntityRef::new(kind, ""),
                permission,
                action: None,
                resource: EntityRef::new(&resource.kind, &resource.id),
                context: args.context.as_ref(),
                time: asked.time,
            };
            let found = all(
                |from| view.search_subjects(&question, from, PAGE),
                |subject| view.subject_ref(subject).to_string(),
            );
            ("subject", found)
        }
        SearchTarget::Resources { subject, permission, kind } => {
            let (subject_kind, id) = split(subject)?;
            let question = Question {
                subject: EntityRef::new(subject_kind, id),
                permission,
                action: None,
                resource: EntityRef::new(kind, ""),
                context: args.context.as_ref(),
                time: asked.time,
            };
            let found = all(
                |from| view.search_resources(&question, from, PAGE),
                |node| view.node_ref(node).to_string(),
            );
            ("resource", found)
        }
        SearchTarget::Actions { subject, resource } => {
            let (kind, id) = split(subject)?;
            let question = Question {
                subject: EntityRef::new(kind, id),
                permission: "",
                action: None,
                resource: EntityRef::new(&resource.kind, &resource.id),
                context: args.context.as_ref(),
                time: asked.time,
            };
            let name = |permission: ambit_engine::PermissionIx| {
                view.registry().catalog(permission.product).permission_full(permission.id)
            };
            ("permission", all(|from| view.search_actions(&question, from, PAGE), name))
        }
    };
    let rows: Vec<Vec<String>> = found.into_iter().map(|name| vec![name]).collect();
    output::rows(args.at.format, &[header], &rows)?;
    Ok(status::OK)
}

fn split(subject: &str) -> anyhow::Result<(&str, &str)> {
    subject
        .split_once(':')
        .with_context(|| format!("`{subject}` is not a subject: write user:id, group:id or api_key:id"))
}

/// Every page, one after the other.
fn all<T>(page: impl Fn(u32) -> Page<T>, name: impl Fn(T) -> String) -> Vec<String> {
    let mut names = Vec::new();
    let mut from = Some(0);
    while let Some(start) = from {
        let found = page(start);
        names.extend(found.found.into_iter().map(&name));
        from = found.next;
    }
    names
}
