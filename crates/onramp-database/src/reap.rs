use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use onramp_exec::{ProcessId, is_alive};
use rustix::process::Signal;

use crate::lease::{EXTENSION, Lease, is_abandoned};
use crate::owner::Fate;
use crate::scratch_folder::{PREFIX, remove_folder};
use crate::signal::{is_known, signal};
use crate::{keeper, left, platform, postgresql, sqlite};

/// How long a server that was told to quit may take before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an `initdb` without an owner may take to end.
const INITDB_PATIENCE: Duration = Duration::from_secs(3);

/// How long after a lease was written an engine may still make what it was asked for then. A busy one needs seconds,
/// and to ask it once more takes none.
const UNDER_WAY: Duration = Duration::from_secs(30);

/// How often a folder that cannot be cleared is looked at again, and after which time.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// After this time a lease that was never finished is one whose writer died, wherever that was.
const HALF_WRITTEN: Duration = Duration::from_secs(60);

/// Ends the servers, in containers too, and removes the folders whose owner is gone, killed or crashed; those of a
/// live owner are left alone, as are those of another container that shares the workspace. `state` is the
/// workspace's `.onramp`. Returns how many leases were cleared. What cannot be removed now is tried again at the
/// next start, so nothing here is an error.
pub fn reap_leftovers(state: &Path) -> usize {
    let cleared = reap_leases(&state.join("leases"));
    keeper::forget_dead(state);
    sqlite::clear_unfinished(state);
    postgresql::clear_unfinished(state);
    cleared
}

fn reap_leases(lease_dir: &Path) -> usize {
    let Ok(entries) = fs::read_dir(lease_dir) else { return 0 };
    entries.filter_map(Result::ok).filter(|entry| reap(&entry.path())).count()
}

/// Ends whatever has its working directory in a folder of ours.
pub(crate) fn end_processes_in(folder: &Path) {
    let inside = platform::processes_in(folder).into_iter();
    let processes = inside.filter_map(|pid| Some(ProcessId { pid, started: platform::started(pid)? }));
    end(&processes.collect::<Vec<_>>());
}

/// Whether the lease at `path` was cleared.
fn reap(path: &Path) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some(EXTENSION) => {}
        Some("partial") if is_abandoned(path) || is_older_than(path, HALF_WRITTEN) => {
            return fs::remove_file(path).is_ok();
        }
        _ => return false,
    }
    let Ok(lease) = Lease::read(path) else { return false };
    let Some(lease) = lease else { return fs::remove_file(path).is_ok() };
    let same_boot = match lease.owner.fate() {
        Fate::Lives | Fate::Unknown => return false,
        Fate::Ended => true,
        Fate::OfAnotherBoot => false,
    };
    if !remove_containers(&lease, !is_older_than(path, UNDER_WAY)) {
        return false;
    }
    // A server that was forked in the moment its owner died is not in the folder yet when it is looked for, and
    // writes into it while it is removed; the next look finds it.
    let mut looks = LOOKS;
    while !((!same_boot || end_server(&lease)) && clear_folder(&lease.folder)) {
        looks -= 1;
        if looks == 0 {
            return false;
        }
        thread::sleep(PAUSE);
    }
    let state = path.parent().and_then(Path::parent);
    if let (Some(database), Some(state)) = (&lease.database, state)
        && left::remember(state, database).is_err()
    {
        return false;
    }
    fs::remove_file(path).is_ok()
}

/// Ends the server of the lease and whatever else has its working directory in the folder: an `initdb` that
/// was under way, or a server that was started but not noted before its owner died. Returns whether all of them are gone.
fn end_server(lease: &Lease) -> bool {
    let mut processes = Vec::new();
    // One that may be a stranger's is let be; if it is the server, it ends without its folder.
    let is_there = |server: &&ProcessId| is_known(server) && is_alive(server);
    if let Some(server) = lease.server.as_ref().filter(is_there) {
        processes.push(server.clone());
    }
    if is_scratch(&lease.folder) {
        let inside = platform::processes_in(&lease.folder).into_iter();
        processes.extend(inside.filter_map(|pid| Some(ProcessId { pid, started: platform::started(pid)? })));
    }
    // What is not noted is an `initdb`, which ends without its owner soon. The server that it runs inside has
    // no signal handlers yet, and would leave its shared memory to the system.
    let unnoted = Instant::now() + INITDB_PATIENCE;
    while lease.server.is_none() && processes.iter().any(is_alive) && Instant::now() < unnoted {
        thread::sleep(Duration::from_millis(10));
    }
    end(&processes)
}

