//! Formats a text that an editor has not written into its file yet.

use std::fs;
use std::path::Path;

use onramp_core::{Failure, TaskNode};

use super::scratch::Scratch;
use crate::job::{Job, Work};
use crate::session::Session;

/// What a formatter makes of a text that is to stand in a file, given by its path from the root of the task's workspace.
/// Nothing in the tree changes.
pub(crate) fn format_text(
    session: &Session,
    node: &TaskNode<Job>,
    file: &Path,
    text: &[u8],
) -> Result<Vec<u8>, Failure> {
    let job = &node.payload;
    let Work::Commands(work) = &job.work else { return Ok(text.to_vec()) };
    let scratch = Scratch::new(session, job, &work.directory, &[file])?;
    let copy = scratch.path(file);
    fs::write(&copy, text)?;
    // Of a new file nobody knows another mode than the usual one.
    if let Ok(metadata) = fs::metadata(job.checkout.root.join(file)) {
        fs::set_permissions(&copy, metadata.permissions())?;
    }
    scratch.run(session, job, work, &work.commands, &[file])?;
    Ok(fs::read(&copy)?)
}
