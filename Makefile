# Relais: everything a developer does, by name. `make demo` and `make test` set a fresh Debian machine up by themselves:
# they install what is missing through apt (as root, or through sudo), name it, build and run.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BUILD_PACKAGES := libcurl4-openssl-dev libmicrohttpd-dev libsqlite3-dev libssl-dev
DEMO_PACKAGES := curl
TEST_PACKAGES := curl openssl postfix procps python3 python3-html5lib python3-jwcrypto python3-venv strace systemd
# Judges from PyPI, in an environment of their own, and Debian's whose packages would start a server: these are unpacked, Kannel with the
# libraries that it needs.
UNPACKED_JUDGES := caddy kannel kannel-extras libct4 libhiredis0.14 libmariadb3 libpcre3 libpq5 nginx prometheus
JUDGES := botocore==1.44.5 messagebird==2.2.0 openapi-spec-validator==0.9.0 ovh==1.2.0 phonenumbers==9.0.43 prometheus_client==0.26.0 \
    schemathesis==4.32.5 sinch==2.3.0 smsutil==1.1.3 standardwebhooks==1.1.0 twilio==9.13.0 vonage-http-client==1.5.2 vonage-jwt==1.1.5
BENCH_PACKAGES := clang postfix python3 wrk
SCREENSHOT_PACKAGES := chromium fonts-dejavu-core python3

# One set of flags for every build, so that each file is compiled once: warnings are errors, and a room that imports another
# one without declaring it does not build.
SWIFT_FLAGS := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
DEBUG_BIN := .build/debug
RELEASE_BIN := .build/release

# Installs the Debian packages that are missing; a second run installs nothing.
define install
	@missing=""; for package in $(1); do \
	    dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	    echo 'postfix postfix/main_mailer_type select No configuration' | $$as_root debconf-set-selections; \
	    $$as_root apt-get update -qq; \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing > /dev/null; \
	fi
endef

