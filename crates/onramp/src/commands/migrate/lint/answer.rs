use std::collections::BTreeSet;
use std::path::Path;

use onramp_migrate::MigrateSpec;
use onramp_migration_lint::{Finding, RULES};
use serde_json::{Value, json};

use super::linted::Linted;
use crate::ExitStatus;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;

/// How many letters of a statement are shown to people.
const SHOWN: usize = 160;

/// Says on standard output what was found; `since` is the git revision that revisions are new since, where they were
/// chosen by that.
pub(super) fn answer(
    session: &Session,
    spec: &MigrateSpec,
    linted: &[Linted],
    status: ExitStatus,
    since: Option<&str>,
) {
    let relative = |path: &Path| session.workspace().relative(path).display().to_string();
    if session.json() {
        let revisions: Vec<Value> = linted.iter().map(|one| as_json(one, &relative)).collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "event": "linted", "revisions": revisions}));
        return;
    }
    if linted.is_empty() {
        if status == ExitStatus::Success {
            let since =
                since.map(|base| format!(" is new since {base}")).unwrap_or_else(|| " is there".to_owned());
            session.answer(&format!("no revision{since}: nothing to look at"));
        }
        return;
    }
    let mut explained = BTreeSet::new();
    for one in linted {
        let label = spec.dialect(one.dialect).map_or(one.dialect.name(), |spec| spec.label.as_str());
        let verdict = match (one.errors(), one.report.findings.len()) {
            (_, 0) => "nothing found".to_owned(),
            (0, all) => count(all, "warning"),
            (errors, all) if errors == all => count(errors, "error"),
            (errors, all) => format!("{}, {}", count(errors, "error"), count(all - errors, "warning")),
        };
        let file = relative(&one.file);
        session.answer(&format!("{label}  {}  {verdict}  {file}", one.id));
        for finding in &one.report.findings {
            show(session, one, finding, &file);
            if explained.insert(finding.rule.code) {
                session.answer(&format!("    why: {}", finding.rule.why));
                session.answer(&format!("    instead: {}", finding.rule.instead));
            }
        }
        for allowed in &one.report.allowed {
            let finding = &allowed.finding;
            session.answer(&format!("  allowed {}: {}", finding.rule.code, finding.message));
            session.answer(&format!("    {}", allowed.reason));
        }
    }
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
            "why": finding.rule.why,
            "instead": finding.rule.instead,
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
        "findings": one.report.findings.iter().map(finding).collect::<Vec<_>>(),
        "allowed": allowed.collect::<Vec<_>>(),
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
                "why": rule.why,
                "instead": rule.instead,
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
        session.answer(&format!("  {}", rule.why));
        session.answer(&format!("  instead: {}", rule.instead));
    }
}
