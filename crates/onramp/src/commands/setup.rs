use clap::Args;
use onramp_config::Section;
use onramp_core::{Level, Reporter, TaskGraph, TaskId};

use crate::checks::{self, Examined, Mended};
use crate::job::Job;
use crate::plan::{self, Request};
use crate::probes::Probes;
use crate::reporter::Verbosity;
use crate::runner::Prospect;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// Bring this checkout to ready: tools, dependencies, everything under [setup]
///
/// What is up to date does not run again, so a second run does nothing.
#[derive(Args, Debug)]
pub(crate) struct SetupArgs {
    /// Change nothing, and fail if there is anything to do
    #[arg(long, conflicts_with = "plan")]
    check: bool,
    /// Change nothing, and show what would be done
    #[arg(long)]
    plan: bool,
}

pub(crate) fn run(session: &Session, args: &SetupArgs) -> Result<ExitStatus, Error> {
    let graph = plan::graph(session, &Request::default())?;
    let selected = plan::of_section(&graph, Section::Setup);
    let probes = Probes::load(session.state.probes());
    let examined = checks::examine(session, checks::registry(session), &probes);
    // A tool that was interrupted while it was asked for its version is not missing.
    session.check_cancelled()?;
    if args.plan || session.options.dry_run {
        return show(session, &graph, &selected, &examined);
    }
    if args.check {
        return verify(session, &graph, &selected, &examined);
    }
    let Tools { examined, is_told } = with_tools(session, examined)?;
    if examined.iter().all(|examined| !examined.is_problem()) && session.has_state() {
        probes.store();
    }
    let status = super::Selected::new("setup", Section::Setup, graph, selected).run(session)?;
    // Machines read no lines for people.
    if status == ExitStatus::Success && !is_quiet(session) && (!is_told || session.json()) {
        for warning in examined.iter().filter(|examined| examined.is_problem()) {
            session.reporter.notice(Level::Warning, &checks::warning(warning));
        }
    }
    Ok(status)
}

/// The tools, as far as the work cannot do without them.
struct Tools {
    examined: Vec<Examined>,
    /// Whether their problems were shown.
    is_told: bool,
}

fn is_quiet(session: &Session) -> bool {
    session.options.verbosity == Verbosity::Quiet
}

/// Shows what was found; to who wants to hear of failures only, what holds the work up.
fn tell(session: &Session, examined: &[Examined]) {
    let is_wanted = |examined: &&Examined| !is_quiet(session) || examined.blocks();
    for line in checks::lines(examined.iter().filter(is_wanted)) {
        session.say(&line);
    }
}

/// Sees to it that every tool is there that the work cannot do without.
fn with_tools(session: &Session, examined: Vec<Examined>) -> Result<Tools, Error> {
    let blocked = examined.iter().any(Examined::blocks);
    let is_asked =
        examined.iter().any(Examined::has_remedy) && (!is_quiet(session) || session.options.answer.is_some());
    if !blocked && !is_asked {
        // What is left are warnings, and they come last.
        return Ok(Tools { examined, is_told: false });
    }
    tell(session, &examined);
    let examined = match checks::mend(session, examined)? {
        Mended::Tried(examined) => {
            tell(session, &examined);
            examined
        }
        Mended::Declined(examined) => examined,
        Mended::Quit => return Err(Error::environment("stopped before anything was changed")),
    };
    if !blocked || !examined.iter().any(Examined::blocks) {
        return Ok(Tools { examined, is_told: true });
    }
    let blocking = || examined.iter().filter(|examined| examined.blocks());
    let missing: Vec<&str> = blocking().map(|examined| examined.check.name.as_str()).collect();
    let error = Error::environment(format!("missing or too old: {}", missing.join(", ")));
    Err(if blocking().all(|examined| !examined.has_remedy()) {
        error.hint(format!("install {} by hand; no fix is known for this machine", missing.join(", ")))
    } else {
        error.hint("onramp setup --answer yes, or the commands above by hand")
    })
}

fn show(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
    examined: &[Examined],
) -> Result<ExitStatus, Error> {
    if session.json() {
        session.answer_json(checks::json(examined));
    } else {
        for line in checks::lines(examined) {
            session.answer(&line);
        }
    }
    runner::show(session, graph, selected)
}

fn verify(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
    examined: &[Examined],
) -> Result<ExitStatus, Error> {
    let plan = graph.plan(selected).expect("the names come from the graph");
    let pending: Vec<String> = runner::foresee(session, graph, &plan)?
        .into_iter()
        .filter_map(|(task, prospect)| match prospect {
            Prospect::UpToDate | Prospect::Restores(_) => None,
            Prospect::Runs(_) | Prospect::RunsFor { .. } => Some(task.to_string()),
            Prospect::AlwaysRuns => Some(format!("{task} (it declares no inputs, so it always runs)")),
        })
        .collect();
    let missing = examined.iter().filter(|examined| examined.blocks()).count();
    let ready = missing == 0 && pending.is_empty();
    if session.json() {
        let mut answer = checks::json(examined);
        answer["ready"] = serde_json::json!(ready);
        answer["pending"] = serde_json::json!(pending);
        session.answer_json(answer);
        return if ready { Ok(ExitStatus::Success) } else { Err(Error::Reported(ExitStatus::Failed)) };
    }
    if ready {
        session.say("ready: nothing to do");
        return Ok(ExitStatus::Success);
    }
    for line in checks::lines(examined) {
        session.say(&line);
    }
    let mut reasons = Vec::new();
    if missing > 0 {
        reasons.push(format!("{} missing or too old", count(missing, "tool")));
    }
    if !pending.is_empty() {
        reasons.push(format!("{} to run: {}", count(pending.len(), "task"), pending.join(", ")));
    }
    let message = format!("not ready: {}", reasons.join("; "));
    Err(Error::Other { message, hint: Some("onramp setup".to_owned()), status: ExitStatus::Failed, at: None })
}
