# What people do with this repository, one word each. `make` alone lists them.
# Every recipe runs on the Node that npm installed, whatever the system's Node is.

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: tidings help setup dev start test check fix e2e simulate chaos bench db/migrate db/types up

help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9\/]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything, exactly as the lockfile says
	npm ci --strict-allow-scripts --loglevel=error

start: ## Run all of Tidings on this machine, with a demo event and a mail catcher
	npm start

dev: ## Like start, and the web app with hot reload in front of it
	CORS_ORIGINS=http://localhost:5173 npm start & vite --config web/vite.config.ts --strictPort; wait

test: ## Run every test, on a real PostgreSQL and (where there is one) in a real browser
	npm test

check: ## Format, lint, ladder and types
	npm run check

fix: ## Format, and repair what the linter can repair
	npm run fix

e2e: ## Run the browser tests only
	npm test -- --project e2e

simulate: ## Simulate days of sending: SEEDS=500 fresh ones, or SEED=4711 again with TRACE=1
	SEED=$(SEED) SEEDS=$(or $(SEEDS),100) vitest run --project simulation $(if $(SEED),seeds,)

chaos: ## Kill, freeze and cut off real processes for a quarter of an hour, and print what became of every mail
	CHAOS=long vitest run --project chaos

bench: ## Measure sending beside the tools that people would otherwise use (20 minutes), into bench/RESULTS.md
	npm run bench

tidings: ## The operator's tools: make tidings ARGS="status"
	@node cmd/tidings/main.ts $(ARGS)

db/migrate: ## Apply the migrations to the database of DATABASE_URL
	npm run db:migrate

db/types: ## Write the TypeScript types of the migrated schema
	npm run db:types

up: ## Run it as in production with Docker Compose (needs a .env)
	docker compose up --build --detach
