use std::path::{Path, PathBuf};

use onramp_cache::Patterns;
use onramp_config::{Actions, Builtin, Commands, FileSet};
use onramp_core::Failure;
use onramp_git::Staged;

use super::place::Places;
use super::selection::Chosen;
use super::types::Types;
use crate::checkout::Checkout;
use crate::job::Form;

/// What a task has to do with what is staged.
pub(super) struct Given {
    pub(super) chosen: Chosen,
    pub(super) form: Form,
    /// The staged files that it is for, relative to the root of its checkout and sorted.
    pub(super) files: Vec<PathBuf>,
    /// Whether its commands take them by name, and look at nothing else.
    pub(super) by_name: bool,
}

/// The globs that tell which files matter to a task as a whole.
pub(super) struct Concern {
    include: Patterns,
    exclude: Patterns,
    is_open: bool,
}

impl Given {
    /// `None` where nothing that is staged matters to the task.
    pub(super) fn of(
        chosen: Chosen,
        staged: &Staged,
        places: &Places,
        types: &Types<'_>,
    ) -> Result<Option<Self>, Failure> {
        let below = places.below(&chosen.checkout);
        let files = || staged.files.iter().filter(|(_, blob)| blob.mode.is_file()).map(|(path, _)| path);
        let inside = |path: &PathBuf| path.strip_prefix(&below).ok().map(Path::to_path_buf);
        let config = chosen.config();
        let none = Commands::new();
        let (form, set, commands) = match &config.actions {
            Actions::Format { run, files, restage: true, .. } => (Form::Fix, Some(files), run),
            Actions::Lint { fix, files, restage: true, .. } if !fix.is_empty() => {
                (Form::Fix, Some(files), fix)
            }
            Actions::Builtin { builtins, files, restage } => {
                let fixes = *restage && builtins.iter().any(Builtin::mends);
                (if fixes { Form::Fix } else { Form::Check }, Some(files), &none)
            }
            Actions::Format { check, files, .. } => (Form::Check, Some(files), check),
            Actions::Lint { run, files, .. } => (Form::Check, Some(files), run),
            Actions::Run { run } | Actions::Test { run, .. } | Actions::RunWithArgs { run, .. } => {
                (Form::Check, None, run)
            }
        };
        let concern = Concern::of(&chosen)?;
        let by_set = match set {
            Some(set) if !set.include.is_empty() => {
                Some(Concern::of_set(&chosen.checkout, &config.dir, set)?)
            }
            _ => None,
        };
        let by_set = by_set.as_ref();
        let mut given: Vec<PathBuf> = files().filter_map(inside).collect();
        given.retain(|file| by_set.unwrap_or(&concern).covers(file));
        types.retain(set.map_or(&[], |set| &set.types), &below, &mut given)?;
        // To what is looked at as a whole, a file that goes matters as well; to what declares nothing, any commit.
        let mentions = |name: &str| commands.iter().any(|command| command.mentions(name));
        let (is_built_in, is_of_branch) = match &config.actions {
            Actions::Builtin { builtins, .. } => {
                let is_one = |builtin: &Builtin| matches!(builtin, Builtin::ForbiddenBranch { .. });
                (true, builtins.iter().any(is_one))
            }
            _ => (false, false),
        };
        let by_name = is_built_in || (by_set.is_some() && mentions("files")) || mentions("staged");
        let mut gone = staged.deleted.iter().filter_map(inside);
        let mut by_whole = || !by_name && (concern.is_open || gone.any(|file| concern.covers(&file)));
        // To a branch, any commit matters.
        let matters = !given.is_empty() || is_of_branch || by_whole();
        Ok(matters.then_some(Self { chosen, form, files: given, by_name }))
    }

    /// Whether another one may change the same files.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        if !self.by_name || !other.by_name {
            return true;
        }
        let root = &other.chosen.checkout.root;
        let others: std::collections::HashSet<PathBuf> =
            other.files.iter().map(|file| root.join(file)).collect();
        self.files.iter().any(|file| others.contains(&self.chosen.checkout.root.join(file)))
    }
}

impl Concern {
    /// Of what a task declares to read; everything where it declares nothing.
    pub(super) fn of(chosen: &Chosen) -> Result<Self, Failure> {
        let config = chosen.config();
        let mut globs = config.inputs.clone().unwrap_or_default();
        let mut exclude = &[][..];
        if let Actions::Format { files, .. } | Actions::Lint { files, .. } | Actions::Builtin { files, .. } =
            &config.actions
        {
            globs.extend_from_slice(&files.include);
            exclude = &files.exclude;
        }
        let is_open = globs.is_empty();
        Ok(Self {
            include: chosen.checkout.patterns(&config.dir, &globs)?,
            exclude: chosen.checkout.patterns(&config.dir, exclude)?,
            is_open,
        })
    }

    /// Of the files that a formatter or linter takes by name; `None` for any other task.
    pub(super) fn of_names(chosen: &Chosen) -> Result<Option<Self>, Failure> {
        let config = chosen.config();
        let (set, commands) = match &config.actions {
            Actions::Format { check, files, .. } => (files, check),
            Actions::Lint { run, files, .. } => (files, run),
            Actions::Builtin { files, .. } => {
                return Self::of_set(&chosen.checkout, &config.dir, files).map(Some);
            }
            _ => return Ok(None),
        };
        if set.include.is_empty() || !commands.iter().any(|command| command.mentions("files")) {
            return Ok(None);
        }
        Self::of_set(&chosen.checkout, &config.dir, set).map(Some)
    }

    fn of_set(checkout: &Checkout, directory: &Path, set: &FileSet) -> Result<Self, Failure> {
        Ok(Self {
            include: checkout.patterns(directory, &set.include)?,
            exclude: checkout.patterns(directory, &set.exclude)?,
            is_open: false,
        })
    }

    /// Whether a path relative to the root of the checkout matters.
    pub(super) fn covers(&self, path: &Path) -> bool {
        (self.is_open || self.include.matches(path)) && !self.exclude.matches(path)
    }
}
