use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use onramp_core::Failure;

use super::Connection;
use super::mark::{Mark, PREFIX};
use crate::client::postgresql_failure;
use crate::left;
use crate::{ServerSpec, Source};

/// How long the clients of a database may take to leave it: one that ended is noticed a little later.
const LEAVE_LIMIT: Duration = Duration::from_secs(5);

/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Neither may a statement of ours wait for ever, nor is there one that takes long.
const SETTINGS: &str = "SET lock_timeout = '10s'; SET statement_timeout = '120s'";

/// `DROP DATABASE .. WITH (FORCE)` is of this version on.
const WITH_FORCE: u32 = 130_000;

/// The first version that copies databases in more than one way.
const WITH_STRATEGY: u32 = 150_000;

/// What the names of roles begin with that are there for the scripts of strangers.
pub(super) const GUEST: &str = "onramp_guest_";

/// The comment of a role that was made because a script of a stranger names it.
const MADE: &str = "onramp 1 purpose=role";

/// Two that make the same role, or drop it, come one after the other.
const MAKING: &str = "SELECT pg_advisory_xact_lock(8107266120447)";

/// Makes, marks, lists and drops databases of a server. It never names one in a statement that drops or alters
/// unless its name and its mark say that it was made here.
pub(crate) struct Admin {
    connection: Connection,
    client: Mutex<Option<postgres::Client>>,
    version: String,
    number: u32,
    /// Whether what it has said to have written survives a crash of the machine.
    is_durable: bool,
}

/// A database that was made here, as the server lists it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    /// `None`: whoever made it was killed before it was marked, or it is somebody else's after all.
    pub(crate) mark: Option<Mark>,
    /// Whether it may be copied by anybody and connected to by nobody.
    pub(crate) is_template: bool,
    /// How many are connected to it.
    pub(crate) clients: i64,
}

impl Admin {
    /// Connects to the server's own database.
    pub(crate) fn open(connection: &Connection) -> Result<Self, Failure> {
        let admin = Self {
            connection: connection.clone(),
            client: Mutex::new(None),
            version: String::new(),
            number: 0,
            is_durable: true,
        };
        let (version, number, fsync) = admin.run(|client| {
            let row = client.query_one(
                "SELECT current_setting('server_version'), current_setting('server_version_num'), \
                        current_setting('fsync')",
                &[],
            )?;
            Ok((row.get::<_, String>(0), row.get::<_, String>(1), row.get::<_, String>(2)))
        })?;
        Ok(Self { version, number: number.parse().unwrap_or(0), is_durable: fsync != "off", ..admin })
    }

    /// How the server is reached.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The version as the server states it: `15.18 (Debian 15.18-0+deb12u1)`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Fails with an environment failure if the server, which comes from `source`, is older than the project's minimum.
    pub(crate) fn require(&self, spec: &ServerSpec, source: Source) -> Result<(), Failure> {
        let Some(minimum) = spec.minimum_version.filter(|minimum| self.number / 10_000 < *minimum) else {
            return Ok(());
        };
        let failure = Failure::environment(format!(
            "PostgreSQL {} is older than the project's minimum {minimum}",
            self.version
        ));
        Err(match source {
            Source::Url => failure
                .context(&spec.url_env)
                .hint(format!("have {} name a server of PostgreSQL {minimum} or newer", spec.url_env)),
            Source::Container => failure.context(format!("`{}`", spec.image)).hint(image_hint(minimum)),
            Source::Local | Source::Auto => failure,
        })
    }

    /// Makes a database, empty or as a copy of a template, and marks it. Nothing can be said against its name.
    pub(crate) fn create(&self, name: &str, template: Option<&str>, mark: &Mark) -> Result<(), Failure> {
        let (name, template) = (ours(name)?, template.map_or(Ok("template0"), ours)?);
        // A checkpoint costs nothing where nothing is flushed, and the alternative writes every page twice. Before
        // version 15 there was none.
        let by_files = !self.is_durable && self.number >= WITH_STRATEGY;
        let strategy = if by_files { " STRATEGY file_copy" } else { "" };
        self.run(|client| {
            client.batch_execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{strategy}"))
        })?;
        self.mark(name, mark).inspect_err(|_| {
            // Without its mark nobody would ever drop it.
            let _ = self.run(|client| client.batch_execute(&format!("DROP DATABASE \"{name}\"")));
        })
    }

