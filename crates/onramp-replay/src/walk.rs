use onramp_core::Failure;
use onramp_database::catalog::Catalog;
use onramp_database::script::{Guest, Transaction};
use onramp_database::{Client, Database, Databases};
use onramp_histories::{Code, Entry, Finding, Script};

use crate::excuse;
use crate::replay::TABLES_OF_TOOLS;

/// A database on its way along a history.
pub(crate) struct Walk<'a> {
    databases: &'a Databases,
    /// Goes before the database does.
    guest: Guest,
    reader: Client,
    database: Database,
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
    pub(crate) fn begin(databases: &'a Databases) -> Result<Self, Failure> {
        let database = databases.create()?;
        Ok(Self { databases, guest: Guest::of(&database)?, reader: database.client()?, database })
    }

    /// Goes from an empty database to the last of these entries, which have been applied before.
    pub(crate) fn restart(&mut self, entries: &[Entry]) -> Result<(), Failure> {
        *self = Self::begin(self.databases)?;
        for entry in entries {
            if let End::Stopped(finding) = self.up(entry)? {
                let message = format!("{} does not always succeed: {}", entry.id, finding.message);
                return Err(Failure::task(message));
            }
        }
        Ok(())
    }

    /// What the database consists of now.
    pub(crate) fn catalog(&mut self) -> Result<Catalog, Failure> {
        Catalog::read(&mut self.reader, &TABLES_OF_TOOLS)
    }

    /// Applies an entry.
    pub(crate) fn up(&mut self, entry: &Entry) -> Result<End, Failure> {
        for script in &entry.up {
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

    fn run(&mut self, script: &Script, code: Code) -> Result<End, Failure> {
        let text = match script.read() {
            Ok(text) => text,
            Err(error) => {
                let finding = Finding::new(Code::NotReplayed, &script.file, error.to_string());
                return Ok(End::Stopped(Box::new(finding)));
            }
        };
        let transaction = if script.no_transaction { Transaction::Each } else { Transaction::One };
        let Err(stopped) = self.guest.run(&text, transaction) else { return Ok(End::Reached) };
        if !stopped.is_of_the_script() {
            return Err(self.databases.blame_storage(stopped.failure, Some(&self.database)));
        }
        let said = &stopped.failure.message;
        let finding = match excuse::of(&text, said) {
            Some(why) => Finding::new(Code::NotReplayed, &script.file, format!("{why}: {said}")),
            None => Finding::new(code, &script.file, said.clone()),
        };
        let line = script.line_in_file(stopped.line);
        Ok(End::Stopped(Box::new(finding.at(Some(line)))))
    }
}
