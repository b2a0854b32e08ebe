//! Other engines on the same questions, their answers compared with the reference.
//!
//! What the application does for them is done beforehand and not counted, except where a request needs it: Cedar's
//! entities of users are made only for the users who are asked about, which spares it memory and flatters it.

mod casbin;
mod cedar;

use crate::checks::{Asked, ambit_allows};
use crate::report::{Report, Row};
use crate::rounds::{Contestant, Sample, interleave};
use crate::workload::{Query, Workload};
use ambit_engine::View;
use anyhow::Result;
use std::time::Duration;

/// How many questions Cedar answers in a round, and casbin.
const CEDAR_QUESTIONS: usize = 4_000;
const CASBIN_QUESTIONS: usize = 20;
const ROUNDS: usize = 7;

/// Compares Ambit with every other engine.
///
/// # Errors
/// If an engine refuses its data or a question.
pub fn measure(report: &mut Report, workload: &Workload, view: &View, asked: &[Asked]) -> Result<()> {
    let many = &workload.queries[..CEDAR_QUESTIONS];
    let few = &workload.queries[..CASBIN_QUESTIONS];
    let flattened = cedar::Flattened::new(workload, many)?;
    let sliced = cedar::Sliced::new(workload, many)?;
    let casbin = casbin::Scopes::new(workload)?;
    assert_answers("Cedar, flattened", many, |at| flattened.allows(workload, &many[at]))?;
    assert_answers("Cedar, sliced", many, |at| sliced.allows(workload, &many[at]))?;
    assert_answers("casbin", few, |at| casbin.allows(workload, &few[at]))?;
    let asked_many = &asked[..];
    let count = |allowed: Result<bool>| u64::from(allowed.unwrap_or_default());
    let mut contestants: [Contestant<'_>; 4] = [
        Box::new(|| asked_many.iter().map(|asked| u64::from(ambit_allows(view, asked))).sum()),
        Box::new(|| many.iter().map(|query| count(flattened.allows(workload, query))).sum()),
        Box::new(|| many.iter().map(|query| count(sliced.allows(workload, query))).sum()),
        Box::new(|| few.iter().map(|query| count(casbin.allows(workload, query))).sum()),
    ];
    let times = interleave(&mut contestants, ROUNDS, Duration::from_secs(60));
    let lengths = [asked_many.len(), many.len(), many.len(), few.len()];
    let each: Vec<Vec<f64>> = times
        .iter()
        .zip(lengths)
        .map(|(rounds, length)| rounds.iter().map(|seconds| seconds / length as f64).collect())
        .collect();
    let peers = [
        ("cedar-policy 4.14.1, grants flattened onto users by the application", 25.0),
        ("cedar-policy 4.14.1, policy set sliced per request by the application", 100.0),
        ("casbin 2.20.0, scopes as domains, one call per ancestor", 5_000.0),
    ];
    for ((name, target), seconds) in peers.into_iter().zip(&each[1..]) {
        let ratio = Sample::ratios(seconds, &each[0]);
        let took = Sample::new(seconds.clone()).median();
        report.add(
            Row::new(
                format!("times as fast as {name}, size {}", workload.size.letter()),
                format!("≥ {target:.0} ×"),
            )
            .measured(format!(
                "{:.0} × ± {:.0} % ({:.2} µs)",
                ratio.median(),
                ratio.noise() * 100.0,
                took * 1e6
            ))
            .met(ratio.median() >= target),
        );
    }
    Ok(())
}

fn assert_answers(who: &str, queries: &[Query], allows: impl Fn(usize) -> Result<bool>) -> Result<()> {
    for (at, query) in queries.iter().enumerate() {
        assert_eq!(allows(at)?, query.allowed, "{who} answers question {at} differently");
    }
    Ok(())
}
