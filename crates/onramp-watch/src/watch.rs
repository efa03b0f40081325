use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onramp_core::{Cancel, Subscription};

use crate::burst::{Batch, QUIET};
use crate::eyes::Eyes;
use crate::gathering::Gathering;
use crate::git;
use crate::snapshot::Snapshot;
use crate::{WatchError, WatchSpec};

/// How often the picture is taken where the system does not tell of changes.
const POLL: Duration = Duration::from_secs(1);

/// How often such pictures are taken while files change, until two of them are the same.
const POLLS: usize = 20;

/// Watches files from when it is made until it is dropped.
pub struct Watch {
    gathering: Arc<Gathering>,
    eyes: Eyes,
    snapshot: Snapshot,
    /// What git holds while it replaces many files.
    locks: BTreeSet<PathBuf>,
    _subscription: Subscription,
}

/// Why a wait is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These files are not as they were: absolute and sorted.
    Files(Vec<PathBuf>),
    /// The user has asked for the end.
    Cancelled,
}

impl Watch {
    /// Begins to watch. Changes from now on are told by [`wait`](Self::wait), which `cancel` ends.
    pub fn new(spec: WatchSpec, cancel: &Cancel) -> Self {
        let gathering = Arc::new(Gathering::default());
        let told = Arc::clone(&gathering);
        let _subscription = cancel.subscribe(move |_| told.cancel());
        let locks = spec.trees.iter().filter_map(|tree| git::index_lock(&tree.root)).collect();
        let mut eyes = Eyes::new(Arc::clone(&gathering));
        let snapshot = Snapshot::new(spec, &mut eyes);
        Self { gathering, eyes, snapshot, locks, _subscription }
    }

    /// Why the system does not tell of changes, so that files are compared once a second. Told once; it may come
    /// to that later, when there are more folders than the system allows.
    pub fn remark(&mut self) -> Option<WatchError> {
        self.eyes.take_refusal()
    }

    /// Waits until files that matter have changed since the last call of this or of [`settle`](Self::settle), and
    /// until the burst of changes is over.
    pub fn wait(&mut self) -> Changes {
        loop {
            match self.next() {
                Some(batch) => {
                    let files = self.look_again(&batch);
                    if !files.is_empty() {
                        return Changes::Files(files);
                    }
                }
                None => return Changes::Cancelled,
            }
        }
    }

    /// Waits until nothing has changed for 50 ms, and tells which files have changed until then, maybe none: to be
    /// called after work that may have written files itself, for the system tells of them a little later.
    pub fn settle(&mut self) -> Changes {
        self.gathering.lock().burst.goes_on(Instant::now());
        if !self.eyes.are_open() {
            self.gathering.lock().burst.anywhere(Instant::now());
        }
        match self.next() {
            Some(batch) => Changes::Files(self.look_again(&batch)),
            None => Changes::Cancelled,
        }
    }

    /// The next burst, once it is over; `None` once the user has asked for the end.
    fn next(&mut self) -> Option<Batch> {
        let mut state = self.gathering.lock();
        loop {
            if state.cancelled {
                return None;
            }
            let now = Instant::now();
            let timeout = match state.burst.ends() {
                Some(end) if end > now => Some(end - now),
                Some(_)
                    if state.burst.may_be_held(now) && self.locks.iter().any(|lock| git::is_held(lock)) =>
                {
                    // It changes more than the system has told of yet.
                    state.burst.anywhere(now);
                    Some(QUIET)
                }
                Some(_) => return Some(state.burst.take()),
                None if self.eyes.are_open() => None,
                None => {
                    state = self.gathering.wait(state, Some(POLL));
                    state.burst.anywhere(Instant::now());
                    continue;
                }
            };
            state = self.gathering.wait(state, timeout);
        }
    }

    fn look_again(&mut self, batch: &Batch) -> Vec<PathBuf> {
        let mut changes = self.snapshot.look_again(batch, &mut self.eyes);
        let mut polls = 0;
        while !changes.is_empty() && !self.eyes.are_open() && polls < POLLS {
            // Nobody tells when a burst is over: it is when nothing changes any more.
            let state = self.gathering.lock();
            drop(self.gathering.wait(state, Some(QUIET)));
            let everything = Batch { anything: true, ..Batch::default() };
            let more = self.snapshot.look_again(&everything, &mut self.eyes);
            polls = if more.is_empty() { POLLS } else { polls + 1 };
            changes.extend(more);
        }
        let mut state = self.gathering.lock();
        if self.snapshot.changes_rules(batch) {
            state.unheeded.clear();
        }
        for path in &batch.paths {
            if path.symlink_metadata().is_ok() && !self.snapshot.heeds(path) {
                state.unheeded.add(path.clone());
            }
        }
        changes.into_iter().collect()
    }
}
