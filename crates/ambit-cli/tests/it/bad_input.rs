//! Bad input: what, where, and how to mend it; exit status 2; nothing half applied.

use crate::run::Folder;

#[test]
fn malformed_files_are_reported_with_line_column_and_excerpt() {
    let folder = Folder::new();
    for (text, wanted) in [
        ("organization: acme\nusrs: []\n", "bad.yaml:2:1"),
        ("organization: acme\nusrs: []\n", "did you mean `users`?"),
        ("organization: acme\nusers: [ { id: a, status: gone } ]\n", "bad.yaml:2"),
        ("organization: acme\nproducts: [comerce]\n", "did you mean `commerce`?"),
        (
            "organization: acme\nproducts: [pim]\nassignments: [ { subject: alice, role: pim/PIM_Admin, scope: \"instance:p\" } ]\n",
            "user:id",
        ),
        (
            "organization: acme\nbudgets: [ { subject: \"user:a\", scope: \"instance:p\", amount: \"-5\", currency: EUR } ]\n",
            "not an amount",
        ),
        ("organization: acme\norganization: acme\n", "duplicate"),
        ("organization: [\n", "bad.yaml:"),
        ("", "bad.yaml"),
        ("users: []\n", "organization"),
    ] {
        let file = folder.file("bad.yaml", text);
        let said = folder.ambit(&["apply", file.to_str().unwrap()]);
        assert!([1, 2].contains(&said.status), "{text}: {said:?}");
        assert!(said.err.contains(wanted), "{text}: {said:?}");
        assert!(!said.err.contains("panicked"), "{said:?}");
    }
    assert!(
        !folder.path().join("data").join("ambit.sqlite").exists() || folder.ambit(&["export"]).status == 2
    );
}

#[test]
fn wrong_usage_says_what_is_wanted() {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", "organization: acme\nproducts: [pim]\nusers: [ { id: a } ]\n");
    let file = file.to_str().unwrap();
    for (args, wanted) in [
        (vec!["check", "--file", file, "alice", "x", "instance:p"], "user:id"),
        (vec!["check", "--file", file, "user:a", "x", "nowhere"], "type:id"),
        (vec!["check", "--file", file, "user:a", "x", "instance:p", "--context", "[]"], "JSON object"),
        (vec!["check", "--file", file, "user:a", "x", "instance:p", "--time", "noon"], "not an instant"),
        (vec!["check", "--file", "missing.yaml", "user:a", "x", "instance:p"], "missing.yaml"),
        (vec!["check", "user:a", "x", "instance:p"], "ambit apply"),
        (vec!["matrix", "--product", "comerce"], "did you mean `commerce`?"),
        (vec!["matrix"], "--product"),
        (vec!["catalog", "lint", "missing.yaml"], "missing.yaml"),
        (vec!["nonsense"], "Usage"),
    ] {
        let said = folder.ambit(&args);
        assert_eq!(said.status, 2, "{args:?}: {said:?}");
        assert!(said.err.contains(wanted), "{args:?}: {said:?}");
    }
}

#[test]
fn unknown_names_are_denials_with_a_reason_and_a_suggestion() {
    let folder = Folder::new();
    let file = folder.file("acme.yaml", "organization: acme\nproducts: [pim]\nresources: [ { id: \"instance:p\", parent: \"product:pim\" } ]\nusers: [ { id: a } ]\n");
    for (args, code, near) in [
        (["user:b", "products.edit", "instance:p"], "unknown_subject", ""),
        (["user:a", "products.edti", "instance:p"], "unknown_permission", "did you mean"),
        (["user:a", "products.edit", "pim/itm:1"], "unknown_resource_type", "did you mean"),
    ] {
        let mut all = vec!["check", "--file", file.to_str().unwrap(), "--format", "json"];
        all.extend_from_slice(&args);
        let said = folder.ambit(&all);
        assert_eq!(said.status, 1, "{said:?}");
        let context = said.json()["context"].clone();
        assert_eq!(context["reason"], code);
        assert!(context["message"].as_str().unwrap().contains(near), "{context}");
    }
}

#[test]
fn a_bad_catalog_is_reported_with_every_problem_at_once() {
    let folder = Folder::new();
    let text = "product: shop\ntitle: Shop\nversion: 1\npermissions:\n  a.b: { title: A, on: page, implies: [a.c] }\nroles:\n  r: { title: R, grants: [a.d], when: 1 }\n";
    let file = folder.file("shop.yaml", text);
    let said = folder.ambit(&["catalog", "lint", file.to_str().unwrap()]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("shop.yaml:7") && said.err.contains("unknown field `when`"), "{said:?}");
    let file = folder.file("shop.yaml", &text.replace(", when: 1", ""));
    let said = folder.ambit(&["catalog", "lint", file.to_str().unwrap(), "--format", "json"]);
    let problems = said.json();
    assert_eq!(problems.as_array().unwrap().len(), 3, "{problems}");
    assert!(problems[0]["line"] == "5", "{problems}");
}
