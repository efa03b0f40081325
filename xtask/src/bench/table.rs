use std::fmt;
use std::time::Duration;

use super::measure::{Measured, Sample};

/// A Markdown table, written so that it can be read as it is.
#[derive(Clone, Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with the names of its columns.
    pub(super) fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self { rows: vec![columns.into_iter().map(Into::into).collect()] }
    }

    /// Adds a row, of as many cells as there are columns.
    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default().max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} |"));
            writeln!(f, "|{}", cells.collect::<String>())?;
            if number == 0 {
                let rules = widths.iter().map(|width| format!("{}|", "-".repeat(width + 2)));
                writeln!(f, "|{}", rules.collect::<String>())?;
            }
        }
        Ok(())
    }
}

/// What a tool needed, as `12 ms / 15 ms / 9 MiB`: processor, wall, memory. Behind it stands how many times the
/// processor time of `ours` that is.
pub(super) fn cell(measured: &Measured, ours: &Measured, memory_floor: u64) -> String {
    match measured {
        Ok(sample) => {
            let figures = [time(sample.processor), time(sample.wall), memory(sample, memory_floor)];
            let ratio = ours.as_ref().map_or_else(|_| String::new(), |ours| ratio(sample, ours));
            format!("{}{ratio}", figures.join(" / "))
        }
        Err(why) => format!("failed: {}", shortened(&why.replace('|', "\\|"))),
    }
}

/// The beginning of a text that would make a column too wide.
fn shortened(text: &str) -> String {
    const WIDTH: usize = 60;
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

/// A time with two or three digits that count.
pub(super) fn time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    match milliseconds {
        few if few < 10.0 => format!("{few:.1} ms"),
        some if some < 1000.0 => format!("{some:.0} ms"),
        many => format!("{:.2} s", many / 1000.0),
    }
}

/// The memory of the largest process, which below the floor is not known.
pub(super) fn memory(sample: &Sample, floor: u64) -> String {
    const KIB: u64 = 1024;
    // Two runs of the same program differ by a few pages.
    let near = floor + floor / 32;
    if sample.memory <= near {
        format!("< {} MiB", near.div_ceil(KIB))
    } else {
        format!("{} MiB", sample.memory.div_ceil(KIB))
    }
}

fn ratio(sample: &Sample, ours: &Sample) -> String {
    let ratio = sample.processor.as_secs_f64() / ours.processor.as_secs_f64().max(f64::MIN_POSITIVE);
    if ratio < 10.0 { format!(" ({ratio:.1}×)") } else { format!(" ({ratio:.0}×)") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(milliseconds: u64, memory: u64) -> Sample {
        let time = Duration::from_millis(milliseconds);
        Sample { processor: time, range: (time, time), wall: time * 2, memory }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["tool", "×"]);
        table.row(["go-task", "1"]);
        assert_eq!(table.to_string(), "| tool    | ×   |\n|---------|-----|\n| go-task | 1   |\n");
    }

    #[test]
    fn a_cell_tells_figures_and_ratio_or_the_failure() {
        let ours = Ok(sample(4, 20 * 1024));
        assert_eq!(cell(&ours, &ours, 9000), "4.0 ms / 8.0 ms / 20 MiB (1.0×)");
        assert_eq!(cell(&Ok(sample(1200, 9001)), &ours, 9000), "1.20 s / 2.40 s / < 10 MiB (300×)");
        assert_eq!(cell(&Ok(sample(12, 9001)), &Err(String::new()), 0), "12 ms / 24 ms / 9 MiB");
        assert_eq!(cell(&Err("exit code 1".to_owned()), &ours, 0), "failed: exit code 1");
        assert_eq!(cell(&Err("x".repeat(61)), &ours, 0), format!("failed: {}…", "x".repeat(59)));
    }
}
