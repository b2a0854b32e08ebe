//! Every command in the documents is run, and what it prints is what the document says.
//!
//! The rules, for whoever writes a document:
//!
//! - A block fenced as `console` holds commands, each after `$ `; a line that ends with `\` or inside a quotation goes on
//!   in the next one, and so does a here-document. The lines that follow are what is printed, errors included. No lines: nothing is printed.
//! - `…` stands for anything: alone on a line for any number of lines, inside a line for any characters.
//! - An answer in JSON may be laid out over several lines; space outside texts is not compared.
//! - `# exit 1` after a command says that it ends with that status instead of 0.
//! - A block fenced as `yaml change.yaml` (any language, then a name) is written to that file where it stands.
//! - `$ make run` and `$ ambit serve …` start a server on a free port, which the address 127.0.0.1:8420 then means. It is
//!   stopped at the end of the document. The lines that follow must appear in what it prints.
//! - `text` blocks are not run.
//!
//! A document is run from top to bottom by one shell, in a folder of its own with copies of `demo/` and `catalogs/`.
//! Where there is no `curl`, a stand-in for it is used; `AMBIT_DOCS_STAND_IN=1` uses it anyhow. `AMBIT_DOCS_ONLY=log` runs
//! only the documents with this in their path.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "everything here is test code")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Where programs of the test itself are, in the folder of a document.
const PROGRAMS: &str = ".programs";
const AMBIT: &str = env!("CARGO_BIN_EXE_ambit");
/// The address that documents name.
const ADDRESS: &str = "127.0.0.1:8420";
/// A command that prints nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// Fewer commands than this mean that the reader of documents is broken.
const COMMANDS_MIN: usize = 60;

#[test]
fn every_command_in_the_documents_does_what_they_say() {
    let root = root();
    let has_curl = Command::new("curl").arg("--version").output().is_ok_and(|run| run.status.success());
    let stand_in = !has_curl || env::var_os("AMBIT_DOCS_STAND_IN").is_some();
    let only = env::var("AMBIT_DOCS_ONLY").ok();
    let documents: Vec<PathBuf> = documents(&root)
        .into_iter()
        .filter(|path| only.as_ref().is_none_or(|only| path.to_string_lossy().contains(only.as_str())))
        .collect();
    let reports: Vec<Report> = std::thread::scope(|scope| {
        let run = |path: &PathBuf| run(&root, path, stand_in);
        let running: Vec<_> = documents.iter().map(|path| scope.spawn(move || run(path))).collect();
        running.into_iter().map(|thread| thread.join().expect("a document's thread panicked")).collect()
    });
    let commands: usize = reports.iter().map(|report| report.commands).sum();
    println!("{commands} commands in {} documents", documents.len());
    let failures: Vec<&str> =
        reports.iter().flat_map(|report| &report.failures).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
    let enough = only.is_some() || commands >= COMMANDS_MIN;
    assert!(enough, "only {commands} commands found: is the reader of documents broken?");
}

#[test]
fn ellipses_stand_for_anything_and_nothing_else_does() {
    let agree = |expected: &str, actual: &str| {
        let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
        agrees(&lines(expected), &lines(actual))
    };
    assert!(agree("a\nb", "a\nb"));
    assert!(!agree("a", "a\nb"));
    assert!(!agree("", "a"));
    assert!(agree("a\n…\nd", "a\nb\nc\nd"));
    assert!(agree("a\n…", "a"));
    assert!(!agree("a\n…\nd", "a\nb\nc"));
    assert!(agree("head …: done", "head 3f: done"));
    assert!(!agree("head …: done", "head 3f: gone"));
    assert!(agree("{ \"a\": [1,\n  2], … }", "{\"a\":[1,2],\"b\":true}"));
    assert!(!agree("{ \"a\": \"x y\" }", "{\"a\":\"xy\"}"));
}

