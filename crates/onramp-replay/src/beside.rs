//! What was made for scripts that count on it, and what was left out of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_database::script::{Aside, Sort};
use onramp_histories::{Code, Finding, Script};

use crate::brought::may_be_brought;

/// Where to get an extension from.
const EXTENSIONS: &str = "install it with the server's programs, or name an image that has it, as `image` in \
                          [database.dialects.postgresql.server] of an onramp.toml";

/// All of it, each once, in the order in which it came.
#[derive(Default)]
pub(crate) struct Beside {
    known: BTreeSet<(Sort, PathBuf, u32)>,
    told: Vec<(Sort, PathBuf, u32)>,
}

impl Beside {
    /// Adds what came of a script.
    pub(crate) fn add(&mut self, script: &Script, asides: Vec<Aside>) {
        self.add_of(&script.file, &|line| script.line_in_file(line), asides);
    }

    /// Adds what came of a text that stands in a file.
    pub(crate) fn add_of(&mut self, file: &Path, line_in_file: &dyn Fn(u32) -> u32, asides: Vec<Aside>) {
        for Aside { sort, line } in asides {
            let one = (sort, file.to_path_buf(), line_in_file(line));
            if self.known.insert(one.clone()) {
                self.told.push(one);
            }
        }
    }

    /// Why something may have failed for an extension that was left out.
    pub(crate) fn excuse(&self, said: &str) -> Option<String> {
        let absent = self.first_of(|sort| matches!(sort, Sort::Extension(_)));
        let names: Vec<&str> = absent.iter().map(|(sort, ..)| name(sort)).collect();
        if names.is_empty() || !may_be_brought(said, &names) {
            return None;
        }
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        Some(format!("it may need {}, which was left out: {said}; {EXTENSIONS}", names.join(" or ")))
    }

    /// Whether an extension was left out.
    pub(crate) fn lacks_extension(&self) -> bool {
        self.told.iter().any(|(sort, ..)| matches!(sort, Sort::Extension(_)))
    }

    /// All of it, for whoever reads what was found.
    pub(crate) fn notes(&self) -> Vec<Finding> {
        let mut notes = Vec::new();
        for (sort, file, line) in self.first_of(|sort| matches!(sort, Sort::Role(_) | Sort::Extension(_))) {
            let name = name(sort);
            let message = match sort {
                Sort::Extension(_) => {
                    format!("the extension `{name}` is not to be had here and was left out: {EXTENSIONS}")
                }
                _ => format!(
                    "the role `{name}` was made for the replay, without any right, and is gone with it: the history \
                     counts on it"
                ),
            };
            notes.push(Finding::new(Code::StandIn, file, message).at(Some(*line)));
        }
        let several = [
            (
                self.of(|sort| matches!(sort, Sort::Owner(_))),
                "owners stay as they are, for a catalog knows none",
            ),
            (
                self.of(|sort| matches!(sort, Sort::Roles(_))),
                "what is about roles of the whole server was left out",
            ),
        ];
        for (all, why) in several {
            let [(sort, file, line), others @ ..] = all.as_slice() else { continue };
            let more = match others.len() {
                0 => String::new(),
                number => format!(" and {number} more"),
            };
            let message = format!("`{}`{more}: {why}", name(sort));
            notes.push(Finding::new(Code::StandIn, file, message).at(Some(*line)));
        }
        notes
    }

    fn of(&self, is_meant: impl Fn(&Sort) -> bool) -> Vec<&(Sort, PathBuf, u32)> {
        self.told.iter().filter(|(sort, ..)| is_meant(sort)).collect()
    }

    /// The first of each name.
    fn first_of(&self, is_meant: impl Fn(&Sort) -> bool) -> Vec<&(Sort, PathBuf, u32)> {
        let mut known = BTreeSet::new();
        self.of(is_meant).into_iter().filter(|(sort, ..)| known.insert(sort)).collect()
    }
}

fn name(sort: &Sort) -> &str {
    match sort {
        Sort::Role(name) | Sort::Owner(name) | Sort::Roles(name) | Sort::Extension(name) => name,
    }
}
