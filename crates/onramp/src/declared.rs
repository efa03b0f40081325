//! What tasks declare to read and to write.

use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_config::{Actions, Section, TaskConfig};
use onramp_core::{Failure, TaskNode};

use crate::checkout::Checkout;
use crate::job::Job;

/// A task of the plan, with what the configuration says of it. One that is written in Rust stands in none.
pub(crate) struct Task<'a> {
    pub(crate) checkout: &'a Checkout,
    pub(crate) config: Option<&'a TaskConfig>,
}

/// What a task declares to read.
pub(crate) struct Reads {
    pub(crate) inputs: Patterns,
    files: Option<FilePatterns>,
}

/// The files that a formatter or linter is for.
pub(crate) struct FilePatterns {
    include: Patterns,
    exclude: Patterns,
}

impl<'a> Task<'a> {
    pub(crate) fn of(node: &'a TaskNode<Job>) -> Self {
        let checkout = &*node.payload.checkout;
        let (section, name) = (node.id.section(), node.id.name());
        let is_meant = |task: &&TaskConfig| task.id.name() == name && task.id.section() == section;
        Self { checkout, config: checkout.config.tasks.iter().find(is_meant) }
    }

    /// The files that it is for, if it is a formatter or linter that is told of them.
    pub(crate) fn files(&self) -> Result<Option<FilePatterns>, Failure> {
        let Some(config) = self.config else { return Ok(None) };
        let (Actions::Format { files, .. } | Actions::Lint { files, .. } | Actions::Builtin { files, .. }) =
            &config.actions
        else {
            return Ok(None);
        };
        if files.include.is_empty() {
            return Ok(None);
        }
        let patterns = |globs: &[String]| self.checkout.patterns(&config.dir, globs);
        Ok(Some(FilePatterns { include: patterns(&files.include)?, exclude: patterns(&files.exclude)? }))
    }

    /// What it reads, `None` if it may be any file: it declares no inputs, or its tool looks for files by itself.
    pub(crate) fn reads(&self) -> Result<Option<Reads>, Failure> {
        let Some(config) = self.config else { return Ok(None) };
        let Some(inputs) = &config.inputs else { return Ok(None) };
        let files = self.files()?;
        let is_for_files = [Section::Format, Section::Lint].contains(&config.section);
        if is_for_files && files.is_none() {
            return Ok(None);
        }
        Ok(Some(Reads { inputs: self.checkout.patterns(&config.dir, inputs)?, files }))
    }
}

impl Reads {
    pub(crate) fn matches(&self, path: &Path) -> bool {
        self.inputs.matches(path) || self.files.as_ref().is_some_and(|files| files.matches(path))
    }
}

impl FilePatterns {
    pub(crate) fn matches(&self, path: &Path) -> bool {
        self.include.matches(path) && !self.exclude.matches(path)
    }
}

/// What tasks declare to write, each with the root that its patterns are relative to.
pub(crate) struct Outputs(Vec<(PathBuf, Patterns)>);

impl Outputs {
    pub(crate) fn of(tasks: &[Task<'_>]) -> Result<Self, Failure> {
        let declared = tasks.iter().filter_map(|task| Some((task.checkout, task.config?)));
        let outputs = declared.map(|(checkout, config)| {
            Ok((checkout.root.clone(), checkout.patterns(&config.dir, &config.outputs)?))
        });
        outputs.collect::<Result<_, Failure>>().map(Self)
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        self.0
            .iter()
            .any(|(root, patterns)| path.strip_prefix(root).is_ok_and(|relative| patterns.matches(relative)))
    }
}
