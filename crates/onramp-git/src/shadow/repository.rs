//! What makes a folder a work tree of the user's repository: a `.git` that leads to a folder with a `HEAD` and an index
//! of its own, which leads to the repository for everything else. It is like one of `git worktree add`, but nobody is
//! told of it, so that it is in no list and nothing prunes it.

use std::fs;
use std::io;
use std::path::Path;

use crate::Repository;

pub(super) fn prepare(repository: &Repository, folder: &Path, tree: &Path) -> Result<(), super::Trouble> {
    let Some(directory) = &repository.directory else { return Ok(()) };
    let own = folder.join("git");
    fs::create_dir_all(&own)?;
    write(&own.join("commondir"), absolute(directory.common())?.as_encoded_bytes())?;
    write(&own.join("gitdir"), tree.join(".git").as_os_str().as_encoded_bytes())?;
    let mut leads = b"gitdir: ".to_vec();
    leads.extend_from_slice(own.as_os_str().as_encoded_bytes());
    write(&tree.join(".git"), &leads)?;
    write(&own.join("HEAD"), head(repository, directory)?.as_bytes())?;
    share_indexes(directory.own(), &own)?;
    match fs::copy(repository.index(), own.join("index")) {
        // Nothing has been staged yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        copied => drop(copied?),
    }
    // A tool that was killed held it.
    match fs::remove_file(own.join("index.lock")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// What is checked out, as a commit: what a tool commits here is on nobody's branch.
fn head(repository: &Repository, directory: &crate::GitDirectory) -> Result<String, super::Trouble> {
    let text = fs::read_to_string(directory.own().join("HEAD"))?;
    let Some(reference) = text.trim_end().strip_prefix("ref: ") else { return Ok(text) };
    let loose = fs::read_to_string(directory.common().join(reference)).unwrap_or_default();
    let is_id = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id(loose.trim_end()) {
        return Ok(loose);
    }
    let answer = repository.ask(repository.work_tree(), ["rev-parse", "--verify", "--quiet", "HEAD"])?;
    // Where there is no commit yet, the branch that is about to begin.
    Ok(answer.text().map_or(text, |id| format!("{id}\n")))
}

/// An index may be split in two; git looks for its larger part beside `HEAD`.
fn share_indexes(from: &Path, to: &Path) -> io::Result<()> {
    let shared = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.file_name())
            .filter(|name| name.as_encoded_bytes().starts_with(b"sharedindex."))
    };
    for name in shared(to) {
        fs::remove_file(to.join(name))?;
    }
    for name in shared(from) {
        // Its bytes never change.
        if fs::hard_link(from.join(&name), to.join(&name)).is_err() {
            fs::copy(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<std::ffi::OsString, io::Error> {
    path.canonicalize().map(std::path::PathBuf::into_os_string)
}

/// Writes a file that does not say this yet.
fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut line = text.trim_ascii_end().to_vec();
    line.push(b'\n');
    if fs::read(file).is_ok_and(|there| there == line) { Ok(()) } else { fs::write(file, line) }
}

impl Repository {
    /// The index that this hook's commit is made of.
    pub(crate) fn index(&self) -> std::path::PathBuf {
        match (self.environment.get("GIT_INDEX_FILE"), &self.directory) {
            (Some(file), _) => self.work_tree.join(file),
            (None, Some(directory)) => directory.own().join("index"),
            (None, None) => self.work_tree.join(".git/index"),
        }
    }

    /// The same git for another work tree, which has its own index.
    pub(crate) fn elsewhere(&self) -> Self {
        let mut repository = self.clone();
        for name in ["GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE"] {
            repository.environment.unset(name);
        }
        repository
    }
}
