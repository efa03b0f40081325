use std::path::Path;

use onramp_core::Failure;

use crate::alembic::{Alembic, Command};
use crate::redirection::Redirection;
use crate::session::{Session, SessionError};

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
    /// Whether a session failed, so that the work is worth another try without one.
    pub(crate) session_failed: bool,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(alembic: Alembic<'a>, redirection: &'a Redirection) -> Self {
        Self { alembic, redirection, session: None, session_failed: false }
    }

    /// Brings the empty database to the head, and keeps the process if it can be kept. `folder` is one with a
    /// short path.
    pub(crate) fn open(&mut self, mode: Mode, folder: &Path) -> Result<(), Failure> {
        self.redirection.expect();
        if mode == Mode::Warm {
            match Session::start(&self.alembic, "head", folder) {
                Ok(session) => {
                    self.session = Some(session);
                    return self.redirection.confirm();
                }
                Err(SessionError::Ended) => {}
                Err(other) => return Err(other.into()),
            }
        }
        self.run(Command::Upgrade("head"))
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
}
