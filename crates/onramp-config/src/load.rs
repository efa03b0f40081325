use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use onramp_core::TaskId;
use serde::Deserialize;

use crate::Diagnostic;
use crate::config::Config;
use crate::file::ConfigFile;
use crate::node::Node;
use crate::overlay::lay_over;
use crate::parse::{Parsed, parse};
use crate::resolve::{Context, Known, member_folder, resolve};
use crate::schema_check::{check_required, check_shape};
use crate::source::Source;
use crate::spot::Spot;
use crate::workspace::{Member, Workspace};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "onramp.toml";
/// The name of the file that is laid over it and that git ignores.
pub const LOCAL_FILE: &str = "onramp.local.toml";

/// Reads the workspace whose `onramp.toml` is in `root`, with its overlay and its members.
///
/// `root` should be absolute: every path of the result begins with it. The error is everything that is wrong
/// in any of the files, sorted by file and position.
pub fn load(root: &Path) -> Result<Workspace, Vec<Diagnostic>> {
    load_with(root, &[])
}

/// Reads the workspace like [`load`]; its tasks may also need `tasks`, which come from elsewhere: from a
/// repository's own xtask.
pub fn load_with(root: &Path, tasks: &[TaskId]) -> Result<Workspace, Vec<Diagnostic>> {
    let mut loader = Loader { extra_tasks: tasks.to_vec(), ..Loader::default() };
    let workspace = loader.workspace(root, &root.join(CONFIG_FILE), Some(&root.join(LOCAL_FILE)));
    loader.finish(workspace)
}

/// Reads another file as the configuration of the workspace in `root`. Nothing is laid over it; its members
/// are read as [`load`] reads them. `tasks` are as for [`load_with`].
pub fn load_file(root: &Path, file: &Path, tasks: &[TaskId]) -> Result<Workspace, Vec<Diagnostic>> {
    let mut loader = Loader { extra_tasks: tasks.to_vec(), ..Loader::default() };
    let workspace = loader.workspace(root, &root.join(file), None);
    loader.finish(workspace)
}

/// The nearest folder with an `onramp.toml`, `start` itself or one above it.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()).map(Path::to_owned)
}

/// Reads workspaces and gathers what is wrong in any of them.
#[derive(Default)]
struct Loader {
    found: Vec<Diagnostic>,
    /// Tasks of the outermost workspace that stand in no file.
    extra_tasks: Vec<TaskId>,
    /// The folders of all members so far, with all links followed.
    folders: BTreeSet<PathBuf>,
}

/// A file's tree in its right shape.
struct Tree {
    root: Node,
    /// Whether its text had no error.
    complete: bool,
}

#[derive(Default)]
struct Members {
    read: Vec<Member>,
    /// Whether there are members that could not be read.
    missing: bool,
}

impl Loader {
    fn finish(mut self, workspace: Option<Workspace>) -> Result<Workspace, Vec<Diagnostic>> {
        match workspace {
            Some(workspace) if self.found.is_empty() => Ok(workspace),
            _ => {
                self.found.sort_by_cached_key(Diagnostic::position);
                Err(self.found)
            }
        }
    }

    /// What could be read of a workspace; nothing if its file has no readable tree. The recursion over
    /// members ends because each is in a folder below.
    fn workspace(&mut self, root: &Path, file: &Path, overlay: Option<&Path>) -> Option<Workspace> {
        // They belong to the outermost workspace, which is read first.
        let extra_tasks = std::mem::take(&mut self.extra_tasks);
        let mut sources = Vec::new();
        let base = self.tree(file, &mut sources);
        let over = overlay
            .filter(|path| path.symlink_metadata().is_ok())
            .and_then(|path| self.tree(path, &mut sources))
            .filter(|over| over.complete);
        let base = base?;
        let mut tree = match over {
            Some(over) => lay_over(base.root, over.root),
            None => base.root,
        };
        if base.complete {
            self.found.extend(check_required(&mut tree, &sources));
        }
        let cx = Context::new(root, &sources, &tree);
        let members = self.members(&cx, &tree);
        // Where the text has errors, much else would only look wrong because they hide what is there.
        let config = if base.complete { read_config(&cx, &tree, &members, &extra_tasks) } else { None };
        self.found.extend(cx.into_diagnostics());
        Some(Workspace { root: root.to_owned(), config: config?, members: members.read })
    }

    fn tree(&mut self, path: &Path, sources: &mut Vec<Source>) -> Option<Tree> {
        let source = Source::read(path).map_err(|diagnostic| self.found.push(diagnostic)).ok()?;
        let Parsed { mut root, errors } = parse(&source, sources.len());
        sources.push(source);
        let wrong_lines = lines_in_doubt(&sources[sources.len() - 1], &errors);
        let shape = check_shape(&mut root, sources);
        self.found.extend(shape.into_iter().filter(|diagnostic| !wrong_lines.contains(&diagnostic.line)));
        let complete = errors.is_empty();
        self.found.extend(errors);
        Some(Tree { root, complete })
    }

    fn members(&mut self, cx: &Context<'_>, tree: &Node) -> Members {
        let spot = Spot::root().key("project").key("members");
        let mut members = Members::default();
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        let written = tree.get("project").and_then(|project| project.get("members")).map(Node::strings);
        for (index, text) in written.unwrap_or_default().into_iter().enumerate() {
            let spot = spot.item(index);
            let Some(member) = self.member(cx, &spot, text) else {
                members.missing = true;
                continue;
            };
            if let Some(other) = names.insert(member.name.clone(), text).filter(|_| !member.name.is_empty()) {
                let message = format!("members `{other}` and `{text}` are both called `{}`", member.name);
                let hint = format!("change `project.name` in one `{CONFIG_FILE}`");
                cx.report(&spot, message, Some(hint));
            }
            members.read.push(member);
        }
        members
    }

    fn member(&mut self, cx: &Context<'_>, spot: &Spot, text: &str) -> Option<Member> {
        let folder = member_folder(cx, spot, text)?;
        if !self.folders.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            cx.report(spot, format!("`{text}` is a member already"), None);
            return None;
        }
        let file = folder.join(CONFIG_FILE);
        if !file.is_file() {
            cx.report(spot, format!("member `{text}` has no `{CONFIG_FILE}`"), None);
            return None;
        }
        let workspace = self.workspace(&folder, &file, Some(&folder.join(LOCAL_FILE)))?;
        Some(Member { name: workspace.config.project.name.clone(), workspace })
    }
}

/// The lines of syntax errors, and behind a broken header all lines up to the next one: their keys were read
/// into the wrong table.
fn lines_in_doubt(source: &Source, errors: &[Diagnostic]) -> BTreeSet<usize> {
    let is_header = |line: usize| source.text()[source.line_range(line)].trim_start().starts_with('[');
    let mut lines = BTreeSet::new();
    for error in errors {
        lines.insert(error.line);
        if is_header(error.line) {
            lines.extend((error.line + 1..=source.lines()).take_while(|line| !is_header(*line)));
        }
    }
    lines
}

fn read_config(cx: &Context<'_>, tree: &Node, members: &Members, extra_tasks: &[TaskId]) -> Option<Config> {
    let file: ConfigFile = match ConfigFile::deserialize(tree) {
        Ok(file) => file,
        Err(error) => {
            cx.report(&Spot::root(), format!("this file has a shape that was not foreseen: {error}"), None);
            return None;
        }
    };
    Some(resolve(cx, &file, &Known::new(&file, &members.read, members.missing, extra_tasks)))
}
