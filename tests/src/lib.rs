//! What the end-to-end tests stand on: a temporary workspace with a scrubbed environment, and the ways to run
//! the program in it.

mod flowline;
mod line;
mod run;
mod test_env;

pub use flowline::{Flowline, flowline};
pub use line::Line;
pub use onramp_testing::{is_ci, say, skip};
pub use run::{Run, Started};
pub use test_env::{TestEnv, snapshot};

/// Where the container engine of the tests listens, for a workspace that should have one; `None`, and said so, where
/// there is none.
pub fn docker_host() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    if host.is_none() {
        skip("DOCKER_HOST does not say where a container engine listens");
    }
    host
}

/// A number that a test is told by a variable of its environment.
///
/// # Panics
/// If the variable is no number.
pub fn asked(variable: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}
