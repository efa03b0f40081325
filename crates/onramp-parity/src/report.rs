use onramp_core::Dialect;
use onramp_database::catalog::Kind;

use crate::{Finding, Object};

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The dialects of the two sides.
    pub dialects: [Dialect; 2],
    /// The versions of their servers.
    pub server_versions: [String; 2],
    /// What differs and nobody has declared, in the order of tables.
    pub findings: Vec<Finding>,
    /// What differs as it was declared.
    pub excepted: Vec<Excepted>,
    /// What was declared and meets nothing.
    pub stale: Vec<Stale>,
    /// What differs in its name alone, which is no finding.
    pub renamed: Vec<Renamed>,
    /// What both sides have and does its work in statements that are written for one dialect: of these only what stands
    /// around the statements is compared.
    pub uncompared: Vec<Object>,
}

/// A difference that was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excepted {
    /// The difference.
    pub finding: Finding,
    /// The place of the exception among those of the rules.
    pub exception: usize,
}

/// Something of the rules that meets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stale {
    /// The exception at this place.
    Exception(usize),
    /// The pair of types at this place: no column has these types.
    Type(usize),
}

/// A key, a check or an index that has another name on the other side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renamed {
    /// What it is.
    pub kind: Kind,
    /// Its table.
    pub table: String,
    /// Its name on the left.
    pub left: String,
    /// Its name on the right.
    pub right: String,
}

impl Report {
    /// Whether the schemas are equal but for what was declared, and everything that was declared is there.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.stale.is_empty()
    }

    /// What this report has and an earlier one had not, as often as it has it more: the findings, and what has become
    /// stale.
    pub fn newer_than(&self, earlier: &Self) -> (Vec<&Finding>, Vec<Stale>) {
        let mut known: Vec<&Finding> = earlier.findings.iter().collect();
        let mut new = Vec::new();
        for finding in &self.findings {
            match known.iter().position(|other| *other == finding) {
                Some(place) => drop(known.swap_remove(place)),
                None => new.push(finding),
            }
        }
        let stale = self.stale.iter().filter(|stale| !earlier.stale.contains(stale));
        (new, stale.copied().collect())
    }
}
