use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::load::{CONFIG_FILE, LOCAL_FILE};
use crate::resolve::inside;

/// The nearest folder with an `onramp.toml`, `start` itself or one above it.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| is_root(folder)).map(Path::to_owned)
}

/// The root of the outermost workspace that the one in `root` belongs to: above it, with `root` among its
/// members or among those of its members. It is `root` itself where no `onramp.toml` above names it; one that
/// only lies above is a stranger. All links in `root` must have been followed.
///
/// What is wrong in a file on the way is not told here: whoever reads the workspace tells it.
pub fn outermost_root(root: &Path) -> PathBuf {
    let mut outermost = root;
    let mut inner = BTreeSet::from([root.to_owned()]);
    for folder in root.ancestors().skip(1).filter(|folder| is_root(folder)) {
        if members(folder).iter().any(|member| inner.contains(member)) {
            inner.insert(folder.to_owned());
            outermost = folder;
        }
    }
    outermost.to_owned()
}

fn is_root(folder: &Path) -> bool {
    folder.join(CONFIG_FILE).is_file()
}

/// The folders that the workspace in `folder` names as its members, with all links followed.
fn members(folder: &Path) -> Vec<PathBuf> {
    // A list in the overlay replaces the one in the file.
    let texts = written(&folder.join(LOCAL_FILE)).or_else(|| written(&folder.join(CONFIG_FILE)));
    let inside = texts.unwrap_or_default().into_iter().filter_map(|text| inside(Path::new(&text)));
    inside.filter_map(|member| folder.join(member).canonicalize().ok()).collect()
}

/// The members as a file lists them, as far as it can be read. `None`: it has no such list.
fn written(file: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(file).ok()?;
    // Most files have none, and parsing takes longer than looking.
    if !text.contains("members") {
        return None;
    }
    let (document, _) = DeTable::parse_recoverable(&text);
    let DeValue::Table(project) = document.get_ref().get("project")?.get_ref() else { return None };
    let DeValue::Array(members) = project.get("members")?.get_ref() else { return None };
    let text = |member: &DeValue<'_>| match member {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    };
    Some(members.iter().filter_map(|member| text(member.get_ref())).collect())
}
