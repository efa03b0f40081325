use std::path::Path;

use onramp_core::Failure;

/// The failure with files below the root as one names them there: a scratch copy of the workspace is nobody's place.
pub(crate) fn below(root: &Path, failure: Failure) -> Failure {
    if root.as_os_str().is_empty() {
        return failure;
    }
    let message = failure.message.replace(&format!("{}/", root.display()), "");
    Failure { message, ..failure }
}

/// The failure of a history that was read in a copy of its folder, as if it had been read there.
pub(crate) fn of_copy(copy: &Path, folder: &Path, mut failure: Failure) -> Failure {
    failure.message = failure.message.replace(&copy.display().to_string(), &folder.display().to_string());
    if let Some(at) = &mut failure.at
        && let Ok(inside) = at.file.strip_prefix(copy)
    {
        at.file = folder.join(inside);
    }
    failure
}
