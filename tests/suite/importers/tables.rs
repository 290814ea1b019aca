//! Delimited text that no tool wrote.

use super::{pairs, read, refused};

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
