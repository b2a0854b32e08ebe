#!/usr/bin/env bash
# Everything that is checked. Needs Rust, make and a C compiler; what else a check needs it installs itself.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never

step() { printf '\n== %s\n' "$1"; }

step "the console: style, types, units, build"
./scripts/console.sh check

step "style"
if cargo fmt --version >/dev/null 2>&1; then cargo fmt --all --check; else echo "rustfmt is not installed: skipped"; fi
if cargo clippy --version >/dev/null 2>&1; then
  cargo clippy --workspace --all-targets --locked -- -D warnings
else
  echo "clippy is not installed: skipped"
fi

step "the direction of imports"
./scripts/imports.sh

step "the OpenID Connect provider that tests talk to"
./scripts/oidc-provider.sh

step "tests"
cargo test --workspace --locked

if [ -z "${SKIP_BROWSER:-}" ]; then
  step "the console in a browser"
  ./scripts/browser.sh
fi

step "catalogs"
cargo run -q --locked -p ambit-cli -- catalog lint
cargo run -q --locked -p ambit-cli -- catalog test

if [ -z "${SKIP_SCHEMATHESIS:-}" ]; then
  step "property-based tests of the API"
  ./scripts/schemathesis.sh
fi

if [ -z "${SKIP_FUZZ:-}" ]; then
  step "fuzzing"
  SECONDS_EACH=${SECONDS_EACH:-20} ./scripts/fuzz.sh
fi

printf '\neverything passed\n'
