mod file;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::quoted::unquoted;
use crate::staged::{Blob, Mode};
use crate::{GitError, Repository};

/// What the index has at a path.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) blob: Blob,
    /// It is not to be in the work tree, as most of a sparse checkout.
    pub(crate) is_skipped: bool,
    /// Git is not to look whether it has changed.
    pub(crate) is_assumed_unchanged: bool,
}

/// Everything that an index has, in its order: by the bytes of the paths, which are relative to the root of the work
/// tree. To compare thousands of paths part by part takes longer than git does.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<(PathBuf, Entry)>);

impl Entries {
    pub(crate) fn get(&self, path: &Path) -> Option<&Entry> {
        let place = self.0.binary_search_by(|(other, _)| bytes(other).cmp(bytes(path)));
        place.ok().map(|place| &self.0[place].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(PathBuf, Entry)> {
        self.0.iter()
    }

    pub(crate) fn retain(&mut self, wanted: impl Fn(&Path, &Entry) -> bool) {
        self.0.retain(|(path, entry)| wanted(path, entry));
    }
}

fn entry(raw: &file::Raw<'_>) -> (PathBuf, Entry) {
    let mut id = String::with_capacity(2 * raw.digest.len());
    for byte in raw.digest {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    let entry = Entry {
        blob: Blob { mode: raw.mode, id },
        is_skipped: raw.is_skipped,
        is_assumed_unchanged: raw.is_assumed_unchanged,
    };
    (raw.path.to_path_buf(), entry)
}

/// What paths are ordered by.
pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

impl Repository {
    /// What the index has. Of what is not merged there is no one content.
    pub(crate) fn index_entries(&self) -> Result<Entries, GitError> {
        let bytes = fs::read(self.index()).unwrap_or_default();
        match file::parse(&bytes) {
            Some(entries) => Ok(Entries(entries.iter().filter(|raw| raw.is_merged()).map(entry).collect())),
            None => self.entries_in(&self.work_tree),
        }
    }

    /// Those of some files of which it is not certain, without asking git, that the work tree has them as they are staged.
    pub(crate) fn doubtful<'p>(&self, paths: &[&'p Path]) -> Vec<&'p Path> {
        let index = self.index();
        // Before it is read: one that is written meanwhile is newer.
        let Ok(written) = fs::metadata(&index) else { return paths.to_vec() };
        let bytes = fs::read(&index).unwrap_or_default();
        let Some(entries) = file::parse(&bytes) else { return paths.to_vec() };
        let wanted: BTreeSet<&[u8]> = paths.iter().map(|path| self::bytes(path)).collect();
        let is_certain = |raw: &file::Raw<'_>| {
            let file = fs::symlink_metadata(self.work_tree.join(raw.path));
            file.is_ok_and(|file| raw.is_as(&file, &written))
        };
        let certain: BTreeSet<&[u8]> = entries
            .iter()
            .filter(|raw| wanted.contains(self::bytes(raw.path)) && is_certain(raw))
            .map(|raw| self::bytes(raw.path))
            .collect();
        paths.iter().copied().filter(|path| !certain.contains(self::bytes(path))).collect()
    }

    /// The same, asked in the root of another work tree.
    pub(crate) fn entries_in(&self, tree: &Path) -> Result<Entries, GitError> {
        let answer = self.ask(tree, ["ls-files", "--stage", "-v", "--full-name"])?;
        let unclear = |line: &str| GitError::Other(format!("git printed a line that cannot be read: {line}"));
        let mut entries = Vec::new();
        for line in answer.text()?.lines() {
            let (facts, name) = line.split_once('\t').ok_or_else(|| unclear(line))?;
            let mut facts = facts.split(' ');
            let (tag, mode, id) = (facts.next().unwrap_or_default(), facts.next(), facts.next());
            if !["H", "h", "S", "s"].contains(&tag) {
                continue;
            }
            let mode = mode.and_then(Mode::of).ok_or_else(|| unclear(line))?;
            let entry = Entry {
                blob: Blob { mode, id: id.unwrap_or_default().to_owned() },
                is_skipped: tag.eq_ignore_ascii_case("s"),
                is_assumed_unchanged: ["h", "s"].contains(&tag),
            };
            entries.push((unquoted(name).ok_or_else(|| unclear(line))?, entry));
        }
        entries.sort_by(|(one, _), (other, _)| bytes(one).cmp(bytes(other)));
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::{Duration, SystemTime};

    use onramp_core::{Cancel, Secrets};
    use onramp_exec::{Environment, Launcher, ProcessSpec};

    use super::*;

    struct Scene {
        folder: tempfile::TempDir,
        launcher: Launcher,
        environment: Environment,
    }

    impl Scene {
        /// Files of all kinds, staged some time ago.
        fn new(format: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut environment = Environment::default();
            environment.set("PATH", "/usr/local/bin:/usr/bin:/bin");
            environment.set("HOME", folder.path());
            let launcher = Launcher::new(Cancel::new(), Secrets::new());
            let scene = Self { folder, launcher, environment };
            scene.git(&["init", "-q", "--object-format", format]);
            for name in ["plain", "a/deep/er/file", "new\nline \u{e4}", "program", "skipped", "assumed", "b"]
            {
                scene.write(name, name);
            }
            fs::set_permissions(scene.path("program"), fs::Permissions::from_mode(0o755)).unwrap();
            symlink("plain", scene.path("link")).unwrap();
            scene.git(&["add", "-A"]);
            scene
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            let a_while_ago = SystemTime::now() - Duration::from_secs(60);
            fs::File::options().write(true).open(path).unwrap().set_modified(a_while_ago).unwrap();
        }

        fn git(&self, words: &[&str]) {
            let argv = ["git"].into_iter().chain(words.iter().copied());
            let spec = ProcessSpec::new(argv, self.folder.path(), self.environment.clone());
            let captured = self.launcher.capture(&spec).unwrap();
            assert!(captured.status.success(), "{words:?}: {}", captured.stderr);
        }

        fn repository(&self) -> Repository {
            Repository::of_hook(self.folder.path(), &self.launcher, &self.environment).unwrap()
        }

        /// What is read here and what git says, which must be the same.
        fn check(&self, is_read: bool) {
            let repository = self.repository();
            let bytes = fs::read(repository.index()).unwrap();
            assert_eq!(file::parse(&bytes).is_some(), is_read);
            let told = |entries: Entries| -> Vec<String> {
                entries.iter().map(|(path, entry)| format!("{} {entry:?}", path.display())).collect()
            };
            let ours = told(repository.index_entries().unwrap());
            assert_eq!(ours, told(repository.entries_in(repository.work_tree()).unwrap()));
            assert!(ours.len() > 5);
        }

        fn doubtful(&self, names: &[&str]) -> Vec<String> {
            let paths: Vec<&Path> = names.iter().map(Path::new).collect();
            let doubtful = self.repository().doubtful(&paths);
            doubtful.iter().map(|path| path.display().to_string()).collect()
        }
    }

    #[test]
    fn an_index_is_read_as_git_reads_it() {
        for format in ["sha1", "sha256"] {
            let scene = Scene::new(format);
            scene.check(true);
            scene.write("intended", "x");
            scene.git(&["add", "-N", "intended"]);
            scene.git(&["update-index", "--skip-worktree", "skipped"]);
            scene.git(&["update-index", "--assume-unchanged", "assumed"]);
            scene.check(true);
            scene.git(&["update-index", "--index-version", "4"]);
            scene.check(false);
            scene.git(&["update-index", "--index-version", "2"]);
            scene.git(&["update-index", "--split-index"]);
            scene.check(false);
        }
    }

    #[test]
    fn a_file_is_certain_only_where_nothing_of_it_has_changed() {
        let scene = Scene::new("sha1");
        scene.git(&["update-index", "--skip-worktree", "skipped"]);
        scene.git(&["update-index", "--assume-unchanged", "assumed"]);
        let all = ["a/deep/er/file", "assumed", "b", "link", "plain", "program", "skipped", "unknown"];
        assert_eq!(scene.doubtful(&all), ["assumed", "link", "skipped", "unknown"]);
        scene.write("plain", "plaim");
        fs::set_permissions(scene.path("program"), fs::Permissions::from_mode(0o644)).unwrap();
        fs::remove_file(scene.path("b")).unwrap();
        scene.write("a/deep/er/file", "a/deep/er/file");
        assert_eq!(scene.doubtful(&all), all);
        // What was written in the second in which it was staged, or later, may have been written again.
        fs::write(scene.path("fresh"), "fresh").unwrap();
        let soon = SystemTime::now() + Duration::from_secs(60);
        fs::File::options().write(true).open(scene.path("fresh")).unwrap().set_modified(soon).unwrap();
        scene.git(&["add", "fresh"]);
        assert_eq!(scene.doubtful(&["fresh"]), ["fresh"]);
    }
}
