# Everyday commands. `make run` and `make test` are all that a newcomer needs.

.PHONY: run build test check-style test-code test-catalogs fuzz bench golden schema help

DATA ?= data
LISTEN ?= 127.0.0.1:8420

## run: build Ambit and serve the demo organization on 127.0.0.1:8420 from ./data
run: build
	./target/release/ambit serve --demo --data $(DATA) --listen $(LISTEN)

## build: the release binary, target/release/ambit
build:
	cargo build --release --locked -p ambit-cli

## test: everything that is checked, as CI does
test:
	./scripts/test.sh

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
