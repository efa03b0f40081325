//! The analysis of runs, on runs that are written down.

use std::time::Duration;

use onramp_core::{Failure, Outcome, TaskId, TaskSummary};

use super::critical_path::critical_path;
use super::replay::{Conditions, Replay};
use super::run_report::{Inputs, RunReport, TaskReport};
use super::{Analysis, timings_page};
use crate::ExitStatus;

/// A task that passed on worker 0, with its start and its time in milliseconds.
pub(super) fn task(name: &str, started: u64, elapsed: u64) -> TaskReport {
    TaskReport {
        summary: TaskSummary {
            task: TaskId::new("task", name),
            outcome: Outcome::Passed,
            started: Duration::from_millis(started),
            elapsed: Duration::from_millis(elapsed),
            worker: Some(0),
        },
        needs: Vec::new(),
        inputs: Inputs::Undeclarable,
        files: None,
    }
}

pub(super) fn failed(mut task: TaskReport, failure: Failure) -> TaskReport {
    task.summary.outcome = Outcome::Failed(failure);
    task
}

/// A run of these tasks.
pub(super) fn report(jobs: usize, tasks: Vec<TaskReport>) -> RunReport {
    RunReport {
        verb: "test".to_owned(),
        started: 1_700_000_000_000,
        elapsed: tasks.iter().map(TaskReport::ended).max().unwrap_or_default(),
        jobs,
        is_forced: false,
        status: ExitStatus::Success,
        tasks,
    }
}

fn needing(mut task: TaskReport, needs: &[usize]) -> TaskReport {
    task.needs = needs.to_vec();
    task
}

fn with(mut task: TaskReport, inputs: Inputs) -> TaskReport {
    task.inputs = inputs;
    task
}

fn titles(report: &RunReport) -> Vec<(String, u128)> {
    let advice = Analysis::of(report).advice;
    advice.into_iter().map(|advice| (advice.title, advice.saves.as_millis())).collect()
}

#[test]
fn the_critical_path_is_the_longest_chain_and_not_the_last_task() {
    let tasks = vec![
        task("short", 0, 10),
        task("long", 0, 100),
        needing(task("after-short", 10, 20), &[0]),
        needing(task("after-both", 100, 50), &[0, 1]),
        task("late-but-free", 160, 5),
    ];
    assert_eq!(critical_path(&tasks), [1, 3]);
    assert_eq!(critical_path(&[]), [0; 0]);
    assert_eq!(critical_path(&[task("instant", 0, 0)]), [0; 0]);
}

#[test]
fn what_never_started_is_on_no_path() {
    let mut skipped = needing(task("skipped", 10, 0), &[0]);
    skipped.summary.outcome = Outcome::Skipped { because: TaskId::new("task", "a") };
    skipped.summary.worker = None;
    let report = report(2, vec![failed(task("a", 0, 10), Failure::task("no")), skipped]);
    let analysis = Analysis::of(&report);
    assert_eq!(analysis.critical_path, [0]);
    assert_eq!((analysis.workers, analysis.utilisation(report.elapsed)), (1, 1.0));
}

#[test]
fn what_was_only_looked_up_is_on_no_path() {
    let mut fresh = task("fresh", 0, 12);
    fresh.summary.outcome = Outcome::UpToDate;
    assert_eq!(critical_path(&[fresh.clone(), needing(task("a", 12, 100), &[0])]), [1]);
    assert_eq!(critical_path(&[fresh]), [0; 0]);
}

#[test]
fn what_failed_is_told_first_and_nobody_is_to_make_it_faster() {
    let timed_out = failed(task("slow", 0, 2000), Failure::task("took too long"));
    let told = titles(&report(1, vec![timed_out.clone(), task("other", 2000, 1000)]));
    assert_eq!(told[0], ("Mend task:slow first: it failed".to_owned(), 0));
    assert!(!told.iter().any(|(title, _)| title.starts_with("Make task:slow")), "{told:?}");
    let chain = vec![task("a", 0, 900), needing(failed(task("b", 900, 900), Failure::task("no")), &[0])];
    let mut chain = report(4, chain);
    chain.tasks.push(task("c", 0, 800));
    let told = titles(&chain);
    assert!(!told.iter().any(|(title, _)| title.starts_with("Break up")), "{told:?}");
    let told = titles(&report(1, vec![timed_out.clone(), timed_out]));
    assert_eq!(told[0].0, "Mend 2 tasks first: they failed");
}

