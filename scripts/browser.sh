#!/usr/bin/env bash
# The browser tests: real Chromium against the real server with the demo. Arguments go to vitest.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v chromium >/dev/null 2>&1 && [ -z "${CHROMIUM:-}" ]; then
  echo "Chromium is not here: installing it" >&2
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
  $sudo apt-get update -qq >&2
  $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
export CHROMIUM=${CHROMIUM:-$(command -v chromium)}
if [ -z "${AMBIT:-}" ]; then
  cargo build -q --locked -p ambit-cli
  export AMBIT=$PWD/target/debug/ambit
fi
cd console
npx vitest run --project browser "$@"
