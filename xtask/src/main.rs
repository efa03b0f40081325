//! `cargo xtask`: the verbs of Onramp for this repository, and two tasks of its own.

mod bench;
mod demo;
mod flowline;

use std::process::ExitCode;

fn main() -> ExitCode {
    onramp::Onramp::new()
        .task("demo", "Bring the example product from clone to two proved migrations", demo::run)
        .task("bench", "Measure Onramp beside its peers; `cargo xtask bench help` tells the rest", bench::run)
        .main()
}
