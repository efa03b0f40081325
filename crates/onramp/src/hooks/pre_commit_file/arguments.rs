//! What git hands to a hook, as pre-commit hands it on.

use onramp_config::Stage;

use crate::hooks::{Hook, push};

/// The variables that a stage has for its hooks.
pub(super) fn variables(hook: &Hook) -> Vec<(&'static str, String)> {
    let mut variables = vec![("PRE_COMMIT", "1".to_owned())];
    let names: &[&str] = match hook.stage {
        Stage::PrepareCommitMsg => &["PRE_COMMIT_COMMIT_MSG_SOURCE", "PRE_COMMIT_COMMIT_OBJECT_NAME"],
        Stage::PostCheckout => &["PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE"],
        Stage::PostMerge => &["PRE_COMMIT_IS_SQUASH_MERGE"],
        Stage::PostRewrite => &["PRE_COMMIT_REWRITE_COMMAND"],
        Stage::PreRebase => &["PRE_COMMIT_PRE_REBASE_UPSTREAM", "PRE_COMMIT_PRE_REBASE_BRANCH"],
        Stage::PrePush => &["PRE_COMMIT_REMOTE_NAME", "PRE_COMMIT_REMOTE_URL"],
        Stage::PreCommit | Stage::PreMergeCommit | Stage::CommitMsg | Stage::PostCommit => &[],
    };
    // The file of the message is named among the files.
    let given = hook.arguments.iter().skip(usize::from(hook.message_file().is_some()));
    variables.extend(names.iter().copied().zip(given.cloned()));
    if let Some(update) = push::updates(hook).into_iter().next() {
        variables
            .extend([("PRE_COMMIT_LOCAL_BRANCH", update.local), ("PRE_COMMIT_REMOTE_BRANCH", update.remote)]);
        variables.extend(update.remote_id.map(|id| ("PRE_COMMIT_FROM_REF", id)));
        variables.push(("PRE_COMMIT_TO_REF", update.id));
    }
    // The names of before pre-commit 2.
    let old = |new: &str, old: &'static str| {
        variables.iter().find(|(name, _)| *name == new).map(|(_, value)| (old, value.clone()))
    };
    let old =
        [old("PRE_COMMIT_FROM_REF", "PRE_COMMIT_ORIGIN"), old("PRE_COMMIT_TO_REF", "PRE_COMMIT_SOURCE")];
    variables.extend(old.into_iter().flatten());
    variables
}

/// The options that a stage has for `run`, files apart.
pub(super) fn options(hook: &Hook) -> Vec<String> {
    let mut options = vec!["--hook-stage".to_owned(), hook.stage.name().to_owned()];
    if let Some(file) = hook.message_file() {
        options.extend(["--commit-msg-filename".to_owned(), file.to_owned()]);
    }
    options
}
