//! Parity as a step of a proof: what revisions bring is told from what was there before.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use onramp_core::{Dialect, Failure, Level, Reporter};
use onramp_migrate::{MigrateSpec, Schemas};
use onramp_parity::{Finding, Stale, compare};
use serde_json::{Value, json};

use super::answer::finding_as_json;
use super::rules::Declared;
use super::tell;
use crate::session::Session;
use crate::words::count;

/// How many lines are shown to people.
const SHOWN: usize = 8;

/// What becomes of a difference that revisions bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands::migrate) enum Policy {
    /// They are refused.
    Refuse,
    /// It is told.
    Tell,
}

/// Which of the dialects have revisions at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands::migrate) enum Share {
    /// All of them, or all were asked whether they need some.
    All,
    /// Some. Those are apart until the others follow, so nothing is refused.
    Some,
}

/// The comparison of all dialects at the end of their proofs.
pub(in crate::commands::migrate) struct Step {
    declared: Declared,
    policy: Policy,
    /// The dialects in their order, with their names.
    labels: Vec<(Dialect, String)>,
    outcome: Mutex<Option<Outcome>>,
}

/// What it came to.
#[derive(Default)]
struct Outcome {
    /// What the revisions bring.
    new: Vec<(Finding, [Dialect; 2])>,
    /// What was declared and is no more.
    stale: Vec<Stale>,
    /// How many differences are as old as the histories.
    earlier: usize,
    /// Whether they are refused for the new ones.
    is_refused: bool,
}

impl Step {
    /// `None` where there is nothing to compare: one dialect, or not all of them are at work.
    pub(in crate::commands::migrate) fn of(
        session: &Session,
        spec: &MigrateSpec,
        dialects: &[Dialect],
        policy: Policy,
    ) -> Option<Self> {
        let all = spec.dialects.iter().map(|dialect| (dialect.dialect, dialect.label.clone()));
        let labels: Vec<(Dialect, String)> = all.collect();
        let is_whole = labels.iter().all(|(dialect, _)| dialects.contains(dialect));
        (labels.len() > 1 && is_whole).then(|| Self {
            declared: Declared::of(session),
            policy,
            labels,
            outcome: Mutex::default(),
        })
    }

    /// The dialects whose schemas it needs.
    pub(in crate::commands::migrate) fn dialects(&self) -> impl Iterator<Item = Dialect> {
        self.labels.iter().map(|(dialect, _)| *dialect)
    }

    /// Compares the first dialect with each of the others, before and after. `again` is the command that was given, if it
    /// can be told to let differences pass.
    pub(in crate::commands::migrate) fn judge(
        &self,
        schemas: &BTreeMap<Dialect, Schemas>,
        share: Share,
        again: Option<&str>,
    ) -> Result<(), Failure> {
        let mut outcome = Outcome::default();
        let known = |dialect: Dialect| {
            schemas.get(&dialect).ok_or_else(|| Failure::task(format!("nobody has looked at {dialect}")))
        };
        let first = known(self.labels[0].0)?;
        for (dialect, _) in &self.labels[1..] {
            let other = known(*dialect)?;
            let rules = &self.declared.rules;
            let before = compare(&first.before, &other.before, rules);
            let after = compare(&first.after, &other.after, rules);
            let (new, stale) = after.newer_than(&before);
            outcome.earlier += after.findings.len() - new.len();
            outcome.new.extend(new.into_iter().map(|finding| (finding.clone(), after.dialects)));
            outcome.stale.extend(stale);
        }
        outcome.is_refused = self.policy == Policy::Refuse && share == Share::All && !outcome.new.is_empty();
        let verdict = self.verdict(&outcome, again);
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        verdict
    }

    fn verdict(&self, outcome: &Outcome, again: Option<&str>) -> Result<(), Failure> {
        if !outcome.is_refused {
            return Ok(());
        }
        let names: Vec<&str> = self.labels.iter().map(|(_, label)| label.as_str()).collect();
        let message = format!(
            "the revisions bring {} between {}",
            count(outcome.new.len(), "difference"),
            names.join(" and ")
        );
        let failure = Failure { tail: self.lines(outcome), ..Failure::task(message) };
        let findings = outcome.new.iter().map(|(finding, dialects)| (finding, *dialects));
        let declarations = tell::declarations(findings, &tell::Home::Configuration).unwrap_or_default();
        Err(failure.hint(match again {
            Some(again) => format!("{again} --no-parity\nlets them pass once; {declarations}"),
            None => declarations,
        }))
    }

    fn lines(&self, outcome: &Outcome) -> Vec<String> {
        let label = |dialect: Dialect| {
            let known = self.labels.iter().find(|(own, _)| *own == dialect);
            known.map_or(dialect.name(), |(_, label)| label.as_str())
        };
        outcome.new.iter().map(|(finding, dialects)| tell::line(finding, dialects.map(label))).collect()
    }

    /// Tells what is worth a line and stops nobody.
    pub(in crate::commands::migrate) fn tell(&self, session: &Session) {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(outcome) = &*outcome else { return };
        if !outcome.is_refused && !outcome.new.is_empty() {
            let mut text =
                format!("parity: {} between the dialects", count(outcome.new.len(), "new difference"));
            let lines = self.lines(outcome);
            lines.iter().take(SHOWN).for_each(|line| text.push_str(&format!("\n  {line}")));
            if lines.len() > SHOWN {
                text.push_str(&format!("\n  and {} more: onramp migrate parity", lines.len() - SHOWN));
            }
            session.reporter.notice(Level::Warning, &text);
        }
        for stale in &outcome.stale {
            let message = format!("parity: {}", self.declared.stale_line(*stale));
            session.reporter.notice(Level::Warning, &message);
        }
        if outcome.earlier > 0 {
            let earlier = count(outcome.earlier, "difference");
            let message = format!("parity: {earlier} from before: onramp migrate parity");
            session.reporter.notice(Level::Note, &message);
        }
    }

    /// What it came to, null where nothing was compared.
    pub(in crate::commands::migrate) fn as_json(step: Option<&Self>) -> Value {
        let Some(step) = step else { return Value::Null };
        let outcome = step.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(outcome) = &*outcome else { return Value::Null };
        let new = outcome.new.iter().map(|(finding, dialects)| {
            let mut value = finding_as_json(finding, *dialects, None);
            value["dialects"] = json!(dialects.map(Dialect::name));
            value
        });
        let stale = outcome.stale.iter().map(|stale| step.declared.subject(*stale));
        json!({
            "new": new.collect::<Vec<_>>(),
            "stale": stale.collect::<Vec<_>>(),
            "earlier": outcome.earlier,
        })
    }
}