#[test]
fn a_replay_takes_as_long_as_the_run_and_less_with_more_workers() {
    let tasks: Vec<TaskReport> = (0..6).map(|n| task(&n.to_string(), n / 2 * 100, 100)).collect();
    let replay = Replay::new(&tasks);
    let wall = |jobs| replay.wall(&Conditions { jobs, is_instant: &|_| false, first: None }).as_millis();
    assert_eq!([1, 2, 3, 6, 100].map(wall), [600, 300, 200, 100, 100]);
}

#[test]
fn a_saving_ends_where_another_task_takes_over() {
    let tasks = vec![task("a", 0, 1000), task("b", 0, 900), needing(task("c", 1000, 500), &[0])];
    let told = titles(&report(2, tasks));
    assert_eq!(
        told,
        [
            ("Make task:a faster, or split it".to_owned(), 600),
            ("Make task:c faster, or split it".to_owned(), 500),
        ]
    );
}

#[test]
fn tasks_without_inputs_and_misses_are_told_apart() {
    let tasks = vec![
        with(task("lint", 0, 300), Inputs::Undeclared),
        with(task("build", 300, 700), Inputs::Declared),
        task("rust", 1000, 10),
    ];
    let mut report = report(1, tasks);
    let told = titles(&report);
    assert!(told.contains(&("Look at what made task:build run".to_owned(), 700)), "{told:?}");
    assert!(told.contains(&("Declare the inputs of task:lint".to_owned(), 300)), "{told:?}");
    let commands: Vec<String> =
        Analysis::of(&report).advice.into_iter().filter_map(|advice| advice.command).collect();
    assert_eq!(commands, ["onramp why task:build"]);
    report.is_forced = true;
    let told = titles(&report);
    assert!(!told.iter().any(|(title, _)| title.starts_with("Look at")), "{told:?}");
}

#[test]
fn a_long_task_that_started_late_is_named() {
    let tasks = vec![task("a", 0, 100), task("b", 0, 100), task("long", 100, 1000)];
    let told = titles(&report(2, tasks));
    assert!(told.contains(&("Start task:long earlier".to_owned(), 100)), "{told:?}");
}

#[test]
fn a_chain_that_leaves_workers_idle_is_named() {
    let mut tasks: Vec<TaskReport> = vec![task("0", 0, 100)];
    for n in 1..5 {
        tasks.push(needing(task(&n.to_string(), n * 100, 100), &[n as usize - 1]));
    }
    let told = titles(&report(4, tasks));
    assert!(told.contains(&("Break up the chain of 5 tasks".to_owned(), 375)), "{told:?}");
    assert!(!told.iter().any(|(title, _)| title.starts_with("Run more")), "{told:?}");
}

#[test]
fn more_workers_are_advised_where_tasks_waited_for_one() {
    let tasks = (0..4).map(|n| task(&n.to_string(), n * 100, 100)).collect();
    let told = titles(&report(1, tasks));
    assert!(told.contains(&("Run more at once: -j 2".to_owned(), 200)), "{told:?}");
}

#[test]
fn nothing_is_advised_for_a_run_that_did_nothing() {
    let none: [(String, u128); 0] = [];
    let mut fresh = with(task("a", 0, 1), Inputs::Declared);
    fresh.summary.outcome = Outcome::UpToDate;
    assert_eq!(titles(&report(2, vec![fresh])), none);
    assert_eq!(titles(&report(2, Vec::new())), none);
}

#[test]
fn a_chain_of_a_hundred_thousand_tasks_is_analysed() {
    let link = |n: u64| {
        let needs: Vec<usize> = n.checked_sub(1).map(|before| before as usize).into_iter().collect();
        needing(task(&n.to_string(), n, 1), &needs)
    };
    let analysis = Analysis::of(&report(8, (0..100_000).map(link).collect()));
    assert_eq!(analysis.critical_path.len(), 100_000);
    assert_eq!(analysis.path_elapsed, Duration::from_secs(100));
    let wide = Analysis::of(&report(2, (0..100_000).map(|n| task(&n.to_string(), n / 2, 1)).collect()));
    assert_eq!(wide.critical_path.len(), 1);
}

#[test]
fn a_page_carries_any_name_and_loads_nothing() {
    let report = report(2, vec![task("</script><script>alert(1)</script>", 0, 5)]);
    let page = timings_page(
        "a <b> & \"c\"",
        report.json(),
        Analysis::of(&report).json(report.elapsed, str::to_owned),
    );
    assert!(page.contains("<title>test · a &lt;b&gt; &amp; &quot;c&quot;</title>"));
    assert_eq!(page.matches("</script").count(), 2);
    for way_out in ["src=", "href=", "url(", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(way_out), "{way_out}");
    }
}
