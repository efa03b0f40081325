//! What single entries do, on top of those before them.

mod reached;
mod statements;
mod transactions;

use std::path::Path;

use onramp_core::Failure;
use onramp_database::catalog::Catalog;
use onramp_database::rows::Missing;
use onramp_database::script::Transaction;
use onramp_histories::{Chain, Code, Entry, Finding, Script};

use crate::Replay;
use crate::walk::{End, Sight, Walk};
pub use statements::Statement;
pub use transactions::Custom;

/// What stops a script, and which of its statements that is, if it is one of them.
type Stop = (Box<Finding>, Option<usize>);

/// What a script of an entry does to a database with what comes before it, and rows in the tables.
#[derive(Clone, Debug)]
pub struct ScriptFacts {
    /// The id of the entry.
    pub id: String,
    /// The script.
    pub script: Script,
    /// The catalog before.
    pub before: Catalog,
    /// The catalog behind it. Where it was refused, the one before that statement, as far as that can be told; where nobody
    /// knows how it goes, the same as before.
    pub after: Catalog,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What became of the rows that were put into the tables; `None` where there were none, or where it was refused.
    pub missing: Option<Missing>,
    /// How it went.
    pub outcome: Outcome,
    /// What was made for this script and those before it, or left out of them: all that is told of that up to here.
    pub notes: Vec<Finding>,
    /// Whether an extension was left out up to here. It may be installed the next time.
    pub lacks_extension: bool,
}

/// How it went with a script.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It came to its end.
    Applied,
    /// It came to its end where the tables had no rows; where they had some, it was refused.
    RefusedWithRows(Refusal),
    /// It was refused whatever the tables had.
    Refused {
        /// Where it got farthest.
        refusal: Refusal,
        /// Where it ended with rows in the tables, if it got farther without.
        with_rows: Option<Refusal>,
        /// Whether tables had rows where it got farthest.
        rows: Rows,
    },
    /// Nobody knows: it could not be run here, or something before it could not. Its text is all there is.
    Untried(Box<Finding>),
}

/// Why a script did not come to its end.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// In the words of the database, with the line of the file.
    pub finding: Box<Finding>,
    /// The statement that was refused, by its place among those of the script; `None` where it was the end of the script:
    /// what is checked then, or a transaction that is left open.
    pub statement: Option<usize>,
}

/// What the database has before the first entry.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The statements that make it; none for an empty database.
    pub text: &'a str,
    /// What they are called.
    pub name: &'a str,
    /// The file that they stand in, if it is one.
    pub file: Option<&'a Path>,
    /// Whether tables get rows before each of the scripts that are looked at.
    pub rows: Rows,
}

impl<'a> Ground<'a> {
    /// Where its statements stand: its file, or what it is called.
    pub fn place(&self) -> &'a Path {
        self.file.unwrap_or(Path::new(self.name))
    }
}

/// Whether tables have rows in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Each that has none gets some.
    Seed,
    /// They have what the history itself has put there.
    Leave,
}

/// Applies a history as far as the last of the entries that are asked for, and tells what each of those does. Fails where
/// there is no server or no room, and where somebody has asked for the end.
pub fn facts(
    replay: &Replay<'_>,
    ground: Ground<'_>,
    is_asked_for: &dyn Fn(&Entry) -> bool,
) -> Result<Vec<ScriptFacts>, Failure> {
    let entries = way(replay.chain, is_asked_for);
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let walk = begin(replay, ground)?;
    let custom = Custom::of(replay.chain, replay.databases.dialect());
    let mut trial = Trial { replay, ground, entries: &entries, custom, walk, lost: None, told: Vec::new() };
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

/// The entries of a history that are applied for the sake of those that are asked for: all up to the last of them.
pub fn way(chain: &Chain, is_asked_for: &dyn Fn(&Entry) -> bool) -> Vec<Entry> {
    let mut entries = chain.of_new();
    let is_there = |entry: &Entry| entries.iter().any(|own| own.id == entry.id && own.file == entry.file);
    if !chain.entries.iter().filter(|entry| is_asked_for(entry)).all(is_there) {
        // What a baseline takes the place of is applied without it.
        entries = chain.entries.iter().filter(|entry| !entry.is_baseline).cloned().collect();
    }
    let last = entries.iter().rposition(is_asked_for);
    entries.truncate(last.map_or(0, |last| last + 1));
    entries
}

/// A database with what it has before the first entry.
fn begin<'a>(replay: &'a Replay<'a>, ground: Ground<'_>) -> Result<Walk<'a>, Failure> {
    let mut walk = Walk::begin(replay)?;
    walk.lay(&ground)?;
    Ok(walk)
}

struct Trial<'a> {
    replay: &'a Replay<'a>,
    ground: Ground<'a>,
    entries: &'a [Entry],
    custom: Custom,
    walk: Walk<'a>,
    /// Why the database is not where the next entry begins.
    lost: Option<Box<Finding>>,
    told: Vec<ScriptFacts>,
}

