use std::collections::BTreeSet;
use std::path::Path;

use onramp_core::{Dialect, Severity};
use onramp_histories::Finding as Note;
use onramp_migrate::RowsPolicy;
use onramp_migration_lint::{Finding, RULES};
use serde_json::{Value, json};

use super::linted::Linted;
use super::settings::NOT_TRIED;
use super::stale::StaleAllow;
use super::{Elsewhere, Looked};
use crate::ExitStatus;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;

/// How many letters of a statement are shown to people.
const SHOWN: usize = 160;

/// How things are called in an answer.
pub(super) struct Names<'a> {
    /// A dialect.
    pub(super) label: &'a dyn Fn(Dialect) -> String,
    /// One of the steps of a history.
    pub(super) noun: &'static str,
    /// A file.
    pub(super) relative: &'a dyn Fn(&Path) -> String,
}

/// Says on standard output what was found; `since` is the git revision that revisions are new since, where they were
/// chosen by that.
pub(super) fn answer(
    session: &Session,
    names: &Names<'_>,
    looked: &Looked,
    stale: &[StaleAllow],
    status: ExitStatus,
    since: Option<&str>,
) {
    let Names { label, noun, relative } = names;
    if session.json() {
        let behind = looked.linted.iter().filter(|one| one.is_behind());
        let behind = behind.map(|one| {
            let told = one.report.findings.first();
            let finding = told.or_else(|| one.report.allowed.first().map(|allowed| &allowed.finding));
            json!({
                "dialect": one.dialect.name(),
                "revision": one.id,
                "file": relative(&one.file),
                "line": finding.and_then(|finding| finding.line),
                "level": told.map(|finding| finding.level.word()),
                "message": finding.map(|finding| finding.message.as_str()),
            })
        });
        let elsewhere = looked.elsewhere.iter().map(|one| {
            json!({
                "dialect": one.of,
                "revision": one.id,
                "file": relative(&one.file),
                "line": 1,
                "level": one.level.map(Severity::word),
                "message": one.why,
            })
        });
        let seen = looked.linted.iter().filter(|one| !one.is_behind());
        session.answer_json(json!({
            "version": SCHEMA_VERSION,
            "event": "linted",
            "revisions": seen.map(|one| as_json(one, relative)).collect::<Vec<_>>(),
            "not-looked-at": behind.chain(elsewhere).collect::<Vec<_>>(),
            "stale": stale.iter().map(|one| stale_as_json(one, relative)).collect::<Vec<_>>(),
            "notes": looked.notes.iter().map(|note| note_as_json(note, relative)).collect::<Vec<_>>(),
        }));
        return;
    }
    if looked.linted.is_empty() && looked.elsewhere.is_empty() && status == ExitStatus::Success {
        let since =
            since.map(|base| format!(" is new since {base}")).unwrap_or_else(|| " is there".to_owned());
        session.answer(&format!("no {noun}{since}: nothing to look at"));
    }
    let mut explained = BTreeSet::new();
    for one in &looked.linted {
        let file = relative(&one.file);
        session.answer(&format!("{}  {}  {}  {file}", label(one.dialect), one.id, verdict(one)));
        for finding in &one.report.findings {
            show(session, one, finding, &file);
            if explained.insert((finding.rule.code, one.tool)) {
                session.answer(&format!("    why: {}", finding.rule.why(Some(one.tool))));
                session.answer(&format!("    instead: {}", finding.rule.instead(Some(one.tool))));
            }
        }
        for allowed in &one.report.allowed {
            let finding = &allowed.finding;
            session.answer(&format!("  allowed {}: {}", finding.rule.code, finding.message));
            session.answer(&format!("    {}", allowed.reason));
        }
        one.stale.iter().for_each(|stale| show_stale(session, stale, relative));
    }
    for Elsewhere { of, id, file, level, why, allowed } in &looked.elsewhere {
        session.answer(&format!("{of}  {id}  not looked at  {}", relative(file)));
        match (level, allowed) {
            (_, Some(reason)) => session.answer(&format!("  allowed {NOT_TRIED}: {why}\n    {reason}")),
            (Some(level), None) => session.answer(&format!("  {} {NOT_TRIED}: {why}", level.word())),
            (None, None) => {}
        }
    }
    if !stale.is_empty() {
        session.answer("[database.lint]");
        stale.iter().for_each(|stale| show_stale(session, stale, relative));
    }
    for (_, note) in &looked.notes {
        let line = note.line.map(|line| format!(":{line}")).unwrap_or_default();
        let (level, place, code) = (note.level.name(), relative(&note.file), note.code.name());
        session.answer(&format!("{level}  {place}{line}: {} [{code}]", note.message));
    }
}

