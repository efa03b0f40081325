use super::config::{FilePattern, Hook, PreCommitConfig, Repo, RepoKind};
use crate::fields::{Fields, text};
use crate::node::{Entry, Node, Value};
use crate::{ImportError, Stage, yaml};

impl PreCommitConfig {
    /// Reads the text of `file`.
    ///
    /// # Errors
    /// Where it is no YAML, or has a value of another kind than pre-commit wants, with the place.
    pub fn read(file: &str, text: &str) -> Result<Self, ImportError> {
        let root = yaml::parse(file, text)?;
        // Before pre-commit 1.0 the file was the list of its repositories.
        if matches!(root.value, Value::List(_)) {
            let message = "a list of repositories, as before pre-commit 1.0";
            return Err(root.place.error(file, message));
        }
        let fields = Fields::new(file, &root, "the file")?;
        if fields.node("repos").is_none() {
            return Err(fields.error("the file has no `repos`"));
        }
        let repos = fields.items("repos")?.iter().map(|node| repo(file, node)).collect::<Result<_, _>>()?;
        Ok(Self {
            repos,
            files: pattern(file, &fields, "files")?,
            exclude: pattern(file, &fields, "exclude")?,
            default_stages: stages(file, &fields, "default_stages")?,
            fail_fast: fields.truth("fail_fast")?.unwrap_or(false),
            default_install_hook_types: stages(file, &fields, "default_install_hook_types")?,
            others: keys(fields.others()),
        })
    }
}

fn keys<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<(usize, String)> {
    entries.map(|entry| (entry.place.line, entry.key.clone())).collect()
}

fn repo(file: &str, node: &Node) -> Result<Repo, ImportError> {
    let fields = Fields::new(file, node, "a repository")?;
    let url = fields.required("repo", "a repository")?;
    let rev = match fields.text("rev")? {
        // The name of before pre-commit 1.7.
        None => fields.text("sha")?,
        rev => rev,
    };
    let kind = match url.as_str() {
        "local" => RepoKind::Local,
        "builtin" => RepoKind::Builtin,
        "meta" => RepoKind::Meta,
        _ => RepoKind::Remote { url, rev },
    };
    let hooks = fields.items("hooks")?.iter().map(|node| hook(file, node)).collect::<Result<_, _>>()?;
    Ok(Repo { line: fields.line(), kind, hooks, others: keys(fields.others()) })
}

fn hook(file: &str, node: &Node) -> Result<Hook, ImportError> {
    let fields = Fields::new(file, node, "a hook")?;
    let env = match fields.node("env") {
        None => Vec::new(),
        Some(node) => {
            let variables = Fields::new(file, node, "`env`")?;
            let variable = |entry: &Entry| Ok((entry.key.clone(), text(file, &entry.node, &entry.key)?));
            variables.others().map(variable).collect::<Result<_, _>>()?
        }
    };
    Ok(Hook {
        line: fields.line(),
        id: fields.required("id", "a hook")?,
        name: fields.text("name")?,
        alias: fields.text("alias")?,
        entry: fields.text("entry")?,
        language: fields.text("language")?,
        language_version: fields.text("language_version")?,
        args: fields.texts("args")?,
        files: pattern(file, &fields, "files")?,
        exclude: pattern(file, &fields, "exclude")?,
        types: fields.texts("types")?,
        types_or: fields.texts("types_or")?.unwrap_or_default(),
        exclude_types: fields.texts("exclude_types")?.unwrap_or_default(),
        stages: stages(file, &fields, "stages")?,
        pass_filenames: fields.truth("pass_filenames")?,
        always_run: fields.truth("always_run")?,
        require_serial: fields.truth("require_serial")?,
        fail_fast: fields.truth("fail_fast")?,
        verbose: fields.truth("verbose")?,
        additional_dependencies: fields.texts("additional_dependencies")?.unwrap_or_default(),
        description: fields.text("description")?,
        env,
        others: keys(fields.others()),
    })
}

fn stages(file: &str, fields: &Fields<'_>, key: &str) -> Result<Option<Vec<Stage>>, ImportError> {
    if fields.node(key).is_none() {
        return Ok(None);
    }
    let mut stages = Vec::new();
    for item in fields.items(key)? {
        let name = text(file, item, key)?;
        let stage = Stage::from_name(&name)
            .ok_or_else(|| item.place.error(file, format!("there is no stage `{name}`")))?;
        if !stages.contains(&stage) {
            stages.push(stage);
        }
    }
    Ok(Some(stages))
}

fn pattern(file: &str, fields: &Fields<'_>, key: &str) -> Result<Option<FilePattern>, ImportError> {
    let Some(node) = fields.node(key) else { return Ok(None) };
    if let Value::Map(_) = node.value {
        let inner = Fields::new(file, node, key)?;
        let globs = inner.text_or_texts("glob")?;
        return Ok(globs.map(FilePattern::Globs));
    }
    Ok(fields.text(key)?.map(FilePattern::Regex))
}
