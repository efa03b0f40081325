use std::ffi::OsString;
use std::path::PathBuf;

use onramp_core::{Failure, FailureKind};
use onramp_exec::{Environment, Launcher, ProcessSpec};

use super::{Development, Kind};
use crate::postgresql::{Binaries, Connection};

impl Development {
    /// How a person talks to the database: the dialect's own program, of this machine or of the container that the
    /// database is in, which takes the terminal over. The password is in its environment. Fails with what to
    /// install where there is none.
    pub fn shell(
        &self,
        launcher: &Launcher,
        environment: &Environment,
        directory: PathBuf,
    ) -> Result<ProcessSpec, Failure> {
        let has = |program: &str| environment.find_program(program.as_ref(), &directory).is_ok();
        match &self.0 {
            Kind::Sqlite(path) => {
                if !has("sqlite3") {
                    let failure = Failure::environment("there is no `sqlite3` on PATH");
                    return Err(failure.hint("apt-get install sqlite3"));
                }
                let argv: [OsString; 2] = ["sqlite3".into(), path.clone().into_os_string()];
                Ok(ProcessSpec::new(argv, directory, environment.clone()))
            }
            Kind::Postgresql { connection, container, .. } => {
                let mut environment = environment.clone();
                environment.set("PGPASSWORD", &connection.password);
                let psql = match has("psql") {
                    true => Some(PathBuf::from("psql")),
                    false => beside_the_server(launcher, &environment)?,
                };
                if let Some(psql) = psql {
                    let argv = std::iter::once(psql.into_os_string()).chain(arguments(connection));
                    return Ok(ProcessSpec::new(argv, directory, environment));
                }
                let engine = ["docker", "podman"].into_iter().find(|program| has(program));
                let Some(((id, _), program)) = container.as_ref().zip(engine) else {
                    let failure = Failure::environment("there is no `psql` on PATH");
                    return Err(failure.hint("apt-get install postgresql-client"));
                };
                let inside = Connection { host: "127.0.0.1".to_owned(), port: 5432, ..connection.clone() };
                // Without a value the engine's program takes it from its own environment.
                let argv = [program, "exec", "--interactive", "--tty", "--env", "PGPASSWORD", id, "psql"];
                let argv = argv.into_iter().map(OsString::from).chain(arguments(&inside));
                Ok(ProcessSpec::new(argv, directory, environment))
            }
        }
    }
}

/// `psql` where the server's programs are, which need not be on PATH.
fn beside_the_server(launcher: &Launcher, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
    match Binaries::find(launcher, environment, &[]) {
        Ok(binaries) => Ok(Some(binaries.folder().join("psql")).filter(|psql| psql.is_file())),
        Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
        Err(_) => Ok(None),
    }
}

fn arguments(connection: &Connection) -> Vec<OsString> {
    let Connection { host, port, user, database, .. } = connection;
    let port = port.to_string();
    ["--host", host, "--port", &port, "--username", user, "--dbname", database].map(OsString::from).to_vec()
}
