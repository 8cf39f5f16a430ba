# Thin names: each line is what you would type. `make` alone prints the list.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
browser_env := CHOQUE_BIN=$(CARGO_TARGET_DIR)/debug/choque

# Templates and TTF fonts are read by the Rust build, not by the frontend's.
frontend_inputs := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/dist/*' \
	-not -path 'frontend/templates/*' -not -path 'frontend/fonts/ttf/*')

.PHONY: help run test test-fast frontend check lint bench pictures
.DEFAULT_GOAL := help

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: frontend ## build everything and serve the demo province at http://127.0.0.1:8080
	cargo build --release
	$(CARGO_TARGET_DIR)/release/choque demo

test: frontend ## install what the tests need, then run every test on both databases and in a real browser
	scripts/install-test-needs
	$(MAKE) lint
	scripts/with-postgres cargo test --workspace --locked
	cd tests/browser && npm ci && $(browser_env) npm test
	cd tests/interop && npm ci && $(browser_env) npm test

test-fast: frontend ## the Rust tests on SQLite alone; needs neither root nor a browser
	cargo test --workspace

frontend: frontend/dist/.stamp ## build frontend/dist, if its sources changed

check: lint ## format, clippy, types, contrast, messages; and cargo-deny where it is installed
	scripts/deny

lint: frontend
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	cd frontend && npm run check

bench: frontend ## requests per second, p99 and CPU per request of a running province
	cargo bench --bench load

pictures: frontend ## take the README's screenshots from a running demo
	cargo build
	cd tests/browser && npm ci
	$(browser_env) scripts/screenshots docs/pictures

frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci
	touch $@

frontend/dist/.stamp: frontend/node_modules/.package-lock.json $(frontend_inputs)
	cd frontend && npm run build
	touch $@
