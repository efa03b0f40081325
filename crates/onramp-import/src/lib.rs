//! Reads the configuration of other tools for git hooks, and writes it as sections of `onramp.toml`.
//!
//! # Theory of operation
//!
//! Text comes in and a model goes out; nothing here opens a file or starts a process. Each source has a
//! module of its own that reads its file into [`Import`]: tasks, what the stages of git run, tools, and
//! remarks about what has no counterpart. Nothing of the input may get lost in silence: what cannot be
//! translated becomes a remark with its place, and remarks become comments of the text that is written.
//!
//! Architecture Invariant: text in, model and text out. This crate opens no file, starts no process, and knows no
//! more of `onramp.toml` than how to write it.

mod command;
mod error;
mod fields;
mod glob;
mod husky;
mod import;
mod lefthook;
mod lint_staged;
mod merge;
mod micromatch;
mod node;
mod pre_commit;
mod regex_glob;
mod render;
mod shell;
mod source;
mod spec;
mod stage;
mod task;
mod toml;
mod yaml;

pub use error::ImportError;
pub use import::Import;
pub use merge::Merged;
pub use pre_commit::{
    DelegatedHook, FileFilter, FilePattern, Grep, GrepFinding, Hook, NativeHook, NativeRun, PreCommitConfig,
    PreCommitPlan, Repo, RepoKind,
};
pub use render::SectionText;
pub use source::{FILES, LINT_STAGED_FILES, Source, decoded};
pub use stage::Stage;
