//! The commands that only look.

use std::sync::Arc;

use onramp_core::{Dialect, Level, Reporter};
use onramp_exec::Discard;
use onramp_migrate::{Context, History, MigrateSpec};
use serde_json::json;

use super::{database, spec};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

pub(super) fn heads(session: &Session) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    settle(session)?;
    let histories = read(&spec)?;
    if session.json() {
        let dialects: Vec<_> = histories
            .iter()
            .map(|(dialect, history)| json!({"dialect": dialect.name(), "heads": history.heads()}))
            .collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "dialects": dialects}));
    } else {
        for (dialect, history) in &histories {
            for head in history.heads() {
                let files = history.get(head).map_or(&[][..], |revision| &revision.files);
                let files = files.iter().map(|file| session.workspace().relative(file).display().to_string());
                session.answer(&format!(
                    "{:10}  {head}  {}",
                    dialect.name(),
                    files.collect::<Vec<_>>().join("  ")
                ));
            }
        }
    }
    one_head_each(&spec, &histories)
}

pub(super) fn status(session: &Session) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    settle(session)?;
    let histories = read(&spec)?;
    let current = current(session, &spec)?;
    let of = |dialect: &Dialect| current.as_ref().filter(|(of, _)| of == dialect).map(|(_, ids)| ids);
    if session.json() {
        let dialects: Vec<_> = histories
            .iter()
            .map(|(dialect, history)| {
                json!({
                    "dialect": dialect.name(),
                    "revisions": history.len(),
                    "heads": history.heads(),
                    "current": of(dialect),
                })
            })
            .collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "dialects": dialects}));
        return one_head_each(&spec, &histories);
    }
    for (dialect, history) in &histories {
        let heads = history.heads();
        let size = count(history.len(), "revision");
        let mut line = format!("{:10}  {size}, head {}", dialect.name(), heads.join(" and "));
        if let Some(ids) = of(dialect) {
            let place = match ids.as_slice() {
                [] => "is empty".to_owned(),
                ids if ids.iter().map(String::as_str).eq(heads.iter().copied()) => {
                    "is at the head".to_owned()
                }
                ids => format!("is at {}", ids.join(" and ")),
            };
            line.push_str(&format!("; the database of {} {place}", spec.url_env));
        }
        session.answer(&line);
    }
    one_head_each(&spec, &histories)
}

/// What is looked at must not be half of what a killed migrate was about to publish. While another migrate
/// runs, its files are not there yet, or all there.
pub(super) fn settle(session: &Session) -> Result<(), Error> {
    if session.own_state().directory().exists()
        && let Err(error) = super::begin(session)
    {
        session.reporter.notice(Level::Warning, &error.to_string());
    }
    session.check_cancelled()
}

fn read(spec: &MigrateSpec) -> Result<Vec<(Dialect, History)>, Error> {
    let dialects = spec.dialects.iter();
    dialects.map(|dialect| Ok((dialect.dialect, History::of(spec, dialect)?))).collect()
}

/// Where the database stands that the project's own variable names, if it names one and the engine can tell.
fn current(session: &Session, spec: &MigrateSpec) -> Result<Option<(Dialect, Vec<String>)>, Error> {
    let Some((dialect, url)) = database::url(spec, None)? else { return Ok(None) };
    if spec.dialect(dialect).is_err() {
        return Ok(None);
    }
    let context =
        Context { launcher: &session.launcher, step: &|_| {}, output: Arc::new(Discard), log: None };
    let current = onramp_migrate::current(spec, dialect, &url, &context)?;
    Ok(current.map(|current| (dialect, current)))
}

fn one_head_each(spec: &MigrateSpec, histories: &[(Dialect, History)]) -> Result<ExitStatus, Error> {
    for (dialect, history) in histories {
        history.only_head(spec, spec.dialect(*dialect)?)?;
    }
    Ok(ExitStatus::Success)
}
