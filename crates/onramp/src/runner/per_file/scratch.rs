//! A folder in which a formatter works on other contents than those of the tree.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use onramp_config::Commands;
use onramp_core::{Failure, Stream};
use onramp_exec::ProcessSpec;
use tempfile::TempDir;

use crate::job::{CommandWork, Job};
use crate::runner::batches;
use crate::session::Session;
use crate::state::State;

/// What is older than this was left behind by somebody who was killed.
const LEFTOVER_AGE: Duration = Duration::from_secs(3600);

/// The largest file that is copied and not linked, in bytes. Settings are smaller.
const MOST_COPIED: u64 = 64 * 1024;

/// A folder that looks like a workspace to a tool: on the way to each of the files that it was made for lies what lies
/// there in the tree, so settings, plugins and ignore files are where the tool looks for them: small files as
/// copies, folders and large files as links. It goes when this is dropped.
pub(super) struct Scratch {
    folder: TempDir,
    root: PathBuf,
}

impl Scratch {
    /// A folder for these files of a job's workspace, for which nothing is written yet. It lies below the state folder,
    /// so that what a tool looks for above the workspace is found as well; where that cannot be written, among
    /// the system's temporary files.
    pub(super) fn new(
        session: &Session,
        job: &Job,
        directory: &Path,
        files: &[&Path],
    ) -> Result<Self, Failure> {
        let root = &job.checkout.root;
        let parent = State::of(root).scratch();
        let made = job.checkout.prepare_state().and_then(|()| fs::create_dir_all(&parent)).and_then(|()| {
            remove_leftovers(&parent);
            tempfile::Builder::new().prefix("work-").tempdir_in(&parent)
        });
        let made =
            made.or_else(|_| tempfile::Builder::new().prefix("onramp-").tempdir_in(&session.temporary));
        let failed = |error: io::Error| {
            Failure::environment(format!("a scratch folder for formatting could not be made: {error}"))
        };
        let scratch = Self { folder: made.map_err(failed)?, root: root.clone() };
        scratch.link(job.checkout.relative(directory), files).map_err(failed)?;
        Ok(scratch)
    }

    /// The path of what is at this path of the workspace.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.folder.path().join(path)
    }

    fn link(&self, directory: &Path, files: &[&Path]) -> io::Result<()> {
        let mut folders: BTreeSet<&Path> = directory.ancestors().collect();
        folders.extend(files.iter().flat_map(|file| file.ancestors().skip(1)));
        let files: BTreeSet<&Path> = files.iter().copied().collect();
        for folder in &folders {
            if !folder.as_os_str().is_empty() {
                fs::create_dir(self.path(folder))?;
            }
            // A file that is not there yet may lie in a folder that is not, either.
            for entry in fs::read_dir(self.root.join(folder)).into_iter().flatten() {
                let entry = entry?;
                let name = entry.file_name();
                let path = folder.join(&name);
                let is_state = name == ".git" || name == ".onramp";
                if !is_state && !folders.contains(path.as_path()) && !files.contains(path.as_path()) {
                    stand_in(&entry, &self.path(&path))?;
                }
            }
        }
        Ok(())
    }

    /// Runs commands of a job here for these of its files, and shows nothing of what they print.
    pub(super) fn run(
        &self,
        session: &Session,
        job: &Job,
        work: &CommandWork,
        commands: &Commands,
        files: &[&Path],
    ) -> Result<(), Failure> {
        let directory = self.path(job.checkout.relative(&work.directory));
        let values = work
            .values(&job.checkout)
            .with("root", self.folder.path().to_string_lossy())
            .with("dir", directory.to_string_lossy());
        let name = |file: &&Path| {
            let name = batches::name(&job.checkout, work, file);
            // What does not lie below the folder of the task is named in full.
            match Path::new(&name).starts_with(&job.checkout.root) {
                true => self.path(file).into_os_string(),
                false => name,
            }
        };
        let names: Vec<OsString> = files.iter().map(name).collect();
        for command in commands {
            for batch in batches::lists(command, &values, &names)? {
                let argv = command.argv(&values.clone().with_list("files", batch));
                let argv = argv.map_err(|error| Failure::task(error.to_string()))?;
                let mut spec =
                    ProcessSpec::new(argv, &directory, work.environment(&job.checkout).into_owned());
                spec.timeout = work.timeout;
                if command.reads_files() {
                    spec.stdin = batches::on_stdin(batch);
                }
                session.launcher.run(&spec, Arc::new(|_: Stream, _: &str| {}))?;
            }
        }
        Ok(())
    }
}

/// Has a small file stand for itself as a copy, so that a tool which writes it does not write into the tree; anything
/// else as a link.
fn stand_in(entry: &DirEntry, path: &Path) -> io::Result<()> {
    let is_small = |entry: &DirEntry| {
        entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MOST_COPIED)
    };
    // What cannot be read is for the tool to complain about.
    if is_small(entry) && fs::copy(entry.path(), path).is_ok() {
        return Ok(());
    }
    drop(fs::remove_file(path));
    symlink(entry.path(), path)
}

fn remove_leftovers(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > LEFTOVER_AGE)) {
            // Whoever cannot remove it now may another time.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
