use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};

use crate::burst::Burst;
use crate::unheeded::Unheeded;

/// Where events come in, from a thread of the system's watcher, until somebody takes them.
#[derive(Default)]
pub(crate) struct Gathering {
    state: Mutex<Gathered>,
    woken: Condvar,
}

/// What has come in.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) burst: Burst,
    pub(crate) unheeded: Unheeded,
    pub(crate) cancelled: bool,
}

impl Gathering {
    /// Takes an event of the system.
    pub(crate) fn take(&self, event: notify::Result<notify::Event>) {
        let now = Instant::now();
        let mut state = self.lock();
        match event {
            Ok(event) if !event.need_rescan() => {
                let is_gone =
                    matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
                if !tells_of_change(&event.kind) {
                    return;
                }
                for path in event.paths {
                    if !state.unheeded.has(&path) {
                        state.burst.at(path, now);
                    } else if is_gone {
                        state.unheeded.forget(&path);
                    }
                }
            }
            // The queue was full, or reading it failed: nobody knows what was missed.
            Ok(_) | Err(_) => state.burst.anywhere(now),
        }
        drop(state);
        self.woken.notify_all();
    }

    /// Wakes whoever waits, for good.
    pub(crate) fn cancel(&self) {
        self.lock().cancelled = true;
        self.woken.notify_all();
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something comes in, or until some time has passed.
    pub(crate) fn wait<'a>(
        &self,
        state: MutexGuard<'a, Gathered>,
        timeout: Option<Duration>,
    ) -> MutexGuard<'a, Gathered> {
        match timeout {
            None => self.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(timeout) => {
                self.woken.wait_timeout(state, timeout).unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }
}

/// To read a file is no change of it.
fn tells_of_change(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => *kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
