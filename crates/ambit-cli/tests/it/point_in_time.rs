//! Who had access when, and proof that nobody changed the answer since.

use crate::run::Folder;

fn acme() -> Folder {
    let folder = Folder::new();
    folder.file("1.yaml", "organization: acme\nproducts: [pim]\nresources: [ { id: \"instance:p\", parent: \"product:pim\" } ]\nusers: [ { id: ann } ]\n");
    folder.file("2.yaml", "organization: acme\nassignments: [ { subject: \"user:ann\", role: pim/PIM_Admin, scope: \"instance:p\", starts: \"2026-01-01T00:00:00Z\", expires: \"2027-01-01T00:00:00Z\" } ]\n");
    folder.file("3.yaml", "organization: acme\nremove: { assignments: [ { subject: \"user:ann\", role: pim/PIM_Admin, scope: \"instance:p\" } ] }\n");
    for file in ["1.yaml", "2.yaml", "3.yaml"] {
        folder.ok(&["apply", file]);
    }
    folder
}

#[test]
fn the_past_is_answered_as_it_was() {
    let folder = acme();
    let check = |args: &[&str]| {
        let mut all = vec!["check", "user:ann", "categories.edit", "instance:p"];
        all.extend_from_slice(args);
        folder.ambit(&all).status
    };
    assert_eq!(check(&[]), 1);
    assert_eq!(check(&["--as-of", "2", "--time", "2026-06-01T00:00:00Z"]), 0);
    assert_eq!(check(&["--as-of", "2", "--time", "2027-01-01T00:00:00Z"]), 1, "expired at that very instant");
    assert_eq!(check(&["--as-of", "2", "--time", "2025-12-31T23:59:59Z"]), 1, "not started");
    assert_eq!(check(&["--as-of", "1"]), 1);
    assert_eq!(check(&["--as-of", "9"]), 2, "the log has not come that far");
    assert_eq!(check(&["--as-of", "2000-01-01T00:00:00Z"]), 2, "there was no organization then");
    let log = folder.ok(&["log", "show", "--format", "json"]).out;
    let second: serde_json::Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
    let instant = second["time"].as_str().unwrap();
    assert_eq!(check(&["--as-of", instant, "--time", "2026-06-01T00:00:00Z"]), 0);
}

#[test]
fn a_changed_log_is_found_and_an_anchor_proves_the_rest() {
    let folder = acme();
    let head = folder.ok(&["log", "head"]).out.trim().to_owned();
    folder.ok(&["log", "verify", "--anchor", &head]);
    folder.ok(&["backup", "backup.db"]);
    let wrong = format!("2:{}", head.split(':').nth(1).unwrap());
    assert_eq!(folder.ambit(&["log", "verify", "--anchor", &wrong]).status, 1);
    assert_eq!(folder.ambit(&["log", "verify", "--anchor", "nonsense"]).status, 2);
    folder.file("4.yaml", "organization: acme\nusers: [ { id: late } ]\n");
    folder.ok(&["apply", "4.yaml"]);
    folder.ok(&["restore", "backup.db"]);
    assert_eq!(folder.ok(&["log", "head"]).out.trim(), head);
    folder.ok(&["apply", "4.yaml"]);
    assert_eq!(folder.ok(&["log", "verify"]).status, 0);
}
