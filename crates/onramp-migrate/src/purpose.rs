use std::path::PathBuf;

use crate::{DialectSpec, MigrateSpec, Request};

/// What a stage is set for.
pub(crate) struct Purpose<'a, Engine> {
    pub(crate) spec: &'a MigrateSpec,
    /// The part of the spec that says how the engine is started.
    pub(crate) engine: &'a Engine,
    pub(crate) dialect: &'a DialectSpec,
    /// The files of the history that are kept out of the copy.
    pub(crate) held_back: &'a [PathBuf],
    /// Where the history ends without those.
    pub(crate) head: Option<&'a str>,
    pub(crate) request: &'a Request,
}
