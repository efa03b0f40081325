use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use onramp_core::{Cancel, Secrets};
use onramp_database::postgresql::Binaries;
use onramp_exec::{Environment, Launcher, ProcessSpec};

use crate::surroundings::{POSTGRESQL, chosen, skip};

/// Where programs are looked for that the machine has installed.
const INSTALLED: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// What tests start programs in: a `PATH` with the chosen server programs at its head, and nothing else.
pub fn environment() -> Environment {
    let mut path = OsString::new();
    if let Some(folder) = chosen() {
        path.push(folder);
        path.push(":");
    }
    path.push(INSTALLED);
    with_path(path)
}

fn with_path(path: impl Into<OsString>) -> Environment {
    Environment::new([("PATH".into(), path.into())])
}

/// The programs of the server that tests use; `None`, and said so, where there are none.
///
/// # Panics
/// If a folder was chosen that has no server programs.
pub fn server_programs() -> Option<Binaries> {
    static FOUND: OnceLock<Result<Binaries, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        Binaries::find(&launcher(), &environment(), &[]).map_err(|failure| failure.to_string())
    });
    if let Some(folder) = chosen() {
        let is_chosen = found.as_ref().is_ok_and(|binaries| binaries.folder() == folder);
        assert!(is_chosen, "{POSTGRESQL}={} has no server programs: {found:?}", folder.display());
    }
    match found {
        Ok(binaries) => Some(binaries.clone()),
        Err(why) => {
            skip(why);
            None
        }
    }
}

/// The programs of the server that the machine has installed, whatever was chosen; `None`, and said so, where it has none.
pub(crate) fn installed_programs() -> Option<Binaries> {
    match Binaries::find(&launcher(), &with_path(INSTALLED), &[]) {
        Ok(binaries) => Some(binaries),
        Err(failure) => {
            skip(&failure.to_string());
            None
        }
    }
}

/// The major version of the server that tests use.
pub fn major() -> Option<u32> {
    server_programs().map(|binaries| binaries.major())
}

/// A client program of the server's own version: beside it, or the one that the machine has installed. `None`, and said
/// so, where there is none. A chosen server may come without, so even CI goes on then.
pub fn client_program(name: &str) -> Option<PathBuf> {
    let binaries = server_programs()?;
    let installed = INSTALLED.split(':').map(PathBuf::from);
    let folders = std::iter::once(binaries.folder().to_path_buf()).chain(installed);
    let mut programs = folders.map(|folder| folder.join(name));
    let program = programs.find(|program| program.is_file() && version(program) == Some(binaries.major()));
    if program.is_none() {
        let why = format!("no `{name}` of PostgreSQL {}", binaries.major());
        match chosen() {
            Some(_) => crate::say(&format!("skipped: {why}")),
            None => skip(&why),
        }
    }
    program
}

/// The statements without those that the server does not know. They stand between lines `-- from version 18` or
/// `-- before version 18`, and the next such line or `-- every version`.
pub(crate) fn known(statements: &str, major: u32) -> String {
    let mut is_known = true;
    let lines = statements.lines().filter(|line| {
        let version = |words: &str| line.trim().strip_prefix(words)?.parse::<u32>().ok();
        if line.trim() == "-- every version" {
            is_known = true;
        } else if let Some(first) = version("-- from version ") {
            is_known = major >= first;
        } else if let Some(first) = version("-- before version ") {
            is_known = major < first;
        }
        is_known
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The major version that a client program tells: `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(program: &Path) -> Option<u32> {
    let spec = ProcessSpec::new([program.as_os_str(), "--version".as_ref()], "/", environment());
    let told = launcher().capture(&spec).ok()?.stdout;
    let version = told.split_once(") ")?.1;
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

pub(crate) fn launcher() -> Launcher {
    Launcher::new(Cancel::new(), Secrets::new())
}
