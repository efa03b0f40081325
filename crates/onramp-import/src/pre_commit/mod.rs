mod config;
mod file_filter;
mod filter;
mod grep;
mod native;
mod options;
mod read;
mod regex;
mod remote;
mod translate;

pub use config::{FilePattern, Hook, PreCommitConfig, Repo, RepoKind};
pub use file_filter::FileFilter;
pub use grep::{Grep, GrepFinding};
pub use native::{DelegatedHook, NativeHook, NativeRun, PreCommitPlan};
