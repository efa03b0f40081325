//! The end-to-end tests of Onramp: one binary, one module per subject. `tidy` guards the repository itself.

mod audit;
mod bench;
mod builtins;
mod cache;
mod changes;
mod configuration;
mod db;
mod flowline;
mod graph;
mod histories;
mod hooks;
mod junit;
mod members;
mod migrate;
mod own_servers;
mod per_file;
mod problems;
mod processes;
mod reporters;
mod reports;
mod setup_and_doctor;
mod shards;
mod sql_files;
mod tidy;
mod verbs;
mod watch;

use onramp_tests::TestEnv;

/// An empty folder, and the program under test.
fn folder() -> TestEnv {
    TestEnv::new(env!("CARGO_BIN_EXE_onramp-under-test"))
}

/// A workspace with this configuration.
fn workspace(configuration: &str) -> TestEnv {
    folder().file("onramp.toml", &named(configuration))
}

/// A configuration in which the project has a name, as each must.
fn named(configuration: &str) -> String {
    if configuration.contains("name = ") {
        return configuration.to_owned();
    }
    match configuration.strip_prefix("[project]\n") {
        Some(rest) => format!("[project]\nname = \"demo\"\n{rest}"),
        None => format!("[project]\nname = \"demo\"\n\n{configuration}"),
    }
}
