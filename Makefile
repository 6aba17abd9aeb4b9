# The face of the image factory: targets, their help, and the forwarding of name=value parameters.
# Readable by GNU make 3.81 and newer (macOS ships 3.81).
#
# Parameters reach the scripts as PARAMETER_<name> in the environment, as typed: nothing expands them and no shell
# sees them. PARAMETERS lists their names. Only variables from make's own command line count, so that an `os` or `env`
# that happens to be in the operator's environment is never taken for a parameter.

ROOT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ifneq ($(words $(ROOT))/$(notdir $(wildcard $(ROOT)/scripts)),1/scripts)
$(error The path of this checkout has a space in it, which make can not cope with. Move it to one without)
endif
PARAMETERS := $(strip $(foreach v,$(.VARIABLES),$(if $(filter command line,$(origin $(v))),$(v))))
$(foreach v,$(PARAMETERS),$(eval unexport $(v)))
$(foreach v,$(PARAMETERS),$(eval export PARAMETER_$(v) = $$(value $(v))))
export PARAMETERS

ifneq ($(wildcard $(ROOT)/package-lock.json),)
# Node comes locked with the other packages where it is packaged; elsewhere the installed one must be 24 or newer.
NODE = $(or $(wildcard $(ROOT)/node_modules/.bin/node),node)
export NODE_COMPILE_CACHE := $(ROOT)/node_modules/.cache/node-compile
INSTALLED := $(ROOT)/node_modules/.installed
BUILT := build
script = $(ROOT)/scripts/$(1).ts
command = $(ROOT)/boot/commands/$(1).ts
else
# On an image made by this factory: compiled scripts, the image's own Node, and the authorities its system trusts.
NODE := /usr/local/lib/lava/bin/node
export NODE_EXTRA_CA_CERTS := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
# Debian 12 stays at Node 18 for as long as it lives; the SDK's word on that helps nobody here.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true
# The region is the instance's, unless the user has settings of their own.
export AWS_CONFIG_FILE := $(or $(AWS_CONFIG_FILE),$(wildcard $(HOME)/.aws/config),/usr/local/etc/aws/config)
script = $(ROOT)/scripts/dist/$(1).mjs
command = $(script)
endif
export NX_DAEMON := false
# Room for all the garbage of a command that is done in a moment, so that none is collected; in MiB.
SHORT_LIVED = --min-semi-space-size=16
# A heap that grows slowly (in MiB), and one pool of glibc's malloc for all threads: for what there may be a lot of.
LEAN_NODE = MALLOC_ARENA_MAX=1 $(NODE) --max-semi-space-size=2 --max-old-space-size=256
NX = cd $(ROOT) && $(NODE) node_modules/nx/dist/bin/nx.js
STATIC = --output-style=static
# Said before npm or nx say it in their way; what is checked has to be a folder that this user may write to.
WRITABLE = for folder in $(ROOT) $(wildcard $(ROOT)/.nx $(ROOT)/dist $(ROOT)/boot/dist) "$${TMPDIR:-/tmp}"; do \
	test -d "$$folder" || { echo "There is no folder $$folder. Make it, or set TMPDIR to another." >&2; exit 2; }; \
	test -w "$$folder" || { echo "You may not write to $$folder. Use a checkout, and a TMPDIR, of your own." >&2; exit 2; }; done
# Targets of project.json.
LINT = format types shell templates dead-code
CLOUD = $(ROOT)/test/cloud/run --

.DEFAULT_GOAL := help
.PHONY: help ami resume diff amis plan fetch sync check-user-data launch retire sweep share copy demo check lint test bench generate build clean

help: ## Show this help; make help topic=sg explains one parameter
ifeq ($(wildcard $(INSTALLED)),$(INSTALLED))
	@$(NODE) $(call script,help)
else
	@cat $(ROOT)/scripts/help.txt
	@echo 'There is more once the packages are installed; any other target does that.'
endif

##@ Building images

ami: $(INSTALLED) $(BUILT) ## Build an image: make ami config=config.yaml env=dev
	@$(NODE) $(call script,ami)

resume: $(INSTALLED) $(BUILT) ## Go on with a build that failed and kept its instance: make resume build=ID
	@$(NODE) $(call script,resume)

