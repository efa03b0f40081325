use onramp_core::Dialect;
use onramp_database::catalog::Catalog;

/// What a revision has done to a database of one dialect.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'a> {
    /// The catalog before.
    pub before: &'a Catalog,
    /// The catalog behind it.
    pub after: &'a Catalog,
    /// What it has executed, in order.
    pub statements: &'a [Statement],
}

impl Revision<'_> {
    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.before.dialect
    }
}

/// A statement that was executed, or several with semicolons between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// As it was given to the database, without parameters.
    pub text: String,
    /// Whether a transaction was open before it.
    pub transaction: Transaction,
    /// Whether foreign keys were enforced at that moment, where the dialect can do without and somebody has looked.
    pub foreign_keys: Option<bool>,
    /// The line of the revision's file that it comes from, counted from 1.
    pub line: Option<u32>,
}

/// Whether a transaction is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// One is open.
    Inside,
    /// None is.
    Outside,
    /// Nobody knows what the tool does about it.
    Unknown,
}
