use onramp_core::{Failure, FailureKind};
use onramp_database::rows::seed;
use onramp_database::{Copying, Database, Databases, DatabasesSpec, Place};
use onramp_exec::Environment;

use crate::session::Standing;
use crate::{Context, DialectSpec, MigrateSpec, RowsPolicy};

/// What the databases of a dialect need.
pub(crate) fn databases_spec(spec: &MigrateSpec, dialect: &DialectSpec, cx: &Context<'_>) -> DatabasesSpec {
    DatabasesSpec {
        place: Place {
            state: spec.state.clone(),
            workspace: spec.root.clone(),
            temporary: spec.temporary.clone(),
        },
        environment: spec.environment.clone(),
        server: dialect.server.clone(),
        keep: spec.keep.clone(),
        log: cx.log.clone(),
    }
}

/// The project's environment with a database in it.
pub(crate) fn database_environment(
    spec: &MigrateSpec,
    dialect: &DialectSpec,
    database: &Database,
) -> Environment {
    let mut environment = spec.environment.clone();
    for (name, template) in &dialect.env {
        environment.set(name, database.expand(template));
    }
    environment.set(&spec.url_env, database.expand(&dialect.url));
    environment.set("ONRAMP_SCRATCH_DATABASE", database.identity());
    environment
}

/// A database for the proof: a copy of one at the head, or an empty one that has yet to get there.
pub(crate) struct Ground {
    pub(crate) database: Database,
    pub(crate) standing: Standing,
}

impl Ground {
    /// Copies the template of that key, if there is one.
    pub(crate) fn open(databases: &Databases, key: &str) -> Result<Self, Failure> {
        let (ground, copying) = Self::plan(databases, key)?;
        copying.map_or(Ok(()), Copying::run)?;
        Ok(ground)
    }

    /// The same, with the copy yet to be made.
    pub(crate) fn plan<'a>(
        databases: &'a Databases,
        key: &str,
    ) -> Result<(Self, Option<Copying<'a>>), Failure> {
        Ok(match databases.find_template(key)? {
            Some(template) => {
                let (database, copying) = databases.plan_copy(template)?;
                (Self { database, standing: Standing::Head }, Some(copying))
            }
            None => (Self { database: databases.create()?, standing: Standing::Nothing }, None),
        })
    }

    /// Puts rows into a database that has just come to the head, and keeps a copy.
    pub(crate) fn settle(
        &self,
        databases: &Databases,
        key: &str,
        rows: RowsPolicy,
        own_tables: &[&str],
        cx: &Context<'_>,
    ) -> Result<(), Failure> {
        if rows == RowsPolicy::Seed {
            seed(&mut self.database.client()?, own_tables)?;
        }
        keep_template(databases, key, &self.database, cx)
    }
}

/// Keeps a copy for the next time. One that cannot be made, as where an env.py holds on to its connections, is told
/// and missed by nobody but the next run.
pub(crate) fn keep_template(
    databases: &Databases,
    key: &str,
    database: &Database,
    cx: &Context<'_>,
) -> Result<(), Failure> {
    match databases.keep_template(key, database) {
        Err(failure) if failure.kind != FailureKind::Interrupted => {
            (cx.step)(&format!("no template for the next run: {}", failure.message));
            Ok(())
        }
        other => other,
    }
}
