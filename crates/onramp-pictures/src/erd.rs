//! Entity-relationship diagrams of catalogs, and of what is different between two of them.

mod build;
mod changes;
mod colours;
mod diagram;
mod draw;
mod enums;
mod json;
mod layout;
mod mermaid;
mod order;
mod page;
mod part;
mod routes;
mod short_type;
mod size;
mod svg;
mod symbols;
mod tips;

pub use diagram::{Diagram, Entity, EntityKind, ListedChange, Mark, Relation, Row};
pub use mermaid::{MERMAID_LIMITS, mermaid};
pub use page::page;
pub use part::{Columns, Part, UnknownTable};
pub use svg::svg;

#[cfg(test)]
mod tests;
