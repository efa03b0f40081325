//! What is taken from the cache, what is kept in it, and what never is.

mod experiments;
mod interruptions;
mod keys;
mod outputs;
mod random;
mod safety;
mod store;
mod why;

use onramp_tests::TestEnv;

/// A task that leaves a line with its name in `log` whenever it runs. `log` is no output of it.
fn task(section: &str, name: &str, shell: &str, rest: &str) -> String {
    format!("[{section}.{name}]\nshell = true\nrun = \"echo {name} >> log; {shell}\"\n{rest}\n\n")
}

/// Runs a verb that must succeed, and tells which tasks ran, sorted.
#[track_caller]
fn ran(env: &TestEnv, arguments: &[&str]) -> String {
    env.write("log", "");
    env.onramp(arguments.iter().copied()).exits(0);
    lines(env)
}

/// The names in `log`, sorted.
fn lines(env: &TestEnv) -> String {
    let log = env.read("log");
    let mut names: Vec<&str> = log.split_whitespace().collect();
    names.sort_unstable();
    names.join(" ")
}
