#!/bin/sh
# A web service on this machine, loaded by wrk with N connections for five seconds a run.
# web.sh [URL]; finds the sizes by itself and stops when the peak is known to ±10 %.
set -eu
url=${1:-http://127.0.0.1:8080/}
exec scalecalc measure --max-n 128 --until 'peak±10%' --budget 15min --warmup 1 --timeout 30s \
    -o web.csv -- wrk -t1 -c '{n}' -d5s --latency "$url"
