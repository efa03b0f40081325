use crate::{DialectSpec, MigrateSpec, Request};

/// What a stage is set for.
pub(crate) struct Purpose<'a, Engine> {
    pub(crate) spec: &'a MigrateSpec,
    /// The part of the spec that says how the engine is started.
    pub(crate) engine: &'a Engine,
    pub(crate) dialect: &'a DialectSpec,
    /// Where the history ends.
    pub(crate) head: Option<&'a str>,
    pub(crate) request: &'a Request,
}
