//! New migration revisions for every dialect at once, proved on a real database before they reach the tree.
//!
//! # Theory of operation
//!
//! [`propose`] works for one dialect and never touches the work tree. It copies the versions folder into a
//! scratch tree, starts an empty database, and drives the project's own Alembic: to the head, through
//! `revision --autogenerate`, and with the new file up, down and up again. Alembic reads and writes the copy
//! instead of the project's folder because a `sitecustomize` module of ours, first on `PYTHONPATH`, redirects
//! that one location inside the project's Python; a marker file proves that it did. The same module keeps the
//! process of the first `upgrade` for the commands that follow, so that the project's imports are paid for
//! once; where that does not work (an entry that does not call `alembic.command`, an env.py that cannot run
//! twice) every command gets a process of its own. The scratch tree mirrors
//! the way down to the versions folder, with links to everything beside it, so that a formatter finds the
//! same settings by path as it would in the project.
//!
//! [`publish`] takes the proposals of all dialects and moves their files into place together, the ledger
//! last. What it is about to do lies in a [journal](publish) first: a publish that was killed is either found
//! complete or taken back by the next command's [`recover`].
//!
//! The history of a dialect is read from the files' content ([`History`]); no Python runs for that.
//!
//! Architecture Invariant: processes are started through [`onramp_exec::Launcher`] alone. A database URL
//! reaches a process through its environment and never through its arguments.

mod alembic;
mod apply;
mod attempt;
mod context;
mod diagnosis;
mod engine;
mod history;
mod journal;
mod ledger;
mod lock;
mod mirror;
mod place;
mod polish;
mod proof;
mod proposal;
mod propose;
mod publish;
mod recover;
mod redirection;
mod scratch;
mod session;
mod spec;

pub use apply::{Rollback, apply, current, rollback};
pub use context::Context;
pub use history::{History, Revision};
pub use lock::MigrateLock;
pub use proposal::{Proposal, ProposedRevision, StepTime};
pub use propose::{preflight, propose};
pub use publish::{Published, PublishedRevision, publish};
pub use recover::{Recovered, recover};
pub use spec::{AlembicSpec, DialectSpec, LedgerSpec, MigrateSpec, PolishStep};
