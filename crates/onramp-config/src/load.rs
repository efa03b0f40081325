use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use onramp_core::TaskId;
use serde::Deserialize;

use crate::Diagnostic;
use crate::config::Config;
use crate::draft::{Draft, path_of};
use crate::file::ConfigFile;
use crate::node::{Node, Value};
use crate::overlay::lay_over;
use crate::parse::{Parsed, parse};
use crate::resolve::{Context, Everywhere, Known, Located, member_folder, report_cycles, resolve};
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
/// repository's own xtask. They belong to the workspace in `root`.
pub fn load_with(root: &Path, tasks: &[TaskId]) -> Result<Workspace, Vec<Diagnostic>> {
    Loader::default().load(root, &root.join(CONFIG_FILE), Some(&root.join(LOCAL_FILE)), tasks)
}

/// Reads another file as the configuration of the workspace in `root`. Nothing is laid over it; its members
/// are read as [`load`] reads them. `tasks` are as for [`load_with`].
pub fn load_file(root: &Path, file: &Path, tasks: &[TaskId]) -> Result<Workspace, Vec<Diagnostic>> {
    Loader::default().load(root, &root.join(file), None, tasks)
}

/// Reads workspaces and gathers what is wrong in any of them.
#[derive(Default)]
struct Loader {
    found: Vec<Diagnostic>,
    /// The folders of all members so far, with all links followed.
    folders: BTreeSet<PathBuf>,
}

/// A file's tree in its right shape.
struct Tree {
    root: Node,
    /// Whether its text had no error.
    complete: bool,
}

impl Loader {
    fn load(
        mut self,
        root: &Path,
        file: &Path,
        overlay: Option<&Path>,
        tasks: &[TaskId],
    ) -> Result<Workspace, Vec<Diagnostic>> {
        let workspace = self
            .read(Located::at(root), file, overlay, None)
            .and_then(|draft| self.resolve(draft, tasks))
            .filter(|_| self.found.is_empty());
        workspace.ok_or_else(|| {
            self.found.sort_by_cached_key(Diagnostic::position);
            self.found
        })
    }

    /// What could be read of a workspace, which is a member of the one at the path `around`; nothing if its
    /// file has no readable tree. The recursion over members ends because each is in a folder below.
    fn read(
        &mut self,
        folder: Located,
        file: &Path,
        overlay: Option<&Path>,
        around: Option<&str>,
    ) -> Option<Draft> {
        let mut sources = Vec::new();
        let base = self.tree(file, &mut sources);
        let over = overlay
            .filter(|path| path.symlink_metadata().is_ok())
            // Whoever opens a pipe waits for somebody to write into it.
            .filter(|path| path.metadata().is_ok_and(|it| it.is_file() || it.is_dir()) || !path.exists())
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
        let cx = Context::new(&folder.path, &folder.real, &sources, &tree);
        let path = path_of(around, name(&tree));
        let (members, members_missing) = self.members(&cx, &tree, &path);
        let file = if base.complete { read_file(&cx, &tree) } else { None };
        self.found.extend(cx.into_diagnostics());
        let Located { path: root, real: real_root } = folder;
        Some(Draft { path, root, real_root, sources, tree, file, members, members_missing })
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

    /// The members as far as they could be read, and whether any could not be read to its end.
    fn members(&mut self, cx: &Context<'_>, tree: &Node, path: &str) -> (Vec<Draft>, bool) {
        let spot = Spot::root().key("project").key("members");
        let (mut members, mut missing) = (Vec::new(), false);
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        let written = tree.get("project").and_then(|project| project.get("members")).map(Node::strings);
        for (index, text) in written.unwrap_or_default().into_iter().enumerate() {
            let spot = spot.item(index);
            let Some(member) = self.member(cx, &spot, text, path) else {
                missing = true;
                continue;
            };
            let name = member.file.as_ref().map_or("", |file| file.project.name.as_str());
            missing |= member.file.is_none();
            if let Some(other) = names.insert(name.to_owned(), text).filter(|_| !name.is_empty()) {
                let message = format!("members `{other}` and `{text}` are both called `{name}`");
                let hint = format!("change `project.name` in one `{CONFIG_FILE}`");
                cx.report(&spot, message, Some(hint));
            }
            members.push(member);
        }
        (members, missing)
    }

    fn member(&mut self, cx: &Context<'_>, spot: &Spot, text: &str, path: &str) -> Option<Draft> {
        let folder = member_folder(cx, spot, text)?;
        if !self.folders.insert(folder.real.clone()) {
            cx.report(spot, format!("`{text}` is a member already"), None);
            return None;
        }
        let file = folder.path.join(CONFIG_FILE);
        if !file.is_file() {
            // What is left of a submodule that was not fetched.
            let is_empty = std::fs::read_dir(&folder.path).is_ok_and(|mut entries| entries.next().is_none());
            let hint =
                is_empty.then(|| format!("if it is a submodule: `git submodule update --init {text}`"));
            cx.report(spot, format!("member `{text}` has no `{CONFIG_FILE}`"), hint);
            return None;
        }
        let overlay = folder.path.join(LOCAL_FILE);
        self.read(folder, &file, Some(&overlay), Some(path))
    }

    /// Gives everything its meaning, once it is known which tasks there are anywhere.
    fn resolve(&mut self, draft: Draft, tasks: &[TaskId]) -> Option<Workspace> {
        let drafts = draft.all();
        let everywhere = Everywhere::new(&drafts, tasks);
        let mut configs = Vec::with_capacity(drafts.len());
        for draft in &drafts {
            configs.push(draft.file.as_ref().map(|file| {
                let cx = draft.context();
                let config = resolve(&cx, file, &Known::new(&everywhere, &draft.path, file));
                self.found.extend(cx.into_diagnostics());
                config
            }));
        }
        self.found.extend(report_cycles(&drafts, &configs));
        assemble(draft, &mut configs.into_iter())
    }
}

/// The workspace of a draft and of those nested in it, whose configurations come in the order of
/// [`Draft::all`].
fn assemble(draft: Draft, configs: &mut impl Iterator<Item = Option<Config>>) -> Option<Workspace> {
    let config = configs.next()?;
    let members = draft.members.into_iter().map(|member| {
        let workspace = assemble(member, configs)?;
        Some(Member { name: workspace.config.project.name.clone(), workspace })
    });
    let members: Option<Vec<Member>> = members.collect();
    Some(Workspace { root: draft.root, config: config?, members: members? })
}

/// The name of a workspace, if it is readable.
fn name(tree: &Node) -> &str {
    match tree.get("project").and_then(|project| project.get("name")).map(|name| &name.value) {
        Some(Value::String(name)) => name,
        _ => "",
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

fn read_file(cx: &Context<'_>, tree: &Node) -> Option<ConfigFile> {
    ConfigFile::deserialize(tree)
        .map_err(|error| {
            cx.report(&Spot::root(), format!("this file has a shape that was not foreseen: {error}"), None);
        })
        .ok()
}
