//! Histories of SQL in any folder, as a place where a catalog comes from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure};
use onramp_database::{Databases, DatabasesSpec};
use onramp_histories::{Chain, Finding, Histories};
use onramp_migrate::{Context, Reached};
use onramp_replay::{Replay, catalog};

use crate::commands::migrate::audit::shown::Shown;
use crate::session::Session;
use crate::{Error, databases};

/// The SQL histories below a folder.
#[derive(Clone)]
pub(in crate::commands) struct Folder {
    /// As the user has written it.
    pub(in crate::commands) name: String,
    shown: Shown,
    chains: Vec<Chain>,
    /// Where they are applied.
    databases: DatabasesSpec,
}

impl Folder {
    /// Looks for them. Fails where there is none.
    pub(super) fn find(session: &Session, name: &str, path: &Path) -> Result<Self, Error> {
        let unreadable = |error| Error::usage(format!("{name} cannot be read: {error}"));
        let path = path.canonicalize().map_err(unreadable)?;
        let mut shown = Shown::from(&session.directory);
        shown.add(&path, Path::new(name));
        let mut chains = Histories::below(&[path]).chains;
        chains.retain(|chain| chain.form.is_sql() && !chain.entries.is_empty());
        if chains.is_empty() {
            let error = Error::usage(format!("no SQL history was found below {name}"));
            return Err(error.hint(format!("onramp migrate audit {name}")));
        }
        if chains.iter().all(|chain| foreign(chain).is_some()) {
            let of: BTreeSet<&str> = chains.iter().filter_map(foreign).collect();
            let of: Vec<&str> = of.into_iter().collect();
            let message =
                format!("{name} has a history of {}, and no server of that is here", of.join(" and of "));
            return Err(Error::usage(message).hint(format!("onramp migrate audit {name}")));
        }
        Ok(Self { name: name.to_owned(), shown, chains, databases: databases::spec_of_servers(session)? })
    }

    /// The dialect, where the folder has one history alone and that tells it.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        let [chain] = &self.chains[..] else { return None };
        of(chain)
    }

    /// The dialects that its histories tell, each once.
    pub(in crate::commands) fn dialects(&self) -> Vec<Dialect> {
        let told: Vec<Dialect> = self.chains.iter().filter_map(of).collect();
        Dialect::ALL.into_iter().filter(|dialect| told.contains(dialect)).collect()
    }

    /// The files of its history of a dialect, in the order in which they are applied.
    pub(in crate::commands) fn files(&self, dialect: Dialect) -> Vec<PathBuf> {
        let chain = self.chain(dialect);
        chain.into_iter().flat_map(|chain| &chain.entries).flat_map(|entry| entry.files.clone()).collect()
    }

    /// The catalog that its history of a dialect leads to, without the tables of those names.
    pub(super) fn reached(
        &self,
        dialect: Dialect,
        left_out: &[&str],
        context: &Context<'_>,
    ) -> Result<Reached, Failure> {
        let chain = self.chain(dialect)?;
        let databases = Databases::open(context.launcher, dialect, &self.databases, context.step)?;
        let (step, cancel) = (context.step, context.launcher.cancel());
        let stopped = |finding: Box<Finding>| {
            let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
            Failure::task(format!("{}{line}: {}", self.shown.path(&finding.file).display(), finding.message))
        };
        let replay = Replay { chain, databases: &databases, step, cancel };
        let mut catalog = catalog(&replay)?.map_err(stopped)?;
        left_out.iter().for_each(|table| catalog.leave_out(table));
        Ok(Reached { catalog, own_tables: Vec::new() })
    }

    /// The one history of a dialect. One that tells no dialect is of any.
    pub(in crate::commands) fn chain(&self, dialect: Dialect) -> Result<&Chain, Failure> {
        let told: Vec<&Chain> = self.chains.iter().filter(|chain| of(chain) == Some(dialect)).collect();
        let untold: Vec<&Chain> = self.chains.iter().filter(|chain| chain.dialect.is_none()).collect();
        match (told.as_slice(), untold.as_slice()) {
            ([chain], _) | ([], [chain]) => Ok(chain),
            ([], []) => {
                Err(Failure::task(format!("no SQL history of {dialect} was found below {}", self.name)))
            }
            (several, others) => {
                let all = if several.is_empty() { others } else { several };
                let folders: Vec<String> =
                    all.iter().map(|chain| self.shown.path(&chain.folder).display().to_string()).collect();
                let message = format!("there are several histories of {dialect} below {}", self.name);
                Err(Failure::task(message).hint(format!("name one of {}", folders.join(", "))))
            }
        }
    }
}

/// The dialect of a history that is read, and applied nowhere.
fn foreign(chain: &Chain) -> Option<&'static str> {
    let (dialect, _) = chain.dialect?;
    dialect.known().is_none().then(|| dialect.name())
}

fn of(chain: &Chain) -> Option<Dialect> {
    chain.dialect.and_then(|(dialect, _)| dialect.known())
}
