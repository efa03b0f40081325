//! Which problems become annotations. GitHub shows ten errors and ten warnings of a step, whichever come first,
//! and drops the others without a word.

use std::collections::HashSet;

use onramp_core::{Problem, Severity, TaskId};

use crate::words;

/// How many annotations of one level GitHub shows of a step.
pub(super) const LIMIT: usize = 10;

/// What a step has been told so far.
#[derive(Default)]
pub(super) struct Annotations {
    /// Problems with their places, those of one task in the order in which it printed them.
    problems: Vec<(TaskId, Problem)>,
    told: HashSet<Problem>,
    /// Tasks with an error that is shown at its line.
    located: HashSet<TaskId>,
    errors: usize,
    warnings: usize,
}

impl Annotations {
    /// Takes a problem; what two tasks found both is kept for the first one.
    pub(super) fn add(&mut self, task: TaskId, problem: Problem) {
        if problem.severity == Severity::Error {
            self.located.insert(task.clone());
        }
        if self.told.insert(problem.clone()) {
            self.problems.push((task, problem));
        }
    }

    /// Whether an error of the task can be shown at its line, so that the task's own failure says less.
    pub(super) fn locates_failure_of(&self, task: &TaskId) -> bool {
        self.located.contains(task)
    }

    /// Whether there is room for one more annotation of a level; if so, it is taken.
    pub(super) fn take_room(&mut self, severity: Severity) -> bool {
        let used = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *used += 1;
        *used <= LIMIT
    }

    /// The problems that there is room for, errors first, and one line about the others. Tasks take turns, so
    /// that one with a hundred problems does not hide what another one has found.
    pub(super) fn choose(&mut self) -> (Vec<(TaskId, Problem)>, Option<String>) {
        let problems = std::mem::take(&mut self.problems);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|(_, problem)| problem.severity == Severity::Error);
        let mut chosen = Vec::new();
        let mut rest = Vec::new();
        for (problems, severity) in [(errors, Severity::Error), (warnings, Severity::Warning)] {
            let mut left_out = 0;
            for problem in in_turns(problems) {
                if self.take_room(severity) {
                    chosen.push(problem);
                } else {
                    left_out += 1;
                }
            }
            if left_out > 0 {
                rest.push(words::count(left_out, &format!("more {}", severity.word())));
            }
        }
        let rest = (!rest.is_empty())
            .then(|| format!("{} beyond what GitHub shows of a step; the log has all", rest.join(" and ")));
        (chosen, rest)
    }
}

/// One of each task, then the second of each, and so on.
fn in_turns(problems: Vec<(TaskId, Problem)>) -> Vec<(TaskId, Problem)> {
    let mut turns: Vec<(usize, TaskId, Problem)> = Vec::with_capacity(problems.len());
    let mut counts = std::collections::HashMap::<TaskId, usize>::new();
    for (task, problem) in problems {
        let turn = counts.entry(task.clone()).or_default();
        turns.push((*turn, task, problem));
        *turn += 1;
    }
    // The sort is stable: within a turn tasks keep their order.
    turns.sort_by_key(|(turn, ..)| *turn);
    turns.into_iter().map(|(_, task, problem)| (task, problem)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: Severity, line: u32) -> Problem {
        let (file, message) = ("a.py".to_owned(), "no".to_owned());
        Problem { file, line: Some(line), column: None, severity, message, code: None }
    }

    fn chosen(annotations: &mut Annotations) -> (Vec<String>, Option<String>) {
        let (chosen, rest) = annotations.choose();
        let brief = |(task, problem): &(TaskId, Problem)| format!("{} {problem}", task.name());
        (chosen.iter().map(brief).collect(), rest)
    }

    #[test]
    fn tasks_take_turns_and_errors_come_first() {
        let mut annotations = Annotations::default();
        let (a, b) = (TaskId::new("lint", "a"), TaskId::new("lint", "b"));
        annotations.add(a.clone(), problem(Severity::Warning, 99));
        for line in 1..=12 {
            annotations.add(a.clone(), problem(Severity::Error, line));
        }
        annotations.add(b.clone(), problem(Severity::Error, 1));
        annotations.add(b.clone(), problem(Severity::Error, 50));
        assert!(
            annotations.locates_failure_of(&b) && !annotations.locates_failure_of(&TaskId::new("x", "y"))
        );
        let (chosen, rest) = chosen(&mut annotations);
        assert_eq!(chosen.len(), 11);
        assert_eq!(chosen[..3], ["a a.py:1: error: no", "b a.py:50: error: no", "a a.py:2: error: no"]);
        assert_eq!(chosen[10], "a a.py:99: warning: no");
        assert_eq!(rest.unwrap(), "3 more errors beyond what GitHub shows of a step; the log has all");
    }

    #[test]
    fn what_was_told_before_takes_room() {
        let mut annotations = Annotations::default();
        assert_eq!((0..12).filter(|_| annotations.take_room(Severity::Error)).count(), LIMIT);
        annotations.add(TaskId::new("lint", "a"), problem(Severity::Error, 1));
        annotations.add(TaskId::new("lint", "a"), problem(Severity::Warning, 1));
        let (chosen, rest) = chosen(&mut annotations);
        assert_eq!(chosen, ["a a.py:1: warning: no"]);
        assert_eq!(rest.unwrap(), "1 more error beyond what GitHub shows of a step; the log has all");
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(chosen(&mut Annotations::default()), (Vec::new(), None));
    }
}
