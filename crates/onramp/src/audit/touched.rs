//! What processes have done to which files, told from the system calls that strace has written down.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use super::line::{Call, Outcome};

/// What was done to a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// Its content was read, or it was run, before anything that was traced had written it.
    pub(super) read: bool,
    /// It was asked whether it is there, or of what kind, size and age it is.
    pub(super) looked_at: bool,
    /// It was looked for, and was not there.
    pub(super) absent: bool,
    /// It was made, changed, renamed or deleted.
    pub(super) written: bool,
}

/// The files that were touched, by their absolute paths.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) touched: BTreeMap<PathBuf, Touched>,
}

/// Where the processes of one command stand, and which of their calls have not returned yet.
struct Processes<'a> {
    directory: &'a Path,
    directories: HashMap<u32, PathBuf>,
    unfinished: HashMap<u32, String>,
}

impl Files {
    /// Adds what one command has done that was started in `directory`. The text is that of `strace -f -y -o`.
    pub(super) fn add(&mut self, text: &str, directory: &Path) {
        let mut processes = Processes { directory, directories: HashMap::new(), unfinished: HashMap::new() };
        for line in text.lines() {
            let Some((process, line)) = line.split_once(' ') else { continue };
            let Ok(process) = process.parse() else { continue };
            let line = line.trim_start();
            if let Some(start) = line.strip_suffix(" <unfinished ...>") {
                processes.unfinished.insert(process, start.to_owned());
                continue;
            }
            let resumed = line.strip_prefix("<... ").and_then(|line| line.split_once(" resumed>"));
            let whole = match resumed {
                Some((_, end)) => match processes.unfinished.remove(&process) {
                    Some(start) => start + end,
                    None => continue,
                },
                None => line.to_owned(),
            };
            if let Some(call) = Call::read(&whole) {
                self.take(process, &call, &mut processes);
            }
        }
    }

    fn take(&mut self, process: u32, call: &Call<'_>, processes: &mut Processes<'_>) {
        let directory = processes.directory_of(process);
        let at = |folder: usize, path: usize| {
            let path = call.path(path)?;
            let base = call.path_of_file(folder);
            Some(absolute(base.as_deref().unwrap_or(&directory), &path))
        };
        let from_here = |path: usize| call.path(path).map(|path| absolute(&directory, &path));
        match call.name {
            "chdir" | "fchdir" => {
                if let (Outcome::Done { .. }, Some(new)) =
                    (&call.result, from_here(0).or(call.path_of_file(0)))
                {
                    processes.directories.insert(process, new);
                }
            }
            "clone" | "clone3" | "fork" | "vfork" => {
                if let Outcome::Done { number, .. } = call.result
                    && let Ok(child) = u32::try_from(number)
                {
                    // A child may have gone on before its parent was told of it.
                    processes.directories.entry(child).or_insert(directory);
                }
            }
            "open" => self.open(from_here(0), call, 1),
            "openat" | "openat2" => self.open(at(0, 1), call, 2),
            "execve" => self.note(from_here(0), call, Touched { read: true, ..Touched::default() }),
            "execveat" => self.note(at(0, 1), call, Touched { read: true, ..Touched::default() }),
            "creat" | "truncate" | "mknod" | "unlink" | "chmod" | "chown" | "lchown" | "utime" | "utimes" => {
                self.write(from_here(0), call);
            }
            "unlinkat" | "mknodat" | "fchmodat" | "fchmodat2" | "fchownat" | "utimensat" | "futimesat" => {
                self.write(at(0, 1), call);
            }
            "rename" => [0, 1].into_iter().for_each(|place| self.write(from_here(place), call)),
            "renameat" | "renameat2" => {
                [(0, 1), (2, 3)].into_iter().for_each(|(f, p)| self.write(at(f, p), call))
            }
            "link" => self.write(from_here(1), call),
            "linkat" => self.write(at(2, 3), call),
            "symlink" => self.write(from_here(1), call),
            "symlinkat" => self.write(at(1, 2), call),
            "stat" | "lstat" | "stat64" | "lstat64" | "access" | "readlink" => self.look(from_here(0), call),
            "newfstatat" | "fstatat64" | "statx" | "faccessat" | "faccessat2" | "readlinkat" => {
                // Without a path it is asked of a file that is open already.
                let is_named = call.path(1).is_some_and(|path| !path.as_os_str().is_empty());
                self.look(at(0, 1).filter(|_| is_named), call);
            }
            _ => {}
        }
    }

