//! Counters for operators, in Prometheus' text format. Fixed in number from the start: routes × statuses, and nothing
//! that a caller could make grow. Counting is an atomic addition, without a look-up by name.

use crate::routes::ROUTES;
use ambit_model::Outcome;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The statuses that are told apart; all others are counted as the last.
const STATUSES: [u16; 24] = [
    200, 201, 204, 302, 304, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 415, 422, 429, 431, 500, 501,
    503, 504, 0,
];
/// Upper bounds of the latency buckets, in microseconds.
const BUCKETS_US: [u64; 12] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000, 5_000_000];

/// All counters of a server.
#[derive(Debug)]
pub struct Metrics {
    routes: HashMap<&'static str, RouteMetrics>,
    unmatched: RouteMetrics,
    outcomes: [AtomicU64; 3],
    failed_authentications: AtomicU64,
    sign_ins: [AtomicU64; 3],
    panics: AtomicU64,
}

/// What becomes of an attempt to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Somebody is in.
    Ok,
    /// Somebody is not.
    Failed,
    /// Somebody has to wait.
    Throttled,
}

/// The counters of one route.
#[derive(Debug, Default)]
pub struct RouteMetrics {
    statuses: [AtomicU64; STATUSES.len()],
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

impl RouteMetrics {
    fn record(&self, status: u16, took: Duration) {
        let status = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        self.statuses[status].fetch_add(1, Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = BUCKETS_US.iter().position(|bound| micros <= *bound) {
            self.buckets[bucket].fetch_add(1, Relaxed);
        }
        self.count.fetch_add(1, Relaxed);
        self.sum_us.fetch_add(micros, Relaxed);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            routes: ROUTES.iter().map(|route| (route.path, RouteMetrics::default())).collect(),
            unmatched: RouteMetrics::default(),
            outcomes: Default::default(),
            failed_authentications: AtomicU64::new(0),
            sign_ins: Default::default(),
            panics: AtomicU64::new(0),
        }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn answered(&self, route: Option<&str>, status: u16, took: Duration) {
        let route = route.and_then(|route| self.routes.get(route)).unwrap_or(&self.unmatched);
        route.record(status, took);
    }

    /// Counts a decision.
    pub fn decided(&self, outcome: Outcome) {
        self.outcomes[outcome as usize].fetch_add(1, Relaxed);
    }

    /// Counts a request without a valid key.
    pub fn authentication_failed(&self) {
        self.failed_authentications.fetch_add(1, Relaxed);
    }

    /// Counts an attempt to sign in.
    pub fn sign_in(&self, outcome: SignInOutcome) {
        self.sign_ins[outcome as usize].fetch_add(1, Relaxed);
    }

    /// Counts a handler that panicked.
    pub fn panicked(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    /// The text, with more lines from the caller at its end.
    #[must_use]
    pub fn render(&self, more: &str) -> String {
        let mut text = String::with_capacity(16 << 10);
        let mut routes: Vec<(&str, &RouteMetrics)> =
            self.routes.iter().map(|(path, route)| (*path, route)).collect();
        routes.push(("unmatched", &self.unmatched));
        routes.retain(|(_, route)| route.count.load(Relaxed) > 0);
        routes.sort_unstable_by_key(|(path, _)| *path);
        render_requests(&mut text, &routes);
        render_latency(&mut text, &routes);
        head(&mut text, "ambit_decisions_total", "counter", "Decisions by outcome.");
        for outcome in [Outcome::Allow, Outcome::Deny, Outcome::NeedsApproval] {
            let count = self.outcomes[outcome as usize].load(Relaxed);
            line(&mut text, "ambit_decisions_total", &format!("outcome=\"{}\"", outcome.as_str()), count);
        }
        head(&mut text, "ambit_sign_ins_total", "counter", "Attempts of people to sign in, by outcome.");
        for (outcome, count) in ["ok", "failed", "throttled"].iter().zip(&self.sign_ins) {
            line(&mut text, "ambit_sign_ins_total", &format!("outcome=\"{outcome}\""), count.load(Relaxed));
        }
        let failed = &self.failed_authentications;
        for (name, help, counter) in [
            ("ambit_authentication_failures_total", "Requests without a valid key.", failed),
            ("ambit_panics_total", "Handlers that panicked.", &self.panics),
        ] {
            head(&mut text, name, "counter", help);
            line(&mut text, name, "", counter.load(Relaxed));
        }
        text.push_str(more);
        text
    }
}

fn render_requests(text: &mut String, routes: &[(&str, &RouteMetrics)]) {
    head(text, "ambit_requests_total", "counter", "Requests by route and status.");
    for (path, route) in routes {
        for (status, count) in STATUSES.iter().zip(&route.statuses) {
            let count = count.load(Relaxed);
            if count > 0 {
                let labels = format!("route=\"{path}\",status=\"{status}\"");
                line(text, "ambit_requests_total", &labels, count);
            }
        }
    }
}

fn render_latency(text: &mut String, routes: &[(&str, &RouteMetrics)]) {
    const NAME: &str = "ambit_request_duration_seconds";
    head(text, NAME, "histogram", "Time from the request's headers to its answer.");
    for (path, route) in routes {
        let mut below = 0;
        for (bound, count) in BUCKETS_US.iter().zip(&route.buckets) {
            below += count.load(Relaxed);
            let labels = format!("route=\"{path}\",le=\"{}\"", seconds(*bound));
            line(text, &format!("{NAME}_bucket"), &labels, below);
        }
        let count = route.count.load(Relaxed);
        line(text, &format!("{NAME}_bucket"), &format!("route=\"{path}\",le=\"+Inf\""), count);
        let _ = writeln!(text, "{NAME}_sum{{route=\"{path}\"}} {}", seconds(route.sum_us.load(Relaxed)));
        line(text, &format!("{NAME}_count"), &format!("route=\"{path}\""), count);
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

/// The two lines before a metric.
pub fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// One sample.
pub fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = match labels {
        "" => writeln!(text, "{name} {value}"),
        labels => writeln!(text, "{name}{{{labels}}} {value}"),
    };
}

/// A label's value as the format wants it.
#[must_use]
pub fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