fn note_as_json((dialect, note): &(Dialect, Note), relative: &dyn Fn(&Path) -> String) -> Value {
    json!({
        "dialect": dialect.name(),
        "code": note.code.name(),
        "message": note.message,
        "file": relative(&note.file),
        "line": note.line,
    })
}

/// What is said of a revision in the line that names it.
fn verdict(one: &Linted) -> String {
    if one.is_behind() {
        return "not looked at: one before it fails".to_owned();
    }
    let all = one.report.findings.len() + one.stale.len();
    let mut verdict = match (one.errors(), all) {
        (_, 0) if one.refusal.is_some() => "nothing else found".to_owned(),
        (_, 0) => "nothing found".to_owned(),
        (0, all) => count(all, "warning"),
        (errors, all) if errors == all => count(errors, "error"),
        (errors, all) => format!("{}, {}", count(errors, "error"), count(all - errors, "warning")),
    };
    if one.refusal.is_some() {
        verdict.push_str(", and not applied to its end");
    }
    verdict
}

fn show_stale(session: &Session, stale: &StaleAllow, relative: &dyn Fn(&Path) -> String) {
    let line = stale.line.map(|line| format!(":{line}")).unwrap_or_default();
    session.answer(&format!("  {} stale-allow: {}", stale.severity.word(), stale.message));
    session.answer(&format!("    at {}{line}", relative(&stale.file)));
}

fn stale_as_json(stale: &StaleAllow, relative: &dyn Fn(&Path) -> String) -> Value {
    json!({
        "level": stale.severity.word(),
        "rule": stale.rule,
        "object": stale.object,
        "revision": stale.revision,
        "reason": stale.reason,
        "message": stale.message,
        "file": relative(&stale.file),
        "line": stale.line,
    })
}

fn show(session: &Session, one: &Linted, finding: &Finding, file: &str) {
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let (level, code) = (finding.level, finding.rule.code);
    session.answer(&format!("  {level} {code}: {}", finding.message));
    session.answer(&format!("    at {file}{line}"));
    if let Some(text) = one.text(finding) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = text.chars().take(SHOWN).collect();
        let rest = if short.len() < text.len() { " ..." } else { "" };
        session.answer(&format!("    {short}{rest}"));
    }
}

fn as_json(one: &Linted, relative: &dyn Fn(&Path) -> String) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "rule": finding.rule.code,
            "level": finding.level.word(),
            "object": finding.object.as_ref().map(|id| json!({"kind": id.kind.name(), "path": id.path})),
            "message": finding.message,
            "why": finding.rule.why(Some(one.tool)),
            "instead": finding.rule.instead(Some(one.tool)),
            "statement": one.text(finding),
            "line": finding.line,
        })
    };
    let allowed = one.report.allowed.iter().map(|allowed| {
        let mut value = finding(&allowed.finding);
        value["reason"] = allowed.reason.clone().into();
        value
    });
    json!({
        "dialect": one.dialect.name(),
        "revision": one.id,
        "file": relative(&one.file),
        "statements": one.statements.len(),
        "complete": one.refusal.is_none(),
        "rows": one.rows == RowsPolicy::Seed,
        "findings": one.report.findings.iter().map(finding).collect::<Vec<_>>(),
        "allowed": allowed.collect::<Vec<_>>(),
        "stale": one.stale.iter().map(|stale| stale_as_json(stale, relative)).collect::<Vec<_>>(),
    })
}

/// Lists the rules.
pub(super) fn rules(session: &Session) {
    if session.json() {
        let rules = RULES.iter().map(|rule| {
            json!({
                "rule": rule.code,
                "level": rule.level.word(),
                "dialect": rule.dialect.map(|dialect| dialect.name()),
                "why": rule.why(None),
                "instead": rule.instead(None),
                "atlas": rule.atlas,
                "squawk": rule.squawk,
            })
        });
        session.answer_json(json!({"version": SCHEMA_VERSION, "rules": rules.collect::<Vec<_>>()}));
        return;
    }
    for rule in RULES {
        let dialect = rule.dialect.map(|dialect| format!(", {dialect}")).unwrap_or_default();
        session.answer(&format!("{} ({}{dialect})", rule.code, rule.level));
        session.answer(&format!("  {}", rule.why(None)));
        session.answer(&format!("  instead: {}", rule.instead(None)));
    }
}
