#!/usr/bin/env bash
# The architecture in a check: the engine and everything below it depend on nothing asynchronous, no SQL, no HTTP and
# no clock, and imports of our crates point one way. Prints how much it looked at, so that it cannot silently stop.
set -euo pipefail
cd "$(dirname "$0")/.."

banned='^(tokio|async-std|smol|futures|mio|rusqlite|libsqlite3-sys|tokio-postgres|sqlx.*|hyper.*|axum.*|http|reqwest|tower.*|ureq|iana-time-zone-haiku)$'
for crate in ambit-model ambit-catalog ambit-engine ambit-governance; do
  tree=$(cargo tree --locked -p "$crate" -e normal --prefix none --format '{lib}' | sort -u)
  count=$(printf '%s\n' "$tree" | wc -l)
  found=$(printf '%s\n' "$tree" | tr '_' '-' | grep -E "$banned" || true)
  if [ -n "$found" ] || [ "$count" -lt 3 ]; then
    echo "$crate must not depend on: $found"
    exit 1
  fi
  echo "$crate: $count dependencies, none asynchronous, SQL or HTTP"
done

# No clock: `cel` brings chrono, whose clock nobody calls; ours is in ambit-log alone. Clippy refuses it too.
clock=$(grep -rnE '(SystemTime|Instant|Timestamp|Utc|Local|Zoned)::now\(' crates/ambit-{model,catalog,engine,governance}/src || true)
if [ -n "$clock" ]; then
  echo "a clock below the log:"
  echo "$clock"
  exit 1
fi

order="model catalog engine governance log identity server cli"
allowed=""
for crate in $order; do
  for used in $(sed -n '/^\[dependencies\]/,/^\[/s/^ambit-\([a-z]*\).*/\1/p' "crates/ambit-$crate/Cargo.toml"); do
    case " $allowed " in
      *" $used "*) ;;
      *) echo "ambit-$crate must not import ambit-$used"; exit 1 ;;
    esac
  done
  allowed="$allowed $crate"
done
echo "imports point from $(echo "$order" | sed 's/ / <- /g')"
