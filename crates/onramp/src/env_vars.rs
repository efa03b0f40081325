//! The environment variables that Onramp itself looks at, and the one place that reads any.
//!
//! Every constant here is documented in `docs/environment.md`; a test compares the two.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use onramp_exec::Environment;

/// Set by most CI systems. Output is plain then, even where there is a terminal, and no database server is kept.
pub const CI: &str = "CI";

/// Set to `true` by GitHub's runners. Output has groups and annotations then.
pub const GITHUB_ACTIONS: &str = "GITHUB_ACTIONS";

/// Set by GitHub's runners to the file whose Markdown is shown on the page of the run. With the format `github` a
/// summary of the run is appended to it.
pub const GITHUB_STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Set by GitHub's runners for a pull request, to the branch that it is to be merged into.
pub const GITHUB_BASE_REF: &str = "GITHUB_BASE_REF";

/// Set to anything but the empty text, it turns colours off.
pub const NO_COLOR: &str = "NO_COLOR";

/// The terminal's kind; `dumb` turns colours and moving lines off.
pub const TERM: &str = "TERM";

/// The output format, where `--format` is not given: `human`, `plain`, `json` or `github`.
pub const ONRAMP_FORMAT: &str = "ONRAMP_FORMAT";

/// How many tasks run at once, where `-j` is not given.
pub const ONRAMP_JOBS: &str = "ONRAMP_JOBS";

/// The answer to every question, where `--answer` is not given: `yes`, `no` or `quit`.
pub const ONRAMP_ANSWER: &str = "ONRAMP_ANSWER";

/// How long a database server lives on when no command uses it, where it is to be another time than that of the
/// configuration: `10m`, `0s`.
pub const ONRAMP_KEEP_WARM: &str = "ONRAMP_KEEP_WARM";

/// Names of tasks, sections or hooks that `onramp hooks run` leaves out, with commas between them; `all` for everything.
pub const ONRAMP_SKIP: &str = "ONRAMP_SKIP";

/// Set by a hook for the tools that it starts, to the root of the work tree: a commit that they make there is refused
/// by its own hook.
pub const ONRAMP_HOOK: &str = "ONRAMP_HOOK";

/// The URL of a PostgreSQL server to use, unless the configuration names another variable.
pub const ONRAMP_POSTGRESQL_URL: &str = "ONRAMP_POSTGRESQL_URL";

/// Where the container engine listens; no other place is tried then.
pub const DOCKER_HOST: &str = "DOCKER_HOST";

/// Set to anything, an engine at a TCP address would want encryption, which is not supported.
pub const DOCKER_TLS_VERIFY: &str = "DOCKER_TLS_VERIFY";

/// Where Podman listens; tried first.
pub const CONTAINER_HOST: &str = "CONTAINER_HOST";

/// Where engines without root listen.
pub const XDG_RUNTIME_DIR: &str = "XDG_RUNTIME_DIR";

/// Where the user keeps the state of programs; that of a checkout which cannot be written lies there.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";

/// Where Docker Desktop listens, and where state is kept without `XDG_STATE_HOME`.
pub const HOME: &str = "HOME";

/// Where cargo was told which package it runs; its presence means that `cargo run` started Onramp.
pub const CARGO_MANIFEST_DIR: &str = "CARGO_MANIFEST_DIR";

/// Where cargo builds, so that hooks find a repository's own xtask there.
pub const CARGO_TARGET_DIR: &str = "CARGO_TARGET_DIR";

/// Set by a repository's own xtask that has cargo start it again, so that this is done once. Tasks do not see it.
pub const ONRAMP_BUILT: &str = "ONRAMP_BUILT";

/// What Onramp was started with: its environment and the directory one stands in.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// All variables, without those that cargo adds for the program it runs.
    pub environment: Environment,
    /// The current directory.
    pub directory: PathBuf,
    /// The system's folder for temporary files.
    pub temporary: PathBuf,
    /// The package that `cargo run` has started, where it has.
    pub cargo_package: Option<PathBuf>,
    /// Whether this program has had cargo start it, because it may not have been current.
    pub is_built: bool,
}

impl Surroundings {
    /// Reads them from the process.
    pub fn of_process() -> io::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads them")]
        let (variables, directory) = (std::env::vars_os(), std::env::current_dir()?);
        let variables: Vec<_> = variables.collect();
        let is_built = variables.iter().any(|(name, _)| name == ONRAMP_BUILT);
        let cargo_package = variables.iter().find(|(name, _)| name == CARGO_MANIFEST_DIR);
        Ok(Self {
            cargo_package: cargo_package.map(|(_, folder)| PathBuf::from(folder)),
            is_built,
            environment: without_cargo(variables),
            directory,
            temporary: std::env::temp_dir(),
        })
    }

    /// A variable's value as text, `None` where it is unset, empty or not UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.environment.get(name).and_then(OsStr::to_str).filter(|text| !text.is_empty())
    }
}

/// Removes what `cargo run` adds for the program it starts. Otherwise a task would see another environment,
/// and find other shared libraries, under `cargo xtask` than under `onramp`.
fn without_cargo(variables: Vec<(OsString, OsString)>) -> Environment {
    let mut environment = Environment::new(variables);
    environment.unset(ONRAMP_BUILT);
    if environment.get(CARGO_MANIFEST_DIR).is_none() {
        return environment;
    }
    let of_cargo: Vec<OsString> = environment
        .iter()
        .map(|(name, _)| name)
        .filter(|name| {
            name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_")
                    || name.starts_with("CARGO_MANIFEST_")
                    || ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"]
                        .contains(&name)
                    || ["RUSTUP_TOOLCHAIN", "RUST_RECURSION_COUNT"].contains(&name)
            })
        })
        .map(OsStr::to_owned)
        .collect();
    for name in of_cargo {
        environment.unset(name);
    }
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        let Some(value) = environment.get(name).map(OsStr::to_owned) else { continue };
        let kept = std::env::split_paths(&value).filter(|entry| !is_of_rust(entry));
        match std::env::join_paths(kept) {
            Ok(kept) if !kept.is_empty() => environment.set(name, kept),
            _ => environment.unset(name),
        }
    }
    environment
}

/// Whether cargo put this folder of libraries there: a toolchain's own, or a build's.
fn is_of_rust(entry: &std::path::Path) -> bool {
    let text = entry.to_string_lossy();
    text.contains("/rustlib/")
        || text.contains("/toolchains/")
        || ["/debug", "/debug/deps", "/release", "/release/deps"].iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_sees_no_trace_of_cargo_run() {
        let variables = [
            ("CARGO_MANIFEST_DIR", "/w/xtask"),
            ("CARGO_PKG_NAME", "xtask"),
            ("CARGO_HOME", "/c"),
            ("LD_LIBRARY_PATH", "/w/target/debug/deps:/t/lib/rustlib/x/lib:/opt/lib"),
            ("PATH", "/bin"),
        ];
        let environment = without_cargo(variables.map(|(n, v)| (n.into(), v.into())).to_vec());
        let left: Vec<_> =
            environment.iter().map(|(n, v)| format!("{}={}", n.display(), v.display())).collect();
        assert_eq!(left, ["CARGO_HOME=/c", "LD_LIBRARY_PATH=/opt/lib", "PATH=/bin"]);
    }
}
