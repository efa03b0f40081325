use std::time::Duration;

use onramp_core::{Failure, Outcome};

use super::analysis::Analysis;
use super::replay::{Conditions, Replay};
use super::run_report::{Inputs, RunReport, TaskReport};
use crate::words::{count, duration};

/// Savings below this share of the run are not worth a line.
const LEAST_SHARE: u32 = 50;

/// Nor are those below what one feels.
const LEAST: Duration = Duration::from_millis(5);

/// How many tasks of the critical path, and how many late ones, are looked at.
const CANDIDATES: usize = 3;

/// How many pieces of advice are given at most.
const MOST: usize = 6;

/// How many tasks are named in a sentence.
const NAMED: usize = 3;

/// Workers that have nothing to do for more than this share of the run are worth a line.
const IDLE: f64 = 0.3;

/// Something that would have saved time.
#[derive(Clone, Debug)]
pub(crate) struct Advice {
    /// What to do, in a few words.
    pub(crate) title: String,
    /// Why, with numbers.
    pub(crate) detail: String,
    /// A command that helps with it before a run.
    pub(crate) command: Option<String>,
    /// By how much the run would have been shorter, at most; zero for what is not about time.
    pub(crate) saves: Duration,
    /// The tasks it is about, as positions in [`RunReport::tasks`].
    pub(crate) tasks: Vec<usize>,
}

/// What failed, then what would have saved time, what saves most first. An empty list: nothing that matters.
pub(super) fn advise(report: &RunReport, analysis: &Analysis) -> Vec<Advice> {
    let paper = Paper::new(report, analysis);
    let mut advice = paper.slow_tasks();
    advice.extend(paper.without_inputs());
    advice.extend(paper.misses());
    advice.extend(paper.late_task());
    advice.extend(paper.more_workers());
    advice.extend(paper.idle_workers());
    advice.retain(|advice| advice.saves >= LEAST.max(report.elapsed / LEAST_SHARE));
    advice.sort_by_key(|advice| std::cmp::Reverse(advice.saves));
    advice.splice(0..0, paper.failures());
    advice.truncate(MOST);
    advice
}

/// The run on paper, to compare with.
struct Paper<'a> {
    report: &'a RunReport,
    analysis: &'a Analysis,
    replay: Replay<'a>,
    /// The run's time on paper, with nothing changed.
    wall: Duration,
}

impl<'a> Paper<'a> {
    fn new(report: &'a RunReport, analysis: &'a Analysis) -> Self {
        let replay = Replay::new(&report.tasks);
        let wall = replay.wall(&Conditions { jobs: report.jobs, is_instant: &|_| false, first: None });
        Self { report, analysis, replay, wall }
    }

    fn saved(&self, conditions: &Conditions<'_>) -> Duration {
        self.wall.saturating_sub(self.replay.wall(conditions))
    }

    /// What is saved if these tasks take no time.
    fn saved_without(&self, tasks: &[usize]) -> Duration {
        let mut instant = vec![false; self.report.tasks.len()];
        tasks.iter().for_each(|position| instant[*position] = true);
        self.saved(&Conditions { jobs: self.report.jobs, is_instant: &|at| instant[at], first: None })
    }

    /// How long a task takes that failed says nothing about a run that succeeds, so it is told before anything.
    fn failures(&self) -> Option<Advice> {
        let failed = |at: &usize| self.report.tasks[*at].summary.outcome.word() == "failed";
        let mut tasks: Vec<usize> = (0..self.report.tasks.len()).filter(failed).collect();
        self.longest_first(&mut tasks);
        let what = match tasks.as_slice() {
            [] => return None,
            [only] => self.failure(*only).map_or_else(String::new, |failure| failure.message.clone()),
            several => self.named(several),
        };
        let they = if tasks.len() == 1 { "it" } else { "they" };
        Some(Advice {
            title: format!("Mend {} first: {they} failed", self.one_or_count(&tasks)?),
            detail: format!(
                "{}. What failed may have ended early or late, and what needs it did not run, so the rest of this \
                 page says little about a run that succeeds.",
                what
            ),
            command: None,
            saves: Duration::ZERO,
            tasks,
        })
    }

    fn slow_tasks(&self) -> Vec<Advice> {
        let mut worked = self.analysis.critical_path.clone();
        worked.retain(|position| self.report.tasks[*position].summary.outcome == Outcome::Passed);
        self.longest_first(&mut worked);
        worked.truncate(CANDIDATES);
        let advice = |position: usize| {
            let elapsed = self.elapsed(position);
            let share = elapsed.as_secs_f64() / self.analysis.path_elapsed.as_secs_f64() * 100.0;
            Advice {
                title: format!("Make {} faster, or split it", self.name(position)),
                detail: format!(
                    "It took {}, {share:.0} % of the critical path. What is saved there is saved in the whole \
                     run, until other tasks take longer.",
                    duration(elapsed)
                ),
                command: None,
                saves: self.saved_without(&[position]),
                tasks: vec![position],
            }
        };
        worked.into_iter().map(advice).collect()
    }

    fn without_inputs(&self) -> Option<Advice> {
        let tasks = self.that_worked(|task| task.inputs == Inputs::Undeclared);
        Some(Advice {
            title: format!("Declare the inputs of {}", self.one_or_count(&tasks)?),
            detail: format!(
                "A task without inputs runs every time: {}. With them, it is left out of a run before which \
                 nothing has changed that it reads.",
                self.named(&tasks)
            ),
            command: None,
            saves: self.saved_without(&tasks),
            tasks,
        })
    }

