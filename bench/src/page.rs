//! The page of the documentation: machine, date, commands, the table, and why targets are missed.

use crate::report::Report;
use anyhow::Result;
use std::path::Path;

/// Writes the page.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, date: &str, report: &Report) -> Result<()> {
    let reasons = report.reasons();
    let missed = if reasons.is_empty() { "All targets are met.\n".to_owned() } else { reasons };
    let text = format!(
        "# Benchmarks\n\n\
         Measured on {date}, {}. `make bench` measures again and writes this page:\n\n\
         ```text\n$ cargo run --release --manifest-path bench/Cargo.toml -- --date {date}\n```\n\n\
         {}\n{}\n## Targets missed\n\n{missed}\n{}",
        machine(),
        HOW,
        report.table(),
        LEGEND
    );
    Ok(std::fs::write(path, text)?)
}

const HOW: &str = "\
Every figure that matters is a ratio to something simple that took turns with it in the same run, in short rounds; `±` is
half the distance between the quartiles of the rounds. Times alone say more about the machine and its neighbours. The
workload is a commerce company's tree, roles, users, groups and assignments (`bench/src/workload.rs`), with questions
whose answers a simple reference knows; every answer is compared.
";

const LEGEND: &str = "\
## What is what

- **floor**: looking up user, permission and resource by name in three hash maps, and nothing else. It is what any engine
  pays that is asked with names.
- **check**: `View::check` with all names as texts, one thread, users drawn evenly so that caches of recent users do not
  help. Size S is 1,000 users and 3,000 assignments, M 100,000 and 300,000, L a million and three million.
- **memory**: bytes that the allocator was asked for, while users and assignments were added one by one; names are what
  the ids themselves take.
- **one change to the live view**: clone, apply an entry with one assignment set or removed, publish, drop the old state,
  while another thread reads all the time.
- **Cedar, flattened**: one policy; each user's entity carries the scopes of each permission. **Sliced**: a policy for
  each grant, those of the user handed over with the request. **casbin**: the scope is the domain, one call for each
  ancestor; the application has flattened groups. Flattening is not counted.
- **HTTP**: Ambit's server and the constant handler in one process, one client thread, eight connections, every answer
  compared; size M.
- **durable write**: through the log into SQLite with `synchronous=FULL`, acknowledged when it is on disk.
";

/// Processor, number of its threads, memory and system.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    let kibibytes = field(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0u64);
    format!(
        "{threads} hardware threads ({}), {} GiB of memory, {} {}",
        field(&read("/proc/cpuinfo"), "model name"),
        kibibytes >> 20,
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
