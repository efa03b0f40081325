use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::ProcessError;

/// All environment variables of a process, complete: nothing is added behind it but `PWD`, which a launcher
/// sets to the working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The given variables and no others.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self { variables: variables.into_iter().collect() }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.insert(name.into(), value.into());
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: impl AsRef<OsStr>) {
        self.variables.remove(name.as_ref());
    }

    /// A variable's value.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.variables.get(name.as_ref()).map(OsString::as_os_str)
    }

    /// All variables, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// Puts directories before `PATH`, the first one foremost. Fails with the directory that cannot be an
    /// entry of `PATH` because its name has the separator in it, and leaves `PATH` as it was then.
    pub fn prepend_path<'a>(
        &mut self,
        directories: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), ProcessError> {
        let old = self.get("PATH").map(OsStr::to_owned).unwrap_or_default();
        let mut entries = Vec::new();
        for directory in directories {
            let entry = std::env::join_paths([directory]);
            entries.push(entry.map_err(|_| ProcessError::FolderNotForPath(directory.to_path_buf()))?);
        }
        let old = std::env::split_paths(&old).filter(|entry| !entry.as_os_str().is_empty());
        entries.extend(old.map(PathBuf::into_os_string));
        let path = std::env::join_paths(entries).expect("each entry is a single one");
        self.set("PATH", path);
        Ok(())
    }

    /// Finds the file that `program` stands for: on `PATH`, or relative to `directory` where it has a slash.
    pub fn find_program(&self, program: &OsStr, directory: &Path) -> Result<PathBuf, ProcessError> {
        which::which_in(program, self.get("PATH"), directory).map_err(|_| ProcessError::ProgramNotFound {
            program: program.to_string_lossy().into_owned(),
            directory: directory.to_path_buf(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_directories_win() {
        let mut environment = Environment::new([("PATH".into(), "/usr/bin::/bin".into())]);
        environment.prepend_path([Path::new("/a"), Path::new("/b")]).unwrap();
        assert_eq!(environment.get("PATH").unwrap(), "/a:/b:/usr/bin:/bin");
    }

    #[test]
    fn a_folder_with_the_separator_in_its_name_is_told() {
        let mut environment = Environment::new([("PATH".into(), "/bin".into())]);
        let error = environment.prepend_path([Path::new("/a"), Path::new("/b:c")]).unwrap_err();
        assert_eq!(error.to_string(), "folder `/b:c` cannot be put on PATH: `:` separates the folders there");
        assert_eq!(environment.get("PATH").unwrap(), "/bin");
    }

    #[test]
    fn a_program_is_looked_up_on_the_given_path_only() {
        let environment = Environment::new([("PATH".into(), "/nowhere".into())]);
        let error = environment.find_program(OsStr::new("sh"), Path::new("/")).unwrap_err();
        assert_eq!(error.to_string(), "program `sh` not found on PATH");
    }
}
