use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onramp_core::{Failure, Stream};
use onramp_exec::{Environment, ProcessSpec};
use onramp_import::{Grep, GrepFinding, NativeHook, NativeRun};

use super::builtin;
use crate::context::{RustWork, TaskContext};
use crate::words::count;

/// How many bytes the words of one command may have together: what every system allows, with room for its
/// environment.
const COMMAND_BYTES: usize = 100 * 1024;

/// The work of a hook on its files, which are relative to the root.
pub(super) fn work(
    hook: NativeHook,
    root: &Path,
    files: Vec<PathBuf>,
    mut environment: Environment,
    branch: Option<String>,
) -> RustWork {
    for (name, value) in &hook.env {
        environment.set(name, value);
    }
    let root = root.to_path_buf();
    Arc::new(move |context| match &hook.run {
        NativeRun::Command(words) => {
            let files = if hook.pass_filenames { files.as_slice() } else { &[] };
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            run(context, &words, files, COMMAND_BYTES, &root, &environment)
        }
        NativeRun::Fail(message) => {
            let lines = context.lines();
            files.iter().for_each(|file| lines.line(Stream::Stdout, &file.to_string_lossy()));
            Err(Failure::task(message.trim()))
        }
        NativeRun::Grep(grep) => search(context, grep, &root, &files),
        NativeRun::Builtin { id, args } => match builtin::counterpart(id, args) {
            Some(check) => builtin::run(context, &check, &root, &files, branch.as_deref()),
            None => Err(Failure::task(format!("no check `{id}` is built in"))),
        },
    })
}

/// Runs a command on files, in as few processes as their names allow, all of them even where one fails.
pub(super) fn run(
    context: &TaskContext<'_>,
    words: &[OsString],
    files: &[PathBuf],
    most: usize,
    root: &Path,
    environment: &Environment,
) -> Result<(), Failure> {
    let mut result = Ok(());
    for batch in batches(words, files, most) {
        context.check_cancelled()?;
        let argv = words.iter().cloned().chain(batch.iter().map(|file| file.clone().into_os_string()));
        let mut spec = ProcessSpec::new(argv, root, environment.clone());
        spec.log = Some(context.log.to_path_buf());
        let bare = ProcessSpec::new(words.to_vec(), root, Environment::default());
        let shown = bare.display(context.launcher.secrets());
        let number =
            if batch.is_empty() { String::new() } else { format!(" ({})", count(batch.len(), "file")) };
        context.step(&format!("{shown}{number}"));
        let done = context.launcher.run(&spec, context.lines()).map_err(|error| {
            let mut failure = context.failure(error);
            if batch.len() > 1 {
                // The names may fill pages.
                failure.message = failure.message.replace(&spec.display(context.launcher.secrets()), &shown);
            }
            failure
        });
        result = result.and(done);
    }
    result
}

/// Files in lists that fit a command; one empty list where there is none.
fn batches<'a>(words: &[OsString], files: &'a [PathBuf], most: usize) -> Vec<&'a [PathBuf]> {
    let bare: usize = words.iter().map(|word| word.len() + 1).sum();
    let (mut lists, mut start, mut bytes) = (Vec::new(), 0, bare);
    for (place, file) in files.iter().enumerate() {
        let weight = file.as_os_str().len() + 1;
        if place > start && bytes + weight > most {
            lists.push(&files[start..place]);
            (start, bytes) = (place, bare);
        }
        bytes += weight;
    }
    lists.push(&files[start..]);
    lists
}

fn search(context: &TaskContext<'_>, grep: &Grep, root: &Path, files: &[PathBuf]) -> Result<(), Failure> {
    let lines = context.lines();
    let mut bad = 0;
    for file in files {
        context.check_cancelled()?;
        let shown = file.display();
        let content = fs::read(root.join(file))
            .map_err(|error| Failure::environment(format!("{shown} cannot be read: {error}")))?;
        let findings = grep.findings(&content);
        bad += usize::from(!findings.is_empty());
        for finding in findings {
            match finding {
                GrepFinding::Found(line, text) => {
                    lines.line(Stream::Stdout, &format!("{shown}:{line}:{text}"))
                }
                GrepFinding::Missing => lines.line(Stream::Stdout, &shown.to_string()),
            }
        }
    }
    match bad {
        0 => Ok(()),
        bad => Err(Failure::task(format!("found something in {}", count(bad, "file")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_cut_into_lists_that_fit() {
        let words = [OsString::from("run")];
        let files: Vec<PathBuf> = ["a", "bb", "ccc", "d"].map(PathBuf::from).to_vec();
        let lengths = |most| batches(&words, &files, most).iter().map(|list| list.len()).collect::<Vec<_>>();
        assert_eq!(lengths(100), [4]);
        assert_eq!(lengths(9), [2, 1, 1]);
        assert_eq!(lengths(1), [1, 1, 1, 1]);
        assert_eq!(batches(&words, &[], 1), [&[] as &[PathBuf]]);
    }
}
