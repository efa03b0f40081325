use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::platform::{self, Mark, Numbers, ProcessId, Realm};

/// How the file names of leases begin and end. Those of scratch servers lie in the same folder and end
/// otherwise.
const PREFIX: &str = "run-";
pub(crate) const EXTENSION: &str = "processes";

/// The first line of a lease, with the version of its form.
const TITLE: &str = "onramp processes 1";

/// The file that tells the next Onramp which processes are ours, should this one be killed. It is made before
/// the first process is started, grows by a line with each, and goes with the last clone of the launcher.
pub(crate) struct LeaseFile {
    directory: PathBuf,
    /// Where it lies, once it does.
    open: Mutex<Option<(PathBuf, File)>>,
}

impl LeaseFile {
    /// A lease in `directory`, of which nothing is written yet.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory, open: Mutex::default() }
    }

    /// Makes the file if it is not there yet, so that after the start of a process a single write remains. A
    /// folder that cannot be written to is no reason not to work, so there is no lease then.
    pub(crate) fn prepare(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.is_none() {
            *open = create(&self.directory).ok();
        }
    }

    /// Notes a process that has just been started. It is not waited for the disk: after a crash of the machine
    /// there is nothing to end.
    pub(crate) fn note(&self, leader: Mark) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, file)) = &mut *open {
            // The disk may be full, and the process must run nevertheless.
            let _ = file.write_all(format!("leader {} {}\n", leader.pid, leader.started).as_bytes());
        }
    }
}

impl Drop for LeaseFile {
    fn drop(&mut self) {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((path, _)) = open {
            // What cannot be removed now is removed by the next Onramp.
            let _ = fs::remove_file(path);
        }
    }
}

fn create(directory: &Path) -> io::Result<(PathBuf, File)> {
    match fs::create_dir(directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let lease = Lease::own();
    for number in 0_u32.. {
        let path = directory.join(format!("{PREFIX}{}-{number}.{EXTENSION}", lease.owner.pid));
        match OpenOptions::new().append(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(lease.to_text().as_bytes());
                if written.is_err() {
                    // Half of it is of no use.
                    let _ = fs::remove_file(&path);
                }
                return written.map(|()| (path, file));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Whether the Onramp that is named by a lease's file name lives: then a lease that cannot be read is one
/// that is just being written.
pub(crate) fn is_being_written(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str());
    let pid = name.and_then(|name| name.strip_prefix(PREFIX)?.split_once('-')?.0.parse().ok());
    pid.is_some_and(|pid| platform::process(pid).is_some())
}

/// Which processes an Onramp has started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) owner: ProcessId,
    pub(crate) realm: Realm,
    /// How far the system had come with process ids before the first of the leaders, if it tells.
    pub(crate) numbers: Option<Numbers>,
    /// All processes that were started, whether they still live or not.
    pub(crate) leaders: Vec<Mark>,
}

impl Lease {
    /// A lease of this process.
    pub(crate) fn own() -> Self {
        Self {
            owner: platform::own_process(),
            realm: platform::realm(),
            numbers: platform::numbers(),
            leaders: Vec::new(),
        }
    }

    /// Reads a lease; `None` where the file holds none. One that cannot be read now may be one.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        Ok(Self::parse(&String::from_utf8_lossy(&fs::read(path)?)))
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = format!(
            "{TITLE}\nowner {} {}\nboot {}\nnamespace {}\n",
            self.owner.pid, self.owner.started, self.realm.boot, self.realm.namespace
        );
        if let Some(numbers) = self.numbers {
            text += &format!("numbers {} {}\n", numbers.used, numbers.available);
        }
        for leader in &self.leaders {
            text += &format!("leader {} {}\n", leader.pid, leader.started);
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        // The last line may be half of one: its writer was killed.
        let lines = text.rsplit_once('\n')?.0.strip_prefix(TITLE)?;
        let mut fields = lines.lines().filter_map(|line| line.split_once(' '));
        let field = |name: &str| fields.clone().find(|(key, _)| *key == name).map(|(_, value)| value);
        let (pid, started) = field("owner")?.split_once(' ')?;
        let numbers = field("numbers").and_then(pair);
        Some(Self {
            owner: ProcessId { pid: pid.parse().ok()?, started: started.to_owned() },
            realm: Realm { boot: field("boot")?.to_owned(), namespace: field("namespace")?.to_owned() },
            numbers: numbers.map(|(used, available)| Numbers { used, available }),
            leaders: fields.by_ref().filter(|(key, _)| *key == "leader").filter_map(leader).collect(),
        })
    }
}

fn leader((_, value): (&str, &str)) -> Option<Mark> {
    let (pid, started) = pair(value)?;
    Some(Mark { pid: pid.try_into().ok()?, started })
}

fn pair(text: &str) -> Option<(u64, u64)> {
    let (first, second) = text.split_once(' ')?;
    Some((first.parse().ok()?, second.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_lease_survives_a_round_trip_and_half_a_line() {
        let mut lease = Lease::own();
        assert_eq!(Lease::parse(&lease.to_text()), Some(lease.clone()));
        lease.leaders = vec![Mark { pid: 7, started: 12 }, Mark { pid: 9, started: 13 }];
        assert_eq!(Lease::parse(&(lease.to_text() + "leader 11 1")), Some(lease));
    }

    #[test]
    fn half_a_lease_is_none() {
        for text in ["", TITLE, "onramp processes 1\n", "onramp processes 1\nowner x y\n", "{}\n"] {
            assert_eq!(Lease::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_file_is_private_comes_with_the_first_process_and_goes_with_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("leases");
        let (first, second) = (LeaseFile::new(directory.clone()), LeaseFile::new(directory.clone()));
        assert!(!directory.exists());
        for lease in [&first, &second] {
            lease.prepare();
            lease.prepare();
            lease.note(Mark { pid: 7, started: 12 });
        }
        let path = directory.join(format!("run-{}-0.processes", std::process::id()));
        assert_eq!(Lease::read(&path).unwrap().unwrap().leaders, [Mark { pid: 7, started: 12 }]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2);
        drop((first, second));
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
    }

    #[test]
    fn without_a_state_there_is_no_lease_until_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("state/leases");
        let lease = LeaseFile::new(directory.clone());
        lease.prepare();
        lease.note(Mark { pid: 7, started: 12 });
        assert!(!folder.path().join("state").exists());
        fs::create_dir(folder.path().join("state")).unwrap();
        lease.prepare();
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    }
}
