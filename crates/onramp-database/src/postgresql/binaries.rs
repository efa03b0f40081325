use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use onramp_core::Failure;
use onramp_exec::{Environment, Launcher, ProcessError, ProcessSpec};

use crate::Wanted;

/// What must lie side by side in one folder.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// Where the distributions put their versions: the folder of all versions, and what leads from one of its
/// entries to the programs.
const USUAL_PLACES: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// The programs of one PostgreSQL installation.
#[derive(Clone, Debug)]
pub struct Binaries {
    folder: PathBuf,
    version: String,
    major: u32,
    environment: Environment,
}

impl Binaries {
    /// Looks in `extra`, on the `PATH` of `environment`, where `pg_config` points, and where distributions put
    /// the programs, newest version first. An environment failure says where it looked and what was wrong
    /// there.
    pub fn find(launcher: &Launcher, environment: &Environment, extra: &[PathBuf]) -> Result<Self, Failure> {
        let mut rejected = String::new();
        let on_path = environment.get("PATH").map(OsStr::to_owned).unwrap_or_default();
        let on_path = std::env::split_paths(&on_path).filter(|folder| folder.join("initdb").is_file());
        let mut folders: Vec<PathBuf> = extra.iter().cloned().chain(on_path).collect();
        let mut asked_further = false;
        loop {
            for folder in &folders {
                match Self::in_folder(launcher, environment, folder) {
                    Ok(binaries) => return Ok(binaries),
                    Err(Rejection::Cancelled) => return Err(Failure::interrupted()),
                    Err(Rejection::Because(reason)) => {
                        // Writing to a string cannot fail.
                        let _ = write!(rejected, "; {} has {reason}", folder.display());
                    }
                }
            }
            if asked_further {
                break;
            }
            asked_further = true;
            folders = pg_config(launcher, environment)?.into_iter().chain(usual_folders()).collect();
        }
        let message = format!(
            "no PostgreSQL server programs found on PATH, by pg_config or in the usual folders{rejected}"
        );
        Err(Failure::environment(message).hint(Wanted::Server(None).hint(environment)))
    }

    /// The folder of the programs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The version as the server states it: `15.18`, `18beta1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The major version.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Fails with an environment failure if the server is older than `minimum`, a major version.
    pub fn require(&self, minimum: Option<u32>) -> Result<(), Failure> {
        match minimum {
            Some(minimum) if self.major < minimum => {
                let message = format!(
                    "PostgreSQL {} in {} is older than the project's minimum {minimum}",
                    self.version,
                    self.folder.display()
                );
                Err(Failure::environment(message).hint(Wanted::Server(Some(minimum)).hint(&self.environment)))
            }
            _ => Ok(()),
        }
    }

    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The environment that the programs run in: the given one with nothing in it that steers them.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    fn in_folder(launcher: &Launcher, environment: &Environment, folder: &Path) -> Result<Self, Rejection> {
        if let Some(missing) = PROGRAMS.iter().find(|program| !folder.join(program).is_file()) {
            return Err(Rejection::Because(format!("no `{missing}`")));
        }
        let environment = neutral(environment);
        let spec = ProcessSpec::new(
            [folder.join("postgres").as_os_str(), OsStr::new("--version")],
            "/",
            environment.clone(),
        );
        let output = launcher.capture(&spec).map_err(Rejection::from)?;
        let version = parse_version(&output.stdout);
        let (version, major) = version
            .filter(|_| output.status.success())
            .ok_or_else(|| Rejection::Because("a `postgres` that does not tell its version".to_owned()))?;
        Ok(Self { folder: folder.to_path_buf(), version, major, environment })
    }
}

/// Why a folder was passed over.
enum Rejection {
    Because(String),
    Cancelled,
}

impl From<ProcessError> for Rejection {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::Cancelled => Self::Cancelled,
            other => Self::Because(format!("a `postgres` that does not start: {other}")),
        }
    }
}

/// `environment` without `PGDATA`, `PGHOST`, `PGSERVICE` and the like, in a locale that every system has.
fn neutral(environment: &Environment) -> Environment {
    let mut neutral = environment.clone();
    for (name, _) in environment.iter() {
        let name_bytes = name.as_encoded_bytes();
        if name_bytes.starts_with(b"PG") || name_bytes.starts_with(b"LC_") {
            neutral.unset(name);
        }
    }
    neutral.set("LC_ALL", "C");
    neutral
}

/// The folder that `pg_config`, where there is one, says the programs are in.
fn pg_config(launcher: &Launcher, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
    let spec = ProcessSpec::new(["pg_config", "--bindir"], "/", environment.clone());
    match launcher.capture(&spec) {
        Ok(output) => Ok(Some(PathBuf::from(output.stdout.trim())).filter(|folder| folder.is_dir())),
        Err(ProcessError::Cancelled) => Err(Failure::interrupted()),
        Err(_) => Ok(None),
    }
}

fn usual_folders() -> Vec<PathBuf> {
    USUAL_PLACES.iter().flat_map(|(parent, below)| versions_in(Path::new(parent), below)).collect()
}

/// The folders `below` the entries of `parent` that belong to PostgreSQL, newest version first.
fn versions_in(parent: &Path, below: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let number = name.trim_start_matches("postgresql@").trim_start_matches("pgsql-");
            let major = match number.split('.').next()?.parse() {
                Ok(major) => major,
                Err(_) if name == "postgresql" || name == "latest" => u32::MAX,
                Err(_) => return None,
            };
            let folder = entry.path().join(below);
            folder.join("initdb").is_file().then_some((major, folder))
        })
        .collect();
    versions.sort_by_key(|(major, _)| Reverse(*major));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// The version and its major part in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parse_version(text: &str) -> Option<(String, u32)> {
    let version = text.split_once(") ")?.1.split_whitespace().next()?;
    let digits = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    Some((version.to_owned(), version[..digits].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_core::{Cancel, Secrets};

    #[test]
    fn versions_are_read() {
        let read = |text| parse_version(text).map(|(_, major)| major);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(read("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(read("nonsense"), None);
    }

    #[test]
    fn an_initdb_without_a_server_is_passed_over_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("initdb"), "").unwrap();
        let launcher = Launcher::new(Cancel::new(), Secrets::new());
        let environment = Environment::new([("PATH".into(), folder.path().into())]);
        match Binaries::find(&launcher, &environment, &[]) {
            Ok(binaries) => assert_ne!(binaries.folder(), folder.path()),
            Err(failure) => assert!(failure.message.contains("has no `postgres`"), "{failure}"),
        }
    }

    #[test]
    fn newer_versions_come_first() {
        let parent = tempfile::tempdir().unwrap();
        for version in ["9.6", "15", "pgsql-16", "nodejs"] {
            fs::create_dir_all(parent.path().join(version).join("bin")).unwrap();
            fs::write(parent.path().join(version).join("bin/initdb"), "").unwrap();
        }
        let found = versions_in(parent.path(), "bin");
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(parent.path()).unwrap()).collect();
        assert_eq!(names, ["pgsql-16/bin", "15/bin", "9.6/bin"].map(Path::new));
    }
}
