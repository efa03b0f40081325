use onramp_core::{Dialect, Failure};
use onramp_database::Database;
use onramp_database::catalog::Catalog;
use onramp_database::rows::Snapshot;
use onramp_database::script::{Guest, Seen, Transaction};
use onramp_histories::{Code, Entry, Finding, Form, Script};

use crate::beside::Beside;
use crate::excuse;
use crate::replay::TABLES_OF_TOOLS;
use crate::{Ground, Replay};

/// A database on its way along a history.
pub(crate) struct Walk<'a> {
    replay: &'a Replay<'a>,
    /// Goes before the database does.
    guest: Guest,
    database: Database,
    /// What was made for the scripts, or left out of them.
    pub(crate) beside: Beside,
}

/// What was seen of a script on its way.
#[derive(Default)]
pub(crate) struct Sight {
    pub(crate) seen: Vec<Seen>,
    /// Where in its text it stopped, in bytes, if it did.
    pub(crate) stopped_at: Option<usize>,
}

/// Where a script has led.
pub(crate) enum End {
    /// To its end.
    Reached,
    /// Not there, for this reason.
    Stopped(Box<Finding>),
}

impl<'a> Walk<'a> {
    /// At an empty database.
    pub(crate) fn begin(replay: &'a Replay<'a>) -> Result<Self, Failure> {
        let database = replay.databases.create()?;
        let guest = Guest::of(&database, replay.cancel)?;
        Ok(Self { replay, guest, database, beside: Beside::default() })
    }

    /// Goes back to an empty database. What was made for the scripts, or left out of them, stays told.
    pub(crate) fn start_anew(&mut self) -> Result<(), Failure> {
        let beside = std::mem::take(&mut self.beside);
        *self = Self { beside, ..Self::begin(self.replay)? };
        Ok(())
    }

    /// Goes straight from an empty database to the last of these entries.
    pub(crate) fn restart(&mut self, entries: &[Entry]) -> Result<End, Failure> {
        self.start_anew()?;
        for entry in entries {
            if let End::Stopped(finding) = self.up(entry)? {
                return Ok(End::Stopped(finding));
            }
        }
        Ok(End::Reached)
    }

    /// What the database consists of now.
    pub(crate) fn catalog(&mut self) -> Result<Catalog, Failure> {
        self.guest.catalog(&TABLES_OF_TOOLS)
    }

    /// Applies an entry.
    pub(crate) fn up(&mut self, entry: &Entry) -> Result<End, Failure> {
        for script in &entry.up {
            if self.replay.cancel.is_requested() {
                return Err(Failure::interrupted());
            }
            if let End::Stopped(finding) = self.run(script, Code::UpFails)? {
                return Ok(End::Stopped(finding));
            }
        }
        Ok(End::Reached)
    }

    /// Reverts it.
    pub(crate) fn down(&mut self, script: &Script) -> Result<End, Failure> {
        self.run(script, Code::DownFails)
    }

    /// Puts rows into the tables that have none.
    pub(crate) fn seed(&mut self) -> Result<(), Failure> {
        self.guest.seed(&TABLES_OF_TOOLS).map(drop)
    }

    /// All rows that are there.
    pub(crate) fn rows(&mut self) -> Result<Snapshot, Failure> {
        self.guest.rows(&TABLES_OF_TOOLS)
    }

    /// Runs a text that is no script of the history.
    pub(crate) fn lay(&mut self, ground: &Ground<'_>) -> Result<(), Failure> {
        // What a dump sets is for its own statements: it leaves no schema to find names in.
        let reset = match self.replay.databases.dialect() {
            Dialect::Postgresql => "RESET ALL",
            Dialect::Sqlite => "",
        };
        let laid = self.guest.run(ground.text, Transaction::Each);
        self.beside.add_of(ground.place(), &|line| line, self.guest.take_asides());
        let Err(stopped) = laid.and_then(|()| self.guest.run(reset, Transaction::Each)) else {
            return Ok(());
        };
        if !stopped.is_of_the_script() {
            return Err(self.replay.databases.blame_storage(*stopped.failure, Some(&self.database)));
        }
        let place = format!("{}:{}", ground.name, stopped.line);
        let failure = stopped.failure.context(format!("{place} cannot be applied to an empty database"));
        Err(match ground.file {
            Some(file) => failure.at(file, Some(stopped.line)),
            None => failure,
        })
    }

    /// Runs a script in transactions of some kind, and tells what was seen on the way.
    pub(crate) fn run_and_look(
        &mut self,
        script: &Script,
        transaction: Transaction,
        sight: &mut Sight,
    ) -> Result<End, Failure> {
        self.run_as(script, Code::UpFails, transaction, sight)
    }

    /// Runs a text that stands for a script of the history, and says whether it came to its end.
    pub(crate) fn goes_through(&mut self, text: &str, transaction: Transaction) -> Result<bool, Failure> {
        match self.guest.run(text, transaction) {
            Ok(()) => Ok(true),
            Err(stopped) if stopped.is_of_the_script() => Ok(false),
            Err(stopped) => Err(self.replay.databases.blame_storage(*stopped.failure, Some(&self.database))),
        }
    }

    fn run(&mut self, script: &Script, code: Code) -> Result<End, Failure> {
        let transaction = match self.replay.chain.form {
            _ if script.no_transaction => Transaction::Each,
            // Flyway looks at the statements.
            Form::Versioned => Transaction::IfAllowed,
            _ => Transaction::One,
        };
        self.run_as(script, code, transaction, &mut Sight::default())
    }

    fn run_as(
        &mut self,
        script: &Script,
        code: Code,
        transaction: Transaction,
        sight: &mut Sight,
    ) -> Result<End, Failure> {
        let text = match script.read() {
            Ok(text) => text,
            Err(error) => {
                let finding = Finding::new(Code::NotReplayed, &script.file, error.to_string());
                return Ok(End::Stopped(Box::new(finding)));
            }
        };
        let result = self.guest.run_and_look(&text, transaction, &mut sight.seen);
        self.beside.add(script, self.guest.take_asides());
        let Err(stopped) = result else { return Ok(End::Reached) };
        sight.stopped_at = Some(stopped.start);
        if !stopped.is_of_the_script() {
            return Err(self.replay.databases.blame_storage(*stopped.failure, Some(&self.database)));
        }
        let said = &stopped.failure.message;
        let excuse =
            excuse::of(&text, said).map(|excuse| excuse.tell(said)).or_else(|| self.beside.excuse(said));
        let finding = match excuse {
            Some(why) => Finding::new(Code::NotReplayed, &script.file, why),
            None => Finding::new(code, &script.file, said.clone()),
        };
        let line = script.line_in_file(stopped.line);
        Ok(End::Stopped(Box::new(finding.at(Some(line)))))
    }
}
