#!/usr/bin/env bash
# Runs every fuzz target for SECONDS_EACH (60) seconds with libFuzzer, on the stable toolchain.
# `scripts/fuzz.sh build` only builds them. The corpus begins with the catalogs and organization files of this repository.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}

# libFuzzer is C++: where there is no compiler for it, one is installed if that is possible.
if ! command -v c++ >/dev/null; then
  apt-get update -qq && apt-get install -y -qq g++ >/dev/null
fi

export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --locked --manifest-path fuzz/Cargo.toml --target "$host" --target-dir fuzz/target
if [ "${1:-}" = build ]; then exit; fi

corpus() { # target: the folder of its seeds
  local dir="fuzz/corpus/$1"
  mkdir -p "$dir"
  case "$1" in
    catalog) cp catalogs/*[a-z].yaml "$dir"; rm -f "$dir"/*.test.yaml ;;
    organization) cp demo/organization.yaml crates/*/tests/fixtures/*organization*.yaml "$dir" 2>/dev/null || true ;;
    request) cp fuzz/seeds/request/* "$dir" 2>/dev/null || true ;;
  esac
  echo "$dir"
}

status=0
for target in $(sed -n 's/^name = "\(.*\)"$/\1/p' fuzz/Cargo.toml | tail -n +2); do
  dir=$(corpus "$target")
  mkdir -p fuzz/artifacts
  log=$(mktemp)
  if "fuzz/target/$host/release/$target" "$dir" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 \
      -max_len=65536 -artifact_prefix="fuzz/artifacts/$target-" >"$log" 2>&1; then
    runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log")
    echo "fuzz $target: ${runs:?no runs} inputs in ${seconds} s, no failure"
  else
    tail -60 "$log"
    echo "fuzz $target: FAILED"
    status=1
  fi
done
exit $status
