use super::Context;
use super::commands::{Runner, command};
use super::paths::file;
use super::templates::{Allowed, check};
use crate::config::{AlembicStart, CommandLine, CommandStart, Engine};
use crate::file::{AlembicSection, CommandSection, DatabaseSection, EngineName};
use crate::placeholder::{Values, names};
use crate::spot::Spot;

/// The engine with how it is started, which the section of its name says, and no other does.
pub(crate) fn engine(cx: &Context<'_>, spot: &Spot, section: &DatabaseSection, dialects: &[&str]) -> Engine {
    let engine = spot.key("engine");
    let sections = [("alembic", section.alembic.is_some()), ("command", section.command.is_some())];
    // An engine that is missing or unknown has been reported, and says nothing about the sections.
    let name = (!cx.is_filler(&engine)).then(|| section.engine.name());
    for (other, _) in
        sections.iter().filter(|(other, is_there)| *is_there && name.is_some_and(|name| name != *other))
    {
        let hint = format!("write `engine = \"{other}\"`, or leave `{other}` out");
        cx.report_key(&spot.key(other), format!("`{other}` is not the engine"), Some(hint));
    }
    let missing = |example: &str| {
        if name.is_some() {
            let name = section.engine.name();
            let message = format!("the engine `{name}` needs the key `{name}` in `[database]`");
            cx.report(&engine, message, Some(format!("for example `{example}`")));
        }
    };
    let alembic_engine =
        |section: &AlembicSection| Engine::Alembic(alembic(cx, &spot.key("alembic"), section, dialects));
    let command_engine =
        |section: &CommandSection| Engine::Command(commands(cx, &spot.key("command"), section));
    match (section.engine, &section.alembic, &section.command) {
        (EngineName::Alembic, Some(section), _) => alembic_engine(section),
        (EngineName::Command, _, Some(section)) => command_engine(section),
        (EngineName::Alembic, None, other) => {
            missing("alembic = { config = \"alembic.ini\" }");
            other.as_ref().map_or_else(nothing_at_all, command_engine)
        }
        (EngineName::Command, other, None) => {
            missing("command = { upgrade = \"...\", downgrade = \"...\", revision = \"...\" }");
            other.as_ref().map_or_else(nothing_at_all, alembic_engine)
        }
    }
}

fn commands(cx: &Context<'_>, spot: &Spot, section: &CommandSection) -> CommandStart {
    let template = |key: &str, text: &str, word: Option<&str>| {
        let words: Vec<&str> = word.into_iter().chain(["versions", "dialect", "root"]).collect();
        command(cx, &spot.key(key), text, Runner::Program, Allowed::words(&words))
    };
    // These two work on a copy of the folder while a revision is proved, and would not find it.
    for (key, text) in [("upgrade", &section.upgrade), ("revision", &section.revision)] {
        if !text.trim().is_empty() && names(text).all(|name| name != "versions") {
            let hint = "a revision is proved on a copy of the folder; `{versions}` stands for it".to_owned();
            cx.report(&spot.key(key), "the command does not say `{versions}`", Some(hint));
        }
    }
    CommandStart {
        upgrade: template("upgrade", &section.upgrade, None),
        downgrade: template("downgrade", &section.downgrade, Some("revision")),
        revision: template("revision", &section.revision, Some("message")),
        current: section.current.as_ref().map(|text| template("current", text, None)),
        tables: section.tables.clone(),
    }
}

fn alembic(cx: &Context<'_>, spot: &Spot, section: &AlembicSection, dialects: &[&str]) -> AlembicStart {
    let template = |key: &str, text: &Option<String>, words: &[&str]| -> Option<CommandLine> {
        let text = text.as_ref()?;
        Some(command(cx, &spot.key(key), text, Runner::Program, Allowed::words(words)))
    };
    let entry = template("entry", &section.entry, &["dialect", "root"]);
    let upgrade = template("upgrade", &section.upgrade, &["revision", "dialect", "root"]);
    let downgrade = template("downgrade", &section.downgrade, &["revision", "dialect", "root"]);
    let revision = template("revision", &section.revision, &["message", "dialect", "root"]);
    let current = template("current", &section.current, &["dialect", "root"]);
    if let Some(name) = &section.section {
        check(cx, &spot.key("section"), name, Allowed::words(&["dialect"]));
        if section.config.is_none() {
            cx.report_key(&spot.key("section"), "`section` is a section of the file `config`", None);
        }
    }
    if let Some(config) = &section.config {
        alembic_config(cx, &spot.key("config"), config, dialects);
    }
    let own_words = upgrade.is_some() || downgrade.is_some() || revision.is_some() || current.is_some();
    match (&section.config, entry, own_words) {
        (Some(config), None, false) => {
            AlembicStart::Config { config: config.clone(), section: section.section.clone() }
        }
        (None, Some(entry), false) => AlembicStart::Entry(entry),
        (None, None, true) => match (upgrade, downgrade, revision) {
            (Some(upgrade), Some(downgrade), Some(revision)) => {
                AlembicStart::Commands { upgrade, downgrade, revision, current }
            }
            _ => {
                cx.report(spot, "`upgrade`, `downgrade` and `revision` are given together", None);
                nothing()
            }
        },
        _ => {
            let message =
                "expected exactly one of `config`, `entry`, and `upgrade` with `downgrade` and `revision`";
            cx.report(spot, message, None);
            nothing()
        }
    }
}

/// The file must be there for every dialect that it names.
fn alembic_config(cx: &Context<'_>, spot: &Spot, config: &str, dialects: &[&str]) {
    check(cx, spot, config, Allowed::words(&["dialect"]));
    if names(config).next().is_none() {
        file(cx, spot, config);
        return;
    }
    for dialect in dialects {
        if let Ok(config) = Values::new().with("dialect", *dialect).expand(config) {
            file(cx, spot, &config);
        }
    }
}

/// Stands in for what was reported as wrong.
fn nothing() -> AlembicStart {
    AlembicStart::Entry(CommandLine::Argv(Vec::new()))
}

fn nothing_at_all() -> Engine {
    Engine::Alembic(nothing())
}
