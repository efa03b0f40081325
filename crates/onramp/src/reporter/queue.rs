use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Event, Level, Reporter};

/// How many bytes of output may wait for a slow reader. A pipe or a file keeps up; a terminal that somebody
/// has stopped does not.
const CAPACITY: usize = 128 * 1024 * 1024;

/// What an event weighs beside its text.
const EVENT_BYTES: usize = 160;

/// How long a cancelled run still waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often a wait looks whether it is over.
const LOOK: Duration = Duration::from_millis(2);

enum Entry {
    Event(Event),
    /// Everything before it has been shown.
    Mark(Sender<()>),
}

/// Hands events to another reporter on a thread of its own, so that neither a process whose output is shown
/// nor a signal ever waits for a terminal. Where far more comes than the reader takes, lines of output are
/// left out and counted at the end; they are in the tasks' logs. All other events arrive.
pub(crate) struct Queue {
    sender: Mutex<Option<Sender<Entry>>>,
    load: Arc<Load>,
    cancel: Cancel,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Load {
    waiting: AtomicUsize,
    left_out: AtomicUsize,
}

impl Queue {
    /// A queue before `reporter`. Once `cancel` asks for the end, nothing here waits for long any more.
    pub(crate) fn new(reporter: Box<dyn Reporter>, cancel: Cancel) -> Self {
        let (sender, entries) = channel();
        let load = Arc::new(Load::default());
        let shared = Arc::clone(&load);
        let thread = thread::spawn(move || show(&*reporter, entries, &shared));
        Self { sender: Mutex::new(Some(sender)), load, cancel, thread: Mutex::new(Some(thread)) }
    }

    /// Waits until everything that was reported so far has been shown.
    pub(crate) fn flush(&self) {
        let (sender, shown) = channel();
        if self.send(Entry::Mark(sender)) {
            self.wait(|| shown.try_recv().is_err_and(|error| error == std::sync::mpsc::TryRecvError::Empty));
        }
    }

    /// Waits until everything that was reported has been shown; later events are dropped.
    pub(crate) fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.wait(|| !thread.is_finished());
        }
    }

    /// Waits as long as `is_pending`, and in a cancelled run for two seconds at most.
    fn wait(&self, is_pending: impl Fn() -> bool) {
        let mut deadline = None;
        while is_pending() {
            if self.cancel.is_requested() {
                let deadline = deadline.get_or_insert_with(|| Instant::now() + PATIENCE);
                if Instant::now() > *deadline {
                    return;
                }
            }
            thread::sleep(LOOK);
        }
    }

    fn send(&self, entry: Entry) -> bool {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        // The other end is gone only after a panic there, which has been printed.
        sender.as_ref().is_some_and(|sender| sender.send(entry).is_ok())
    }
}

impl Reporter for Queue {
    fn report(&self, event: Event) {
        let bytes = weight(&event);
        let waiting = self.load.waiting.fetch_add(bytes, Ordering::Relaxed);
        if waiting > CAPACITY && matches!(event, Event::TaskOutput { .. }) {
            self.load.waiting.fetch_sub(bytes, Ordering::Relaxed);
            self.load.left_out.fetch_add(1, Ordering::Relaxed);
        } else {
            self.send(Entry::Event(event));
        }
    }
}

fn show(reporter: &dyn Reporter, entries: Receiver<Entry>, load: &Load) {
    for entry in entries {
        match entry {
            Entry::Event(event) => {
                load.waiting.fetch_sub(weight(&event), Ordering::Relaxed);
                if matches!(event, Event::RunFinished(_)) {
                    tell_left_out(reporter, load);
                }
                reporter.report(event);
            }
            // Whoever waited may have lost patience.
            Entry::Mark(shown) => drop(shown.send(())),
        }
    }
}

fn tell_left_out(reporter: &dyn Reporter, load: &Load) {
    let lines = load.left_out.swap(0, Ordering::Relaxed);
    if lines > 0 {
        let message = format!("{lines} lines of output were not shown; the tasks' logs have them");
        reporter.notice(Level::Warning, &message);
    }
}

fn weight(event: &Event) -> usize {
    match event {
        Event::TaskOutput { line, .. } => EVENT_BYTES + line.len(),
        _ => EVENT_BYTES,
    }
}
