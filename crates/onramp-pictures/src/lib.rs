//! Pictures: drawings in layers, pages that are one file, and entity-relationship diagrams of catalogs.
//!
//! # Theory of operation
//!
//! [`layered`] places boxes of any size in layers, so that lines between them are short and cross little; it knows nothing
//! of what is in a box. [`Page`] puts style, body, numbers and script into one file that loads nothing; with [`VIEW_SCRIPT`] a
//! page has a picture that one moves, zooms and searches.
//!
//! [`erd`] makes a [`Diagram`](erd::Diagram) of a catalog, or of two with what is different between them: tables with
//! their columns, and foreign keys as relations from column to column. A part of a diagram is a diagram. Each form
//! (Mermaid, SVG, a page, JSON) is made from it alone, so all of them show the same.
//!
//! Everything is computed from its input in one order: the same catalogs are the same bytes. Nothing recurses, and what
//! grows faster than boxes and lines has a limit.
//!
//! Architecture Invariant: this crate reads and writes no files, and does not know where a catalog comes from. Every text
//! that is not its own passes [`escape`], or the writer of JSON, or Mermaid's own quotes, on its way out.

pub mod erd;
pub mod layered;
mod letters;
mod page;

pub use letters::{shortened, width_in_letters};
pub use page::{Page, VIEW_SCRIPT, VIEW_STYLE, escape};
