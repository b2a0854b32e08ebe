//! `ambit check` and `ambit explain`: one question.

use crate::args::{CheckArgs, Cli, Format};
use crate::{open, output, status};
use ambit_engine::{AnswerOptions, EntityRef, Question};
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
    if let Some(approvers) =
        context.access_request.as_ref().and_then(|request| request["approvers"].as_array())
    {
        let names: Vec<&str> = approvers.iter().filter_map(Json::as_str).collect();
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

fn print_explanation(explanation: &Json) -> anyhow::Result<()> {
    if let Some(steps) = explanation["path"]["steps"].as_array() {
        let steps: Vec<&str> = steps.iter().filter_map(Json::as_str).collect();
        let scope = explanation["path"]["scope"].as_str().unwrap_or_default();
        output::line(format!("  path: {} at {scope}", steps.join(" → ")))?;
    }
    let grant = &explanation["grant"];
    if let Some(when) = grant["when"].as_str() {
        output::line(format!("  condition: {when} is {}, with {}", grant["value"], grant["values"]))?;
    }
    for key in ["implied_by", "related", "requires", "within", "reach"] {
        if !grant[key].is_null() {
            output::line(format!("  {key}: {}", grant[key]))?;
        }
    }
    for (label, list) in
        [("considered", &explanation["considered"]), ("would grant it", &explanation["roles_that_grant"])]
    {
        for item in list.as_array().into_iter().flatten() {
            let role = item["role"].as_str().unwrap_or_default();
            let scope = item["scope"].as_str().unwrap_or_default();
            let reason = item["reason"].as_str().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let detail = item["detail"].as_str().map(|detail| format!(": {detail}")).unwrap_or_default();
            output::line(format!("  {label}: {role} at {scope}{reason}{detail}"))?;
        }
    }
    Ok(())
}
