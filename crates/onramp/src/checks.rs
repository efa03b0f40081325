//! The one registry of checks, shared by `doctor` and `setup`: what a machine needs, whether it is there,
//! and how to get it.

pub(crate) mod consent;
mod engine;
mod hooks;
mod mend;
mod models;
pub(crate) mod not_found;
mod postgresql;
mod remedy;
mod report;
mod tool;

use std::sync::Arc;
use std::thread;

use onramp_config::{Gate, Tool};
use onramp_core::Dialect;

pub(crate) use mend::{Mended, mend};
pub(crate) use report::{json, lines, plan_lines, warning};

use crate::checkout::Checkout;
use crate::probes::Probes;
use crate::session::Session;
use remedy::Remedy;

/// Something that a machine must have, or should.
pub(crate) struct Check {
    /// What it is called in reports: a tool's name, `postgresql-server`.
    pub(crate) name: String,
    /// What it is needed for.
    pub(crate) why: Option<String>,
    /// What it means for the work if it is missing.
    pub(crate) gate: Gate,
    /// Whose environment it is looked for in.
    pub(crate) checkout: Arc<Checkout>,
    subject: Subject,
}

enum Subject {
    Tool(Box<Tool>),
    Engine(Vec<String>),
    Models(Box<models::Models>),
    PostgresqlServer,
    GitHooks,
}

/// What a check found.
#[derive(Clone, Debug)]
pub(crate) enum Finding {
    /// All is well; the detail says what was found, and where.
    Fine { detail: String },
    /// Not there, and one can do without it.
    Absent { detail: String },
    /// Missing or too old; the remedies that this machine can use, the best first.
    Problem { problem: String, remedies: Vec<Remedy> },
}

/// A check with what it found.
pub(crate) struct Examined {
    pub(crate) check: Check,
    pub(crate) finding: Finding,
}

/// How to get a program that a command wants and that is not there, as a command to paste; `None` where no tool of
/// the checkout is that program, or none of its fixes is of use on this machine.
pub(crate) fn fix_of(session: &Session, checkout: &Checkout, program: &str) -> Option<String> {
    let tool = checkout.config.tools.iter().find(|tool| tool.program == program)?;
    remedy::remedies(session, checkout, &tool.fix).first().map(Remedy::text)
}

impl Examined {
    /// Whether work that needs tools must not go on.
    pub(crate) fn blocks(&self) -> bool {
        matches!(self.finding, Finding::Problem { .. }) && self.check.gate == Gate::Fail
    }

    /// Whether there is something that the machine cannot do for the workspace as it is. A server that only migrations need
    /// holds up no other work, but nothing here brings one; the program of migrations comes with setup, as a rule.
    pub(crate) fn is_ill(&self) -> bool {
        self.blocks() || self.is_problem() && matches!(self.check.subject, Subject::PostgresqlServer)
    }

    /// Whether this machine knows a way to mend it.
    pub(crate) fn has_remedy(&self) -> bool {
        matches!(&self.finding, Finding::Problem { remedies, .. } if !remedies.is_empty())
    }

    /// Whether there is a problem at all.
    pub(crate) fn is_problem(&self) -> bool {
        matches!(self.finding, Finding::Problem { .. })
    }
}

/// Every check of the workspace one stands in and its members, each once.
pub(crate) fn registry(session: &Session) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for checkout in session.checkouts_here() {
        for tool in &checkout.config.tools {
            let same = |check: &Check| match &check.subject {
                Subject::Tool(known) => {
                    known.program == tool.program
                        && known.version == tool.version
                        && known.probe == tool.probe
                }
                Subject::Engine(_) | Subject::Models(_) | Subject::PostgresqlServer | Subject::GitHooks => {
                    false
                }
            };
            if !checks.iter().any(same) {
                checks.push(Check {
                    name: tool.name.clone(),
                    why: tool.why.clone(),
                    gate: tool.gate,
                    checkout: Arc::clone(checkout),
                    subject: Subject::Tool(Box::new(tool.clone())),
                });
            }
        }
    }
    for checkout in session.checkouts_here() {
        let programs = engine::programs(checkout);
        if !programs.is_empty() {
            checks.push(Check {
                name: "migration-engine".to_owned(),
                why: Some("it makes and applies migrations".to_owned()),
                gate: Gate::Warn,
                checkout: Arc::clone(checkout),
                subject: Subject::Engine(programs),
            });
        }
        if let Some(models) = models::Models::of(checkout) {
            checks.push(Check {
                name: "migration-models".to_owned(),
                why: Some("migrations are made from the models of this checkout".to_owned()),
                gate: Gate::Warn,
                checkout: Arc::clone(checkout),
                subject: Subject::Models(Box::new(models)),
            });
        }
    }
    let needs_server = |checkout: &&Arc<Checkout>| {
        let dialects = checkout.config.database.iter().flat_map(|database| &database.dialects);
        dialects.into_iter().any(|dialect| dialect.dialect == Dialect::Postgresql)
    };
    if let Some(checkout) = session.checkouts_here().find(needs_server) {
        checks.push(Check {
            name: "postgresql-server".to_owned(),
            why: Some("a scratch server for migrations".to_owned()),
            gate: Gate::Warn,
            checkout: Arc::clone(checkout),
            subject: Subject::PostgresqlServer,
        });
    }
    if let Some(checkout) = session.checkouts_here().find(|checkout| !checkout.config.hooks.is_empty()) {
        checks.push(Check {
            name: "git-hooks".to_owned(),
            why: Some("git runs what [hooks] names".to_owned()),
            gate: Gate::Warn,
            checkout: Arc::clone(checkout),
            subject: Subject::GitHooks,
        });
    }
    checks
}

/// Looks at everything, as many things at once as tasks may run.
pub(crate) fn examine(session: &Session, checks: Vec<Check>, probes: &Probes) -> Vec<Examined> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let findings: Vec<std::sync::OnceLock<Finding>> =
        checks.iter().map(|_| std::sync::OnceLock::new()).collect();
    thread::scope(|scope| {
        for _ in 0..session.options.jobs.get().min(checks.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(check) = checks.get(place) else { return };
                    if let Some(finding) = find(session, check, probes) {
                        drop(findings[place].set(finding));
                    }
                }
            });
        }
    });
    let found = checks.into_iter().zip(findings);
    found.filter_map(|(check, finding)| Some(Examined { check, finding: finding.into_inner()? })).collect()
}

/// What a check finds; `None` if the run was cancelled before it found anything.
fn find(session: &Session, check: &Check, probes: &Probes) -> Option<Finding> {
    match &check.subject {
        Subject::Tool(tool) => tool::find(session, &check.checkout, tool, probes),
        Subject::Engine(programs) => Some(engine::find(session, &check.checkout, programs)),
        Subject::Models(models) => Some(models::find(session, &check.checkout, models)),
        Subject::GitHooks => Some(hooks::find(session)),
        Subject::PostgresqlServer => Some(postgresql::find(session, &check.checkout)),
    }
}
