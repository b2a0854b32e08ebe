//! Measures Ambit in one run against its budgets of time and space (`docs/benchmarks.md`), always as ratios to something
//! simple that was measured in the same minute.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml -- [--quick] [--sizes S,M,L] [--date DATE] [--page FILE]`

mod checks;
mod durable;
mod http;
mod live;
mod loading;
mod memory;
mod page;
#[cfg(feature = "peers")]
mod peers;
mod random;
mod report;
mod rounds;
mod searches;
mod weighing;
mod workload;

use anyhow::{Result, bail};
use report::Report;
use std::path::{Path, PathBuf};
use std::process::Command;
use workload::{Size, Workload};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

const ALL: &str = "S,M,L";
const SEED: u64 = 1;
const QUERIES: usize = 100_000;

/// What the command line says.
struct Options {
    /// Only size S, a few seconds, nothing to be concluded from it.
    quick: bool,
    sizes: String,
    /// For the page; today, as the system's `date` says, if it is not given.
    date: Option<String>,
    /// Where the page is written; the documentation's, if all sizes are measured.
    page: Option<PathBuf>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { quick: false, sizes: ALL.to_owned(), date: None, page: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => (options.quick, options.sizes) = (true, "S".to_owned()),
                "--sizes" => options.sizes = arguments.next().unwrap_or_default(),
                "--date" => options.date = arguments.next(),
                "--page" => options.page = arguments.next().map(PathBuf::from),
                other => bail!("unknown argument `{other}`"),
            }
        }
        Ok(options)
    }

    fn page(&self) -> Option<PathBuf> {
        let documented = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
        self.page.clone().or_else(|| (self.sizes == ALL).then(documented))
    }

    fn date(&self) -> Result<String> {
        if let Some(date) = &self.date {
            return Ok(date.clone());
        }
        let output = Command::new("date").args(["-u", "+%F"]).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn sizes(&self) -> impl Iterator<Item = Size> {
        [Size::S, Size::M, Size::L]
            .into_iter()
            .filter(|size| self.sizes.split(',').any(|part| part == size.letter()))
    }
}

fn main() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut report = Report::default();
    for size in options.sizes() {
        measure(&mut report, size, &options)?;
    }
    if let Some(path) = options.page() {
        page::write(&path, &options.date()?, &report)?;
    }
    Ok(())
}

fn measure(report: &mut Report, size: Size, options: &Options) -> Result<()> {
    let quick = options.quick;
    let workload = Workload::generate(size, SEED, if quick { QUERIES / 10 } else { QUERIES });
    let view = weighing::load(report, &workload)?;
    let asked = checks::Asked::all(&workload);
    checks::measure(report, &workload, &view, &asked, if quick { 3 } else { 15 });
    searches::measure(report, &workload, &view);
    live::apply(report, &workload, &view, &asked)?;
    live::snapshot(report, &workload, &view, &asked)?;
    if quick || size == Size::M {
        durable::measure(report, &workload, quick)?;
        http::measure(report, &workload, &asked, if quick { 1 } else { 5 })?;
    }
    #[cfg(feature = "peers")]
    if size == Size::M {
        peers::measure(report, &workload, &view, &asked)?;
    }
    Ok(())
}
