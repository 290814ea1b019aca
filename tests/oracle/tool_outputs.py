#!/usr/bin/env python3
"""Load, throughput and mean latency in the outputs of benchmark tools, parsed by regular expressions.

Prints tests/data/tools/expected_latency.csv: set, file, n, throughput per second, latency in seconds
(empty where the tool prints none, or fewer than two digits of it). Run from the top of the repository:

    python3 tests/oracle/tool_outputs.py > tests/data/tools/expected_latency.csv
"""
import csv
import glob
import io
import json
import os
import re
from decimal import Decimal as D

UNIT = {"ns": D("1e-9"), "nsec": D("1e-9"), "us": D("1e-6"), "µs": D("1e-6"), "usec": D("1e-6"), "ms": D("1e-3"),
        "msec": D("1e-3"), "s": D(1)}
SUFFIX = {"": D(1), "k": D(1000), "M": D(10) ** 6}


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)\s*(\D+)", text.strip()).groups()
    return D(number) * UNIT[unit]


def one(pattern, text, group=1):
    found = re.search(pattern, text, re.M)
    return found.group(group) if found else None


def h2load(text, name):
    mean = re.search(r"time for request:\s+\S+\s+\S+\s+(\S+)", text).group(1)
    return one(r"(\d+) total client", text), one(r", ([\d.]+) req/s", text), seconds(mean)


def siege(text, name):
    return one(r"c(\d+)\.", name), one(r'"transaction_rate":\s*([\d.]+)', text), None


def loadtest(text, name):
    mean = one(r"Mean latency:\s+([\d.]+) ms", text)
    return (one(r"Concurrent clients:\s+(\d+)", text), one(r"Effective rps:\s+(\d+)", text),
            D(mean) / 1000 if len(mean.replace(".", "").lstrip("0")) > 1 else None)


def fio_txt(text, name):
    count = D(one(r"issued rwts: total=(\d+)", text))
    time = D(one(r"read: .*/(\d+)msec", text)) / 1000
    unit, mean = re.search(r"^ +lat \((\w+)\): .*avg=([\d.]+)", text, re.M).groups()
    return one(r"jobs=(\d+)", text), count / time, D(mean) * UNIT[unit]


def k6_stdout(text, name):
    mean = one(r"http_req_duration\.+: avg=(\S+)", text)
    return one(r"v(\d+)\.", name), one(r"http_reqs\.+: \d+ +([\d.]+)/s", text), seconds(mean)


def k6_summary(text, name):
    metrics = json.loads(text, parse_float=D)["metrics"]
    return one(r"v(\d+)\.", name), metrics["http_reqs"]["rate"], D(metrics["http_req_duration"]["avg"]) / 1000


def iperf3(text, name):
    document = json.loads(text, parse_float=D)
    return document["start"]["test_start"]["num_streams"], document["end"]["sum_received"]["bits_per_second"], None


def wrk_latency(text, name):
    return (one(r"and (\d+) connections", text), one(r"Requests/sec:\s+([\d.]+)", text),
            seconds(one(r"^ +Latency +(\S+)", text)))


def pgbench_tpcb(text, name):
    return (one(r"number of clients: (\d+)", text), one(r"tps = ([\d.]+) \(w", text),
            D(one(r"latency average = ([\d.]+) ms", text)) / 1000)


def sysbench_cpu(text, name):
    return (one(r"Number of threads: (\d+)", text), one(r"events per second: +([\d.]+)", text),
            D(one(r"avg: +([\d.]+)", text)) / 1000)


def ab_nginx(text, name):
    return (one(r"Concurrency Level: +(\d+)", text), one(r"Requests per second: +([\d.]+)", text),
            D(one(r"Time per request: +([\d.]+) \[ms\] \(mean\)", text)) / 1000)


def fio_null(text, name):
    document = json.loads(text[text.index("{"):], parse_float=D)
    n = rate = waited = D(0)
    for job in document["jobs"]:
        options = {**document.get("global options", {}), **job["job options"]}
        n = D(options.get("numjobs", "1"))
        for way in ("read", "write"):
            rate += D(job[way]["iops"])
            waited += D(job[way]["iops"]) * D(job[way]["lat_ns"]["mean"])
    return n, rate, waited / rate / 10 ** 9 if rate else None


def named(name):
    return one(r"n(\d+)_", name)


def pgbench_hotrow(text, name):
    rate = re.findall(r"^tps = ([\d.]+)", text, re.M)[-1]
    return (one(r"number of clients: (\d+)", text), rate,
            D(one(r"latency average = ([\d.]+) ms", text)) / 1000)


def wrk_nginx(text, name):
    return (one(r"and (\d+) connections", text), one(r"Requests/sec: +([\d.]+)", text),
            seconds(one(r"^ +Latency +(\S+)", text)))


def hey_nginx(text, name):
    # Four decimals of a second: below 5 ms they are rounded by more than 1 %.
    mean = D(one(r"Average:\s+([\d.]+) secs", text))
    return named(name), one(r"Requests/sec:\s+([\d.]+)", text), mean if mean >= D("0.005") else None


def oha_nginx(text, name):
    summary = json.loads(text, parse_float=D)["summary"]
    return named(name), summary["requestsPerSec"], summary["average"]


def autocannon_nginx(text, name):
    document = json.loads(text, parse_float=D)
    return document["connections"], D(document["requests"]["mean"]), D(document["latency"]["mean"]) / 1000


def locust_nginx(text, name):
    rows = list(csv.DictReader(io.StringIO(text)))
    total = [row for row in rows if row["Name"] == "Aggregated"][0]
    return named(name), total["Requests/s"], D(total["Average Response Time"]) / 1000


def sysbench_cpu_rt(text, name):
    return (one(r"Number of threads: (\d+)", text), one(r"events per second: +([\d.]+)", text),
            D(one(r"avg: +([\d.]+)", text)) / 1000)


def sysbench_mutex(text, name):
    events, time = one(r"total number of events: +(\d+)", text), one(r"total time: +([\d.]+)s", text)
    # Each event is the whole run of a thread.
    return one(r"Number of threads: (\d+)", text), D(events) / D(time), D(one(r"avg: +([\d.]+)", text)) / 1000


def sysbench_oltp_ro_pg(text, name):
    return (one(r"Number of threads: (\d+)", text), one(r"transactions: +\d+ +\(([\d.]+) per sec", text),
            D(one(r"avg: +([\d.]+)", text)) / 1000)


READERS = [h2load, siege, loadtest, fio_txt, k6_stdout, k6_summary, iperf3, wrk_latency, pgbench_tpcb, sysbench_cpu,
           ab_nginx, fio_null, pgbench_hotrow, wrk_nginx, hey_nginx, oha_nginx, autocannon_nginx, locust_nginx,
           sysbench_cpu_rt, sysbench_mutex, sysbench_oltp_ro_pg]
print("set,file,n,throughput,latency_s")
for reader in READERS:
    folder = os.path.join("tests/data/tools", reader.__name__)
    for path in sorted(glob.glob(folder + "/*")):
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            n, rate, latency = reader(file.read(), name)
        latency = "" if latency is None else repr(float(latency))
        print(f"{reader.__name__},{name},{int(n)},{float(rate)!r},{latency}")
