//! `ambit check` and `ambit explain`: one question.

use crate::args::{CheckArgs, Cli, Format};
use crate::{open, output, status};
use ambit_engine::{AnswerOptions, EntityRef, Question};
use ambit_model::explanation::{ExplainedGrant, Explanation};
use ambit_model::{Decision, Outcome, Properties};
use anyhow::Context;
use serde_json::Value as Json;

/// Asks the question and prints the decision.
pub fn run(cli: &Cli, args: &CheckArgs, explain: bool) -> anyhow::Result<u8> {
    let asked = open::asked(cli, &args.at)?;
    let (kind, id) = args.subject.split_once(':').with_context(|| {
        format!("`{}` is not a subject: write user:id, group:id or api_key:id", args.subject)
    })?;
    let properties = sent_properties(args);
    let question = Question {
        subject: EntityRef { kind, id, properties: args.subject_properties.as_ref() },
        permission: &args.permission,
        action: args.action_properties.as_ref(),
        resource: EntityRef {
            kind: &args.resource.kind,
            id: &args.resource.id,
            properties: (!properties.is_empty()).then_some(&properties),
        },
        context: args.context.as_ref(),
        time: asked.time,
    };
    let decision = asked.view.answer(&question, AnswerOptions { explain, asker: args.asker.as_ref() });
    print(&decision, args)?;
    Ok(exit_status(decision.context.outcome))
}

fn sent_properties(args: &CheckArgs) -> Properties {
    let mut properties = args.properties.clone().unwrap_or_default();
    if let Some(parent) = &args.parent {
        properties.insert("parent".into(), Json::String(parent.to_string()));
    }
    properties
}

fn exit_status(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allow => status::OK,
        Outcome::Deny => status::DENIED,
        Outcome::NeedsApproval => status::NEEDS_APPROVAL,
    }
}

fn print(decision: &Decision, args: &CheckArgs) -> anyhow::Result<()> {
    let context = &decision.context;
    match args.at.format {
        Format::Json => output::json(decision),
        Format::Csv => {
            let row = vec![
                args.subject.clone(),
                args.permission.clone(),
                args.resource.to_string(),
                context.outcome.as_str().to_owned(),
                context.reason.code().to_owned(),
                context.presentation.state.as_str().to_owned(),
                context.revision.to_string(),
            ];
            let header =
                ["subject", "permission", "resource", "outcome", "reason", "presentation", "revision"];
            output::rows(Format::Csv, &header, &[row])
        }
        Format::Table => print_for_people(decision),
    }
}

fn print_for_people(decision: &Decision) -> anyhow::Result<()> {
    let context = &decision.context;
    output::line(format!("{}: {} [{}]", context.outcome.as_str(), context.message, context.reason.code()))?;
    let shown = &context.presentation;
    let replacement = shown.replacement.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    output::line(format!("  the screen shows: {}{replacement}", shown.state.as_str()))?;
    for also in &shown.also {
        output::line(format!("  {}: {}", also.control, also.state.as_str()))?;
    }
    for limit in &context.limits {
        output::line(format!("  but: {limit}"))?;
    }
    if let Some(request) = &context.access_request {
        let names: Vec<String> = request.approvers.iter().map(ToString::to_string).collect();
        output::line(format!(
            "  to be approved by: {}",
            if names.is_empty() { "nobody yet".into() } else { names.join(", ") }
        ))?;
    }
    if let Some(explanation) = &context.explanation {
        print_explanation(explanation)?;
    }
    output::line(format!("  revision: {}", context.revision))
}

fn print_explanation(explanation: &Explanation) -> anyhow::Result<()> {
    if let Some(path) = &explanation.path {
        output::line(format!("  path: {} at {}", path.steps.join(" → "), path.scope))?;
    }
    if let Some(grant) = &explanation.grant {
        print_grant(grant)?;
    }
    for one in &explanation.considered {
        let detail = one.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let reason = one.reason.code();
        output::line(format!("  considered: {} at {} ({reason}){detail}", one.role, one.scope))?;
    }
    for one in explanation.roles_that_grant.iter().flatten() {
        output::line(format!("  would grant it: {} at {}", one.role, one.scope))?;
    }
    Ok(())
}

fn print_grant(grant: &ExplainedGrant) -> anyhow::Result<()> {
    if let (Some(when), Some(value), Some(values)) = (&grant.when, &grant.value, &grant.values) {
        let (value, values) = (serde_json::to_string(value)?, serde_json::to_string(values)?);
        output::line(format!("  condition: {when} is {value}, with {values}"))?;
    }
    for (term, text) in [
        ("implied_by", grant.implied_by.clone()),
        ("related", listed(&grant.related)),
        ("requires", listed(&grant.requires)),
        ("within", grant.within.as_ref().map(ToString::to_string)),
        ("reach", grant.reach.clone()),
    ] {
        if let Some(text) = text {
            output::line(format!("  {term}: {text}"))?;
        }
    }
    Ok(())
}

fn listed(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}
