use onramp_core::{Dialect, Failure};
use onramp_exec::Launcher;

use crate::development::given_admin;
use crate::postgresql::{Binaries, Connection};
use crate::{DatabasesSpec, Source, Wanted};

/// What was seen of one source of servers.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The source.
    pub source: Source,
    /// What is there.
    pub state: State,
}

/// How it stands with a source.
#[derive(Clone, Debug)]
pub enum State {
    /// Something that can be used: `PostgreSQL 15.18 of /usr/lib/postgresql/15/bin`.
    Usable(String),
    /// Nothing, so the next one is looked at.
    Absent {
        /// Why it would not be taken.
        why: Failure,
        /// What would change that, where it is something to be had.
        wanted: Option<Wanted>,
    },
    /// The user has named it, and it cannot be used. No other one is taken in its place: commands fail.
    Broken(Failure),
}

/// Which server would be taken, for who has to know without starting one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerIdentity {
    /// What tells it from another one: its version and where it comes from.
    pub text: String,
    /// The version as the server would state it, where that is known before it runs.
    pub version: Option<String>,
}

impl ServerIdentity {
    /// The server that a dialect's databases would be on; for SQLite the library in Onramp. `None` where none could be had,
    /// or nobody can tell which.
    pub fn of(launcher: &Launcher, dialect: Dialect, spec: &DatabasesSpec) -> Option<Self> {
        if dialect == Dialect::Sqlite {
            let version = rusqlite::version().to_owned();
            return Some(Self { text: format!("SQLite {version}"), version: Some(version) });
        }
        let looks: [(Source, &dyn Fn() -> Seen); 3] = [
            (Source::Url, &|| url_identity(launcher, spec)),
            (Source::Container, &|| container_identity(spec)),
            (Source::Local, &|| local_identity(launcher, spec)),
        ];
        let mut allowed = looks.iter().filter(|(source, _)| spec.server.source.allows(*source));
        allowed.find_map(|(_, look)| match look() {
            Seen::Absent => None,
            Seen::Unclear => Some(None),
            Seen::Known(identity) => Some(Some(identity)),
        })?
    }

    /// Whether a server that states this version is that one, as far as that can be told.
    pub fn is_of(&self, stated: &str) -> bool {
        let is_it = |own: &String| {
            stated == own || stated.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with(' '))
        };
        self.version.as_ref().is_none_or(is_it)
    }
}

/// What is known of the server of one source.
enum Seen {
    Absent,
    Unclear,
    Known(ServerIdentity),
}

fn url_identity(launcher: &Launcher, spec: &DatabasesSpec) -> Seen {
    match given_admin(launcher, spec) {
        Ok(None) => Seen::Absent,
        Err(_) => Seen::Unclear,
        Ok(Some(admin)) => {
            let Connection { host, port, .. } = admin.connection();
            let version = admin.version().to_owned();
            Seen::Known(ServerIdentity {
                text: format!("{version} at {host}:{port}"),
                version: Some(version),
            })
        }
    }
}

#[cfg(feature = "containers")]
fn container_identity(spec: &DatabasesSpec) -> Seen {
    use crate::postgresql::{find_engine, suits_containers};
    let Ok(engine) = suits_containers(spec.server.listen).and_then(|()| find_engine(&spec.environment))
    else {
        return Seen::Absent;
    };
    match engine.image_id(&spec.server.image) {
        Ok(Some(id)) => Seen::Known(ServerIdentity { text: format!("image {id}"), version: None }),
        Ok(None) | Err(_) => Seen::Unclear,
    }
}

#[cfg(not(feature = "containers"))]
fn container_identity(_spec: &DatabasesSpec) -> Seen {
    Seen::Absent
}

fn local_identity(launcher: &Launcher, spec: &DatabasesSpec) -> Seen {
    let Ok(binaries) = Binaries::find(launcher, &spec.environment, &spec.server.binaries) else {
        return Seen::Absent;
    };
    let version = binaries.version().to_owned();
    let text = format!("{version} of {}", binaries.folder().display());
    Seen::Known(ServerIdentity { text, version: Some(version) })
}

/// Looks at all sources of PostgreSQL servers, in the order in which they would be taken, and starts none. The first
/// that is there would be taken.
pub fn sources(launcher: &Launcher, spec: &DatabasesSpec) -> Vec<Sight> {
    let asked = spec.server.source;
    let look = |source: Source, state: &dyn Fn() -> State| Sight {
        source,
        state: match asked.allows(source) {
            true => state(),
            false => absent(Failure::environment(format!("the configuration asks for `{}`", asked.name()))),
        },
    };
    vec![
        look(Source::Url, &|| url(launcher, spec)),
        look(Source::Container, &|| container(spec)),
        look(Source::Local, &|| local(launcher, spec)),
    ]
}

fn absent(why: Failure) -> State {
    State::Absent { why, wanted: None }
}

fn url(launcher: &Launcher, spec: &DatabasesSpec) -> State {
    let variable = &spec.server.url_env;
    let admin = match given_admin(launcher, spec) {
        Ok(Some(admin)) => admin,
        Ok(None) => {
            let hint = format!("export {variable}=postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
            return absent(Failure::environment(format!("{variable} is not set")).hint(hint));
        }
        Err(failure) => return State::Broken(failure),
    };
    let Connection { host, port, .. } = admin.connection();
    match admin.require(&spec.server, Source::Url) {
        Ok(()) => State::Usable(format!("PostgreSQL {} at {host}:{port}, from {variable}", admin.version())),
        Err(failure) => State::Broken(failure),
    }
}

#[cfg(feature = "containers")]
fn container(spec: &DatabasesSpec) -> State {
    use crate::postgresql::{find_engine, require_tag, suits_containers};
    if let Err(failure) = suits_containers(spec.server.listen) {
        return absent(failure);
    }
    let engine = match find_engine(&spec.environment) {
        Ok(engine) => engine,
        Err(why) => {
            let install = Wanted::Engine.hint(&spec.environment);
            let is_wanted = why.hint.as_ref() == Some(&install);
            return State::Absent { why, wanted: is_wanted.then_some(Wanted::Engine) };
        }
    };
    let image = &spec.server.image;
    if let Err(failure) = require_tag(&spec.server) {
        return absent(failure);
    }
    match engine.has_image(image) {
        Ok(is_there) => {
            let presence = if is_there { "" } else { ", which has to be pulled," };
            State::Usable(format!("`{image}`{presence} in {engine}"))
        }
        Err(error) => absent(error.into()),
    }
}

#[cfg(not(feature = "containers"))]
fn container(_spec: &DatabasesSpec) -> State {
    absent(Failure::environment("this program was built without the feature `containers`"))
}

fn local(launcher: &Launcher, spec: &DatabasesSpec) -> State {
    let binaries = match Binaries::find(launcher, &spec.environment, &spec.server.binaries) {
        Ok(binaries) => binaries,
        Err(why) => return State::Absent { why, wanted: Some(Wanted::Server(None)) },
    };
    match binaries.require(spec.server.minimum_version) {
        Ok(()) => {
            State::Usable(format!("PostgreSQL {} of {}", binaries.version(), binaries.folder().display()))
        }
        Err(why) => State::Absent { why, wanted: Some(Wanted::Server(spec.server.minimum_version)) },
    }
}
