use clap::Args;
use onramp_core::{Dialect, Level, Reporter};
use onramp_database::catalog::Difference;
use serde_json::json;

use super::source::{Catalogs, Scope, Source, catalogs, dialects};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

/// Compare two schemas, and fail if they differ
///
/// Each side is a database, or the history of a folder or a git revision, which is applied to a scratch database.
///
/// Each object that B has and A has not is a line with `+`, the other way round with `-`; each attribute that
/// differs is a line with `~`.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// The path of a SQLite file, a database URL, a folder of SQL migrations, or a git revision
    #[arg(value_name = "A")]
    before: String,
    /// The same; the history of the work tree if not given
    #[arg(value_name = "B")]
    after: Option<String>,
    /// Only this dialect; two histories are compared in all that they have
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    #[command(flatten)]
    scope: Scope,
}

impl DiffArgs {
    pub(super) fn sources(&self) -> Option<Vec<&str>> {
        self.after.as_deref().map(|after| vec![self.before.as_str(), after])
    }
}

pub(super) fn run(session: &Session, args: &DiffArgs) -> Result<ExitStatus, Error> {
    let after = args.after.as_deref().map(|word| Source::of_word(session, word)).transpose()?;
    let sources = [Source::of_word(session, &args.before)?, after.unwrap_or(Source::History(None))];
    let dialects = dialects(session, &sources, args.dialect)?;
    let mut differences = Vec::new();
    let found = dialects.iter().map(|dialect| catalogs(session, *dialect, &sources));
    let mut found = found.collect::<Result<Vec<Catalogs>, Error>>()?;
    let own_tables: Vec<String> = found.iter().flat_map(|found| found.own_tables.clone()).collect();
    args.scope.leave_out(found.iter_mut().flat_map(|found| &mut found.catalogs), &own_tables)?;
    for (dialect, found) in dialects.iter().zip(&found) {
        if let [before, after] = found.catalogs.as_slice() {
            warn_of_versions(session, *dialect, [&before.server_version, &after.server_version]);
            differences.push(Compared {
                dialect: *dialect,
                versions: [before, after].map(|catalog| catalog.server_version.clone()),
                difference: Difference::between(before, after),
            });
        }
    }
    session.reporter.close();
    if session.json() {
        let several = differences.iter().map(Compared::to_json).collect::<Vec<_>>();
        session.answer_json(json!({"version": SCHEMA_VERSION, "dialects": several}));
    }
    let mut equal = true;
    for compared in differences {
        equal &= compared.difference.is_empty();
        if !session.json() {
            compared.tell(session, dialects.len() > 1);
        }
    }
    Ok(if equal { ExitStatus::Success } else { ExitStatus::Failed })
}

/// What two schemas of one dialect came to.
struct Compared {
    dialect: Dialect,
    versions: [String; 2],
    difference: Difference,
}

impl Compared {
    fn to_json(&self) -> serde_json::Value {
        let [before, after] = &self.versions;
        json!({
            "dialect": self.dialect.name(),
            "before": {"server-version": before},
            "after": {"server-version": after},
            "changes": self.difference.to_json(),
        })
    }

    fn tell(mut self, session: &Session, is_one_of_several: bool) {
        let text = self.difference.to_string();
        if !text.is_empty() {
            if is_one_of_several {
                session.answer(&format!("{}:", self.dialect));
            }
            session.answer(text.trim_end());
        }
        let objects = self.difference.changes.len();
        let moved = self.difference.split_off_positions().changes.len();
        let verdict = match (objects, self.difference.is_empty()) {
            (0, _) => "the schemas are equal".to_owned(),
            (_, true) => format!("{} in another place, nothing else differs", count(moved, "column")),
            (1, false) => "1 object differs".to_owned(),
            (_, false) => format!("{objects} objects differ"),
        };
        let whose = if is_one_of_several { format!("{}: ", self.dialect) } else { String::new() };
        session.say(&format!("{whose}{verdict}"));
    }
}

/// Says so where two servers may write the same in different ways.
pub(in crate::commands) fn warn_of_versions(session: &Session, dialect: Dialect, versions: [&str; 2]) {
    // The library of SQLite is the same, because it is our own.
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    let [before, after] = versions;
    if dialect == Dialect::Postgresql && major(before) != major(after) {
        let message = format!(
            "one server has version {before}, the other {after}: they may write the same in different ways"
        );
        session.reporter.notice(Level::Warning, &message);
    }
}
