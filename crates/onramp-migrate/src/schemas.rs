use onramp_database::catalog::Catalog;

/// What revisions make of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schemas {
    /// The schema without them.
    pub before: Catalog,
    /// The schema with them.
    pub after: Catalog,
}

impl Schemas {
    /// Of no revision.
    pub(crate) fn unchanged(catalog: Catalog) -> Self {
        Self { before: catalog.clone(), after: catalog }
    }
}
