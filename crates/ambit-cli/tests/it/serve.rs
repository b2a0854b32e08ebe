//! `ambit serve` as a process: the documents' questions through HTTP, writes by another process, a violent end.

use crate::run::Folder;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const ACME: &str = include_str!("acme.yaml");

struct Server {
    child: Child,
    address: String,
    key: String,
}

impl Server {
    /// Starts on a free port, which the first line tells.
    fn start(folder: &Folder, key: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ambit"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = lines.find_map(|line| line.ok()?.strip_prefix("Ambit serves http://").map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: first.unwrap(), key: key.to_owned() }
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> (u16, serde_json::Value) {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    fn ask(
        &self,
        subject: &str,
        permission: &str,
        resource: &str,
        context: serde_json::Value,
    ) -> serde_json::Value {
        let (subject_type, subject) = subject.split_once(':').unwrap();
        let (kind, id) = resource.split_once(':').unwrap();
        let question = serde_json::json!({
            "subject": { "type": subject_type, "id": subject }, "action": { "name": permission },
            "resource": { "type": kind, "id": id }, "context": context,
        });
        let (status, answer) = self.post("/access/v1/evaluation", &question);
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn acme() -> (Folder, String) {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", ACME);
    folder.ok(&["apply", file.to_str().unwrap()]);
    let key = folder.ok(&["key", "create", "test"]).out.trim().to_owned();
    (folder, key)
}

#[test]
fn the_documents_questions_are_answered_the_same_through_http() {
    let (folder, key) = acme();
    let server = Server::start(&folder, &key);
    let order = serde_json::json!({ "amount": "380.01", "currency": "EUR" });
    let none = serde_json::json!({});
    for (subject, permission, resource, context, outcome, reason, shown) in [
        (
            "user:bea",
            "orders.place",
            "commerce/website:main",
            &none,
            "needs_approval",
            "approval_required",
            "enabled",
        ),
        (
            "user:bob",
            "orders.place",
            "commerce/website:main",
            &order,
            "needs_approval",
            "over_budget",
            "enabled",
        ),
        (
            "user:edith",
            "pages.publish",
            "commerce/page:home",
            &none,
            "deny",
            "permission_not_granted",
            "replaced",
        ),
        (
            "user:una",
            "integration_jobs.manage",
            "instance:shop",
            &none,
            "deny",
            "permission_not_granted",
            "read_only",
        ),
        ("user:carl", "pages.edit", "commerce/page:home", &none, "deny", "role_inactive", "hidden"),
        ("user:nora", "rules.edit", "constructor/index:north-america", &none, "allow", "granted", "enabled"),
        ("user:nora", "indexes.view", "constructor/index:germany", &none, "allow", "granted", "enabled"),
        ("user:nora", "rules.edit", "constructor/index:germany", &none, "deny", "not_reached", "hidden"),
        ("user:rita", "extensions.use", "project:web", &none, "allow", "granted", "enabled"),
        ("user:rita", "visual_editor.use", "project:web", &none, "deny", "permission_not_granted", "hidden"),
        ("user:ola", "fields.mark_pii", "instance:odp", &none, "deny", "role_inactive", "hidden"),
        ("user:mona", "products.approve_assigned", "pim/item:42", &none, "allow", "granted", "enabled"),
        ("user:mona", "products.approve_assigned", "pim/item:43", &none, "deny", "condition_false", "hidden"),
        ("user:cora", "tasks.view", "cmp/task:banner", &none, "allow", "granted", "enabled"),
    ] {
        let answer = server.ask(subject, permission, resource, context.clone());
        let told = &answer["context"];
        assert_eq!(answer["decision"], (outcome == "allow"), "{subject} {permission}: {answer}");
        assert_eq!(
            (told["outcome"].as_str(), told["reason"].as_str()),
            (Some(outcome), Some(reason)),
            "{answer}"
        );
        assert_eq!(told["presentation"]["state"], shown, "{subject} {permission}: {answer}");
    }
}

#[test]
fn a_write_of_another_process_is_seen_when_its_revision_is_demanded() {
    let (folder, key) = acme();
    let server = Server::start(&folder, &key);
    let place = || server.ask("user:bea", "orders.place", "commerce/website:main", serde_json::json!({}));
    assert_eq!(place()["context"]["outcome"], "needs_approval");
    let removal = folder.file(
        "remove.yaml",
        "organization: acme\nremove:\n  assignments:\n    - { subject: \"user:bea\", role: commerce/buyer1, scope: \"commerce/website:main\" }\n",
    );
    let applied = folder.ok(&["apply", removal.to_str().unwrap(), "--format", "json"]).json();
    let question = serde_json::json!({
        "subject": { "type": "user", "id": "bea" }, "action": { "name": "orders.place" },
        "resource": { "type": "commerce/website", "id": "main" }, "options": { "at_least": applied["revision"] },
    });
    let (status, answer) = server.post("/access/v1/evaluation", &question);
    assert_eq!((status, &answer["decision"]), (200, &true.into()), "{answer}");
}

#[test]
fn what_was_acknowledged_survives_a_violent_end() {
    let (folder, _) = acme();
    let key = folder.ok(&["key", "create", "root", "--kind", "secret"]).out.trim().to_owned();
    for round in 0..5 {
        let server = Server::start(&folder, &key);
        assert_eq!(server.post("/access/v1/evaluation", &serde_json::json!({})).0, 400);
        let file =
            folder.file("user.yaml", &format!("organization: acme\nusers: [ {{ id: round-{round} }} ]\n"));
        folder.ok(&["apply", file.to_str().unwrap()]);
        drop(server);
        folder.ok(&["log", "verify"]);
        assert!(folder.ok(&["export"]).out.contains(&format!("round-{round}")));
    }
}
