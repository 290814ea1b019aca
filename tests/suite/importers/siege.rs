//! What siege wrote.

use super::{has_note, named, one_row, read, read_with, text_of};

#[test]
fn siege_as_text_says_its_users() {
    // The report of siege 2.60, as its manual shows it.
    let text = "** Siege 2.60\n** Preparing 100 concurrent users for battle.\nThe server is now under siege...done\n\
        Transactions:                    339 hits\nAvailability:                  93.39 %\nElapsed time:                  67.47 secs\n\
        Data transferred:            4273708 bytes\nResponse time:                  8.25 secs\nTransaction rate:               5.02 trans/sec\n\
        Throughput:                 63342.34 bytes/sec\nConcurrency:                   41.47\nSuccessful transactions:         337\n\
        Failed transactions:              26\nLongest transaction:           17.77 secs\nShortest transaction:           0.37 secs\n";
    one_row(text, "siege", 100.0, 5.02 * (337.0 / 339.0), Some(8.25));
    let (reading, _) = read(text);
    assert!(has_note(&reading, "errors-counted"));
    // Without users N is what siege measured in flight, unless the name of the file says it.
    let unnamed = text_of("siege/c4.txt");
    assert!((read(&unnamed).1[0].n.unwrap() - 4.0).abs() < 1.0);
    assert_eq!(
        read_with(unnamed.as_bytes(), &named(4.0)).unwrap().1[0].n,
        Some(4.0)
    );
    let both = [text, "{\n\t\"transactions\":\t339,\n\t\"availability\": 93.39,\n\t\"transaction_rate\":\t5.02,\n\t\"concurrency\": 41.47,\n\t\"shortest_transaction\":\t0.37\n}\n"].concat();
    assert_eq!(read(&both).1.len(), 1);
}
