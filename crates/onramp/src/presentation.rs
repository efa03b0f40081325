//! What is shown of errors that belong to no task.

use crate::reporter::{self, Format};
use crate::{Error, ExitStatus, Printer};

/// What clap has to say: help and version are answers, everything else is a usage error.
pub(crate) fn usage(printer: &Printer, error: &clap::Error) -> ExitStatus {
    let colour = printer.has_data_terminal();
    let text = error.render();
    let text = if colour { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        printer.message(text.trim_end());
        ExitStatus::Usage
    } else {
        printer.data(text.trim_end());
        ExitStatus::Success
    }
}

/// Shows an error that ended the run.
pub(crate) fn present(printer: &Printer, format: Format, error: &Error) {
    match (format, error) {
        (_, Error::Reported(_)) => {}
        (Format::Json, _) => printer.data(&reporter::error_json(error).to_string()),
        (Format::Github, Error::Configuration(diagnostics)) => {
            for diagnostic in diagnostics {
                printer.message(&reporter::github_annotation(diagnostic));
            }
            printer.message(&format!("error: {error}"));
        }
        (_, Error::Configuration(diagnostics)) => {
            for diagnostic in diagnostics {
                printer.message(&format!("{diagnostic}\n"));
            }
            printer.message(&format!("error: {error}"));
        }
        (_, Error::Other { message, hint, .. }) => {
            printer.message(&format!("error: {message}"));
            if let Some(hint) = hint {
                printer.message(&format!("\n{}", printer.hint(hint)));
            }
        }
    }
}
