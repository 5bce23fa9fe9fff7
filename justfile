# What CI runs is `just check`.

# Show the recipes.
default:
    @just --list

# Everything that has to hold.
check: format clippy docs licences test

format:
    cargo fmt --all -- --check

clippy:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps

licences:
    cargo deny check bans licenses sources

# All tests, by the command that the README gives.
test:
    cargo test --workspace --all-features

# Contacts by mail on one machine: how many a second, at what cost.
bench:
    cargo bench -p local --bench mail -- 3000 16

# Builds, checks and deploys Kept on AWS: docs/aws.md.
deploy *arguments:
    python3 infra/aws/kept.py deploy {{arguments}}

# Removes Kept from AWS; what was recorded stays.
undeploy *arguments:
    python3 infra/aws/kept.py undeploy {{arguments}}

# Brings back what a restored copy of the table holds.
restore table *arguments:
    python3 infra/aws/kept.py restore {{arguments}} {{table}}

# Removes one contact on AWS, with everything that was written in it.
erase reference *arguments:
    python3 infra/aws/kept.py erase {{arguments}} {{reference}}
