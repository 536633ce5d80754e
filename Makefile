# What a developer and CI run. Every target does its own set-up; see CONTRIBUTING.md.
.PHONY: deps build test demo lint bench crash-walk power-cuts clean

PYTHON := /usr/bin/python3

deps: ## Installs the Debian packages that are missing.
	@Scripts/deps

build: deps ## Builds the release programs that demo, end-to-end tests and benchmarks use; they need no Swift to run.
	swift build -c release --static-swift-stdlib

test: build ## Unit tests, then the end-to-end suites (as root).
	@Scripts/unit-tests
	@Scripts/end-to-end

demo: build ## Wraps, installs, connects, updates and removes the reference agent on a booted machine.
	@$(PYTHON) Tests/EndToEnd/demo.py

lint: deps ## Checks the format of every Swift file and the links of every document.
	swift format lint --strict --recursive Package.swift Sources Tests
	@Scripts/check-links

bench: build ## Compares with dpkg-deb, rpmbuild, makeself and nfpm, and writes Documentation/benchmarks.md.
	@$(PYTHON) Benchmarks/run.py

crash-walk: build ## Kills every command that changes a machine or a site before each call that does; STRIDE=10 a tenth.
	@$(PYTHON) Tests/EndToEnd/crash_walk.py --stride $(or $(STRIDE),1)

power-cuts: build ## Cuts a virtual machine's power at points of an update and boots it again.
	@$(PYTHON) Tests/EndToEnd/power_cuts.py

clean: ## Removes what was built here; base roots stay in /var/cache/agentpack-e2e.
	rm -rf .build dist
