use onramp_core::Dialect;
use onramp_database::catalog::Kind;

use crate::Finding;
use crate::finding::Difference;
use crate::wildcard::matches;

/// What a project has decided about the differences of its dialects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Differences that are meant.
    pub exceptions: Vec<Exception>,
    /// Types that are equal although the built-in map does not say so.
    pub types: Vec<TypePair>,
}

/// A difference that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// What the object is.
    pub kind: Kind,
    /// Its name as findings have it, `*` standing for anything: `flow_run.ix_tags`, `deployment(flow_id)`.
    pub name: String,
    /// It is meant that only this dialect has it.
    pub only: Option<Dialect>,
    /// It is meant that the two differ in this.
    pub attribute: Option<String>,
    /// Why.
    pub reason: String,
}

/// Two types that are equal. Both are patterns, see [`the map`](crate#types).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePair {
    /// As it is declared in SQLite.
    pub sqlite: String,
    /// As PostgreSQL prints it.
    pub postgresql: String,
    /// Why.
    pub reason: String,
}

impl Exception {
    /// Whether a finding is what is meant; the dialects are those of its sides.
    pub(crate) fn meets(&self, finding: &Finding, dialects: [Dialect; 2]) -> bool {
        let is_of_object =
            finding.object.kind == self.kind && finding.object.names().any(|name| matches(&self.name, name));
        let is_of_sort = match (&finding.difference, self.only, &self.attribute) {
            (_, None, None) => true,
            (Difference::Only { side, .. }, Some(only), _) => dialects[side.index()] == only,
            (Difference::Differs { attribute, .. }, None, Some(own)) => attribute == own,
            (Difference::OutsideMap { .. }, None, Some(own)) => own == "type",
            _ => false,
        };
        is_of_object && is_of_sort
    }
}
