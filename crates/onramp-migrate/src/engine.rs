use std::path::Path;

use onramp_core::Failure;

use crate::DialectSpec;
use crate::alembic::{Alembic, Command};
use crate::attempt::named;
use crate::facts::Executed;
use crate::fork_server::ForkServer;
use crate::generation::{CopyOrder, Generation, LeaveOut, Order};
use crate::redirection::Redirection;
use crate::session::{Session, SessionError, Standing};

/// Whether Alembic is kept running between commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One process for all commands, where the project's entry allows it.
    Warm,
    /// A process for each.
    Cold,
}

/// Alembic on a scratch copy and a scratch database.
pub(crate) struct Engine<'a> {
    alembic: Alembic<'a>,
    redirection: &'a Redirection,
    session: Option<Session>,
    fork_server: Option<ForkServer>,
    /// Whether a session failed, so that the work is worth another try without one.
    pub(crate) session_failed: bool,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(alembic: Alembic<'a>, redirection: &'a Redirection) -> Self {
        Self { alembic, redirection, session: None, fork_server: None, session_failed: false }
    }

    /// The same, whose process a fork server may make.
    pub(crate) fn with_fork_server(self, fork_server: Option<ForkServer>) -> Self {
        Self { fork_server, ..self }
    }

    /// Brings the database to the head, unless it is there, and keeps the process if it can be kept. `folder` is
    /// one with a short path.
    pub(crate) fn open(&mut self, mode: Mode, standing: Standing, folder: &Path) -> Result<(), Failure> {
        self.redirection.expect();
        if mode == Mode::Warm {
            let socket = folder.join("alembic");
            match Session::start(&self.alembic, self.fork_server.as_ref(), standing, &socket) {
                Ok(session) => {
                    self.session = Some(session);
                    // A process that had nothing to upgrade has not looked at the history yet.
                    return if standing == Standing::Head { Ok(()) } else { self.redirection.confirm() };
                }
                Err(SessionError::Ended) => {}
                // There a process per command has nothing in its way.
                Err(SessionError::Broken) if standing == Standing::Head => {}
                Err(other) => {
                    self.session_failed = matches!(other, SessionError::Broken);
                    return Err(other.into());
                }
            }
        }
        match standing {
            Standing::Head => Ok(()),
            Standing::Nothing => self.run(Command::Upgrade("head")),
        }
    }

    /// Runs a command and makes sure that it worked on the copy.
    pub(crate) fn run(&mut self, command: Command<'_>) -> Result<(), Failure> {
        self.redirection.expect();
        match &mut self.session {
            Some(session) => session.run(command).map_err(|error| {
                self.session_failed = matches!(error, SessionError::Ended);
                Failure::from(error)
            })?,
            None => self.alembic.run(command)?,
        }
        self.redirection.confirm()
    }

    /// The id of the revision whose code has failed in the last command.
    pub(crate) fn at_fault(&self) -> Option<String> {
        self.redirection.raised()?.revision
    }

    /// A failure on the way to the head, with the revision that it came from, where that is known.
    pub(crate) fn blame(&self, failure: Failure, dialect: &DialectSpec) -> Failure {
        match self.at_fault() {
            Some(id) => named(failure, &dialect.name_of(&id)),
            None => failure,
        }
    }

    /// What revisions have executed in the last command.
    pub(crate) fn statements(&self) -> Vec<Executed> {
        self.redirection.statements()
    }

    /// Sees to it that the next run need not import what this one has.
    pub(crate) fn prepare_next(&self) {
        if let (Some(server), Some(_), false) = (&self.fork_server, &self.session, self.session_failed) {
            server.ensure(self.alembic.cx.launcher, &self.redirection.settings().modules);
        }
    }

    /// Compares models and database, and writes no revision.
    pub(crate) fn compare(&mut self) -> Result<Generation, Failure> {
        self.look_for_differences(true)
    }

    /// The same, where the models are known already: nothing is told of them.
    pub(crate) fn compare_again(&mut self) -> Result<Generation, Failure> {
        self.look_for_differences(false)
    }

    fn look_for_differences(&mut self, models: bool) -> Result<Generation, Failure> {
        self.redirection.order(&Order {
            write: false,
            models,
            leave_out: LeaveOut::default(),
            formatters: Vec::new(),
            copy: None,
        })?;
        self.run(Command::Revision("compare"))?;
        self.redirection.generation()
    }

    /// Whether the process lasts from one command to the next.
    pub(crate) fn is_kept(&self) -> bool {
        self.session.is_some()
    }

    /// Whether the process that was kept has ended; the work is worth another try then, without one.
    pub(crate) fn has_ended(&mut self) -> bool {
        if self.session.as_mut().is_some_and(|session| !session.lives()) {
            self.session_failed = true;
        }
        self.session_failed
    }

    /// Compares models and database, and writes a revision with what is not left out, if that is anything. Post-write
    /// hooks that do what `formatters` do are passed over. Where there is a copy, the others work on that, and may not be
    /// done by then; only a process that is kept can do so.
    pub(crate) fn revision(
        &mut self,
        message: &str,
        leave_out: LeaveOut<'_>,
        formatters: Vec<Vec<String>>,
        copy: Option<CopyOrder<'_>>,
    ) -> Result<Generation, Failure> {
        self.redirection.order(&Order { write: true, models: true, leave_out, formatters, copy })?;
        self.run(Command::Revision(message))?;
        self.redirection.generation()
    }
}
