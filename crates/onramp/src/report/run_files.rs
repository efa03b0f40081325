use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// How many dated reports are kept.
const KEPT: usize = 20;

/// The folder with the reports of the last runs.
pub(crate) struct RunFiles {
    directory: PathBuf,
}

impl RunFiles {
    /// Those in this folder. Nothing is made before there is something to write.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Keeps a report as `last.json` and under its date, and drops the oldest ones. Each file appears whole
    /// or not at all, also where several runs end at once.
    pub(crate) fn keep(&self, started: u64, verb: &str, report: &str) -> io::Result<()> {
        self.write("last.json", report)?;
        // Two runs of one verb may start in one millisecond; the later one gets the next that is free.
        for moment in started..started + KEPT as u64 {
            let name = format!("{moment}-{}.json", file_name(verb));
            match self.filled(report)?.persist_noclobber(self.directory.join(name)) {
                Ok(_) => break,
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.error),
            }
        }
        for name in surplus(self.names()?) {
            // Another run may have dropped it in the meantime.
            drop(fs::remove_file(self.directory.join(name)));
        }
        Ok(())
    }

    /// Writes a file of the folder, and returns where it lies.
    pub(crate) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.directory.join(name);
        self.filled(text)?.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }

    /// The folder itself.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    fn filled(&self, text: &str) -> io::Result<NamedTempFile> {
        fs::create_dir_all(&self.directory)?;
        let mut file = NamedTempFile::new_in(&self.directory)?;
        file.write_all(text.as_bytes())?;
        Ok(file)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        fs::read_dir(&self.directory)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
    }
}

/// A verb as a part of a file's name: that of a task written in Rust may have any letters.
fn file_name(verb: &str) -> String {
    verb.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect()
}

/// Which of these files are dated reports beyond the newest ones.
fn surplus(names: Vec<OsString>) -> impl Iterator<Item = OsString> {
    let dated = |name: OsString| {
        let (moment, _) = name.to_str()?.strip_suffix(".json")?.split_once('-')?;
        Some((moment.parse::<u64>().ok()?, name))
    };
    let mut dated: Vec<(u64, OsString)> = names.into_iter().filter_map(dated).collect();
    dated.sort();
    let beyond = dated.len().saturating_sub(KEPT);
    dated.into_iter().take(beyond).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_other_files_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = RunFiles::new(folder.path().join("runs"));
        files.write("timings.html", "page").unwrap();
        files.write("7-notes.txt", "mine").unwrap();
        // The numbers have different lengths, so that an order by text would be wrong.
        for moment in 85..110 {
            files.keep(moment, "my task/x", "{}").unwrap();
        }
        let mut names: Vec<String> =
            files.names().unwrap().into_iter().map(|name| name.into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), KEPT + 3, "{names:?}");
        assert!(names.contains(&"109-my-task-x.json".to_owned()), "{names:?}");
        assert!(!names.contains(&"89-my-task-x.json".to_owned()), "{names:?}");
        for other in ["last.json", "timings.html", "7-notes.txt"] {
            assert!(names.contains(&other.to_owned()), "{other}");
        }
    }

    #[test]
    fn runs_of_one_moment_do_not_overwrite_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let files = RunFiles::new(folder.path().to_path_buf());
        files.keep(5, "test", "one").unwrap();
        files.keep(5, "test", "two").unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!([read("5-test.json"), read("6-test.json"), read("last.json")], ["one", "two", "two"]);
    }
}
