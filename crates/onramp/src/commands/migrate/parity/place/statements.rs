use super::Wanted;

/// A file cut into statements, as far as that can be done without understanding it.
pub(super) struct Statements {
    /// The whole file, to find out fast that something is not in it.
    text: String,
    /// Each with the number of its first line, from 1.
    all: Vec<(u32, Vec<String>)>,
}

/// On which of a statement's lines its table stands.
const TABLE_WITHIN: usize = 2;

impl Statements {
    /// One ends at a line that ends in a semicolon.
    pub(super) fn of_sql(text: &str) -> Self {
        let is_comment = |line: &str| line.trim_start().starts_with("--") || line.trim().is_empty();
        let mut all: Vec<(u32, Vec<String>)> = Vec::new();
        let mut is_open = false;
        for (number, line) in (1..).zip(text.lines()) {
            match all.last_mut().filter(|_| is_open) {
                Some((_, lines)) => lines.push(line.to_owned()),
                None if is_comment(line) => continue,
                None => all.push((number, vec![line.to_owned()])),
            }
            is_open = !line.trim_end().ends_with(';');
        }
        Self { text: text.to_owned(), all }
    }

    /// One begins at each line that is indented as much as the statements of a function, or less. What stands in brackets or
    /// deeper belongs to it.
    pub(super) fn of_code(text: &str) -> Self {
        let mut all: Vec<(u32, Vec<String>)> = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
            let goes_on = indent > 4 || line.trim_start().starts_with([')', ']', '}']);
            match all.last_mut().filter(|_| goes_on) {
                Some((_, lines)) => lines.push(line.to_owned()),
                None => all.push((number, vec![line.to_owned()])),
            }
        }
        Self { text: text.to_owned(), all }
    }

    /// The line of the first statement that touches what is wanted.
    pub(super) fn touching(&self, wanted: &Wanted<'_>) -> Option<u32> {
        let is_there = |word: &&str| self.text.contains(*word);
        let has_own = wanted.own.iter().any(is_there);
        let has_all = is_there(&wanted.table) && wanted.below.iter().all(is_there);
        if !has_own && !has_all {
            return None;
        }
        self.all.iter().find_map(|(first, lines)| {
            let line = |word: &str| lines.iter().position(|line| has_word(line, word));
            let own = wanted.own.iter().find_map(|name| line(name));
            let place = own.or_else(|| {
                let is_named = !wanted.own.is_empty();
                let table = line(wanted.table).filter(|place| *place < TABLE_WITHIN && !is_named)?;
                let below: Option<Vec<usize>> = wanted.below.iter().map(|name| line(name)).collect();
                Some(below?.into_iter().max().unwrap_or(table))
            });
            Some(first + u32::try_from(place?).ok()?)
        })
    }

    /// The first line on which a word stands by itself.
    pub(super) fn line_of(&self, word: &str) -> Option<u32> {
        self.all.iter().find_map(|(first, lines)| {
            let place = lines.iter().position(|line| has_word(line, word))?;
            Some(first + u32::try_from(place).ok()?)
        })
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let after = line[place + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "\
def upgrade():
    op.create_table(
        \"run\",
        sa.Column(\"id\"),
        sa.Column(\"flow_id\"),
        sa.ForeignKeyConstraint([\"flow_id\"], [\"flow.id\"]),
    )
    op.create_index(\"ix_run\", \"run\", [\"flow_id\"])

    with op.batch_alter_table(\"flow\") as batch:
        batch.add_column(sa.Column(\"owner\"))
";

    const SQL: &str = "\
-- run and its owner
CREATE TABLE run (
    id int,
    flow_id int REFERENCES flow (id)
);
CREATE INDEX ix_run ON run (flow_id);
ALTER TABLE flow
    ADD COLUMN owner text;";

    fn found(statements: &Statements, table: &str, own: &[&str], below: &[&str]) -> Option<u32> {
        statements.touching(&Wanted { table, own: own.to_vec(), below: below.to_vec() })
    }

    #[test]
    fn a_statement_touches_what_it_names() {
        let (code, sql) = (Statements::of_code(CODE), Statements::of_sql(SQL));
        for (statements, lines) in [(&code, [3, 5, 8, 11]), (&sql, [2, 4, 6, 8])] {
            assert_eq!(found(statements, "run", &[], &[]), Some(lines[0]));
            assert_eq!(found(statements, "run", &[], &["flow_id"]), Some(lines[1]));
            assert_eq!(found(statements, "run", &["ix_run"], &[]), Some(lines[2]));
            assert_eq!(found(statements, "flow", &[], &["owner"]), Some(lines[3]));
            assert_eq!(found(statements, "run", &[], &["owner"]), None);
            assert_eq!(found(statements, "run", &["ix_runs"], &[]), None);
            assert_eq!(found(statements, "runs", &[], &[]), None);
        }
        assert_eq!(code.line_of("flow"), Some(6));
        assert_eq!(Statements::of_code("").line_of("flow"), None);
    }
}
