use std::fmt;

use super::{Losses, TableLosses};

/// How much of a value is shown, in characters.
const SHOWN: usize = 40;

/// One line per loss: `flow_run: 2 of 2 rows gone`, `flow.owner: column gone, 2 values`.
impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl Losses {
    /// The lines of the text form.
    pub fn lines(&self) -> Vec<String> {
        let gone = self
            .lost_tables
            .iter()
            .map(|lost| format!("{}: table gone, {}", lost.table, counted(lost.rows, "row")));
        gone.chain(self.tables.iter().flat_map(of_table)).collect()
    }
}

fn of_table(losses: &TableLosses) -> Vec<String> {
    let TableLosses { table, rows_before, rows_lost, rows_added, lost_columns, changed_columns } = losses;
    let mut lines = Vec::new();
    if *rows_lost > 0 {
        lines.push(format!("{table}: {rows_lost} of {} gone", counted(*rows_before, "row")));
    }
    if *rows_added > 0 {
        lines.push(format!("{table}: {} added", counted(*rows_added, "row")));
    }
    for lost in lost_columns {
        lines.push(format!("{table}.{}: column gone, {}", lost.column, counted(lost.values, "value")));
    }
    for changed in changed_columns {
        let (before, after) = &changed.example;
        let example = format!("{} -> {}", shown(before.as_deref()), shown(after.as_deref()));
        lines.push(format!(
            "{table}.{}: {} changed, {example}",
            changed.column,
            counted(changed.values, "value")
        ));
    }
    lines
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn shown(value: Option<&str>) -> String {
    let Some(value) = value else { return "NULL".to_owned() };
    let line = value.replace(['\n', '\r'], " ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}..`", &line[..end]),
        None => format!("`{line}`"),
    }
}