diff: $(INSTALLED) ## Show what changed between two images, as Markdown: make diff a=BUILD b=BUILD
	@$(NODE) $(SHORT_LIVED) $(call script,diff)

plan: $(INSTALLED) ## Show what make ami would do, and everything that is wrong
	@$(NODE) $(call script,plan)

fetch: $(INSTALLED) ## Fetch what an image needs from outside into ami/resources.s3
	@$(NODE) $(call script,fetch)

sync: $(INSTALLED) ## Upload ami/resources.s3, as make ami does before it builds
	@$(NODE) $(SHORT_LIVED) $(call script,sync)

check-user-data: $(INSTALLED) ## Check user data before a launch: make check-user-data file=FILE
	@$(NODE) $(call command,check-user-data) "$$PARAMETER_file"

launch: $(INSTALLED) ## Launch an instance of an image: make launch ami=ami-... [user_data=FILE]
	@$(NODE) $(call script,launch)

##@ Rolling images out

amis: $(INSTALLED) ## List images and worker stacks, give stacks another image: make amis [stacks=...]; see npx lava-ami --help
	@$(LEAN_NODE) $(call script,amis)

##@ Housekeeping

retire: $(INSTALLED) ## Deprecate, then deregister images nobody uses: make retire keep=5 older=90
	@$(NODE) $(call script,retire)

sweep: $(INSTALLED) ## Find and remove what interrupted builds left behind
	@$(NODE) $(call script,sweep)

share: $(INSTALLED) ## Let other accounts use an image: make share ami=ami-... accounts=111122223333
	@$(NODE) $(call script,share)

copy: $(INSTALLED) ## Copy an image to other regions: make copy ami=ami-... regions=us-west-2
	@$(NODE) $(call script,copy)

##@ Trying it without an AWS account (Debian or Ubuntu, as root)

demo: $(INSTALLED) ## Build an image in the local cloud, launch it, roll it out to a worker
	@$(ROOT)/test/cloud/install
	@$(CLOUD) $(NODE) $(ROOT)/test/demo/demo.ts

##@ Working on the factory

check: $(INSTALLED) ## Formatting, types, shell scripts, templates, dead code, unit tests; needs neither root nor Debian
	@$(ROOT)/test/lint-tools/install
	@$(NX) run-many $(STATIC) -t $(LINT) unit unit-shell

lint: $(INSTALLED) ## What make check does before it runs tests
	@$(ROOT)/test/lint-tools/install
	@$(NX) run-many $(STATIC) -t $(LINT)

test: $(INSTALLED) ## Prove everything: make check, the local cloud, virtual machines, real builds; make test suite=cloud
	@$(NODE) $(ROOT)/test/run.ts

bench: $(INSTALLED) ## Measure what we promise, as a table and as JSON
	@$(ROOT)/test/cloud/install
	@$(NODE) $(ROOT)/test/fetch.ts --expected
	@$(NODE) $(ROOT)/test/bench/bench.ts

generate: $(INSTALLED) ## Write what is made of the declarations: help.txt, the README's table
	@$(NODE) $(ROOT)/scripts/generate.ts
	@$(NODE) $(ROOT)/boot/commands/user-data-schema.ts

build: $(INSTALLED) # the boot scripts' bundles; nx does nothing when nothing changed, and is heard only when it fails
	@$(WRITABLE)
	@output=$$($(NX) run-many -t build 2>&1) || { echo "$$output" >&2; exit 1; }

clean: ## Stop the local cloud and remove everything that was built
	@test ! -d $(ROOT)/node_modules || for kind in '' -amazon-linux -cli -failures; do \
		LAVA_CLOUD_DIR=$${LAVA_CLOUD_DIR:-$(ROOT)/.cloud}$$kind $(ROOT)/test/cloud/clean; done
	@rm -rf $(ROOT)/dist $(ROOT)/.nx $(ROOT)/boot/dist $(ROOT)/node_modules

# Two makes at once install once, where the system has flock: npm ci begins by removing what is there.
$(INSTALLED): $(ROOT)/package-lock.json
	@$(WRITABLE)
	@cd $(ROOT) && $$(command -v flock > /dev/null && echo flock package-lock.json) sh -c 'test $@ -nt package-lock.json || \
		{ npm ci --no-audit --no-fund --loglevel=error && touch $@; }'
