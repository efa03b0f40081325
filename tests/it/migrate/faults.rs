//! What a migrate works with dies, is taken away or is full: it says so, leaves the tree as it was, and nothing of it is
//! in the way of the next one.

mod deaths;
mod engine;
mod full;
mod images;
mod ports;
mod read_only;
mod strangers;
mod together;

use onramp_tests::{Run, Started};

use super::site::{Server, Site};

const MIGRATE: [&str; 6] = ["migrate", "--all-dialects", "-m", "add flow owner", "--format", "plain"];

/// Expects that a run ends as a failure that says what was wrong and what to do, and changes nothing.
#[track_caller]
fn fails(site: &Site, before: &[(std::path::PathBuf, Vec<u8>)], run: Started, saying: &str) -> Run {
    let run = run.finish();
    assert!([1, 4].contains(&run.code), "{run:#?}");
    assert!(run.stderr.contains("failed: ") && run.stderr.contains(saying), "`{saying}`: {}", run.stderr);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
    assert_eq!(site.snapshot(), before);
    run
}

/// Expects that nothing is left after one more command, which runs nothing, and that the next migrate goes through.
#[track_caller]
fn is_over(site: &Site, before: &[(std::path::PathBuf, Vec<u8>)]) {
    is_cleared(site);
    site.run(&MIGRATE).exits(0);
    site.restore(before);
    is_cleared(site);
}

/// Expects that nothing is left after one more command.
#[track_caller]
fn is_cleared(site: &Site) {
    site.run(&["db", "down"]).exits(0);
    site.comes_to(&[], "after one more command");
}

/// A site that may have places of its own to be filled or locked, with so much memory; `None`, and said so, where the
/// system allows none.
fn own_place(server: Server, memory: &str) -> Option<Site> {
    let site = Site::with_memory(server, memory)?;
    if site.memory().is_none() {
        onramp_tests::skip("places of its own need root, or a user who may mount");
        return None;
    }
    Some(site)
}
