use std::borrow::Cow;
use std::io::{self, Write};

use onramp_core::{Failure, FailureKind, Outcome, Secrets};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::counts::Counts;
use super::reader::Attributes;
use super::walk::Sink;

/// Writes the merged report. Secrets are masked, and characters that XML does not know are replaced: not every
/// tool takes care of that.
pub(super) struct ReportWriter<'a, W: Write> {
    writer: Writer<W>,
    secrets: &'a Secrets,
    open: Vec<String>,
    /// The innermost element, as long as it has no content.
    pending: Option<BytesStart<'static>>,
}

impl<'a, W: Write> ReportWriter<'a, W> {
    /// Begins the report.
    pub(super) fn begin(file: W, secrets: &'a Secrets, name: &str, total: &Counts) -> io::Result<Self> {
        let writer = Writer::new_with_indent(file, b' ', 2);
        let mut report = Self { writer, secrets, open: Vec::new(), pending: None };
        report.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let name = ("name".to_owned(), name.to_owned());
        report.start("testsuites", std::iter::once(name).chain(total.attributes()).collect())?;
        Ok(report)
    }

    /// Ends the report.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.end()?;
        let mut file = self.writer.into_inner();
        file.write_all(b"\n")?;
        file.flush()
    }

    /// A suite with one test case, which stands for a whole task.
    pub(super) fn whole_task(&mut self, task: &str, seconds: f64, verdict: &Verdict) -> io::Result<()> {
        let counts = verdict.counts(seconds);
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        self.start("testsuite", std::iter::once(text("name", task)).chain(counts.attributes()).collect())?;
        self.case(task, task, seconds, verdict)?;
        self.end()
    }

    /// A test case.
    pub(super) fn case(
        &mut self,
        class: &str,
        name: &str,
        seconds: f64,
        verdict: &Verdict,
    ) -> io::Result<()> {
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let case = vec![text("classname", class), text("name", name), text("time", &format!("{seconds:.3}"))];
        self.start("testcase", case)?;
        self.verdict(verdict)?;
        self.end()
    }

    /// What became of the test case that is open.
    pub(super) fn verdict(&mut self, verdict: &Verdict) -> io::Result<()> {
        let Some((element, message, details)) = verdict.element() else { return Ok(()) };
        self.start(element, vec![("message".to_owned(), message.to_owned())])?;
        self.text(details)?;
        self.end()
    }

    /// Begins an element.
    pub(super) fn start(&mut self, name: &str, attributes: Attributes) -> io::Result<()> {
        self.write_pending()?;
        let mut element = BytesStart::new(name.to_owned());
        for (name, value) in &attributes {
            element.push_attribute((name.as_str(), &*self.clean(value)));
        }
        self.pending = Some(element);
        self.open.push(name.to_owned());
        Ok(())
    }

    /// Writes text into the element that is open.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.write_pending()?;
        let text = self.clean(text).into_owned();
        self.writer.write_event(Event::Text(BytesText::new(&text)))
    }

    /// Ends the innermost element.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let name = self.open.pop().unwrap_or_default();
        if let Some(element) = self.pending.take() {
            return self.writer.write_event(Event::Empty(element));
        }
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    fn write_pending(&mut self) -> io::Result<()> {
        match self.pending.take() {
            Some(element) => self.writer.write_event(Event::Start(element)),
            None => Ok(()),
        }
    }

    /// The text without secrets, colours, and characters that no XML file may have.
    fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_known = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
        let masked = self.secrets.mask(text);
        if masked.chars().all(is_known) {
            return masked;
        }
        let plain = anstream::adapter::strip_str(&masked).to_string();
        Cow::Owned(plain.chars().map(|c| if is_known(c) { c } else { char::REPLACEMENT_CHARACTER }).collect())
    }
}

/// What became of a task that has no report, or whose report does not tell.
pub(super) enum Verdict {
    Passed,
    /// The tests failed.
    Failed {
        message: String,
        details: String,
    },
    /// There was no result.
    Error {
        message: String,
        details: String,
    },
    Skipped {
        message: String,
    },
}

impl Verdict {
    pub(super) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed | Outcome::UpToDate | Outcome::Restored => Self::Passed,
            Outcome::Failed(failure) => {
                let (message, details) = (failure.message.clone(), details(failure));
                match failure.kind {
                    FailureKind::Task => Self::Failed { message, details },
                    FailureKind::Interrupted | FailureKind::Panic | FailureKind::Environment => {
                        Self::Error { message, details }
                    }
                }
            }
            // It should have run, so it must not look like one that nobody wanted.
            Outcome::Skipped { because } => Self::Error {
                message: format!("did not run, because {because} did not succeed"),
                details: String::new(),
            },
            Outcome::LeftOut { reason } => Self::Skipped { message: reason.clone() },
            Outcome::NotStarted => Self::Skipped { message: "the run was ended before its turn".to_owned() },
        }
    }

    pub(super) fn counts(&self, seconds: f64) -> Counts {
        let is = |holds: bool| usize::from(holds);
        Counts {
            tests: 1,
            failures: is(matches!(self, Self::Failed { .. })),
            errors: is(matches!(self, Self::Error { .. })),
            skipped: is(matches!(self, Self::Skipped { .. })),
            time: seconds,
        }
    }

    fn element(&self) -> Option<(&str, &str, &str)> {
        match self {
            Self::Passed => None,
            Self::Failed { message, details } => Some(("failure", message, details)),
            Self::Error { message, details } => Some(("error", message, details)),
            Self::Skipped { message } => Some(("skipped", message, "")),
        }
    }
}

fn details(failure: &Failure) -> String {
    let mut lines = failure.tail.clone();
    lines.extend(failure.log.as_ref().map(|log| format!("full output: {}", log.display())));
    lines.join("\n")
}

/// Copies the suites of one report into the merged one.
pub(super) struct Copy<'a, 'b, W: Write> {
    pub(super) report: &'a mut ReportWriter<'b, W>,
    pub(super) task: &'a str,
    /// The counts of the suites that are still to come, in their order.
    pub(super) counts: std::vec::IntoIter<Counts>,
}

impl<W: Write> Sink for Copy<'_, '_, W> {
    fn open_suite(&mut self, attributes: Attributes, depth: usize) -> Result<(), String> {
        let own = attributes.iter().find(|(name, _)| name == "name").map(|(_, value)| value.as_str());
        let name = match own {
            Some(own) if depth > 0 => own.to_owned(),
            Some(own) if !own.is_empty() => format!("{} / {own}", self.task),
            _ => self.task.to_owned(),
        };
        let mut written = vec![("name".to_owned(), name)];
        written.extend(self.counts.next().unwrap_or_default().attributes());
        let others =
            attributes.into_iter().filter(|(name, _)| written.iter().all(|(known, _)| known != name));
        let others: Attributes = others.collect();
        written.extend(others);
        self.report.start("testsuite", written).map_err(|error| error.to_string())
    }

    fn close_suite(&mut self) -> Result<(), String> {
        self.end()
    }

    fn start(&mut self, name: &str, attributes: Attributes) -> Result<(), String> {
        self.report.start(name, attributes).map_err(|error| error.to_string())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        self.report.text(text).map_err(|error| error.to_string())
    }

    fn end(&mut self) -> Result<(), String> {
        self.report.end().map_err(|error| error.to_string())
    }
}
