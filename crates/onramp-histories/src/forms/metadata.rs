use crate::yaml::{scalars, too_many};

/// What a `metadata.yaml` says of a migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) parents: Vec<String>,
    pub(super) is_privileged: bool,
    pub(super) is_concurrent: bool,
}

impl Metadata {
    /// Reads it. The error is a line and what is wrong there.
    pub(super) fn read(text: &str) -> Result<Self, (u32, String)> {
        let mut metadata = Self::default();
        let scalars = scalars(text)?;
        if let Some(line) = scalars.cut {
            return Err((line, too_many()));
        }
        for scalar in scalars.list {
            let is_true = scalar.value == "true";
            match scalar.path.as_str() {
                "privileged" => metadata.is_privileged = is_true,
                "createIndexConcurrently" => metadata.is_concurrent = is_true,
                "parent" => metadata.parents.push(scalar.value),
                path if path.starts_with("parents/") => metadata.parents.push(scalar.value),
                _ => {}
            }
        }
        Ok(metadata)
    }
}
