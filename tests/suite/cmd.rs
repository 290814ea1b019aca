//! Every console block of `tests/cmd` and of README is run and compared.

#[test]
fn console_blocks_print_what_they_show() {
    let cases = trycmd::TestCases::new();
    cases.case("tests/cmd/*/*.trycmd");
    if std::path::Path::new("README.md").exists() {
        cases.case("README.md");
    }
    cases.run();
}
