//! The steps of the GitHub action, run by a shell in place of the runner.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The script of the step with this name: the block behind `run: |`.
fn script(step: &str) -> String {
    let text = fs::read_to_string(root().join(".github/actions/scalecalc/action.yml")).unwrap();
    let from = text.find(&format!("- name: {step}\n")).unwrap();
    let block = text[from..].split_once("run: |\n").unwrap().1;
    block
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("        "))
        .map(|line| line.trim_start_matches("        "))
        .collect::<Vec<_>>()
        .join("\n")
}

fn run(step: &str, scratch: &Path, inputs: [&str; 3]) -> Output {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_scalecalc"));
    let folder = program.parent().unwrap().to_str().unwrap();
    Command::new("bash")
        .args(["-c", &script(step)])
        .current_dir(root())
        .env(
            "PATH",
            format!("{folder}:{}", std::env::var("PATH").unwrap()),
        )
        .env("RUNNER_TEMP", scratch)
        .env("FILES", inputs[0])
        .env("POLICY", inputs[1])
        .env("BASELINE", inputs[2])
        .env("VERSION", "")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap()
}

#[test]
fn the_action_judges_as_the_program_does() {
    let scratch = std::env::temp_dir().join(format!("scalecalc-action-{}", std::process::id()));
    fs::create_dir_all(&scratch).unwrap();
    let baseline = "data/gate/baseline.csv";
    assert!(run("Install", &scratch, ["", "", ""]).status.success());
    let same = run("Check", &scratch, [baseline, "", baseline]);
    assert_eq!(same.status.code(), Some(0), "{same:?}");
    for file in ["scaling.xml", "scaling.json"] {
        assert!(scratch.join(file).is_file(), "{file}");
    }
    // Nothing to judge by, and nothing to judge, are never green.
    let no_rule = run("Check", &scratch, [baseline, "", ""]);
    assert_eq!(no_rule.status.code(), Some(2), "{no_rule:?}");
    let no_file = run("Check", &scratch, ["no-such.csv", "", baseline]);
    assert_eq!(no_file.status.code(), Some(3), "{no_file:?}");
    // An input is a name, and not a command.
    let hostile = run("Check", &scratch, ["$(touch${IFS}pwned)", "", baseline]);
    assert_ne!(hostile.status.code(), Some(0));
    assert!(!root().join("pwned").exists());
    fs::remove_dir_all(&scratch).unwrap();
}
