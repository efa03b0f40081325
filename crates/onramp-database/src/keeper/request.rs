use std::path::PathBuf;
use std::time::Duration;

use onramp_exec::Environment;

use super::ServerFiles;
use crate::digest::hex;
use crate::facts::Facts;
use crate::owner::{Owner, process_of};
use crate::platform::Realm;
use crate::{DatabasesSpec, Listen, Place, Remote, ServerSpec, Source};

const TITLE: &str = "onramp keeper 1";

/// What a kept server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Scratch databases and templates: its data go with it.
    Warm,
    /// The worktree's development database: its data stay.
    Development,
}

impl Role {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Development => "development",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::Warm, Self::Development].into_iter().find(|role| role.word() == word)
    }
}

/// What a command asks a new keeper for. The environment is the keeper's own, so it is not told twice.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) role: Role,
    /// Who asks, and waits until the server can be reached.
    pub(crate) client: Owner,
    pub(crate) place: Place,
    pub(crate) server: ServerSpec,
    /// How long the server lives on when nobody uses it; `None`: until it is told to stop.
    pub(crate) idle: Option<Duration>,
}

impl Request {
    /// A request of this process.
    pub(crate) fn own(role: Role, spec: &DatabasesSpec) -> Self {
        let idle = match role {
            Role::Warm => Some(spec.keep.idle),
            Role::Development => None,
        };
        Self { role, client: Owner::own(), place: spec.place.clone(), server: spec.server.clone(), idle }
    }

    /// The files of the server that this asks for. A command that asks for another kind of server gets another one.
    pub(crate) fn files(&self, environment: &Environment) -> ServerFiles {
        let name = match self.role {
            Role::Development => "postgresql-development".to_owned(),
            Role::Warm => {
                let engines = ["DOCKER_HOST", "CONTAINER_HOST"];
                let engines = engines.map(|name| environment.get(name).unwrap_or_default().to_string_lossy());
                let kind = self.server_facts().to_text(&engines.join("\n"));
                format!("postgresql-{}", &hex(kind.as_bytes())[..8])
            }
        };
        ServerFiles::new(&self.place.state, &name)
    }

    /// `None` where a path is no text.
    pub(crate) fn to_text(&self) -> Option<String> {
        let paths = [&self.place.state, &self.place.workspace, &self.place.temporary];
        if paths.into_iter().chain(&self.server.binaries).any(|path| path.to_str().is_none()) {
            return None;
        }
        let Owner { process, realm } = &self.client;
        let facts = self
            .server_facts()
            .with("role", self.role.word())
            .with("client", format!("{} {}", process.pid, process.started))
            .with("boot", &realm.boot)
            .with("namespace", &realm.namespace)
            .with("state", self.place.state.display())
            .with("workspace", self.place.workspace.display())
            .with("temporary", self.place.temporary.display())
            .with_some("idle", self.idle.map(|idle| idle.as_millis()))
            .with_some("port", self.server.port);
        Some(facts.to_text(TITLE))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let facts = Facts::parse(TITLE, text)?;
        let value = |name: &str| facts.get(name).map(str::to_owned);
        let realm = Realm { boot: value("boot")?, namespace: value("namespace")? };
        Some(Self {
            role: Role::of_word(facts.get("role")?)?,
            client: Owner { process: process_of(facts.get("client")?)?, realm },
            place: Place {
                state: value("state")?.into(),
                workspace: value("workspace")?.into(),
                temporary: value("temporary")?.into(),
            },
            server: ServerSpec {
                source: Source::of_name(facts.get("source")?)?,
                url_env: value("url-env")?,
                remote: Remote::Refused,
                image: value("image")?,
                memory: facts.read("memory"),
                binaries: facts.all("binaries").map(PathBuf::from).collect(),
                minimum_version: facts.read("minimum-version"),
                listen: Listen::of_word(facts.get("listen")?)?,
                port: facts.read("port"),
            },
            idle: facts.read("idle").map(Duration::from_millis),
        })
    }

    /// What makes one kind of server.
    fn server_facts(&self) -> Facts {
        let server = &self.server;
        let facts = Facts::default()
            .with("source", server.source.name())
            .with("url-env", &server.url_env)
            .with("image", &server.image)
            .with("listen", server.listen.word())
            .with_some("memory", server.memory)
            .with_some("minimum-version", server.minimum_version);
        server.binaries.iter().fold(facts, |facts, folder| facts.with("binaries", folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_a_round_trip_and_another_kind_has_another_name() {
        let server = ServerSpec {
            source: Source::Local,
            image: "postgres:16".to_owned(),
            binaries: vec!["/a b".into(), "/c".into()],
            minimum_version: Some(14),
            listen: Listen::Loopback,
            port: Some(5433),
            ..ServerSpec::default()
        };
        let place = Place { state: "/w/.onramp".into(), workspace: "/w".into(), temporary: "/tmp\n".into() };
        let idle = Some(Duration::from_secs(600));
        let request = Request { role: Role::Warm, client: Owner::own(), place, server, idle };
        let read = Request::parse(&request.to_text().unwrap()).unwrap();
        assert_eq!(read.to_text(), request.to_text());
        let record = |request: &Request| request.files(&Environment::default()).record();
        assert_eq!(record(&read), record(&request));
        let mut other = request.clone();
        other.server.image = "postgres:17".to_owned();
        assert_ne!(record(&other), record(&request));
        assert!(Request::parse("").is_none());
    }
}
