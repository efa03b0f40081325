//! New migration revisions for every dialect at once, proved on a real database before they reach the tree.
//!
//! # Theory of operation
//!
//! [`propose`] works for one dialect and never touches the work tree. It copies the versions folder into a
//! scratch tree, takes a database at the head of the history with rows in its tables, and drives the project's own
//! Alembic: through `revision --autogenerate`, and with the new file up, down and up again. Alembic reads and writes the
//! copy instead of the project's folder because a `sitecustomize` module of ours, first on `PYTHONPATH`, redirects
//! that one location inside the project's Python; a marker file proves that it did. The same module keeps the
//! process of the first `upgrade` for the commands that follow, so that the project's imports are paid for
//! once; where that does not work (an entry that does not call `alembic.command`, an env.py that cannot run
//! twice) every command gets a process of its own. The scratch tree mirrors
//! the way down to the versions folder, with links to everything beside it, so that a formatter finds the
//! same settings by path as it would in the project.
//!
//! **The head.** A database at the head is made once for each content of the history, and copied from then on
//! (`ground`). It has rows in every table that takes some.
//!
//! **The fork server.** Most of what a Python that runs Alembic does is to import it. So where servers are kept warm, a
//! run starts one more Python at its end, which imports what the run has imported from the standard library and from
//! installed packages, and waits (`fork_server`). The next run asks it to fork itself: streams, environment and a lifeline
//! go there over a socket, and the new process goes on as one that was just started does: `sitecustomize` returns, and the
//! project's entry begins. The project's own modules are in no fork server; a package whose files have changed ends it; and
//! what starts threads at its import, or is not the same for another environment, has none. It ends when nobody has used it
//! for the time that servers are kept, with its worktree, and by `db down`.
//!
//! **The baseline.** What Alembic proposes is the difference between models and database, and some of it may have been
//! there before the models changed. So the models of a base revision are compared with the same head first, in a
//! process that finds the project's modules in a checkout of that revision (`sources`). Both lists of operations are
//! printed as Python would stand in the file; what both have, as often as both have it, stays out of the new revision.
//! The answer is kept for as long as base and history stay the same (`baseline`).
//!
//! **The trial.** Up; every row of every table and column that is left must still be there, and nothing may be gone that the change of the models does not explain. Down; the schema must be the one
//! from before. Up; the schema must be the one from the first time. What down does not bring back is told, and a
//! revision that leads back on empty tables alone is tried and told as such (`trial`). Before the way back the models are
//! compared once more, and must ask for nothing. Formatters work on a second copy of the file in the meantime, and what
//! they make of it is what is reverted and applied again, and published (`formatted_copy`).
//! Schemas are compared by catalogs that the server prints, not by Alembic.
//!
//! **Revisions by hand.** [`verify()`] makes the same trial of revisions that lie in the tree already, one after the other:
//! those that a commit does not have, and what follows them. The copy of the history begins without them, so that the
//! database and the baseline are those from before, and gets one file after the other. Nothing is generated but the
//! last comparison, which must be empty. Such a revision may change rows alone, where the user names them.
//!
//! **What a revision does.** [`facts()`] applies revisions of the tree one by one, and tells the catalogs before and behind
//! each and what it has executed, for who judges that. The statements are told by a listener in the project's Python, with
//! the lines of the revision's file. What was told once is kept for as long as nothing that decides it changes.
//!
//! **What the engine does not see.** The models' own statements make a database from nothing; its catalog and that of
//! the new head may differ only where the base's models and the old head did (`apart`). What is new there is told: a
//! check, a trigger, an index that Alembic cannot reflect.
//!
//! [`publish`] takes the proposals of all dialects and moves their files into place together, the ledger
//! last. What it is about to do lies in a [journal](publish) first: a publish that was killed is either found
//! complete or taken back by the next command's [`recover`]. What else a killed command has left, in the state folder
//! alone, goes with the next command of any kind ([`reap_leftovers`]).
//!
//! The history of a dialect is read from the files' content ([`History`]); no Python runs for that. Where Alembic
//! sees other heads than those, or a database that is not where the history ends, it is not believed.
//!
//! Architecture Invariant: processes are started through [`onramp_exec::Launcher`] alone. A database URL
//! reaches a process through its environment and never through its arguments.

mod advice;
mod alembic;
mod apart;
mod apply;
mod attempt;
mod baseline;
mod branches;
mod check;
mod command;
mod context;
mod diagnosis;
mod edit;
mod engine;
mod evidence;
mod facts;
mod finding;
mod fork_server;
mod formatted_copy;
mod generation;
mod ground;
mod history;
mod history_catalog;
mod journal;
mod key;
mod labels;
mod ledger;
mod lock;
mod losses;
mod marks;
mod mirror;
mod nearest;
mod order;
mod own_models;
mod pairs;
mod place;
mod polish;
mod proof;
mod proposal;
mod propose;
mod publish;
mod purpose;
mod reached;
mod rebase;
mod recover;
mod redirection;
mod remembered;
mod rename;
mod request;
mod schemas;
mod scratch;
mod session;
mod settings;
mod shim;
mod sources;
mod spec;
mod stage;
mod subjects;
mod trial;
mod verify;

pub use apply::{Rollback, apply, current, rollback};
pub use branches::{Side, check_merge, paths_of_histories};
pub use check::{Pending, check};
pub use context::Context;
pub use evidence::{Evidence, Reverted};
pub use facts::{Executed, Facts, Looked, Refusal, RevisionFacts, facts};
pub use finding::Finding;
pub use fork_server::{ForkServerStatus, end_fork_servers, fork_servers};
pub use history::{History, Revision};
pub use history_catalog::{Reached, history_catalog, revision_catalog};
pub use ledger::{Fixed, Ledger, LedgerEntry, ListedId, Undecided, fix_ledger};
pub use lock::MigrateLock;
pub use pairs::{Cause, Change, Lack, Pairs, histories};
pub use proposal::{Proposal, ProposedFile, ProposedRevision, StepTime};
pub use propose::{preflight, propose};
pub use publish::{Published, PublishedRevision, publish, rewrite_ledger};
pub use rebase::{ChangedFile, Rebase, RebasedDialect, RebasedRevision, plan_rebase};
pub use recover::{Recovered, is_unsettled, reap_leftovers, recover};
pub use request::{Base, DowngradePolicy, DriftPolicy, Export, ProofPolicy, Request, RowsPolicy};
pub use schemas::Schemas;
pub use spec::{
    AlembicSpec, CommandSpec, DialectSpec, EngineSpec, LedgerSpec, MigrateSpec, OnlySpec, Pairing, PolishStep,
};
pub use subjects::Subjects;
pub use verify::{Verified, VerifiedRevision, verify};
