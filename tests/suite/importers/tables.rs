//! Delimited text that no tool wrote.

use super::{close, has_note, pairs, read, read_with, refused};
use scalecalc::data::ReadOptions;

/// `1.955,3` is 1955.3 wherever both marks are there to tell.
#[test]
fn both_marks_in_a_number_tell_which_is_which() {
    for text in [
        "Threads;TPS\n1;1.955,3\n2;3.878,1\n",
        "Threads\tTPS\n1\t1.955,3\n2\t3.878,1\n",
        "Threads;TPS\n1;1,955.3\n2;3,878.1\n",
        "Threads,TPS\n1,\"1,955.3\"\n2,\"3,878.1\"\n",
    ] {
        let (_, rows) = read(text);
        assert_eq!(pairs(&rows), [(1.0, 1955.3), (2.0, 3878.1)], "{text}");
    }
    // Either mark alone may mean either.
    for text in ["n,x\n1,\"1,955\"\n2,\"3,878\"\n", "n;x\n1;1.955,31,2\n"] {
        refused(text);
    }
}

/// A table that blanks separate is told about its cell, and not that no tool wrote it.
#[test]
fn a_table_of_blanks_is_a_table() {
    let error = refused("size tput\n1 955\n2 1878\n3 na\n").to_string();
    assert!(!error.contains("no known tool"), "{error}");
    let error = refused("it went well today\nand then it did not, at all\n").to_string();
    assert!(error.contains("no known tool"), "{error}");
}

/// 2 nodes of 950/s each carry 1900/s: what a name says is for one is N times as much for all.
#[test]
fn a_throughput_for_one_unit_is_multiplied_by_n() {
    let rows = "\n1,1000\n2,950\n4,900\n";
    for (n, x) in [
        ("nodes", "req/s per node"),
        ("nodes", "rps/node"),
        ("nodes", "throughput_per_node"),
        ("nodes", "requests per node per second"),
        ("nodes", "Throughput (req/s per node)"),
        ("threads", "ops/s/thread"),
        ("threads", "per-thread throughput"),
        ("cores", "tps per core"),
        ("n", "rps per unit"),
    ] {
        let text = format!("{n},{x}{rows}");
        let (reading, read_rows) = read(&text);
        let expected = [(1.0, 1000.0), (2.0, 1900.0), (4.0, 3600.0)];
        assert_eq!(pairs(&read_rows), expected, "{text}");
        assert!(has_note(&reading, "unit-assumed"), "{text}");
        let total = ReadOptions::default().with_per_unit(false);
        let (reading, read_rows) = read_with(text.as_bytes(), &total).unwrap();
        assert_eq!(pairs(&read_rows)[2], (4.0, 900.0), "{text}");
        assert!(!has_note(&reading, "unit-assumed"), "{text}");
    }
    // The total is there too.
    let (_, rows) = read("nodes,req/s,req/s per node\n1,1000,1000\n2,1900,950\n");
    assert_eq!(pairs(&rows), [(1.0, 1000.0), (2.0, 1900.0)]);
}

#[test]
fn a_title_above_the_header_is_passed_over() {
    for text in [
        "Load test,,\nPods,RPS,note\n1,988,\n2,1946,\n",
        "Load test,,\r\n,,\r\nOctober,,\r\nPods,RPS,note\r\n1,988,\r\n2,1946,\r\n",
        "Load test of the shop\nPods,RPS\n1,988\n2,1946\n",
        "Load test\nPods;RPS\n1;988\n2;1946\n",
    ] {
        let (_, rows) = read(text);
        assert_eq!(pairs(&rows), [(1.0, 988.0), (2.0, 1946.0)], "{text}");
    }
    // Lines keep their numbers.
    let error = refused("Load test,,\nPods,RPS,note\n1,988,\n2,zz,\n").to_string();
    assert!(error.starts_with("line 4"), "{error}");
}

#[test]
fn groups_of_thousands_that_can_be_nothing_else_are_read() {
    for text in [
        "Threads,RPS\n1,1'946\n2,59'846\n",
        "Threads,RPS\n1,1 946\n2,59 846\n",
        "Threads;RPS\n1;1\u{202f}946\n2;59\u{202f}846\n",
        "Threads\tRPS\n1\t1\u{a0}946\n2\t59\u{a0}846\n",
    ] {
        let (_, rows) = read(text);
        assert_eq!(pairs(&rows), [(1.0, 1946.0), (2.0, 59846.0)], "{text}");
    }
    for text in [
        "Threads,RPS\n1,1 94\n2,59 846\n",
        "Threads,RPS\n1,1'9464\n2,9\n",
    ] {
        refused(text);
    }
}

#[test]
fn a_scale_in_the_header_counts() {
    for name in [
        "Ops/sec (k)",
        "Throughput (kops/s)",
        "Throughput (k ops/s)",
        "thousand req/s",
        "req/s (thousands)",
        "req/s in thousands",
        "rps (x1000)",
        "krps",
        "k req/s",
    ] {
        let (_, rows) = read(&format!("threads,{name}\n1,2\n2,3.5\n"));
        assert_eq!(pairs(&rows), [(1.0, 2000.0), (2.0, 3500.0)], "{name}");
    }
    let (_, rows) = read("threads,ops/s (M)\n1,2\n2,3.5\n");
    assert_eq!(pairs(&rows), [(1.0, 2e6), (2.0, 3.5e6)]);
}

#[test]
fn cells_may_have_their_unit() {
    let (reading, rows) = read(
        "Workers\tThroughput\tAvg latency\n1\t820\t1.2 ms\n2\t1560\t1300 us\n4\t2930\t1.4 ms\n",
    );
    assert_eq!(pairs(&rows), [(1.0, 820.0), (2.0, 1560.0), (4.0, 2930.0)]);
    for (row, latency) in rows.iter().zip([1.2e-3, 1.3e-3, 1.4e-3]) {
        close(row.latency.unwrap(), latency);
    }
    assert!(!has_note(&reading, "unit-assumed"));
    let (_, rows) = read("vcpus,rps\n1 vCPU,0.5k\n2 vCPU,1.95k\n4 vCPU,3.67k\n");
    assert_eq!(pairs(&rows), [(1.0, 500.0), (2.0, 1950.0), (4.0, 3670.0)]);
    let (_, rows) = read("Threads,latency_us,rps\n4 threads,1.5 ms,9\n8 threads,1,9\n");
    close(rows[0].latency.unwrap(), 1.5e-3);
    close(rows[1].latency.unwrap(), 1e-6);
    refused("threads,rps\n1 cat,5\n2 cats,9\n");
}

#[test]
fn errors_beside_the_throughput_are_noted() {
    let rows = "\n1,1000,0\n2,1900,0\n4,3500,0\n8,6000,3000\n16,8000,7000\n";
    for name in ["Errors", "failed requests", "error rate", "Errors (%)"] {
        let (reading, read_rows) = read(&format!("Threads,Req/s,{name}{rows}"));
        assert_eq!(read_rows.len(), 5);
        let note = (reading.notes.iter())
            .find(|note| note.code.name() == "errors-counted")
            .unwrap();
        assert!(
            note.text.to_string().contains("N = 8, 16"),
            "{name}: {note:?}"
        );
    }
    for text in [
        "Threads,Req/s,Errors\n1,1000,0\n2,1900,\n4,3500,none\n",
        "Threads,Req/s,error\n1,1000,5\n2,1900,9\n",
    ] {
        let (reading, _) = read(text);
        assert!(!has_note(&reading, "errors-counted"), "{text}");
    }
}
