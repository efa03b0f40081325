use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use onramp_exec::{ProcessId, own_process};

use crate::owner::{Owner, process_of};
use crate::platform::{self, Realm};

/// How the file names of leases end.
pub(crate) const EXTENSION: &str = "lease";

/// The first line of a lease, with the version of its form.
const TITLE: &str = "onramp lease 1";

/// How the name of one ends that is being written; before it stands where the writer's number means something.
pub(crate) const PARTIAL: &str = ".partial";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Who owns a scratch folder, and which server runs in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The Onramp that made it.
    pub(crate) owner: Owner,
    /// The folder, which may not exist yet.
    pub(crate) folder: PathBuf,
    /// The root of the workspace that the folder serves.
    pub(crate) workspace: String,
    /// The server that runs in the folder, once it has been started.
    pub(crate) server: Option<ProcessId>,
    /// The place of the container engine that was asked for a container.
    pub(crate) engine: Option<String>,
    /// The database that was asked for, on a server that does not end with the owner.
    pub(crate) database: Option<String>,
}

impl Lease {
    /// A lease of this process.
    pub(crate) fn own(folder: PathBuf, workspace: &Path) -> Self {
        let workspace = workspace.to_string_lossy().replace('\n', " ");
        Self { owner: Owner::own(), folder, workspace, server: None, engine: None, database: None }
    }

    /// A new name for a lease of this process in `lease_dir`.
    pub(crate) fn new_path(lease_dir: &Path, label: &str) -> PathBuf {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        lease_dir.join(format!("{label}-{}-{number}.{EXTENSION}", own_process().pid))
    }

    /// Reads a lease; `None` where the file holds none. One that cannot be read now may be one.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        Ok(Self::parse(&String::from_utf8_lossy(&fs::read(path)?)))
    }

    /// Writes the lease in one step, with mode 0600.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let folder = self.folder.to_str().filter(|folder| !folder.contains('\n'));
        let folder = folder.ok_or_else(|| {
            let message = format!("{} cannot be written into a lease", self.folder.display());
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        let partial = path.with_extension(format!("{}{PARTIAL}", place_mark(&self.owner.realm)));
        let mut options = OpenOptions::new();
        let opened = options.write(true).create(true).truncate(true).mode(0o600).open(&partial);
        let written = opened
            .and_then(|mut file| file.write_all(self.to_text(folder).as_bytes()))
            .and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            // It is of no use.
            let _ = fs::remove_file(&partial);
        }
        written
    }

    fn to_text(&self, folder: &str) -> String {
        let Owner { process, realm } = &self.owner;
        let mut text = format!(
            "{TITLE}\nowner {} {}\nboot {}\nnamespace {}\nfolder {folder}\nworkspace {}\n",
            process.pid, process.started, realm.boot, realm.namespace, self.workspace
        );
        if let Some(server) = &self.server {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "server {} {}", server.pid, server.started);
        }
        if let Some(engine) = &self.engine {
            let _ = writeln!(text, "engine {}", engine.replace('\n', " "));
        }
        if let Some(database) = &self.database {
            let _ = writeln!(text, "database {database}");
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(TITLE)?;
        let field = |name: &str| {
            rest.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned))
        };
        let realm = Realm { boot: field("boot")?, namespace: field("namespace")? };
        Some(Self {
            owner: Owner { process: process_of(&field("owner")?)?, realm },
            folder: PathBuf::from(field("folder")?),
            workspace: field("workspace")?,
            server: field("server").as_deref().and_then(process_of),
            engine: field("engine"),
            database: field("database"),
        })
    }
}

/// The namespace of process ids in a file name.
fn place_mark(realm: &Realm) -> String {
    realm.namespace.chars().filter(char::is_ascii_digit).collect()
}

/// Whether the writer of the lease that is being written at `path` is dead: nobody will finish it. Of a writer in
/// another container nothing is known.
pub(crate) fn is_abandoned(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(PARTIAL));
    let Some((name, place)) = name.and_then(|name| name.rsplit_once('.')) else { return false };
    let writer = name.rsplit('-').nth(1).and_then(|pid| pid.parse().ok());
    place == place_mark(&platform::realm()) && writer.is_some_and(|pid| platform::started(pid).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_lease_survives_a_round_trip_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = Lease::new_path(folder.path(), "postgresql");
        let mut lease = Lease::own(PathBuf::from("/tmp/a b"), Path::new("/work space"));
        for server in [None, Some(ProcessId { pid: 7, started: "12".to_owned() })] {
            lease.database = server.as_ref().map(|_| "onramp_a".to_owned());
            lease.engine = server.as_ref().map(|_| "unix:///run/x y".to_owned());
            lease.server = server;
            lease.write(&path).unwrap();
            assert_eq!(Lease::read(&path).unwrap().unwrap(), lease);
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lease_that_nobody_will_finish_is_known_by_its_name() {
        let place = place_mark(&platform::realm());
        let dead = (2..).find(|pid| platform::started(*pid).is_none()).unwrap();
        let is_abandoned = |name: String| is_abandoned(Path::new(&name));
        assert!(is_abandoned(format!("/x/postgresql-{dead}-0.{place}{PARTIAL}")));
        assert!(!is_abandoned(format!("/x/postgresql-{}-0.{place}{PARTIAL}", own_process().pid)));
        assert!(!is_abandoned(format!("/x/postgresql-{dead}-0.{place}7{PARTIAL}")), "in another container");
        assert!(!is_abandoned(format!("/x/postgresql{PARTIAL}")));
    }

    #[test]
    fn half_a_lease_is_none() {
        for text in ["", "onramp lease 1\n", "onramp lease 1\nowner x y\n", "{}"] {
            assert_eq!(Lease::parse(text), None, "{text}");
        }
    }
}
