use serde_json::{Value, json as object};

use super::{Examined, Finding, Remedy};
use crate::reporter::SCHEMA_VERSION;

/// The checks as lines for people: a mark, the name, what was found; under a problem, why it matters and how
/// to mend it.
pub(crate) fn lines<'a>(examined: impl IntoIterator<Item = &'a Examined>) -> Vec<String> {
    let examined: Vec<&Examined> = examined.into_iter().collect();
    let width = examined.iter().map(|examined| examined.check.name.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for Examined { check, finding } in examined {
        let name = &check.name;
        match finding {
            Finding::Fine { detail } => lines.push(format!("ok       {name:width$}  {detail}")),
            Finding::Absent { detail } => lines.push(format!("optional {name:width$}  {detail}")),
            Finding::Problem { problem, remedies } => {
                let word = if check.gate == onramp_config::Gate::Fail { "missing" } else { "warning" };
                lines.push(format!("{word:8} {name:width$}  {problem}"));
                if let Some(why) = &check.why {
                    lines.push(format!("         {:width$}  why: {why}", ""));
                }
                match remedies.first() {
                    Some(remedy) => lines.push(format!("         {:width$}  fix: {}", "", remedy.text())),
                    None => lines.push(format!("         {:width$}  no fix is known for this machine", "")),
                }
            }
        }
    }
    lines
}

/// A problem as the text of a warning, which says by itself that it is one.
pub(crate) fn warning(examined: &Examined) -> String {
    let text = lines([examined]).join("\n");
    text.strip_prefix("warning  ").unwrap_or(&text).to_owned()
}

/// The commands that would be run, for consent.
pub(crate) fn plan_lines(remedies: &[Remedy]) -> Vec<String> {
    remedies.iter().flat_map(Remedy::commands).map(|argv| format!("  {}", shell_words::join(argv))).collect()
}

/// The checks for machines.
pub(crate) fn json(examined: &[Examined]) -> Value {
    let checks: Vec<Value> = examined
        .iter()
        .map(|Examined { check, finding }| {
            let (status, detail, fixes) = match finding {
                Finding::Fine { detail } => ("ok", detail, Vec::new()),
                Finding::Absent { detail } => ("optional", detail, Vec::new()),
                Finding::Problem { problem, remedies } => {
                    let word = if check.gate == onramp_config::Gate::Fail { "missing" } else { "warning" };
                    (word, problem, remedies.iter().map(Remedy::text).collect())
                }
            };
            object!({
                "check": check.name,
                "status": status,
                "detail": detail,
                "why": check.why,
                "fixes": fixes,
            })
        })
        .collect();
    object!({"version": SCHEMA_VERSION, "checks": checks})
}
