//! The report of a verb whose tasks have no reports themselves.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use onramp_core::{Outcome, Problem, Secrets, Severity};

use super::counts::Counts;
use super::writer::{ReportWriter, Verdict};
use crate::hooks;
use crate::results::{Results, TaskResult};

/// A test case of a task.
enum Case<'a> {
    /// The task itself.
    Task(Verdict),
    Problem(&'a Problem, Verdict),
}

impl Case<'_> {
    fn verdict(&self) -> &Verdict {
        match self {
            Self::Task(verdict) | Self::Problem(_, verdict) => verdict,
        }
    }
}

/// Writes a suite for each task: a test case for each problem, and one for the task itself where it has none, or where
/// none of them says why it failed.
pub(crate) fn write_results(file: &Path, secrets: &Secrets, results: &Results) -> io::Result<()> {
    let is_told = |task: &&TaskResult| !hooks::is_own_step(&task.task) || !task.outcome.is_success();
    let suites: Vec<(&TaskResult, Vec<Case<'_>>)> =
        results.tasks.iter().filter(is_told).map(|task| (task, cases(task))).collect();
    let error = results.error.as_ref().map(|error| {
        let (message, details) = (error.clone(), String::new());
        Verdict::Error { message, details }
    });
    let mut total = Counts::default();
    suites.iter().for_each(|(task, cases)| total += counts(task, cases));
    error.iter().for_each(|verdict| total += verdict.counts(0.0));
    let file = BufWriter::new(File::create(file)?);
    let mut report = ReportWriter::begin(file, secrets, &format!("onramp {}", results.verb), &total)?;
    for (task, cases) in &suites {
        write_suite(&mut report, task, cases)?;
    }
    if let Some(verdict) = &error {
        report.whole_task(&results.verb, 0.0, verdict)?;
    }
    report.finish()
}

fn cases(task: &TaskResult) -> Vec<Case<'_>> {
    let has_failed = matches!(task.outcome, Outcome::Failed(_));
    let verdict = |problem: &Problem| match problem.severity {
        Severity::Error if has_failed => {
            Verdict::Failed { message: problem.message.clone(), details: problem.to_string() }
        }
        // It does not make anything fail, so it must not look as if it did.
        Severity::Error | Severity::Warning => Verdict::Passed,
    };
    let mut cases: Vec<Case<'_>> =
        task.problems.iter().map(|problem| Case::Problem(problem, verdict(problem))).collect();
    if cases.is_empty() || task.unexplained().is_some() {
        cases.push(Case::Task(Verdict::of(&task.outcome)));
    }
    cases
}

fn counts(task: &TaskResult, cases: &[Case<'_>]) -> Counts {
    let mut counts = Counts::default();
    cases.iter().for_each(|case| counts += case.verdict().counts(0.0));
    Counts { time: task.elapsed.as_secs_f64(), ..counts }
}

fn write_suite<W: Write>(
    report: &mut ReportWriter<'_, W>,
    task: &TaskResult,
    cases: &[Case<'_>],
) -> io::Result<()> {
    let name = task.task.to_string();
    let counts = counts(task, cases);
    report.start("testsuite", std::iter::once(pair("name", &name)).chain(counts.attributes()).collect())?;
    if let Some(files) = &task.files {
        report.start("properties", Vec::new())?;
        for (name, value) in [("files", files.given), ("changed", files.changed.len())] {
            report.start("property", vec![pair("name", name), pair("value", &value.to_string())])?;
            report.end()?;
        }
        report.end()?;
    }
    for case in cases {
        match case {
            Case::Task(verdict) => report.case(&name, &name, counts.time, verdict)?,
            Case::Problem(problem, verdict) => write_problem(report, &name, problem, verdict)?,
        }
    }
    report.end()
}

fn write_problem<W: Write>(
    report: &mut ReportWriter<'_, W>,
    task: &str,
    problem: &Problem,
    verdict: &Verdict,
) -> io::Result<()> {
    let numbers = [problem.line, problem.column].into_iter().flatten();
    let place: String = numbers.map(|number| format!(":{number}")).collect();
    let code = problem.code.iter().map(|code| format!(": {code}")).collect::<String>();
    let mut attributes = vec![
        pair("classname", task),
        pair("name", &format!("{}{place}{code}", problem.file)),
        pair("file", &problem.file),
    ];
    attributes.extend(problem.line.map(|line| pair("line", &line.to_string())));
    report.start("testcase", attributes)?;
    match verdict {
        Verdict::Passed => {
            report.start("system-out", Vec::new())?;
            report.text(&problem.to_string())?;
            report.end()?;
        }
        verdict => report.verdict(verdict)?,
    }
    report.end()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
