//! The JSON Schema of catalog files, for completion and hover in editors.

use crate::file::CatalogFile;

/// The schema as pretty JSON with a final line feed; committed as `catalogs/schema/catalog.schema.json`.
#[must_use]
pub fn catalog_schema() -> String {
    let schema = schemars::schema_for!(CatalogFile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
