//! The binary `kept`.

use std::process::ExitCode;

use clap::Parser as _;
use local::cli::{Cli, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    run(&cli)
}
