use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How urgently the user wants the run to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CancelLevel {
    /// Nobody asked.
    #[default]
    None,
    /// Asked once: processes are asked to end, and are waited for.
    Stop,
    /// Asked again: processes are killed.
    Kill,
}

type Listener = Box<dyn Fn(CancelLevel) + Send>;

#[derive(Default)]
struct Inner {
    level: CancelLevel,
    listeners: Vec<(u64, Listener)>,
}

/// A shared request to end the run. Clones are handles on the same request.
#[derive(Clone, Default)]
pub struct Cancel {
    inner: Arc<Mutex<Inner>>,
    next_listener: Arc<AtomicU64>,
}

impl Cancel {
    /// A request that nobody has made yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How urgent the request is now.
    pub fn level(&self) -> CancelLevel {
        self.lock().level
    }

    /// Whether anybody has asked for the end of the run.
    pub fn is_requested(&self) -> bool {
        self.level() > CancelLevel::None
    }

    /// Asks for the end of the run; a second call makes it urgent. Returns the level that now holds.
    pub fn escalate(&self) -> CancelLevel {
        let mut inner = self.lock();
        inner.level = match inner.level {
            CancelLevel::None => CancelLevel::Stop,
            CancelLevel::Stop | CancelLevel::Kill => CancelLevel::Kill,
        };
        let level = inner.level;
        for (_, listener) in &inner.listeners {
            listener(level);
        }
        level
    }

    /// Calls `listener` at every change of level until the subscription is dropped, and at once if the run
    /// is already being cancelled. The listener must neither block nor call back into this object.
    pub fn subscribe(&self, listener: impl Fn(CancelLevel) + Send + 'static) -> Subscription {
        let id = self.next_listener.fetch_add(1, Ordering::Relaxed);
        let mut inner = self.lock();
        if inner.level > CancelLevel::None {
            listener(inner.level);
        }
        inner.listeners.push((id, Box::new(listener)));
        Subscription { cancel: self.clone(), id }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a listener of [`Cancel::subscribe`] registered; dropping it ends the registration.
#[must_use = "dropping the subscription ends it"]
pub struct Subscription {
    cancel: Cancel,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.cancel.lock().listeners.retain(|(id, _)| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_late_subscriber_hears_of_an_earlier_request() {
        let cancel = Cancel::new();
        cancel.escalate();
        let (sender, receiver) = mpsc::channel();
        let _subscription = cancel.subscribe(move |level| sender.send(level).unwrap());
        cancel.escalate();
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [CancelLevel::Stop, CancelLevel::Kill]);
    }

    #[test]
    fn a_dropped_subscription_is_silent() {
        let cancel = Cancel::new();
        let (sender, receiver) = mpsc::channel();
        drop(cancel.subscribe(move |level| sender.send(level).unwrap()));
        cancel.escalate();
        assert!(receiver.try_recv().is_err());
    }
}
