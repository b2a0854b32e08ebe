//! Ways in that only the operator can open: the setup link, passwords, and copies of both.

use crate::run::Folder;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const ACME: &str = "
organization: acme
products: [admin-center]
users:
  - { id: robin, email: robin@acme.example }
  - { id: sam, email: sam@acme.example }
";
const PASSWORD: &str = "three unrelated words";

fn acme() -> Folder {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", ACME);
    folder.ok(&["apply", file.to_str().unwrap()]);
    folder
}

/// Runs `ambit user password` with something on its standard input.
fn set_password(folder: &Folder, id: &str, password: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ambit"))
        .args(["user", "password", id])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever refuses early does not read.
    let _ = writeln!(child.stdin.take().unwrap(), "{password}");
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

struct Server {
    child: Child,
    address: String,
    lines: Vec<String>,
}

impl Server {
    /// Starts on a free port, and reads what it prints up to and including a line that says this.
    fn start(folder: &Folder, until: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ambit"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut rest = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut lines = Vec::new();
        for line in rest.by_ref() {
            lines.push(line);
            if lines.last().is_some_and(|line| line.contains(until)) {
                break;
            }
        }
        std::thread::spawn(move || rest.for_each(drop));
        let address =
            lines.iter().find_map(|line| line.strip_prefix("Ambit serves http://")).unwrap().to_owned();
        Self { child, address, lines }
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> (u16, serde_json::Value) {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_default())
    }

    fn sign_in(&self, user: &str) -> u16 {
        self.post("/v1/sign-in", &serde_json::json!({ "user": user, "password": PASSWORD })).0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_without_an_administrator_prints_a_link_that_makes_one() {
    let folder = acme();
    let server = Server::start(&folder, "set up acme: ");
    let link = server.lines.last().unwrap();
    let token = link.split_once("/setup#token=").unwrap().1;
    assert!(link.contains(&format!("http://{}/setup", server.address)), "{link}");
    let body = serde_json::json!({
        "token": token, "name": "Zoe", "email": "zoe@acme.example", "password": PASSWORD,
    });
    assert_eq!(server.post("/v1/setup", &body).0, 200);
    // What is answered is kept, however the server ends; and no link is printed any more.
    drop(server);
    let server = Server::start(&folder, "listening");
    assert!(server.lines.iter().all(|line| !line.contains("set up")), "{:?}", server.lines);
    assert_eq!(server.sign_in("zoe"), 200);
}

#[test]
fn the_operator_makes_a_setup_link() {
    let folder = acme();
    let said = folder.ok(&["user", "setup-link", "--base-url", "https://ambit.acme.example/"]);
    assert!(said.out.starts_with("https://ambit.acme.example/setup#token="), "{said:?}");
    assert_ne!(folder.ok(&["user", "setup-link"]).out, said.out);
}

#[test]
fn a_password_is_read_from_standard_input_and_never_from_arguments() {
    let folder = acme();
    assert_eq!(set_password(&folder, "sam", PASSWORD), (true, "`sam` has a new password\n".into()));
    let (done, said) = set_password(&folder, "sam", "short");
    assert!(!done && said.contains("at least 12 characters"), "{said}");
    let (done, said) = set_password(&folder, "sammy", PASSWORD);
    assert!(!done && said.contains("there is no user `sammy`"), "{said}");
    assert_ne!(folder.ambit(&["user", "password", "sam", PASSWORD]).status, 0);
    let log = folder.ok(&["log", "show"]).out;
    assert!(log.contains("sam has a new password") && !log.contains(PASSWORD), "{log}");
}

#[test]
fn copies_hold_passwords_beside_the_log() {
    let (from, to) = (acme(), Folder::new());
    set_password(&from, "sam", PASSWORD);
    let copy = to.path().join("monday.db");
    let said = from.ok(&["backup", copy.to_str().unwrap()]);
    assert!(said.out.contains("monday.identity.db"), "{said:?}");
    assert_ne!(from.ambit(&["backup", copy.to_str().unwrap()]).status, 0);
    let said = to.ok(&["restore", copy.to_str().unwrap()]);
    assert!(said.out.contains("nobody is signed in"), "{said:?}");
    assert_eq!(Server::start(&to, "listening").sign_in("sam"), 200);
    // A copy without passwords brings none, and leaves none of others.
    std::fs::remove_file(to.path().join("monday.identity.db")).unwrap();
    to.ok(&["restore", copy.to_str().unwrap()]);
    assert_eq!(Server::start(&to, "listening").sign_in("sam"), 401);
}
