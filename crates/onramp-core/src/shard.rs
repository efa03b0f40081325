//! One run, spread over several machines that do not talk to one another.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use crate::TaskId;

/// Which part of a run this machine does: `2/3` is the second of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: NonZeroUsize,
    of: NonZeroUsize,
}

impl Shard {
    /// The one part of a run that is not split.
    pub const WHOLE: Self = Self { number: NonZeroUsize::MIN, of: NonZeroUsize::MIN };

    /// Which part it is, from 1 to [`of`](Self::of).
    pub fn number(self) -> usize {
        self.number.get()
    }

    /// How many parts there are.
    pub fn of(self) -> usize {
        self.of.get()
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, of) = text.split_once('/').ok_or(ShardError)?;
        let number: NonZeroUsize = number.parse().map_err(|_| ShardError)?;
        let of: NonZeroUsize = of.parse().map_err(|_| ShardError)?;
        if number <= of { Ok(Self { number, of }) } else { Err(ShardError) }
    }
}

/// A text that names no part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardError;

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write I/N, the I-th of N parts, I from 1 to N")
    }
}

impl std::error::Error for ShardError {}

/// Tasks that must run on the same machine, each with what is known of how long it takes.
pub type Bundle = Vec<(TaskId, Option<Duration>)>;

/// Splits bundles over `shards` machines: for each bundle, in the order given, the shard that it runs in, from 1.
///
/// The longest bundle goes first, always to the machine that has the least to do so far (Graham's LPT rule, which
/// is at most a third worse than the best split). A task of unknown duration counts as the median of the known
/// ones, so that without any durations every machine gets the same number of tasks, give or take one, where a
/// bundle is one task. The result depends on names and durations alone, not on the order of the bundles.
pub fn split(bundles: &[Bundle], shards: NonZeroUsize) -> Vec<usize> {
    let typical = median(bundles.iter().flatten().filter_map(|(_, duration)| *duration).collect());
    // Nothing takes no time at all; otherwise one machine would get everything that is quick.
    let weight = |(_, duration): &(TaskId, Option<Duration>)| {
        duration.unwrap_or(typical).max(Duration::from_millis(1)).as_millis()
    };
    let weights: Vec<u128> = bundles.iter().map(|bundle| bundle.iter().map(weight).sum()).collect();
    let name = |bundle: usize| bundles[bundle].iter().map(|(task, _)| task).min();
    let mut order: Vec<usize> = (0..bundles.len()).collect();
    order.sort_by(|a, b| weights[*b].cmp(&weights[*a]).then_with(|| name(*a).cmp(&name(*b))));
    let mut loads = vec![0_u128; shards.get().min(bundles.len())];
    let mut chosen = vec![0; bundles.len()];
    for bundle in order {
        let least = (0..loads.len()).min_by_key(|shard| loads[*shard]).unwrap_or_default();
        loads[least] += weights[bundle];
        chosen[bundle] = least + 1;
    }
    chosen
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
