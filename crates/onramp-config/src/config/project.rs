/// What a workspace is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its name, which is also its name as a member.
    pub name: String,
}
