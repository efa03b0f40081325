use std::ffi::OsString;
use std::path::PathBuf;

use onramp_core::{Failure, FailureKind};
use onramp_exec::{Environment, Launcher, ProcessSpec};

use super::{Development, Kind};
use crate::Wanted;
use crate::postgresql::{Binaries, Connection};

/// Who writes what the dialect's own program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Somebody at a terminal, who sees an error and goes on.
    Person,
    /// A file or another program, which does not: the first error ends it.
    Script,
}

impl Development {
    /// How a person talks to the database: the dialect's own program, of this machine or of the container that the
    /// database is in, which takes the terminal over. The password is in its environment. Fails with what to
    /// install where there is none.
    pub fn shell(
        &self,
        launcher: &Launcher,
        environment: &Environment,
        directory: PathBuf,
        input: Input,
    ) -> Result<ProcessSpec, Failure> {
        let has = |program: &str| environment.find_program(program.as_ref(), &directory).is_ok();
        match &self.0 {
            Kind::Sqlite(path) => {
                if !has("sqlite3") {
                    let failure = Failure::environment("there is no `sqlite3` on PATH");
                    return Err(failure.hint(Wanted::Sqlite3.hint(environment)));
                }
                let strict = (input == Input::Script).then(|| OsString::from("-bail"));
                let argv = [OsString::from("sqlite3")].into_iter().chain(strict);
                let argv = argv.chain([path.clone().into_os_string()]);
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
                    let argv = std::iter::once(psql.into_os_string()).chain(arguments(connection, input));
                    return Ok(ProcessSpec::new(argv, directory, environment));
                }
                let engine = ["docker", "podman"].into_iter().find(|program| has(program));
                let Some(((id, _), program)) = container.as_ref().zip(engine) else {
                    let failure = Failure::environment("there is no `psql` on PATH");
                    return Err(failure.hint(Wanted::Psql.hint(&environment)));
                };
                let argv = in_container(program, id, connection, input);
                Ok(ProcessSpec::new(argv, directory, environment))
            }
        }
    }
}

/// `psql` in the container of the server, by the engine's own program.
fn in_container(program: &str, id: &str, connection: &Connection, input: Input) -> Vec<OsString> {
    let inside = Connection { host: "127.0.0.1".to_owned(), port: 5432, ..connection.clone() };
    // The engine refuses a terminal that is none.
    let terminal = (input == Input::Person).then_some("--tty");
    let words = [program, "exec", "--interactive"].into_iter().chain(terminal);
    // Without a value the engine's program takes it from its own environment.
    let words = words.chain(["--env", "PGPASSWORD", id, "psql"]).map(OsString::from);
    words.chain(arguments(&inside, input)).collect()
}

/// `psql` where the server's programs are, which need not be on PATH.
fn beside_the_server(launcher: &Launcher, environment: &Environment) -> Result<Option<PathBuf>, Failure> {
    match Binaries::find(launcher, environment, &[]) {
        Ok(binaries) => Ok(Some(binaries.folder().join("psql")).filter(|psql| psql.is_file())),
        Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
        Err(_) => Ok(None),
    }
}

fn arguments(connection: &Connection, input: Input) -> Vec<OsString> {
    let Connection { host, port, user, database, .. } = connection;
    let port = port.to_string();
    let strict = (input == Input::Script).then_some("--set=ON_ERROR_STOP=1");
    let place = ["--host", host, "--port", &port, "--username", user, "--dbname", database];
    strict.into_iter().chain(place).map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_container_a_script_gets_no_terminal_and_nobody_the_password_as_an_argument() {
        let connection = Connection {
            user: "onramp".to_owned(),
            password: "hidden".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 4711,
            database: "onramp_dev".to_owned(),
            socket: PathBuf::new(),
        };
        let words = |input| {
            let words = in_container("docker", "00ff", &connection, input);
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        let place = "--host 127.0.0.1 --port 5432 --username onramp --dbname onramp_dev";
        let person = "docker exec --interactive --tty --env PGPASSWORD 00ff psql";
        let script = "docker exec --interactive --env PGPASSWORD 00ff psql --set=ON_ERROR_STOP=1";
        assert_eq!(words(Input::Person), format!("{person} {place}"));
        assert_eq!(words(Input::Script), format!("{script} {place}"));
    }
}
