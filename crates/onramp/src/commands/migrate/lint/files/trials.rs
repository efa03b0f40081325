use std::collections::BTreeMap;

use onramp_core::Failure;
use onramp_database::{Databases, ServerIdentity};
use onramp_histories::{Chain, Entry};
use onramp_replay::{Ground, Replay, facts, way};

use super::ground::Onto;
use super::shelf::{Circumstances, Shelf};
use super::tried::{Tried, tried};
use super::{Board, Part};
use crate::context::TaskContext;

impl Board {
    /// Tries the files of a part, in order, but for those of which all is known. Without an unknown one no server is started.
    pub(super) fn trials(&self, part: &Part, task: &TaskContext<'_>) -> Result<Vec<Tried>, Failure> {
        let is_of_part = |entry: &Entry| entry.up.iter().any(|script| part.files.contains(&script.file));
        let way = way(&part.chain, &is_of_part);
        let asked: Vec<usize> = (0..way.len()).filter(|place| is_of_part(&way[*place])).collect();
        let text = self.onto.as_ref().map(|onto| onto.text(task, &self.databases)).transpose()?;
        let ground = Ground {
            text: text.as_deref().unwrap_or_default(),
            name: self.onto.as_ref().map_or("", Onto::name),
            file: self.onto.as_ref().and_then(Onto::file),
            rows: self.rows,
        };
        let identity = ServerIdentity::of(task.launcher, part.dialect, &self.databases);
        let shelf = || {
            let folder = self.databases.place.state.join("databases/file-facts");
            let about = |server| Circumstances { dialect: part.dialect, server, ground, asked: &asked };
            identity.as_ref().map(|server| Shelf::new(folder, &part.chain, &way, &about(server)))
        };
        let before = shelf();
        let mut known: BTreeMap<usize, Vec<Tried>> = BTreeMap::new();
        if let Some(shelf) = before.as_ref().filter(|_| !self.is_forced) {
            known.extend(asked.iter().filter_map(|place| Some((*place, shelf.find(*place, &way[*place])?))));
        }
        let last = asked.iter().rfind(|place| !known.contains_key(*place));
        if let Some(last) = last {
            // It would not meet the rows that are put there for those before it, so these are tried as well.
            let places: Vec<usize> = asked.iter().copied().filter(|place| place <= last).collect();
            // Beside one that a baseline takes the place of, the rest is on another way than without it.
            let places = if is_on(&way, &part.chain, &places) { places } else { asked.clone() };
            let is_due = |entry: &Entry| {
                places.iter().any(|place| way[*place].id == entry.id && way[*place].file == entry.file)
            };
            let step = |step: &str| task.step(step);
            let databases = Databases::open(task.launcher, part.dialect, &self.databases, &step)?;
            let cancel = task.launcher.cancel();
            let replay = Replay { chain: &part.chain, databases: &databases, step: &step, cancel };
            let mut found = facts(&replay, ground, &is_due)?.into_iter();
            let is_it = identity.as_ref().is_some_and(|server| server.is_of(databases.server_version()));
            // What has changed meanwhile is known of neither state.
            let kept = shelf().filter(|after| is_it && before.as_ref() == Some(after));
            for place in places {
                let of_entry = found.by_ref().take(way[place].up.len());
                let of_entry: Vec<Tried> =
                    of_entry.map(|facts| tried(facts, self.rows, &|file| self.inside(file))).collect();
                if let Some(shelf) = &kept {
                    shelf.keep(place, &of_entry);
                }
                known.insert(place, of_entry);
            }
        }
        Ok(known.into_values().flatten().collect())
    }
}

/// Whether entries of a way, by their places, are reached on the same way where the others are not asked for.
fn is_on(all: &[Entry], chain: &Chain, places: &[usize]) -> bool {
    let is_due = |entry: &Entry| {
        places.iter().any(|place| all[*place].id == entry.id && all[*place].file == entry.file)
    };
    let own = way(chain, &is_due);
    Some(&own.len()) == places.last().map(|last| last + 1).as_ref()
        && own.iter().zip(all).all(|(own, entry)| own.id == entry.id && own.file == entry.file)
}
