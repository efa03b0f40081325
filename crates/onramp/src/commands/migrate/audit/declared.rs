//! Which migrations are twins, of which dialect a history is, and in what dialects may differ, where a project's own configuration says so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use onramp_config::{CONFIG_FILE, Config, Database, DialectConfig, Engine, LOCAL_FILE, Parity};
use onramp_core::{Dialect, TaskId};
use onramp_histories::{Chain, Declared, DialectName, Histories, Twins};
use onramp_migrate::{AlembicSpec, CommandSpec, EngineSpec, History, Lack, Ledger, MigrateSpec, Pairs};

use super::super::spec;
use super::shown::Shown;
use crate::Error;

/// How long a file may be that is read here, in bytes. The longest ledgers known are a hundredth of that.
const LONGEST: u64 = 8 << 20;

/// What configurations say.
#[derive(Default)]
pub(super) struct Found {
    pub(super) declared: Declared,
    /// Those that say anything.
    pub(super) configurations: Vec<PathBuf>,
    pub(super) warnings: Vec<String>,
    /// The dialects of histories of which nothing else tells it, by their folders.
    pub(super) dialects: Vec<(PathBuf, DialectName)>,
    /// In what the dialects of histories may differ, by the folders of those.
    pub(super) parity: Vec<(Vec<PathBuf>, Parity)>,
}

/// Reads the configuration around each history, or the one that is named, and what it says about twins. Nothing of it is run,
/// and what cannot be read declares nothing. Fails where that was named.
pub(super) fn of(
    histories: &Histories,
    named: Option<PathBuf>,
    own_tasks: &[TaskId],
    shown: &Shown,
) -> Result<Found, Error> {
    let mut found = Found::default();
    if let Some(file) = &named {
        check(file, own_tasks, shown)?;
    }
    let mut by_file: BTreeMap<PathBuf, Vec<&Chain>> = BTreeMap::new();
    for chain in &histories.chains {
        let file = named.clone().or_else(|| Some(onramp_config::find_root(&chain.folder)?.join(CONFIG_FILE)));
        if let Some(file) = file {
            by_file.entry(file).or_default().push(chain);
        }
    }
    for (file, chains) in by_file {
        let untold: Vec<&Chain> = chains.iter().copied().filter(|chain| chain.dialect.is_none()).collect();
        // With one history there is nothing to pair.
        if chains.len() < 2 && untold.is_empty() {
            continue;
        }
        let Some(config) = config(&file, named.is_some(), own_tasks) else {
            let file = shown.path(&file);
            found
                .warnings
                .push(format!("{} has errors, so what it says about histories was not read", file.display()));
            continue;
        };
        if let Some(database) = &config.database {
            found.dialects.extend(untold.iter().filter_map(|chain| dialect(database, chain)));
            let folders = chains.iter().map(|chain| chain.folder.clone()).collect();
            found.parity.push((folders, database.parity.clone()));
        }
        let changes = changes(&config, &chains);
        if !changes.is_empty() {
            found.declared.changes.extend(changes);
            found.configurations.push(file);
        }
    }
    Ok(found)
}

/// Fails where a configuration that somebody has named cannot be read.
fn check(file: &Path, own_tasks: &[TaskId], shown: &Shown) -> Result<(), Error> {
    if !is_short(file) {
        let what = if file.exists() { "is no file that can be read at once" } else { "does not exist" };
        return Err(Error::configuration(format!("{} {what}", shown.path(file).display())));
    }
    onramp_config::load_file(file.parent().unwrap_or(file), file, own_tasks)?;
    Ok(())
}

fn config(file: &Path, is_named: bool, own_tasks: &[TaskId]) -> Option<Config> {
    let root = file.parent()?;
    let overlay = root.join(LOCAL_FILE);
    if !is_short(file) || (overlay.symlink_metadata().is_ok() && !is_short(&overlay)) {
        return None;
    }
    let workspace = match is_named {
        true => onramp_config::load_file(root, file, own_tasks),
        false => onramp_config::load_with(root, own_tasks),
    };
    workspace.ok().map(|workspace| workspace.config)
}

/// The dialect whose folder a history lies in, or the only one that there is.
fn dialect(database: &Database, chain: &Chain) -> Option<(PathBuf, DialectName)> {
    let holds = |dialect: &&DialectConfig| {
        dialect.versions.canonicalize().is_ok_and(|folder| chain.folder.starts_with(folder))
    };
    let known = match database.dialects.as_slice() {
        [only] => only,
        several => several.iter().find(holds)?,
    };
    Some((chain.folder.clone(), DialectName::of_word(known.dialect.name())?))
}

/// Whether it is a file that can be read at once.
fn is_short(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LONGEST)
}

/// The changes of a project whose histories are among those that were found; none where they are not, or cannot be read as the
/// project's own engine reads them.
fn changes(config: &Config, chains: &[&Chain]) -> Vec<Twins> {
    let Some(database) = config.database.as_ref().filter(|database| database.dialects.len() > 1) else {
        return Vec::new();
    };
    let engine = match &database.engine {
        Engine::Alembic(_) => EngineSpec::Alembic(AlembicSpec::default()),
        Engine::Command(_) => EngineSpec::Command(CommandSpec::default()),
    };
    let mut histories: BTreeMap<Dialect, History> = BTreeMap::new();
    for dialect in &database.dialects {
        let Ok(folder) = dialect.versions.canonicalize() else { return Vec::new() };
        let Some(chain) = chains.iter().find(|chain| chain.folder == folder) else { return Vec::new() };
        let Some(history) = history(&engine, chain) else { return Vec::new() };
        histories.insert(dialect.dialect, history);
    }
    let spec = MigrateSpec {
        engine,
        dialects: spec::dialects(database),
        ledger: spec::ledger(database),
        pairing: spec::pairing(database),
        only: spec::only(database),
        url_env: database.url_env.clone(),
        root: PathBuf::new(),
        worktree: PathBuf::new(),
        installed_models: Vec::new(),
        state: PathBuf::new(),
        temporary: PathBuf::new(),
        environment: onramp_exec::Environment::default(),
        typed_exec: String::new(),
        typed_rebase: None,
        keep: onramp_database::Keep::default(),
        polish: Vec::new(),
    };
    let has_ledger = spec.ledger.as_ref().is_some_and(|ledger| is_short(&ledger.file));
    let ledger = if has_ledger { Ledger::read(&spec).ok().flatten() } else { None };
    let pairs = Pairs::of(&spec, &histories, ledger.as_ref().map(|ledger| ledger.entries.as_slice()));
    let changes = pairs.changes.into_iter().map(|change| {
        let revisions = change.revisions.iter().filter_map(|(dialect, id)| histories.get(dialect)?.get(id));
        Twins {
            files: revisions.flat_map(|revision| revision.files.clone()).collect(),
            is_complete: !change.lacking.values().any(|lack| matches!(lack, Lack::Unpaired { .. })),
        }
    });
    changes.collect()
}

/// The history that the project's engine sees in the files that were found, of which each is a regular one.
fn history(engine: &EngineSpec, chain: &Chain) -> Option<History> {
    let mut files = BTreeMap::new();
    for file in chain.entries.iter().flat_map(|entry| &entry.files).filter(|file| is_short(file)) {
        files.insert(file.clone(), fs::read(file).ok()?);
    }
    History::of_files(engine, &files).ok()
}