    fn open(&mut self, path: Option<PathBuf>, call: &Call<'_>, flags: usize) {
        let has = |flag: &str| call.has_flag(flags, flag);
        if has("O_PATH") || has("O_DIRECTORY") {
            return self.look(path, call);
        }
        let writes = has("O_WRONLY") || has("O_RDWR");
        let reads = !has("O_WRONLY") && !has("O_TRUNC") && !has("O_EXCL");
        let touched = Touched { read: reads, written: writes, ..Touched::default() };
        // Through links a file has another path than the one by which it was opened, and both count.
        if let Outcome::Done { path: Some(real), .. } = &call.result
            && path.as_ref() != Some(real)
        {
            self.note(Some(real.clone()), call, touched);
        }
        self.note(path, call, touched);
    }

    fn write(&mut self, path: Option<PathBuf>, call: &Call<'_>) {
        if matches!(call.result, Outcome::Done { .. }) {
            self.note(path, call, Touched { written: true, ..Touched::default() });
        }
    }

    fn look(&mut self, path: Option<PathBuf>, call: &Call<'_>) {
        self.note(path, call, Touched { looked_at: true, ..Touched::default() });
    }

    fn note(&mut self, path: Option<PathBuf>, call: &Call<'_>, new: Touched) {
        let Some(path) = path else { return };
        if new.read
            && let Some(source) = python_source(&path).filter(|source| self.touched.contains_key(source))
        {
            self.note(Some(source), call, Touched { read: true, ..Touched::default() });
        }
        let touched = self.touched.entry(path).or_default();
        match &call.result {
            Outcome::Failed(error) if error == "ENOENT" => touched.absent |= !touched.written,
            Outcome::Failed(_) | Outcome::Unknown => {}
            Outcome::Done { .. } => {
                // What the task has written itself before is no input of it.
                touched.read |= new.read && !touched.written;
                touched.looked_at |= new.looked_at && !touched.written;
                touched.written |= new.written;
            }
        }
    }
}

/// The source that Python has compiled a file from: `a.py` of `__pycache__/a.cpython-311.pyc`. Python reads a compiled
/// file in place of its source, after it has asked how old that is.
fn python_source(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| folder.ends_with("__pycache__"))?;
    let (name, _) = path.file_name()?.to_str()?.strip_suffix(".pyc")?.split_once('.')?;
    Some(folder.parent()?.join(format!("{name}.py")))
}

impl Processes<'_> {
    /// Where a process stands. One of which nothing is known yet stands where the one does that is just starting it.
    fn directory_of(&mut self, process: u32) -> PathBuf {
        if let Some(directory) = self.directories.get(&process) {
            return directory.clone();
        }
        let is_start = |call: &String| ["clone", "vfork(", "fork("].iter().any(|name| call.starts_with(name));
        let parent = self.unfinished.iter().find(|(_, call)| is_start(call)).map(|(parent, _)| *parent);
        let directory = parent.and_then(|parent| self.directories.get(&parent));
        let directory = directory.map_or_else(|| self.directory.to_path_buf(), PathBuf::clone);
        self.directories.insert(process, directory.clone());
        directory
    }
}

