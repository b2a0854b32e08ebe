//! What is generated is committed, and equal to what would be generated now.

use crate::run::{Folder, repository};

const PRODUCTS: [&str; 12] = [
    "customizer",
    "commerce",
    "admin-center",
    "cms",
    "cmp",
    "content-recommendations",
    "experimentation",
    "collaboration",
    "odp",
    "pim",
    "product-recommendations",
    "constructor",
];

#[test]
fn the_golden_matrices_are_those_of_the_catalogs() {
    let folder = Folder::new();
    for product in PRODUCTS {
        let golden = repository().join(format!("catalogs/golden/{product}.csv"));
        let golden = std::fs::read_to_string(golden).unwrap();
        let said = folder.ok(&["matrix", "--product", product, "--format", "csv"]);
        assert!(said.out == golden, "{product}: run `make golden` and read the difference");
        assert!(golden.starts_with("product,area,role,permission,outcome,limit,when_denied\n"));
    }
}

#[test]
fn the_editor_schema_is_that_of_the_format() {
    let committed =
        std::fs::read_to_string(repository().join("catalogs/schema/catalog.schema.json")).unwrap();
    let said = Folder::new().ok(&["catalog", "schema"]);
    assert!(said.out == committed, "run `make golden` and read the difference");
}

#[test]
fn the_openapi_document_is_that_of_the_code() {
    let committed = std::fs::read_to_string(repository().join("docs/openapi.json")).unwrap();
    let said = Folder::new().ok(&["openapi"]);
    assert!(said.out == committed, "run `make golden` and read the difference");
}

#[test]
fn catalogs_are_fine_and_their_tables_hold() {
    let folder = Folder::new();
    let said = folder.ok(&["catalog", "lint"]);
    assert_eq!(said.out.matches(": fine").count(), PRODUCTS.len(), "{said:?}");
    let said = folder.ok(&["catalog", "test"]);
    let summary = said.out.lines().last().unwrap();
    let passed: usize = summary.split(' ').next().unwrap().parse().unwrap();
    assert!(passed > 500 && summary.ends_with("0 failed"), "{summary}");
}

#[test]
fn every_catalog_can_be_shown_and_drawn() {
    let folder = Folder::new();
    for product in PRODUCTS {
        let shown = folder.ok(&["catalog", "show", product, "--format", "json"]).json();
        assert!(!shown.as_array().unwrap().is_empty());
        assert!(folder.ok(&["catalog", "graph", product]).out.starts_with("digraph"));
        assert!(folder.ok(&["catalog", "graph", product, "--format", "mermaid"]).out.starts_with("graph BT"));
        assert!(folder.ok(&["matrix", "--product", product]).out.contains("permission"));
    }
}

#[test]
fn every_system_role_is_held_by_somebody_in_the_demo() {
    let folder = Folder::new();
    let demo = repository().join("demo/organization.yaml");
    folder.ok(&["apply", "--vendor", demo.to_str().unwrap()]);
    let export = folder.ok(&["export", "--json"]).json();
    let held: Vec<&str> =
        export["assignments"].as_array().unwrap().iter().map(|item| item["role"].as_str().unwrap()).collect();
    let mut roles = 0;
    for product in PRODUCTS {
        for role in folder.ok(&["catalog", "show", product, "--format", "json"]).json().as_array().unwrap() {
            let role = format!("{product}/{}", role["role"].as_str().unwrap());
            roles += 1;
            assert!(held.contains(&role.as_str()) || role == "commerce/unassigned", "nobody holds {role}");
        }
    }
    assert!(roles > 70, "{roles}");
}
