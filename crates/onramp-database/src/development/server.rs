use onramp_core::Failure;
use onramp_exec::Launcher;

use super::servers::given_admin;
use super::{Development, Kind, homes};
use crate::keeper::{Kept, Record, Role, acquire, record_of};
use crate::owner::Owner;
use crate::postgresql::{Admin, Connection, Mark, Purpose};
use crate::{DatabasesSpec, Place, Source};

/// What the database is called on a server that is ours alone.
const NAME: &str = "onramp_dev";

/// The server of the development database of PostgreSQL.
pub(super) struct Server {
    admin: Admin,
    source: Source,
    /// Where it comes from, as people are told of it.
    origin: String,
    container: Option<(String, String)>,
    kept: Option<Box<Kept>>,
}

impl Server {
    /// The server that is asked for, started if it is not there. Fails where another one of this worktree runs: its
    /// data would be taken for those that are asked for.
    pub(super) fn up(
        launcher: &Launcher,
        spec: &DatabasesSpec,
        step: &dyn Fn(&str),
    ) -> Result<Self, Failure> {
        let given = Self::given(launcher, spec)?;
        let is_another = |record: &Record| given.is_some() || !spec.server.source.allows(record.source);
        let running = record_of(spec, Role::Development).filter(|record| !record.keeper.is_gone());
        if let Some(record) = running.filter(is_another) {
            return Err(of_another_source(&record, spec));
        }
        let server = match given {
            Some(server) => {
                step(&format!("use the server of {}", spec.server.url_env));
                server
            }
            None => Self::own(launcher, spec, step)?,
        };
        server.admin.require(&spec.server, server.source)?;
        Ok(server)
    }

    fn own(launcher: &Launcher, spec: &DatabasesSpec, step: &dyn Fn(&str)) -> Result<Self, Failure> {
        let kept = acquire(launcher, spec, Role::Development, step)?.ok_or_else(|| {
            Failure::environment(
                "the development server runs in another container that shares this worktree, out of reach from here",
            )
        })?;
        let server = Self::of_record(kept.record(), spec)?;
        Ok(Self { kept: Some(Box::new(kept)), ..server })
    }

    /// The server that is asked for, if it is there and answers.
    pub(super) fn find(launcher: &Launcher, spec: &DatabasesSpec) -> Result<Option<Self>, Failure> {
        if let Some(server) = Self::given(launcher, spec)? {
            return Ok(Some(server));
        }
        let Some(record) = record_of(spec, Role::Development) else { return Ok(None) };
        launcher.secrets().add(&record.connection.password);
        if record.keeper.is_gone() || !record.connection.answers() {
            return Ok(None);
        }
        Self::of_record(&record, spec).map(Some)
    }

    /// The server that the user gives, if one is asked for.
    pub(super) fn given(launcher: &Launcher, spec: &DatabasesSpec) -> Result<Option<Self>, Failure> {
        let server = |admin: Admin| {
            let Connection { host, port, .. } = admin.connection();
            let origin = format!("PostgreSQL {} at {host}:{port}", admin.version());
            Self { admin, source: Source::Url, origin, container: None, kept: None }
        };
        Ok(given_admin(launcher, spec)?.map(server))
    }

    fn of_record(record: &Record, spec: &DatabasesSpec) -> Result<Self, Failure> {
        if !spec.server.source.allows(record.source) {
            return Err(of_another_source(record, spec));
        }
        let admin = Admin::open(&record.connection)?;
        let Record { source, origin, container, .. } = record.clone();
        Ok(Self { admin, source, origin, container, kept: None })
    }

    /// On a server that others use too, the worktree is part of the name.
    fn name(&self, place: &Place) -> Result<String, Failure> {
        if self.source != Source::Url {
            return Ok(NAME.to_owned());
        }
        let worktree = place.worktree()?;
        let word = worktree.split('-').next().unwrap_or_default();
        Ok(format!("{NAME}_{word}"))
    }

    /// Whether the database is there. Fails if it is not this worktree's.
    pub(super) fn has(&self, place: &Place) -> Result<bool, Failure> {
        let name = self.name(place)?;
        let listed = self.admin.list()?.into_iter().find(|listed| listed.name == name);
        let Some(listed) = listed else { return Ok(false) };
        let worktree = place.worktree()?;
        let is_ours = |mark: &Mark| mark.purpose == Purpose::Development && mark.worktree == worktree;
        // Where the server is ours, so is whatever was not marked in time.
        let is_ours = listed.mark.map_or(self.source != Source::Url, |mark| is_ours(&mark));
        if is_ours {
            return Ok(true);
        }
        Err(Failure::task(format!("the database `{name}` was not made by this worktree, and is left alone")))
    }

    /// Makes the database if it is not there.
    pub(super) fn make(&self, place: &Place) -> Result<(), Failure> {
        let name = self.name(place)?;
        let mark = Mark { worktree: place.worktree()?, purpose: Purpose::Development, owner: Owner::own() };
        let is_there = self.has(place)?;
        if self.source == Source::Url {
            homes::remember(place, &self.address(&name))?;
        }
        match is_there {
            true => self.admin.mark(&name, &mark),
            false => self.admin.create(&name, None, &mark),
        }
    }

    /// Drops the database, whoever is connected to it; one that is not there is fine.
    pub(super) fn remove(&self, place: &Place) -> Result<(), Failure> {
        let name = self.name(place)?;
        if self.has(place)? {
            self.admin.drop_database(&name)?;
        }
        if self.source == Source::Url {
            homes::forget(place, &self.address(&name))?;
        }
        Ok(())
    }

    pub(super) fn development(self, place: &Place) -> Result<Development, Failure> {
        let database = self.name(place)?;
        let Self { admin, source, origin, container, kept } = self;
        let connection = Connection { database, ..admin.connection().clone() };
        Ok(Development(Kind::Postgresql { connection, source, origin, container, kept }))
    }

    fn address(&self, name: &str) -> String {
        let Connection { host, port, .. } = self.admin.connection();
        format!("the database `{name}` at {host}:{port}")
    }
}

/// Two servers at once would be two databases of one name, and nobody would know which is which.
fn of_another_source(record: &Record, spec: &DatabasesSpec) -> Failure {
    let asked = match spec.server.source {
        Source::Auto => format!("{} names another one", spec.server.url_env),
        source => format!("the configuration asks for `{}`", source.name()),
    };
    let message = format!("the development server that runs is {}, and {asked}", record.origin);
    Failure::task(message).hint("onramp db down")
}
