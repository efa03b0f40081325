use std::collections::BTreeSet;

use super::instead::{self, Instead};
use super::{Stopped, line_of};
use crate::postgresql::RoleMaker;
use crate::sql::Piece;

/// How many roles are made for a guest: no history names as many, and a loop could.
const MOST: usize = 64;

/// What the server says of a role that is not there, before and behind its name.
const WITHOUT_ROLE: (&str, &str) = ("role \"", "\" does not exist");

/// What it says of an extension that it does not have, or not for everybody.
const WITHOUT_EXTENSION: [&str; 3] =
    ["could not open extension control file", "is not available", "permission denied to create extension"];

/// Something that was made for a script, or left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// What it is.
    pub sort: Sort,
    /// The line of the script, from 1.
    pub line: u32,
}

/// What was made for a script, or left out of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A role of this name was made, which the script counts on.
    Role(String),
    /// The guest stayed who he is, and the owner of what is his, whatever the statement says. It is told by its first words.
    Owner(String),
    /// A statement about the roles of the whole server was left out. It is told by its first words.
    Roles(String),
    /// An extension of this name is not there, or not for a guest, and was left out.
    Extension(String),
}

/// Sees to what a guest lacks.
pub(super) struct Asides {
    roles: Option<RoleMaker>,
    /// The roles that were asked for, whatever came of it.
    asked: BTreeSet<String>,
    /// The extensions that are not there.
    absent: BTreeSet<String>,
    told: Vec<Aside>,
}

impl Asides {
    pub(super) fn new(roles: Option<RoleMaker>) -> Self {
        Self { roles, asked: BTreeSet::new(), absent: BTreeSet::new(), told: Vec::new() }
    }

    pub(super) fn take(&mut self) -> Vec<Aside> {
        std::mem::take(&mut self.told)
    }

    /// What is run in place of a statement, once the roles are there that it names.
    pub(super) fn instead(&mut self, script: &str, piece: &Piece<'_>) -> Instead {
        if instead::extension(&piece.tokens).is_some_and(|name| self.absent.contains(&name)) {
            return Instead::Nothing;
        }
        let instead = instead::of(piece);
        let words = || piece.text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        match &instead {
            Instead::Itself => {
                for role in instead::named_roles(&piece.tokens) {
                    self.make_role(script, piece, role);
                }
            }
            Instead::Own(_) => self.tell(script, piece, Sort::Owner(words())),
            Instead::Nothing => self.tell(script, piece, Sort::Roles(words())),
        }
        instead
    }

    /// Whether what has stopped a statement is mended, so that it may go through now.
    pub(super) fn sees_to(&mut self, script: &str, piece: &Piece<'_>, stopped: &Stopped) -> bool {
        if !stopped.is_of_the_script() {
            return false;
        }
        let said = &stopped.failure.message;
        if let Some(name) = instead::extension(&piece.tokens)
            && WITHOUT_EXTENSION.iter().any(|words| said.contains(words))
            && self.absent.insert(name.clone())
        {
            self.tell(script, piece, Sort::Extension(name));
            return true;
        }
        role_of(said).is_some_and(|role| self.make_role(script, piece, role))
    }

    /// Whether there is a role now that was not there before.
    fn make_role(&mut self, script: &str, piece: &Piece<'_>, role: String) -> bool {
        let Some(roles) = &self.roles else { return false };
        if self.asked.len() >= MOST || !self.asked.insert(role.clone()) {
            return false;
        }
        // What goes wrong here is told in the server's words by the statement that needs the role.
        let is_made = roles.make(&role).unwrap_or(false);
        if is_made {
            self.tell(script, piece, Sort::Role(role));
        }
        is_made
    }

    fn tell(&mut self, script: &str, piece: &Piece<'_>, sort: Sort) {
        self.told.push(Aside { sort, line: line_of(script, piece.start) });
    }
}

/// The role that a message of a server names as missing.
fn role_of(said: &str) -> Option<String> {
    let (before, behind) = WITHOUT_ROLE;
    let (name, _) = said.split_once(before)?.1.rsplit_once(behind)?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_from_what_the_server_says() {
        assert_eq!(role_of("PostgreSQL: role \"my app\" does not exist").as_deref(), Some("my app"));
        assert_eq!(role_of("PostgreSQL: relation \"app\" does not exist"), None);
    }
}
