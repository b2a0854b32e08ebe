//! Checks in process, against the floor: looking up the three names of the question in hash maps.

use crate::loading::NAME;
use crate::memory;
use crate::report::{Report, Row};
use crate::rounds::{Contestant, Sample, interleave};
use crate::workload::Workload;
use ambit_engine::{EntityRef, Question, View};
use ambit_model::{Outcome, Timestamp};
use hashbrown::HashMap;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// A question as texts, the way a server receives it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The user's id.
    pub user: String,
    /// `product/permission`.
    pub permission: String,
    /// `product/type`.
    pub kind: String,
    /// The resource's id.
    pub node: String,
    /// The answer.
    pub allowed: bool,
}

impl Asked {
    /// The questions of a workload.
    pub fn all(workload: &Workload) -> Vec<Self> {
        let asked = |query: &crate::workload::Query| Self {
            user: workload.users[query.user as usize].clone(),
            permission: format!("{NAME}/{}", workload.permissions[usize::from(query.permission)]),
            kind: format!("{NAME}/{}", workload.type_of(query.node)),
            node: workload.nodes[query.node as usize].id.clone(),
            allowed: query.allowed,
        };
        workload.queries.iter().map(asked).collect()
    }

    /// The question as the engine takes it.
    #[inline]
    pub fn question(&self) -> Question<'_> {
        Question {
            subject: EntityRef::new("user", &self.user),
            permission: &self.permission,
            action: None,
            resource: EntityRef::new(&self.kind, &self.node),
            context: None,
            time: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Whether Ambit allows it.
#[inline]
pub fn ambit_allows(view: &View, asked: &Asked) -> bool {
    view.check(&asked.question()).outcome == Outcome::Allow
}

/// Three maps from names to numbers.
pub struct Floor<S> {
    users: HashMap<String, u32, S>,
    permissions: HashMap<String, u32, S>,
    nodes: HashMap<String, u32, S>,
}

impl<S: BuildHasher + Default> Floor<S> {
    /// The names of a workload.
    pub fn new(workload: &Workload) -> Self {
        let numbered = |names: &mut dyn Iterator<Item = String>| names.zip(0..).collect();
        Self {
            users: numbered(&mut workload.users.iter().cloned()),
            permissions: numbered(&mut workload.permissions.iter().map(|name| format!("{NAME}/{name}"))),
            nodes: numbered(&mut workload.nodes.iter().map(|node| node.id.clone())),
        }
    }

    /// Looks the three names up.
    #[inline]
    pub fn look_up(&self, asked: &Asked) -> u64 {
        let number = |found: Option<&u32>| u64::from(found.copied().unwrap_or_default());
        number(self.users.get(asked.user.as_str()))
            + number(self.permissions.get(asked.permission.as_str()))
            + number(self.nodes.get(asked.node.as_str()))
    }
}

/// The floor with a seeded hash.
pub type SeededFloor = Floor<foldhash::quality::RandomState>;
/// The floor with the quickest hash, which an attacker may steer.
pub type FxFloor = Floor<rustc_hash::FxBuildHasher>;

/// Compares checks with the floor, reads the clock around each, and counts allocations.
pub fn measure(report: &mut Report, workload: &Workload, view: &View, asked: &[Asked], rounds: usize) {
    assert_correct(view, asked);
    let (seeded, fx) = (SeededFloor::new(workload), FxFloor::new(workload));
    let mut contestants: [Contestant<'_>; 3] = [
        Box::new(|| asked.iter().map(|asked| seeded.look_up(asked)).sum()),
        Box::new(|| asked.iter().map(|asked| fx.look_up(asked)).sum()),
        Box::new(|| asked.iter().map(|asked| u64::from(ambit_allows(view, asked))).sum()),
    ];
    let times = interleave(&mut contestants, rounds, Duration::from_secs(20));
    let nanoseconds = |index: usize| Sample::new(times[index].clone()).median() * 1e9 / asked.len() as f64;
    let ratio = Sample::ratios(&times[2], &times[0]);
    let fx_ratio = Sample::ratios(&times[2], &times[1]);
    let size = workload.size.letter();
    report.add(
        Row::new(format!("check, size {size}: mean, against the floor (foldhash, seeded)"), "≤ 3 ×")
            .measured(format!(
                "{:.2} × ± {:.0} % ({:.0} ns : {:.0} ns)",
                ratio.median(),
                ratio.noise() * 100.0,
                nanoseconds(2),
                nanoseconds(0)
            ))
            .met(ratio.median() <= 3.0),
    );
    report.add(Row::new(format!("check, size {size}: mean, against the floor (FxHash)"), "").measured(
        format!("{:.2} × ± {:.0} % ({:.0} ns)", fx_ratio.median(), fx_ratio.noise() * 100.0, nanoseconds(1)),
    ));
    latency(report, view, asked, size);
}

fn assert_correct(view: &View, asked: &[Asked]) {
    let wrong = asked.iter().filter(|asked| ambit_allows(view, asked) != asked.allowed).count();
    assert_eq!(wrong, 0, "{wrong} of {} answers differ from the reference", asked.len());
}

fn latency(report: &mut Report, view: &View, asked: &[Asked], size: &str) {
    let mut taken = Vec::with_capacity(asked.len());
    memory::counting(true);
    let before = memory::asked();
    for asked in asked {
        let start = Instant::now();
        std::hint::black_box(ambit_allows(view, asked));
        taken.push(start.elapsed().as_secs_f64() * 1e9);
    }
    let allocations = memory::asked() - before;
    memory::counting(false);
    let sample = Sample::new(taken);
    let (middle, high) = (sample.median(), sample.quantile(0.99));
    report.add(
        Row::new(format!("check, size {size}: p50 and p99, the clock's reading included"), "p99 ≤ 2 µs")
            .measured(format!("{middle:.0} ns, {high:.0} ns"))
            .met(high <= 2_000.0),
    );
    report.add(
        Row::new(format!("check, size {size}: allocations per check"), "none")
            .measured(format!("{:.4}", allocations as f64 / asked.len() as f64))
            .met(allocations == 0),
    );
}
