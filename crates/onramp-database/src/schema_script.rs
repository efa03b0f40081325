use std::path::PathBuf;

use onramp_core::{Dialect, Failure};
use onramp_exec::{Environment, Launcher, ProcessSpec};

use crate::postgresql::Binaries;
use crate::{Client, DatabaseUrl};

/// What SQLite keeps of the statements that have made a schema, without what it makes by itself.
const STATEMENTS: &str = "SELECT sql FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
    ORDER BY type = 'trigger', type = 'view', type = 'index', rowid";

impl DatabaseUrl {
    /// The statements that make the schema of this database, none of its rows. Of a server it is `pg_dump` that tells; its
    /// password is in no argument. Fails where there is no database, and with an environment failure where there is no
    /// `pg_dump`.
    pub fn schema(&self, launcher: &Launcher, environment: &Environment) -> Result<String, Failure> {
        if self.dialect() == Dialect::Postgresql {
            return self.dump(launcher, environment);
        }
        let mut client: Client = self.reader()?;
        let statements = client.texts(STATEMENTS).map_err(|failure| failure.context(self))?;
        Ok(statements.into_iter().map(|statement| format!("{statement};\n")).collect())
    }

    fn dump(&self, launcher: &Launcher, environment: &Environment) -> Result<String, Failure> {
        let connection = self.connection()?;
        let directory = PathBuf::from("/");
        let program = match environment.find_program("pg_dump".as_ref(), &directory) {
            Ok(_) => PathBuf::from("pg_dump"),
            Err(_) => Binaries::find(launcher, environment, &[])
                .map(|binaries| binaries.folder().join("pg_dump"))
                .ok()
                .filter(|program| program.is_file())
                .ok_or_else(|| {
                    Failure::environment("there is no `pg_dump` on PATH to read the schema of a server")
                        .hint("--onto FILE.sql takes a dump of the schema")
                })?,
        };
        let mut environment = environment.clone();
        environment.set("PGPASSWORD", &connection.password);
        let port = connection.port.to_string();
        let host = match connection.socket.to_str().filter(|socket| !socket.is_empty()) {
            Some(socket) => socket.to_owned(),
            None => connection.host.clone(),
        };
        let words = [
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--no-publications",
            "--no-subscriptions",
            "--host",
            &host,
            "--port",
            &port,
            "--username",
            &connection.user,
            "--dbname",
            &connection.database,
            "--no-password",
        ];
        let argv = std::iter::once(program.into_os_string()).chain(words.into_iter().map(Into::into));
        let spec = ProcessSpec::new(argv, directory, environment);
        let captured = launcher.capture(&spec).map_err(Failure::from)?;
        if captured.status.success() {
            return Ok(captured.stdout);
        }
        let mut lines = captured.stderr.lines().map(str::to_owned);
        let first = lines.next().unwrap_or_else(|| format!("pg_dump: {}", captured.status));
        Err(Failure { tail: lines.collect(), ..Failure::environment(first) }.context(self))
    }
}
