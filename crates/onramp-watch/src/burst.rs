use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A burst is over when nothing has happened for so long.
pub(crate) const QUIET: Duration = Duration::from_millis(50);

/// A burst that does not end is cut off after so long.
const LIMIT: Duration = Duration::from_secs(2);

/// A burst during which git holds its index is cut off after so long.
const HELD_LIMIT: Duration = Duration::from_secs(30);

/// So many paths are remembered of a burst. With more of them everything is looked at: that is cheaper than to look at
/// many folders, and sees what the system has not told yet.
const PATHS: usize = 200;

/// Changes that belong together, as they come in. Time is handed in, so a burst knows no clock.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    span: Option<Span>,
    batch: Batch,
}

/// What there is to look at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Where something may have changed.
    pub(crate) paths: BTreeSet<PathBuf>,
    /// Whether anything may have changed anywhere else too.
    pub(crate) anything: bool,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    first: Instant,
    last: Instant,
}

impl Burst {
    /// Something may have changed at a path.
    pub(crate) fn at(&mut self, path: PathBuf, now: Instant) {
        self.goes_on(now);
        if self.batch.paths.len() < PATHS {
            self.batch.paths.insert(path);
        } else if !self.batch.paths.contains(&path) {
            self.batch.anything = true;
        }
    }

    /// Events were lost, or there are too many of them.
    pub(crate) fn anywhere(&mut self, now: Instant) {
        self.goes_on(now);
        self.batch.anything = true;
    }

    /// The burst lasts until now at least; it begins if there is none.
    pub(crate) fn goes_on(&mut self, now: Instant) {
        let first = self.span.map_or(now, |span| span.first);
        self.span = Some(Span { first, last: now });
    }

    /// When the burst will be over if nothing more happens; `None` if there is none.
    pub(crate) fn ends(&self) -> Option<Instant> {
        self.span.map(|span| (span.last + QUIET).min(span.first + LIMIT))
    }

    /// Whether a burst that is over may go on for as long as git holds its index.
    pub(crate) fn may_be_held(&self, now: Instant) -> bool {
        self.span.is_some_and(|span| now < span.first + HELD_LIMIT)
    }

    /// The whole burst. The next change starts another one.
    pub(crate) fn take(&mut self) -> Batch {
        self.span = None;
        std::mem::take(&mut self.batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_burst_is_over_after_a_quiet_time() {
        let (mut burst, start) = (Burst::default(), Instant::now());
        assert_eq!(burst.ends(), None);
        burst.at("a".into(), start);
        burst.at("b".into(), start + ms(30));
        burst.at("a".into(), start + ms(60));
        assert_eq!(burst.ends(), Some(start + ms(60) + QUIET));
        assert_eq!(burst.take().paths, ["a", "b"].map(PathBuf::from).into());
        assert_eq!((burst.ends(), burst.take()), (None, Batch::default()));
    }

    #[test]
    fn a_stream_without_end_is_cut_off() {
        let (mut burst, start) = (Burst::default(), Instant::now());
        for step in 0..1000 {
            burst.at("log".into(), start + ms(step * 10));
        }
        assert_eq!(burst.ends(), Some(start + LIMIT));
        burst.take();
        burst.at("log".into(), start + ms(20_000));
        assert_eq!(burst.ends(), Some(start + ms(20_000) + QUIET), "the next one starts anew");
    }

    #[test]
    fn git_may_hold_a_burst_for_longer_and_not_for_ever() {
        let (mut burst, start) = (Burst::default(), Instant::now());
        burst.at("a".into(), start);
        assert!(burst.may_be_held(start + LIMIT));
        assert!(!burst.may_be_held(start + HELD_LIMIT));
    }

    #[test]
    fn lost_events_and_too_many_paths_mean_anything() {
        let (mut burst, start) = (Burst::default(), Instant::now());
        burst.anywhere(start);
        burst.at("a".into(), start);
        assert_eq!(burst.take(), Batch { paths: BTreeSet::from(["a".into()]), anything: true });
        let mut takes = |paths: usize| {
            for number in 0..paths {
                burst.at((number % paths).to_string().into(), start);
            }
            let batch = burst.take();
            (batch.paths.len(), batch.anything)
        };
        assert_eq!(takes(PATHS), (PATHS, false));
        assert_eq!(takes(PATHS + 1), (PATHS, true));
    }
}