/// A path without `.` and `..`, as one would write it.
fn absolute(base: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(whole.pop()),
            other => whole.push(other),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths below `/w` with a property, in the order of their names.
    fn paths(text: &str, has: impl Fn(&Touched) -> bool) -> Vec<String> {
        let mut files = Files::default();
        files.add(text, Path::new("/w"));
        let paths = files.touched.iter().filter(|(_, touched)| has(touched));
        paths.map(|(path, _)| path.display().to_string()).collect()
    }

    #[test]
    fn paths_are_relative_to_where_a_process_stands() {
        // Of an strace that does not tell the path of AT_FDCWD; the child goes on before its parent is told.
        let text = r#"10 chdir("sub") = 0
10 vfork( <unfinished ...>
11 execve("/bin/cat", [...], 0x5 /* 3 vars */ <unfinished ...>
10 <... vfork resumed>)              = 11
11 <... execve resumed>)             = 0
11 openat(AT_FDCWD, "../a", O_RDONLY) = 3
11 fchdir(4</w/x>) = 0
11 openat(AT_FDCWD, "./b", O_RDONLY) = 3
12 openat(AT_FDCWD, "c", O_RDONLY) = 3
10 openat(7</elsewhere>, "d", O_RDONLY <unfinished ...>
12 openat(AT_FDCWD</w/y>, "e", O_RDONLY) = 3</w/y/e>
10 <... openat resumed>)             = 3
10 open("f", O_RDONLY) = 3
"#;
        let read = ["/bin/cat", "/elsewhere/d", "/w/a", "/w/c", "/w/sub/f", "/w/x/b", "/w/y/e"];
        assert_eq!(paths(text, |touched| touched.read), read);
    }

    #[test]
    fn what_was_written_before_is_no_input() {
        let text = r#"10 openat(AT_FDCWD, "made", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
10 openat(AT_FDCWD, "made", O_RDONLY) = 3
10 openat(AT_FDCWD, "edited", O_RDONLY) = 3
10 openat(AT_FDCWD, "edited", O_WRONLY|O_TRUNC) = 3
10 openat(AT_FDCWD, "both", O_RDWR|O_CREAT, 0666) = 3
10 newfstatat(AT_FDCWD, "later", 0x7, 0) = -1 ENOENT (No such file or directory)
10 rename("made", "renamed") = 0
10 unlinkat(AT_FDCWD, "gone", 0) = 0
10 unlinkat(AT_FDCWD, "not", 0) = -1 EACCES (Permission denied)
"#;
        assert_eq!(paths(text, |touched| touched.read), ["/w/both", "/w/edited"]);
        let written = ["/w/both", "/w/edited", "/w/gone", "/w/made", "/w/renamed"];
        assert_eq!(paths(text, |touched| touched.written), written);
        assert_eq!(paths(text, |touched| touched.absent), ["/w/later"]);
    }

    #[test]
    fn a_compiled_file_of_python_is_its_source() {
        let text = r#"10 newfstatat(AT_FDCWD, "a.py", {st_size=3}, 0) = 0
10 openat(AT_FDCWD, "__pycache__/a.cpython-311.pyc", O_RDONLY) = 3
10 openat(AT_FDCWD, "__pycache__/unasked.cpython-311.pyc", O_RDONLY) = 3
10 newfstatat(AT_FDCWD, "b.py", {st_size=3}, 0) = 0
10 openat(AT_FDCWD, "__pycache__/b.cpython-311.pyc", O_RDONLY) = -1 ENOENT (No such file or directory)
"#;
        assert_eq!(paths(text, |touched| touched.read).first().unwrap(), "/w/__pycache__/a.cpython-311.pyc");
        assert_eq!(paths(text, |touched| touched.read && touched.looked_at), ["/w/a.py"]);
    }

    #[test]
    fn a_file_behind_a_link_counts_by_both_of_its_names() {
        let text = r#"10 openat(AT_FDCWD</w>, "link", O_RDONLY) = 3</w/real>
10 openat(AT_FDCWD</w>, "folder", O_RDONLY|O_DIRECTORY) = 3</w/folder>
10 newfstatat(3</w/real>, "", {st_size=3}, AT_EMPTY_PATH) = 0
10 newfstatat(AT_FDCWD</w>, "asked", {st_size=3}, 0) = 0
"#;
        assert_eq!(paths(text, |touched| touched.read), ["/w/link", "/w/real"]);
        assert_eq!(paths(text, |touched| touched.looked_at), ["/w/asked", "/w/folder"]);
    }
}
