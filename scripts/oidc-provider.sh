#!/usr/bin/env bash
# Installs the OpenID Connect provider that the tests of sign-in talk to, into target/oidc-provider. Prints the folder.
# Nothing of it runs while it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
from=crates/ambit-server/tests/oidc
to=$PWD/target/oidc-provider

if ! command -v npm >/dev/null 2>&1; then
  echo "npm is not here: installing it" >&2
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
  $sudo apt-get install -y --no-install-recommends nodejs npm >&2
fi
if ! cmp -s "$from/package-lock.json" "$to/installed.json"; then
  mkdir -p "$to"
  cp "$from/package.json" "$from/package-lock.json" "$to/"
  npm ci --prefix "$to" --ignore-scripts --no-audit --no-fund >&2
  cp "$from/package-lock.json" "$to/installed.json"
fi
echo "$to"
