use onramp_core::{Failure, FailureKind};
use onramp_exec::{Captured, Launcher, ProcessError, ProcessSpec};

use super::{Binaries, Connection};

/// What `psql` exits with where it could not connect at all.
const NOT_CONNECTED: i32 = 2;

/// Runs statements on a server through `psql`, which connects by the socket.
pub(super) struct Session<'a> {
    pub(super) launcher: &'a Launcher,
    pub(super) binaries: &'a Binaries,
    pub(super) connection: &'a Connection,
}

/// Why a statement did not run.
pub(super) enum StatementError {
    /// There was no connection; a server that is just starting gives one a little later.
    NotConnected(Failure),
    /// Anything else.
    Failed(Failure),
}

impl From<StatementError> for Failure {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::NotConnected(failure) | StatementError::Failed(failure) => failure,
        }
    }
}

impl Session<'_> {
    /// Runs one statement in the connection's database and returns what it printed.
    pub(super) fn run(&self, statement: &str) -> Result<String, StatementError> {
        let Captured { status, stdout, stderr } = self
            .launcher
            .capture(&self.spec(statement))
            .map_err(|error: ProcessError| StatementError::Failed(error.into()))?;
        if status.success() {
            return Ok(stdout);
        }
        let failure = Failure {
            kind: FailureKind::Environment,
            tail: stderr.lines().map(str::to_owned).collect(),
            ..Failure::environment(format!("psql: {}", stderr.lines().next().unwrap_or("failed")))
        };
        match status.code() {
            Some(NOT_CONNECTED) => Err(StatementError::NotConnected(failure)),
            _ => Err(StatementError::Failed(failure)),
        }
    }

    fn spec(&self, statement: &str) -> ProcessSpec {
        let Connection { user, password, port, database, socket, .. } = self.connection;
        let mut environment = self.binaries.environment().clone();
        environment.set("PGPASSWORD", password);
        environment.set("PGCONNECT_TIMEOUT", "5");
        let psql = self.binaries.program("psql").to_string_lossy().into_owned();
        let socket_text = socket.to_string_lossy().into_owned();
        let port = port.to_string();
        let argv = [
            psql.as_str(),
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--no-password",
            "--set=ON_ERROR_STOP=1",
            "--host",
            &socket_text,
            "--port",
            &port,
            "--username",
            user,
            "--dbname",
            database,
            "--command",
            statement,
        ];
        ProcessSpec::new(argv, socket, environment)
    }
}
