# The face of the image factory: targets, their help, and the forwarding of name=value parameters.
# Readable by GNU make 3.81 and newer (macOS ships 3.81).
#
# Parameters reach the scripts as PARAMETER_<name> in the environment, as typed: nothing expands them and no shell
# sees them. PARAMETERS lists their names. Only variables from make's own command line count, so that an `os` or `env`
# that happens to be in the operator's environment is never taken for a parameter.

ROOT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
PARAMETERS := $(strip $(foreach v,$(.VARIABLES),$(if $(filter command line,$(origin $(v))),$(v))))
$(foreach v,$(PARAMETERS),$(eval unexport $(v)))
$(foreach v,$(PARAMETERS),$(eval export PARAMETER_$(v) = $$(value $(v))))
export PARAMETERS

# Node comes locked with the other packages where it is packaged; elsewhere the installed one must be 24 or newer.
NODE = $(or $(wildcard $(ROOT)/node_modules/.bin/node),node)
export NODE_COMPILE_CACHE := $(ROOT)/node_modules/.cache/node-compile
export NX_DAEMON := false
# Room for all the garbage of a command that is done in a moment, so that none is collected; in MiB.
SHORT_LIVED = --min-semi-space-size=16
INSTALLED := $(ROOT)/node_modules/.installed
NX = cd $(ROOT) && $(NODE) node_modules/nx/dist/bin/nx.js
CLOUD = $(ROOT)/test/cloud/run --

.DEFAULT_GOAL := help
.PHONY: help ami resume diff plan sync check-user-data launch demo test lint bench generate build clean

help: ## Show this help; make help topic=sg explains one parameter
ifneq ($(wildcard $(INSTALLED)),)
	@$(NODE) $(ROOT)/scripts/help.ts
else
	@cat $(ROOT)/scripts/help.txt
	@echo 'There is more once the packages are installed; any other target does that.'
endif

##@ Building images

ami: $(INSTALLED) build ## Build an image: make ami config=config.yaml env=dev
	@$(NODE) $(ROOT)/scripts/ami.ts

resume: $(INSTALLED) build ## Go on with a build that failed and kept its instance: make resume build=ID
	@$(NODE) $(ROOT)/scripts/resume.ts

diff: $(INSTALLED) ## Show what changed between two images, as Markdown: make diff a=BUILD b=BUILD
	@$(NODE) $(SHORT_LIVED) $(ROOT)/scripts/diff.ts

plan: $(INSTALLED) ## Show what make ami would do, and everything that is wrong
	@$(NODE) $(ROOT)/scripts/plan.ts

sync: $(INSTALLED) ## Upload ami/resources.s3, as make ami does before it builds
	@$(NODE) $(SHORT_LIVED) $(ROOT)/scripts/sync.ts

check-user-data: $(INSTALLED) ## Check user data before a launch: make check-user-data file=FILE
	@$(NODE) $(ROOT)/boot/commands/check-user-data.ts "$$PARAMETER_file"

launch: $(INSTALLED) ## Launch an instance of an image: make launch ami=ami-... [user_data=FILE]
	@$(NODE) $(ROOT)/scripts/launch.ts

##@ Trying it without an AWS account (Debian or Ubuntu, as root)

demo: $(INSTALLED) ## Build an image in the local cloud and launch it
	@$(ROOT)/test/cloud/install
	@$(CLOUD) $(ROOT)/test/demo

##@ Working on the factory

test: $(INSTALLED) ## Prove everything: checks, unit tests, the local cloud, real builds
	@$(ROOT)/test/cloud/install
	@$(NODE) $(ROOT)/test/run.ts

lint: $(INSTALLED) ## Formatting, types, shell scripts, templates, dead code
	@$(NX) run-many -t lint typecheck

bench: $(INSTALLED) ## Measure what we promise, as a table and as JSON
	@$(ROOT)/test/cloud/install
	@$(NODE) $(ROOT)/test/bench/bench.ts

generate: $(INSTALLED) ## Write what is made of the declarations: help.txt, the README's table
	@$(NODE) $(ROOT)/scripts/generate.ts
	@$(NODE) $(ROOT)/boot/commands/user-data-schema.ts

build: $(INSTALLED) # the boot scripts' bundles; nx does nothing when nothing changed, and is heard only when it fails
	@output=$$($(NX) run-many -t build 2>&1) || { echo "$$output" >&2; exit 1; }

clean: ## Stop the local cloud and remove everything that was built
	@test ! -d $(ROOT)/node_modules || $(ROOT)/test/cloud/clean
	@rm -rf $(ROOT)/dist $(ROOT)/.nx $(ROOT)/boot/dist $(ROOT)/node_modules

$(INSTALLED): $(ROOT)/package-lock.json
	@cd $(ROOT) && npm ci --no-audit --no-fund --loglevel=error && touch $@
