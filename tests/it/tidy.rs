//! What must stay true of this repository, whoever changes it.

mod architecture;
mod documents;
mod sources;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the tests lie in the repository")
}

/// Runs a program at the root of the repository.
fn program(argv: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "what is looked at here is no workspace of a test")]
    let mut command = Command::new(argv[0]);
    command.args(&argv[1..]).current_dir(root()).output().expect("the program starts")
}

/// The files that git has or would add, relative to the root.
fn files() -> Vec<String> {
    let output = program(&["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let exists = |file: &&str| root().join(file).is_file();
    listing.split('\0').filter(|file| !file.is_empty()).filter(exists).map(str::to_owned).collect()
}

/// The files that a predicate chooses, with their text. What is no text is left out.
fn texts(chosen: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let text = |file: String| Some((file.clone(), std::fs::read_to_string(root().join(&file)).ok()?));
    files().into_iter().filter(|file| chosen(file)).filter_map(text).collect()
}

/// The Rust sources of the crates.
fn sources() -> Vec<(String, String)> {
    texts(|file| file.starts_with("crates/") && file.contains("/src/") && file.ends_with(".rs"))
}

/// The text of one file, the empty text where there is none.
fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_default()
}
