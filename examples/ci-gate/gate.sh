#!/usr/bin/env bash
# Judges a sweep in CI: gate.sh BENCH.csv BASELINE [POLICY]
#
# Red (exit code 1) where a rule or the baseline conclusively fails, also red without data,
# rules or baseline (2, 3); a warning where the runs cannot tell. To accept a new baseline:
#   scalecalc usl BENCH.csv -o json=BASELINE
set -euo pipefail

bench=$1
baseline=$2
policy=${3:-examples/ci-gate/policy.toml}
results=${RUNNER_TEMP:-.}

exec scalecalc check "$bench" --policy "$policy" --baseline "$baseline" \
  --format github \
  --output "junit=$results/scaling.xml" \
  --output "json=$results/scaling.json"
