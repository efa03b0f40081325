use std::path::{Component, Path, PathBuf};

/// How paths are shown: as the user has named the folders that they lie in, from where the user stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// Where the user stands, with all links followed.
    base: PathBuf,
    /// The folders, with all links followed, and as they are shown.
    roots: Vec<(PathBuf, PathBuf)>,
}

impl Shown {
    /// For somebody who stands in `base`.
    pub(crate) fn from(base: &Path) -> Self {
        Self { base: base.to_path_buf(), roots: Vec::new() }
    }

    /// Has paths in `real` shown as lying in `typed`.
    pub(crate) fn add(&mut self, real: &Path, typed: &Path) {
        let named = plain(typed, &self.base);
        let shown = named.strip_prefix(&self.base).map_or_else(|_| named.clone(), Path::to_path_buf);
        self.roots.push((real.to_path_buf(), shown));
        // The innermost folder that somebody has named comes first.
        self.roots.sort_by_key(|(real, _)| std::cmp::Reverse(real.components().count()));
    }

    /// A path as it is shown.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        let of_root =
            self.roots.iter().find_map(|(real, shown)| Some((shown, path.strip_prefix(real).ok()?)));
        let of_base = path.strip_prefix(&self.base).ok();
        let shown = match (of_root, of_base) {
            // Whoever goes out and comes in again means what is here.
            (Some((root, _)), Some(below)) if root.starts_with("..") => below.to_path_buf(),
            (Some((root, below)), _) if below.as_os_str().is_empty() => root.clone(),
            (Some((root, below)), _) => root.join(below),
            (None, Some(below)) => below.to_path_buf(),
            (None, None) => path.to_path_buf(),
        };
        if shown.as_os_str().is_empty() { PathBuf::from(".") } else { shown }
    }
}

/// A path without `.`, and without `x/..` where that leads nowhere else: behind a link it does.
fn plain(path: &Path, base: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    let is_same = base.join(&plain).canonicalize().ok() == base.join(path).canonicalize().ok();
    if is_same { plain } else { path.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn as_the_user_has_named_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir_all(root.join("c")).unwrap();
        symlink("a/b", root.join("link")).unwrap();
        let shown = |base: &str, typed: &str| {
            let base = root.join(base);
            let real = base.join(typed).canonicalize().unwrap();
            let mut shown = Shown::from(&base);
            shown.add(&real, Path::new(typed));
            shown.path(&real.join("x.sql")).display().to_string()
        };
        assert_eq!(shown("", "."), "x.sql");
        assert_eq!(shown("", "a/./b/"), "a/b/x.sql");
        assert_eq!(shown("", "a/../c"), "c/x.sql");
        assert_eq!(shown("", "link"), "link/x.sql");
        assert_eq!(shown("", "link/.."), "link/../x.sql");
        assert_eq!(shown("c", "../a"), "../a/x.sql");
        assert_eq!(shown("a", "../a/b"), "b/x.sql");
        assert_eq!(shown("a", ".."), "../x.sql");
        assert_eq!(shown("a", "b/../../c"), "../c/x.sql");
        let absolute = root.join("a/b").display().to_string();
        assert_eq!(shown("a", &absolute), "b/x.sql");
        assert_eq!(shown("c", &absolute), format!("{absolute}/x.sql"));
        assert_eq!(Shown::from(&root).path(&root), Path::new("."));
    }
}