#[test]
fn every_file_that_the_documents_name_exists() {
    let root = root();
    let mut looked_at = 0;
    let mut missing = Vec::new();
    let roots = ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name));
    for document in documents(&root).into_iter().chain(roots) {
        let text = fs::read_to_string(&document).unwrap();
        let beside = document.parent().unwrap();
        let links = between(&text, "](", ")").into_iter().map(|link| (link, beside));
        let paths = between(&text, "`", "`").into_iter().map(|path| (path, root.as_path()));
        let named = paths.filter(|(path, _)| path.starts_with("crates/") || path.starts_with("scripts/"));
        for (name, from) in links.chain(named) {
            let path = name.split(['#', ' ']).next().unwrap_or_default();
            if path.is_empty() || path.contains(['<', '*', '…']) || path.starts_with("http") {
                continue;
            }
            looked_at += 1;
            // A file that has grown into a folder of the same name is the same room.
            let path = from.join(path);
            if !path.exists() && !path.with_extension("").is_dir() {
                missing.push(format!("{}: {name}", document.display()));
            }
        }
    }
    println!("{looked_at} files named");
    assert!(looked_at >= 60 && missing.is_empty(), "{looked_at} looked at; missing:\n{}", missing.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let root = root();
    let reasons = fs::read_to_string(root.join("docs/dependencies.md")).unwrap();
    // The packages of the console are looked at by its own tests.
    let (reasons, _) = reasons.split_once("\n## The console").unwrap();
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let manifests =
        crates.chain([root.join("bench"), root.join("fuzz")]).map(|folder| folder.join("Cargo.toml"));
    let (mut looked_at, mut without, mut used) = (0, Vec::new(), Vec::new());
    for manifest in manifests {
        let text = fs::read_to_string(&manifest).unwrap();
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]");
                continue;
            }
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if inside && !name.is_empty() && !name.starts_with('#') && !name.starts_with("ambit-") {
                looked_at += 1;
                used.push(format!("| `{name}` |"));
                if !reasons.contains(&format!("\n| `{name}` |")) {
                    without.push(format!("`{name}` of {}", manifest.display()));
                }
            }
        }
    }
    println!("{looked_at} dependencies");
    let given: Vec<&str> = reasons.lines().filter(|line| line.starts_with("| `")).collect();
    let known = |line: &&str| used.iter().any(|name| line.starts_with(name.as_str()));
    let gone: Vec<&str> = given.into_iter().filter(|line| !known(line)).collect();
    assert!(gone.is_empty(), "no longer used: {gone:?}");
    let why = "needs a line in docs/dependencies.md";
    assert!(looked_at >= 40 && without.is_empty(), "{looked_at} looked at; {}: {why}", without.join(", "));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What stands between two marks, on one line.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((inside, after)) = after.split_once(close) else { break };
            found.push(inside);
            rest = after;
        }
    }
    found
}

/// What became of a document.
#[derive(Default)]
struct Report {
    commands: usize,
    failures: Vec<String>,
}

/// `README.md`, and every document under `docs/`.
fn documents(root: &Path) -> Vec<PathBuf> {
    let mut found = vec![root.join("README.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading a document
// ---------------------------------------------------------------------------------------------------------------------

/// What a document tells to do.
#[derive(Debug)]
enum Step {
    /// Write a file.
    File { name: String, text: String },
    /// Run a command.
    Run { line: usize, command: String, status: i32, expected: Vec<String> },
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let Some(info) = line.trim_start().strip_prefix("```").map(str::trim) else { continue };
        let inside = lines.by_ref().take_while(|(_, line)| line.trim() != "```");
        let block: Vec<(usize, &str)> = inside
            .map(|(number, line)| (number + 1, line.get(indent..).unwrap_or(line.trim_start())))
            .collect();
        match info.split_once(' ') {
            _ if info == "console" => steps.extend(commands(&block)),
            Some((_, name)) => {
                let text = block.iter().map(|(_, line)| format!("{line}\n")).collect();
                steps.push(Step::File { name: name.trim().to_owned(), text });
            }
            None => {}
        }
    }
    steps
}

fn commands(block: &[(usize, &str)]) -> Vec<Step> {
    let mut found = Vec::new();
    let mut lines = block.iter().peekable();
    while let Some((number, line)) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else {
            panic!("line {number}: a console block begins with a command: {line}");
        };
        let mut command = first.to_owned();
        let ending = first.split_once("<<").map(|(_, word)| word.trim_matches(['\'', '"', ' ']).to_owned());
        while goes_on(&command, ending.as_deref()) {
            let (_, line) = lines.next().unwrap_or_else(|| panic!("line {number}: the command does not end"));
            write!(command, "\n{line}").unwrap();
        }
        let (mut status, mut expected) = (0, Vec::new());
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with("$ ")) {
            match line.strip_prefix("# exit ") {
                Some(stated) => status = stated.trim().parse().expect("a number after `# exit`"),
                None => expected.push((*line).to_owned()),
            }
        }
        while expected.last().is_some_and(String::is_empty) {
            expected.pop();
        }
        found.push(Step::Run { line: *number, command, status, expected });
    }
    found
}

