use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many things a run does at once, so that a task that can be divided takes only what nobody else needs.
#[derive(Debug, Default)]
pub(crate) struct Workers(Mutex<usize>);

/// Some workers that are busy until this is dropped.
pub(crate) struct Busy<'a> {
    workers: &'a Workers,
    number: usize,
}

impl Workers {
    /// One more is busy.
    pub(crate) fn begin(&self) -> Busy<'_> {
        *self.busy() += 1;
        Busy { workers: self, number: 1 }
    }

    /// Takes those that are free, of `all` there are, but no more than `most`.
    pub(crate) fn take(&self, all: usize, most: usize) -> Busy<'_> {
        let mut busy = self.busy();
        let taken = all.saturating_sub(*busy).min(most);
        *busy += taken;
        Busy { workers: self, number: taken }
    }

    fn busy(&self) -> MutexGuard<'_, usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy<'_> {
    /// How many they are.
    pub(crate) fn number(&self) -> usize {
        self.number
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        *self.workers.busy() -= self.number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_what_is_busy() {
        let workers = Workers::default();
        let first = workers.begin();
        let more = workers.take(4, 2);
        assert_eq!(more.number(), 2);
        let rest = workers.take(4, 9);
        assert_eq!((rest.number(), workers.take(4, 9).number()), (1, 0));
        drop((first, more));
        assert_eq!(workers.take(4, 9).number(), 3);
    }
}
