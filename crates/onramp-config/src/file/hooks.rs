use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::Stage;

/// What runs at which git hook: a list of `section`, `section:name` or `member/section:name` for
/// each, the last two from the outermost workspace where they begin with a slash.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct HooksSection {
    /// Before a commit is made, on the staged content.
    #[serde(default)]
    #[schemars(extend("examples" = [["format", "lint"]]))]
    pub(crate) pre_commit: Vec<String>,

    /// Before a merge is committed.
    #[serde(default)]
    pub(crate) pre_merge_commit: Vec<String>,

    /// Before the message of a commit is edited.
    #[serde(default)]
    pub(crate) prepare_commit_msg: Vec<String>,

    /// After the message of a commit was written.
    #[serde(default)]
    pub(crate) commit_msg: Vec<String>,

    /// After a commit was made.
    #[serde(default)]
    pub(crate) post_commit: Vec<String>,

    /// After a branch was checked out.
    #[serde(default)]
    pub(crate) post_checkout: Vec<String>,

    /// After a merge.
    #[serde(default)]
    #[schemars(extend("examples" = [["setup"]]))]
    pub(crate) post_merge: Vec<String>,

    /// After commits were rewritten by an amend or a rebase.
    #[serde(default)]
    pub(crate) post_rewrite: Vec<String>,

    /// Before a rebase.
    #[serde(default)]
    pub(crate) pre_rebase: Vec<String>,

    /// Before a push.
    #[serde(default)]
    #[schemars(extend("examples" = [["test:unit"]]))]
    pub(crate) pre_push: Vec<String>,

    /// The hooks of `.pre-commit-config.yaml` that run at their stages as well, by their ids; `*` stands for all of them.
    /// Those that need nothing but the repository and the machine run as they are, all others by prek or pre-commit.
    #[serde(default)]
    #[schemars(extend("examples" = [["*"]]))]
    pub(crate) delegate: Vec<String>,
}

impl HooksSection {
    /// The selections of a stage.
    pub(crate) fn of(&self, stage: Stage) -> &[String] {
        match stage {
            Stage::PreCommit => &self.pre_commit,
            Stage::PreMergeCommit => &self.pre_merge_commit,
            Stage::PrepareCommitMsg => &self.prepare_commit_msg,
            Stage::CommitMsg => &self.commit_msg,
            Stage::PostCommit => &self.post_commit,
            Stage::PostCheckout => &self.post_checkout,
            Stage::PostMerge => &self.post_merge,
            Stage::PostRewrite => &self.post_rewrite,
            Stage::PreRebase => &self.pre_rebase,
            Stage::PrePush => &self.pre_push,
        }
    }
}
