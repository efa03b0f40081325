use std::fs;
use std::path::Path;

use onramp_core::{Event, Failure, Problem, Severity};

use super::{Board, Part};
use crate::commands::migrate::lint::settings::NOT_TRIED;
use crate::context::TaskContext;

impl Board {
    /// Fails, and tells of each, where a file that is asked for cannot be read: of that nobody may believe that nothing was
    /// found in it.
    pub(super) fn require_readable(&self, part: &Part, task: &TaskContext<'_>) -> Result<(), Failure> {
        let scripts = part.chain.entries.iter().flat_map(|entry| &entry.up);
        let asked = scripts.filter(|script| part.files.contains(&script.file));
        let mut failed = None;
        for script in asked {
            let Err(error) = script.read() else { continue };
            let file = self.inside(&script.file);
            let failure = Failure::from(error).context(format!("{file} was not looked at"));
            let problem = Problem {
                file,
                line: Some(line_of_fault(&script.file)),
                column: None,
                severity: Severity::Error,
                message: failure.message.clone(),
                code: Some(NOT_TRIED.to_owned()),
            };
            task.reporter.report(Event::TaskProblem { task: task.task.clone(), problem });
            failed.get_or_insert(failure);
        }
        failed.map_or(Ok(()), Err)
    }
}

/// The line from which a file cannot be read as text, counted from 1; the first one of what cannot be read at all.
fn line_of_fault(file: &Path) -> u32 {
    let is_regular = fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
    let bytes = if is_regular { fs::read(file).unwrap_or_default() } else { Vec::new() };
    let no_text = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
    let nul = bytes.iter().position(|byte| *byte == 0);
    let place = no_text.into_iter().chain(nul).min().unwrap_or_default();
    let lines = bytes[..place].iter().filter(|byte| **byte == b'\n').count() + 1;
    u32::try_from(lines).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_first_byte_that_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sql");
        for (bytes, line) in [(&b"a\nb\xe9"[..], 2), (b"\n\n\0\xe9", 3), (b"a\nb", 1)] {
            fs::write(&file, bytes).unwrap();
            assert_eq!(line_of_fault(&file), line);
        }
        assert_eq!(line_of_fault(folder.path()), 1);
    }
}
