use onramp_cache::{Outputs, Part};
use onramp_core::{Failure, Plan, TaskGraph, TaskId};

use super::freshness::{Freshness, Key, Standing};
use super::per_file::{self, Unknown};
use super::plan_of;
use crate::job::{Job, Kind, Work, as_it_runs};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;
use crate::{Error, ExitStatus};

/// What a run would do with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prospect {
    /// Nothing.
    UpToDate,
    /// Put back what an earlier run has made of the same inputs: these files.
    Restores(Vec<String>),
    /// Run it.
    Runs(Cause),
    /// Run it, as any other run would: it declares no inputs.
    AlwaysRuns,
    /// Give it those of its files that are not known to be clean.
    RunsFor {
        /// They.
        unknown: Vec<Unknown>,
        /// How many files it is for.
        total: usize,
    },
}

impl Prospect {
    /// Whether its commands would run.
    pub(crate) fn runs(&self) -> bool {
        matches!(self, Self::Runs(_) | Self::AlwaysRuns | Self::RunsFor { .. })
    }
}

/// Why a task would run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The user wants it.
    Forced,
    /// It has no result of which anything is known.
    NeverSucceeded,
    /// Its key is another one than that of its last result: these things changed.
    Changed(Vec<Change>),
    /// It changes the tree, and these outputs do not lie there as its last run left them.
    OutputsChanged(Vec<String>),
    /// Nothing changed against its last result, but that is kept no longer.
    NotKept,
    /// This task, which it needs, runs first, and nobody knows yet what that will write. The changes are those
    /// that it has beside.
    After(TaskId, Vec<Change>),
}

/// Something in which a key is another one than that of the last result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// What kind of thing.
    pub(crate) part: Part,
    /// The aspect, the path relative to the task's workspace, or the task that is needed.
    pub(crate) name: String,
    /// What it was, if it was there.
    pub(crate) before: Option<String>,
    /// What it is, if it is there.
    pub(crate) after: Option<String>,
}

/// What a run of the plan would do with each of its tasks, in order, without running any.
pub(crate) fn foresee(
    session: &Session,
    graph: &TaskGraph<Job>,
    plan: &Plan,
) -> Result<Vec<(TaskId, Prospect)>, Failure> {
    let freshness = Freshness::new(session, graph, plan);
    let mut forecast = Vec::with_capacity(plan.len());
    for place in 0..plan.len() {
        let prospect = prospect(session, plan, &freshness, place)?;
        forecast.push((freshness.node(place).id.clone(), prospect));
    }
    Ok(forecast)
}

fn prospect(
    session: &Session,
    plan: &Plan,
    freshness: &Freshness<'_>,
    place: usize,
) -> Result<Prospect, Failure> {
    let job = &freshness.node(place).payload;
    // What needs a task that will run may be decided by what that one writes, which nobody can know yet.
    let runs_first = plan.needs(place).iter().find(|need| !freshness.is_settled(**need));
    if per_file::work_of(session, &freshness.node(place).id, job).is_some() {
        return prospect_by_files(session, freshness, place, runs_first.copied());
    }
    let key = freshness.key(place)?;
    if job.cache.is_none() {
        if runs_first.is_none() {
            // Its definition is all that those that need it take from it.
            freshness.assume(place, &key, &Outputs::new());
        }
        return Ok(Prospect::AlwaysRuns);
    }
    if session.options.force {
        return Ok(Prospect::Runs(Cause::Forced));
    }
    if let Some(need) = runs_first {
        let changes = changes(job, &key).unwrap_or_default();
        let own = changes.into_iter().filter(|change| change.part != Part::Need).collect();
        return Ok(Prospect::Runs(Cause::After(freshness.node(*need).id.clone(), own)));
    }
    Ok(match freshness.standing(place, &key)? {
        Standing::UpToDate(result) => {
            freshness.assume(place, &key, &result.outputs);
            Prospect::UpToDate
        }
        standing @ Standing::Restorable { .. } => {
            freshness.foresee_restored(place, &standing);
            let Standing::Restorable { result, mut changed, superseded } = standing else {
                return Ok(Prospect::UpToDate);
            };
            freshness.assume(place, &key, &result.outputs);
            let relative = superseded.iter().map(|path| job.checkout.relative(path).display().to_string());
            changed.extend(relative);
            Prospect::Restores(changed)
        }
        Standing::Unknown => Prospect::Runs(cause(job, &key)),
    })
}