/// Returns whether all of them are gone.
fn end(processes: &[ProcessId]) -> bool {
    // A server that quits ends its own children and gives back its shared memory; one that is killed does not.
    processes.iter().for_each(|process| signal(process, Signal::QUIT));
    let deadline = Instant::now() + PATIENCE;
    while processes.iter().any(is_alive) {
        let late = Instant::now().saturating_duration_since(deadline);
        if late > PATIENCE {
            return false;
        }
        if late > Duration::ZERO {
            processes.iter().for_each(|process| signal(process, Signal::KILL));
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

/// Returns whether none is left, nor is to come: an engine that was asked a moment ago may still be at work on one, and
/// the lease stays until it has made that, or had the time for it.
#[cfg(feature = "containers")]
fn remove_containers(lease: &Lease, may_be_under_way: bool) -> bool {
    let Some(engine) = &lease.engine else { return true };
    let removed = crate::postgresql::remove_leftovers(engine, &lease.owner);
    removed.is_ok_and(|removed| removed > 0 || !may_be_under_way)
}

/// What cannot be talked to is left to an Onramp that can.
#[cfg(not(feature = "containers"))]
fn remove_containers(lease: &Lease, _may_be_under_way: bool) -> bool {
    lease.engine.is_none()
}

fn clear_folder(folder: &Path) -> bool {
    !is_scratch(folder) || remove_folder(folder).is_ok()
}

/// A lease lies in the workspace, where anybody's checkout could have put one: only what bears our name is
/// touched on its word.
fn is_scratch(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    folder.is_absolute() && name.is_some_and(|name| name.starts_with(PREFIX)) && !folder.is_symlink()
}

fn is_older_than(path: &Path, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| SystemTime::now().duration_since(time).is_ok_and(|passed| passed > age))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    use onramp_core::{Cancel, Secrets};
    use onramp_exec::{Discard, Environment, Launcher, ProcessSpec, Running, own_process};
    use std::sync::Arc;

    fn sleeper() -> Running {
        let environment = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
        let spec = ProcessSpec::new(["sleep", "60"], "/", environment);
        Launcher::new(Cancel::new(), Secrets::new()).start(&spec, Arc::new(Discard)).unwrap()
    }

    fn lease_of(owner: ProcessId, folder: PathBuf) -> Lease {
        let mut lease = Lease::own(folder, Path::new("/"));
        lease.owner.process = owner;
        lease
    }

    fn dead() -> ProcessId {
        ProcessId { pid: own_process().pid, started: "1".to_owned() }
    }

    #[test]
    fn what_a_dead_owner_left_is_cleared() {
        let leases = tempfile::tempdir().unwrap();
        let folder = leases.path().join("onramp-db-test");
        fs::create_dir(&folder).unwrap();
        let mut server = sleeper();
        let mut lease = lease_of(dead(), folder.clone());
        lease.server =
            Some(ProcessId { pid: server.pid(), started: platform::started(server.pid()).unwrap() });
        lease.write(&leases.path().join("a.lease")).unwrap();
        assert_eq!(reap_leases(leases.path()), 1);
        assert!(!folder.exists());
        assert_eq!(fs::read_dir(leases.path()).unwrap().count(), 0);
        // It has ended, and whoever waits for it hears of that a little later.
        while server.is_running() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_live_owner_and_another_namespace_are_left_alone() {
        let leases = tempfile::tempdir().unwrap();
        let folder = leases.path().join("onramp-db-test");
        fs::create_dir(&folder).unwrap();
        lease_of(own_process(), folder.clone()).write(&leases.path().join("a.lease")).unwrap();
        let mut elsewhere = lease_of(dead(), folder.clone());
        elsewhere.owner.realm.namespace = "pid:[1]".to_owned();
        elsewhere.write(&leases.path().join("b.lease")).unwrap();
        assert_eq!(reap_leases(leases.path()), 0);
        assert!(folder.exists());
    }

    #[test]
    fn a_reused_process_id_survives() {
        let leases = tempfile::tempdir().unwrap();
        let mut innocent = sleeper();
        for (name, boot, started) in [("a", None, "1".to_owned()), ("b", Some("other"), String::new())] {
            let mut lease = lease_of(dead(), leases.path().join("onramp-db-none"));
            lease.server = Some(ProcessId { pid: innocent.pid(), started });
            if let Some(boot) = boot {
                lease.owner.realm.boot = boot.to_owned();
                lease.server = Some(ProcessId {
                    pid: innocent.pid(),
                    started: platform::started(innocent.pid()).unwrap(),
                });
            }
            lease.write(&leases.path().join(name).with_extension(EXTENSION)).unwrap();
        }
        assert_eq!(reap_leases(leases.path()), 2);
        assert!(innocent.is_running());
    }

    #[test]
    fn a_lease_that_cannot_be_read_now_stays() {
        let leases = tempfile::tempdir().unwrap();
        let lease = leases.path().join("a.lease");
        std::os::unix::fs::symlink("a.lease", &lease).unwrap();
        assert_eq!(reap_leases(leases.path()), 0);
        assert!(lease.is_symlink());
    }

    #[test]
    fn broken_leases_go_and_foreign_folders_stay() {
        let leases = tempfile::tempdir().unwrap();
        let precious = leases.path().join("precious");
        fs::create_dir(&precious).unwrap();
        lease_of(dead(), precious.clone()).write(&leases.path().join("a.lease")).unwrap();
        fs::write(leases.path().join("b.lease"), "{").unwrap();
        assert_eq!(reap_leases(leases.path()), 2);
        assert!(precious.exists());
    }
}
