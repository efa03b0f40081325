use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::Pattern;

/// What the workspace is called and what belongs to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ProjectSection {
    /// The name of the workspace. In the tasks of a workspace that has this one as a member it stands before
    /// the slash: `name/test:unit`.
    #[schemars(extend("pattern" = Pattern::NAME), extend("examples" = ["flowline"]))]
    pub(crate) name: String,

    /// The folders of nested workspaces, each with its own `onramp.toml`, relative to this file. They are one
    /// graph with this one, wherever in it one stands; an `onramp.toml` that nobody above names stands alone.
    #[serde(default)]
    #[schemars(extend("examples" = [["packages/ui"]]))]
    #[expect(dead_code, reason = "members are read from the tree, also where the file has other errors")]
    pub(crate) members: Vec<String>,

    /// Globs of files whose change matters to no task but those that declare them, relative to this file: a
    /// text that only people read. With `--since` and `--staged`, a change to any other file that no task
    /// declares affects everything.
    #[serde(default)]
    #[schemars(extend("examples" = [["*.md", "LICENSE"]]))]
    pub(crate) ignore_changes: Vec<String>,
}
