use std::borrow::Cow;

use onramp_core::{Dialect, Failure};

use crate::alembic::{Alembic, Command};
use crate::attempt::named;
use crate::command::{self, Tool};
use crate::{Context, DialectSpec, EngineSpec, History, MigrateSpec};

/// How far a database is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// By that many revisions.
    Steps(u32),
    /// To a revision; `base` for the very beginning.
    Revision(String),
}

/// Brings the database at `url` to the head of the dialect's history.
pub fn apply(spec: &MigrateSpec, dialect: Dialect, url: &str, cx: &Context<'_>) -> Result<(), Failure> {
    with_database(spec, dialect, url, cx, |engine| match engine {
        Connected::Alembic(alembic) => {
            // Alembic says no more of two heads than that there are two.
            let dialect = spec.dialect(dialect)?;
            History::of(spec, dialect)?.only_head(spec, dialect)?;
            alembic.run(Command::Upgrade("head"))
        }
        Connected::Command(tool, history) => command::apply(tool, history),
    })
}

/// Takes the database at `url` back.
pub fn rollback(
    spec: &MigrateSpec,
    dialect: Dialect,
    url: &str,
    how_far: &Rollback,
    cx: &Context<'_>,
) -> Result<(), Failure> {
    let revision = match how_far {
        Rollback::Steps(0) => return Err(Failure::task("a rollback takes at least one step")),
        Rollback::Steps(steps) => Cow::Owned(format!("-{steps}")),
        Rollback::Revision(revision) => Cow::Borrowed(revision.as_str()),
    };
    with_database(spec, dialect, url, cx, |engine| match engine {
        Connected::Alembic(alembic) => alembic.run(Command::Downgrade(&revision)),
        Connected::Command(tool, history) => command::rollback(tool, history, how_far),
    })
}

/// The ids of the revisions that the database at `url` is at: none for one that was never migrated. `None` where the
/// engine has no command that tells.
pub fn current(
    spec: &MigrateSpec,
    dialect: Dialect,
    url: &str,
    cx: &Context<'_>,
) -> Result<Option<Vec<String>>, Failure> {
    with_database(spec, dialect, url, cx, |engine| match engine {
        Connected::Alembic(alembic) => {
            let output = alembic.capture(Command::Current)?;
            Ok(Some(output.lines().filter_map(revision_of).map(str::to_owned).collect()))
        }
        Connected::Command(tool, history) => command::current(tool, history),
    })
}

/// An engine with a database of the user's.
enum Connected<'a> {
    Alembic(&'a Alembic<'a>),
    Command(&'a Tool<'a>, &'a History),
}

fn with_database<T>(
    spec: &MigrateSpec,
    dialect: Dialect,
    url: &str,
    cx: &Context<'_>,
    work: impl FnOnce(Connected<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let dialect_spec = spec.dialect(dialect)?;
    onramp_database::hide_password(url, cx.launcher.secrets());
    if Dialect::of_url(url) != Some(dialect) {
        return Err(Failure::task(format!("the database URL is not one of {}", dialect_spec.label)));
    }
    let mut environment = spec.environment.clone();
    for (name, value) in constants(dialect_spec) {
        environment.set(name, value);
    }
    environment.set(&spec.url_env, url);
    let sources = spec.root.as_path();
    let worked = match &spec.engine {
        EngineSpec::Alembic(start) => {
            work(Connected::Alembic(&Alembic { spec, start, dialect, sources, environment, cx }))
        }
        EngineSpec::Command(commands) => History::of(spec, dialect_spec).and_then(|history| {
            let versions = dialect_spec.versions.as_path();
            let tool = Tool { spec, commands, dialect, sources, versions, environment, cx };
            work(Connected::Command(&tool, &history))
        }),
    };
    worked.map_err(|failure| named(failure, &dialect_spec.label))
}

/// The dialect's variables that are the same for every database. Those with placeholders describe a scratch
/// database, and would contradict the URL.
fn constants(dialect: &DialectSpec) -> impl Iterator<Item = (&String, &String)> {
    let placeholders = ["{path}", "{user}", "{password}", "{host}", "{port}", "{database}", "{socket}"];
    dialect.env.iter().filter(move |(_, value)| !placeholders.iter().any(|name| value.contains(name)))
}

/// The id in a line of `alembic current`: `ae1027a6acf (head)`.
fn revision_of(line: &str) -> Option<&str> {
    let (id, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    let plain = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let is_id = !id.is_empty() && id.chars().all(plain);
    (is_id && (rest.is_empty() || rest.starts_with('(') && rest.ends_with(')'))).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_found_among_other_lines() {
        let output = "INFO  [alembic] Context impl\nae1027a6acf (head)\nb1\n\nDone, all good.\n";
        assert_eq!(output.lines().filter_map(revision_of).collect::<Vec<_>>(), ["ae1027a6acf", "b1"]);
    }
}
