//! Which programs the names in commands stand for, as the keys of results need to know it.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use onramp_cache::{Entry, Memo};
use onramp_exec::Environment;

use crate::program;

/// Larger programs are told by size and times instead of content, in bytes. An interpreter fits; a runtime of a
/// hundred megabytes would take a second to read in a build without optimisation.
const LARGEST_READ: u64 = 16 * 1024 * 1024;

/// How many interpreters of interpreters are looked at. One is usual: a script, and what runs it.
const DEPTH: usize = 3;

/// The longest first line of a script that systems look at, in bytes.
const SCRIPT_LINE: usize = 256;

/// Tells programs apart by what they are: where they lie, and their content; of a script also what runs it; of a
/// shim, which stands for another program by directory and environment, what it decides by.
#[derive(Default)]
pub(crate) struct Programs {
    known: Mutex<HashMap<Question, String>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    name: OsString,
    path: Option<OsString>,
    /// Where it was asked, as far as that matters.
    directory: Option<PathBuf>,
    root: PathBuf,
}

/// Where a program is looked for.
pub(crate) struct Place<'a> {
    /// The workspace's root. What lies in it is named relative to it, so that two checkouts agree.
    pub(crate) root: &'a Path,
    /// The root of the outermost workspace, above which no shim's version file counts.
    pub(crate) top: &'a Path,
    /// Where the command runs.
    pub(crate) directory: &'a Path,
    pub(crate) environment: &'a Environment,
    pub(crate) memo: &'a Memo,
}

impl Programs {
    /// Forgets which programs there are, because a task has run that may have made some.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    /// What the program of that name is: one line, or `absent`.
    pub(crate) fn identity(&self, name: &OsStr, place: &Place<'_>) -> String {
        let is_path = Path::new(name).components().count() > 1;
        let question = |directory: Option<&Path>| Question {
            name: name.to_owned(),
            path: place.environment.get("PATH").map(OsStr::to_owned),
            directory: directory.map(Path::to_path_buf),
            root: place.root.to_path_buf(),
        };
        let question_here = question(is_path.then_some(place.directory));
        if let Some(known) = self.lock().get(&question_here) {
            return known.clone();
        }
        let (identity, is_shim) = describe(name, place, DEPTH);
        if !is_shim {
            self.lock().insert(question_here, identity.clone());
        }
        identity
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program is, and whether a shim has a part in that.
fn describe(name: &OsStr, place: &Place<'_>, depth: usize) -> (String, bool) {
    let Ok(path) = place.environment.find_program(name, place.directory) else {
        return ("absent".to_owned(), false);
    };
    let shown = path.strip_prefix(place.root).unwrap_or(&path).display().to_string();
    if program::is_shim(&path) {
        return (format!("{shown} {}", shim(&path, place)), true);
    }
    let content = content(&path, place.memo);
    let interpreter = if depth > 1 { interpreter(&path) } else { None };
    match interpreter {
        None => (format!("{shown} {content}"), false),
        Some(name) => {
            let (interpreter, is_shim) = describe(&name, place, depth - 1);
            (format!("{shown} {content} run by {interpreter}"), is_shim)
        }
    }
}

fn content(path: &Path, memo: &Memo) -> String {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    match real.metadata() {
        Ok(metadata) if metadata.len() <= LARGEST_READ => {
            memo.digest(&real, &metadata).map_or_else(|error| error.to_string(), |digest| digest.to_string())
        }
        Ok(metadata) => times(&metadata),
        Err(error) => error.to_string(),
    }
}

fn times(metadata: &Metadata) -> String {
    let (modified, changed) = (metadata.mtime_nsec(), metadata.ctime_nsec());
    let (size, inode) = (metadata.len(), metadata.ino());
    format!("{size} bytes of {}.{modified} {}.{changed} {inode}", metadata.mtime(), metadata.ctime())
}

/// What a shim decides by, and the shim itself.
fn shim(path: &Path, place: &Place<'_>) -> String {
    let mut text = content(path, place.memo);
    for file in program::version_files(path, place.directory, place.top) {
        let name = file.strip_prefix(place.root).unwrap_or(&file).display();
        let entry =
            Entry::at(&file, place.memo).map_or_else(|error| error.to_string(), |entry| entry.to_string());
        text.push_str(&format!(", {name} {entry}"));
    }
    program::version_variables(place.environment)
        .for_each(|variable| text.push_str(&format!(", {variable}")));
    text
}

/// The program that runs a script, by the script's first line.
fn interpreter(path: &Path) -> Option<OsString> {
    let mut start = [0; SCRIPT_LINE];
    let read = File::open(path).ok()?.read(&mut start).ok()?;
    let line = start[..read].strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_whitespace();
    let program = words.next()?;
    if !program.ends_with("/env") {
        return Some(program.into());
    }
    // `env` looks for the first word that is neither an option nor a variable.
    words.find(|word| !word.starts_with('-') && !word.contains('=')).map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    struct Bench {
        folder: tempfile::TempDir,
        memo: Memo,
        environment: Environment,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            let memo = Memo::new(root.join("memo"), root.to_path_buf());
            let environment = Environment::new([("PATH".into(), root.join("bin").into())]);
            Self { memo, environment, folder }
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn identity(&self, name: &str) -> String {
            let root = self.folder.path();
            let place =
                Place { root, top: root, directory: root, environment: &self.environment, memo: &self.memo };
            Programs::default().identity(name.as_ref(), &place)
        }
    }

    #[test]
    fn a_script_is_also_what_runs_it() {
        let bench = Bench::new();
        bench.write("bin/tool", "#!/usr/bin/env -S VAR=1 engine --flag\n");
        let without = bench.identity("tool");
        assert!(without.starts_with("bin/tool ") && without.ends_with(" run by absent"), "{without}");
        bench.write("bin/engine", "one");
        let one = bench.identity("tool");
        bench.write("bin/engine", "two");
        let two = bench.identity("tool");
        assert!(without != one && one != two, "{one} {two}");
        assert_eq!(bench.identity("nothing"), "absent");
    }

    #[test]
    fn a_circle_of_scripts_ends() {
        let bench = Bench::new();
        bench.write("bin/a", "#!/usr/bin/env b\n");
        bench.write("bin/b", "#!/usr/bin/env a\n");
        assert_eq!(bench.identity("a").matches(" run by ").count(), DEPTH - 1);
    }

    #[test]
    fn what_is_known_is_forgotten_when_a_task_has_run() {
        let bench = Bench::new();
        let root = bench.folder.path();
        let place =
            Place { root, top: root, directory: root, environment: &bench.environment, memo: &bench.memo };
        let programs = Programs::default();
        assert_eq!(programs.identity("tool".as_ref(), &place), "absent");
        bench.write("bin/tool", "x");
        assert_eq!(programs.identity("tool".as_ref(), &place), "absent", "it is asked once in a run");
        programs.forget();
        assert!(programs.identity("tool".as_ref(), &place).starts_with("bin/tool "));
    }
}