    fn misses(&self) -> Option<Advice> {
        if self.report.is_forced {
            return None;
        }
        let tasks = self.that_worked(|task| task.inputs == Inputs::Declared);
        Some(Advice {
            title: format!("Look at what made {} run", self.one_or_count(&tasks)?),
            detail: format!(
                "There was no success before, or the inputs, the command, a tool or a need had changed since: \
                 {}. Narrower inputs keep changes away that do not matter.",
                self.named(&tasks)
            ),
            command: tasks.first().map(|longest| format!("onramp why {}", self.name(*longest))),
            saves: self.saved_without(&tasks),
            tasks,
        })
    }

    /// A long task that others were started before, though it could have been.
    fn late_task(&self) -> Option<Advice> {
        let mut late: Vec<usize> =
            (0..self.report.tasks.len()).filter(|at| self.started(*at) > self.ready(*at) + LEAST).collect();
        late.retain(|at| self.failure(*at).is_none());
        self.longest_first(&mut late);
        late.truncate(CANDIDATES);
        let saves = |at: &usize| {
            let first = Some(*at);
            self.saved(&Conditions { jobs: self.report.jobs, is_instant: &|_| false, first })
        };
        let (position, saves) = late.iter().map(|at| (*at, saves(at))).max_by_key(|(_, saves)| *saves)?;
        Some(Advice {
            title: format!("Start {} earlier", self.name(position)),
            detail: format!(
                "It took {} and could have started after {}, but waited for a worker until {}. Tasks that are \
                 ready start in the order of the configuration: write it further up.",
                duration(self.elapsed(position)),
                duration(self.ready(position)),
                duration(self.started(position))
            ),
            command: None,
            saves,
            tasks: vec![position],
        })
    }

    fn more_workers(&self) -> Option<Advice> {
        let jobs = self.report.jobs.checked_mul(2)?;
        let saves = self.saved(&Conditions { jobs, is_instant: &|_| false, first: None });
        Some(Advice {
            title: format!("Run more at once: -j {jobs}"),
            detail: format!(
                "Tasks waited for one of {}. This helps where the machine has processors left, or where tasks \
                 wait for something else than a processor.",
                count(self.report.jobs, "worker")
            ),
            command: None,
            saves,
            tasks: Vec::new(),
        })
    }

    /// What a run would save in which no worker ever waits.
    fn idle_workers(&self) -> Option<Advice> {
        let idle = 1.0 - self.analysis.utilisation(self.report.elapsed);
        let path = &self.analysis.critical_path;
        let has_failed = |at: &usize| self.failure(*at).is_some();
        if self.analysis.workers < 2 || idle < IDLE || path.len() < 2 || path.iter().any(has_failed) {
            return None;
        }
        let longest = (0..self.report.tasks.len()).map(|at| self.elapsed(at)).max().unwrap_or_default();
        let floor = longest.max(self.analysis.busy / self.analysis.workers as u32);
        Some(Advice {
            title: format!("Break up the chain of {}", count(path.len(), "task")),
            detail: format!(
                "{} had nothing to do for {:.0} % of the time, because one task after the other needed the one \
                 before it: {}. Needs that are not real, or a task that does two things, make such chains.",
                count(self.analysis.workers, "worker"),
                idle * 100.0,
                self.named(path)
            ),
            command: None,
            saves: self.wall.saturating_sub(floor),
            tasks: path.clone(),
        })
    }

    /// The tasks of a kind that ran to a success, the longest first.
    fn that_worked(&self, kind: impl Fn(&TaskReport) -> bool) -> Vec<usize> {
        let fits = |at: &usize| {
            let task = &self.report.tasks[*at];
            task.summary.outcome == Outcome::Passed && kind(task)
        };
        let mut tasks: Vec<usize> = (0..self.report.tasks.len()).filter(fits).collect();
        self.longest_first(&mut tasks);
        tasks
    }

    fn longest_first(&self, tasks: &mut [usize]) {
        tasks.sort_by_key(|position| std::cmp::Reverse(self.elapsed(*position)));
    }

    fn failure(&self, position: usize) -> Option<&Failure> {
        match &self.report.tasks[position].summary.outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    fn elapsed(&self, position: usize) -> Duration {
        self.report.tasks[position].summary.elapsed
    }

    fn started(&self, position: usize) -> Duration {
        let task = &self.report.tasks[position];
        // What never started has waited for no worker.
        if task.has_started() { task.summary.started } else { Duration::ZERO }
    }

    /// When the last of its needs had ended.
    fn ready(&self, position: usize) -> Duration {
        let needs = self.report.tasks[position].needs.iter();
        needs.map(|need| self.report.tasks[*need].ended()).max().unwrap_or_default()
    }

    fn name(&self, position: usize) -> String {
        self.report.tasks[position].summary.task.to_string()
    }

    /// The name of the only one, or how many they are; `None` for no task.
    fn one_or_count(&self, tasks: &[usize]) -> Option<String> {
        match tasks {
            [] => None,
            [only] => Some(self.name(*only)),
            several => Some(count(several.len(), "task")),
        }
    }

    /// `a (2.0 s), b (1.0 s) and 3 more`.
    fn named(&self, tasks: &[usize]) -> String {
        let name = |at: &usize| format!("{} ({})", self.name(*at), duration(self.elapsed(*at)));
        let mut text = tasks.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
        if tasks.len() > NAMED {
            text.push_str(&format!(" and {} more", tasks.len() - NAMED));
        }
        text
    }
}