fn prospect_by_files(
    session: &Session,
    freshness: &Freshness<'_>,
    place: usize,
    runs_first: Option<usize>,
) -> Result<Prospect, Failure> {
    if let Some(need) = runs_first {
        return Ok(Prospect::Runs(Cause::After(freshness.node(need).id.clone(), Vec::new())));
    }
    let (total, unknown) = per_file::foresee(session, freshness, place)?;
    if !unknown.is_empty() {
        return Ok(match session.options.force {
            true => Prospect::Runs(Cause::Forced),
            false => Prospect::RunsFor { unknown, total },
        });
    }
    let key = freshness.key(place)?;
    freshness.assume(place, &key, &Outputs::new());
    Ok(Prospect::UpToDate)
}

fn cause(job: &Job, key: &Key) -> Cause {
    let Some(cache) = &job.cache else { return Cause::NeverSucceeded };
    let Some(last) = job.checkout.last.read(&cache.record) else { return Cause::NeverSucceeded };
    if last.action == key.digest {
        if cache.kind == Kind::Result {
            return Cause::NotKept;
        }
        let checkout = &job.checkout;
        let changed = onramp_cache::changed_outputs(&checkout.root, &last.outputs, &checkout.memo);
        return Cause::OutputsChanged(changed.into_iter().map(|(name, _)| name.to_owned()).collect());
    }
    changes(job, key).map_or(Cause::NotKept, Cause::Changed)
}

/// In what the key differs from that of the task's last result; `None` if nothing is known of that.
fn changes(job: &Job, key: &Key) -> Option<Vec<Change>> {
    let earlier = job.checkout.last.action(&job.cache.as_ref()?.record)?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let differences = key.action.differences(&earlier);
    let changes = differences.iter().map(|difference| Change {
        part: difference.part,
        name: difference.name.to_owned(),
        before: owned(difference.before),
        after: owned(difference.after),
    });
    Some(changes.collect())
}

/// Shows what a run of the selected tasks would do.
pub(crate) fn show(
    session: &Session,
    graph: &TaskGraph<Job>,
    selected: &[TaskId],
) -> Result<ExitStatus, Error> {
    let plan = plan_of(graph, selected)?;
    let forecast = foresee(session, graph, &plan)?;
    if session.json() {
        let tasks: Vec<_> = forecast
            .iter()
            .zip(plan.nodes())
            .map(|((task, prospect), position)| {
                let restores = matches!(prospect, Prospect::Restores(_));
                let mut entry = serde_json::json!({
                    "task": task.to_string(),
                    "would-run": prospect.runs(),
                    "would-restore": restores,
                });
                let job = &graph.nodes()[*position].payload;
                if let Some(cause) = &job.cause {
                    entry["affected-by"] = cause.json();
                    entry["partial"] = job.is_partial().into();
                }
                entry
            })
            .collect();
        session.answer_json(serde_json::json!({"version": SCHEMA_VERSION, "plan": tasks}));
        return Ok(ExitStatus::Success);
    }
    for ((task, prospect), position) in forecast.iter().zip(plan.nodes()) {
        let word = match prospect {
            Prospect::UpToDate => "up to date",
            Prospect::Restores(_) => "restore   ",
            Prospect::Runs(_) | Prospect::AlwaysRuns | Prospect::RunsFor { .. } => "run       ",
        };
        let job = &graph.nodes()[*position].payload;
        let mut because = job.cause.as_ref().map(|cause| format!("  because {cause}")).unwrap_or_default();
        if job.is_partial() {
            because.push_str(", given its changed files alone");
        }
        if let Prospect::RunsFor { unknown, total } = prospect {
            because.push_str(&format!("  for {} of {}", unknown.len(), count(*total, "file")));
        }
        session.answer(&format!("{word} {task}{because}"));
        if let (true, Work::Builtin(work)) = (prospect.runs(), &job.work) {
            session.answer(&format!("             built in: {}", work.names()));
        }
        if let (true, Work::Commands(work)) = (prospect.runs(), &job.work) {
            let secrets = session.launcher.secrets();
            let values = work.shown_values(&job.checkout, secrets);
            for command in &work.commands {
                let command = as_it_runs(command, &values, None, secrets);
                session.answer(&format!("             {command}"));
            }
        }
    }
    Ok(ExitStatus::Success)
}
