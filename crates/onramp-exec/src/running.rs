use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use onramp_core::{Cancel, CancelLevel};
use rustix::process::Signal;

use crate::platform;
use crate::tail::Tail;

/// How long a closed-down process's outputs are still read when something else holds them open.
const LINGER: Duration = Duration::from_millis(300);

/// How often the members of a session are counted while it is being ended: at first, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LAST_LOOK: Duration = Duration::from_millis(50);

/// What the threads around a process tell the one that waits for it.
pub(crate) enum Message {
    Exited(ExitStatus),
    OutputClosed,
    Cancel(CancelLevel),
}

/// How a process is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopSignal {
    /// TERM to the whole session, what most programs expect.
    Terminate,
    /// INT to the leader alone, which then ends its own children in order: a database server's fast shutdown.
    InterruptLeader,
    /// KILL to the whole session, at once.
    Kill,
}

/// Why a wait came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Exited,
    Cancelled,
    TimedOut,
}

/// A process that has been started. Dropping it kills its session and waits until that is empty.
pub struct Running {
    pub(crate) pid: u32,
    pub(crate) sender: Sender<Message>,
    pub(crate) messages: Receiver<Message>,
    pub(crate) tail: Arc<Mutex<Tail>>,
    pub(crate) open_outputs: usize,
    pub(crate) status: Option<ExitStatus>,
    pub(crate) grace: Duration,
}

impl Running {
    /// The process id, which is also the id of its session.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends a signal to the process itself, and to nothing else.
    pub fn signal(&self, signal: Signal) {
        platform::signal(&[self.pid], signal);
    }

    /// Whether the process itself has not exited yet.
    pub fn is_running(&mut self) -> bool {
        while let Ok(message) = self.messages.try_recv() {
            self.take(message);
        }
        self.status.is_none()
    }

    /// The exit code once it has exited, 128 plus the signal's number where a signal ended it.
    pub fn exit_code(&self) -> Option<i32> {
        use std::os::unix::process::ExitStatusExt;
        let status = self.status?;
        status.code().or_else(|| status.signal().map(|signal| 128 + signal))
    }

    /// The last lines it printed, oldest first.
    pub fn tail(&self) -> Vec<String> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).lines()
    }

    /// Asks the process to end, and waits until its whole session is empty; kills what is left after `grace`.
    pub fn stop(&mut self, signal: StopSignal, grace: Duration) {
        match signal {
            StopSignal::Terminate => self.signal_all(Signal::TERM),
            StopSignal::InterruptLeader => platform::signal(&[self.pid], Signal::INT),
            StopSignal::Kill => {}
        }
        let deadline = if signal == StopSignal::Kill { Instant::now() } else { Instant::now() + grace };
        self.wait_until_empty(deadline);
        self.drain();
    }

    /// Waits for the end, whatever brings it, and returns once no process of the session lives.
    pub(crate) fn wait(&mut self, cancel: &Cancel, timeout: Option<Duration>) -> Ending {
        let sender = self.sender.clone();
        // A closed channel means that nobody waits any more.
        let subscription = cancel.subscribe(move |level| drop(sender.send(Message::Cancel(level))));
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let mut ending = Ending::Exited;
        while self.status.is_none() {
            match self.next(deadline) {
                Some(Message::Cancel(level)) => {
                    ending = Ending::Cancelled;
                    self.end_session(level);
                }
                Some(message) => self.take(message),
                None => {
                    ending = Ending::TimedOut;
                    self.end_session(CancelLevel::Stop);
                }
            }
        }
        drop(subscription);
        if !platform::members(self.pid).is_empty() {
            self.signal_all(Signal::TERM);
            self.wait_until_empty(Instant::now() + self.grace);
        }
        self.drain();
        ending
    }

    /// The next message, or `None` once the deadline has passed.
    fn next(&self, deadline: Option<Instant>) -> Option<Message> {
        match deadline {
            None => self.messages.recv().ok(),
            Some(deadline) => {
                self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Exited(status) => self.status = Some(status),
            Message::OutputClosed => self.open_outputs -= 1,
            Message::Cancel(_) => {}
        }
    }

    fn end_session(&mut self, level: CancelLevel) {
        let deadline = match level {
            CancelLevel::Kill => Instant::now(),
            CancelLevel::None | CancelLevel::Stop => {
                self.signal_all(Signal::TERM);
                Instant::now() + self.grace
            }
        };
        self.wait_until_empty(deadline);
    }

    /// Waits until no process of the session lives. After the deadline, or when the user asks again, what is
    /// left is killed, again and again until nothing is: a process may start another one while it dies.
    fn wait_until_empty(&mut self, mut deadline: Instant) {
        let mut pause = FIRST_LOOK;
        loop {
            let members = platform::members(self.pid);
            if members.is_empty() && self.status.is_some() {
                return;
            }
            if Instant::now() >= deadline {
                platform::signal(&members, Signal::KILL);
            }
            match self.messages.recv_timeout(pause) {
                Ok(Message::Cancel(CancelLevel::Kill)) => deadline = Instant::now(),
                Ok(message) => self.take(message),
                Err(_) => pause = (pause * 2).min(LAST_LOOK),
            }
        }
    }

    /// Waits for the rest of the output, though not for ever: a daemon may have inherited the pipe.
    fn drain(&mut self) {
        let deadline = Instant::now() + LINGER;
        while self.open_outputs > 0 {
            match self.next(Some(deadline)) {
                Some(message) => self.take(message),
                None => return,
            }
        }
    }

    fn signal_all(&self, signal: Signal) {
        let members = platform::members(self.pid);
        platform::signal(&members, signal);
        // A stopped process would keep the signal pending for ever.
        platform::signal(&members, Signal::CONT);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_running() {
            self.wait_until_empty(Instant::now());
        }
    }
}
