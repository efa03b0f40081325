use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

/// Which of the files below a folder are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Those that git would show. `.gitignore` files count whether or not the folder is a git repository.
    Git,
    /// All of them.
    All,
}

/// How far down a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// To what the folder itself holds.
    One,
    /// To everything below.
    All,
}

/// What a walk found.
#[derive(Debug)]
pub(crate) enum Found {
    Folder(PathBuf),
    File(PathBuf),
}

/// Calls `found` for the folder itself and for what is below it, each folder before what it holds. What vanishes
/// or cannot be read meanwhile is left out.
pub(crate) fn walk(folder: &Path, visibility: Visibility, depth: Depth, mut found: impl FnMut(Found)) {
    let mut walk = WalkBuilder::new(folder);
    match visibility {
        Visibility::Git => walk.hidden(false).ignore(false).require_git(false).parents(true),
        Visibility::All => walk.standard_filters(false),
    };
    if depth == Depth::One {
        walk.max_depth(Some(1));
    }
    // The same as for the keys of tasks: state, and other repositories that happen to lie here.
    let is_kept = move |entry: &DirEntry| {
        let is_state = entry.file_name() == ".git" || entry.file_name() == ".onramp";
        let is_foreign = visibility == Visibility::Git && entry.path().join(".git").exists();
        entry.depth() == 0 || !(is_state || is_foreign || is_of_an_editor(entry.path()))
    };
    for entry in walk.filter_entry(is_kept).build().flatten() {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let path = entry.into_path();
        found(if is_folder { Found::Folder(path) } else { Found::File(path) });
    }
}

/// Whether a file is one of those that editors keep beside the file that they edit: swap files, backups, locks. Those
/// that are gone at once, such as Vim's `4913`, are never seen.
pub(crate) fn is_of_an_editor(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let is_swap = name.starts_with('.') && [".swp", ".swo", ".swx"].iter().any(|end| name.ends_with(end));
    let is_autosave = name.starts_with('#') && name.ends_with('#');
    is_swap
        || is_autosave
        || name.ends_with('~')
        || name.starts_with(".#")
        || name == ".DS_Store"
        || ["___jb_tmp___", "___jb_old___"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn found(folder: &Path, visibility: Visibility, depth: Depth) -> Vec<String> {
        let mut all = Vec::new();
        walk(folder, visibility, depth, |found| {
            let (path, end) = match &found {
                Found::Folder(path) => (path, "/"),
                Found::File(path) => (path, ""),
            };
            all.push(format!("{}{end}", path.strip_prefix(folder).unwrap().display()));
        });
        all.sort();
        all
    }

    #[test]
    fn what_git_ignores_is_not_descended_into() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let files = [
            "a",
            ".hidden",
            "ignored/b",
            "src/c",
            "src/d.log",
            "src/.c.swp",
            "other/.git/HEAD",
            ".git/HEAD",
            ".onramp/x",
        ];
        for file in files {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "ignored/\n*.log\n").unwrap();
        let all = found(root, Visibility::Git, Depth::All);
        assert_eq!(all, [".gitignore", ".hidden", "/", "a", "src/", "src/c"]);
        assert_eq!(found(&root.join("src"), Visibility::Git, Depth::All), ["/", "c"], "rules above count");
        let one = found(root, Visibility::Git, Depth::One);
        assert_eq!(one, [".gitignore", ".hidden", "/", "a", "src/"]);
        assert_eq!(found(&root.join("ignored"), Visibility::All, Depth::All), ["/", "b"]);
    }

    #[test]
    fn files_of_editors_are_known_by_their_names() {
        for name in [".a.py.swp", "a.py~", "#a.py#", ".#a.py", "a.py___jb_tmp___"] {
            assert!(is_of_an_editor(Path::new(name)), "{name}");
        }
        for name in ["a.py", ".env", "a.swp", "#a", "4913"] {
            assert!(!is_of_an_editor(Path::new(name)), "{name}");
        }
    }
}
