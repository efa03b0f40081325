use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Fingerprint, OutputDigests};

/// Of a task's last success: what decided its result, and what the result was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The task's full name, for people who look into the file.
    pub task: String,
    /// What decided the result.
    pub fingerprint: Fingerprint,
    /// What the task wrote.
    pub outputs: OutputDigests,
}

/// The records of a workspace, one file per name. A name is that of a task, and of its form where it has two.
#[derive(Clone, Debug)]
pub struct Records {
    directory: PathBuf,
}

impl Records {
    /// Records that lie in `directory`, which need not exist yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The record of a task's last success. One that cannot be read is as good as none: the task runs again.
    pub fn read(&self, name: &str) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.path(name)).ok()?).ok()
    }

    /// Stores a record in one step: readers see the old one or the new one, whatever happens meanwhile.
    pub fn write(&self, name: &str, record: &Record) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(&serde_json::to_vec_pretty(record)?)?;
        file.persist(self.path(name)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Forgets a task's last success.
    pub fn forget(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        // A name may hold a slash (a member) and a colon; neither may stand in a portable file name.
        self.directory.join(Path::new(&format!("{}.json", name.replace('/', "+").replace(':', "="))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FingerprintBuilder;

    #[test]
    fn a_record_survives_and_a_broken_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let records = Records::new(folder.path().join("results"));
        let task = "flowline/setup:python";
        let record = Record {
            task: task.to_string(),
            fingerprint: FingerprintBuilder::new().finish(),
            outputs: OutputDigests::from([("a".to_owned(), "absent".to_owned())]),
        };
        assert_eq!(records.read(task), None);
        records.write(task, &record).unwrap();
        assert_eq!(records.read(task), Some(record));
        fs::write(folder.path().join("results/flowline+setup=python.json"), "{").unwrap();
        assert_eq!(records.read(task), None);
    }
}
