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
# The program that these tests were run with serves the rest, too.
AMBIT=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/ambit
export AMBIT

# Builds beside what mostly waits for a browser.
if [ -z "${SKIP_FUZZ:-}" ]; then
  nice ./scripts/fuzz.sh build >target/fuzz-build.log 2>&1 &
  fuzz_build=$!
fi

if [ -z "${SKIP_BROWSER:-}" ]; then
  step "the console in a browser"
  ./scripts/browser.sh
fi

step "catalogs"
"$AMBIT" catalog lint
"$AMBIT" catalog test

if [ -z "${SKIP_SCHEMATHESIS:-}" ]; then
  step "property-based tests of the API"
  ./scripts/schemathesis.sh
fi

if [ -z "${SKIP_FUZZ:-}" ]; then
  step "fuzzing"
  wait "$fuzz_build" || { cat target/fuzz-build.log; exit 1; }
  SECONDS_EACH=${SECONDS_EACH:-20} ./scripts/fuzz.sh
fi

printf '\neverything passed\n'
