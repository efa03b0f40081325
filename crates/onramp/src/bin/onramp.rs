//! The `onramp` program, for repositories without an `xtask` of their own.

use std::process::ExitCode;

fn main() -> ExitCode {
    onramp::Onramp::new().main()
}
