use std::path::PathBuf;

/// The environment variable with the folder of the server programs that tests use, for a server other than the one that
/// the machine has installed.
pub const POSTGRESQL: &str = "ONRAMP_TEST_POSTGRESQL";

/// Tells on standard error that a test did not run here, and why. CI has everything, so there it fails.
///
/// # Panics
/// If the environment variable `CI` is set.
#[track_caller]
pub fn skip(why: &str) {
    assert!(!is_ci(), "CI must have what this test needs: {why}");
    say(&format!("skipped: {why}"));
}

/// Tells something on standard error.
pub fn say(text: &str) {
    #[expect(clippy::print_stderr, reason = "the only place where a test can say so")]
    {
        eprintln!("{text}");
    }
}

/// Whether CI runs the tests, which has more time than somebody who waits.
pub fn is_ci() -> bool {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    std::env::var_os("CI").is_some()
}

/// The folder of the server programs that were chosen, if any were.
pub(crate) fn chosen() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test decides by its own environment")]
    let folder = std::env::var_os(POSTGRESQL)?;
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}
