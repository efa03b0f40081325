//! In what the dialects of histories may differ, by what somebody has declared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onramp_config::Parity;
use onramp_core::Dialect;
use onramp_histories::{Code, Finding};
use onramp_parity::{Finding as Difference, Report, Rules, Stale};

use super::super::parity::rules::Declared;
use super::super::parity::tell::{Home, declarations};

/// What is declared, and what came of it.
pub(super) struct Meant {
    /// The file that somebody has named, as he did, and what it declares.
    named: Option<(PathBuf, Declared)>,
    /// What the configurations around histories declare, by the folders of those.
    around: Vec<(Vec<PathBuf>, Rules)>,
    none: Rules,
    /// What nothing has met in any comparison, once there was one.
    stale: Option<BTreeSet<Stale>>,
    /// How many differences are as declared.
    pub(super) met: usize,
    /// What is not declared.
    differences: Vec<(Difference, [Dialect; 2])>,
}

impl Meant {
    pub(super) fn of(named: Option<(PathBuf, Declared)>, around: Vec<(Vec<PathBuf>, Parity)>) -> Self {
        let around = around.into_iter().map(|(folders, parity)| (folders, Declared::read(&parity).rules));
        Self {
            named,
            around: around.collect(),
            none: Rules::default(),
            stale: None,
            met: 0,
            differences: Vec::new(),
        }
    }

    /// The rules for a history that lies in a folder.
    pub(super) fn rules(&self, folder: &Path) -> &Rules {
        if let Some((_, declared)) = &self.named {
            return &declared.rules;
        }
        let is_there = |folders: &[PathBuf]| folders.iter().any(|own| own == folder);
        let around = self.around.iter().find(|(folders, _)| is_there(folders));
        around.map_or(&self.none, |(_, rules)| rules)
    }

    /// Takes note of a comparison.
    pub(super) fn add(&mut self, report: &Report) {
        self.met += report.excepted.len();
        let findings = report.findings.iter().map(|finding| (finding.clone(), report.dialects));
        self.differences.extend(findings);
        self.stale = Some(match self.stale.take() {
            None => report.stale.iter().copied().collect(),
            Some(before) => report.stale.iter().copied().filter(|stale| before.contains(stale)).collect(),
        });
    }

    /// What the named file declares and nothing meets. What a configuration declares is a matter of its own project.
    pub(super) fn stale(&self) -> Vec<Finding> {
        let Some((_, declared)) = &self.named else { return Vec::new() };
        let finding = |stale: &Stale| {
            let (file, line) = declared.place(*stale)?;
            let finding = Finding::new(Code::StaleDeclaration, file, declared.stale_line(*stale));
            Some(finding.at(Some(*line)))
        };
        self.stale.iter().flatten().filter_map(finding).collect()
    }

    /// How what differs would be declared.
    pub(super) fn hint(&self) -> Option<String> {
        let home = match &self.named {
            Some((file, _)) => Home::Named(file.display().to_string()),
            None if self.around.is_empty() => Home::Nowhere,
            None => Home::Configuration,
        };
        declarations(self.differences.iter().map(|(finding, dialects)| (finding, *dialects)), &home)
    }
}
