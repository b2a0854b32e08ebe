#!/usr/bin/env bash
# Writes what is generated anew: the golden matrices, the JSON Schema for editors, the OpenAPI document.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p catalogs/golden catalogs/schema
for product in $(sed -n 's/^product: *\([a-z-]*\).*/\1/p' catalogs/*[a-z].yaml | sort -u); do
  cargo run -q -p ambit-cli -- matrix --product "$product" --format csv > "catalogs/golden/$product.csv"
done
cargo run -q -p ambit-cli -- catalog schema > catalogs/schema/catalog.schema.json
cargo run -q -p ambit-cli -- openapi > docs/openapi.json
AMBIT_GOLDEN=1 cargo test -q -p ambit-governance --test it table
