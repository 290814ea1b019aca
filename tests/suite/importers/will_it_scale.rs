//! What will-it-scale wrote.

use super::{has_note, pairs, read};

#[test]
fn will_it_scale_is_two_series_without_its_first_row() {
    let (reading, rows) = read(
        "tasks,processes,processes_idle,threads,threads_idle,linear\n0,0,100,0,100,0\n\
         1,574916,93.73,574313,93.70,574916\n2,1006964,87.47,0,87.52,1149832\n",
    );
    assert_eq!(reading.series, ["processes", "threads"]);
    assert_eq!(
        pairs(&rows),
        [(1.0, 574_916.0), (1.0, 574_313.0), (2.0, 1_006_964.0)]
    );
    assert!(has_note(&reading, "zero-dropped"));
}
