use std::sync::Arc;

use onramp_database::catalog::Catalog;

/// What revisions make of a schema. The catalogs are those that a trial has read, so another pair of them costs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schemas {
    /// The schema without them.
    pub before: Arc<Catalog>,
    /// The schema with them.
    pub after: Arc<Catalog>,
}

impl Schemas {
    /// Of no revision.
    pub fn unchanged(catalog: Arc<Catalog>) -> Self {
        Self { before: Arc::clone(&catalog), after: catalog }
    }
}
