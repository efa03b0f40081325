//! The names of a formatter's or linter's files, in lists that fit a command line.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use onramp_config::{CommandLine, FileSet, Values};
use onramp_core::Failure;
use onramp_exec::Stdin;

use crate::checkout::Checkout;
use crate::job::{CommandWork, Job};

/// How many bytes one command may have, its words and what quotes them together. Linux allows 128 KiB for one
/// argument, and a text for a shell is one argument; for all of them it allows 2 MiB by default, macOS 1 MiB
/// with the environment.
const COMMAND_BYTES: usize = 100 * 1024;

/// So many names of files are shown with their command, and so many letters of them.
const SHOWN_NAMES: usize = 5;
const SHOWN_LETTERS: usize = 100;

/// Whether a command is shown with the names of its files.
pub(super) fn are_few(names: &[OsString]) -> bool {
    names.len() <= SHOWN_NAMES
        && names.iter().map(|name| name.to_string_lossy().chars().count()).sum::<usize>() <= SHOWN_LETTERS
}

/// The files as the task's commands name them.
pub(super) fn file_names(job: &Job, work: &CommandWork, set: &FileSet) -> Result<Vec<OsString>, Failure> {
    let mut files = job.checkout.files(&work.directory, set)?;
    if let Some(only) = &work.only {
        files.retain(|file| only.binary_search(file).is_ok());
    }
    Ok(names(&job.checkout, work, files))
}

/// The names under which a task's commands know files, which are relative to the root of its checkout.
pub(crate) fn names(checkout: &Checkout, work: &CommandWork, files: Vec<PathBuf>) -> Vec<OsString> {
    files.iter().map(|file| name(checkout, work, file)).collect()
}

/// The same of one file.
pub(super) fn name(checkout: &Checkout, work: &CommandWork, file: &Path) -> OsString {
    let name = match file.strip_prefix(checkout.relative(&work.directory)) {
        Ok(name) => name.to_path_buf(),
        Err(_) => checkout.root.join(file),
    };
    // A name that begins with a dash would be taken for an option.
    if name.as_os_str().as_encoded_bytes().starts_with(b"-") {
        return Path::new(".").join(name).into_os_string();
    }
    name.into_os_string()
}

/// The names in lists, one for each time that the command has to run. No names, no list.
pub(super) fn lists<'a>(
    command: &CommandLine,
    values: &Values,
    names: &'a [OsString],
) -> Result<Vec<&'a [OsString]>, Failure> {
    match command.reads_files() {
        true if names.is_empty() => Ok(Vec::new()),
        true => Ok(vec![names]),
        false => cut(command, values, names),
    }
}

/// What a command reads from its standard input that gets the names of its files there.
pub(super) fn on_stdin(names: &[OsString]) -> Stdin {
    Stdin::Bytes(names.iter().flat_map(|name| [name.as_bytes(), b"\0"].concat()).collect())
}

/// Cuts the names into lists, each of which fits the command.
fn cut<'a>(
    command: &CommandLine,
    values: &Values,
    names: &'a [OsString],
) -> Result<Vec<&'a [OsString]>, Failure> {
    let bare = command.expand(&values.clone().with_list("files", [""; 0]));
    let bare = bare.map_err(|error| Failure::task(error.to_string()))?;
    let room = COMMAND_BYTES.saturating_sub(length(&bare));
    let (mut lists, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (place, name) in names.iter().enumerate() {
        let weight = weight(command, name);
        if place > start && bytes + weight > room {
            lists.push(&names[start..place]);
            (start, bytes) = (place, 0);
        }
        bytes += weight;
    }
    if start < names.len() {
        lists.push(&names[start..]);
    }
    Ok(lists)
}

fn length(command: &CommandLine) -> usize {
    match command {
        CommandLine::Argv(words) => words.iter().map(|word| word.len() + 1).sum(),
        CommandLine::Shell(text) => text.len(),
    }
}

/// By how many bytes a name makes the command longer, as often as it has a place in it.
fn weight(command: &CommandLine, name: &OsStr) -> usize {
    let (places, bytes) = match command {
        CommandLine::Argv(words) => (words.iter().filter(|word| *word == "{files}").count(), name.len()),
        CommandLine::Shell(text) => (text.matches("{files}").count(), onramp_config::quote(name).len()),
    };
    places * (bytes + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_lengths(command: &CommandLine, names: &[OsString]) -> Vec<usize> {
        cut(command, &Values::new(), names).unwrap().iter().map(|list| list.len()).collect()
    }

    #[test]
    fn every_command_fits_with_its_quotes_and_its_template() {
        let names: Vec<OsString> =
            (0..4000).map(|number| format!("it's a quoted name {number}").into()).collect();
        let template = format!("true {}; cat {{files}}; wc {{files}}", "x".repeat(50_000));
        let command = CommandLine::Shell(template);
        let lists = cut(&command, &Values::new(), &names).unwrap();
        assert_eq!(lists.concat(), names);
        for list in lists {
            let values = Values::new().with_list("files", list);
            assert!(length(&command.expand(&values).unwrap()) <= COMMAND_BYTES);
        }
    }

    #[test]
    fn what_fits_is_one_list_and_what_never_fits_is_a_list_of_its_own() {
        let command = CommandLine::Argv(vec!["cat".to_owned(), "{files}".to_owned()]);
        let name = |length: usize| OsString::from("x".repeat(length));
        assert_eq!(cut_lengths(&command, &[]), [0; 0]);
        assert_eq!(cut_lengths(&command, &[name(1), name(2)]), [2]);
        assert_eq!(cut_lengths(&command, &[name(1), name(200_000), name(2)]), [1, 1, 1]);
    }
}
