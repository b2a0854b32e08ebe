#!/usr/bin/env bash
# Property-based tests of the HTTP API (https://schemathesis.io): requests made up from the OpenAPI document, sent to a
# real server with the demo organization, as a super administrator. The server and its data are thrown away.
# SECONDS_AT_MOST bounds the time, EXAMPLES the requests for each operation. Needs Python; what else it needs it installs.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.32.5
tool=target/schemathesis

if ! "$tool/bin/schemathesis" --version 2>/dev/null | grep -q "$version"; then
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    apt-get update -q && apt-get install -q -y python3-venv
  fi
  rm -rf "$tool"
  python3 -m venv "$tool"
  "$tool/bin/pip" install -q "schemathesis==$version"
fi

# The program as AMBIT, or built now.
if [ -z "${AMBIT:-}" ]; then
  cargo build -q --locked -p ambit-cli
  AMBIT=$PWD/target/debug/ambit
fi
data=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
AMBIT_LOG=error "$AMBIT" serve --demo --data "$data" --listen "127.0.0.1:$port" 2>"$data/log" &
server=$!
for _ in $(seq 100); do
  if python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/readyz')" 2>/dev/null; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$data/log"; exit 1; }
  sleep 0.2
done

cat > "$data/schemathesis.toml" <<TOML
[parameters]
"path.org" = "brightwater"
TOML

# A stream does not end, and so has no answer to compare.
(cd "$data" && timeout "${SECONDS_AT_MOST:-600}" "$OLDPWD/$tool/bin/schemathesis" --config-file schemathesis.toml run \
  "http://127.0.0.1:$port/openapi.json" \
  --header "Authorization: Bearer $(cat "$data/demo.key")" \
  --checks not_a_server_error,status_code_conformance,response_schema_conformance,content_type_conformance \
  --exclude-operation-id stream_changes \
  --phases examples,coverage,fuzzing \
  --max-examples "${EXAMPLES:-3}" --seed 1 --continue-on-failure --suppress-health-check all --warnings off \
  --request-timeout 20 --generation-database none --no-color)
