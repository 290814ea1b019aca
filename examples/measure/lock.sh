#!/bin/sh
# A lock that threads share: how many get through, and where more are of no use.
# Builds examples/lock.rs and measures it; run it from the repository.
set -eu
cargo build --release --quiet --example lock
exec scalecalc measure --n 1..32:x2 --runs 3 --n-unit threads -o lock.csv -- \
    target/release/examples/lock '{n}' 1
