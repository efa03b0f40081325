use std::path::Path;

use globset::Glob;

use super::Context;
use super::paths::inside;
use crate::spot::Spot;

/// What makes a glob more than the name of a file, and so what can be wrong in it.
const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// Globs that say which files matter. They may lead out of the task's folder, but are never absolute.
pub(crate) fn globs(cx: &Context<'_>, spot: &Spot, globs: &[String]) -> Vec<String> {
    for (index, glob) in globs.iter().enumerate() {
        check(cx, &spot.item(index), glob);
    }
    globs.to_vec()
}

/// Globs of files that stay in the workspace, because they are made there or mean nothing outside.
pub(crate) fn inside_workspace(cx: &Context<'_>, spot: &Spot, dir: &str, globs: &[String]) -> Vec<String> {
    for (index, glob) in globs.iter().enumerate() {
        output(cx, &spot.item(index), dir, glob);
    }
    globs.to_vec()
}

/// A glob of files that are made.
pub(crate) fn output(cx: &Context<'_>, spot: &Spot, dir: &str, glob: &str) {
    if check(cx, spot, glob)
        && inside(&Path::new(dir).join(glob)).is_none()
        && inside(Path::new(dir)).is_some()
    {
        cx.report(spot, format!("`{glob}` leaves the workspace"), None);
    }
}

fn check(cx: &Context<'_>, spot: &Spot, glob: &str) -> bool {
    if glob.is_empty() {
        cx.report(spot, "empty glob", None);
    } else if Path::new(glob).is_absolute() {
        let hint = "write it relative to `dir`, or to `onramp.toml` where there is none".to_owned();
        cx.report(spot, format!("`{glob}` is absolute"), Some(hint));
    } else if let Some(error) = glob.contains(SPECIAL).then(|| Glob::new(glob).err()).flatten() {
        cx.report(spot, format!("invalid glob `{glob}`: {}", error.kind()), None);
    } else {
        return true;
    }
    false
}
