//! Git hooks: their installation, and what git runs then.

mod commits;
mod contents;
mod faults;
mod import;
mod install;
mod install_chained;
mod install_doctor;
mod install_folders;
mod install_program;
mod install_shims;
mod install_xtask;
mod kills;
mod many;
mod meanwhile;
mod names;
mod partly_staged;
mod pre_commit_file;
mod random;
mod randomised;
mod reports;
mod results;
mod site;
mod stages;
mod tools;
mod types;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use onramp_tests::{Run, TestEnv};

use crate::workspace;

/// What names two stages, and nothing that runs.
const TWO_STAGES: &str =
    "[task.a]\nrun = \"true\"\n\n[hooks]\npre-commit = [\"format\", \"task:a\"]\npre-push = [\"test\"]\n";

/// Writes down how it was called, and what it was told.
const RECORDER: &str = "#!/bin/sh\n{\n    echo \"called: $*\"\n    pwd -P\n    cat\n} >> \"$RECORD\"\nenv > \"$RECORD.env\"\nexit \"${ONRAMP_EXITS-0}\"\n";

/// A workspace in a git repository with one commit. What git calls `onramp` is a stand-in that writes down how it was
/// called: here it matters that the right program is called in the right way, not what that does.
fn repository(configuration: &str) -> TestEnv {
    let env = in_git(workspace(configuration));
    git(&env, &["init", "-q", "-b", "main"]);
    git(&env, &["add", "--all"]);
    git(&env, &["commit", "-q", "-m", "first"]);
    env
}

/// An environment in which git can commit, knows nothing of the machine's configuration, and finds the stand-in.
fn in_git(env: TestEnv) -> TestEnv {
    let programs = env.outside().join("programs");
    fs::create_dir(&programs).expect("a new folder");
    program(&programs.join("onramp"), RECORDER);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display());
    let record = env.outside().join("record").display().to_string();
    env.variable("GIT_CONFIG_NOSYSTEM", "1")
        .variable("GIT_AUTHOR_NAME", "A. U. Thor")
        .variable("GIT_AUTHOR_EMAIL", "author@example.org")
        .variable("GIT_COMMITTER_NAME", "A. U. Thor")
        .variable("GIT_COMMITTER_EMAIL", "author@example.org")
        .variable("PATH", &path)
        .variable("RECORD", &record)
}

/// Writes a program.
fn program(file: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folders of a file");
    fs::write(file, text).expect("a new program");
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Runs git at the root of the workspace.
#[track_caller]
fn git(env: &TestEnv, words: &[&str]) -> Run {
    git_in(env, "", words).exits(0)
}

/// Runs git in a folder, from the root of the workspace.
#[track_caller]
fn git_in(env: &TestEnv, folder: &str, words: &[&str]) -> Run {
    env.command(folder, ["git"].into_iter().chain(words.iter().copied()))
}

/// Commits nothing, which git runs hooks for all the same.
#[track_caller]
fn commit(env: &TestEnv, folder: &str) -> Run {
    git_in(env, folder, &["commit", "-q", "--allow-empty", "-m", "a commit"])
}

/// What the stand-in has written down since the last time, without the folder around the workspace.
fn recorded(env: &TestEnv) -> String {
    let file = env.outside().join("record");
    let text = fs::read_to_string(&file).unwrap_or_default();
    drop(fs::remove_file(file));
    let outside = env.outside().canonicalize().expect("it is there");
    let root = env.root().canonicalize().expect("it is there");
    text.replace(&root.display().to_string(), "[ROOT]").replace(&outside.display().to_string(), "[OUTSIDE]")
}

/// The file of a hook in git's own folder.
fn hook(env: &TestEnv, stage: &str) -> PathBuf {
    env.root().join(".git/hooks").join(stage)
}

/// The files of a folder of hooks with content and mode, without the samples that git puts there.
fn hooks(folder: &Path) -> Vec<(String, Vec<u8>, u32)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().ends_with(".sample"))
        .map(|entry| {
            let mode = entry.path().symlink_metadata().expect("it was listed").permissions().mode();
            let link = fs::read_link(entry.path()).map(|to| to.to_string_lossy().into_owned().into_bytes());
            let text = link.or_else(|_| fs::read(entry.path())).unwrap_or_default();
            (entry.file_name().to_string_lossy().into_owned(), text, mode)
        })
        .collect();
    files.sort();
    files
}

/// The names in a folder of hooks.
fn names(folder: &Path) -> Vec<String> {
    hooks(folder).into_iter().map(|(name, ..)| name).collect()
}
