/// What a workspace is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its name, which is also its name as a member.
    pub name: String,
    /// Globs of files whose change matters to no task but those that declare them, relative to the workspace.
    pub ignore_changes: Vec<String>,
}
