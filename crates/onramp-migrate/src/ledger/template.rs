//! A ledger's template, as what an entry is written by and what entries are found by.

use onramp_core::Dialect;

use super::fence::Fence;
use super::line::{is_markup, matches};

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stands in every entry.
    Text(String),
    /// `{title}`.
    Title,
    /// The placeholder of a dialect.
    Id(Dialect),
}

/// A template, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// Its lines, the blank ones at its end left out.
    pub(super) lines: Vec<Vec<Part>>,
}

/// What stands in a line of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) title: Option<String>,
    /// The text in the place of each dialect's id, in the order of the line.
    pub(super) ids: Vec<(Dialect, String)>,
}

impl Template {
    /// Takes a template apart. `{{` and `}}` are braces; another brace stands for itself.
    pub(super) fn parse(text: &str) -> Self {
        let lines = text.trim_end().lines().map(parts).collect();
        Self { lines }
    }

    /// The same, if entries can be found by it; else what is wrong with it, as a lower-case fragment.
    pub(super) fn readable(text: &str, dialects: &[Dialect]) -> Result<Self, String> {
        let template = Self::parse(text);
        if let Some(missing) = dialects.iter().find(|dialect| !template.names(**dialect)) {
            return Err(format!("it has no `{{{missing}}}`, so nobody knows whose revisions are listed"));
        }
        for line in &template.lines {
            for pair in line.windows(2) {
                if let [first, second] = pair
                    && !matches!(first, Part::Text(_))
                    && !matches!(second, Part::Text(_))
                {
                    return Err(format!(
                        "nothing stands between {} and {}, so nobody knows where one ends",
                        placeholder(first),
                        placeholder(second)
                    ));
                }
            }
            let has_placeholder = line.iter().any(|part| !matches!(part, Part::Text(_)));
            let has_text = line.iter().any(|part| matches!(part, Part::Text(text) if is_telling(text)));
            if has_placeholder && !has_text {
                let line: String = line.iter().map(placeholder).collect();
                let line = line.trim();
                return Err(format!("its line `{line}` has no text of its own, so any line could be one"));
            }
        }
        let forms: Vec<_> = template.lines.iter().filter_map(|line| Some((form(line)?, line))).collect();
        let mut pairs = forms.iter().enumerate().flat_map(|(place, one)| {
            forms[place + 1..].iter().filter(|other| other.0 == one.0).map(|other| (one.1, other.1))
        });
        if let Some((one, other)) = pairs.next() {
            let [one, other] = [one, other].map(|line| line.iter().map(placeholder).collect::<String>());
            return Err(format!("nobody can tell its line `{}` from `{}`", one.trim(), other.trim()));
        }
        Ok(template)
    }

    /// An entry.
    pub(super) fn render(&self, title: &str, id: impl Fn(Dialect) -> String) -> Vec<String> {
        let render = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Title if self.is_row() => title.replace('|', "\\|"),
            Part::Title => title.to_owned(),
            Part::Id(dialect) => id(*dialect),
        };
        self.lines.iter().map(|line| line.iter().map(render).collect()).collect()
    }

    /// Whether entries are of several lines, and so have a blank one between them where nothing tells otherwise.
    pub(super) fn is_block(&self) -> bool {
        self.lines.len() > 1
    }

    /// Whether entries without another word between them are lines of a table or a list.
    pub(super) fn is_row(&self) -> bool {
        let begin = match self.lines.first().and_then(|line| line.first()) {
            Some(Part::Text(text)) => text.trim_start(),
            _ => return false,
        };
        !self.is_block() && ["|", "- ", "* ", "+ "].iter().any(|mark| begin.starts_with(mark))
    }

    /// How deep the heading is that an entry begins with, if it begins with one.
    pub(super) fn heading(&self) -> Option<usize> {
        match self.lines.first()?.first()? {
            Part::Text(text) => heading(text),
            _ => None,
        }
    }

    /// Whether entries have titles.
    pub(super) fn has_title(&self) -> bool {
        self.lines.iter().flatten().any(|part| *part == Part::Title)
    }

    pub(super) fn has_fence(&self) -> bool {
        let is_fence = |part: &Part| matches!(part, Part::Text(text) if Fence::begun_by(text).is_some());
        self.lines.iter().any(|line| line.first().is_some_and(is_fence))
    }

    /// Whether it has a place for a dialect's id.
    pub(super) fn names(&self, dialect: Dialect) -> bool {
        self.lines.iter().flatten().any(|part| *part == Part::Id(dialect))
    }

    /// The line of the template that a line of the file has the form of, with what stands in it.
    pub(super) fn line_of(&self, line: &str, none: &str) -> Option<(usize, Found)> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let line = if indent <= 3 { &line[indent..] } else { line };
        self.lines.iter().enumerate().find_map(|(place, parts)| {
            form(parts)?;
            let mut found = Found::default();
            matches(parts, line.trim_end(), none, &mut found).then_some((place, found))
        })
    }
}

/// How many `#` a heading begins with.
pub(super) fn heading(line: &str) -> Option<usize> {
    let depth = line.chars().take_while(|letter| *letter == '#').count();
    ((1..=6).contains(&depth) && line[depth..].starts_with([' ', '\t'])).then_some(depth)
}

