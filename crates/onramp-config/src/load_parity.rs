use std::path::Path;

use onramp_core::Dialect;
use serde::Deserialize;

use crate::Diagnostic;
use crate::config::Parity;
use crate::file::ParitySection;
use crate::parse::{Parsed, parse};
use crate::resolve::{Context, parity};
use crate::schema_check::{check_required_below, check_shape};
use crate::source::Source;
use crate::spot::Spot;

/// Where the section is.
const KEYS: [&str; 2] = ["database", "parity"];

/// Reads `[database.parity]` of a file that need not have anything else. Whatever else it has must be something that a
/// configuration may have, and is not looked at. The error is everything that is wrong.
pub fn load_parity(file: &Path) -> Result<Parity, Vec<Diagnostic>> {
    let source = Source::read(file).map_err(|diagnostic| vec![diagnostic])?;
    let Parsed { mut root, errors } = parse(&source, 0);
    if !errors.is_empty() {
        return Err(errors);
    }
    let sources = [source];
    let mut found = check_shape(&mut root, &sources);
    found.extend(check_required_below(&mut root, &KEYS, &sources));
    let Some(section) = root.get(KEYS[0]).and_then(|database| database.get(KEYS[1])) else {
        let hint = "begin it with `[database.parity]`, as in an onramp.toml".to_owned();
        found.push(Diagnostic::of_file(file.to_owned(), "this file declares nothing".to_owned(), Some(hint)));
        return Err(found);
    };
    let folder = file.parent().unwrap_or(file);
    let cx = Context::new(folder, folder, &sources, &root);
    let spot = Spot::root().key(KEYS[0]).key(KEYS[1]);
    let parity = ParitySection::deserialize(section)
        .map_err(|error| {
            cx.report(&spot, format!("this section has a shape that was not foreseen: {error}"), None)
        })
        .map(|section| parity(&cx, &spot, &section, &Dialect::ALL.map(Dialect::name)));
    found.extend(cx.into_diagnostics());
    found.sort_by_cached_key(Diagnostic::position);
    match parity {
        Ok(parity) if found.is_empty() => Ok(parity),
        _ => Err(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Parity, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("meant.toml");
        std::fs::write(&file, text).unwrap();
        load_parity(&file).map_err(|found| {
            found.iter().map(|one| format!("{}:{}", one.line, one.message)).collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn a_file_needs_nothing_but_the_section() {
        let text = "[database.parity]\nexceptions = [\n  { object = \"column a.b\", attribute = \"type\", reason = \"x\" },\n]\n\
                    types = [{ sqlite = \"TEXT\", postgresql = \"citext\", reason = \"y\" }]\n";
        let parity = read(text).unwrap();
        assert_eq!(
            (parity.exceptions[0].kind.as_str(), parity.exceptions[0].name.as_str()),
            ("column", "a.b")
        );
        assert_eq!(parity.exceptions[0].place.as_ref().unwrap().1, 3);
        assert_eq!(parity.types[0].postgresql, "citext");
        // A whole configuration will do.
        assert!(read(&format!("[project]\nname = \"x\"\n{text}")).is_ok());
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        for (text, expected) in [
            ("", "1:this file declares nothing"),
            ("[project]\nname = \"x\"\n", "1:this file declares nothing"),
            ("[database.parity]\nexceptions = [{ object = \"column a.b\" }]", "2:missing key `reason`"),
            (
                "[database.parity]\nexceptions = [{ object = \"kolumn a\", reason = \"x\" }]",
                "2:no kind of object",
            ),
            ("[database.parity]\nexception = []", "2:unknown key `exception`"),
            ("[database.parity", "1:"),
        ] {
            let found = read(text).unwrap_err();
            assert!(found.starts_with(expected), "{text}: {found}");
        }
    }
}
