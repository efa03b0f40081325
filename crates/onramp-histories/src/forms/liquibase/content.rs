use std::hash::{DefaultHasher, Hash, Hasher};

/// Parts of a changeset that its checksum knows nothing of, in small letters.
const ASIDE: [&str; 5] = ["comment", "comments", "validchecksum", "preconditions", "rollback"];

/// Whether a part of a changeset may change without the changeset being another one.
pub(super) fn is_aside(name: &str) -> bool {
    ASIDE.contains(&name.to_ascii_lowercase().as_str())
}

/// Gathers what a changeset does, so that two texts of it can be held against each other. As for the checksums of Liquibase,
/// line ends and the number of blanks are no matter.
#[derive(Debug, Default)]
pub(super) struct Content(DefaultHasher);

impl Content {
    pub(super) fn add(&mut self, text: &str) {
        text.split_whitespace().for_each(|word| word.hash(&mut self.0));
    }

    pub(super) fn finish(&self) -> u64 {
        self.0.finish()
    }
}
