use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use onramp_core::{Event, Level, Reporter};

/// How many events may wait for a slow terminal.
const CAPACITY: usize = 10_000;

/// Hands events to another reporter on a thread of its own, so that a slow or stopped terminal never holds
/// up the process whose output it shows. Where more lines come than the terminal takes, lines of output are
/// left out and counted; they are in the task's log. All other events arrive.
pub(crate) struct Queue {
    sender: Mutex<Option<SyncSender<Event>>>,
    left_out: Arc<AtomicUsize>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Queue {
    /// A queue before `reporter`.
    pub(crate) fn new(reporter: Box<dyn Reporter>) -> Self {
        let (sender, receiver) = sync_channel(CAPACITY);
        let left_out = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&left_out);
        let thread = thread::spawn(move || {
            for event in receiver {
                let lines = count.swap(0, Ordering::Relaxed);
                if lines > 0 {
                    let message = format!("{lines} lines of output not shown; the tasks' logs have them");
                    reporter.notice(Level::Warning, &message);
                }
                reporter.report(event);
            }
        });
        Self { sender: Mutex::new(Some(sender)), left_out, thread: Mutex::new(Some(thread)) }
    }

    /// Waits until everything that was reported has been shown; later events are dropped.
    pub(crate) fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic in a reporter has been printed by its own thread.
            let _ = thread.join();
        }
    }
}

impl Reporter for Queue {
    fn report(&self, event: Event) {
        let Some(sender) = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
        if matches!(event, Event::TaskOutput { .. }) {
            if let Err(TrySendError::Full(_)) = sender.try_send(event) {
                self.left_out.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            // The other end is gone only after a panic there, which has been printed.
            let _ = sender.send(event);
        }
    }
}
