use std::time::Duration;

use onramp_core::{Dialect, Failure};
use onramp_database::{Development, HomeStatus, ServerStatus, Source, TemplateStatus};
use onramp_migrate::ForkServerStatus;
use serde_json::{Value, json};

use super::Which;
use super::target::{Target, targets};
use crate::databases;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::{count, duration};
use crate::{Error, ExitStatus};

/// A database that was looked for.
type Found<'a> = (&'a Target, Result<Option<Development>, Failure>);

pub(super) fn run(session: &Session) -> Result<ExitStatus, Error> {
    let targets = targets(session, &Which { dialect: None })?;
    let mut developments: Vec<Found<'_>> = Vec::new();
    for target in &targets {
        let found = Development::find(&session.launcher, target.dialect, &target.spec);
        developments.push((target, found));
    }
    let postgresql = targets.iter().find(|target| target.dialect == Dialect::Postgresql);
    let homes = postgresql.map(|target| onramp_database::homes(&target.spec)).unwrap_or_default();
    let spec = databases::spec_of_servers(session)?;
    let servers = onramp_database::servers(&spec.place);
    let templates = onramp_database::templates(&session.launcher, &spec);
    let interpreters = onramp_migrate::fork_servers(&spec.place.state);
    if session.json() {
        let answer = json!({
            "version": SCHEMA_VERSION,
            "databases": developments.iter().map(database).collect::<Vec<_>>(),
            "homes": homes.iter().map(home).collect::<Vec<_>>(),
            "servers": servers.iter().map(server).collect::<Vec<_>>(),
            "interpreters": interpreters.iter().map(interpreter).collect::<Vec<_>>(),
            "templates": templates.iter().map(template).collect::<Vec<_>>(),
        });
        session.answer_json(answer);
        return Ok(ExitStatus::Success);
    }
    for (target, found) in &developments {
        let (label, dialect) = (target.dialect.name(), target.dialect);
        let state = match found {
            Ok(Some(database)) => database.expand(&target.url),
            Ok(None) => format!("not up: `onramp db up {dialect}`"),
            Err(failure) => {
                let next = failure.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("not to be had: {failure}{next}")
            }
        };
        session.answer(&format!("{label:10}  {}", session.printer.typed(&state)));
        if let Ok(Some(database)) = found
            && database.source() == Some(Source::Url)
        {
            let origin = database.origin().unwrap_or_default();
            let variable = &target.spec.server.url_env;
            session.answer(&format!("server      {origin}, yours by {variable}; Onramp never stops it"));
        }
    }
    for HomeStatus { source, place, is_current } in &homes {
        let unused = if *is_current { "" } else { ", not used: `onramp db down --throw-away` removes it" };
        session.answer(&format!("home        {}  {place}{unused}", source.name()));
    }
    servers.iter().for_each(|server| session.answer(&line(server)));
    for interpreter in &interpreters {
        let rest = duration(interpreter.rest);
        session
            .answer(&format!("python      for the migrations of {}, stops in {rest}", interpreter.dialect));
    }
    for dialect in Dialect::ALL {
        let kept: Vec<_> = templates.iter().filter(|template| template.dialect == dialect).collect();
        if let Some(newest) = kept.iter().map(|template| template.unused).min() {
            let number = count(kept.len(), "template");
            let used = duration(newest);
            session.answer(&format!("{:10}  {number}, last used {used} ago", dialect.name()));
        }
    }
    Ok(ExitStatus::Success)
}

fn line(server: &ServerStatus) -> String {
    let rest = match (server.is_in_use, server.rest) {
        (true, _) => "in use".to_owned(),
        (false, Some(rest)) => format!("stops in {} if nobody uses it", duration(rest)),
        (false, None) => "until `db down`".to_owned(),
    };
    let ServerStatus { name, origin, address, .. } = server;
    let age = duration(server.age);
    format!("server      {name}  {address}  {origin}, this worktree's for {age}, {rest}")
}

fn database((target, found): &Found<'_>) -> Value {
    let database = found.as_ref().ok().and_then(Option::as_ref);
    json!({
        "dialect": target.dialect.name(),
        "url": database.map(|database| database.expand(&target.url)),
        "source": database.and_then(Development::source).map(Source::name),
        "problem": found.as_ref().err().map(|failure| failure.message.clone()),
    })
}

fn home(home: &HomeStatus) -> Value {
    json!({"source": home.source.name(), "place": home.place, "current": home.is_current})
}

fn server(server: &ServerStatus) -> Value {
    json!({
        "name": server.name,
        "purpose": if server.is_development { "development" } else { "warm" },
        "source": server.source.name(),
        "origin": server.origin,
        "address": server.address,
        "age": milliseconds(server.age),
        "in-use": server.is_in_use,
        "rest": server.rest.map(milliseconds),
        "container": server.container,
        "keeper": server.keeper,
    })
}

fn interpreter(interpreter: &ForkServerStatus) -> Value {
    json!({
        "dialect": interpreter.dialect.name(),
        "process": interpreter.process,
        "rest": milliseconds(interpreter.rest),
    })
}

fn template(template: &TemplateStatus) -> Value {
    json!({
        "dialect": template.dialect.name(),
        "id": template.id,
        "unused": milliseconds(template.unused),
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