    /// Turns a database that nobody is connected to into a template of another name.
    pub(crate) fn make_template(&self, name: &str, template: &str, mark: &Mark) -> Result<(), Failure> {
        let (name, template) = (ours(name)?, ours(template)?);
        let deadline = Instant::now() + LEAVE_LIMIT;
        while self.list()?.iter().any(|listed| listed.name == name && listed.clients > 0) {
            if Instant::now() >= deadline {
                return Err(Failure::task(format!("somebody is still connected to the database `{name}`")));
            }
            thread::sleep(LOOK);
        }
        // Each statement is one that a killed process may have ended with: only the mark, which comes last,
        // makes it a finished one.
        let statements = [
            format!("ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS false IS_TEMPLATE true"),
            format!("ALTER DATABASE \"{name}\" RENAME TO \"{template}\""),
        ];
        for statement in &statements {
            self.run(|client| client.batch_execute(statement))?;
        }
        self.mark(template, mark)
    }

    /// Drops a database that the server lists as ours, whoever is connected to it. One that is gone is fine.
    pub(crate) fn drop_database(&self, name: &str) -> Result<(), Failure> {
        let name = ours(name)?;
        self.run(|client| {
            let row =
                client.query_opt("SELECT datistemplate FROM pg_database WHERE datname = $1", &[&name])?;
            let Some(row) = row else { return Ok(()) };
            if row.get(0) {
                client.batch_execute(&format!("ALTER DATABASE \"{name}\" WITH IS_TEMPLATE false"))?;
            }
            if self.number >= WITH_FORCE {
                return client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
            }
            client.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                &[&name],
            )?;
            client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{name}\""))
        })
    }

    /// Makes a role that owns a database of ours and may do nothing else here, and drops those that killed commands have
    /// left. Fails where one may not be made that has less rights than its maker.
    pub(crate) fn create_guest(&self, name: &str, password: &str, database: &str) -> Result<(), Failure> {
        let database = ours(database)?;
        let is_super = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user";
        if !self.run(|client| client.query_one(is_super, &[]))?.get::<_, bool>(0) {
            let message = "its user is no superuser, and could give nobody less rights than he has himself";
            return Err(Failure::environment(message));
        }
        self.clear_roles()?;
        // Both at once: a role that owns no database is one that nobody uses.
        let statements = format!(
            "CREATE ROLE \"{name}\" LOGIN PASSWORD '{password}'; ALTER DATABASE \"{database}\" OWNER TO \"{name}\""
        );
        self.run(|client| client.batch_execute(&statements))
    }

    /// Drops the guests that nobody uses any more, and the roles that no guest has named.
    fn clear_roles(&self) -> Result<(), Failure> {
        let unused = "SELECT rolname::text FROM pg_roles r WHERE starts_with(rolname::text, $1) \
             AND NOT EXISTS (SELECT FROM pg_database d WHERE d.datdba = r.oid) \
             AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.usesysid = r.oid)";
        for row in self.run(|client| client.query(unused, &[&GUEST]))? {
            // Whose role it is may be about to drop it too.
            drop(self.drop_guest(row.get(0)));
        }
        let made = "SELECT rolname::text FROM pg_roles r WHERE shobj_description(r.oid, 'pg_authid') = $1";
        for row in self.run(|client| client.query(made, &[&MADE]))? {
            drop(self.drop_made_role(row.get(0)));
        }
        Ok(())
    }

    /// Drops such a role, whose database is gone.
    pub(crate) fn drop_guest(&self, name: &str) -> Result<(), Failure> {
        if !name.starts_with(GUEST) {
            return Ok(());
        }
        let name = ours(name)?;
        self.run(|client| client.batch_execute(&format!("DROP ROLE IF EXISTS \"{name}\"")))
    }

    /// Makes a role that a guest names, where there is none: one that nobody can log in as, and that has no right but the guest's
    /// own. That keeps it as long as there is the guest; the other way round he would have whatever rights somebody gives it.
    /// Whether it is one of those: one that was not made for this is let alone.
    pub(crate) fn make_role(&self, role: &str, guest: &str) -> Result<bool, Failure> {
        let guest = ours(guest)?;
        let name = quoted(role);
        self.run(|client| {
            let mut whole = client.transaction()?;
            whole.execute(MAKING, &[])?;
            let is_ours = match is_made(&mut whole, role)? {
                Some(false) => false,
                known => {
                    if known.is_none() {
                        whole.batch_execute(&format!(
                            "CREATE ROLE {name} NOLOGIN; COMMENT ON ROLE {name} IS '{MADE}'"
                        ))?;
                    }
                    whole.batch_execute(&format!("GRANT \"{guest}\" TO {name}"))?;
                    true
                }
            };
            whole.commit()?;
            Ok(is_ours)
        })
    }

    /// Drops such a role where there is no guest any more who has named it. Fails where a database still speaks of it; the next
    /// command tries it again.
    pub(crate) fn drop_made_role(&self, role: &str) -> Result<(), Failure> {
        let name = quoted(role);
        self.run(|client| {
            let mut whole = client.transaction()?;
            whole.execute(MAKING, &[])?;
            let is_free = "SELECT NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member \
                 JOIN pg_roles g ON g.oid = m.roleid WHERE r.rolname = $1 AND starts_with(g.rolname::text, $2))";
            if is_made(&mut whole, role)? == Some(true) && whole.query_one(is_free, &[&role, &GUEST])?.get(0) {
                whole.batch_execute(&format!("DROP ROLE {name}"))?;
            }
            whole.commit()
        })
    }

    /// Ends a client of the server, whatever it does.
    pub(crate) fn terminate(&self, process: i32) -> Result<(), Failure> {
        self.run(|client| client.execute("SELECT pg_terminate_backend($1)", &[&process])).map(drop)
    }

    /// The databases whose names are ours.
    pub(crate) fn list(&self) -> Result<Vec<Listed>, Failure> {
        let statement = "SELECT d.datname::text, shobj_description(d.oid, 'pg_database'), d.datistemplate, \
             (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid) \
             FROM pg_database d WHERE starts_with(d.datname::text, $1) ORDER BY 1";
        let rows = self.run(|client| client.query(statement, &[&PREFIX]))?;
        let listed = rows.iter().map(|row| Listed {
            name: row.get(0),
            mark: row.get::<_, Option<String>>(1).as_deref().and_then(Mark::parse),
            is_template: row.get(2),
            clients: row.get(3),
        });
        Ok(listed.collect())
    }

    /// Drops what ended processes of the worktree have left here, and tells what cannot be dropped now: that keeps its mark,
    /// so the next command tries it again.
    pub(crate) fn sweep(&self, worktree: &str, state: &Path) -> Result<Vec<Failure>, Failure> {
        let remembered = left::remembered(state);
        // They are of the whole server, where the project's own revisions make their roles.
        let _ = self.clear_roles();
        let mut stuck = Vec::new();
        for Listed { name, mark, .. } in self.list()? {
            let is_left = match mark {
                Some(mark) => {
                    mark.worktree == worktree && mark.purpose.is_of_a_process() && mark.owner.is_gone()
                }
                None => remembered.contains(&name),
            };
            if !is_left {
                continue;
            }
            match self.drop_database(&name) {
                Ok(()) => left::forget(state, &name),
                Err(failure) => stuck.push(failure.context(format!("the database `{name}`"))),
            }
        }
        Ok(stuck)
    }

    /// Marks a database that was made here.
    pub(crate) fn mark(&self, name: &str, mark: &Mark) -> Result<(), Failure> {
        let name = ours(name)?;
        let statement = format!("COMMENT ON DATABASE \"{name}\" IS '{}'", mark.to_text());
        self.run(|client| client.batch_execute(&statement))
    }

    /// Does something on a connection that is kept, with a new one where the old one was closed.
    fn run<T>(
        &self,
        work: impl FnOnce(&mut postgres::Client) -> Result<T, postgres::Error>,
    ) -> Result<T, Failure> {
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match kept.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => {
                let mut client = self.connection.connected()?;
                client.batch_execute(SETTINGS).map_err(|error| postgresql_failure(&error))?;
                client
            }
        };
        work(kept.insert(open)).map_err(|error| postgresql_failure(&error))
    }
}

/// What to change where the image is older than the project's minimum.
pub(crate) fn image_hint(minimum: u32) -> String {
    format!("image = \"postgres:{minimum}\", in [database.dialects.postgresql.server] of onramp.toml")
}

/// Whether the role of that name was made for a guest; `None` where there is none.
fn is_made(client: &mut impl postgres::GenericClient, role: &str) -> Result<Option<bool>, postgres::Error> {
    let comment = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1";
    let row = client.query_opt(comment, &[&role])?;
    Ok(row.map(|row| row.get::<_, Option<String>>(0).as_deref() == Some(MADE)))
}

/// Any name, for a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name of a database that may be altered: ours, and one that needs no quoting.
fn ours(name: &str) -> Result<&str, Failure> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.starts_with(PREFIX) && name.len() < 64 && name.bytes().all(plain) {
        return Ok(name);
    }
    Err(Failure::task(format!("the database `{name}` was not made by Onramp, and is left alone")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_refused() {
        assert!(ours("onramp_s_1").is_ok());
        for name in ["", "shop", "postgres", "Onramp_x", "onramp_\"; drop", "template1"] {
            assert!(ours(name).is_err(), "{name}");
        }
    }
}
