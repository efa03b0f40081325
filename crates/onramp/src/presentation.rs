//! What is shown of errors that belong to no task.

use crate::reporter::{self, Format};
use crate::{Error, ExitStatus, Printer};

/// What clap has to say: help and version are answers, everything else is a usage error.
pub(crate) fn usage(printer: &Printer, format: Format, colour: bool, error: &clap::Error) -> ExitStatus {
    let text = error.render();
    if !error.use_stderr() {
        let colour = colour && printer.has_data_terminal();
        printer.data((if colour { text.ansi().to_string() } else { text.to_string() }).trim_end());
        return ExitStatus::Success;
    }
    if format == Format::Json {
        let message = text.to_string();
        let message = message.trim().trim_start_matches("error: ");
        printer.json(reporter::error_json(&Error::usage(message)));
    } else {
        let colour = colour && printer.has_terminal();
        printer.message((if colour { text.ansi().to_string() } else { text.to_string() }).trim_end());
    }
    ExitStatus::Usage
}

/// Shows an error that ended the run.
pub(crate) fn present(printer: &Printer, format: Format, error: &Error) {
    match (format, error) {
        (_, Error::Reported(_)) => {}
        (Format::Json, _) => printer.json(reporter::error_json(error)),
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
        (Format::Github, Error::Other { message, hint, at, .. }) => {
            let hint = hint.as_ref().map(|hint| format!("\n{}", printer.hint(hint))).unwrap_or_default();
            printer.message(&reporter::github_error(&format!("{message}{hint}"), at.as_deref()));
        }
        (_, Error::Other { message, hint, .. }) => {
            printer.message(&format!("error: {message}"));
            if let Some(hint) = hint {
                printer.message(&format!("\n{}", printer.hint(hint)));
            }
        }
    }
}
