//! The revisions that none follows: a history that can be worked with has one.

use std::collections::BTreeSet;

use onramp_core::Failure;

use super::{History, shown};
use crate::{DialectSpec, EngineSpec, MigrateSpec};

impl History {
    /// The ids of the revisions that none follows, sorted.
    pub fn heads(&self) -> Vec<&str> {
        let followed: BTreeSet<&str> =
            self.revisions.values().flat_map(|revision| &revision.down).map(String::as_str).collect();
        self.revisions.keys().map(String::as_str).filter(|id| !followed.contains(id)).collect()
    }

    /// The one head, or `None` for an empty history. Fails, naming the heads and their files, where there are
    /// several.
    pub fn head(&self) -> Result<Option<&str>, Failure> {
        let heads = self.heads();
        match heads.as_slice() {
            [] => Ok(None),
            [head] => Ok(Some(head)),
            several => {
                let described: Vec<String> = several
                    .iter()
                    .filter_map(|id| self.revisions.get(*id))
                    .map(|revision| format!("{} ({})", revision.id, revision.first_file().display()))
                    .collect();
                let message = format!("the history has {} heads: {}", several.len(), described.join(", "));
                let last = several.last().and_then(|id| self.revisions.get(*id));
                Err(last.into_iter().fold(Failure::task(message), |failure, last| self.due_to(last, failure)))
            }
        }
    }

    /// The same for the history of a dialect. The failure comes with the commands that put one
    /// on top of the other, or join them.
    pub fn only_head(&self, spec: &MigrateSpec, dialect: &DialectSpec) -> Result<Option<&str>, Failure> {
        self.head().map_err(|failure| shown::below(&spec.root, failure)).map_err(|failure| {
            let joining = joining(spec, dialect, &self.heads());
            failure.hint(match &spec.typed_rebase {
                Some(rebase) => format!("{rebase}\nto keep both and join them instead: {joining}"),
                None => joining,
            })
        })
    }
}

/// What joins heads: Alembic's own command where it is known how that is started, else what to write.
fn joining(spec: &MigrateSpec, dialect: &DialectSpec, heads: &[&str]) -> String {
    match &spec.engine {
        EngineSpec::Alembic(start) if !start.program.is_empty() => {
            let words = start.program.iter().map(|word| word.replace("{dialect}", dialect.dialect.name()));
            let words: Vec<String> = words.map(|word| shell_word(&word)).collect();
            format!("{} {} merge -m \"merge heads\" {}", spec.typed_exec, words.join(" "), heads.join(" "))
        }
        _ => {
            let heads: Vec<String> = heads.iter().map(|head| format!("'{head}'")).collect();
            format!("write a revision that follows all of them: down_revision = ({})", heads.join(", "))
        }
    }
}

fn shell_word(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+@".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
