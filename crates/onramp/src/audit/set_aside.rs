//! Sets the outputs of a task aside while it is audited, so that a tool that looks whether they are up to date has
//! work to do.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use onramp_cache::{ActionResult, Output, Written, is_plainly_below};
use onramp_core::{Failure, Level, Reporter, TaskGraph, TaskId, TaskNode};

use crate::declared::{Outputs, Task};
use crate::job::{CommandWork, Job, Kind};
use crate::session::Session;
use crate::state::State;
use crate::words::count;

/// Files that lie in a folder of the state instead of where they belong. They are put back when this is dropped; a
/// run that is killed leaves them to the next command.
pub(super) struct SetAside {
    state: State,
    root: PathBuf,
    /// The folder, in which each file has its path relative to the root.
    folder: PathBuf,
    files: Vec<PathBuf>,
    _lock: File,
}

/// What became of files that were put back.
#[derive(Default)]
pub(super) struct PutBack {
    /// Those that lie where they belong again.
    back: usize,
    /// Those in whose place something else lies, and where they are now.
    elsewhere: Vec<(PathBuf, PathBuf)>,
    /// Those that could not be moved, and why.
    stuck: Vec<(PathBuf, io::Error)>,
}

/// The outputs of a task that can be set aside: files that lie where it alone declares to write, and that it does
/// not read. Those of a task that changes the tree in place are none: a stamp would lie without what it stands for.
pub(super) fn outputs(
    graph: &TaskGraph<Job>,
    node: &TaskNode<Job>,
    work: &CommandWork,
) -> Result<Vec<PathBuf>, Failure> {
    let Some(cache) = node.payload.cache.as_ref().filter(|cache| cache.kind == Kind::Result) else {
        return Ok(Vec::new());
    };
    let checkout = &node.payload.checkout;
    let plan = graph.plan(std::slice::from_ref(&node.id)).expect("the task comes from the graph");
    let needs = plan.nodes().iter().map(|position| &graph.nodes()[*position]);
    let needs: Vec<Task<'_>> = needs.filter(|need| need.id != node.id).map(Task::of).collect();
    let of_needs = Outputs::of(&needs)?;
    let inputs = checkout.patterns(&work.directory, &cache.inputs)?;
    let patterns = checkout.patterns(&work.directory, &cache.outputs)?;
    let written = Written::look(&checkout.root, &patterns, &checkout.memo)?;
    let files = written.outputs.into_iter().filter(|(_, output)| *output != Output::Folder);
    let is_own = |file: &PathBuf| {
        is_plainly_below(&checkout.root, file)
            && !inputs.matches(file)
            && !of_needs.has(&checkout.root.join(file))
            && !file.starts_with(".git")
            && !file.starts_with(crate::state::STATE_FOLDER)
    };
    Ok(files.map(|(name, _)| PathBuf::from(name)).filter(is_own).collect())
}

impl SetAside {
    /// Moves the files, which are relative to `root`. Where one cannot be moved, all lie where they were.
    pub(super) fn begin(root: &Path, files: Vec<PathBuf>) -> io::Result<Self> {
        let state = State::of(root);
        state.create()?;
        let folder = state.set_aside().join(format!("{}-{}", ActionResult::now(), std::process::id()));
        // Before the folder is there, so that nobody can take it for one that was left behind.
        let lock = loop {
            fs::create_dir_all(state.set_aside())?;
            match open_lock(&folder) {
                // Another audit has ended, and removed what was empty.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => break opened?,
            }
        };
        lock.try_lock()?;
        let mut aside = Self { state, root: root.to_path_buf(), folder, files: Vec::new(), _lock: lock };
        fs::create_dir(&aside.folder)?;
        for file in files {
            move_to(&aside.root.join(&file), &aside.folder.join(&file))?;
            aside.files.push(file);
        }
        Ok(aside)
    }

    /// How many files it has moved.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// After a success: what the run has made anew is removed, the rest is put back.
    pub(super) fn end(mut self) -> io::Result<()> {
        for file in std::mem::take(&mut self.files) {
            if self.root.join(&file).symlink_metadata().is_ok() {
                fs::remove_file(self.folder.join(&file))?;
            } else {
                self.files.push(file);
            }
        }
        self.put_back(true).into_result()
    }

    /// After a failure: everything lies again where it was, in place of what the run has made there.
    pub(super) fn abandon(mut self) -> io::Result<()> {
        self.put_back(true).into_result()
    }

    fn put_back(&mut self, replaces: bool) -> PutBack {
        let put = put_back(&self.state, &self.root, &self.folder, &std::mem::take(&mut self.files), replaces);
        tidy(&self.folder);
        put
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        // What cannot be moved now stays in the folder, of which the next command tells.
        drop(self.put_back(true));
    }
}

impl PutBack {
    fn into_result(self) -> io::Result<()> {
        let Some((file, error)) = self.stuck.into_iter().next() else { return Ok(()) };
        let message = format!("{} could not be put back from the state folder: {error}", file.display());
        Err(io::Error::new(error.kind(), message))
    }
}

/// Puts back what killed audits have set aside, and tells of it.
pub(crate) fn put_back_leftovers(session: &Session) {
    for checkout in &session.checkouts {
        let state = State::of(&checkout.root);
        let Ok(entries) = fs::read_dir(state.set_aside()) else { continue };
        for folder in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
            // Whoever audits right now has the lock.
            let Ok(lock) = open_lock(&folder) else { continue };
            if lock.try_lock().is_err() {
                continue;
            }
            let put = put_back(&state, &checkout.root, &folder, &files_in(&folder), false);
            tidy(&folder);
            for message in put.messages(&folder) {
                session.reporter.notice(Level::Warning, &message);
            }
        }
    }
}

