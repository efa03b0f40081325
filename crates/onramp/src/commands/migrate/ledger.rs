//! The project's own list of its migrations, compared with the histories.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use onramp_core::{Dialect, Failure, Level, Reporter, TaskGraph, TaskId, TaskNode};
use onramp_migrate::{Finding, Fixed, Ledger, MigrateSpec, fix_ledger, histories, rewrite_ledger};
use serde_json::json;

use super::{begin, findings, spec};
use crate::commands::reports::ReportArgs;
use crate::context::TaskContext;
use crate::job::Job;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus, runner};

/// Compare the ledger with the histories: every revision is listed once, beside its twin, in the order of the histories
///
/// Entries are found by the template that they are written by; what people have written between and around them is
/// nobody's business. With `--fix`, what is certain is mended: entries that are missing are written, and those in a wrong
/// place moved, to where the histories have them; where a merge has left its marks, and both sides have only added
/// entries, those of both are kept. Nothing else is changed. What a person has to decide is told: a revision that has no
/// twin gets no entry until it is declared in [[database.only]].
#[derive(Args, Debug)]
pub(super) struct LedgerArgs {
    /// Write, move and keep entries where it is certain how
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    reports: ReportArgs,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
struct Compared {
    entries: usize,
    /// Mended so far, with the findings that are left; without `--fix` only these count.
    fixed: Fixed,
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
    let lock = match begin(session) {
        // To look at it, nobody has to write anything down.
        Err(_) if !fixes && !session.has_state() => None,
        begun => Some(begun?),
    };
    let compared: Arc<Mutex<Compared>> = Arc::default();
    let mode = if fix { Mode::Fix { writes: fixes } } else { Mode::Look };
    let node = node(session, spec, mode, &compared);
    let id = node.id.clone();
    let graph = TaskGraph::new(vec![node]).map_err(|_| Error::usage("a task was named twice"))?;
    // What would be written is worth the look, and nothing is written then.
    let plan = runner::plan_of(&graph, &[id])?;
    let status = ExitStatus::of_run(&runner::run_plan(session, "migrate", &graph, &plan)?);
    drop(lock);
    let compared = compared.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let name = session.workspace().relative(&file).display().to_string();
    if fixes && !compared.fixed.united.is_empty() {
        let add = format!("git add {}", shell_words::quote(&name));
        session.reporter.notice(Level::Note, &format!("git takes the conflict for solved after: {add}"));
    }
    session.reporter.close();
    if session.json() {
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "event": "ledger-compared",
            "ledger": name,
            "entries": compared.entries,
            "united": compared.fixed.united,
            "moved": compared.fixed.moved,
            "written": compared.fixed.written,
            "findings": findings::as_json(session, &compared.fixed.findings),
        }));
        return Ok(status);
    }
    let done = |did: &str, would: &str, titles: &[String]| {
        let did = if fixes { did } else { would };
        titles.iter().for_each(|title| session.answer(&format!("{did} \"{title}\" in {name}")));
    };
    done("kept", "would keep", &compared.fixed.united);
    done("moved", "would move", &compared.fixed.moved);
    done("wrote", "would write", &compared.fixed.written);
    let Fixed { united, moved, written, findings, .. } = &compared.fixed;
    let is_as_it_was = united.is_empty() && moved.is_empty() && written.is_empty();
    if status == ExitStatus::Success && is_as_it_was {
        session.answer(&format!("{name}: every revision is listed once, in {} entries", compared.entries));
    } else if fix && !findings.is_empty() {
        session.answer(&format!("left to a person: {}", count(findings.len(), "problem")));
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
    let work = move |task: &TaskContext<'_>| {
        let (found, hint) = look(&spec, mode)?;
        let told = findings::tell(task, &found.fixed.findings, hint.as_deref());
        *compared.lock().unwrap_or_else(PoisonError::into_inner) = found;
        told
    };
    session.task(TaskId::new("migrate", "ledger"), Vec::new(), work)
}

/// What is wrong with the ledger, and what to do about it.
pub(super) fn findings(spec: &MigrateSpec) -> Result<(Vec<Finding>, Option<String>), Failure> {
    look(spec, Mode::Look).map(|(compared, hint)| (compared.fixed.findings, hint))
}

