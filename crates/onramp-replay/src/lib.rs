//! Applies SQL histories of any tool to scratch databases, and holds what comes of it against what they say.
//!
//! # Theory of operation
//!
//! What a history says of itself can be read (`onramp-histories`); whether it is true, only a server knows. [`replay`]
//! takes an empty database and goes up entry by entry. Where an entry has a way back, it goes back at once and up again:
//! the schema must be the one from before, and then the same as the first time. Schemas are compared by their catalogs. A
//! way back that fails may leave anything behind, so the database is made anew then, and the walk goes on: one broken entry
//! hides no other one. Rows and sequences are not compared, so an entry that fails where earlier ones were reverted is tried
//! again where none was: either it is wrong itself, or what leads back leaves something behind. Where there is a file with the whole schema, that is applied to a database of its own and must lead
//! to the same.
//!
//! The scripts are a stranger's, so they are run by a [`Guest`](onramp_database::script::Guest), who owns that database and
//! may do nothing else, and who reads its catalog too. Roles that they count on are made for them, what is about the roles of the
//! whole server and extensions that are not there is left out, and all of that is told. What no server could run as it stands
//! (placeholders of a tool, commands of a client, rights that a guest has not) is told as such, and is no fault of the history.
//!
//! [`facts`] tells of single entries what they do: it goes straight up to each, puts rows into the tables that have none, and
//! looks at the catalog on both sides of each script. Here a script runs in the transaction that its tool is known to hold,
//! on SQLite too, because that decides what is refused and what a pragma means. One that is refused is tried again on a way
//! without any such rows; what could not be run at all has its text alone.
//!
//! Architecture Invariant: nothing is written but scratch databases.

mod beside;
mod brought;
mod excuse;
mod facts;
mod replay;
mod snapshot;
mod walk;

pub use facts::{Custom, Ground, Outcome, Refusal, Rows, ScriptFacts, Statement, facts, way};
pub use replay::{Replay, Replayed, catalog, replay};
