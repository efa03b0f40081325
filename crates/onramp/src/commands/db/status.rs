use std::time::Duration;

use onramp_core::Dialect;
use onramp_database::{Development, ServerStatus, TemplateStatus};
use onramp_migrate::ForkServerStatus;
use serde_json::{Value, json};

use super::Which;
use super::target::{Target, targets};
use crate::databases;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::{count, duration};
use crate::{Error, ExitStatus};

pub(super) fn run(session: &Session) -> Result<ExitStatus, Error> {
    let targets = targets(session, &Which { dialect: None })?;
    let mut developments = Vec::new();
    for target in &targets {
        let found = Development::find(&session.launcher, target.dialect, &target.spec);
        developments.push((target, found.map(|found| found.map(|found| found.expand(&target.url)))));
    }
    let place = databases::place(session, session.workspace());
    let servers = onramp_database::servers(&place);
    let templates = onramp_database::templates(&session.launcher, &place);
    let interpreters = onramp_migrate::fork_servers(&place.state);
    if session.json() {
        let answer = json!({
            "version": SCHEMA_VERSION,
            "databases": developments.iter().map(|(target, found)| database(target, found)).collect::<Vec<_>>(),
            "servers": servers.iter().map(server).collect::<Vec<_>>(),
            "interpreters": interpreters.iter().map(interpreter).collect::<Vec<_>>(),
            "templates": templates.iter().map(template).collect::<Vec<_>>(),
        });
        session.answer_json(answer);
        return Ok(ExitStatus::Success);
    }
    for (target, found) in &developments {
        let state = match found {
            Ok(Some(url)) => url.clone(),
            Ok(None) => format!("not up: `onramp db up {}`", target.dialect),
            Err(failure) => format!("not to be had: {failure}"),
        };
        session.answer(&format!("{:10}  {}", target.dialect.name(), session.printer.typed(&state)));
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
        (false, Some(rest)) => format!("stops in {}", duration(rest)),
        (false, None) => "until `db down`".to_owned(),
    };
    let ServerStatus { name, origin, address, .. } = server;
    format!("server      {name}  {address}  {origin}, for {}, {rest}", duration(server.age))
}

fn database(target: &Target, found: &Result<Option<String>, onramp_core::Failure>) -> Value {
    json!({
        "dialect": target.dialect.name(),
        "url": found.as_ref().ok().cloned().flatten(),
        "problem": found.as_ref().err().map(|failure| failure.message.clone()),
    })
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
