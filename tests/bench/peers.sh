#!/usr/bin/env bash
# Installs what the benchmarks compare with into target/peers: the crate usl, DuckDB,
# polars, Ciw and SimPy from PyPI, and a program that does nothing. Each is optional.
set -uo pipefail
cd "$(dirname "$0")/../.."
peers=target/peers
mkdir -p "$peers/bin"

cargo install usl --version 0.3.0 --features cli --locked --root "$peers" || echo "no crate usl" >&2

if [ ! -x "$peers/venv/bin/python" ]; then
    python3 -m venv "$peers/venv" || echo "no python venv" >&2
fi
"$peers/venv/bin/pip" install --quiet polars duckdb || echo "no polars, no duckdb" >&2
"$peers/venv/bin/pip" install --quiet ciw simpy || echo "no ciw, no simpy" >&2

echo 'fn main() {}' > "$peers/empty.rs"
rustc -O -o "$peers/bin/empty" "$peers/empty.rs" || echo "no empty program" >&2
