use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use onramp_config::{CONFIG_FILE, find_root};
use onramp_import::{FILES, Import, ImportError, LINT_STAGED_FILES, decoded};

use crate::env_vars::Surroundings;
use crate::options::Global;
use crate::words::count;
use crate::{Error, ExitStatus, Printer, whole_file};

/// Turn hooks of pre-commit, lefthook, lint-staged and husky into sections of onramp.toml
///
/// The sections are printed, or with --write added to onramp.toml, in which nothing that is there is changed.
/// Comments tell what has no counterpart. No code is run: a configuration in JavaScript is told, and left out.
#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// The files to read; all that are known if none is given
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Add the sections to onramp.toml, which is made where there is none
    #[arg(long)]
    write: bool,
}

/// Works without a configuration, and before one can be read: there may be none yet.
pub(crate) fn run(
    args: &ImportArgs,
    global: &Global,
    surroundings: &Surroundings,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let directory = match &global.directory {
        Some(directory) => surroundings.directory.join(directory),
        None => surroundings.directory.clone(),
    };
    let directory = directory
        .canonicalize()
        .map_err(|error| Error::usage(format!("{} cannot be stood in: {error}", directory.display())))?;
    let root = find_root(&directory).unwrap_or_else(|| directory.clone());
    let file = match &global.config {
        Some(file) => directory.join(file),
        None => root.join(CONFIG_FILE),
    };
    let paths = match args.files.as_slice() {
        [] => found(&root),
        files => files.iter().map(|file| below(&root, &directory.join(file))).collect::<Result<_, _>>()?,
    };
    if paths.is_empty() {
        let message = format!("no hooks of another tool were found in {}", root.display());
        return Err(Error::usage(message).hint("onramp hooks import FILE names one"));
    }
    let files = paths.iter().map(|path| read(&root, path)).collect::<Result<Vec<_>, _>>()?;
    let import = Import::read(&files).map_err(unreadable)?;
    if import.is_empty() {
        let names = paths.join(", ");
        printer.message(&format!("there are no hooks in {names}"));
        return Ok(ExitStatus::Success);
    }
    if args.write && !global.dry_run {
        write(&import, &file, &root, printer)?;
    } else {
        let sections: Vec<String> = import.sections().into_iter().map(|section| section.text).collect();
        let text = format!("{}\n{}", import.preamble(), sections.join("\n"));
        printer.data(text.trim_end());
        if !global.quiet {
            printer.message(&printer.hint("onramp hooks import --write adds this to onramp.toml"));
        }
    }
    Ok(ExitStatus::Success)
}

fn write(import: &Import, file: &Path, root: &Path, printer: &Printer) -> Result<(), Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unwritable =
        |error: io::Error| Error::environment(format!("{} cannot be written: {error}", file.display()));
    let existing = match fs::read(file) {
        Ok(bytes) => Some(decoded(&name, &bytes).map_err(unreadable)?),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(Error::environment(format!("{} cannot be read: {error}", file.display()))),
    };
    let Some(existing) = existing else {
        let project = root.file_name().unwrap_or_default().to_string_lossy();
        let text = import.fresh(&project);
        // Nobody else's file is replaced, however late it came.
        let mut new = fs::File::create_new(file).map_err(unwritable)?;
        io::Write::write_all(&mut new, text.as_bytes()).map_err(unwritable)?;
        printer.message(&format!("{name} has {} now", count(import.sections().len() + 1, "section")));
        tell(import, printer);
        return Ok(());
    };
    let merged = import.merge(&name, &existing).map_err(unreadable)?;
    if !merged.added.is_empty() {
        let text = merged.text.as_bytes();
        let mode = fs::metadata(file).map_err(unwritable)?.permissions();
        let target = file.canonicalize().map_err(unwritable)?;
        whole_file::replace(&target, |new| {
            fs::write(new, text)?;
            fs::set_permissions(new, mode)
        })
        .map_err(unwritable)?;
    }
    printer.message(&format!("{} added to {name}", count(merged.added.len(), "section")));
    if !merged.kept.is_empty() {
        let headers: Vec<String> =
            merged.kept.iter().map(|section| format!("[{}]", section.header)).collect();
        let these = headers.join(", ");
        printer.message(&format!("{name} has these already, and they stay as they are: {these}"));
        // What was not written is data: somebody has to put the two together.
        let texts: Vec<&str> = merged.kept.iter().map(|section| section.text.trim_end()).collect();
        printer.data(&texts.join("\n\n"));
    }
    tell(import, printer);
    Ok(())
}

/// What comes next.
fn tell(import: &Import, printer: &Printer) {
    let delegated = import.delegated();
    if !delegated.is_empty() {
        let hooks = count(delegated.len(), "hook");
        let names = delegated.join(", ");
        printer.message(&format!("{hooks} of .pre-commit-config.yaml stay there: {names}"));
    }
    printer.message(&printer.hint("onramp tasks lists what can be run now"));
}

fn unreadable(error: ImportError) -> Error {
    Error::configuration(error.to_string())
}

/// A file as it is named from the root.
fn below(root: &Path, file: &Path) -> Result<String, Error> {
    let shown = file.display();
    let real =
        file.canonicalize().map_err(|error| Error::usage(format!("{shown} cannot be read: {error}")))?;
    // A link is named by itself, and not by what it leads to.
    let named = match (file.parent().and_then(|folder| folder.canonicalize().ok()), file.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => real,
    };
    let inside = named.strip_prefix(root).ok().and_then(Path::to_str).map(str::to_owned);
    inside.ok_or_else(|| Error::usage(format!("{shown} lies outside of {}", root.display())))
}

fn read(root: &Path, path: &str) -> Result<(String, String), Error> {
    let bytes = fs::read(root.join(path))
        .map_err(|error| Error::environment(format!("{path} cannot be read: {error}")))?;
    Ok((path.to_owned(), decoded(path, &bytes).map_err(unreadable)?))
}

/// The files that are known to hold hooks: of the root, and of lint-staged also of the folders in it.
fn found(root: &Path) -> Vec<String> {
    let mut paths: Vec<String> = FILES.iter().map(|name| (*name).to_owned()).collect();
    paths.extend(LINT_STAGED_FILES.iter().map(|name| (*name).to_owned()));
    for folder in names(root) {
        if folder != "node_modules" && !folder.starts_with('.') {
            paths.extend(LINT_STAGED_FILES.iter().map(|name| format!("{folder}/{name}")));
        }
    }
    paths.extend(names(&root.join(".husky")).into_iter().map(|name| format!(".husky/{name}")));
    let is_ignored = |path: &str| path.starts_with(".husky/") && path.ends_with(".gitignore");
    paths.retain(|path| root.join(path).is_file() && !is_ignored(path));
    paths
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