/// Whether a command has another line: after a backslash, in an open quotation, or until its here-document ends.
fn goes_on(command: &str, ending: Option<&str>) -> bool {
    if let Some(ending) = ending {
        return command.lines().last() != Some(ending);
    }
    let (mut quote, mut escaped) = (None, false);
    for c in command.chars() {
        match quote {
            _ if escaped => escaped = false,
            Some('\'') if c != '\'' => {}
            _ if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ => {}
        }
    }
    escaped || quote.is_some()
}

// ---------------------------------------------------------------------------------------------------------------------
// Running it
// ---------------------------------------------------------------------------------------------------------------------

fn run(root: &Path, document: &Path, stand_in: bool) -> Report {
    let mut report = Report::default();
    let steps = steps(&fs::read_to_string(document).unwrap());
    if !steps.iter().any(|step| matches!(step, Step::Run { .. })) {
        return report;
    }
    let name = document.strip_prefix(root).unwrap_or(document).display().to_string();
    let folder = Folder::new(root, &name);
    if stand_in {
        curl::stand_in(&folder.0.join(PROGRAMS));
    }
    let mut shell = Shell::start(&folder.0);
    let mut server: Option<Server> = None;
    for step in steps {
        let (line, command, status, expected) = match step {
            Step::File { name, text } => {
                fs::write(folder.0.join(name), text).unwrap();
                continue;
            }
            Step::Run { line, command, status, expected } => (line, command, status, expected),
        };
        report.commands += 1;
        let outcome = if starts_server(&command) {
            drop(server.take());
            Server::start(&folder.0, &command).and_then(|started| {
                let started = server.insert(started);
                started.printed(&expected)
            })
        } else {
            let port = server.as_ref().map(|server| server.port);
            shell.check(&command, status, &expected, port)
        };
        let Err(why) = outcome else { continue };
        report.failures.push(format!("{name}:{line}: {command}\n{why}"));
        // Without a server, the rest would talk to whoever listens at the address that the document names.
        if shell.is_gone() || (server.is_none() && starts_server(&command)) {
            break;
        }
    }
    report
}

fn starts_server(command: &str) -> bool {
    command == "make run" || command.starts_with("ambit serve")
}

/// A folder that is gone when the document has been run.
struct Folder(PathBuf);

