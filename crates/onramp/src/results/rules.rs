//! What is known of the rules that problems name, beside their codes.

mod histories;

use onramp_core::{Severity, TaskId};
use onramp_histories::Code;
use onramp_migration_lint::{Level, RULES};

/// A rule of Onramp's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleText {
    /// What it finds, or why that matters, as a sentence.
    pub(crate) what: String,
    /// What to do about it, as a sentence.
    pub(crate) remedy: String,
    /// How much it matters where nobody says otherwise.
    pub(crate) level: Severity,
}

/// The rules about histories, about the dialects' schemas and about the ledger: the code, what is so, and what to do.
const OF_HISTORIES: &[(&str, Severity, &str, &str)] = &[
    (
        "parity-only",
        Severity::Error,
        "one dialect has an object that the other lacks",
        "add it in a revision of the other dialect, or declare the exception in [database.parity]",
    ),
    (
        "parity-differs",
        Severity::Error,
        "an object of both dialects differs in more than spelling",
        "make both say the same, or declare the exception in [database.parity]",
    ),
    (
        "parity-type",
        Severity::Error,
        "the types of a column are no pair of the type map",
        "use types that are one, or declare the pair in [database.parity]",
    ),
    (
        "parity-stale",
        Severity::Error,
        "a declaration of [database.parity] is met by nothing any more",
        "take it out",
    ),
    ("ledger-missing", Severity::Error, "no entry of the ledger names the revision", "add one"),
    (
        "ledger-unknown",
        Severity::Error,
        "an entry of the ledger names a revision that no history has",
        "correct the id, or take the entry out",
    ),
    ("ledger-twice", Severity::Error, "two entries of the ledger name one revision", "leave one of them"),
    (
        "ledger-dialect",
        Severity::Error,
        "an entry of the ledger names a revision under another dialect than its own",
        "put the id where its dialect stands",
    ),
    (
        "ledger-pair",
        Severity::Error,
        "the revisions of one change are not in one entry of the ledger",
        "put them into one",
    ),
    (
        "ledger-none",
        Severity::Error,
        "the ledger says that a dialect has no revision of a change, and it has one",
        "name it in the entry",
    ),
    (
        "ledger-incomplete",
        Severity::Error,
        "an entry of the ledger says nothing of one dialect",
        "name its revision, or say that there is none",
    ),
    (
        "ledger-order",
        Severity::Error,
        "the entries of the ledger stand in another order than the revisions",
        "move the entry",
    ),
    (
        "unpaired",
        Severity::Error,
        "a revision of one dialect has no twin in the other",
        "write the twin, or declare in [database] that one dialect alone needs it",
    ),
    (
        "several-heads",
        Severity::Error,
        "a history has several heads, and which is the last one nothing decides",
        "put one branch on top of the other: `onramp migrate rebase`",
    ),
];

/// The task that looks at histories of any tool.
const AUDIT: &str = "audit";

/// What is known of the rule that a task's problem names; of the rules of tools that is nothing.
pub(crate) fn rule_of(task: &TaskId, code: &str) -> Option<RuleText> {
    if task.section() != "migrate" {
        return None;
    }
    // An audit has names of its own for what it finds, and some of them mean something else elsewhere.
    if task.name() == AUDIT {
        let code = Code::ALL.iter().find(|known| known.name() == code)?;
        let (what, remedy) = histories::text(*code);
        // What is no problem reaches no report.
        let level = code.level().severity().unwrap_or(Severity::Warning);
        return Some(RuleText { what: sentence(what), remedy: sentence(remedy), level });
    }
    if let Some(rule) = RULES.iter().find(|rule| rule.code == code) {
        let level = if rule.level == Level::Error { Severity::Error } else { Severity::Warning };
        return Some(RuleText {
            what: sentence(&rule.why(None)),
            remedy: sentence(&rule.instead(None)),
            level,
        });
    }
    let (_, level, what, remedy) = OF_HISTORIES.iter().find(|(known, ..)| *known == code)?;
    Some(RuleText { what: sentence(what), remedy: sentence(remedy), level: *level })
}

/// With a capital at the beginning and a dot behind it.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_tools_are_their_own() {
        let task = TaskId::new("migrate", "sqlite");
        let rule = rule_of(&task, "drop-table").unwrap();
        assert!(rule.what.starts_with("The rows of the table are lost") && rule.what.ends_with('.'));
        assert_eq!(rule.level, Severity::Error);
        assert_eq!(rule_of(&TaskId::new("lint", "squawk"), "drop-table"), None);
        assert_eq!(rule_of(&task, "E501"), None);
    }

    #[test]
    fn what_an_audit_finds_has_a_text() {
        let audit = TaskId::new("migrate", "audit");
        for code in Code::ALL {
            let rule = rule_of(&audit, code.name()).unwrap();
            assert!(rule.what.len() > 20 && rule.remedy.ends_with('.'), "{rule:?}");
        }
        assert_eq!(rule_of(&TaskId::new("migrate", "sqlite"), "released-edited"), None);
        assert_eq!(rule_of(&audit, "drop-table"), None);
    }

    #[test]
    fn no_code_has_two_meanings() {
        let ours = OF_HISTORIES.iter().map(|(code, ..)| *code);
        let mut codes: Vec<&str> = ours.chain(RULES.iter().map(|rule| rule.code)).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
