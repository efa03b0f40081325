//! From a bare machine to a checkout that is ready.

mod doctor;
mod fixes;
mod models;
mod probes;
mod setup;

use std::fs;
use std::os::unix::fs::symlink;

use onramp_tests::TestEnv;

use crate::workspace;

/// A workspace on a machine that has a handful of ordinary programs and nothing else: `PATH` is the folder
/// `machine` of the workspace.
fn machine(configuration: &str) -> TestEnv {
    let env = workspace(configuration);
    let programs = env.root().join("machine");
    fs::create_dir(&programs).expect("a new folder");
    for name in ["sh", "cat", "chmod", "cp", "rm", "sleep", "touch"] {
        let found = ["/bin", "/usr/bin"].map(|folder| format!("{folder}/{name}"));
        let file = found
            .iter()
            .find(|file| fs::exists(file).is_ok_and(|exists| exists))
            .expect("every system has it");
        symlink(file, programs.join(name)).expect("a link in a new folder");
    }
    let path = programs.to_string_lossy().into_owned();
    env.variable("PATH", &path)
}

/// A program that prints a version, whatever it is asked, and counts how often.
fn prints(text: &str) -> String {
    format!("#!/bin/sh\necho \"${{0##*/}}\" >> \"${{0%/*}}/../asked\"\necho '{text}'\n")
}
