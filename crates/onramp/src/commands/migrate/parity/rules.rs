use std::fs;
use std::path::{Path, PathBuf};

use onramp_config::Parity;
use onramp_database::catalog::Kind;
use onramp_parity::{Exception, Rules, Stale, TypePair};

use crate::Error;
use crate::session::Session;

/// What `[database.parity]` declares.
pub(in crate::commands::migrate) struct Declared {
    pub(in crate::commands::migrate) rules: Rules,
    exceptions: Vec<Option<(PathBuf, u32)>>,
    types: Vec<Option<(PathBuf, u32)>>,
}

impl Declared {
    pub(super) fn of(session: &Session) -> Self {
        let database = session.workspace().config.database.as_ref();
        database
            .map(|database| Self::read(&database.parity))
            .unwrap_or_else(|| Self::read(&Parity::default()))
    }

    /// What a file declares that somebody has named, in a folder.
    pub(in crate::commands::migrate) fn of_file(folder: &Path, file: &Path) -> Result<Self, Error> {
        let path = folder.join(file);
        // Whoever opens a pipe waits for somebody to write into it.
        let known = fs::metadata(&path).map_err(|error| error.to_string());
        let known =
            known.and_then(|known| if known.is_file() { Ok(()) } else { Err("it is no file".to_owned()) });
        known.map_err(|why| Error::usage(format!("{} cannot be read: {why}", file.display())))?;
        Ok(Self::read(&onramp_config::load_parity(&path)?))
    }

    pub(in crate::commands::migrate) fn read(parity: &Parity) -> Self {
        let exceptions = parity.exceptions.iter().map(|item| Exception {
            // The configuration knows the same kinds, which a test sees to.
            kind: Kind::of_name(&item.kind).unwrap_or(Kind::Opaque),
            name: item.name.clone(),
            only: item.only,
            attribute: item.attribute.clone(),
            reason: item.reason.clone(),
        });
        let types = parity.types.iter().map(|item| TypePair {
            sqlite: item.sqlite.clone(),
            postgresql: item.postgresql.clone(),
            reason: item.reason.clone(),
        });
        Self {
            rules: Rules { exceptions: exceptions.collect(), types: types.collect() },
            exceptions: parity.exceptions.iter().map(|item| item.place.clone()).collect(),
            types: parity.types.iter().map(|item| item.place.clone()).collect(),
        }
    }

    /// Where something is declared that has become stale.
    pub(in crate::commands::migrate) fn place(&self, stale: Stale) -> Option<&(PathBuf, u32)> {
        let (places, place) = match stale {
            Stale::Exception(place) => (&self.exceptions, place),
            Stale::Type(place) => (&self.types, place),
        };
        places.get(place)?.as_ref()
    }

    /// What to say of it.
    pub(in crate::commands::migrate) fn stale_line(&self, stale: Stale) -> String {
        match stale {
            Stale::Exception(place) => {
                let exception = &self.rules.exceptions[place];
                let (kind, name) = (exception.kind.name(), &exception.name);
                format!("the exception for `{kind} {name}` meets no difference any more")
            }
            Stale::Type(place) => {
                let TypePair { sqlite, postgresql, .. } = &self.rules.types[place];
                format!("no column has the types `{sqlite}` and `{postgresql}` any more")
            }
        }
    }

    /// What is declared there, for machines.
    pub(super) fn subject(&self, stale: Stale) -> String {
        match stale {
            Stale::Exception(place) => {
                let exception = &self.rules.exceptions[place];
                format!("{} {}", exception.kind.name(), exception.name)
            }
            Stale::Type(place) => {
                let TypePair { sqlite, postgresql, .. } = &self.rules.types[place];
                format!("{sqlite} = {postgresql}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use onramp_config::{PARITY_ATTRIBUTES, PARITY_KINDS};
    use onramp_parity::{ATTRIBUTES, KINDS};

    #[test]
    fn the_configuration_knows_all_that_findings_are_about() {
        assert_eq!(KINDS.map(|kind| kind.name()), PARITY_KINDS);
        assert_eq!(ATTRIBUTES, PARITY_ATTRIBUTES);
    }
}
