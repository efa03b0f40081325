use onramp_database::catalog::ObjectId;

use crate::{Allowed, Level, Rule};

/// Something that a rule says about a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How much it matters in this project.
    pub level: Level,
    /// The object that it is about.
    pub object: Option<ObjectId>,
    /// What is so, a lower-case fragment.
    pub message: String,
    /// The place among the revision's statements of the one that does it.
    pub statement: Option<usize>,
    /// The line of the revision's file.
    pub line: Option<u32>,
}

/// What the rules say about a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What is not allowed, in the order of the statements; first what is about none of them.
    pub findings: Vec<Finding>,
    /// What is allowed.
    pub allowed: Vec<Allowed>,
    /// The places of the allows that nothing has met.
    pub unmet: Vec<usize>,
}
