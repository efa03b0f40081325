//! Where the data of the development database of PostgreSQL lie: with each source that it ever came from.

use std::fs;
use std::io;
use std::path::PathBuf;

use onramp_core::Failure;

use crate::facts::Facts;
use crate::place::make_private;
use crate::postgresql::Home;
use crate::{DatabasesSpec, Place, Source};

/// The first line of the file that has the databases of servers in it which the user has given.
const TITLE: &str = "onramp given 1";

/// How its lines begin.
const AT: &str = "at";

/// A place where data of a development database lie, be its server there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeStatus {
    /// The source that has them.
    pub source: Source,
    /// As people are told of it: a folder, a volume and its engine, a database and its server.
    pub place: String,
    /// Whether they are of the source that is asked for now, or that `auto` has settled on.
    pub is_current: bool,
}

/// The places of the worktree.
pub fn homes(spec: &DatabasesSpec) -> Vec<HomeStatus> {
    let home = Home::read(&spec.place);
    let current = current(spec, home.as_ref());
    let own = home.iter().flat_map(Home::kept).map(|kept| (kept.source, kept.place));
    let given = remembered(&spec.place).into_iter().map(|place| (Source::Url, place));
    own.chain(given)
        .map(|(source, place)| HomeStatus { source, place, is_current: current == Some(source) })
        .collect()
}

fn current(spec: &DatabasesSpec, home: Option<&Home>) -> Option<Source> {
    let is_given = || spec.environment.get(&spec.server.url_env).is_some_and(|url| !url.is_empty());
    match spec.server.source {
        Source::Auto if is_given() => Some(Source::Url),
        Source::Auto => home.and_then(|home| home.source),
        source => Some(source),
    }
}

/// Remembers a database before it is made on a server that the user gives: once the server is not given any more, nothing
/// else tells of it.
pub(super) fn remember(place: &Place, database: &str) -> Result<(), Failure> {
    change(place, |known| {
        if !known.iter().any(|own| own == database) {
            known.push(database.to_owned());
        }
    })
}

/// Forgets one that is gone.
pub(super) fn forget(place: &Place, database: &str) -> Result<(), Failure> {
    change(place, |known| known.retain(|own| own != database))
}

fn remembered(place: &Place) -> Vec<String> {
    let text = fs::read_to_string(file(place)).unwrap_or_default();
    let facts = Facts::parse(TITLE, &text).unwrap_or_default();
    facts.all(AT).map(str::to_owned).collect()
}

fn change(place: &Place, change: impl FnOnce(&mut Vec<String>)) -> Result<(), Failure> {
    let before = remembered(place);
    let mut known = before.clone();
    change(&mut known);
    if known == before {
        return Ok(());
    }
    let file = file(place);
    let write = || -> io::Result<()> {
        make_private(file.parent().unwrap_or(&file))?;
        let facts = known.iter().fold(Facts::default(), |facts, database| facts.with(AT, database));
        facts.write(TITLE, &file)
    };
    write().map_err(|error| Failure::environment(format!("{}: {error}", file.display())))
}

fn file(place: &Place) -> PathBuf {
    place.databases().join("postgresql/given")
}
