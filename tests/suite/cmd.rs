//! Every console block of `tests/cmd`, of README and of the guide is run and compared.

#[test]
fn console_blocks_print_what_they_show() {
    let cases = trycmd::TestCases::new();
    cases
        .case("tests/cmd/*/*.trycmd")
        .case("README.md")
        .case("examples/guide/*.md");
    cases.run();
}
