//! `run --audit`: what a task reads and writes without declaring it. Needs strace, and therefore Linux.
#![cfg(target_os = "linux")]

mod comparison;
mod findings;
mod outputs;
mod refusals;

use std::path::Path;

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace with this configuration; `None`, and said so, where there is no strace.
fn audited(configuration: &str) -> Option<TestEnv> {
    if !Path::new("/usr/bin/strace").exists() {
        onramp_tests::skip("strace is not installed");
        return None;
    }
    Some(workspace(configuration))
}
