//! Kept on AWS: whether its templates hold, and a contact's way through an emulated cloud.
//!
//! SAM, cfn-lint and the emulator are Python, so what is tried is written in Python as well; here it
//! is started, with the tools in a virtual environment under `target/`.
#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn the_templates_are_in_order_and_each_function_may_what_its_row_says() {
    run(Command::new(tools()).arg("tests/cloud/templates.py"));
}

#[test]
fn a_contact_goes_its_way_through_an_emulated_cloud() {
    // The binaries that `kept.py deploy` ships, built as it builds them.
    run(Command::new("python3").args(["infra/aws/kept.py", "build"]));
    run(Command::new(tools()).arg("tests/cloud/flow.py"));
}

/// The Python that has the tools.
fn tools() -> PathBuf {
    let said = run(Command::new("python3").args(["infra/aws/kept.py", "tools"]));
    Path::new(String::from_utf8_lossy(&said.stdout).trim()).to_owned()
}

fn run(command: &mut Command) -> Output {
    // What cargo tells a test about its crate is not for the cargo that builds the binaries: some
    // build scripts look at it, and everything would be built anew each time.
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
    let said = match command.current_dir(ROOT).output() {
        Ok(said) => said,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!(
            "python3 is needed, 3.11 or later: `apt-get install python3 python3-venv` on Debian, or \
             from https://www.python.org/downloads/"
        ),
        Err(error) => panic!("{command:?}: {error}"),
    };
    assert!(
        said.status.success(),
        "{command:?} ended with {}\n{}{}",
        said.status,
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr),
    );
    said
}
