use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::remove::{keep_while_cleared, remove_folder, remove_if_there};
use crate::{Action, ActionResult};

/// Of each task the result that the tree was last brought to, by running it or by restoring it. For tasks that
/// change the tree nothing else may answer; of the others it is what a change is told against. The result is the
/// first line of a file, its action the second one: most readers want no more than the first.
#[derive(Clone, Debug)]
pub struct LastResults {
    folder: PathBuf,
}

impl LastResults {
    /// They lie in `folder`, which need not exist yet, one file per name.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The last result of a task. One that cannot be read is as good as none.
    pub fn read(&self, name: &str) -> Option<ActionResult> {
        let bytes = fs::read(self.path(name)).ok()?;
        serde_json::from_slice(bytes.split(|byte| *byte == b'\n').next()?).ok()
    }

    /// What the last result of a task was made of.
    pub fn action(&self, name: &str) -> Option<Action> {
        let bytes = fs::read(self.path(name)).ok()?;
        Action::from_bytes(bytes.split(|byte| *byte == b'\n').nth(1)?)
    }

    /// Remembers a task's last result, in one step.
    pub fn write(&self, name: &str, result: &ActionResult, action: &Action) -> io::Result<()> {
        let mut text = serde_json::to_vec(result)?;
        text.push(b'\n');
        text.extend(action.to_bytes());
        keep_while_cleared(|| {
            let new = || tempfile::NamedTempFile::new_in(&self.folder);
            let mut file = new().or_else(|_| fs::create_dir_all(&self.folder).and_then(|()| new()))?;
            file.write_all(&text)?;
            file.persist(self.path(name)).map_err(|error| error.error)?;
            Ok(())
        })
    }

    /// Forgets a task's last result.
    pub fn forget(&self, name: &str) -> io::Result<()> {
        remove_if_there(&self.path(name))
    }

    /// Forgets all of them.
    pub fn clear(&self) -> io::Result<()> {
        remove_folder(&self.folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.json", file_name(name)))
    }
}

/// The name of a task as the name of a file. It may hold a slash (a member) and a colon; neither may stand in a
/// portable file name.
pub(crate) fn file_name(name: &str) -> String {
    name.replace('/', "+").replace(':', "=")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Digest, Outputs};

    #[test]
    fn a_result_survives_and_a_broken_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let last = LastResults::new(folder.path().join("last"));
        let task = "flowline/setup:python";
        let result = ActionResult {
            task: task.to_owned(),
            action: Digest::of("a"),
            outputs: Outputs::new(),
            untouched: Vec::new(),
            transcript: None,
            milliseconds: 5,
            finished: 7,
        };
        assert_eq!(last.read(task), None);
        last.write(task, &result, &Action::new()).unwrap();
        assert_eq!(last.read(task), Some(result));
        assert_eq!(last.action(task), Some(Action::new()));
        fs::write(folder.path().join("last/flowline+setup=python.json"), "{").unwrap();
        assert_eq!((last.read(task), last.action(task)), (None, None));
        last.forget(task).unwrap();
        last.forget(task).unwrap();
        assert_eq!(fs::read_dir(folder.path().join("last")).unwrap().count(), 0);
    }
}