fn look(spec: &MigrateSpec, mode: Mode) -> Result<(Compared, Option<String>), Failure> {
    let histories = histories(spec)?;
    let Some(ledger) = Ledger::read(spec)? else { return Ok((Compared::default(), None)) };
    let fixed = fix_ledger(spec, &ledger, &histories)?;
    let changes = fixed.text != ledger.text;
    if mode == Mode::Look {
        let hint =
            if changes { Some("onramp migrate ledger --fix".to_owned()) } else { by_hand(spec, &fixed) };
        let fixed = Fixed { findings: ledger.check(spec, &histories), ..Fixed::default() };
        return Ok((Compared { entries: ledger.entries.len(), fixed }, hint));
    }
    if changes && mode == (Mode::Fix { writes: true }) {
        rewrite_ledger(spec, &ledger.text, &fixed.text)?;
    }
    let entries = Ledger::of_text_of(spec, &fixed.text)?.map_or(0, |ledger| ledger.entries.len());
    let hint = by_hand(spec, &fixed);
    Ok((Compared { entries, fixed }, hint))
}

/// What a person can type, where nothing is certain enough to be mended.
fn by_hand(spec: &MigrateSpec, fixed: &Fixed) -> Option<String> {
    if fixed.findings.iter().any(|finding| finding.code == "ledger-conflict") {
        let file = &spec.ledger.as_ref()?.file;
        let name = file.strip_prefix(&spec.root).unwrap_or(file).display().to_string();
        return Some(format!("git diff {}", shell_words::quote(&name)));
    }
    let alone = fixed.undecided.iter().find(|one| one.is_alone)?;
    let label = |dialect: Dialect| spec.dialect(dialect).map_or(dialect.name(), |spec| spec.label.as_str());
    let histories = histories(spec).ok()?;
    let title = histories.get(&alone.dialect)?.get(&alone.id)?.title();
    Some(format!(
        "onramp migrate --dialect {} -m {}\nor, if {} needs no such revision, put into onramp.toml:\n\
         [[database.only]]\nrevision = \"{}\"\ndialect = \"{}\"\nreason = \"...\"",
        alone.lacking,
        shell_words::quote(&title),
        label(alone.lacking),
        alone.id,
        alone.dialect,
    ))
}

/// Fails where a merge has left its marks in the ledger: until they are gone, nobody knows what it says.
pub(super) fn refuse_conflict(ledger: Option<&Ledger<'_>>) -> Result<(), Failure> {
    let Some((ledger, line)) = ledger.and_then(|ledger| Some((ledger, ledger.conflict()?))) else {
        return Ok(());
    };
    let message = format!("{}:{line}: a merge has left its marks", ledger.file_name());
    Err(Failure::task(message).hint("onramp migrate ledger --fix"))
}

/// Says that the ledger is wrong already, before something is added to it; fails where nothing can be.
pub(super) fn before_an_entry(session: &Session, spec: &MigrateSpec) -> Result<(), Failure> {
    let ledger = match Ledger::read(spec) {
        Ok(ledger) => ledger,
        Err(failure) => {
            session.reporter.notice(Level::Warning, &failure.to_string());
            return Ok(());
        }
    };
    refuse_conflict(ledger.as_ref())?;
    // Whoever reads the histories next says what is wrong with them.
    let Ok((compared, _)) = look(spec, Mode::Look) else { return Ok(()) };
    let findings = compared.fixed.findings;
    if !findings.is_empty() {
        let message = format!(
            "the ledger has {} already; onramp migrate ledger tells them",
            count(findings.len(), "problem")
        );
        session.reporter.notice(Level::Warning, &message);
    }
    Ok(())
}

/// Says that the ledger does not have what the histories have now, as where a merge took the other side's alone.
pub(super) fn after_a_rebase(session: &Session, spec: &MigrateSpec) {
    // Whoever reads them next says what is wrong with the histories.
    let Ok((found, hint)) = findings(spec) else { return };
    if !found.is_empty() {
        let next =
            hint.filter(|hint| !hint.contains('\n')).unwrap_or_else(|| "onramp migrate ledger".to_owned());
        let message = format!("the ledger has {}: {next}", count(found.len(), "problem"));
        session.reporter.notice(Level::Warning, &message);
    }
}
