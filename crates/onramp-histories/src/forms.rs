//! The layouts of histories, one file each. What they have in common: a folder's listing goes in, chains come out, and
//! what cannot be read is a fault of the chain and never an error.

pub(crate) mod alembic;
pub(crate) mod code;
pub(crate) mod django;
pub(crate) mod folders;
mod journal;
pub(crate) mod liquibase;
mod manifest;
mod metadata;
mod one_file;
mod pairs;
pub(crate) mod releases;
pub(crate) mod sql_files;
mod strays;
pub(crate) mod versioned;

use crate::Code;
use crate::chain::Chain;
use crate::text::Text;
use crate::walk::{Listed, Tree};

/// Parts of folder names that are said of migrations alone.
const STRONG: [&str; 7] = ["migrat", "evolution", "revisions", "delta", "changelog", "versioned", "alembic"];

/// Words of folder names that migrations may lie in.
const WEAK: [&str; 18] = [
    "schema",
    "schemas",
    "sql",
    "db",
    "database",
    "databases",
    "version",
    "versions",
    "upgrade",
    "upgrades",
    "update",
    "updates",
    "patch",
    "patches",
    "changes",
    "ddl",
    "files",
    "scripts",
];

/// How much the names of folders say that migrations lie in the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    None,
    /// They may, if their content says so.
    Weak,
    /// They do.
    Strong,
}

/// What the names of the last folders promise. A folder that the user has named may have any name.
pub(crate) fn promise(tree: &Tree, folder: usize) -> Promise {
    let names = tree.names(folder);
    let last: Vec<String> = names.iter().rev().take(4).map(|name| name.to_ascii_lowercase()).collect();
    let is_word = |name: &String| {
        name.split(['_', '-', '.'])
            .any(|word| WEAK.contains(&word) || crate::DialectName::of_word(word).is_some())
    };
    if last.iter().any(|name| STRONG.iter().any(|part| name.contains(part))) {
        Promise::Strong
    } else if tree.is_root(folder) || last.iter().any(is_word) {
        Promise::Weak
    } else {
        Promise::None
    }
}

/// Reads a file for a chain. What is wrong with it as a file is a fault of the chain.
pub(crate) fn read(chain: &mut Chain, file: &Listed) -> Option<Text> {
    match Text::read(&file.path) {
        Ok(text) => {
            if !text.is_utf8 {
                chain.fault(
                    Code::NotUtf8,
                    &file.path,
                    None,
                    "is no UTF-8, so tools may read it in different ways",
                );
            }
            if text.is_cut {
                let limit = crate::text::LIMIT >> 20;
                let message = format!("is longer than {limit} MiB, of which the rest was not looked at");
                chain.fault(Code::TooLong, &file.path, None, message);
            }
            Some(text)
        }
        Err(error) => {
            chain.fault(Code::Unreadable, &file.path, None, format!("cannot be read: {error}"));
            None
        }
    }
}

/// The same for SQL, whose servers take a byte order mark for a letter.
pub(crate) fn read_sql(chain: &mut Chain, file: &Listed) -> Option<Text> {
    let text = read(chain, file)?;
    if text.has_mark {
        let message = "begins with a byte order mark, which some tools hand to the server";
        chain.fault(Code::ByteOrderMark, &file.path, None, message);
    }
    Some(text)
}