/// What tells a line from others; `None` where it has no placeholder.
fn form(parts: &[Part]) -> Option<Vec<Part>> {
    let has_placeholder = parts.iter().any(|part| !matches!(part, Part::Text(_)));
    let any = |part: &Part| match part {
        Part::Text(text) => Part::Text(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Part::Title | Part::Id(_) => Part::Title,
    };
    has_placeholder.then(|| parts.iter().map(any).collect())
}

/// Whether a text tells more than that something stands there.
fn is_telling(text: &str) -> bool {
    text.contains(|letter: char| !letter.is_whitespace() && !is_markup(letter) && !",.;".contains(letter))
}

fn placeholder(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Title => "{title}".to_owned(),
        Part::Id(dialect) => format!("{{{dialect}}}"),
    }
}

fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let known = [("{title}", Part::Title)]
            .into_iter()
            .chain(Dialect::ALL.map(|dialect| {
                (
                    match dialect {
                        Dialect::Sqlite => "{sqlite}",
                        Dialect::Postgresql => "{postgresql}",
                    },
                    Part::Id(dialect),
                )
            }))
            .find(|(name, _)| rest.starts_with(name));
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(letter);
            rest = &rest[2..];
        } else if let Some((name, part)) = known {
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(part);
            rest = &rest[name.len()..];
        } else {
            text.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const BOTH: [Dialect; 2] = Dialect::ALL;

    fn check(template: &str, lines: &[&str], expected: Expect) {
        let text = match Template::readable(template, &BOTH) {
            Err(reason) => reason,
            Ok(template) => {
                let line = |line: &&str| match template.line_of(line, "none") {
                    None => "-".to_owned(),
                    Some((place, found)) => {
                        let ids = found.ids.iter().map(|(dialect, id)| format!(" {dialect}={id}"));
                        format!("{place} {:?}{}", found.title, ids.collect::<String>())
                    }
                };
                lines.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn headings() {
        check(
            "## {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n",
            &[
                "## Add flows",
                "##   Add flows  ",
                "### Add flows",
                "##Add flows",
                "SQLite: `4f0b8d1c62e7`",
                "SQLite: none",
                "SQLite: `None`",
                "SQLite: **4f0b8d1c62e7** (slow on large tables)",
                "  Postgres: `e7425a1fb093`\r",
                "SQLite: V1.2.3. It takes a while.",
                "SQLite: 4f0b8d1c62e7.py",
                "SQLite: the file is locked",
                "SQLite:",
                "SQLite 3 is fine",
                "    SQLite: `indented_code`",
            ],
            expect![[r#"
                0 Some("Add flows")
                0 Some("Add flows")
                -
                -
                1 None sqlite=4f0b8d1c62e7
                1 None sqlite=none
                1 None sqlite=None
                1 None sqlite=4f0b8d1c62e7
                2 None postgresql=e7425a1fb093
                1 None sqlite=V1.2.3
                1 None sqlite=4f0b8d1c62e7
                1 None sqlite=the
                -
                -
                -"#]],
        );
    }

    #[test]
    fn rows_and_lists() {
        check(
            "| {title} | {sqlite} | {postgresql} |",
            &[
                "| Add flows | 4f0b | a91c |",
                "|Add flows|4f0b|a91c|",
                "| Add flows     | `4f0b`   | none   | a remark |",
                "| Title | SQLite | Postgres |",
                "| --- | --- | --- |",
                "| a | b |",
            ],
            expect![[r#"
                0 Some("Add flows") sqlite=4f0b postgresql=a91c
                0 Some("Add flows") sqlite=4f0b postgresql=a91c
                0 Some("Add flows") sqlite=4f0b postgresql=none
                0 Some("Title") sqlite=SQLite postgresql=Postgres
                -
                -"#]],
        );
        check(
            "- {title} ({sqlite} / {postgresql})",
            &["- Add (and drop) flows (4f0b / a91c)", "- Add flows (4f0b/a91c)", "* Add flows (4f0b / a91c)"],
            expect![[r#"
                0 Some("Add (and drop) flows") sqlite=4f0b postgresql=a91c
                -
                -"#]],
        );
        check(
            "{title}: [{sqlite}](lite/{sqlite}.py), {postgresql}",
            &["A: b: [4f](lite/4f.py), a9", "A: [4f](lite/4e.py), a9"],
            expect![[r#"
                0 Some("A: b") sqlite=4f postgresql=a9
                -"#]],
        );
    }

    #[test]
    fn what_cannot_be_read_back_is_refused_with_the_reason() {
        check(
            "## {title}\n{sqlite}",
            &[],
            expect!["it has no `{postgresql}`, so nobody knows whose revisions are listed"],
        );
        check(
            "{title}\nSQLite: {sqlite}\nPostgres: {postgresql}",
            &[],
            expect!["its line `{title}` has no text of its own, so any line could be one"],
        );
        check(
            "# {title}\n`{sqlite}` {postgresql}",
            &[],
            expect!["its line ``{sqlite}` {postgresql}` has no text of its own, so any line could be one"],
        );
        check(
            "# {title}\n{sqlite}, {postgresql}",
            &[],
            expect!["its line `{sqlite}, {postgresql}` has no text of its own, so any line could be one"],
        );
        check(
            "# {title}: {sqlite}{postgresql}",
            &[],
            expect!["nothing stands between {sqlite} and {postgresql}, so nobody knows where one ends"],
        );
        check(
            "# {title}\n- {sqlite}\n- {postgresql}",
            &[],
            expect!["nobody can tell its line `- {sqlite}` from `- {postgresql}`"],
        );
    }

    #[test]
    fn braces_are_written_twice() {
        let template = Template::parse("{{{title}}} {x} {sqlite}");
        assert_eq!(template.render("t", |_| "1".to_owned()), ["{t} {x} 1"]);
    }
}
