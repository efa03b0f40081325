//! Dialects that the user tells, where nothing else does.

use std::path::Path;

use onramp_config::nearest;
use onramp_histories::{DialectName, Histories};

use crate::Error;

/// Takes over what `--dialect` says. Answers what is worth a warning.
pub(super) fn tell(histories: &mut Histories, words: &[String], base: &Path) -> Result<Vec<String>, Error> {
    let mut told = Vec::new();
    for word in words {
        let (folder, name) = match word.rsplit_once('=') {
            Some((folder, name)) => (Some(folder), name),
            None => (None, word.as_str()),
        };
        told.push((folder, DialectName::of_word(name).ok_or_else(|| unknown(name))?));
    }
    let mut warnings = Vec::new();
    let plain: Vec<DialectName> =
        told.iter().filter(|(folder, _)| folder.is_none()).map(|(_, dialect)| *dialect).collect();
    match plain.as_slice() {
        [] => {}
        [dialect] => {
            // A folder that is named as well needs no other word.
            let is_named = told.len() > 1;
            if histories.tell(None, *dialect) == 0 && !is_named {
                warnings.push(format!(
                    "every history tells its dialect, so --dialect {dialect} says nothing; --dialect DIR={dialect} does"
                ));
            }
        }
        [first, ..] => {
            let error = Error::usage("--dialect names a dialect twice for the same histories");
            return Err(error.hint(format!("--dialect {first} --dialect DIR={first}")));
        }
    }
    for (folder, dialect) in &told {
        let Some(folder) = folder else { continue };
        let real = base
            .join(folder)
            .canonicalize()
            .map_err(|error| Error::usage(format!("{folder} cannot be read: {error}")))?;
        if histories.tell(Some(&real), *dialect) == 0 {
            let error = Error::usage(format!("no history that is looked at lies in {folder}"));
            return Err(error.hint(format!("onramp migrate audit {folder} --dialect {dialect}")));
        }
    }
    Ok(warnings)
}

fn unknown(name: &str) -> Error {
    let error = Error::usage(format!("`{name}` is no dialect that is known"));
    match nearest(name, DialectName::names()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("one of {}", DialectName::names().collect::<Vec<_>>().join(", "))),
    }
}
