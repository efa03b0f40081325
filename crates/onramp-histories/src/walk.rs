use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold no history of the project: what git and other tools keep, and packages of others.
const LEFT_OUT: [&str; 9] =
    [".git", ".hg", ".svn", ".onramp", ".tox", ".mypy_cache", ".ruff_cache", "__pycache__", "node_modules"];

/// Files that say of their folder that somebody's tool has made it: environments of Python, results of builds.
const MADE_BY_TOOLS: [&str; 2] = ["pyvenv.cfg", "CACHEDIR.TAG"];

/// A regular file, or a link to one.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// Its name; what is no UTF-8 in it is replaced.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// A folder with what lies in it, sorted by name.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// Its name, the same as the user typed for the outermost ones.
    pub(crate) name: String,
    pub(crate) files: Vec<Listed>,
    /// The places of its folders in the listing.
    pub(crate) folders: Vec<usize>,
    pub(crate) parent: Option<usize>,
    /// What is neither file nor folder, with what it is.
    pub(crate) others: Vec<(Listed, &'static str)>,
}

/// All folders below some.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// Each behind the one that it lies in.
    pub(crate) folders: Vec<Folder>,
    /// Where a folder could not be listed, with what the system says.
    pub(crate) unread: Vec<(PathBuf, String)>,
}

impl Tree {
    /// Lists the folders below `roots`. Links to folders are not followed, so there are no circles, and nothing recurses, so
    /// depth is limited by the length of paths alone.
    pub(crate) fn of(roots: &[PathBuf]) -> Self {
        let mut tree = Self::default();
        for root in roots {
            let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
            tree.list(root.clone(), name.unwrap_or_default(), None);
        }
        let mut next = 0;
        while next < tree.folders.len() {
            let path = tree.folders[next].path.clone();
            for name in tree.names_of_folders(&path, next) {
                let place = tree.list(path.join(&name), name.to_string_lossy().into_owned(), Some(next));
                if let Some(place) = place {
                    tree.folders[next].folders.push(place);
                }
            }
            next += 1;
        }
        tree
    }

    /// Whether the folder is one that the user named.
    pub(crate) fn is_root(&self, folder: usize) -> bool {
        self.folders[folder].parent.is_none()
    }

    /// The names of the folders from the outermost one to this one.
    pub(crate) fn names(&self, folder: usize) -> Vec<&str> {
        let mut names = Vec::new();
        let mut next = Some(folder);
        while let Some(place) = next {
            names.push(self.folders[place].name.as_str());
            next = self.folders[place].parent;
        }
        names.reverse();
        names
    }

    fn list(&mut self, path: PathBuf, name: String, parent: Option<usize>) -> Option<usize> {
        if parent.is_some() && MADE_BY_TOOLS.iter().any(|file| path.join(file).is_file()) {
            return None;
        }
        let folder =
            Folder { path, name, files: Vec::new(), folders: Vec::new(), parent, others: Vec::new() };
        self.folders.push(folder);
        Some(self.folders.len() - 1)
    }

    /// Lists the files of a folder, and returns the names of the folders in it.
    fn names_of_folders(&mut self, path: &Path, place: usize) -> Vec<std::ffi::OsString> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                self.unread.push((path.to_owned(), error.to_string()));
                return Vec::new();
            }
        };
        let mut folders = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unread.push((path.to_owned(), error.to_string()));
                    break;
                }
            };
            let name = entry.file_name();
            let listed = Listed { name: name.to_string_lossy().into_owned(), path: entry.path() };
            let folder = &mut self.folders[place];
            match kind(&entry) {
                Kind::File => folder.files.push(listed),
                Kind::Folder if LEFT_OUT.iter().any(|left_out| name == *left_out) => {}
                Kind::Folder => folders.push(name),
                Kind::Other(what) => folder.others.push((listed, what)),
                Kind::LinkToFolder => {}
            }
        }
        let folder = &mut self.folders[place];
        folder.files.sort_by(|left, right| left.path.cmp(&right.path));
        folder.others.sort_by(|left, right| left.0.path.cmp(&right.0.path));
        folders.sort();
        folders
    }
}

enum Kind {
    File,
    Folder,
    LinkToFolder,
    Other(&'static str),
}

fn kind(entry: &fs::DirEntry) -> Kind {
    match entry.file_type() {
        Ok(kind) if kind.is_file() => Kind::File,
        Ok(kind) if kind.is_dir() => Kind::Folder,
        Ok(kind) if kind.is_symlink() => match fs::metadata(entry.path()) {
            Ok(target) if target.is_file() => Kind::File,
            Ok(target) if target.is_dir() => Kind::LinkToFolder,
            Ok(_) => Kind::Other("a link to something that is no file"),
            Err(_) => Kind::Other("a link that leads nowhere"),
        },
        _ => Kind::Other("no regular file"),
    }
}
