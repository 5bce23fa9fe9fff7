//! Tests of Kept on AWS: its templates, and a contact's life in an emulated cloud.
//!
//! SAM, cfn-lint and the emulator are Python, so the tests are too. This file starts them, with the
//! tools in a virtual environment under `target/`.
#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn the_templates_are_valid_and_each_function_has_the_rights_of_its_row() {
    run(Command::new(tools()).arg("tests/cloud/templates.py"));
}

#[test]
fn a_contact_is_received_missed_answered_and_erased_in_an_emulated_cloud() {
    // These are the binaries that `kept.py deploy` ships.
    run(Command::new("python3").args(["infra/aws/kept.py", "build"]));
    run(Command::new(tools()).arg("tests/cloud/flow.py"));
}

/// The path of the Python that has the tools.
fn tools() -> PathBuf {
    let output = run(Command::new("python3").args(["infra/aws/kept.py", "tools"]));
    Path::new(String::from_utf8_lossy(&output.stdout).trim()).to_owned()
}

fn run(command: &mut Command) -> Output {
    // Cargo describes the test's crate in variables. Some build scripts read them, so the cargo that
    // builds the binaries would build everything again each time if they were passed on.
    for (name, _) in std::env::vars_os() {
        let own = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        });
        if own {
            command.env_remove(name);
        }
    }
    let output = match command.current_dir(ROOT).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!(
            "Python 3.11 or later is needed: `apt-get install python3 python3-venv` on Debian, or \
             https://www.python.org/downloads/"
        ),
        Err(error) => panic!("{command:?}: {error}"),
    };
    assert!(
        output.status.success(),
        "{command:?} failed with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}
