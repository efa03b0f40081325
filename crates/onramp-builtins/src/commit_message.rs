use std::path::Path;

use crate::Finding;
use crate::text::number;

const NAME: &str = "commit-message";

/// What stands behind the comment character in the line that git cuts a message at.
const SCISSORS: &str = "------------------------ >8 ------------------------";

/// Types that commits have by the convention, if none are named.
const TYPES: [&str; 11] =
    ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// Beginnings of subjects that git writes itself, or that go with a rebase.
const BY_GIT: [&str; 6] = ["Merge ", "Revert \"", "Reapply \"", "fixup! ", "squash! ", "amend! "];

/// What the message of a commit must be like, besides having a subject, with an empty line below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitMessage {
    /// Whether its subject follows Conventional Commits: `type(scope): description`.
    pub conventional: bool,
    /// How many characters its subject may have.
    pub max_subject: Option<usize>,
    /// The types that it may have; those of the convention if there are none.
    pub types: Vec<String>,
}

impl CommitMessage {
    /// What is wrong with a message as it lies in the file at `path`, with the comments that git will remove: lines
    /// that begin with `comment` and a blank, and all from the line of the scissors on.
    pub fn check(&self, path: &Path, text: &str, comment: &str) -> Vec<Finding> {
        let finding = |line: usize, column: usize, message: String| Finding {
            path: path.to_path_buf(),
            line: Some(number(line)),
            column: Some(number(column)),
            code: NAME,
            message,
        };
        let mut lines = own_lines(text, comment).skip_while(|(_, line)| line.is_empty());
        let Some((place, subject)) = lines.next() else {
            return vec![finding(1, 1, "the message is empty".to_owned())];
        };
        let mut found = Vec::new();
        let by_git = BY_GIT.iter().any(|beginning| subject.starts_with(beginning));
        let length = subject.chars().count();
        if let Some(max) = self.max_subject.filter(|max| length > *max && !by_git) {
            let message = format!("the subject has {length} characters, and at most {max} are allowed");
            found.push(finding(place, max + 1, message));
        }
        if self.conventional && !by_git {
            found.extend(self.unconventional(subject).map(|message| finding(place, 1, message)));
        }
        if let Some((place, _)) = lines.next().filter(|(_, line)| !line.is_empty()) {
            found.push(finding(place, 1, "there is no empty line below the subject".to_owned()));
        }
        found
    }

    /// Why a subject does not follow the convention.
    fn unconventional(&self, subject: &str) -> Option<String> {
        const EXPECTED: &str = "expected `type: description` or `type(scope): description`";
        let Some((head, description)) = subject.split_once(": ") else { return Some(EXPECTED.to_owned()) };
        let head = head.strip_suffix('!').unwrap_or(head);
        let kind = match head.split_once('(') {
            None => head,
            Some((kind, scope)) => match scope.strip_suffix(')') {
                Some(scope) if !scope.trim().is_empty() && !scope.contains(['(', ')']) => kind,
                _ => return Some(EXPECTED.to_owned()),
            },
        };
        if kind.is_empty() || kind.contains(char::is_whitespace) || description.trim().is_empty() {
            return Some(EXPECTED.to_owned());
        }
        let own: Vec<&str> = self.types.iter().map(String::as_str).collect();
        let types: &[&str] = if own.is_empty() { &TYPES } else { &own };
        let is_known = types.iter().any(|known| known.eq_ignore_ascii_case(kind));
        (!is_known).then(|| format!("`{kind}` is none of the types {}", types.join(", ")))
    }
}

/// The lines that will be the message, without blanks at their ends, each with its number.
fn own_lines<'a>(text: &'a str, comment: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    // With `git commit -m`, git keeps a line such as `#12 mend`; the comments of its own have a blank there.
    let is_blank = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let is_comment =
        move |line: &str| !comment.is_empty() && line.strip_prefix(comment).is_some_and(is_blank);
    let is_cut = move |line: &str| line.strip_prefix(comment).is_some_and(|rest| rest.trim() == SCISSORS);
    let lines = text.lines().map(str::trim_end).enumerate();
    let lines = lines.take_while(move |(_, line)| !is_cut(line));
    lines.filter(move |(_, line)| !is_comment(line)).map(|(place, line)| (place + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &CommitMessage, text: &str) -> Vec<String> {
        let found = rules.check(Path::new("COMMIT_EDITMSG"), text, "#").into_iter();
        found.map(|found| format!("{}: {}", found.line.unwrap(), found.message)).collect()
    }

    #[test]
    fn what_git_removes_is_not_looked_at() {
        let any = CommitMessage::default();
        let diff = format!("Subject\n\nBody\n# note\n# {SCISSORS}\ndiff --git\n");
        assert_eq!(told(&any, &diff), [""; 0]);
        assert_eq!(told(&any, "# a comment\n\n\nSubject\n# another\n\nBody\n"), [""; 0]);
        assert_eq!(told(&any, "#12 mend\n#\n#\ttab\n"), [""; 0]);
        assert_eq!(told(&any, "# only\n\n"), ["1: the message is empty"]);
        assert_eq!(told(&any, &format!("# {SCISSORS}\nx\n")), ["1: the message is empty"]);
        assert_eq!(told(&any, "\nSubject\nBody\n"), ["3: there is no empty line below the subject"]);
    }

    #[test]
    fn subjects_have_a_length() {
        let short = CommitMessage { max_subject: Some(5), ..CommitMessage::default() };
        assert_eq!(told(&short, "äöüßé"), [""; 0]);
        assert_eq!(told(&short, "äöüßéx"), ["1: the subject has 6 characters, and at most 5 are allowed"]);
        assert_eq!(told(&short, "Merge branch 'a-long-name'"), [""; 0]);
    }

    #[test]
    fn conventions_are_followed() {
        let rules = CommitMessage { conventional: true, ..CommitMessage::default() };
        for subject in
            ["feat: add", "fix(api)!: mend", "Docs: say", "chore!: drop", "fixup! x", "Revert \"x\""]
        {
            assert_eq!(told(&rules, subject), [""; 0], "{subject}");
        }
        for subject in
            ["add", "feat:add", "feat(): x", "feat(a: x", ": x", "feat: ", "a b: c", "feat(a)(b): c"]
        {
            assert_eq!(told(&rules, subject).len(), 1, "{subject}");
        }
        let own = CommitMessage { types: vec!["ops".to_owned()], ..rules };
        assert_eq!(told(&own, "ops: x"), [""; 0]);
        assert_eq!(told(&own, "feat: x"), ["1: `feat` is none of the types ops"]);
    }
}
