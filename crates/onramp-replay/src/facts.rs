//! What single entries do, on top of those before them.

mod statements;

use std::collections::BTreeSet;

use onramp_core::Failure;
use onramp_database::catalog::Catalog;
use onramp_database::script::{Seen, Transaction};
use onramp_histories::{Code, Entry, Finding, Form, Marks, Script};

use crate::Replay;
use crate::walk::{End, Walk};
pub use statements::Statement;

/// What a script of an entry does to a database with what comes before it, and rows in the tables.
#[derive(Clone, Debug)]
pub struct ScriptFacts {
    /// The id of the entry.
    pub id: String,
    /// The script.
    pub script: Script,
    /// The catalog before.
    pub before: Catalog,
    /// The catalog behind it; the same as before where it did not come to its end.
    pub after: Catalog,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// How it went.
    pub outcome: Outcome,
}

/// How it went with a script.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It came to its end.
    Applied,
    /// It came to its end where the tables had no rows; where they had some, it was refused.
    RefusedWithRows(Box<Finding>),
    /// It was refused whatever the tables had.
    Refused(Box<Finding>),
    /// Nobody knows: it could not be run here, or something before it could not. Its text is all there is.
    Untried(Box<Finding>),
}

/// Applies a history as far as the last of the entries that are asked for, and tells what each of those does. Fails where
/// there is no server or no room, and where somebody has asked for the end.
pub fn facts(
    replay: &Replay<'_>,
    is_asked_for: &dyn Fn(&Entry) -> bool,
) -> Result<Vec<ScriptFacts>, Failure> {
    let mut entries = replay.chain.of_new();
    let is_there = |entry: &Entry| entries.iter().any(|own| own.id == entry.id && own.file == entry.file);
    if !replay.chain.entries.iter().filter(|entry| is_asked_for(entry)).all(is_there) {
        // What a baseline takes the place of is applied without it.
        entries = replay.chain.entries.iter().filter(|entry| !entry.is_baseline).cloned().collect();
    }
    let Some(last) = entries.iter().rposition(is_asked_for) else { return Ok(Vec::new()) };
    entries.truncate(last + 1);
    let walk = Walk::begin(replay)?;
    let mut trial =
        Trial { replay, entries: &entries, walk, filled: BTreeSet::new(), lost: None, told: Vec::new() };
    for (place, entry) in entries.iter().enumerate() {
        replay.tell(&entries, place);
        if is_asked_for(entry) {
            for number in 0..entry.up.len() {
                trial.script(place, number)?;
            }
        } else if trial.lost.is_none()
            && let End::Stopped(finding) = trial.walk.up(entry)?
        {
            trial.lost = Some(finding);
        }
    }
    Ok(trial.told)
}

struct Trial<'a> {
    replay: &'a Replay<'a>,
    entries: &'a [Entry],
    walk: Walk<'a>,
    /// The tables that have got rows.
    filled: BTreeSet<String>,
    /// Why the database is not where the next entry begins.
    lost: Option<Box<Finding>>,
    told: Vec<ScriptFacts>,
}

impl Trial<'_> {
    /// Applies a script of an entry, both by their numbers.
    fn script(&mut self, place: usize, number: usize) -> Result<(), Failure> {
        let entry = &self.entries[place];
        let script = &entry.up[number];
        let before = self.walk.catalog()?;
        let transaction = transaction(self.replay.chain.form, script);
        let mut seen: Vec<Seen> = Vec::new();
        let (after, outcome) = match self.lost.clone() {
            Some(why) => (before.clone(), Outcome::Untried(why)),
            None => {
                self.walk.seed(&mut self.filled)?;
                match self.walk.run_and_look(script, transaction, &mut seen)? {
                    End::Reached => (self.walk.catalog()?, Outcome::Applied),
                    End::Stopped(finding) => self.stopped(place, number, finding, &before)?,
                }
            }
        };
        let statements = statements::of(script, before.dialect, transaction, &seen);
        let (id, script) = (entry.id.clone(), script.clone());
        self.told.push(ScriptFacts { id, script, before, after, statements, outcome });
        Ok(())
    }

    /// What comes of a script that was refused: it is tried again where no table has rows.
    fn stopped(
        &mut self,
        place: usize,
        number: usize,
        finding: Box<Finding>,
        before: &Catalog,
    ) -> Result<(Catalog, Outcome), Failure> {
        if finding.code == Code::NotReplayed {
            self.lost = Some(finding.clone());
            return Ok((before.clone(), Outcome::Untried(finding)));
        }
        let entry = &self.entries[place];
        let mut ends = vec![self.walk.restart(&self.entries[..place])?];
        self.filled.clear();
        for script in &entry.up[..=number] {
            if let Some(End::Reached) = ends.last() {
                let transaction = transaction(self.replay.chain.form, script);
                ends.push(self.walk.run_and_look(script, transaction, &mut Vec::new())?);
            }
        }
        match ends.pop() {
            Some(End::Reached) => Ok((self.walk.catalog()?, Outcome::RefusedWithRows(finding))),
            _ => {
                self.lost = Some(finding.clone());
                Ok((before.clone(), Outcome::Refused(finding)))
            }
        }
    }
}

/// What the tool of a history does about transactions, as far as its form tells.
fn transaction(form: Form, script: &Script) -> Transaction {
    match form {
        _ if script.no_transaction => Transaction::Each,
        Form::Versioned => Transaction::IfAllowed,
        Form::Marked(Marks::Goose | Marks::Dbmate | Marks::SqlMigrate) | Form::Folders => Transaction::Held,
        _ => Transaction::One,
    }
}