/// What a task that failed while its outputs were set aside is told with.
pub(super) fn told(task: &TaskId, files: usize) -> String {
    let (number, them) = (count(files, "output"), if files == 1 { "it is" } else { "they are" });
    format!("{task} ran without {number} of earlier runs, as an audit needs it; {them} back")
}

impl PutBack {
    fn messages(&self, folder: &Path) -> Vec<String> {
        let mut messages = Vec::new();
        if self.back > 0 {
            let number = count(self.back, "output");
            let lie = if self.back == 1 { "lies where it was" } else { "lie where they were" };
            messages.push(format!("{number} that a killed audit had set aside {lie} again"));
        }
        messages.extend(self.elsewhere.iter().map(|(file, kept)| {
            let (file, kept) = (file.display(), kept.display());
            format!("{file} was set aside by a killed audit, and there is another one now; it is in {kept}")
        }));
        messages.extend(self.stuck.iter().map(|(file, error)| {
            let (kept, file) = (folder.join(file), file.display());
            format!(
                "{file} was set aside by a killed audit and cannot be put back, it is {}: {error}",
                kept.display()
            )
        }));
        messages
    }
}

fn put_back(state: &State, root: &Path, folder: &Path, files: &[PathBuf], replaces: bool) -> PutBack {
    let mut put = PutBack::default();
    for file in files {
        let (from, to) = (folder.join(file), root.join(file));
        let is_free = !to.is_dir() && (replaces || to.symlink_metadata().is_err());
        if is_free && is_plainly_below(root, file) && move_to(&from, &to).is_ok() {
            put.back += 1;
            continue;
        }
        let kept = state.replaced(ActionResult::now()).join(file);
        match move_to(&from, &kept) {
            Ok(()) => put.elsewhere.push((file.clone(), kept)),
            Err(error) => put.stuck.push((file.clone(), error)),
        }
    }
    put
}

fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(from, to)
}

/// The files below a folder, relative to it.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(entry.path()),
                _ => files.extend(entry.path().strip_prefix(folder).map(Path::to_path_buf)),
            }
        }
    }
    files.sort();
    files
}

/// Removes a folder that holds nothing but folders, and its lock.
fn tidy(folder: &Path) {
    fn remove(folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                remove(&entry.path());
            }
        }
        // It fails for one that holds a file, which is what is wanted.
        drop(fs::remove_dir(folder));
    }
    remove(folder);
    if !folder.exists() {
        drop(fs::remove_file(lock_of(folder)));
        if let Some(all) = folder.parent() {
            drop(fs::remove_dir(all));
        }
    }
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

fn open_lock(folder: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(lock_of(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_begins_while_another_one_ends_and_removes_what_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "earlier").unwrap();
        let ended = State::of(folder.path()).set_aside().join("another");
        std::thread::scope(|scope| {
            let beginning = scope.spawn(|| {
                for _ in 0..100 {
                    SetAside::begin(folder.path(), vec![PathBuf::from("a")]).unwrap().abandon().unwrap();
                }
            });
            while !beginning.is_finished() {
                tidy(&ended);
            }
        });
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "earlier");
    }

    fn set_aside(names: &[&str]) -> (tempfile::TempDir, SetAside) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        names.iter().for_each(|name| fs::write(folder.path().join(name), "earlier").unwrap());
        let aside = SetAside::begin(folder.path(), names.iter().map(PathBuf::from).collect()).unwrap();
        assert!(names.iter().all(|name| !folder.path().join(name).exists()));
        (folder, aside)
    }

    #[test]
    fn what_is_made_anew_stays_and_the_rest_comes_back() {
        let (folder, aside) = set_aside(&["dist/a", "b"]);
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        fs::write(folder.path().join("dist/a"), "new").unwrap();
        aside.end().unwrap();
        assert_eq!((read("dist/a"), read("b")), ("new".to_owned(), "earlier".to_owned()));
        assert!(!State::of(folder.path()).set_aside().exists());
    }

    #[test]
    fn everything_comes_back_when_it_is_abandoned_or_dropped() {
        for drops in [false, true] {
            let (folder, aside) = set_aside(&["dist/a"]);
            fs::write(folder.path().join("dist/a"), "half").unwrap();
            if drops {
                drop(aside)
            } else {
                aside.abandon().unwrap()
            }
            assert_eq!(fs::read_to_string(folder.path().join("dist/a")).unwrap(), "earlier");
            assert!(!State::of(folder.path()).set_aside().exists());
        }
    }

    #[test]
    fn where_a_folder_has_come_in_between_the_file_is_kept_elsewhere() {
        let (folder, aside) = set_aside(&["b"]);
        fs::create_dir(folder.path().join("b")).unwrap();
        aside.abandon().unwrap();
        let replaced = folder.path().join(".onramp/replaced");
        let kept = files_in(&replaced);
        assert_eq!(fs::read_to_string(replaced.join(&kept[0])).unwrap(), "earlier");
    }

    #[test]
    fn one_file_that_cannot_be_moved_leaves_all_where_they_were() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "earlier").unwrap();
        let files = ["a", "missing"].map(PathBuf::from).to_vec();
        assert!(SetAside::begin(folder.path(), files).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "earlier");
    }
}
