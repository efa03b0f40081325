use onramp_core::Dialect;

use crate::LedgerSpec;

impl LedgerSpec {
    /// The entry for a migration: `title` is its message, `revisions` the dialects that got a revision.
    pub(crate) fn entry(&self, title: &str, revisions: &[(Dialect, &str)]) -> String {
        let mut entry = self.template.clone();
        for dialect in Dialect::ALL {
            let id =
                revisions.iter().find(|(with, _)| *with == dialect).map_or(self.none.as_str(), |(_, id)| id);
            entry = entry.replace(&format!("{{{dialect}}}"), id);
        }
        // The title comes last: braces in it are its own.
        entry.replace("{title}", title)
    }

    /// `content` with `entry` below the line `after`, else at its end, a blank line on either side. The line
    /// ends of the content are kept.
    pub(crate) fn insert(&self, content: &str, entry: &str) -> String {
        let newline = if content.contains("\r\n") { "\r\n" } else { "\n" };
        let entry = entry.trim_end().lines().collect::<Vec<_>>().join(newline);
        let (before, rest) = self.split(content);
        let mut result = before.trim_end_matches(['\r', '\n']).to_owned();
        if !result.is_empty() {
            result.push_str(newline);
            result.push_str(newline);
        }
        result.push_str(&entry);
        result.push_str(newline);
        if !rest.is_empty() && !rest.starts_with(['\r', '\n']) {
            result.push_str(newline);
        }
        result.push_str(rest);
        result
    }

    /// What stands up to and with the line `after`, and what stands below it.
    fn split<'a>(&self, content: &'a str) -> (&'a str, &'a str) {
        let Some(after) = &self.after else { return (content, "") };
        let mut end = 0;
        for line in content.split_inclusive('\n') {
            end += line.len();
            if line.trim_end() == after.trim_end() {
                return content.split_at(end);
            }
        }
        (content, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn ledger(after: Option<&str>) -> LedgerSpec {
        LedgerSpec {
            file: PathBuf::new(),
            template: "# {title}\nSQLite: `{sqlite}`\nPostgres: `{postgresql}`\n".to_owned(),
            after: after.map(str::to_owned),
            none: "None".to_owned(),
        }
    }

    #[test]
    fn an_entry_names_every_dialect() {
        let entry = ledger(None).entry("add {sqlite}", &[(Dialect::Postgresql, "b1")]);
        assert_eq!(entry, "# add {sqlite}\nSQLite: `None`\nPostgres: `b1`\n");
    }

    #[test]
    fn entries_go_to_the_end_or_below_a_line() {
        let end = ledger(None);
        assert_eq!(end.insert("", "# a\n"), "# a\n");
        assert_eq!(end.insert("# 1\n", "# a\n"), "# 1\n\n# a\n");
        assert_eq!(end.insert("# 1", "# a\n"), "# 1\n\n# a\n");
        let below = ledger(Some("<!-- new -->"));
        assert_eq!(below.insert("top\n<!-- new -->\n\n# 1\n", "# a\n"), "top\n<!-- new -->\n\n# a\n\n# 1\n");
        assert_eq!(below.insert("<!-- new -->\n# 1\n", "# a\n"), "<!-- new -->\n\n# a\n\n# 1\n");
        assert_eq!(below.insert("<!-- new -->", "# a\n"), "<!-- new -->\n\n# a\n");
        assert_eq!(below.insert("# 1\n", "# a\n"), "# 1\n\n# a\n");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(ledger(None).insert("# 1\r\n", "# a\nb\n"), "# 1\r\n\r\n# a\r\nb\r\n");
    }
}
