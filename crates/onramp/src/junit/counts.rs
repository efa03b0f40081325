use std::ops::AddAssign;
use std::path::Path;

use super::reader::Attributes;
use super::walk::{Sink, walk};

/// How many test cases of a suite ended how, as counted one by one. What a report says of itself may be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) tests: usize,
    pub(super) failures: usize,
    pub(super) errors: usize,
    pub(super) skipped: usize,
    /// In seconds: what the suite says, else the sum of its test cases.
    pub(super) time: f64,
}

impl Counts {
    /// The counts as attributes of an element.
    pub(super) fn attributes(&self) -> Attributes {
        let numbers = [
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
            ("time", format!("{:.3}", self.time)),
        ];
        numbers.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn count(&mut self, case: &Case) {
        self.tests += 1;
        // A case that failed and could not be cleaned up either is one case.
        if case.is_error {
            self.errors += 1;
        } else if case.is_failure {
            self.failures += 1;
        } else if case.is_skipped {
            self.skipped += 1;
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
        self.time += other.time;
    }
}

/// What a report has: the counts of each suite, in the order in which they begin, those of the suites in it
/// included; and the sum of all. A file that is no report is an error that says why.
pub(super) fn count(file: &Path) -> Result<(Vec<Counts>, Counts), String> {
    let mut counter = Counter::default();
    walk(file, &mut counter)?;
    Ok((counter.suites, counter.total))
}

#[derive(Default)]
struct Counter {
    suites: Vec<Counts>,
    total: Counts,
    /// The suites that are open, outermost first, each with the time that it claims.
    open: Vec<(usize, Option<f64>)>,
    case: Option<Case>,
}

/// The test case that is open.
struct Case {
    is_failure: bool,
    is_error: bool,
    is_skipped: bool,
    /// How many elements are open in it, itself included.
    depth: usize,
}

impl Sink for Counter {
    fn open_suite(&mut self, attributes: Attributes, _depth: usize) -> Result<(), String> {
        self.open.push((self.suites.len(), time(&attributes)));
        self.suites.push(Counts::default());
        Ok(())
    }

    fn close_suite(&mut self) -> Result<(), String> {
        let Some((suite, claimed)) = self.open.pop() else { return Ok(()) };
        if let Some(claimed) = claimed {
            self.suites[suite].time = claimed;
        }
        let counts = self.suites[suite];
        match self.open.last() {
            Some((outer, _)) => self.suites[*outer] += counts,
            None => self.total += counts,
        }
        Ok(())
    }

    fn start(&mut self, name: &str, attributes: Attributes) -> Result<(), String> {
        match &mut self.case {
            Some(case) => {
                if case.depth == 1 {
                    case.is_failure |= name == "failure";
                    case.is_error |= name == "error";
                    case.is_skipped |= name == "skipped";
                }
                case.depth += 1;
            }
            None if name == "testcase" => {
                self.case = Some(Case { is_failure: false, is_error: false, is_skipped: false, depth: 1 });
                if let Some((suite, _)) = self.open.last() {
                    self.suites[*suite].time += time(&attributes).unwrap_or_default();
                }
            }
            None => {}
        }
        Ok(())
    }

    fn text(&mut self, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(case) = &mut self.case else { return Ok(()) };
        case.depth -= 1;
        if case.depth == 0 {
            if let Some((suite, _)) = self.open.last() {
                self.suites[*suite].count(case);
            }
            self.case = None;
        }
        Ok(())
    }
}

/// The attribute `time`. Some tools group its digits: `1,234.5`.
fn time(attributes: &Attributes) -> Option<f64> {
    let (_, value) = attributes.iter().find(|(name, _)| name == "time")?;
    value.replace(',', "").parse().ok().filter(|time: &f64| time.is_finite() && *time >= 0.0)
}
