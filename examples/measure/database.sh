#!/bin/sh
# PostgreSQL with N clients of pgbench. The tables are filled once, and each run starts after a
# checkpoint, so that no run pays for the writes of the one before it.
# database.sh [DATABASE]
set -eu
database=${1:-bench}
pgbench --initialize --scale 10 --quiet "$database"
exec scalecalc measure --n 1..64:x2 --runs 3 --warmup 1 --timeout 60s \
    --prepare "psql --quiet --command checkpoint '$database'" \
    -o database.csv -- pgbench --client '{n}' --jobs 2 --time 10 "$database"
