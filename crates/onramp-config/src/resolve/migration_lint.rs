use super::Context;
use crate::config::{LINT_RULES, LintAllow, MigrationLint};
use crate::file::MigrationLintSection;
use crate::spot::Spot;
use crate::suggest::did_you_mean;

pub(super) fn lint(cx: &Context<'_>, spot: &Spot, section: &MigrationLintSection) -> MigrationLint {
    for rule in section.levels.keys().filter(|rule| !is_rule(rule)) {
        cx.report_key(&spot.key("levels").key(rule), unknown(rule), Some(hint(rule)));
    }
    let allows = section.allow.iter().enumerate().map(|(index, allow)| {
        let spot = spot.key("allow").item(index);
        if !is_rule(&allow.rule) {
            cx.report(&spot.key("rule"), unknown(&allow.rule), Some(hint(&allow.rule)));
        }
        if allow.reason.trim().is_empty() {
            cx.report(&spot.key("reason"), "an allow needs a reason", None);
        }
        LintAllow {
            rule: allow.rule.clone(),
            object: allow.object.clone(),
            revision: allow.revision.clone(),
            reason: allow.reason.trim().to_owned(),
            place: cx.place(&spot),
        }
    });
    MigrationLint { levels: section.levels.clone(), allow: allows.collect() }
}

fn is_rule(code: &str) -> bool {
    LINT_RULES.contains(&code)
}

fn unknown(code: &str) -> String {
    format!("there is no rule `{code}`")
}

fn hint(code: &str) -> String {
    did_you_mean(code, LINT_RULES).unwrap_or_else(|| "onramp migrate lint --rules".to_owned())
}
