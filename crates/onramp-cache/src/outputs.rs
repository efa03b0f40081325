use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::entry::is_absence;
use crate::stat::Stat;
use crate::walk::{Visibility, files_below};
use crate::{ActionResult, Digest, Memo, Patterns};

/// What a task has written: what lies at each path, relative to the workspace root.
pub type Outputs = BTreeMap<String, Output>;

/// What a task has written at one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// A file.
    File {
        /// Its content.
        digest: Digest,
        /// Its permissions, the lower twelve bits of a Unix mode.
        mode: u32,
    },
    /// A symbolic link.
    Link {
        /// Its text.
        target: String,
    },
    /// A folder that the task declares by its name. Folders that files lie in are not told.
    Folder,
}

/// What was found where a task declares to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What lies there.
    pub outputs: Outputs,
    /// The literal paths at which there is nothing.
    pub missing: Vec<String>,
    /// What tells whether each of them was written since.
    stats: BTreeMap<String, Stat>,
    /// Why this cannot be kept, if it cannot: something that is neither file, link nor folder, or a name that is
    /// no text.
    pub unkeepable: Option<String>,
}

impl Written {
    /// Looks at what a task declares to write. Unlike inputs, outputs are looked for among ignored files too; a
    /// literal path that is a folder means every file in it.
    pub fn look(root: &Path, patterns: &Patterns, memo: &Memo) -> io::Result<Self> {
        let mut written = Self::default();
        for prefix in patterns.prefixes() {
            let start = root.join(prefix);
            if start.is_dir() {
                let files = files_below(root, &start, Visibility::All)?;
                let files = files.iter().filter(|file| patterns.glob_matches(file));
                files.into_iter().try_for_each(|file| written.add(root, file, memo))?;
            }
        }
        for literal in patterns.literals() {
            written.add(root, literal, memo)?;
            let path = root.join(literal);
            if path.is_dir() && !path.is_symlink() {
                let files = files_below(root, &path, Visibility::All)?;
                files.iter().try_for_each(|file| written.add(root, file, memo))?;
            }
        }
        Ok(written)
    }

    fn add(&mut self, root: &Path, path: &Path, memo: &Memo) -> io::Result<()> {
        let Some(name) = path.to_str() else {
            self.unkeepable = Some(format!("the name {} is no text", path.display()));
            return Ok(());
        };
        let found = match Output::at(&root.join(path), memo) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.unkeepable = Some(format!("{name} cannot be read"));
                return Ok(());
            }
            found => found?,
        };
        match found {
            Found::Output(output) => {
                if let Ok(metadata) = fs::symlink_metadata(root.join(path)) {
                    self.stats.insert(name.to_owned(), Stat::of(&metadata));
                }
                self.outputs.insert(name.to_owned(), output);
            }
            Found::Nothing => self.missing.push(name.to_owned()),
            Found::Special => self.unkeepable = Some(format!("{name} is neither file, link nor folder")),
        }
        Ok(())
    }
}

/// What lies where a task is about to write, so that it can be told afterwards what it has not written.
#[derive(Clone, Debug, Default)]
pub struct Before {
    stats: BTreeMap<String, Stat>,
}

impl Before {
    /// Looks at the places of outputs that patterns mean, without reading any.
    pub fn look(root: &Path, patterns: &Patterns) -> io::Result<Self> {
        let mut stats = BTreeMap::new();
        let literals = patterns.literals().iter().filter(|path| root.join(path).is_dir());
        for folder in patterns.prefixes().iter().chain(literals) {
            if !root.join(folder).is_dir() {
                continue;
            }
            for file in files_below(root, &root.join(folder), Visibility::All)? {
                if let (true, Some(name)) = (patterns.matches(&file), file.to_str())
                    && let Ok(metadata) = fs::symlink_metadata(root.join(&file))
                {
                    stats.insert(name.to_owned(), Stat::of(&metadata));
                }
            }
        }
        Ok(Self { stats })
    }

    /// Those of the outputs that lay there already, and were not written since.
    pub fn untouched(&self, written: &Written) -> Vec<String> {
        let is_same = |(name, stat): &(&String, &Stat)| self.stats.get(*name) == Some(*stat);
        written.stats.iter().filter(is_same).map(|(name, _)| name.clone()).collect()
    }
}

enum Found {
    Output(Output),
    Nothing,
    Special,
}

impl Output {
    fn at(path: &Path, memo: &Memo) -> io::Result<Found> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if is_absence(&error) => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        Ok(if metadata.is_symlink() {
            match fs::read_link(path)?.into_os_string().into_string() {
                Ok(target) => Found::Output(Self::Link { target }),
                Err(_) => Found::Special,
            }
        } else if metadata.is_dir() {
            Found::Output(Self::Folder)
        } else if metadata.is_file() {
            let mode = metadata.permissions().mode() & 0o7777;
            match memo.digest(path, &metadata) {
                Ok(digest) => Found::Output(Self::File { digest, mode }),
                Err(error) if is_absence(&error) => Found::Nothing,
                Err(error) => return Err(error),
            }
        } else {
            Found::Special
        })
    }

    /// Whether this lies at `path`.
    pub(crate) fn is_at(&self, path: &Path, memo: &Memo) -> bool {
        matches!(Self::at(path, memo), Ok(Found::Output(output)) if output == *self)
    }
}

