"""A million runs, folded by a database, fit to the same digits as the runs themselves.

usage: fold.py duckdb|spark SCALECALC FOLDER

Writes FOLDER/runs.csv (a USL curve with noise from a hash), folds it with the guide's query in
the named engine into FOLDER/<engine>.csv, and compares what SCALECALC makes of both files: its
own fold, and every number of the fit. The same for FOLDER/services.csv, several such curves told
apart by a column, with the guide's query for series. Exit code 0: equal to DIGITS; 77: the engine is not there.
"""
import csv
import importlib.util
import json
import math
import pathlib
import re
import shutil
import subprocess
import sys

RUNS = 1_000_000
SERVICES = {"checkout": 0.0267, "mail": 0.08, "search": 0.005}
RUNS_OF_SERVICES = 60_000
# Interval ends come from a root search: their last digits are its own.
DIGITS = 9

# The queries that the guide gives: for one series, for several, and for runs whose order is known.
GUIDE = pathlib.Path(__file__).parents[2] / "examples/guide/import.md"
QUERY, QUERY_OF_SERVICES, QUERY_IN_ORDER = (
    part.split(";\n```")[0] for part in GUIDE.read_text().split("```sql\n")[1:]
)


def write_runs(path):
    """One line a run: N from 1 to 64, noise of 5 % that depends on the line alone."""
    state = 12345
    with path.open("w") as out:
        out.write("n,throughput,run_at\n")
        for line in range(RUNS):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            noise = ((state >> 11) / 2**53 - 0.5) * 0.1
            n = 1 + line % 64
            x = 995.6 * n / (1 + 0.0267 * (n - 1) + 0.000769 * n * (n - 1)) * (1 + noise)
            out.write(f"{n},{x!r},{line}\n")


def write_services(path):
    """Runs of several services in turn, in no order of N, as a log has them."""
    state = 777
    with path.open("w") as out:
        out.write("service,n,throughput\n")
        for line in range(RUNS_OF_SERVICES):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            noise = ((state >> 11) / 2**53 - 0.5) * 0.1
            service = list(SERVICES)[line % len(SERVICES)]
            n = 1 + (state >> 33) % 40
            x = 800.0 * n / (1 + SERVICES[service] * (n - 1) + 0.0004 * n * (n - 1)) * (1 + noise)
            out.write(f"{service},{n},{x!r}\n")


def fold_duckdb(jobs):
    import duckdb

    connection = duckdb.connect()
    for runs, query, folded in jobs:
        connection.execute(f"CREATE OR REPLACE VIEW runs AS SELECT * FROM read_csv('{runs}', header=true)")
        connection.execute(f"COPY ({query}) TO '{folded}' (HEADER)")


def fold_spark(jobs):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    for runs, query, folded in jobs:
        spark.read.csv(str(runs), header=True, inferSchema=True).createOrReplaceTempView("runs")
        rows = spark.sql(query)
        with folded.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(rows.columns)
            writer.writerows(rows.collect())
    spark.stop()


def numbers(value, path=""):
    """Every number of a document, by its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from numbers(inner, f"{path}[{at}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def compare(what, left, right, kept):
    """The least number of digits to which the kept numbers of two documents agree."""
    left, right = (
        {path: value for path, value in numbers(side) if kept(path)} for side in (left, right)
    )
    if not left or left.keys() != right.keys():
        sys.exit(f"{what}: other keys: {sorted(left.keys() ^ right.keys())[:5]}")
    worst = 17.0
    for path, value in left.items():
        apart = abs(value - right[path]) / max(abs(value), abs(right[path]), 1e-9)
        digits = -math.log10(apart) if apart > 0 else 17.0
        if digits < worst:
            worst, where = digits, path
    if worst < DIGITS:
        sys.exit(f"{what}: {worst:.1f} digits at {where}: {left[where]} and {right[where]}")
    print(f"{what}: {len(left)} numbers, equal to {worst:.1f} digits or more")


def main():
    engine, scalecalc, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    runs, folded = folder / "runs.csv", folder / f"{engine}.csv"
    in_order = folder / f"{engine}-in-order.csv"
    services, by_service = folder / "services.csv", folder / f"{engine}-services.csv"
    module, fold = {"duckdb": ("duckdb", fold_duckdb), "spark": ("pyspark", fold_spark)}[engine]
    if importlib.util.find_spec(module) is None or (engine == "spark" and not shutil.which("java")):
        print(f"skipped: fold in {engine}: needs the Python module {module} (and Java for Spark)")
        sys.exit(77)
    write_runs(runs)
    write_services(services)
    fold([
        (runs, QUERY, folded),
        (runs, QUERY_IN_ORDER, in_order),
        (services, QUERY_OF_SERVICES, by_service),
    ])

    def ask(*arguments):
        done = subprocess.run([scalecalc, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{arguments}: {done.stderr}")
        return json.loads(done.stdout)

    own = ("import", "--fold", "--json")
    left = ask(*own, runs)
    # A table without a time has no order of runs, and its fold says nothing of it.
    unordered = re.compile(r"\.levels\[\d+\](?!\.throughput_step_stddev)")
    compare(f"{engine}, fold", left, ask(*own, folded), unordered.match)
    compare(f"{engine}, fold in order", left, ask(*own, in_order), lambda p: p.startswith(".levels"))
    # Residuals are differences of nearly equal numbers: what they lose says nothing of the fit.
    exact = re.compile(r"\.(fit|derived)|\.levels\[\d+\]\.(n|runs|throughput(?!_step)|fitted|efficiency)")
    fit = ("usl", "--json")
    compare(f"{engine}, fit", ask(*fit, runs), ask(*fit, folded), exact.match)
    by = (*fit, "--by", "service")
    several = re.compile(r"\.results\[\d+\](" + exact.pattern + ")")
    left, right = ask(*by, services), ask(*by, by_service)
    named = [result["input"]["series"] for result in left["results"]]
    if sorted(named) != sorted(SERVICES) or named != [r["input"]["series"] for r in right["results"]]:
        sys.exit(f"other series: {named}")
    compare(f"{engine}, fit of {len(named)} series", left, right, several.match)


main()
