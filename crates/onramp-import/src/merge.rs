use toml::de::DeTable;

use crate::ImportError;
use crate::import::Import;
use crate::node::Place;
use crate::render::{SectionText, string};

/// A configuration with sections added to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The whole text: every byte of what was there, and then what is new.
    pub text: String,
    /// The headers of the sections that were added.
    pub added: Vec<String>,
    /// The sections that are there already, and stay as they are.
    pub kept: Vec<SectionText>,
}

impl Import {
    /// The text of an `onramp.toml` that has nothing else; `project` is its name.
    pub fn fresh(&self, project: &str) -> String {
        let mut text =
            format!("{}\n[project]\nname = {}\n", self.preamble(), string(&crate::task::plain_name(project)));
        for section in self.sections() {
            text.push('\n');
            text.push_str(&section.text);
        }
        text
    }

    /// Adds the sections to the text of an `onramp.toml`. One that is there already is never changed.
    ///
    /// # Errors
    /// Where that text is no TOML, with the place.
    pub fn merge(&self, file: &str, existing: &str) -> Result<Merged, ImportError> {
        if let Err(error) = DeTable::parse(existing) {
            let start = error.span().map_or(0, |span| span.start);
            let front = existing.get(..start).unwrap_or_default();
            let line = front.matches('\n').count() + 1;
            let column = front.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            return Err(Place { line, column }.error(file, error.message()));
        }
        let has_crlf = existing.contains("\r\n");
        let ended = |text: &str| if has_crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let mut merged = Merged { text: existing.to_owned(), added: Vec::new(), kept: Vec::new() };
        let mut preamble = format!("\n{}", self.preamble());
        if !existing.is_empty() && !existing.ends_with('\n') {
            preamble.insert(0, '\n');
        }
        let sections = self.sections();
        let all: Vec<&str> = sections.iter().map(|section| section.text.as_str()).collect();
        let longer = format!("{existing}{}", ended(&format!("{preamble}\n{}", all.join("\n"))));
        if !sections.is_empty() && DeTable::parse(&longer).is_ok() {
            let added = sections.into_iter().map(|section| section.header).collect();
            return Ok(Merged { text: longer, added, kept: Vec::new() });
        }
        for section in sections {
            // TOML itself says whether a section may be added: a table may also be written inside of a line.
            let longer = format!("{}{}", merged.text, ended(&format!("{preamble}\n{}", section.text)));
            if DeTable::parse(&longer).is_ok() {
                merged.text = longer;
                merged.added.push(section.header);
                preamble.clear();
            } else {
                merged.kept.push(section);
            }
        }
        Ok(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import() -> Import {
        let text = "repos:\n- repo: local\n  hooks:\n  - {id: a, name: a, entry: ruff check, language: system, types: [python]}\n  - {id: b, name: b, entry: ./b, language: script}\n";
        Import::read(&[(".pre-commit-config.yaml".to_owned(), text.to_owned())]).unwrap()
    }

    #[test]
    fn what_was_there_stays_to_the_last_byte() {
        for existing in [
            "[project]\nname = \"x\" # mine\n",
            "[project]\nname = 'x'",
            "[project]\r\nname = 'x'\r\n\r\n[lint.a]\r\nrun = 'mine'\r\n",
            "project = { name = 'x' }\nlint = { a = { run = 'mine' } }\n",
            "",
        ] {
            let merged = import().merge("onramp.toml", existing).unwrap();
            assert!(merged.text.starts_with(existing), "{}", merged.text);
            let again = import().merge("onramp.toml", &merged.text).unwrap();
            assert_eq!(again.text, merged.text);
            assert!(again.added.is_empty());
            assert!(!merged.text.replace("\r\n", "").contains('\r'));
        }
    }

    #[test]
    fn a_section_that_exists_is_kept_and_told() {
        let merged = import().merge("onramp.toml", "[lint.a]\nrun = 'mine'\n[hooks]\n").unwrap();
        assert_eq!(merged.added, ["lint.b"]);
        assert_eq!(
            merged.kept.iter().map(|section| &*section.header).collect::<Vec<_>>(),
            ["lint.a", "hooks"]
        );
        let inline = import().merge("onramp.toml", "lint = { a = { run = 'mine' } }\n").unwrap();
        assert_eq!(inline.added, ["hooks"]);
    }

    #[test]
    fn a_configuration_with_mistakes_is_left_alone() {
        let error = import().merge("onramp.toml", "[a]\nb = \n").unwrap_err();
        assert_eq!((error.line, error.file.as_str()), (2, "onramp.toml"));
    }
}
