//! The project's own list of its migrations, compared with the histories.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Failure, Level, Reporter, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{Finding, Ledger, MigrateSpec, fix_ledger, histories, rewrite_ledger};
use serde_json::json;

use super::{begin, findings, spec};
use crate::commands::reports::ReportArgs;
use crate::context::{RustWork, TaskContext};
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// Compare the ledger with the histories: every revision is listed once, beside its twin, in the order of the histories
///
/// Entries are found by the template that they are written by; what people have written between and around them is
/// nobody's business. With `--fix`, entries that are missing are written in their places, and nothing else is changed.
#[derive(Args, Debug)]
pub(super) struct LedgerArgs {
    /// Write the entries that are missing
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    reports: ReportArgs,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
struct Compared {
    entries: usize,
    written: Vec<String>,
    findings: Vec<Finding>,
}

pub(super) fn run(session: &Session, args: &LedgerArgs) -> Result<ExitStatus, Error> {
    let spec = spec::spec(session)?;
    if spec.ledger.is_none() {
        let error = Error::configuration("the configuration has no [database.ledger]");
        return Err(error.hint("onramp migrate pairs"));
    }
    args.reports.about(session, "migrate", || compare(session, spec, args.fix))
}

fn compare(session: &Session, spec: MigrateSpec, fix: bool) -> Result<ExitStatus, Error> {
    let file = spec.ledger.as_ref().map(|ledger| ledger.file.clone()).unwrap_or_default();
    let fixes = fix && !session.options.dry_run;
    let lock = begin(session)?;
    let compared: Arc<Mutex<Compared>> = Arc::default();
    let mode = if fix { Mode::Fix { writes: fixes } } else { Mode::Look };
    let node = node(session, spec, mode, &compared);
    let id = node.id.clone();
    let graph = TaskGraph::new(vec![node]).map_err(|_| Error::usage("a task was named twice"))?;
    // What would be written is worth the look, and nothing is written then.
    let plan = runner::plan_of(&graph, &[id])?;
    let status = ExitStatus::of_run(&runner::run_plan(session, "migrate", &graph, &plan)?);
    drop(lock);
    session.reporter.close();
    let compared = compared.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let name = session.workspace().relative(&file).display().to_string();
    if session.json() {
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "event": "ledger-compared",
            "ledger": name,
            "entries": compared.entries,
            "written": compared.written,
            "findings": findings::as_json(session, &compared.findings),
        }));
        return Ok(status);
    }
    for title in &compared.written {
        session.answer(&format!("{} \"{title}\" in {name}", if fixes { "wrote" } else { "would write" }));
    }
    if status == ExitStatus::Success && compared.written.is_empty() {
        session.answer(&format!("{name}: every revision is listed once, in {} entries", compared.entries));
    }
    Ok(status)
}

/// What the task does about what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Look,
    Fix { writes: bool },
}

/// The task that compares the ledger with the histories.
fn node(session: &Session, spec: MigrateSpec, mode: Mode, compared: &Arc<Mutex<Compared>>) -> TaskNode<Job> {
    let compared = Arc::clone(compared);
    let work: RustWork = Arc::new(move |task: &TaskContext<'_>| {
        let (found, hint) = look(&spec, mode)?;
        let told = findings::tell(task, &found.findings, hint);
        *compared.lock().unwrap_or_else(PoisonError::into_inner) = found;
        told
    });
    let payload = Job::rust(Arc::clone(session.workspace()), work);
    TaskNode { id: TaskId::new("migrate", "ledger"), needs: Vec::new(), payload }
}

/// What is wrong with the ledger, and what to do about it.
pub(super) fn findings(spec: &MigrateSpec) -> Result<(Vec<Finding>, Option<&'static str>), Failure> {
    look(spec, Mode::Look).map(|(compared, hint)| (compared.findings, hint))
}

fn look(spec: &MigrateSpec, mode: Mode) -> Result<(Compared, Option<&'static str>), Failure> {
    let histories = histories(spec)?;
    let Some(ledger) = Ledger::read(spec)? else { return Ok((Compared::default(), None)) };
    if mode == Mode::Look {
        let findings = ledger.check(spec, &histories);
        let can_be_fixed = findings.iter().any(|finding| finding.code == "ledger-missing");
        let hint = can_be_fixed.then_some("onramp migrate ledger --fix");
        return Ok((Compared { entries: ledger.entries.len(), written: Vec::new(), findings }, hint));
    }
    let fixed = fix_ledger(spec, &ledger, &histories)?;
    if fixed.text != ledger.text && mode == (Mode::Fix { writes: true }) {
        rewrite_ledger(spec, &ledger.text, &fixed.text)?;
    }
    let entries = ledger.entries.len() + fixed.written.len();
    Ok((Compared { entries, written: fixed.written, findings: fixed.findings }, None))
}

/// Says that the ledger is wrong already, before something is added to it.
pub(super) fn warn(session: &Session, spec: &MigrateSpec) {
    let findings = match look(spec, Mode::Look) {
        Ok((compared, _)) => compared.findings,
        // Whoever reads the histories next says what is wrong with them.
        Err(failure) if spec.ledger.is_some() && Ledger::read(spec).is_err() => {
            session.reporter.notice(Level::Warning, &failure.to_string());
            return;
        }
        Err(_) => return,
    };
    if !findings.is_empty() {
        let message = format!(
            "the ledger has {} already; onramp migrate ledger tells them",
            count(findings.len(), "problem")
        );
        session.reporter.notice(Level::Warning, &message);
    }
}
