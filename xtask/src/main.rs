//! `cargo xtask`: the verbs of Onramp for this repository, and one task of its own.

mod demo;

use std::process::ExitCode;

fn main() -> ExitCode {
    onramp::Onramp::new()
        .task("demo", "Bring the example product from clone to two proved migrations", demo::run)
        .main()
}
