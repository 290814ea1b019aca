//! What iperf3 wrote.

use super::{one_row, refused};

#[test]
fn iperf3_in_every_shape() {
    let udp = "{\"start\":{\"test_start\":{\"protocol\":\"UDP\",\"num_streams\":2,\"target_bitrate\":1000000}},\
        \"end\":{\"streams\":[],\"sum\":{\"bits_per_second\":2000000,\"lost_percent\":25}}}";
    one_row(udp, "iperf3", 2.0, 1_500_000.0, None);
    let stream = "{\"event\":\"start\",\"data\":{\"test_start\":{\"num_streams\":4}}}\n{\"event\":\"interval\",\"data\":{}}\n\
        {\"event\":\"end\",\"data\":{\"sum_received\":{\"bits_per_second\":7e9}}}\n";
    one_row(stream, "iperf3", 4.0, 7e9, None);
    let failed = "{\"start\":{\"version\":\"iperf 3.12\"},\"end\":{},\"error\":\"unable to connect to server\"}";
    assert!(refused(failed).to_string().contains("unable to connect"));
    let open = stream.lines().take(2).collect::<Vec<_>>().join("\n");
    assert!(
        refused(&open).to_string().contains("cut off"),
        "{}",
        refused(&open)
    );
}
