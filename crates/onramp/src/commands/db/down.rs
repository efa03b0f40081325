use clap::Args;
use onramp_core::{Dialect, Level, Reporter};
use onramp_database::{Development, Force, HomeStatus, Stopped, clear_given, stop_servers};
use serde_json::json;

use super::target::{Target, targets};
use super::{Which, reset};
use crate::databases;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

/// What else goes.
#[derive(Args, Debug)]
pub(super) struct DownArgs {
    /// Throw away what is in the development databases too; asks first
    #[arg(long)]
    throw_away: bool,
}

pub(super) fn run(session: &Session, args: &DownArgs) -> Result<ExitStatus, Error> {
    let targets = match args.throw_away {
        true => targets(session, &Which { dialect: None })?,
        false => Vec::new(),
    };
    if !targets.is_empty() && !session.options.dry_run {
        reset::confirm(session, &targets, "onramp db down --throw-away --answer yes")?;
    }
    let spec = databases::spec_of_servers(session)?;
    let mut there = Vec::new();
    for target in &targets {
        there.extend(places(session, target)?);
    }
    if session.options.dry_run {
        let servers = onramp_database::servers(&spec.place).into_iter().map(|server| server.name);
        let interpreters = onramp_migrate::fork_servers(&spec.place.state).into_iter();
        let running = servers.chain(interpreters.map(|interpreter| python(interpreter.dialect)));
        let stopped = running.map(|name| Stopped::Yes { name }).collect();
        return Ok(answer(session, &Done { stopped, templates: 0, thrown_away: there }));
    }
    let force = if session.options.force { Force::Yes } else { Force::No };
    let mut stopped = stop_servers(&session.launcher, &spec, force)?;
    let interpreters = onramp_migrate::end_fork_servers(&spec.place.state).into_iter();
    stopped.extend(interpreters.map(|dialect| Stopped::Yes { name: python(dialect) }));
    let templates = clear_given(&session.launcher, &spec).unwrap_or_else(|failure| {
        // The next command of this worktree that reaches the server tries again.
        let message = format!("templates may stay on a server that is not this worktree's own: {failure}");
        session.reporter.notice(Level::Warning, &message);
        0
    });
    if stopped.iter().any(|server| matches!(server, Stopped::InUse { .. })) {
        return Ok(answer(session, &Done { stopped, templates, thrown_away: Vec::new() }));
    }
    for target in &targets {
        let left = Development::remove_all(&session.launcher, target.dialect, &target.spec)?;
        there.retain(|place| left.iter().all(|home| home.place != *place));
        for HomeStatus { place, .. } in left {
            let variable = &target.spec.server.url_env;
            let message = format!("{place} stays; `{variable}=URL onramp db down --throw-away` removes it");
            session.reporter.notice(Level::Warning, &message);
        }
    }
    Ok(answer(session, &Done { stopped, templates, thrown_away: there }))
}

/// What the Python that waits for the migrations of a dialect is called.
fn python(dialect: Dialect) -> String {
    format!("python-{dialect}")
}

/// Where data of a development database lie.
fn places(session: &Session, target: &Target) -> Result<Vec<String>, Error> {
    Ok(match target.dialect {
        Dialect::Sqlite => {
            let found = Development::find(&session.launcher, target.dialect, &target.spec)?;
            found.map(|database| database.expand("{path}")).into_iter().collect()
        }
        Dialect::Postgresql => {
            onramp_database::homes(&target.spec).into_iter().map(|home| home.place).collect()
        }
    })
}

/// What came of it.
struct Done {
    stopped: Vec<Stopped>,
    /// How many were dropped on a server of somebody else.
    templates: usize,
    /// The places of what was thrown away.
    thrown_away: Vec<String>,
}

fn answer(session: &Session, Done { stopped, templates, thrown_away }: &Done) -> ExitStatus {
    let (mut gone, mut in_use) = (Vec::new(), Vec::new());
    for server in stopped {
        match server {
            Stopped::Yes { name } => gone.push(name.as_str()),
            Stopped::InUse { name } => in_use.push(name.as_str()),
        }
    }
    if session.json() {
        let answer = json!({
            "version": SCHEMA_VERSION,
            "stopped": gone,
            "in-use": in_use,
            "templates-dropped": templates,
            "thrown-away": thrown_away,
        });
        session.answer_json(answer);
    } else if stopped.is_empty() {
        session.answer("no server runs");
    } else {
        gone.iter().for_each(|name| session.answer(&format!("stopped  {name}")));
        in_use.iter().for_each(|name| session.answer(&format!("in use   {name}")));
    }
    if !session.json() {
        if *templates > 0 {
            session
                .answer(&format!("dropped  {} on the server that is given", count(*templates, "template")));
        }
        thrown_away.iter().for_each(|place| session.answer(&format!("thrown away  {place}")));
    }
    if in_use.is_empty() {
        return ExitStatus::Success;
    }
    let message = "a server that a command uses goes on; `onramp db down --force` stops it all the same";
    session.reporter.notice(Level::Warning, message);
    ExitStatus::Failed
}
