# `just check` is what CI runs.

# Tools that `just tools` installed come first.
export PATH := justfile_directory() / "target/tools/bin" + ":" + env("PATH")

# List the recipes.
default:
    @just --list

# Everything that has to hold before a change is merged.
check: format clippy docs licences unused test

# Format, clippy, and the unit and flow tests: enough between two edits.
quick: format clippy
    cargo test --workspace --all-features --lib --test flows --test habits

# Fail if a file is not formatted.
format:
    cargo fmt --all -- --check

# Fail on any warning.
clippy:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Fail if the API documentation has a broken link or a missing comment.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps

# Fail on a dependency whose licence or source deny.toml does not allow.
licences: (need "cargo-deny")
    cargo deny check bans licenses sources

# Fail on a dependency or a source file that nothing uses.
unused: (need "cargo-shear")
    cargo shear --deny-warnings

# Run all tests, by the command in the README.
test:
    cargo test --workspace --all-features

# Measure how much of the code the tests run. The emulated cloud is left out: it builds binaries of its own.
coverage: (need "cargo-llvm-cov") (need "cargo-nextest") (need-llvm)
    LLVM_COV=llvm-cov-22 LLVM_PROFDATA=llvm-profdata-22 \
        cargo llvm-cov nextest --workspace --all-features -E 'not binary(cloud)' \
        --ignore-filename-regex '(^|/)(tests|benches)/' --summary-only

# Measure one deadline, and contacts by email on one machine.
bench:
    cargo bench -p domain --bench deadlines
    cargo bench -p local --bench mail -- 3000 16

# Install what the recipes need under target/tools.
tools:
    python3 -m venv target/tools
    target/tools/bin/pip --disable-pip-version-check install --quiet --requirement .ci/requirements.txt

# Build, check and deploy Kept on AWS: docs/aws.md.
deploy *arguments:
    python3 infra/aws/kept.py deploy {{arguments}}

# Remove Kept from AWS. What was recorded stays.
undeploy *arguments:
    python3 infra/aws/kept.py undeploy {{arguments}}

# Copy a restored table's items back into Kept's table on AWS.
restore table *arguments:
    python3 infra/aws/kept.py restore {{arguments}} {{table}}

# Remove one contact on AWS with everything that was written in it.
erase reference *arguments:
    python3 infra/aws/kept.py erase {{arguments}} {{reference}}

[private]
need tool:
    @command -v {{tool}} >/dev/null || { echo "{{tool}} is missing: \`just tools\` installs it under target/tools" >&2; exit 1; }

# The version is that of the compiler's own LLVM (`rustc --version --verbose`).
[private]
need-llvm:
    @command -v llvm-cov-22 >/dev/null || { echo "llvm-cov-22 is missing: \`apt-get install llvm-22\` on Debian" >&2; exit 1; }
