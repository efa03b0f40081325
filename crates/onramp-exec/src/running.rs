use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use onramp_core::{Cancel, CancelLevel};
use rustix::process::Signal;

use crate::error::Ended;
use crate::leader::{Leader, Look, Reach};
use crate::lease::LeaseFile;
use crate::platform::{self, Orphan};
use crate::tail::Tail;

/// How long a closed-down process's outputs are still read when something else holds them open.
const LINGER: Duration = Duration::from_millis(300);

/// How often the members of a session are counted while it is being ended: at first, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LAST_LOOK: Duration = Duration::from_millis(50);

/// How long after the first request a process is asked once more that may not have heard it.
const ASK_AGAIN: Duration = Duration::from_millis(300);

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
    pub(crate) leader: Arc<Leader>,
    pub(crate) sender: Sender<Message>,
    pub(crate) messages: Receiver<Message>,
    pub(crate) tail: Arc<Mutex<Tail>>,
    pub(crate) open_outputs: usize,
    pub(crate) status: Option<ExitStatus>,
    pub(crate) grace: Duration,
    /// How urgently its end was asked for.
    pub(crate) asked: CancelLevel,
    /// Which processes end with it.
    pub(crate) reach: Reach,
    /// Those that were asked to end, some of them with a time at which they are asked once more.
    pub(crate) told: BTreeMap<u32, Option<Instant>>,
    /// Those of its processes that may not be signalled, being another user's. Nobody waits for them.
    pub(crate) refused: BTreeSet<u32>,
    /// The orphans that lived when the processes were last looked at.
    pub(crate) orphans: Vec<Orphan>,
    /// Whether it lives on without us.
    pub(crate) is_released: bool,
    /// Keeps the lease for as long as there is a process in it.
    pub(crate) _lease: Option<Arc<LeaseFile>>,
}

impl Running {
    /// The process id, which is also the id of its session.
    pub fn pid(&self) -> u32 {
        self.leader.pid()
    }

    /// Sends a signal to the process itself, and to nothing else.
    pub fn signal(&self, signal: Signal) {
        platform::signal(self.pid(), signal);
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

    /// How it ended, once it has exited.
    pub fn ended(&self) -> Option<Ended> {
        self.status.map(Ended)
    }

    /// The last lines it printed, oldest first.
    pub fn tail(&self) -> Vec<String> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).lines()
    }

    /// Asks the process to end, and waits until its whole session is empty; kills what is left after `grace`.
    pub fn stop(&mut self, signal: StopSignal, grace: Duration) {
        let deadline = match signal {
            StopSignal::Terminate => {
                let live = self.look().live;
                self.ask(&live, None);
                Instant::now() + grace
            }
            StopSignal::InterruptLeader => {
                self.signal(Signal::INT);
                Instant::now() + grace
            }
            StopSignal::Kill => Instant::now(),
        };
        self.wait_until_empty(deadline, Some(self.asked));
        self.drain();
    }

    /// Lets the process live on, whatever becomes of this one: it is neither ended when the run is cancelled nor
    /// when this process has come to its end, and belongs to itself from now on. Whoever means that starts it by
    /// [`Launcher::without_leases`](crate::Launcher::without_leases); else the next Onramp would end it.
    pub fn release(mut self) {
        self.is_released = true;
    }

    /// Waits for the end, whatever brings it, and returns once nothing lives that ends with the process.
    pub(crate) fn wait(&mut self, cancel: &Cancel, timeout: Option<Duration>) -> Ending {
        let sender = self.sender.clone();
        // A closed channel means that nobody waits any more. The user may ask until the very end of this
        // function, and what is left behind may be what he wants to end.
        let _subscription = cancel.subscribe(move |level| drop(sender.send(Message::Cancel(level))));
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let mut ending = Ending::Exited;
        while self.status.is_none() && self.asked == CancelLevel::None && ending == Ending::Exited {
            match self.next(deadline) {
                Some(message) => self.take(message),
                None => ending = Ending::TimedOut,
            }
        }
        if ending == Ending::TimedOut && self.leader.is_alone() {
            self.reach = Reach::OwnOrphans;
        }
        loop {
            let before = self.asked;
            self.wait_until_empty(Instant::now() + self.grace, None);
            self.drain();
            if self.asked == before {
                break;
            }
        }
        if self.asked > CancelLevel::None { Ending::Cancelled } else { ending }
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
            Message::Cancel(level) => {
                self.asked = self.asked.max(level);
                self.reach = Reach::AllOrphans;
            }
        }
    }

    /// Waits until nothing lives within reach. After the deadline, or when the user asks again, what is left
    /// is killed, again and again until nothing is: a process may start another one while it dies. `heard`
    /// is the level of urgency at which all were asked to end, `None` if they were not yet.
    fn wait_until_empty(&mut self, mut deadline: Instant, mut heard: Option<CancelLevel>) {
        let mut pause = FIRST_LOOK;
        loop {
            let Look { live, adopted, .. } = self.look();
            let is_over = self.status.is_some() || self.refused.contains(&self.pid());
            if live.is_empty() && is_over {
                return;
            }
            if heard != Some(self.asked) {
                heard = Some(self.asked);
                match self.asked {
                    CancelLevel::Kill => deadline = Instant::now(),
                    CancelLevel::None | CancelLevel::Stop => self.ask(&live, None),
                }
            }
            self.ask_strays(&adopted);
            if Instant::now() >= deadline {
                self.refused.extend(platform::signal_all(&live, Signal::KILL));
            }
            match self.messages.recv_timeout(pause) {
                Ok(message) => self.take(message),
                Err(_) => pause = (pause * 2).min(LAST_LOOK),
            }
        }
    }

    /// What lives within reach and may be signalled.
    fn look(&mut self) -> Look {
        let mut look = self.leader.look(self.reach);
        self.orphans.clone_from(&look.orphans);
        look.live.retain(|pid| !self.refused.contains(pid));
        look
    }

    /// Asks processes to end that were started while their parents were asked: nobody saw them then, and they
    /// have nobody to obey now. What a process starts to put things in order has a parent and is left in
    /// peace. A shell's child that is asked before it has become another program may lose the request with
    /// the shell's handler, so each is asked twice.
    fn ask_strays(&mut self, adopted: &[u32]) {
        if self.told.is_empty() {
            return;
        }
        let now = Instant::now();
        for pid in adopted {
            match self.told.get(pid) {
                None => self.ask(&[*pid], Some(now + ASK_AGAIN)),
                Some(Some(again)) if *again <= now => self.ask(&[*pid], None),
                Some(_) => {}
            }
        }
    }

    /// Asks processes to end.
    fn ask(&mut self, processes: &[u32], again: Option<Instant>) {
        self.told.extend(processes.iter().map(|pid| (*pid, again)));
        platform::signal_all(processes, Signal::TERM);
        // A stopped process would keep the signal pending for ever.
        platform::signal_all(processes, Signal::CONT);
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
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_released && self.is_running() {
            self.wait_until_empty(Instant::now(), Some(self.asked));
        }
    }
}

#[cfg(test)]
mod tests;