# A mark names what is installed, so that a second run asks nobody.
define install_judges
	@if [ "$$(cat .build/judges/installed 2>/dev/null)" != "$(JUDGES) $(UNPACKED_JUDGES)" ]; then \
	    echo "installing $(JUDGES) $(UNPACKED_JUDGES)"; python3 -m venv --clear .build/judges; \
	    .build/judges/bin/pip install -q --disable-pip-version-check $(JUDGES); \
	    as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	    (cd .build/judges && { apt-get download -qq $(UNPACKED_JUDGES) 2> /dev/null || \
	            { $$as_root apt-get update -qq && apt-get download -qq $(UNPACKED_JUDGES); }; } && \
	        for package in $(UNPACKED_JUDGES); do dpkg-deb -x $${package}_*.deb $$package; done && rm ./*.deb); \
	    echo "$(JUDGES) $(UNPACKED_JUDGES)" > .build/judges/installed; \
	fi
endef

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# The shipped files beside the program, where it looks for them: <executable>/../share/relais.
define share
	@folder=$$(readlink -f $(1))/../share; mkdir -p "$$folder"; ln -sfn "$(CURDIR)" "$$folder/relais"
endef

.PHONY: build
build: ## build the gateway (debug): .build/debug/relais
	$(call install,$(BUILD_PACKAGES))
	@swift build $(SWIFT_FLAGS) --product relais
	$(call share,$(DEBUG_BIN))

.PHONY: demo
demo: build ## the whole way of a message, by itself; RELAY=smtp://host:port sends through a relay
	$(call install,$(DEMO_PACKAGES))
	@RELAY="$(RELAY)" Outbox/demo.sh "$(DEBUG_BIN)/relais"

.PHONY: test
test: ## every test, against real SMTP and HTTP servers; FILTER=name runs some
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(call install_judges)
	@swift build $(SWIFT_FLAGS) --build-tests
	$(call share,$(DEBUG_BIN))
	@swift test $(SWIFT_FLAGS) --skip-build $(if $(FILTER),--filter $(FILTER))

.PHONY: check
check: lint test ## what continuous integration runs: lint, warnings as errors, import check, tests

.PHONY: lint
lint: ## the format of every Swift file
	@swift format lint --strict --configuration .swift-format -r Package.swift Sources Tests
	@echo "lint: clean"

.PHONY: format
format: ## rewrite every Swift file in the format
	@swift format -i --configuration .swift-format -r Package.swift Sources Tests

.PHONY: bench
bench: ## the figures of mail, SMS and ledger, beside raw libcurl, Postfix and Kannel in the same run
	$(call install,$(BUILD_PACKAGES) $(BENCH_PACKAGES))
	$(call install_judges)
	@swift build $(SWIFT_FLAGS) -c release --product relais
	@Tests/Benchmarks/run.sh "$(RELEASE_BIN)/relais"
	@Tests/Benchmarks/outbox.py "$(RELEASE_BIN)/relais"
	@Tests/Benchmarks/serving.py "$(RELEASE_BIN)/relais"
	@Tests/Benchmarks/sms.py "$(RELEASE_BIN)/relais"
	@swift build $(SWIFT_FLAGS) -c release --product GateBenchmark
	@Tests/Benchmarks/ledger.py "$(RELEASE_BIN)/relais"

.PHONY: tsan
tsan: ## every test under ThreadSanitizer, the executable too; a report fails
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	@swift build --build-tests --sanitize thread --scratch-path .build-tsan
	@folder=$$(readlink -f .build-tsan/debug)/../share; mkdir -p "$$folder"; ln -sfn "$(CURDIR)" "$$folder/relais"
	@rm -f .build-tsan/report.*
	@TSAN_OPTIONS="log_path=$(CURDIR)/.build-tsan/report" \
	    swift test --skip-build --sanitize thread --scratch-path .build-tsan $(if $(FILTER),--filter $(FILTER))
	@if ls .build-tsan/report.* > /dev/null 2>&1; then cat .build-tsan/report.*; exit 1; fi; echo "tsan: no report"

.PHONY: asan
# Without the crash proof: its strace is a tracer, and LeakSanitizer refuses to run under one.
asan: ## every test under AddressSanitizer with leaks, the executable too; a report fails
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	@swift build --build-tests --sanitize address --scratch-path .build-asan 2>&1 \
	    | { grep -v "Cannot export local symbol '__asan_" || true; }
	@folder=$$(readlink -f .build-asan/debug)/../share; mkdir -p "$$folder"; ln -sfn "$(CURDIR)" "$$folder/relais"
	@rm -f .build-asan/report.*
	@SWIFT_BACKTRACE=enable=no ASAN_OPTIONS="detect_leaks=1:log_path=$(CURDIR)/.build-asan/report" \
	    LSAN_OPTIONS="suppressions=$(CURDIR)/Tests/lsan.supp:print_suppressions=0" \
	    swift test --skip-build --sanitize address --scratch-path .build-asan --skip whatWasPromisedOutlivesEveryCrash \
	    $(if $(FILTER),--filter $(FILTER))
	@if ls .build-asan/report.* > /dev/null 2>&1; then cat .build-asan/report.*; exit 1; fi; echo "asan: no report"

.PHONY: sim
sim: ## accept and deliver with crashes, simulated: SEEDS=1000 runs, or SEED=n that one again
	$(call install,$(BUILD_PACKAGES))
	@swift build $(SWIFT_FLAGS) --build-tests
	@SEEDS="$(or $(SEEDS),1000)" SEED="$(SEED)" \
	    swift test $(SWIFT_FLAGS) --skip-build --filter SimulationTests

.PHONY: races
races: ## objections against claims, COUNT=100000
	$(call install,$(BUILD_PACKAGES))
	@swift build $(SWIFT_FLAGS) --build-tests
	@RELAIS_RACES="$(or $(COUNT),100000)" swift test $(SWIFT_FLAGS) --skip-build --filter ObjectionRaceTests

.PHONY: crash
crash: build ## kills, power cuts, failing and full disks, with what they lost; COUNT=200 SEED=1 PARTS=kills,cuts,…
	$(call install,$(TEST_PACKAGES))
	@/usr/bin/python3 -B Tests/Crash/checker_test.py
	@/usr/bin/python3 -B Tests/Crash/fault_provider_test.py
	@/usr/bin/python3 -B Tests/Crash/crash.py --relais "$(DEBUG_BIN)/relais" --seed "$(or $(SEED),1)" --count "$(or $(COUNT),200)" \
	    $(if $(PARTS),--parts $(PARTS))

.PHONY: fuzz
fuzz: ## libFuzzer on every parser of foreign bytes, SECONDS=20 each
	$(call install,$(BUILD_PACKAGES))
	@Tests/Fuzz/run.sh "$(or $(SECONDS),20)"

.PHONY: screenshots
screenshots: demo ## the demo's mails and pages in Chromium, into Outbox/data/screenshots
	$(call install,$(SCREENSHOT_PACKAGES))
	@Outbox/screenshots.sh "$(DEBUG_BIN)/relais"

.PHONY: clean
clean: ## remove what was built and what the demo left
	@rm -rf .build Outbox/data
