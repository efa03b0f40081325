use clap::Args;
use onramp_core::{Dialect, Level, Reporter};
use onramp_database::catalog::{Catalog, Difference};
use serde_json::json;

use super::source::{Scope, Source};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

/// Compare the schemas of two databases, and fail if they differ
///
/// Each object that B has and A has not is a line with `+`, the other way round with `-`; each attribute that
/// differs is a line with `~`.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// The path of a SQLite file, or a database URL
    #[arg(value_name = "A")]
    before: String,
    /// The same, of the same dialect
    #[arg(value_name = "B")]
    after: String,
    #[command(flatten)]
    scope: Scope,
}

pub(super) fn run(session: &Session, args: &DiffArgs) -> Result<ExitStatus, Error> {
    let read =
        |word: &str, dialect: Option<Dialect>| Source::of_word(session, word)?.catalog(dialect, &args.scope);
    let before = read(&args.before, None)?;
    let after = read(&args.after, Some(before.dialect))?;
    if major(&before) != major(&after) {
        let message = format!(
            "one server has version {}, the other {}: they may write the same in different ways",
            before.server_version, after.server_version
        );
        session.reporter.notice(Level::Warning, &message);
    }
    let difference = Difference::between(&before, &after);
    if session.json() {
        let side = |catalog: &Catalog| json!({"dialect": catalog.dialect.name(), "server-version": catalog.server_version});
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "before": side(&before),
            "after": side(&after),
            "changes": difference.to_json(),
        }));
    } else if !difference.is_empty() {
        session.answer(difference.to_string().trim_end());
    }
    Ok(conclude(session, difference))
}

fn conclude(session: &Session, mut difference: Difference) -> ExitStatus {
    let objects = difference.changes.len();
    let moved = difference.split_off_positions().changes.len();
    let verdict = match (objects, difference.is_empty()) {
        (0, _) => "the schemas are equal".to_owned(),
        (_, true) => format!("{} in another place, nothing else differs", count(moved, "column")),
        (1, false) => "1 object differs".to_owned(),
        (_, false) => format!("{objects} objects differ"),
    };
    if !session.json() {
        session.say(&verdict);
    }
    if objects == 0 { ExitStatus::Success } else { ExitStatus::Failed }
}

/// What decides how a server writes things down.
fn major(catalog: &Catalog) -> &str {
    match catalog.dialect {
        // The library is the same, because it is our own.
        Dialect::Sqlite => "",
        Dialect::Postgresql => catalog.server_version.split('.').next().unwrap_or_default(),
    }
}
