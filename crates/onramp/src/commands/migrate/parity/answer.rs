use std::collections::BTreeSet;
use std::path::Path;

use onramp_database::catalog::Kind;
use onramp_parity::{Difference, Finding, Object, Side, Stale};
use serde_json::{Value, json};

use super::tell::{Names, one_line};
use super::{Board, Compared};
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::count;

/// How many letters of a text the table shows.
const WIDEST: usize = 46;

/// Says on standard output what differs.
pub(super) fn answer(session: &Session, board: &Board, all: &[Compared], names: Names) {
    let folder = if session.has_project { &session.workspace().root } else { &session.directory };
    let relative = |path: &Path| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    if session.json() {
        let pairs: Vec<Value> = all.iter().map(|compared| as_json(board, compared, &relative)).collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "pairs": pairs}));
        return;
    }
    for compared in all {
        tell(session, board, compared, names, &relative);
    }
}

fn tell(
    session: &Session,
    board: &Board,
    compared: &Compared,
    names: Names,
    relative: &dyn Fn(&Path) -> String,
) {
    let labels = board.labels(compared);
    let report = &compared.report;
    if !report.findings.is_empty() {
        let mut rows = vec![["object", "difference", labels[0], labels[1]].map(str::to_owned)];
        rows.extend(report.findings.iter().map(|finding| row(finding, labels)));
        for line in lines(&rows) {
            session.answer(&line);
        }
    }
    for stale in &report.stale {
        let place = board.declared.place(*stale).map(|(file, line)| format!("  {}:{line}", relative(file)));
        session.answer(&format!("{}{}", board.declared.stale_line(*stale), place.unwrap_or_default()));
    }
    if names == Names::Listed {
        for renamed in &report.renamed {
            let (kind, table) = (renamed.kind.name(), &renamed.table);
            session.answer(&format!("{kind} of {table} is called {} and {}", renamed.left, renamed.right));
        }
    }
    let mut verdict = match report.findings.len() {
        0 => format!("{} and {} are equal", labels[0], labels[1]),
        several => format!("{} and {} differ in {}", labels[0], labels[1], count(several, "point")),
    };
    if !report.excepted.is_empty() {
        verdict.push_str(&format!(", {} as declared", count(report.excepted.len(), "difference")));
    }
    if names == Names::Counted && !report.renamed.is_empty() {
        let renamed = count(report.renamed.len(), "object");
        verdict.push_str(&format!(", {renamed} in the name alone (--names lists them)"));
    }
    session.say(&verdict);
    if !report.uncompared.is_empty() {
        session.say(&uncompared(&report.uncompared, names));
    }
}

/// What was compared but for its statements.
fn uncompared(objects: &[Object], names: Names) -> String {
    let list = || objects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let what = match (names, objects) {
        (Names::Listed, _) | (Names::Counted, [_]) => list(),
        (Names::Counted, several) => {
            let kinds: BTreeSet<Kind> = several.iter().map(|object| object.kind).collect();
            let of_kind = |kind: &Kind| {
                let count_of = several.iter().filter(|object| object.kind == *kind).count();
                count(count_of, kind.name())
            };
            kinds.iter().map(of_kind).collect::<Vec<_>>().join(" and ")
        }
    };
    format!("not compared are the statements of {what}: they are written for one dialect")
}

fn row(finding: &Finding, labels: [&str; 2]) -> [String; 4] {
    let difference = match &finding.difference {
        Difference::Only { side, .. } => format!("only in {}", labels[side.index()]),
        Difference::Differs { attribute, .. } => attribute.clone().into_owned(),
        Difference::OutsideMap { .. } => "type outside the map".to_owned(),
    };
    let is_there = |side: usize| match &finding.difference {
        Difference::Only { side: own, .. } => own.index() == side,
        _ => true,
    };
    let texts = finding.texts();
    let text = |side: usize| match (texts[side], is_there(side)) {
        (Some(text), _) => shortened(&one_line(text)),
        (None, true) => "none".to_owned(),
        (None, false) => "-".to_owned(),
    };
    [finding.object.to_string(), difference, text(0), text(1)]
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    let short: String = text.chars().take(WIDEST - 3).collect();
    format!("{short}...")
}

/// The rows with their columns below one another.
fn lines(rows: &[[String; 4]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [object, difference, left, right] = row;
        let [first, second, third] = widths;
        format!("{object:first$}  {difference:second$}  {left:third$}  {right}").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn as_json(board: &Board, compared: &Compared, relative: &dyn Fn(&Path) -> String) -> Value {
    let report = &compared.report;
    let side = |place: usize| {
        json!({
            "name": board.labels(compared)[place],
            "dialect": report.dialects[place].name(),
            "server-version": report.server_versions[place],
        })
    };
    let findings = report.findings.iter().map(|finding| {
        let place = board.places.find(finding, compared.pair);
        finding_as_json(finding, report.dialects, place.map(|(file, line)| (relative(&file), line)))
    });
    let excepted = report.excepted.iter().map(|excepted| {
        let mut value = finding_as_json(&excepted.finding, report.dialects, None);
        value["reason"] = json!(board.declared.rules.exceptions[excepted.exception].reason);
        value
    });
    let stale = report.stale.iter().map(|stale| {
        let place = board.declared.place(*stale);
        json!({
            "key": match stale {
                Stale::Exception(_) => "exceptions",
                Stale::Type(_) => "types",
            },
            "declares": board.declared.subject(*stale),
            "file": place.map(|(file, _)| relative(file)),
            "line": place.map(|(_, line)| line),
        })
    });
    let renamed = report.renamed.iter().map(|renamed| {
        json!({
            "kind": renamed.kind.name(),
            "table": renamed.table,
            "left": renamed.left,
            "right": renamed.right,
        })
    });
    json!({
        "left": side(0),
        "right": side(1),
        "findings": findings.collect::<Vec<_>>(),
        "declared": excepted.collect::<Vec<_>>(),
        "stale": stale.collect::<Vec<_>>(),
        "renamed": renamed.collect::<Vec<_>>(),
        "uncompared": report.uncompared.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// A finding for machines.
pub(super) fn finding_as_json(
    finding: &Finding,
    dialects: [onramp_core::Dialect; 2],
    place: Option<(String, u32)>,
) -> Value {
    let (difference, side) = match &finding.difference {
        Difference::Only { side: Side::Left, .. } => ("only", Some("left")),
        Difference::Only { side: Side::Right, .. } => ("only", Some("right")),
        Difference::Differs { .. } => ("differs", None),
        Difference::OutsideMap { .. } => ("outside-map", None),
    };
    let [left, right] = finding.texts();
    let (key, value) = finding.declaration(dialects);
    json!({
        "object": finding.object.to_string(),
        "kind": finding.object.kind.name(),
        "name": finding.object.name,
        "other-names": finding.object.other_names,
        "difference": difference,
        "side": side,
        "attribute": finding.attribute(),
        "left": left,
        "right": right,
        "declaration": (dialects[0] != dialects[1]).then(|| json!({"key": key, "value": value})),
        "file": place.as_ref().map(|(file, _)| file),
        "line": place.as_ref().map(|(_, line)| line),
    })
}
