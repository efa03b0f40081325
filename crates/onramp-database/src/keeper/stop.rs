use std::fs::{self, File};
use std::thread;
use std::time::{Duration, Instant};

use onramp_exec::{ProcessId, is_alive};
use rustix::process::Signal;

use super::{Record, ServerFiles};
use crate::owner::Fate;
use crate::signal::{is_known, signal};

/// How long a keeper may take to stop its server; data that stay are written in that time.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Asks a keeper to stop its server, and waits for its end, with force once it takes too long. Only the very process
/// that the record names is ever signalled; where the system cannot tell it from a later one of the same number,
/// the keeper is asked over its record. The caller holds the server's lock. Returns whether the keeper is gone;
/// what it may have left behind is reaped like what any dead owner has left.
pub(crate) fn stop(files: &ServerFiles, record: &Record) -> bool {
    let keeper = &record.keeper.process;
    if record.keeper.fate() == Fate::Lives {
        if !is_known(keeper) {
            return ask(files, PATIENCE);
        }
        end(keeper);
    }
    let is_gone = record.keeper.is_gone();
    if is_gone {
        // It is gone already where the keeper could do it.
        let _ = fs::remove_file(files.record());
    }
    is_gone
}

fn end(keeper: &ProcessId) {
    signal(keeper, Signal::TERM);
    let deadline = Instant::now() + PATIENCE;
    while is_alive(keeper) {
        if Instant::now() >= deadline {
            signal(keeper, Signal::KILL);
        }
        thread::sleep(LOOK);
    }
}

/// Takes the record away, which tells its keeper to end, and waits until nobody holds it any more, as a keeper does as
/// long as it lives. Returns whether that has come.
fn ask(files: &ServerFiles, patience: Duration) -> bool {
    let Ok(record) = File::open(files.record()) else { return true };
    let aside = files.record().with_extension("ending");
    if fs::rename(files.record(), &aside).is_err() {
        return false;
    }
    let deadline = Instant::now() + patience;
    while record.try_lock().is_err() {
        if Instant::now() >= deadline {
            // It is still there, and nobody may start another one.
            let _ = fs::rename(&aside, files.record());
            return false;
        }
        thread::sleep(LOOK);
    }
    // It has a password in it that opens nothing any more.
    let _ = fs::remove_file(&aside);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_lock::{FileLock, Hold};

    #[test]
    fn a_keeper_that_is_asked_over_its_record_is_gone_when_it_lets_go_of_it() {
        let state = tempfile::tempdir().unwrap();
        let files = ServerFiles::new(state.path(), "x");
        let keeper = FileLock::attempt(&files.record(), Hold::Shared).unwrap().unwrap();
        assert!(!ask(&files, Duration::ZERO));
        assert!(files.record().exists());
        thread::scope(|scope| {
            scope.spawn(|| {
                while files.record().exists() {
                    thread::sleep(LOOK);
                }
                drop(keeper);
            });
            assert!(ask(&files, PATIENCE));
        });
        assert!(!files.record().exists());
        assert!(ask(&files, Duration::ZERO), "nobody to ask");
    }
}