impl Folder {
    fn new(root: &Path, document: &str) -> Self {
        let plain: String =
            document.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = env::temp_dir().join(format!("ambit-docs-{}-{plain}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        for part in ["demo", "catalogs"] {
            copy(&root.join(part), &path.join(part));
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// The environment of a document: the program that was built, and none of the settings of whoever runs the test.
fn in_environment(command: &mut Command, folder: &Path) {
    let here = Path::new(AMBIT).parent().unwrap();
    let path = env::var_os("PATH").unwrap_or_default();
    let own = [folder.join(PROGRAMS), here.to_path_buf()];
    let path = env::join_paths(own.into_iter().chain(env::split_paths(&path))).unwrap();
    command.current_dir(folder).env("PATH", path).env("LC_ALL", "C.UTF-8");
    for name in ["AMBIT_DATA", "AMBIT_CATALOGS", "AMBIT_LISTEN", "AMBIT_BASE_URL", "NO_COLOR", "COLUMNS"] {
        command.env_remove(name);
    }
}

/// One shell, so that variables last to the end of the document.
struct Shell {
    process: Child,
    lines: Receiver<String>,
}

impl Shell {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new("sh");
        in_environment(&mut command, folder);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(process.stdout.take().unwrap());
        Self { process, lines }
    }

    fn is_gone(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    fn check(
        &mut self,
        command: &str,
        status: i32,
        expected: &[String],
        port: Option<u16>,
    ) -> Result<(), String> {
        const END: &str = "@@end of command@@";
        let real = port.map(|port| format!("127.0.0.1:{port}"));
        let to_run = real.as_ref().map_or(command.to_owned(), |real| command.replace(ADDRESS, real));
        let stdin = self.process.stdin.as_mut().unwrap();
        // The line before the end: so that it begins a line of its own even when the command's last one is not ended.
        writeln!(stdin, "{{\n{to_run}\n}} </dev/null 2>&1\nprintf '\\n{END}%s\\n' $?")
            .map_err(|error| error.to_string())?;
        let mut printed = Vec::new();
        let found = loop {
            let line = self.lines.recv_timeout(PATIENCE).map_err(|_| {
                let _ = self.process.kill();
                let _ = self.process.wait();
                format!("no end in {PATIENCE:?}; until then it printed:\n{}", printed.join("\n"))
            })?;
            match line.strip_prefix(END) {
                Some(status) => break status.parse::<i32>().map_err(|error| error.to_string())?,
                None => printed.push(real.as_ref().map_or(line.clone(), |real| line.replace(real, ADDRESS))),
            }
        };
        while printed.last().is_some_and(String::is_empty) {
            printed.pop();
        }
        if found != status {
            return Err(format!("exit status {found}, not {status}; it printed:\n{}", printed.join("\n")));
        }
        if !agrees(expected, &printed) {
            return Err(format!(
                "--- the document says\n{}\n--- it printed\n{}",
                expected.join("\n"),
                printed.join("\n")
            ));
        }
        Ok(())
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// A server on a free port.
struct Server {
    process: Child,
    port: u16,
    lines: Receiver<String>,
}

impl Server {
    fn start(folder: &Path, command: &str) -> Result<Self, String> {
        // Between finding a free port and listening on it somebody else may take it; then it is tried again.
        let mut why = String::new();
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port();
            let mut server = Self::spawn(folder, command, port);
            match server.ready() {
                Ok(()) => return Ok(server),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    fn spawn(folder: &Path, command: &str, port: u16) -> Self {
        let command = if command == "make run" { "ambit serve --demo" } else { command };
        let command = command.replace(ADDRESS, &format!("127.0.0.1:{port}"));
        let mut shell = Command::new("sh");
        in_environment(&mut shell, folder);
        shell.env("AMBIT_LISTEN", format!("127.0.0.1:{port}")).args(["-c", &format!("exec {command} 2>&1")]);
        let mut process = shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(process.stdout.take().unwrap());
        Self { process, port, lines }
    }

    fn ready(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.process.try_wait() {
                let printed: Vec<String> = self.lines.iter().collect();
                return Err(format!("the server ended ({status}):\n{}", printed.join("\n")));
            }
            if answers_ready(self.port).unwrap_or(false) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("the server is not ready after {PATIENCE:?}"))
    }

    /// Waits for lines that the document shows, in their order, others between them.
    fn printed(&self, expected: &[String]) -> Result<(), String> {
        let real = format!("127.0.0.1:{}", self.port);
        let mut seen = Vec::new();
        for wanted in expected.iter().filter(|line| *line != "…" && !line.is_empty()) {
            loop {
                let line = self
                    .lines
                    .recv_timeout(PATIENCE)
                    .map_err(|_| format!("the server never printed: {wanted}\nbut:\n{}", seen.join("\n")))?;
                let line = line.replace(&real, ADDRESS);
                let found = line_agrees(wanted, &line);
                seen.push(line);
                if found {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answers_ready(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

// ---------------------------------------------------------------------------------------------------------------------
// Comparing
// ---------------------------------------------------------------------------------------------------------------------

fn agrees(expected: &[String], actual: &[String]) -> bool {
    if expected.first().is_some_and(|line| line.starts_with(['{', '['])) {
        return line_agrees(&without_space(&expected.join("\n")), &without_space(&actual.join("\n")));
    }
    match expected.split_first() {
        None => actual.is_empty(),
        Some((line, rest)) if line.trim() == "…" => {
            (0..=actual.len()).any(|skipped| agrees(rest, &actual[skipped..]))
        }
        Some((line, rest)) => {
            let Some((found, others)) = actual.split_first() else { return false };
            line_agrees(line, found) && agrees(rest, others)
        }
    }
}

/// Whether a line with `…` for any characters is this line.
fn line_agrees(expected: &str, actual: &str) -> bool {
    let expected = expected.trim_end();
    let mut rest = actual.trim_end();
    let mut parts = expected.split('…');
    let Some(begin) = parts.next() else { return rest.is_empty() };
    let Some(after) = rest.strip_prefix(begin) else { return false };
    rest = after;
    let parts: Vec<&str> = parts.collect();
    let Some((end, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(end)
}

/// JSON without the space between its parts.
fn without_space(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keep = |c: &char| {
        let kept = inside || !c.is_whitespace();
        inside ^= *c == '"' && !escaped;
        escaped = inside && *c == '\\' && !escaped;
        kept
    };
    json.chars().filter(keep).collect()
}

/// As much of `curl` as the documents use: `-s`, `-H`, `-d`, `--data-binary @file`, `-o`, `-w '%{http_code}'`.
mod curl {
    use super::{Read, TcpStream, Write, env, fs};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    /// Names the file with the arguments of a call.
    const CALL: &str = "AMBIT_DOCS_CURL_CALL";

    /// A script called `curl` that hands its arguments to the test below.
    pub fn stand_in(folder: &Path) {
        let test = env::current_exe().unwrap();
        let script = format!(
            "#!/bin/sh\ncall='{}/call'.$$\nfor argument do printf '%s\\0' \"$argument\"; done > \"$call\"\n\
             {CALL}=\"$call\" '{}' --exact curl::answers >/dev/null 2>\"$call.errors\"\nstatus=$?\n\
             if [ $status != 0 ]; then cat \"$call.errors\" >&2; fi\ncat \"$call.out\"\nexit $status\n",
            folder.display(),
            test.display()
        );
        fs::create_dir_all(folder).unwrap();
        let path = folder.join("curl");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Not a test, unless the script runs it.
    #[test]
    fn answers() {
        let Ok(call) = env::var(CALL) else { return };
        let given = fs::read_to_string(&call).unwrap();
        let mut given = given.split_terminator('\0');
        let (mut url, mut headers, mut body) = ("", Vec::new(), None);
        let (mut output, mut format) = (None, "");
        while let Some(argument) = given.next() {
            let mut value = || given.next().expect("an option has a value");
            match argument {
                "-s" => {}
                "-H" => headers.push(value()),
                "-d" => body = Some(value().to_owned()),
                "--data-binary" => body = Some(fs::read_to_string(value().trim_start_matches('@')).unwrap()),
                "-o" => output = Some(value()),
                "-w" => format = value(),
                other if other.starts_with('-') => panic!("the stand-in for curl does not know {other}"),
                other => url = other,
            }
        }
        let (status, answer) = ask(url, &headers, body.as_deref());
        let mut printed = if output.is_none() { answer.clone() } else { String::new() };
        printed.push_str(&format.replace("%{http_code}", &status).replace("\\n", "\n"));
        fs::write(format!("{call}.out"), printed).unwrap();
        if let Some(output) = output {
            fs::write(output, answer).unwrap();
        }
    }

    fn ask(url: &str, headers: &[&str], body: Option<&str>) -> (String, String) {
        let address = url.strip_prefix("http://").expect("an http address");
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        let method = if body.is_some() { "POST" } else { "GET" };
        let body = body.unwrap_or_default();
        let mut request = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        headers.iter().for_each(|header| request.push_str(&format!("{header}\r\n")));
        if !headers.iter().any(|header| header.starts_with("Content-Type")) && method == "POST" {
            request.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, answer) = answer.split_once("\r\n\r\n").expect("a whole answer");
        assert!(!head.to_ascii_lowercase().contains("transfer-encoding"), "the stand-in reads plain bodies");
        (head.split(' ').nth(1).unwrap_or_default().to_owned(), answer.to_owned())
    }
}
