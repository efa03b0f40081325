//! What decides the result of a task's commands, apart from the files they read and the tasks they need.

use std::path::{Path, PathBuf};

use onramp_cache::FingerprintBuilder;
use onramp_config::CommandLine;
use onramp_core::Failure;
use onramp_exec::Environment;

use crate::checkout::Checkout;
use crate::job::CommandWork;
use crate::program;
use crate::session::Session;

/// Adds what the configuration and the user say of the commands, and which programs they would run.
pub(super) fn describe(
    builder: &mut FingerprintBuilder,
    session: &Session,
    checkout: &Checkout,
    work: &CommandWork,
) -> Result<(), Failure> {
    builder.part("directory", bytes(checkout.relative(&work.directory)));
    let environment = work.environment(checkout);
    for command in &work.commands {
        // Word by word: a text for people looks the same for `sh -c 'a b'` and for a shell's `a b`.
        match command {
            CommandLine::Argv(words) => {
                builder.part("command", "argv");
                words.iter().for_each(|word| builder.part("word", word));
                let program = program_of(words, checkout, work);
                add_program(builder, session, &program, &work.directory, &environment)?;
            }
            CommandLine::Shell(text) => {
                builder.part("command", "shell");
                builder.part("text", text);
            }
        }
    }
    work.arguments.iter().for_each(|argument| builder.part("argument", argument));
    if let Some(files) = &work.files {
        files.include.iter().for_each(|glob| builder.part("include", glob));
        files.exclude.iter().for_each(|glob| builder.part("exclude", glob));
    }
    let env = &checkout.config.env;
    env.path.iter().for_each(|folder| builder.part("search-path", bytes(checkout.relative(folder))));
    env.unset.iter().for_each(|name| builder.part("unset", name));
    for (name, value) in env.vars.iter().chain(&work.variables) {
        builder.part("variable", name);
        builder.part("value", value);
    }
    Ok(())
}

/// The program's name with its placeholders replaced. One that cannot be is no name of a program.
fn program_of(words: &[String], checkout: &Checkout, work: &CommandWork) -> String {
    let name = CommandLine::Argv(words.iter().take(1).cloned().collect());
    match name.expand(&work.values(checkout)) {
        Ok(CommandLine::Argv(words)) => words.into_iter().next().unwrap_or_default(),
        Ok(CommandLine::Shell(_)) | Err(_) => String::new(),
    }
}

/// Adds which program a name stands for in a directory. Of a shim that is what it decides by.
fn add_program(
    builder: &mut FingerprintBuilder,
    session: &Session,
    name: &str,
    directory: &Path,
    environment: &Environment,
) -> Result<(), Failure> {
    let Ok(path) = environment.find_program(name.as_ref(), directory) else {
        builder.part("program", "absent");
        return Ok(());
    };
    builder.part("program", program::stamp(&path).unwrap_or_else(|| path.display().to_string()));
    if program::is_shim(&path) {
        let root = &session.outermost().root;
        let files = program::version_files(&path, directory, root);
        let files: Vec<PathBuf> =
            files.iter().filter_map(|file| file.strip_prefix(root).ok()).map(Path::to_path_buf).collect();
        builder.files(root, files.iter().map(PathBuf::as_path))?;
        program::version_variables(environment).for_each(|variable| builder.part("version", variable));
    }
    Ok(())
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
