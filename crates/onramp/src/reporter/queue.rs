use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Event, Level, Reporter};

/// How many bytes of output may wait for a slow reader. A pipe or a file keeps up; a terminal that somebody
/// has stopped does not.
const CAPACITY: usize = 128 * 1024 * 1024;

/// What an event weighs beside its text.
const EVENT_BYTES: usize = 160;

/// How long a cancelled run still waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often somebody who waits looks whether the run was cancelled.
const LOOK: Duration = Duration::from_millis(50);

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
    /// Hears the end of the other thread.
    ended: Mutex<Option<Receiver<()>>>,
}

#[derive(Default)]
struct Load {
    waiting: AtomicUsize,
    left_out: AtomicUsize,
    /// How many events were handed in, and how many of them were shown.
    reported: AtomicUsize,
    shown: AtomicUsize,
}

impl Queue {
    /// A queue before `reporter`. Once `cancel` asks for the end, nothing here waits for long any more.
    pub(crate) fn new(reporter: Box<dyn Reporter>, cancel: Cancel) -> Self {
        let (sender, entries) = channel();
        let load = Arc::new(Load::default());
        let shared = Arc::clone(&load);
        let (end, ended) = channel();
        thread::spawn(move || {
            show(&*reporter, entries, &shared);
            drop(reporter);
            // Dropped here, and by a panic: the one sign of the end.
            drop(end);
        });
        Self { sender: Mutex::new(Some(sender)), load, cancel, ended: Mutex::new(Some(ended)) }
    }

    /// Waits until everything that was reported so far has been shown.
    pub(crate) fn flush(&self) {
        // A listing flushes before each of its lines, behind nothing at all.
        let reported = self.load.reported.load(Ordering::Acquire);
        if reported == self.load.shown.load(Ordering::Acquire) {
            return;
        }
        let (sender, shown) = channel();
        if self.send(Entry::Mark(sender)) {
            self.wait(&shown);
        }
    }

    /// Waits until everything that was reported has been shown; later events are dropped.
    pub(crate) fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(ended) = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.wait(&ended);
        }
    }

    /// Waits for a message or for the end of whoever could send one, and in a cancelled run for two seconds at
    /// most.
    fn wait(&self, message: &Receiver<()>) {
        let mut deadline = None;
        while message.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            if self.cancel.is_requested() {
                let deadline = deadline.get_or_insert_with(|| Instant::now() + PATIENCE);
                if Instant::now() > *deadline {
                    return;
                }
            }
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
            self.load.reported.fetch_add(1, Ordering::Release);
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
                load.shown.fetch_add(1, Ordering::Release);
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
