//! Failures whose cause is a place that is full or cannot be written. The system, servers, drivers and tools each have their
//! own words for that, and hardly any says which place it was.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_core::{Failure, FailureKind};
use rustix::fs::{StatVfsMountFlags, statvfs};

/// In a place with less room than this, in bytes, nothing works.
const FULL: u64 = 1 << 20;

/// Where somebody has said that there is no room, a place with less than this is meant: some of it may have been given back
/// since.
const NEARLY_FULL: u64 = 64 << 20;

/// How it is said that there is no room. PostgreSQL gives a hint where a write was cut short, and leaves the reason out of its
/// `could not write init file`, as git does of its message.
const NO_ROOM: [&str; 8] = [
    "No space left on device",
    "no space is left",
    "no storage space",
    "database or disk is full",
    "Disk quota exceeded",
    "Check free disk space",
    "could not write init file",
    "unable to write file",
];

/// How clients say that a server is lost. One without room may die before it can tell anybody, and gives some of it back.
const LOST: [&str; 5] = [
    "connection closed",
    "connection was closed in the middle of operation",
    "server closed the connection unexpectedly",
    "because of crash of another server process",
    "the database system is in recovery mode",
];

/// How it is said that nothing can be written.
const READ_ONLY: &str = "Read-only file system";

/// How a place is blamed. What has been once is left as it is: whoever was nearest to the failure knows best.
const NO_SPACE: &str = "no space is left in";
const LOCKED: &str = "nothing can be written in";

/// `failure`; or, where one of the places that were written to is full or read-only, a failure of the environment that names
/// it first and says how to look at it.
#[must_use]
pub fn blame_storage<P: AsRef<Path>>(failure: Failure, places: &[P]) -> Failure {
    let places: BTreeSet<PathBuf> = places.iter().map(|place| existing(place.as_ref())).collect();
    let places: Vec<_> = places.into_iter().map(|place| (State::of(&place), place)).collect();
    blame(failure, &places)
}

/// Whether a failure says that there was no room, wherever that was.
pub(crate) fn says_no_room(failure: &Failure) -> bool {
    NO_ROOM.iter().any(|words| says(failure, words))
}

/// How many bytes can still be written below a folder, where that is known.
pub(crate) fn room(folder: &Path) -> Option<u64> {
    State::of(folder).room
}

/// What can be done in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// How many bytes there is room for.
    room: Option<u64>,
    is_read_only: bool,
}

impl State {
    fn of(folder: &Path) -> Self {
        let Ok(state) = statvfs(folder) else { return Self { room: None, is_read_only: false } };
        // Some file systems do not count their files, or say nothing at all of their size.
        let has_names = state.f_files == 0 || state.f_favail > 0;
        let room = if has_names { state.f_bavail.saturating_mul(state.f_frsize) } else { 0 };
        Self {
            room: (state.f_blocks > 0).then_some(room),
            is_read_only: state.f_flag.contains(StatVfsMountFlags::RDONLY),
        }
    }
}

fn blame(failure: Failure, places: &[(State, PathBuf)]) -> Failure {
    let is_blamed = [NO_SPACE, LOCKED].iter().any(|words| failure.message.contains(words));
    if is_blamed || matches!(failure.kind, FailureKind::Interrupted | FailureKind::Panic) {
        return failure;
    }
    let those = |is_meant: &dyn Fn(&State) -> bool| {
        let meant = places.iter().filter(|(state, _)| is_meant(state));
        meant.map(|(_, place)| place.as_path()).collect::<Vec<_>>()
    };
    let is_without_room = says_no_room(&failure);
    let is_lost = LOST.iter().any(|words| says(&failure, words));
    let limit = if is_without_room || is_lost { NEARLY_FULL } else { FULL };
    let full = those(&|state| state.room.is_some_and(|room| room < limit));
    if !full.is_empty() {
        return blamed(failure, Some(NO_SPACE), &full, "df --human-readable");
    }
    if is_without_room {
        // It was another place, or a quota, of which the system tells nothing.
        return blamed(failure, None, &those(&|_| true), "df --human-readable");
    }
    let locked = those(&|state| state.is_read_only);
    if says(&failure, READ_ONLY) && !locked.is_empty() {
        return blamed(failure, Some(LOCKED), &locked, "findmnt --target");
    }
    failure
}

