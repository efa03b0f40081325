//! Drawings in layers, as Sugiyama, Tagawa and Toda described them ("Methods for visual understanding of hierarchical
//! system structures", 1981): every box stands to the right of all it needs, and long edges pass through the layers
//! between by way of points.

mod coordinates;
mod crossings;
mod layers;
mod packing;
mod parts;

pub use coordinates::heights;
pub use crossings::reduce_crossings;
pub use layers::{Layered, Point, Room};
pub use packing::{Packed, pack};
pub use parts::parts;
