//! Rules for what a migration revision does.
//!
//! # Theory of operation
//!
//! [`lint`] is given the catalog before a revision, the catalog behind it, and the statements that the revision has
//! executed in between, in order. It looks at the difference of the catalogs first: whether a column is gone is a matter
//! of the database and not of how somebody has written it down, and a table that SQLite has made anew is the same table.
//! Statements tell the rest, which no catalog shows: how long others have to wait, what is rewritten, what stands in
//! a transaction.
//!
//! **Only what was there before counts.** A table that the same revision makes has no rows and no readers, so nothing is
//! said of an index on it. Names are followed through renames (`world`).
//!
//! **What locks is a claim, and every claim is proved.** A statement has a [`Form`], and the form says which lock it
//! takes and whether the rows are read or written anew. Each has an example, which the tests run on a server
//! while another connection looks into `pg_locks`. Rules speak of forms.
//!
//! **What a type change costs the server decides.** Which changes of a type write the table anew is the server's own
//! table (`change_of_type`); the tests ask it.
//!
//! **A refusal is a finding.** Who has tried the revision says where the database refused it and whether rows were in the way
//! ([`Refusal`]). Where another rule says so at the same statement, allowing that one allows the refusal too.
//!
//! **What became of rows is compared.** Who has tried the revision with rows in the tables says which of them are gone
//! ([`lint_watched`]). What a statement says itself is no loss, and what another rule has found is not told twice (`rows`).
//!
//! **A rule can be allowed, with a reason.** In the revision itself, or in the settings for an object or a revision. An
//! allow that nothing meets is told: it says something about a revision that is not so ([`Allow`]).
//!
//! Architecture Invariant: nothing here reads a file, starts a process or asks a database; catalogs and statements come in,
//! findings go out.

mod allow;
mod change_of_type;
mod finding;
mod form;
mod lint;
mod nulls;
mod proofs;
mod refusal;
mod revision;
mod rule;
mod rules;
mod settings;
mod sql;
mod sql_file;
mod tool;
mod volatile;
mod world;

pub use allow::{Allow, Allowed, Language, Mistake, allows_in};
pub use change_of_type::{type_change_narrows, type_change_rewrites};
pub use finding::{Finding, Report};
pub use form::{Claim, Cost, Form, LockMode, forms_of};
pub use lint::{lint, lint_trial, lint_watched};
pub use refusal::{Cause, Refusal};
pub use revision::{Revision, Statement, Transaction};
pub use rule::{RULES, Rule};
pub use settings::{Level, Settings};
pub use sql_file::statements_of;
pub use tool::Tool;
