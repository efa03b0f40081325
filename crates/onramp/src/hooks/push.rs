use std::collections::BTreeSet;
use std::path::PathBuf;

use onramp_config::Stage;
use onramp_git::{GitError, Repository};

use super::Hook;

/// A branch or tag that is about to be pushed.
pub(super) struct Update {
    /// Its name here.
    pub(super) local: String,
    pub(super) id: String,
    /// Its name on the other side.
    pub(super) remote: String,
    /// What the other side has; `None` where it has nothing yet.
    pub(super) remote_id: Option<String>,
}

/// What is about to be pushed, without what is about to be removed.
pub(super) fn updates(hook: &Hook) -> Vec<Update> {
    if hook.stage != Stage::PrePush {
        return Vec::new();
    }
    let is_id = |id: &str| id.bytes().any(|byte| byte != b'0');
    let text = String::from_utf8_lossy(&hook.stdin);
    let update = |line: &str| {
        let mut words = line.split(' ');
        let (local, id, remote, remote_id) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let remote_id = Some(remote_id.to_owned()).filter(|id| is_id(id));
        is_id(id).then(|| Update {
            local: local.to_owned(),
            id: id.to_owned(),
            remote: remote.to_owned(),
            remote_id,
        })
    };
    text.lines().filter_map(update).collect()
}

/// The files that differ in the commits that the other side does not have, relative to the root of the work tree.
pub(super) fn files(hook: &Hook, repository: &Repository) -> Result<BTreeSet<PathBuf>, GitError> {
    // The name of the other side, or its address where it has none.
    let remote = hook.arguments.first().map_or("", String::as_str);
    let mut files = BTreeSet::new();
    for update in updates(hook) {
        files.extend(repository.files_to_push(&update.id, update.remote_id.as_deref(), remote)?);
    }
    Ok(files)
}
