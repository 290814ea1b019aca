//! What fio wrote.

use super::{close, one_row, pairs, read};

#[test]
fn fio_sums_jobs_that_ran_together() {
    let job = |name: &str, group: u32, iops: f64, options: &str| {
        format!(
            "{{\"jobname\":\"{name}\",\"groupid\":{group},\"error\":0,\"job options\":{{{options}}},\
             \"read\":{{\"iops\":{iops},\"lat_ns\":{{\"mean\":4000.0}}}},\"write\":{{\"iops\":{iops},\"lat_ns\":{{\"mean\":8000.0}}}}}}"
        )
    };
    let document = |jobs: &[String]| {
        format!(
            "fio: this line [0-9] precedes {{the}} document\n{{\"fio version\":\"fio-3.33\",\"global options\":{{\"iodepth\":\"16\",\"rw\":\"randrw\"}},\"jobs\":[{}]}}",
            jobs.join(",")
        )
    };
    // Two clones of one job in a group of their own, then a job alone.
    let (reading, rows) = read(&document(&[
        job("a", 0, 100.0, "\"numjobs\":\"2\""),
        job("a", 0, 50.0, "\"numjobs\":\"2\""),
        job("b", 1, 70.0, "\"iodepth\":\"4\""),
    ]));
    assert_eq!(pairs(&rows), [(32.0, 300.0), (4.0, 140.0)]);
    close(rows[0].latency.unwrap(), 6e-6);
    assert_eq!(reading.series, ["randrw"]);
    assert!(
        reading
            .remarks
            .iter()
            .any(|text| text.contains("before the JSON"))
    );
}

#[test]
fn fio_for_people_of_versions_2_and_3() {
    // Two clones of version 3.1, listed one by one (as in a public listing of its output).
    let three = "t: (g=0): rw=randrw, bs=(R) 4096B-4096B, ioengine=libaio, iodepth=32\n...\nfio-3.1\nStarting 2 processes\n\
        Jobs: 2 (f=2): [m(2)][100.0%][r=39MiB/s][eta 00m:00s]\rt: (groupid=0, jobs=1): err= 0: pid=1: Sun Aug 12\n\
        \x20  read: IOPS=2502, BW=9.78MiB/s (10.2MB/s)(2049MiB/209633msec)\n     lat (msec): min=1, max=90, avg=12.5, stdev=1\n\
        \x20 write: IOPS=2499, BW=9997KiB/s (10.2MB/s)(2047MiB/209633msec)\n     lat (msec): min=1, max=90, avg=13.5, stdev=1\n\
        \x20 lat (usec)   : 100=0.00%\n     issued rwt: total=524625,523951,0, short=0,0,0, dropped=0,0,0\n\
        t: (groupid=0, jobs=1): err= 0: pid=2: Sun Aug 12\n   read: IOPS=2498, BW=9992KiB/s (10.2MB/s)(2045MiB/209566msec)\n\
        \x20    lat (usec): min=1, max=90, avg=12500, stdev=1\n\nRun status group 0 (all jobs):\n   READ: bw=19MiB/s\n";
    let (reading, rows) = read(three);
    assert_eq!(
        (reading.format, reading.n_unit.as_deref()),
        ("fio", Some("I/Os in flight"))
    );
    assert_eq!(rows[0].n, Some(64.0));
    let (a, b) = (524_625.0 / 209.633, 523_951.0 / 209.633);
    assert!((rows[0].throughput - (a + b + 2498.0)).abs() < 1e-9);
    let waited = (a * 12.5 + b * 13.5 + 2498.0 * 12.5) / (a + b + 2498.0) / 1e3;
    assert!((rows[0].latency.unwrap() - waited).abs() < 1e-12);
    let two = "w: (groupid=0, jobs=4): err= 0: pid=8378: Mon Jan  5 15:15:17 2015\n\
        \x20 write: io=131072KB, bw=910222KB/s, iops=227555 , runt=   144msec\n    clat (usec): min=2 , max=33 , avg= 2.82, stdev= 0.80\n\
        \x20    lat (usec): min=2 , max=33 , avg= 2.90, stdev= 0.79\n    issued    : total=r=0/w=32768/d=0, short=r=0/w=0/d=0\n\
        \nRun status group 0 (all jobs):\n  WRITE: io=131072KB\n";
    one_row(two, "fio", 4.0, 32_768.0 / 0.144, Some(2.9e-6));
}
