//! Which databases a verb is about.

use onramp_config::{Database, DialectConfig};
use onramp_core::{Dialect, Failure};
use onramp_database::{DatabasesSpec, Development};

use super::Which;
use crate::Error;
use crate::databases;
use crate::session::Session;

/// The development database of one dialect.
pub(super) struct Target {
    pub(super) dialect: Dialect,
    pub(super) label: String,
    /// Its URL as the project wants it.
    pub(super) url: String,
    pub(super) spec: DatabasesSpec,
}

impl Target {
    /// The database if it is up, else a failure that says how to get it up.
    pub(super) fn find(&self, session: &Session) -> Result<Development, Error> {
        self.found(Development::find(&session.launcher, self.dialect, &self.spec)?)
    }

    /// The same for a program that takes Onramp's place.
    pub(super) fn enter(&self, session: &Session) -> Result<Development, Error> {
        self.found(Development::enter(&session.launcher, self.dialect, &self.spec)?)
    }

    fn found(&self, database: Option<Development>) -> Result<Development, Error> {
        Ok(database.ok_or_else(|| {
            Failure::task(format!("the development database of {} is not up", self.label))
                .hint(format!("onramp db up {}", self.dialect))
        })?)
    }
}

/// The databases of the workspace one stands in that are asked for.
pub(super) fn targets(session: &Session, which: &Which) -> Result<Vec<Target>, Error> {
    let database = configured(session)?;
    let wanted = |dialect: &&DialectConfig| which.dialect.is_none_or(|asked| asked == dialect.dialect);
    let targets = database.dialects.iter().filter(wanted).map(|dialect| {
        Ok(Target {
            dialect: dialect.dialect,
            label: dialect.label.clone(),
            url: dialect.url.clone(),
            spec: databases::spec(session, session.workspace(), database, dialect)?,
        })
    });
    let targets = targets.collect::<Result<Vec<_>, Error>>()?;
    match (targets.is_empty(), which.dialect) {
        (true, Some(dialect)) => Err(Error::usage(format!("the configuration has no dialect `{dialect}`"))),
        _ => Ok(targets),
    }
}

/// The only one of them: a verb that can be about one database alone.
pub(super) fn target(session: &Session, which: &Which, verb: &str) -> Result<Target, Error> {
    let mut targets = targets(session, which)?;
    match (targets.pop(), targets.len()) {
        (Some(target), 0) => Ok(target),
        (last, _) => {
            let names: Vec<_> = targets.iter().chain(&last).map(|target| target.dialect.name()).collect();
            let error = Error::usage(format!("this workspace has {}: say which", names.join(" and ")));
            Err(error.hint(format!("onramp db {verb} {}", names.first().unwrap_or(&"DIALECT"))))
        }
    }
}

fn configured(session: &Session) -> Result<&Database, Error> {
    session.workspace().config.database.as_ref().ok_or_else(|| {
        Error::configuration("the configuration has no [database]").hint("onramp reference configuration")
    })
}
