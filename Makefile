# Everyday commands. `make run` and `make test` are all that a newcomer needs.

.PHONY: run build console test browser screenshots fuzz bench golden help

DATA ?= data
LISTEN ?= 127.0.0.1:8420

## run: build Ambit and serve the demo organization on 127.0.0.1:8420 from ./data
run: build
	./target/release/ambit serve --demo --data $(DATA) --listen $(LISTEN)

## console: the console in the browser, into console/dist/app (Node.js 20 or newer)
console:
	./scripts/console.sh

## build: the release binary with the console in it, target/release/ambit
build:
	./scripts/console.sh if-possible
	cargo build --release --locked -p ambit-cli

## test: everything that is checked, as CI does
test:
	./scripts/test.sh

## browser: the browser tests alone, in Chromium against a real server
browser: console
	./scripts/browser.sh

## screenshots: every screen of the console anew, into docs/screenshots; look at them before committing
screenshots: console
	SCREENSHOTS=1 ./scripts/browser.sh browser/screenshots.test.ts

## fuzz: every fuzz target for a minute (SECONDS_EACH=60)
fuzz:
	./scripts/fuzz.sh

## bench: measure against the targets, print the table and write docs/benchmarks.md
bench: build
	cargo run --release --locked --manifest-path bench/Cargo.toml

## golden: write the golden matrices, the editor schema and docs/openapi.json anew; read the difference before committing
golden:
	./scripts/golden.sh

## help: this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
