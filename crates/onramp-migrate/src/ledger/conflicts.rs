//! What a merge has left to a person in a ledger. Marks that stand in code are an example of some, unless code begins or ends
//! between them: then it is the code that both sides have changed.

use std::ops::Range;

use super::fence::Fence;
use super::template::Template;
use crate::marks::{self, Conflict, conflict_at};

/// The conflicts of a ledger's text, in its order.
pub(super) fn conflicts(template: &Template, none: &str, text: &str) -> Vec<Conflict> {
    let all = marks::conflicts(text);
    if all.is_empty() || template.has_fence() {
        return all;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let lists_something = |line: &&str| {
        let found = template.line_of(line.trim_end_matches(['\r', '\n']), none);
        found.is_some_and(|(_, found)| !found.ids.is_empty())
    };
    let mut found = Vec::new();
    let mut code: Option<Code<'_>> = None;
    let mut place = 0;
    while place < lines.len() {
        let Some(conflict) = conflict_at(&lines, place) else {
            code = after(&lines, code, place..place + 1);
            place += 1;
            continue;
        };
        let between = conflict.lines.clone();
        let is_real = match code {
            None => true,
            Some(Code { end: Some(end), .. }) => is_whole(&lines, &between) && end < between.end,
            // Code that never ends hides no entry, so it hides no conflict about one either.
            Some(Code { end: None, .. }) => {
                is_whole(&lines, &between) && lines[between.clone()].iter().any(lists_something)
            }
        };
        if !is_real {
            code = after(&lines, code, place..place + 1);
            place += 1;
            continue;
        }
        code = match &conflict.sides {
            None => after(&lines, code, between.clone()),
            Some(sides) => {
                let ours = after(&lines, code, sides.ours.clone());
                let theirs = after(&lines, code, sides.theirs.clone());
                // What one side alone has begun hides nothing of the other.
                ours.and(theirs).map(|code| Code::of(&lines, code.fence, between.end))
            }
        };
        place = between.end;
        found.push(conflict);
    }
    found
}

/// Code that some place of a text is part of.
#[derive(Clone, Copy)]
struct Code<'a> {
    fence: Fence<'a>,
    /// The line that ends it; `None` where it never ends.
    end: Option<usize>,
}

impl<'a> Code<'a> {
    /// The code that goes on in the line `next`.
    fn of(lines: &[&str], fence: Fence<'a>, next: usize) -> Self {
        let end = lines[next..].iter().position(|line| fence.is_ended_by(line));
        Self { fence, end: end.map(|end| next + end) }
    }
}

/// The code that is open behind some lines, where `code` is open before them.
fn after<'a>(lines: &[&'a str], code: Option<Code<'a>>, among: Range<usize>) -> Option<Code<'a>> {
    among.fold(code, |code, place| match code {
        None => Fence::begun_by(lines[place]).map(|fence| Code::of(lines, fence, place + 1)),
        Some(code) => (!code.fence.is_ended_by(lines[place])).then_some(code),
    })
}

/// Whether the lines have all marks that a conflict must have.
fn is_whole(lines: &[&str], conflict: &Range<usize>) -> bool {
    let has = |letter| lines[conflict.clone()].iter().any(|line| marks::mark_of(line) == Some(letter));
    has('<') && has('=') && has('>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use onramp_core::Dialect;

    const MARKS: &str = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> main\n";

    #[track_caller]
    fn check(text: &str, expected: &[(usize, usize)]) {
        let template = "## {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n";
        let template = Template::readable(template, &Dialect::ALL).unwrap();
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let found = conflicts(&template, "none", &text);
            let lines: Vec<_> = found.into_iter().map(|found| (found.lines.start, found.lines.end)).collect();
            assert_eq!(lines, expected, "{text}");
        }
    }

    #[test]
    fn examples_of_marks_are_no_conflict() {
        for (begin, end) in
            [("```", "```"), ("~~~ text", "~~~"), ("  ````", "````"), ("> x\n   ~~~", "~~~~"), ("```", "")]
        {
            check(&format!("a\n{begin}\n{MARKS}{end}\nb\n"), &[]);
        }
        // Parts of them, in code of their own and followed by a conflict.
        let parts = "```\n<<<<<<< HEAD\n```\nand\n```\n>>>>>>> main\n```\n";
        check(parts, &[]);
        check(&format!("{parts}{MARKS}"), &[(7, 12)]);
        check(&format!("```\n{MARKS}```\n{MARKS}"), &[(7, 12)]);
        check(&format!("{MARKS}```\n{MARKS}```\n"), &[(0, 5)]);
        // The other kind of marks, or fewer of them, end nothing; a line with code in it begins none.
        check(&format!("````\n```\n~~~\n{MARKS}````\n"), &[]);
        check(&format!("```code``` in a line\n{MARKS}"), &[(1, 6)]);
        // A mark that was left, before an example.
        check(&format!("<<<<<<< HEAD\na\n```\n{MARKS}```\n"), &[(0, 3)]);
    }

    #[test]
    fn code_that_begins_or_ends_between_marks_is_what_the_sides_have_changed() {
        let both = "<<<<<<< HEAD\n```sql\na\n=======\n```\nb\n>>>>>>> main\n";
        check(&format!("{both}```\n{MARKS}"), &[(0, 7), (8, 13)]);
        check(&format!("{both}{MARKS}```\n"), &[(0, 7)]);
        // One side has no code: nothing of the other one is hidden.
        check(&format!("<<<<<<< HEAD\n```\na\n=======\nb\n>>>>>>> main\n{MARKS}"), &[(0, 6), (6, 11)]);
        let end = "```\n<<<<<<< HEAD\na\n```\nold\n=======\nb\n```\nnew\n>>>>>>> main\n";
        check(end, &[(1, 10)]);
        check(&format!("{end}{MARKS}"), &[(1, 10), (10, 15)]);
        check(&format!("{end}```\n{MARKS}```\n"), &[(1, 10)]);
        // A heading makes it unclear which line is which side's.
        check("```\n<<<<<<< HEAD\n```\nTitle\n=======\nb\n=======\n```\nc\n>>>>>>> main\n", &[(1, 10)]);
        // Whole code on each side.
        check("<<<<<<< HEAD\n```\na\n```\n=======\n~~~\nb\n~~~\n>>>>>>> main\n", &[(0, 9)]);
    }

    #[test]
    fn code_that_never_ends_hides_no_entries() {
        let entries = "<<<<<<< HEAD\n## A\nSQLite: `a1`\n=======\n## B\nSQLite: `a2`\n>>>>>>> main\n";
        check(&format!("```\n{entries}"), &[(1, 8)]);
        check(&format!("```\n{MARKS}{entries}"), &[(6, 13)]);
        check(&format!("```\n{entries}```\n"), &[]);
    }
}
