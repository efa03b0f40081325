//! Any other tool than Alembic, by the templates of its commands.
//!
//! # Theory of operation
//!
//! Nothing is known of such a tool but its commands, and that its revisions are files in one folder
//! ([`History`](crate::History) reads their names). So it is told to work on a copy of that folder, and judged by what
//! came of it: by pictures of the folder before and after ([`Folder`]), and by the database's own catalog.
//!
//! Its tables for itself have no place in a comparison, and no row of ours in them. They are the ones that the
//! configuration names, or those that are in a database at the head although no file of the history speaks of them
//! (`own_tables`).
//!
//! Models are out of its sight and of ours: there is no baseline, and whether a table shall go only the user can say.

mod check;
mod facts;
mod folder;
mod history_catalog;
mod on_database;
mod own_tables;
mod proof;
mod stage;
mod tool;
mod verify;
mod written;

pub(crate) use check::check;
pub(crate) use facts::facts;
pub(crate) use history_catalog::CommandHistory;
pub(crate) use on_database::{apply, current, rollback};
pub(crate) use proof::prove;
pub(crate) use tool::Tool;
pub(crate) use verify::verify;
