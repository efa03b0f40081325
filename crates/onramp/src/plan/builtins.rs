//! From the built-ins of the configuration to those that do the work.

use onramp_builtins::{Builtin, CommitMessage, ForbiddenBranch, LineEndings};
use onramp_config::{self as config, FileSet, Section, TaskConfig};

use super::Request;
use crate::job::{BuiltinWork, Form};

/// The work of a formatter or linter that needs no command.
pub(super) fn work(
    task: &TaskConfig,
    builtins: &[config::Builtin],
    files: &FileSet,
    request: &Request,
) -> BuiltinWork {
    let builtins: Vec<Builtin> = builtins.iter().map(spec).collect();
    let asked = if task.section == Section::Format { request.format } else { request.lint };
    let can_mend = builtins.iter().any(Builtin::is_fixer);
    BuiltinWork {
        builtins,
        directory: task.dir.clone(),
        files: files.clone(),
        only: None,
        root: None,
        handed: None,
        form: if can_mend { asked } else { Form::Check },
        follows: Vec::new(),
        timeout: task.timeout,
    }
}

fn spec(builtin: &config::Builtin) -> Builtin {
    match builtin {
        config::Builtin::TrailingWhitespace { hard_breaks } => {
            Builtin::TrailingWhitespace { hard_breaks: *hard_breaks }
        }
        config::Builtin::EndOfFile => Builtin::EndOfFile,
        config::Builtin::LineEndings(target) => Builtin::LineEndings(match target {
            config::LineEndings::Auto => LineEndings::Auto,
            config::LineEndings::Lf => LineEndings::Lf,
            config::LineEndings::Crlf => LineEndings::Crlf,
        }),
        config::Builtin::ByteOrderMark => Builtin::ByteOrderMark,
        config::Builtin::MergeMarkers => Builtin::MergeMarkers,
        config::Builtin::LargeFiles { max } => Builtin::LargeFiles { max: *max },
        config::Builtin::CaseConflicts => Builtin::CaseConflicts,
        config::Builtin::BrokenSymlinks => Builtin::BrokenSymlinks,
        config::Builtin::PrivateKeys => Builtin::PrivateKeys,
        config::Builtin::Toml => Builtin::Toml,
        config::Builtin::Json => Builtin::Json,
        config::Builtin::Yaml => Builtin::Yaml,
        config::Builtin::Executables => Builtin::Executables,
        config::Builtin::ForbiddenBranch { branches } => {
            Builtin::ForbiddenBranch(ForbiddenBranch { branches: branches.clone() })
        }
        config::Builtin::CommitMessage { conventional, max_subject, types } => {
            Builtin::CommitMessage(CommitMessage {
                conventional: *conventional,
                max_subject: *max_subject,
                types: types.clone(),
            })
        }
    }
}
