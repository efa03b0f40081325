//! Parity: whether the schemas of two dialects are equal, but for what a project has declared.
//!
//! # Theory of operation
//!
//! Two catalogs of different dialects have hardly a text in common, so each is read into a neutral form first. A table
//! is known by its path, a column by its name, a key by its columns, a foreign key by where it leads, a check by what it
//! says, an index by what it sorts by. Names of constraints tell nothing: they are often made up by one dialect and not
//! by the other. What differs in its name alone is listed beside the findings.
//!
//! **Types.** One table (`types/map.rs`) has the types of both dialects that are equal, as the usual libraries declare
//! them in SQLite. A pair that it has no line for is a finding of its own, because nobody knows whether it is a mistake.
//! What SQLite can only say by a check (a truth value, JSON, labels, a length) is read from the check; and such a check
//! is explained where the other side's type says the same.
//!
//! **Expressions.** Checks, predicates, generated columns, defaults and the keys of indexes are read into trees, and
//! those brought into one spelling (`expression`). What cannot be read is compared as it is written.
//!
//! **What is compared.** Tables, columns (type, labels, nullability, default, generated value, collation, whether
//! they number rows), primary keys, unique constraints and unique indexes as one, indexes (keys, order, predicate,
//! method, carried columns), checks, foreign keys (target, actions, deferrability), triggers (when and how often they run,
//! for which events, columns and condition), views by their columns and, where they ask one table, by their query,
//! enumerations and sequences that no column has. Rules, policies and exclusions are missing in SQLite, which has none.
//!
//! **What is not.** The statements of triggers and the queries of other views: they are named in the report, once. The order of
//! columns; where NULL stands in an index, which SQLite cannot say; whether a generated value is stored; comments, grants,
//! options of storage, partitions, `STRICT` and `WITHOUT ROWID`; what the one dialect has no notion of and no row can show:
//! extensions, functions, schemas, statistics.
//!
//! **Triggers** are found by their names, beyond the table and the event that many write into them, because one of
//! PostgreSQL is several of SQLite: there each has one event. What PostgreSQL does by changing a row before it is written, SQLite
//! can only do by an update behind that, so one that does is of the same timing.
//!
//! **Exceptions.** A finding that an exception meets is none. An exception that meets nothing is told, so that the list
//! cannot rot.
//!
//! Of one dialect, everything counts as it is written, but for names of constraints, indexes and owned sequences and the order
//! of columns: whatever the catalogs tell of an object, functions, comments, grants and partitions included. Two versions of
//! PostgreSQL may print an expression in two ways, so between those what can be read into trees is compared as such. A
//! catalog is equal to itself.
//!
//! Architecture Invariant: catalogs in, findings out. This crate opens no connection, no file and no process.

mod compare;
mod expression;
mod finding;
mod model;
mod report;
mod rules;
mod types;
mod wildcard;

pub use compare::compare;
pub use finding::{ATTRIBUTES, Difference, Finding, KINDS, Object, Side};
pub use report::{Excepted, Renamed, Report, Stale};
pub use rules::{Exception, Rules, TypePair};
