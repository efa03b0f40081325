use std::path::Path;

use onramp_core::Failure;

/// The failure with files below the root as one names them there: a scratch copy of the workspace is nobody's place.
pub(super) fn below(root: &Path, failure: Failure) -> Failure {
    if root.as_os_str().is_empty() {
        return failure;
    }
    let message = failure.message.replace(&format!("{}/", root.display()), "");
    Failure { message, ..failure }
}
