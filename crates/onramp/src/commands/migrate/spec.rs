//! From the configuration to the plain spec of the migrate engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use onramp_cache::Patterns;
use onramp_config::{
    Actions, AlembicStart, CommandLine, CommandStart, Commands, Database, Engine, FileSet, TaskConfig, Values,
};
use onramp_core::Failure;
use onramp_git::GitDirectory;
use onramp_migrate::{
    AlembicSpec, CommandSpec, DialectSpec, EngineSpec, LedgerSpec, MigrateSpec, OnlySpec, Pairing, PolishStep,
};

use crate::Error;
use crate::checkout::Checkout;
use crate::databases;
use crate::session::Session;

/// The migrations of the workspace one stands in.
pub(crate) fn spec(session: &Session) -> Result<MigrateSpec, Error> {
    let checkout = session.workspace();
    let Some(database) = &checkout.config.database else {
        let error = Error::configuration("the configuration has no [database]");
        let member = session.checkouts_here().find(|checkout| checkout.config.database.is_some());
        return Err(match member {
            Some(member) => {
                error.hint(format!("onramp -C {} migrate ...", checkout.relative(&member.root).display()))
            }
            None => error.hint("onramp reference configuration"),
        });
    };
    let work_tree = GitDirectory::around(&checkout.root).ok().flatten();
    Ok(MigrateSpec {
        root: checkout.root.clone(),
        worktree: work_tree
            .as_ref()
            .map_or_else(|| checkout.root.clone(), |git| git.work_tree().to_path_buf()),
        installed_models: database.installed_models.clone(),
        state: session.own_state().directory().to_path_buf(),
        temporary: session.temporary.clone(),
        environment: checkout.environment.clone(),
        typed_exec: if session.directory == checkout.root {
            "onramp exec --".to_owned()
        } else {
            format!("onramp -C {} exec --", checkout.root.display())
        },
        typed_rebase: work_tree.is_some().then(|| "onramp migrate rebase".to_owned()),
        engine: match &database.engine {
            Engine::Alembic(start) => EngineSpec::Alembic(alembic(start, checkout)?),
            Engine::Command(start) => EngineSpec::Command(commands(start, checkout)?),
        },
        url_env: database.url_env.clone(),
        dialects: dialects(database),
        keep: databases::keep(session, database)?,
        ledger: ledger(database),
        pairing: pairing(database),
        only: only(database),
        polish: polish(checkout)?,
    })
}

/// The file in which each migration gets an entry.
pub(super) fn ledger(database: &Database) -> Option<LedgerSpec> {
    database.ledger.as_ref().map(|ledger| LedgerSpec {
        file: ledger.file.clone(),
        template: ledger.template.clone(),
        after: ledger.after.clone(),
        none: ledger.none.clone(),
    })
}

/// How revisions of several dialects are paired.
pub(super) fn pairing(database: &Database) -> Option<Pairing> {
    database.pairing.map(|pairing| match pairing {
        onramp_config::Pairing::Ledger => Pairing::Ledger,
        onramp_config::Pairing::Id => Pairing::Id,
        onramp_config::Pairing::Slug => Pairing::Slug,
    })
}

/// The revisions that have no twin, and why.
pub(super) fn only(database: &Database) -> Vec<OnlySpec> {
    let only = database.only.iter();
    only.map(|only| OnlySpec {
        revision: only.revision.clone(),
        dialect: only.dialect,
        reason: only.reason.clone(),
        place: only.place.clone(),
    })
    .collect()
}

/// The dialects that have a history.
pub(super) fn dialects(database: &Database) -> Vec<DialectSpec> {
    let dialects = database.dialects.iter();
    dialects
        .map(|dialect| DialectSpec {
            dialect: dialect.dialect,
            label: dialect.label.clone(),
            versions: dialect.versions.clone(),
            url: dialect.url.clone(),
            env: dialect.env.clone(),
            server: databases::server(dialect),
            baseline: dialect.baseline.clone(),
            pending: BTreeMap::new(),
            renamed: BTreeMap::new(),
        })
        .collect()
}

/// The programs that the engine of the configuration starts. One whose name depends on the dialect is none of them.
pub(crate) fn engine_programs(checkout: &Checkout) -> Vec<String> {
    let Some(database) = &checkout.config.database else { return Vec::new() };
    let commands = match &database.engine {
        Engine::Alembic(start) => alembic(start, checkout).map(|alembic| {
            let own = [alembic.upgrade, alembic.downgrade, alembic.revision, alembic.current];
            own.into_iter().flatten().chain([alembic.program]).collect::<Vec<_>>()
        }),
        Engine::Command(start) => commands(start, checkout).map(|tool| {
            [tool.upgrade, tool.downgrade, tool.revision].into_iter().chain(tool.current).collect()
        }),
    };
    // What cannot be told here is an error of the first migration.
    let programs = commands.unwrap_or_default().into_iter().filter_map(|argv| argv.into_iter().next());
    programs.filter(|program| !program.contains('{')).collect()
}

