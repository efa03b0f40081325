//! The labels of everything that Onramp creates in an engine. What they mean for its end is decided by who sets them.

/// The root of the workspace.
pub const WORKSPACE: &str = "dev.onramp.workspace";

/// The work tree of the repository.
pub const WORKTREE: &str = "dev.onramp.worktree";

/// The process id of the Onramp that created it.
pub const OWNER_PID: &str = "dev.onramp.owner-pid";

/// When that process started, as the system tells it: a process id alone may belong to a stranger by now.
pub const OWNER_START: &str = "dev.onramp.owner-start";

/// The boot in which that process ran.
pub const BOOT_ID: &str = "dev.onramp.boot-id";

/// The dialect of the databases in it.
pub const DIALECT: &str = "dev.onramp.dialect";

/// What it is for: one job, or development until somebody ends it.
pub const PURPOSE: &str = "dev.onramp.purpose";
