use std::path::{Path, PathBuf};

use crate::plain_path::plain;

/// The links of a workspace. What is read through one is another file, and its change must not go unnoticed.
#[derive(Default)]
pub(super) struct Links {
    /// Each link and where it leads, both relative to the workspace.
    links: Vec<(PathBuf, PathBuf)>,
}

impl Links {
    /// Those among `files` that lead to a place in the workspace; `root` has all links followed.
    pub(super) fn among(root: &Path, files: &[PathBuf]) -> Self {
        let target = |file: &PathBuf| {
            let text = root.join(file).read_link().ok()?;
            let target = target(root.join(file).parent()?, &text);
            Some((file.clone(), target.strip_prefix(root).ok()?.to_path_buf()))
        };
        Self { links: files.iter().filter_map(target).collect() }
    }

    /// Under which other names a path can be read: those of links that lead to it, also by way of other links,
    /// and those that begin with a link to a folder that it lies in.
    pub(super) fn aliases(&self, path: &Path) -> Vec<PathBuf> {
        let mut names = vec![path.to_path_buf()];
        let mut next = 0;
        while next < names.len() {
            for (link, target) in &self.links {
                if *target == names[next] && !names.contains(link) {
                    names.push(link.clone());
                }
            }
            next += 1;
        }
        // Only once: a link to a folder that it lies in itself would go on for ever.
        for name in names.clone() {
            for (link, target) in &self.links {
                match name.strip_prefix(target) {
                    Ok(rest) if !rest.as_os_str().is_empty() => names.push(link.join(rest)),
                    _ => {}
                }
            }
        }
        names.split_off(1)
    }
}

/// Where a link leads that lies in `folder` and has this text. All links on the way are followed, but not the
/// last one: it has a change of its own.
fn target(folder: &Path, text: &Path) -> PathBuf {
    let path = folder.join(text);
    match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(parent)), Some(name)) if !text.ends_with("..") => parent.join(name),
        _ => path.canonicalize().unwrap_or_else(|_| plain(&path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_is_known_by_all_links_that_lead_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("shared/deep")).unwrap();
        fs::create_dir_all(root.join("ui")).unwrap();
        let links = [
            ("ui/direct", "../shared/file"),
            ("ui/chain", "./direct"),
            ("ui/folder", "../shared"),
            ("ui/through", "folder/file"),
            ("ui/gone", "../shared/no/such"),
            ("around", "ui/../around"),
            ("shared/deep/up", ".."),
            ("out", "/etc/passwd"),
        ];
        links.iter().for_each(|(link, text)| symlink(text, root.join(link)).unwrap());
        let files: Vec<PathBuf> = links.iter().map(|(link, _)| PathBuf::from(link)).collect();
        let links = Links::among(&root, &files);
        let aliases = |path: &str| {
            let mut aliases = links.aliases(Path::new(path));
            aliases.sort();
            aliases.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        let expected = ["shared/deep/up/file", "ui/chain", "ui/direct", "ui/folder/file", "ui/through"];
        assert_eq!(aliases("shared/file"), expected);
        assert_eq!(aliases("ui/direct"), ["ui/chain"]);
        assert_eq!(aliases("shared/no/such"), ["shared/deep/up/no/such", "ui/folder/no/such", "ui/gone"]);
        assert_eq!(aliases("around"), ["around"; 0]);
        assert_eq!(aliases("else"), ["else"; 0]);
    }
}
