//! Whether a repository's own xtask is what its sources say, where it was started without cargo: a git hook starts it
//! that way, because cargo takes longer to find out that there is nothing to build than many a hook takes.
//!
//! Cargo alone decides. What is noted is a moment *before* it was asked, and which program it came to: as long as that
//! program lies there and none of its sources is of that moment or later, cargo would come to it again. A time that is
//! taken after the build would not do, since who saves a file during a build would be overlooked. The sources are those
//! that cargo has written down beside the program, and the manifests and settings in the folders above them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use onramp_core::{Cancel, Secrets};
use onramp_exec::{Launcher, ProcessSpec};

use crate::env_vars::{self, Surroundings};
use crate::state::State;
use crate::{Error, whole_file};

/// What cargo reads beside the sources that it writes down.
const BESIDE: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".cargo/config",
    ".cargo/config.toml",
];

/// Lets cargo start this program again, with the same arguments, unless it is current. Returns if it is, or if cargo
/// has just started it; fails where cargo cannot be started.
pub(crate) fn refresh(arguments: &[OsString], surroundings: &Surroundings) -> Result<(), Error> {
    let Some(root) = onramp_config::find_root(&surroundings.directory) else { return Ok(()) };
    let state = State::of(&root);
    let build = OwnBuild::of_process();
    let is_judged = |build: &OwnBuild| build.is_run_by_cargo(surroundings);
    if surroundings.is_built || build.as_ref().is_some_and(is_judged) {
        // Without the note cargo is asked again the next time.
        let _ = build.map(|build| build.note(&state));
        return Ok(());
    }
    if build.is_some_and(|build| build.is_current(&state)) {
        return Ok(());
    }
    // An older file of this name tells of an earlier moment, which is as good.
    let _ = state.create().and_then(|()| fs::File::create_new(state.own_build_asked()));
    let words = ["cargo", "xtask"].into_iter().map(OsString::from);
    let argv = words.chain(arguments.iter().skip(1).cloned());
    let mut environment = surroundings.environment.clone();
    environment.set(env_vars::ONRAMP_BUILT, "1");
    let spec = ProcessSpec::new(argv, &surroundings.directory, environment);
    let error = Launcher::new(Cancel::new(), Secrets::new()).replace(&spec);
    Err(Error::environment(format!("this xtask may be older than its sources, and cannot be built: {error}"))
        .hint("install Rust from https://rustup.rs; git commit --no-verify does without hooks"))
}

/// The program that runs, as cargo has built it.
struct OwnBuild {
    file: PathBuf,
    /// All sources that cargo has written down.
    sources: Vec<PathBuf>,
}

impl OwnBuild {
    fn of_process() -> Option<Self> {
        let file = std::env::current_exe().ok()?;
        let sources = sources(&fs::read_to_string(file.with_extension("d")).ok()?);
        (!sources.is_empty()).then_some(Self { file, sources })
    }

    /// Whether `cargo run` of the package that this program comes from has started it, and not that of another one
    /// which has then started git.
    fn is_run_by_cargo(&self, surroundings: &Surroundings) -> bool {
        let package = surroundings.cargo_package.as_ref();
        package.is_some_and(|package| self.sources.iter().any(|source| source.starts_with(package)))
    }

    /// Notes that cargo came to this program after the moment at which it was asked.
    fn note(&self, state: &State) -> std::io::Result<()> {
        let asked = state.own_build_asked();
        if let (Some(moment), Some(identity)) = (modified(&asked), self.identity()) {
            let text = format!("{moment}\n{identity}\n");
            whole_file::replace(&state.own_build(), |file| fs::write(file, text))?;
            fs::remove_file(asked)?;
        }
        Ok(())
    }

    fn is_current(&self, state: &State) -> bool {
        let noted = fs::read_to_string(state.own_build()).unwrap_or_default();
        let Some((moment, identity)) = noted.trim_end().split_once('\n') else { return false };
        let Ok(moment) = moment.parse::<u128>() else { return false };
        let is_older = |file: &Path| modified(file).is_some_and(|modified| modified < moment);
        let folders: BTreeSet<&Path> =
            self.sources.iter().filter_map(|source| source.parent()).flat_map(Path::ancestors).collect();
        let mut beside = folders.iter().flat_map(|folder| BESIDE.map(|name| folder.join(name)));
        self.identity().is_some_and(|own| own == identity)
            && self.sources.iter().all(|source| is_older(source))
            && beside.all(|file| !file.exists() || is_older(&file))
    }

    /// What tells this program from another one that is put in its place.
    fn identity(&self) -> Option<String> {
        let metadata = self.file.metadata().ok()?;
        let time = modified(&self.file)?;
        Some(format!("{} {} {time} {}", metadata.ino(), metadata.len(), self.file.display()))
    }
}

/// When a file was written, in nanoseconds since 1970.
fn modified(file: &Path) -> Option<u128> {
    let time = file.metadata().ok()?.modified().ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_nanos())
}

/// The sources in what cargo writes beside a program: `program: source source`, spaces in names behind a backslash.
fn sources(text: &str) -> Vec<PathBuf> {
    let Some((_, list)) = text.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let mut sources = vec![String::new()];
    let mut letters = list.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&' ') => {
                sources.last_mut().expect("never empty").extend(letters.next())
            }
            ' ' => sources.push(String::new()),
            letter => sources.last_mut().expect("never empty").push(letter),
        }
    }
    sources.into_iter().filter(|source| !source.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_spaces_and_backslashes() {
        let text = "/w/my\\ target/xtask: /w/my\\ src/a.rs /w/b\\c.rs\n\n/w/lib: /w/other.rs\n";
        assert_eq!(sources(text), ["/w/my src/a.rs", "/w/b\\c.rs"].map(PathBuf::from));
        assert_eq!(sources(""), [""; 0].map(PathBuf::from));
    }
}