impl Trial<'_> {
    fn transaction(&self, script: &Script) -> Transaction {
        self.custom.transaction(self.replay.chain, self.replay.databases.dialect(), script)
    }

    /// Applies a script of an entry, both by their numbers.
    fn script(&mut self, place: usize, number: usize) -> Result<(), Failure> {
        let entry = &self.entries[place];
        let script = &entry.up[number];
        let before = self.walk.catalog()?;
        let transaction = self.transaction(script);
        let mut sight = Sight::default();
        let mut missing = None;
        let (after, outcome) = match self.lost.clone() {
            Some(why) => (before.clone(), Outcome::Untried(why)),
            None => {
                let rows = match self.ground.rows {
                    Rows::Seed => {
                        self.walk.seed()?;
                        Some(self.walk.rows()?)
                    }
                    Rows::Leave => None,
                };
                match self.walk.run_and_look(script, transaction, &mut sight)? {
                    End::Reached => {
                        if let Some(before) = rows {
                            missing = Some(before.missing(&self.walk.rows()?));
                        }
                        (self.walk.catalog()?, Outcome::Applied)
                    }
                    End::Stopped(finding) => {
                        self.stopped(place, number, (finding, sight.stopped_at), &before)?
                    }
                }
            }
        };
        let statements = statements::of(script, before.dialect, transaction, &sight.seen);
        let (id, script) = (entry.id.clone(), script.clone());
        let (notes, lacks_extension) = (self.walk.beside.notes(), self.walk.beside.lacks_extension());
        self.told.push(ScriptFacts {
            id,
            script,
            before,
            after,
            statements,
            missing,
            outcome,
            notes,
            lacks_extension,
        });
        Ok(())
    }

    /// What comes of a script that was refused: it is tried again where nothing has put rows into tables, and once more up to
    /// the statement that is refused in any case, so that what it does before that is known.
    fn stopped(
        &mut self,
        place: usize,
        number: usize,
        (finding, at): (Box<Finding>, Option<usize>),
        before: &Catalog,
    ) -> Result<(Catalog, Outcome), Failure> {
        if finding.code == Code::NotReplayed {
            self.lost = Some(finding.clone());
            return Ok((before.clone(), Outcome::Untried(finding)));
        }
        let script = &self.entries[place].up[number];
        let dialect = before.dialect;
        let mut refusal = Refusal { finding, statement: reached::statement(script, dialect, at) };
        let (mut with_rows, mut rows) = (None, self.ground.rows);
        let mut farthest = at;
        if rows == Rows::Seed {
            let Some((finding, at)) = self.without_rows(place, number)? else {
                return Ok((self.walk.catalog()?, Outcome::RefusedWithRows(refusal)));
            };
            let statement = reached::statement(script, dialect, at);
            // One that ends before needs rows that nobody has put there.
            if at >= farthest && finding.code != Code::NotReplayed {
                let other = std::mem::replace(&mut refusal, Refusal { finding, statement });
                with_rows = Some(other).filter(|other| other.statement != refusal.statement);
                (rows, farthest) = (Rows::Leave, at);
            }
        }
        self.lost = Some(refusal.finding.clone());
        let after = self.reached(place, number, rows, farthest)?.unwrap_or_else(|| before.clone());
        Ok((after, Outcome::Refused { refusal, with_rows, rows }))
    }

    /// Goes to the end of a script from an empty database without rows in the tables; what stops it there, and where in the
    /// script that is, if it is in that one.
    fn without_rows(&mut self, place: usize, number: usize) -> Result<Option<Stop>, Failure> {
        if let End::Stopped(finding) = self.restart(place, number)? {
            return Ok(Some((finding, None)));
        }
        let script = &self.entries[place].up[number];
        let transaction = self.transaction(script);
        let mut sight = Sight::default();
        let end = self.walk.run_and_look(script, transaction, &mut sight)?;
        Ok(match end {
            End::Reached => None,
            End::Stopped(finding) => Some((finding, sight.stopped_at)),
        })
    }

    /// Goes from an empty database to where a script of an entry begins.
    fn restart(&mut self, place: usize, number: usize) -> Result<End, Failure> {
        self.walk.start_anew()?;
        self.walk.lay(&self.ground)?;
        for entry in &self.entries[..place] {
            if let End::Stopped(finding) = self.walk.up(entry)? {
                return Ok(End::Stopped(finding));
            }
        }
        for script in &self.entries[place].up[..number] {
            let transaction = self.transaction(script);
            if let End::Stopped(finding) =
                self.walk.run_and_look(script, transaction, &mut Sight::default())?
            {
                return Ok(End::Stopped(finding));
            }
        }
        Ok(End::Reached)
    }
}