fn alembic(start: &AlembicStart, checkout: &Checkout) -> Result<AlembicSpec, Failure> {
    let argv = |command: &CommandLine| expand(command, checkout, &checkout.root);
    Ok(match start {
        AlembicStart::Config { config, section } => {
            let mut program = vec!["alembic".to_owned(), "-c".to_owned(), config.clone()];
            if let Some(section) = section {
                program.extend(["-n".to_owned(), section.clone()]);
            }
            AlembicSpec { program, ..AlembicSpec::default() }
        }
        AlembicStart::Entry(entry) => AlembicSpec { program: argv(entry)?, ..AlembicSpec::default() },
        AlembicStart::Commands { upgrade, downgrade, revision, current } => AlembicSpec {
            program: Vec::new(),
            upgrade: Some(argv(upgrade)?),
            downgrade: Some(argv(downgrade)?),
            revision: Some(argv(revision)?),
            current: current.as_ref().map(argv).transpose()?,
        },
    })
}

fn commands(start: &CommandStart, checkout: &Checkout) -> Result<CommandSpec, Failure> {
    let argv = |command: &CommandLine| expand(command, checkout, &checkout.root);
    Ok(CommandSpec {
        upgrade: argv(&start.upgrade)?,
        downgrade: argv(&start.downgrade)?,
        revision: argv(&start.revision)?,
        current: start.current.as_ref().map(argv).transpose()?,
        tables: start.tables.clone(),
    })
}

/// The project's own fixers and formatters that take files by name, fixers first: they may leave something
/// to format. One that only works on everything has no part in a single file.
fn polish(checkout: &Arc<Checkout>) -> Result<Vec<PolishStep>, Failure> {
    let fixers = checkout.config.tasks.iter().filter_map(|task| match &task.actions {
        Actions::Lint { fix, files, .. } => Some((task, fix, files)),
        _ => None,
    });
    let formatters = checkout.config.tasks.iter().filter_map(|task| match &task.actions {
        Actions::Format { run, files, .. } => Some((task, run, files)),
        _ => None,
    });
    let mut steps = Vec::new();
    for (task, commands, files) in fixers.chain(formatters) {
        steps.extend(steps_of(checkout, task, commands, files)?);
    }
    Ok(steps)
}

fn steps_of(
    checkout: &Arc<Checkout>,
    task: &TaskConfig,
    commands: &Commands,
    files: &FileSet,
) -> Result<Vec<PolishStep>, Failure> {
    let directory = checkout.relative(&task.dir);
    let patterns = |globs: &[String]| {
        Patterns::new(directory, globs).map_err(|error| Failure::task(format!("{}: {error}", task.id)))
    };
    let (included, excluded) = (patterns(&files.include)?, patterns(&files.exclude)?);
    let (of, set) = (Arc::clone(checkout), files.clone());
    // A revision that is new has no more than a name.
    let of_types = move |path: &Path| of.would_be_of(&set, path, Vec::new);
    let matches: Arc<dyn Fn(&Path) -> bool + Send + Sync> =
        Arc::new(move |path| included.matches(path) && !excluded.matches(path) && of_types(path));
    commands
        .iter()
        .filter(|command| command.mentions("files") && !command.reads_files())
        .map(|command| {
            Ok(PolishStep {
                name: task.id.to_string(),
                matches: Arc::clone(&matches),
                argv: expand(command, checkout, &task.dir)?,
                directory: task.dir.clone(),
            })
        })
        .collect()
}

/// The command with what is known here; what the engine knows stays as it is written.
fn expand(command: &CommandLine, checkout: &Checkout, directory: &Path) -> Result<Vec<String>, Failure> {
    let values = Values::new()
        .with("root", checkout.root.to_string_lossy())
        .with("dir", directory.to_string_lossy())
        .with("dialect", "{dialect}")
        .with("revision", "{revision}")
        .with("message", "{message}")
        .with("versions", "{versions}")
        .with_list("files", ["{files}"]);
    match command.expand(&values).map_err(|error| Failure::task(error.to_string()))? {
        CommandLine::Argv(argv) => Ok(argv),
        // The engine appends arguments; `"$@"` hands them on.
        CommandLine::Shell(text) => {
            Ok(vec!["sh".to_owned(), "-c".to_owned(), format!("{text} \"$@\""), "sh".to_owned()])
        }
    }
}
