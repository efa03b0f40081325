mod comments;

use onramp_core::Dialect;
use onramp_database::catalog::ObjectId;

use crate::{Finding, RULES};
use comments::comments;

/// A finding that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The code of the rule.
    pub rule: String,
    /// The object, by its path (`flow`, `flow.owner`); all that belongs to a table goes with it. `None`: any.
    pub object: Option<String>,
    /// The line of the revision's file where it stands, if it stands there.
    pub line: Option<u32>,
    /// Why.
    pub reason: String,
}

/// A finding that was not told, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The finding.
    pub finding: Finding,
    /// The reason that somebody has given.
    pub reason: String,
}

/// What is meant as an allow, and allows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line where it stands.
    pub line: u32,
    /// The rule that it names, if it names one.
    pub rule: String,
    /// What is wrong with it.
    pub message: String,
}

impl Allow {
    /// Whether it is about that finding. Wherever it stands, it is about the whole revision.
    pub(crate) fn meets(&self, finding: &Finding) -> bool {
        self.rule == finding.rule.code
            && self
                .object
                .as_ref()
                .is_none_or(|object| finding.object.as_ref().is_some_and(|id| is_in(id, object)))
    }
}

/// Whether an object is the one of that path, or a part of it.
fn is_in(id: &ObjectId, path: &str) -> bool {
    let full = id.path.join(".");
    full == path || full.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}

/// What the source of a revision is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Comments begin with `#`.
    Python,
    /// Comments begin with `--`.
    Sql(Dialect),
    /// Nobody knows; a comment is what looks like one of these.
    Other,
}

/// The allows in the source of a revision: comments like `# onramp: allow RULE: reason`; behind the rule the path of an
/// object may stand: `# onramp: allow drop-column flow.owner: reason`. What is meant as one and allows nothing is told
/// apart.
pub fn allows_in(source: &str, language: Language) -> (Vec<Allow>, Vec<Mistake>) {
    let (mut allows, mut mistakes) = (Vec::new(), Vec::new());
    for (line, comment) in comments(source, language) {
        let Some(words) = comment.trim().strip_prefix("onramp:").map(str::trim) else { continue };
        let Some(what) =
            words.strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t']) || rest.is_empty())
        else {
            continue;
        };
        match allow(what, line) {
            Ok(allow) => allows.push(allow),
            Err((rule, message)) => mistakes.push(Mistake { line, rule, message }),
        }
    }
    (allows, mistakes)
}

/// What stands behind `allow`; the rule that it names, if any, and what is wrong with it.
fn allow(what: &str, line: u32) -> Result<Allow, (String, String)> {
    let form = "`onramp: allow RULE: reason`";
    let (subject, reason) = what.split_once(':').unwrap_or((what, ""));
    let mut subject = subject.split_whitespace();
    let rule =
        subject.next().ok_or_else(|| (String::new(), format!("an allow names no rule: {form}")))?.to_owned();
    if !RULES.iter().any(|known| known.code == rule) {
        let message = format!("there is no rule `{rule}`");
        return Err((rule, message));
    }
    if reason.trim().is_empty() {
        let message = format!("the allow of `{rule}` has no reason: {form}");
        return Err((rule, message));
    }
    let object = subject.next().map(str::to_owned);
    Ok(Allow { rule, object, line: Some(line), reason: reason.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_are_read_from_comments_of_both_languages() {
        let source = "# onramp: allow drop-table: the table was never used\n\
                      op.drop_column('a', 'b')  # onramp: allow drop-column a.b: moved: see #12\n\
                      --onramp: allow truncate: test rows\n\
                      text = 'onramp: allow drop-table'\n# onramp: something else\n";
        let (allows, mistakes) = allows_in(source, Language::Other);
        assert_eq!(mistakes, []);
        let told: Vec<_> = allows
            .iter()
            .map(|allow| (allow.line, allow.rule.as_str(), allow.object.as_deref(), allow.reason.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(1), "drop-table", None, "the table was never used"),
                (Some(2), "drop-column", Some("a.b"), "moved: see #12"),
                (Some(3), "truncate", None, "test rows"),
            ]
        );
    }

    #[test]
    fn an_allow_without_rule_or_reason_is_a_mistake() {
        let mistake = |source: &str| {
            let (allows, mut mistakes) = allows_in(source, Language::Other);
            assert_eq!((allows.len(), mistakes.len()), (0, 1));
            mistakes.pop().map(|mistake| (mistake.line, mistake.message)).unwrap()
        };
        assert_eq!(
            mistake("\n# onramp: allow drop-tabel: x"),
            (2, "there is no rule `drop-tabel`".to_owned())
        );
        assert_eq!(mistake("# onramp: allow drop-table").0, 1);
        assert!(mistake("# onramp: allow drop-table:  ").1.contains("no reason"));
        assert!(mistake("-- onramp: allow").1.contains("no rule"));
        let (allows, mistakes) = allows_in(
            "-- onramp: allow truncate\n-- onramp: allow x: y\n-- onramp: allow truncate: z",
            Language::Other,
        );
        assert_eq!((allows.len(), mistakes.len()), (1, 2));
    }
}
