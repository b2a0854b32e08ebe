#!/usr/bin/env bash
# Builds the console into console/dist/app, from where the server takes it when it is compiled.
#   scripts/console.sh             builds it; installs Node.js where it is missing and may be installed
#   scripts/console.sh if-possible builds it where Node.js is there, and else says what is left out
#   scripts/console.sh check       its style, types and unit tests as well
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-build}

node_is_there() { command -v npm >/dev/null 2>&1 && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; }

if ! node_is_there; then
  if [ "$mode" = if-possible ]; then
    echo "Node.js 20 or newer is not here: Ambit is built without its console" >&2
    exit 0
  fi
  echo "Node.js is not here: installing it" >&2
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
  $sudo apt-get install -y --no-install-recommends nodejs npm >&2
  node_is_there || { echo "Node.js 20 or newer is needed; this system has $(node --version)" >&2; exit 1; }
fi

cd console
if ! cmp -s package-lock.json node_modules/installed.json; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json node_modules/installed.json
fi
if [ "$mode" = check ]; then
  npx biome check .
  npx tsc --noEmit
  npx openapi-typescript ../docs/openapi.json --output node_modules/schema.d.ts --root-types --root-types-no-schema-prefix >/dev/null
  cmp node_modules/schema.d.ts src/api/schema.d.ts || { echo "src/api/schema.d.ts is not what docs/openapi.json says: npm run api" >&2; exit 1; }
  npx vitest run --project units
fi
npx vite build --logLevel warn
