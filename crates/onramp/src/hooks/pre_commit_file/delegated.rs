use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use onramp_core::Failure;

use super::{Delegate, FILE, FileHook, FileHooks, Setting, arguments, native};
use crate::context::RustWork;

/// How many bytes its words may have. It asks for its hooks' files anew each time it runs, and hooks that take no files
/// would run each time; so it gets as much as a system allows by default.
const COMMAND_BYTES: usize = 600 * 1024;

/// A name that no file has.
const NO_FILE: &str = ".onramp-no-file";

/// The work of a program on the hooks that are left to it.
pub(super) fn work(
    setting: &Setting<'_>,
    file: &FileHooks,
    hooks: &[&FileHook],
    program: Option<Delegate>,
) -> RustWork {
    let Some(program) = program else { return missing(setting, file, hooks) };
    let mut words: Vec<OsString> = vec![program.name().into(), "run".into()];
    words.extend(["--config".into(), setting.config().into_os_string()]);
    words.extend(arguments::options(setting.hook).into_iter().map(OsString::from));
    // Without files it would look for its own, and put aside what is not staged; at a stage that is about none, or where
    // none is left, the name stands for nothing.
    words.push("--files".into());
    let mut files: Vec<PathBuf> =
        setting.candidates.iter().map(|candidate| candidate.path().to_path_buf()).collect();
    if files.is_empty() {
        files.push(PathBuf::from(NO_FILE));
    }
    let mut environment = setting.environment();
    let wanted: BTreeSet<&str> = hooks.iter().map(|hook| hook.own_name()).collect();
    let others = file.hooks.iter().map(FileHook::own_name).filter(|name| !wanted.contains(name));
    environment.set("SKIP", others.collect::<Vec<_>>().join(","));
    environment.unset("PREK_SKIP");
    let root = setting.root.to_path_buf();
    Arc::new(move |context| native::run(context, &words, &files, COMMAND_BYTES, &root, &environment))
}

/// Hooks that nobody runs must not look as if they had passed.
fn missing(setting: &Setting<'_>, file: &FileHooks, hooks: &[&FileHook]) -> RustWork {
    let names: Vec<&str> = hooks.iter().map(|hook| hook.own_name()).collect();
    let (hooks, need) = if names.len() == 1 { ("hook", "needs") } else { ("hooks", "need") };
    let message = format!("the {hooks} {} of {FILE} {need} {}", names.join(", "), Delegate::missing(file));
    let remedy = Delegate::remedy(&setting.checkout.environment, setting.root);
    Arc::new(move |_| Err(Failure::environment(message.clone()).hint(remedy)))
}