/// Those of the outputs that do not lie in the tree as they are described.
pub fn changed_outputs<'a>(root: &Path, outputs: &'a Outputs, memo: &Memo) -> Vec<(&'a str, &'a Output)> {
    let outputs = outputs.iter().map(|(name, output)| (name.as_str(), output));
    outputs.filter(|(name, output)| !output.is_at(&root.join(name), memo)).collect()
}

/// What the same task has written before, still lies there untouched, and is no part of its result now: a bundle
/// with last week's hash in its name. Only what it has written itself and what an earlier result describes to the last
/// byte is among it, only where it still declares to write, and nothing that lies behind a link.
pub fn superseded(
    root: &Path,
    earlier: &ActionResult,
    outputs: &Outputs,
    patterns: &Patterns,
    memo: &Memo,
) -> Vec<PathBuf> {
    let gone = earlier.outputs.iter().filter(|(name, output)| {
        !matches!(output, Output::Folder)
            && !outputs.contains_key(*name)
            && !earlier.untouched.contains(name)
            && patterns.matches(Path::new(name))
            && is_plainly_below(root, Path::new(name))
    });
    let paths = gone.map(|(name, output)| (root.join(name), output));
    paths.filter(|(path, output)| output.is_at(path, memo)).map(|(path, _)| path).collect()
}

/// Whether no folder on the way is a link: to write or remove through one would be to do it somewhere else.
pub fn is_plainly_below(root: &Path, name: &Path) -> bool {
    let mut path = root.to_path_buf();
    let Some(folders) = name.parent() else { return false };
    for part in folders.components() {
        if !matches!(part, std::path::Component::Normal(_)) {
            return false;
        }
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return false,
            // What is not there will be made.
            Err(_) => return true,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_every_file_in_it_and_its_absence_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let memo = Memo::new(root.join("memo"), root.to_path_buf());
        let patterns = Patterns::new(Path::new(""), ["dist"]).unwrap();
        let look = || Written::look(root, &patterns, &memo).unwrap();
        assert_eq!(look().missing, ["dist"]);
        fs::create_dir_all(root.join("dist/deep")).unwrap();
        fs::write(root.join("dist/.gitignore"), "*\n").unwrap();
        fs::write(root.join("dist/deep/a"), "one").unwrap();
        std::os::unix::fs::symlink("deep/a", root.join("dist/link")).unwrap();
        let first = look().outputs;
        let names: Vec<_> = first.keys().map(String::as_str).collect();
        assert_eq!(names, ["dist", "dist/.gitignore", "dist/deep/a", "dist/link"]);
        assert_eq!(first["dist/link"], Output::Link { target: "deep/a".to_owned() });
        assert!(changed_outputs(root, &first, &memo).is_empty());
        fs::write(root.join("dist/deep/a"), "two").unwrap();
        fs::set_permissions(root.join("dist/.gitignore"), fs::Permissions::from_mode(0o600)).unwrap();
        let changed: Vec<_> = changed_outputs(root, &first, &memo).iter().map(|(name, _)| *name).collect();
        assert_eq!(changed, ["dist/.gitignore", "dist/deep/a"], "a mode is a part of a result");
    }

    #[test]
    fn what_cannot_be_kept_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let memo = Memo::new(root.join("memo"), root.to_path_buf());
        let _listener = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let written = Written::look(root, &Patterns::new(Path::new(""), ["*"]).unwrap(), &memo).unwrap();
        assert_eq!(written.unkeepable.unwrap(), "socket is neither file, link nor folder");
    }

    #[test]
    fn only_what_is_known_to_be_ours_is_superseded() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let memo = Memo::new(root.join("memo"), root.to_path_buf());
        let patterns = Patterns::new(Path::new(""), ["dist/**"]).unwrap();
        fs::create_dir(root.join("dist")).unwrap();
        for name in ["old", "edited", "kept"] {
            fs::write(root.join("dist").join(name), name).unwrap();
        }
        fs::write(root.join("dist/mine"), "mine").unwrap();
        let before = Before::look(root, &patterns).unwrap();
        for name in ["old", "edited", "kept"] {
            fs::remove_file(root.join("dist").join(name)).unwrap();
            fs::write(root.join("dist").join(name), name).unwrap();
        }
        let written = Written::look(root, &patterns, &memo).unwrap();
        let untouched = before.untouched(&written);
        assert_eq!(untouched, ["dist/mine"]);
        let earlier = ActionResult {
            task: "build:b".to_owned(),
            action: Digest::of("a"),
            outputs: written.outputs,
            untouched,
            transcript: None,
            milliseconds: 0,
            finished: 0,
        };
        fs::write(root.join("dist/edited"), "by somebody").unwrap();
        fs::write(root.join("dist/foreign"), "somebody's").unwrap();
        let now = Outputs::from([("dist/kept".to_owned(), earlier.outputs["dist/kept"].clone())]);
        let gone = || superseded(root, &earlier, &now, &patterns, &memo);
        assert_eq!(gone(), [root.join("dist/old")]);
        fs::rename(root.join("dist"), root.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", root.join("dist")).unwrap();
        assert_eq!(gone(), [""; 0].map(PathBuf::from), "behind a link");
    }
}
