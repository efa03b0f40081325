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

/// Globs of files that are made. They stay in the workspace.
pub(crate) fn outputs(cx: &Context<'_>, spot: &Spot, dir: &str, globs: &[String]) -> Vec<String> {
    for (index, glob) in globs.iter().enumerate() {
        let spot = spot.item(index);
        if check(cx, &spot, glob)
            && inside(&Path::new(dir).join(glob)).is_none()
            && inside(Path::new(dir)).is_some()
        {
            cx.report(&spot, format!("`{glob}` leaves the workspace"), None);
        }
    }
    globs.to_vec()
}

fn check(cx: &Context<'_>, spot: &Spot, glob: &str) -> bool {
    if glob.is_empty() {
        cx.report(spot, "empty glob", None);
    } else if Path::new(glob).is_absolute() {
        let hint = "write it relative to the folder of the task".to_owned();
        cx.report(spot, format!("`{glob}` is absolute"), Some(hint));
    } else if let Some(error) = glob.contains(SPECIAL).then(|| Glob::new(glob).err()).flatten() {
        cx.report(spot, format!("invalid glob `{glob}`: {}", error.kind()), None);
    } else {
        return true;
    }
    false
}