fn says(failure: &Failure, words: &str) -> bool {
    failure.message.contains(words) || failure.tail.iter().any(|line| line.contains(words))
}

fn blamed(failure: Failure, message: Option<&str>, places: &[&Path], look: &str) -> Failure {
    let failure = Failure { kind: FailureKind::Environment, ..failure };
    if places.is_empty() {
        return failure;
    }
    let names: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    let words: Vec<String> = names.iter().map(|name| shell_word(name)).collect();
    let failure = match message {
        Some(message) => failure.context(format!("{message} {}", names.join(" and "))),
        None => failure,
    };
    failure.hint(format!("{look} {}", words.join(" ")))
}

/// The nearest folder that is there.
fn existing(place: &Path) -> PathBuf {
    place.ancestors().find(|folder| folder.exists()).unwrap_or(place).to_path_buf()
}

fn shell_word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+:@".contains(letter);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMY: State = State { room: Some(1 << 40), is_read_only: false };

    fn told(failure: &Failure, places: &[(State, &str)]) -> Failure {
        let places: Vec<_> = places.iter().map(|(state, place)| (*state, PathBuf::from(place))).collect();
        blame(failure.clone(), &places)
    }

    #[test]
    fn a_place_without_room_is_named_first_with_a_command_to_look_at_it() {
        let full = State { room: Some(4096), ..ROOMY };
        let failure = Failure::task("apply: database or disk is full");
        let told_of = told(&failure, &[(ROOMY, "/w"), (full, "/a b"), (full, "/dev/shm")]);
        assert_eq!(told_of.kind, FailureKind::Environment);
        assert_eq!(told_of.message, "no space is left in /a b and /dev/shm: apply: database or disk is full");
        assert_eq!(told_of.hint.as_deref(), Some("df --human-readable '/a b' /dev/shm"));
        let again = told(&told_of.clone().context("SQLite"), &[(full, "/a b"), (full, "/dev/shm")]);
        assert_eq!(again, told_of.context("SQLite"));
        // Some room has been given back since.
        let nearly = State { room: Some(8 << 20), ..ROOMY };
        assert!(told(&failure, &[(nearly, "/x")]).message.starts_with("no space is left in /x: "));
        let lost = Failure::environment("PostgreSQL: connection closed");
        assert!(told(&lost, &[(nearly, "/x")]).message.starts_with("no space is left in /x: "));
        assert_eq!(told(&lost, &[(ROOMY, "/x")]), lost);
    }

    #[test]
    fn a_place_that_is_read_only_is_told_where_it_mattered() {
        let locked = State { is_read_only: true, ..ROOMY };
        let failure = Failure::task("/w/x: Read-only file system (os error 30)");
        let told_of = told(&failure, &[(locked, "/w"), (ROOMY, "/v")]);
        assert!(told_of.message.starts_with("nothing can be written in /w: "), "{told_of}");
        assert_eq!(told_of.hint.as_deref(), Some("findmnt --target /w"));
        let failure = Failure::task("the revision loses rows");
        assert_eq!(told(&failure, &[(locked, "/w")]), failure);
    }

    #[test]
    fn what_has_another_cause_stays_as_it_is() {
        let nearly = State { room: Some(8 << 20), ..ROOMY };
        let failure = Failure::task("the revision loses rows").hint("a hint");
        assert_eq!(told(&failure, &[(nearly, "/w"), (State { room: None, ..ROOMY }, "/v")]), failure);
        let full = State { room: Some(0), ..ROOMY };
        assert_eq!(told(&Failure::interrupted(), &[(full, "/w")]), Failure::interrupted());
        let quota = told(&Failure::task("Disk quota exceeded"), &[(ROOMY, "/w")]);
        assert_eq!((quota.kind, quota.message.as_str()), (FailureKind::Environment, "Disk quota exceeded"));
        assert_eq!(quota.hint.as_deref(), Some("df --human-readable /w"));
    }

    #[test]
    fn words_of_a_shell() {
        assert_eq!(shell_word("/w/a-b_c.d"), "/w/a-b_c.d");
        assert_eq!(shell_word("/w s/it's"), r"'/w s/it'\''s'");
    }
}
