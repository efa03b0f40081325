//! What looks at the commit that a hook is about, and at no file of the tree.

use std::fs;
use std::path::{Path, PathBuf};

use onramp_builtins::{Builtin, Finding};
use onramp_core::Failure;

use crate::job::BuiltinWork;

/// The code of findings about a branch.
pub(super) const BRANCH: &str = "forbidden-branch";

/// What git puts before comments, unless it is told otherwise.
const COMMENT: &str = "#";

/// What is wrong with the branch and the message that the hook hands to it; `root` is that of the checkout.
pub(super) fn findings(root: &Path, work: &BuiltinWork) -> Result<Vec<Finding>, Failure> {
    let Some(handed) = &work.handed else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for builtin in &work.builtins {
        match (builtin, &handed.branch) {
            (Builtin::ForbiddenBranch(forbidden), Some(branch)) if forbidden.forbids(branch).is_some() => {
                let message = format!("the branch `{branch}` takes no commits");
                found.push(Finding { path: PathBuf::new(), line: None, column: None, code: BRANCH, message });
            }
            (Builtin::CommitMessage(rules), _) if !handed.message_file.is_empty() => {
                let path = Path::new(&handed.message_file);
                let bytes = fs::read(path)
                    .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
                let text = String::from_utf8_lossy(&bytes);
                found.extend(rules.check(path.strip_prefix(root).unwrap_or(path), &text, COMMENT));
            }
            _ => {}
        }
    }
    Ok(found)
}
