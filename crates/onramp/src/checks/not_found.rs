//! What to do where a command's program is not there.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use onramp_config::{Section, TaskConfig, nearest};
use onramp_exec::{Environment, ProcessError};

use super::{fix_of, remedy};
use crate::checkout::Checkout;
use crate::session::Session;

/// Words of a shell that no program has, so that whoever writes them means one.
const OF_A_SHELL: [&str; 9] = ["cd", "export", "source", ".", "set", "unset", "eval", "alias", "ulimit"];

/// Words of fewer letters are near to too many programs.
const SHORTEST: usize = 3;

/// The next step of somebody whose command failed for want of its program: a command to paste, or what to write instead.
/// `None` where the error is another one.
pub(crate) fn hint(
    session: &Session,
    checkout: &Checkout,
    task: Option<&TaskConfig>,
    error: &ProcessError,
) -> Option<String> {
    let ProcessError::ProgramNotFound { program, directory } = error else { return None };
    let place = task.and_then(|task| task.place.as_ref());
    let place = place.map(|(file, line)| format!("{}:{line}", session.workspace().relative(file).display()));
    let at = |text: String| match &place {
        Some(place) => format!("{text} ({place})"),
        None => text,
    };
    let did_you_mean = |name: &str| at(format!("did you mean `{name}`?"));
    let setup = checkout.config.tasks.iter().any(|task| task.section == Section::Setup);
    let setup = setup.then(|| "onramp setup".to_owned());
    if program.contains('/') {
        let path: PathBuf = directory.join(program).components().collect();
        if path.is_file() {
            let from_here = path.strip_prefix(&session.directory).unwrap_or(&path);
            return Some(format!("chmod +x {}", shell_words::quote(&from_here.display().to_string())));
        }
        let found = beside(&path, &checkout.environment).map(|name| did_you_mean(&with_name(program, &name)));
        let setup = setup.filter(|_| path.starts_with(&checkout.root));
        return found.or(setup).or_else(|| Some(at("look at how it is written".to_owned())));
    }
    let tools = &checkout.config.tools;
    if tools.iter().any(|tool| tool.program == *program) {
        return fix_of(session, checkout, program).or_else(|| Some("onramp doctor".to_owned()));
    }
    if OF_A_SHELL.contains(&program.as_str()) || program.contains('=') {
        return Some(match task {
            Some(_) => at("no shell reads the command unless the task says so: `shell = true`".to_owned()),
            None => "onramp exec -- sh -c 'COMMAND'".to_owned(),
        });
    }
    if let Some(tool) = nearest(program, tools.iter().map(|tool| tool.program.as_str())) {
        return Some(did_you_mean(tool));
    }
    // What setup makes is not there before it has run.
    let is_bare = checkout.config.env.path.iter().any(|folder| !folder.is_dir());
    if let Some(setup) = setup.filter(|_| is_bare) {
        return Some(setup);
    }
    if directory.join(program).is_file() {
        return Some(did_you_mean(&format!("./{program}")));
    }
    on_path(program, &checkout.environment, directory)
        .map(|name| did_you_mean(&name))
        .or_else(|| Some(declaration(session, checkout, program, place.as_deref())))
}

/// How to declare a program as a tool, for somebody who cannot simply have meant another one.
fn declaration(session: &Session, checkout: &Checkout, program: &str, place: Option<&str>) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let name: String = program.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
    let by_name = if name == program { String::new() } else { format!("program = {program:?}\n") };
    let source = remedy::source_here(session, checkout).map_or("command", remedy::PackageSource::name);
    let file = place.map_or_else(|| onramp_config::CONFIG_FILE.to_owned(), str::to_owned);
    format!(
        "install it, and declare it so that `onramp doctor --fix` does that ({file}):\n\
         [tools.{name}]\n{by_name}fix.{source} = \"...\""
    )
}

/// The program on `PATH` that is called nearly the same.
fn on_path(program: &str, environment: &Environment, directory: &Path) -> Option<String> {
    let path = environment.get("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(path).map(|folder| directory.join(folder)).collect();
    in_folders(program, &folders, environment)
}

/// The program in the same folder that is called nearly the same.
fn beside(path: &Path, environment: &Environment) -> Option<String> {
    in_folders(path.file_name()?.to_str()?, &[path.parent()?.to_path_buf()], environment)
}

/// Of thousands of programs some are near to any word: the first letter is the same, and hardly one is more or less. One
/// that goes on where the word ends comes first.
fn in_folders(program: &str, folders: &[PathBuf], environment: &Environment) -> Option<String> {
    let length = program.chars().count();
    if length < SHORTEST {
        return None;
    }
    let is_near = |name: &str| {
        let (first, second) = (program.chars().next(), program.chars().nth(1));
        let begins = name.chars().next() == first || name.chars().next() == second;
        begins && name.chars().count().abs_diff(length) <= 1 && name != program
    };
    let mut names: BTreeSet<(bool, String)> = BTreeSet::new();
    for entry in folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_program = || environment.find_program(entry.path().as_os_str(), Path::new("/")).is_ok();
        if is_near(&name) && is_program() {
            names.insert((!name.starts_with(program), name));
        }
    }
    nearest(program, names.iter().map(|(_, name)| name.as_str())).map(str::to_owned)
}

/// The same path with another last name.
fn with_name(path: &str, name: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = Path::new(folder).join(OsStr::new(name)).display().to_string();
    if joined.contains('/') { joined } else { format!("/{joined}") }
}
