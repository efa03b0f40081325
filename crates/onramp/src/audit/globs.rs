//! From files to the globs that one would write for them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// So few files of a folder are written out one by one.
const FEW: usize = 3;

/// The globs for files that are read, relative to the same folder as the files. `others` are the files that are not
/// read: a glob of one kind may mean one of them for each that is, because the next file of the kind most likely is
/// read too, and one of all kinds one for every two. None means all of `directory`, in which the task runs.
pub(super) fn for_inputs(
    files: &BTreeSet<PathBuf>,
    others: &BTreeSet<PathBuf>,
    directory: &Path,
) -> Vec<String> {
    let mut globs = Vec::new();
    let mut pending = vec![(PathBuf::new(), files.iter().collect::<Vec<_>>())];
    while let Some((folder, mut files)) = pending.pop() {
        let children = by_child(&folder, &files);
        let is_only_way =
            matches!(children.as_slice(), [(child, _)] if files.iter().all(|file| *file != child));
        if !is_only_way && !directory.starts_with(&folder) {
            globs.extend(globs_in(&folder, &mut files, others));
        }
        let (direct, below): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.parent() == Some(folder.as_path()));
        globs.extend(direct.into_iter().map(|file| literal(file)));
        pending.extend(by_child(&folder, &below));
    }
    globs.sort();
    globs
}

/// The globs for files that are written: whole folders wherever they hold nothing else. `others` are the files that
/// are not written.
pub(super) fn for_outputs(files: &BTreeSet<PathBuf>, others: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut globs = Vec::new();
    let mut pending = vec![(PathBuf::new(), files.iter().collect::<Vec<_>>())];
    while let Some((folder, files)) = pending.pop() {
        let is_own = !folder.as_os_str().is_empty() && !others.iter().any(|other| other.starts_with(&folder));
        if is_own && files.len() > 1 {
            globs.push(format!("{}/**", literal(&folder)));
            continue;
        }
        let (direct, below): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.parent() == Some(folder.as_path()));
        globs.extend(direct.into_iter().map(|file| literal(file)));
        pending.extend(by_child(&folder, &below));
    }
    globs.sort();
    globs
}

/// A path as a pattern that means it alone.
pub(super) fn literal(path: &Path) -> String {
    path.to_string_lossy().chars().fold(String::new(), |mut text, c| {
        match c {
            '*' | '?' | '[' | '{' | '}' => text.extend(['[', c, ']']),
            _ => text.push(c),
        }
        text
    })
}

/// The globs that mean many of these files of a folder, and takes those files away.
fn globs_in(folder: &Path, files: &mut Vec<&PathBuf>, others: &BTreeSet<PathBuf>) -> Vec<String> {
    let name = literal(folder);
    let others: Vec<&PathBuf> = others.iter().filter(|other| other.starts_with(folder)).collect();
    let kinds = by_extension(files);
    if files.len() >= FEW && kinds.len() > 1 && others.len() * 2 <= files.len() {
        files.clear();
        return vec![format!("{name}/**")];
    }
    let mut globs = Vec::new();
    for (extension, of_kind) in kinds {
        let others = others.iter().filter(|other| other.extension() == Some(extension.as_os_str()));
        if extension.is_empty() || of_kind.len() < FEW || others.clone().count() > of_kind.len() {
            continue;
        }
        let is_direct = |file: &&PathBuf| file.parent() == Some(folder);
        let is_flat = of_kind.iter().all(is_direct) && others.clone().all(is_direct);
        let middle = if is_flat { "*" } else { "**/*" };
        globs.push(format!("{name}/{middle}.{}", literal(Path::new(&extension))));
        files.retain(|file| !of_kind.contains(file));
    }
    globs
}

/// The files by the entry of the folder that they are, or lie below.
fn by_child<'a>(folder: &Path, files: &[&'a PathBuf]) -> Vec<(PathBuf, Vec<&'a PathBuf>)> {
    let depth = folder.iter().count() + 1;
    let mut children: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
    for file in files {
        children.entry(file.iter().take(depth).collect()).or_default().push(file);
    }
    children.into_iter().collect()
}

fn by_extension<'a>(files: &[&'a PathBuf]) -> BTreeMap<OsString, Vec<&'a PathBuf>> {
    let mut kinds: BTreeMap<OsString, Vec<&PathBuf>> = BTreeMap::new();
    for file in files {
        kinds.entry(file.extension().unwrap_or_default().to_owned()).or_default().push(file);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(files: &[&str], others: &[&str]) -> Vec<String> {
        for_inputs(&set(files), &set(others), Path::new("ui"))
    }

    fn set(paths: &[&str]) -> BTreeSet<PathBuf> {
        paths.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn many_files_of_a_kind_become_a_glob_at_the_deepest_folder_that_has_them_all() {
        let files = ["pyproject.toml", "src/flow/a.py", "src/flow/b.py", "src/flow/deep/c.py", "docs/x.md"];
        assert_eq!(inputs(&files, &[]), ["docs/x.md", "pyproject.toml", "src/flow/**/*.py"]);
        let flat = ["tests/a.py", "tests/b.py", "tests/c.py"];
        assert_eq!(inputs(&flat, &["tests/data/x.json"]), ["tests/*.py"]);
    }

    #[test]
    fn a_folder_of_many_kinds_is_meant_as_a_whole() {
        let files = ["docs/a.md", "docs/b.md", "docs/img/c.png", "docs/extra.css"];
        assert_eq!(inputs(&files, &["other/x"]), ["docs/**"]);
    }

    #[test]
    fn a_glob_that_would_mean_much_else_is_not_written() {
        let files = ["src/a.py", "src/b.py", "src/c.py"];
        assert_eq!(inputs(&files, &["src/d.py", "src/e.py", "src/f.py", "src/g.py"]), files);
        assert_eq!(
            inputs(&files, &["src/d.py", "src/e.py", "src/deep/f.py"]),
            ["src/**/*.py"],
            "half of them"
        );
        let half = ["src/one/a.py", "src/one/b.py", "src/one/c.py", "src/two/d.py"];
        let others = ["src/two/e.py", "src/two/f.py", "src/two/g.py", "src/two/h.py", "src/two/i.py"];
        assert_eq!(inputs(&half, &others), ["src/one/*.py", "src/two/d.py"]);
        let all = ["ui/a.ts", "ui/b.ts", "ui/c.ts", "ui/src/d.ts", "ui/src/e.ts", "ui/src/f.css"];
        assert_eq!(
            inputs(&all, &[]),
            ["ui/a.ts", "ui/b.ts", "ui/c.ts", "ui/src/**"],
            "not all of the folder"
        );
    }

    #[test]
    fn outputs_are_whole_folders_where_nothing_else_lies() {
        let files = ["dist/a.js", "dist/assets/b.css", "report.xml", "src/gen/c.py", "src/gen/d.py"];
        let globs = for_outputs(&set(&files), &set(&["src/main.py"]));
        assert_eq!(globs, ["dist/**", "report.xml", "src/gen/**"]);
        assert_eq!(for_outputs(&set(&["src/x", "src/y"]), &set(&["src/z"])), ["src/x", "src/y"]);
    }

    #[test]
    fn names_with_the_letters_of_globs_mean_themselves() {
        assert_eq!(literal(Path::new("a[1]*{b}?")), "a[[]1][*][{]b[}][?]");
    }
}
