use std::fmt;

/// A section of the configuration whose entries are tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// What brings a checkout to ready.
    Setup,
    /// The formatters.
    Format,
    /// The linters.
    Lint,
    /// The test suites.
    Test,
    /// What is built.
    Build,
    /// Anything else.
    Task,
}

impl Section {
    /// Every section, in the order in which tasks are listed.
    pub const ALL: [Self; 6] = [Self::Setup, Self::Format, Self::Lint, Self::Test, Self::Build, Self::Task];

    /// The name in the file, and before the colon of a task's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Test => "test",
            Self::Build => "build",
            Self::Task => "task",
        }
    }

    /// The section of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
