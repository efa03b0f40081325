use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Role;
use crate::Source;
use crate::facts::Facts;
use crate::owner::{Owner, process_of};
use crate::platform::Realm;
use crate::postgresql::Connection;

const TITLE: &str = "onramp server 1";

/// What is written of a kept server while it can be reached: by whom it is kept and how clients connect.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) keeper: Owner,
    pub(crate) role: Role,
    pub(crate) source: Source,
    /// Where it comes from, as people are told of it.
    pub(crate) origin: String,
    pub(crate) connection: Connection,
    /// Since when it can be reached.
    pub(crate) since: SystemTime,
    /// How long it lives on when nobody uses it; `None`: until it is told to stop.
    pub(crate) idle: Option<Duration>,
    /// Its container, and the place of the engine that has it.
    pub(crate) container: Option<(String, String)>,
}

impl Record {
    pub(crate) fn read(path: &Path) -> Option<Self> {
        Self::of_facts(&Facts::parse(TITLE, &fs::read_to_string(path).ok()?)?)
    }

    /// Writes the record in one step, with mode 0600: it has the password.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        self.facts().write(TITLE, path)
    }

    fn facts(&self) -> Facts {
        let Owner { process, realm } = &self.keeper;
        let Connection { user, password, host, port, database, socket } = &self.connection;
        let since = self.since.duration_since(UNIX_EPOCH).unwrap_or_default();
        Facts::default()
            .with("keeper", format!("{} {}", process.pid, process.started))
            .with("boot", &realm.boot)
            .with("namespace", &realm.namespace)
            .with("role", self.role.word())
            .with("source", self.source.name())
            .with("origin", &self.origin)
            .with("since", since.as_secs())
            .with_some("idle", self.idle.map(|idle| idle.as_millis()))
            .with_some("container", self.container.as_ref().map(|(id, _)| id))
            .with_some("engine", self.container.as_ref().map(|(_, engine)| engine))
            .with("user", user)
            .with("password", password)
            .with("host", host)
            .with("port", port)
            .with("database", database)
            .with("socket", socket.display())
    }

    fn of_facts(facts: &Facts) -> Option<Self> {
        let text = |name: &str| facts.get(name).map(str::to_owned);
        let realm = Realm { boot: text("boot")?, namespace: text("namespace")? };
        Some(Self {
            keeper: Owner { process: process_of(facts.get("keeper")?)?, realm },
            role: Role::of_word(facts.get("role")?)?,
            source: Source::of_name(facts.get("source")?)?,
            origin: text("origin")?,
            since: UNIX_EPOCH + Duration::from_secs(facts.read("since")?),
            idle: facts.read("idle").map(Duration::from_millis),
            container: text("container").zip(text("engine")),
            connection: Connection {
                user: text("user")?,
                password: text("password")?,
                host: text("host")?,
                port: facts.read("port")?,
                database: text("database")?,
                socket: PathBuf::from(facts.get("socket")?),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_a_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.server");
        let connection = Connection {
            user: "onramp".to_owned(),
            password: "secret".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 5432,
            database: "postgres".to_owned(),
            socket: "/dev/shm/a b".into(),
        };
        let record = Record {
            keeper: Owner::own(),
            role: Role::Warm,
            source: Source::Local,
            origin: "PostgreSQL 15".to_owned(),
            connection,
            since: UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            idle: Some(Duration::from_millis(1500)),
            container: Some(("00ff".to_owned(), "unix:///x".to_owned())),
        };
        record.write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap().facts(), record.facts());
        let bare = Record { idle: None, container: None, ..record };
        bare.write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap().facts(), bare.facts());
    }
}
