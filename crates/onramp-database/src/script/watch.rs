use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Failure};

use crate::postgresql::ServerDatabases;

/// How often is looked whether it has to end.
const LOOK: Duration = Duration::from_millis(20);

/// Looks after what a client does, which may never end by itself: whoever wrote it can lift every limit that the client
/// sets.
pub(super) struct Watch {
    /// Whether somebody wants the end.
    pub(super) cancel: Cancel,
    /// How long it may take.
    pub(super) limit: Duration,
}

/// How a client is stopped.
pub(super) enum Stop {
    /// Its statement is interrupted.
    Sqlite(rusqlite::InterruptHandle),
    /// It is thrown out by its server: a function can catch the cancellation of its statement.
    Postgresql(Arc<ServerDatabases>, i32),
}

impl Stop {
    fn now(&self) {
        match self {
            Self::Sqlite(handle) => handle.interrupt(),
            // Where the server is gone, so is what it does.
            Self::Postgresql(home, process) => drop(home.terminate(*process)),
        }
    }
}

impl Watch {
    /// Does something, and stops it where it must not go on. Returns the reason for that beside what came of it.
    pub(super) fn over<T>(&self, stop: &Stop, work: impl FnOnce() -> T) -> (T, Option<Failure>) {
        let deadline = Instant::now().checked_add(self.limit);
        let (doing, done) = channel::<()>();
        thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let mut reason = None;
                while done.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    reason = self.reason(deadline);
                    if reason.is_some() {
                        // Again and again: it may have been between two statements.
                        stop.now();
                    }
                }
                reason
            });
            let result = work();
            drop(doing);
            (result, watch.join().unwrap_or(None))
        })
    }

    fn reason(&self, deadline: Option<Instant>) -> Option<Failure> {
        if self.cancel.is_requested() {
            return Some(Failure::interrupted());
        }
        let is_over = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        is_over.then(|| {
            Failure::task(format!("it takes longer than {} s, and was stopped", self.limit.as_secs()))
        })
    }
}
