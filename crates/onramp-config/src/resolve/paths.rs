use std::path::{Component, Path, PathBuf};

use super::Context;
use crate::spot::Spot;

/// Something in a workspace, by its path as it is written and with all links followed.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) path: PathBuf,
    pub(crate) real: PathBuf,
}

impl Located {
    pub(crate) fn at(path: &Path) -> Self {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self { path: path.to_owned(), real }
    }
}

/// A relative path without `.` and `..`, or nothing if it is absolute or leads out of where it begins.
pub(crate) fn inside(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}

/// A path in the workspace that need not exist.
pub(crate) fn path(cx: &Context<'_>, spot: &Spot, text: &str) -> PathBuf {
    checked(cx, spot, text).map_or_else(|| cx.root.to_owned(), |plain| cx.root.join(plain))
}

/// An existing folder in the workspace, the root itself included.
pub(crate) fn folder(cx: &Context<'_>, spot: &Spot, text: &str) -> PathBuf {
    if let Some(folder) = cx.folders.borrow().get(text) {
        return folder.clone();
    }
    let Some(folder) = existing(cx, spot, text, Wanted::Folder) else { return cx.root.to_owned() };
    cx.folders.borrow_mut().insert(text.to_owned(), folder.clone());
    folder
}

/// An existing file in the workspace.
pub(crate) fn file(cx: &Context<'_>, spot: &Spot, text: &str) -> PathBuf {
    existing(cx, spot, text, Wanted::File).unwrap_or_else(|| cx.root.to_owned())
}

/// The folder of a member: an existing folder in the workspace, but not the workspace itself.
pub(crate) fn member_folder(cx: &Context<'_>, spot: &Spot, text: &str) -> Option<Located> {
    let folder = found(cx, spot, text, Wanted::Folder)?;
    if folder.real == cx.real_root {
        cx.report(spot, format!("member `{text}` is the workspace itself"), None);
        return None;
    }
    Some(folder)
}

#[derive(Clone, Copy)]
enum Wanted {
    File,
    Folder,
}

fn existing(cx: &Context<'_>, spot: &Spot, text: &str, wanted: Wanted) -> Option<PathBuf> {
    found(cx, spot, text, wanted).map(|found| found.path)
}

fn found(cx: &Context<'_>, spot: &Spot, text: &str, wanted: Wanted) -> Option<Located> {
    let plain = checked(cx, spot, text)?;
    if plain.as_os_str().is_empty() && matches!(wanted, Wanted::Folder) {
        return Some(Located { path: cx.root.to_owned(), real: cx.real_root.to_owned() });
    }
    let path = cx.root.join(plain);
    let (noun, there) = match wanted {
        Wanted::File => ("file", path.is_file()),
        Wanted::Folder => ("folder", path.is_dir()),
    };
    if !there {
        let message = if path.exists() {
            format!("`{text}` is not a {noun}")
        } else {
            format!("{noun} `{text}` does not exist")
        };
        cx.report(spot, message, None);
        return None;
    }
    let found = Located::at(&path);
    if !found.real.starts_with(cx.real_root) && found.real != found.path {
        cx.report(spot, format!("`{text}` leaves the workspace through a link"), None);
        return None;
    }
    Some(found)
}

fn checked(cx: &Context<'_>, spot: &Spot, text: &str) -> Option<PathBuf> {
    let path = Path::new(text);
    let plain = inside(path).filter(|_| !text.is_empty());
    if plain.is_none() {
        let (message, hint) = if text.is_empty() {
            ("empty path".to_owned(), None)
        } else if path.is_absolute() {
            let hint = "write it relative to `onramp.toml`".to_owned();
            (format!("`{text}` is absolute"), Some(hint))
        } else {
            (format!("`{text}` leaves the workspace"), None)
        };
        cx.report(spot, message, hint);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_inside_or_is_refused() {
        for (path, expected) in [
            ("a/b", Some("a/b")),
            ("./a/../b/", Some("b")),
            (".", Some("")),
            ("a/../..", None),
            ("../a", None),
            ("/a", None),
        ] {
            assert_eq!(inside(Path::new(path)).as_deref(), expected.map(Path::new), "{path}");
        }
    }
}
