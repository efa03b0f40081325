//! Git hooks as files: where git looks for them, what lies there, and putting a small program of ours in the
//! place of one without losing what was there.
//!
//! A hook that was there before is kept beside ours under another name, and ours runs it first. It keeps its folder,
//! because hooks find their companions by it. At every moment there is a whole hook in the place: the old one gets its
//! second name before ours takes the first.

mod error;
mod folder;
mod place;
mod shim;
mod step;

pub use error::HookError;
pub use folder::{HooksFolder, HooksPath, Reach};
pub use place::{Before, HookPlace, Occupant};
pub use shim::{Program, Shim};
pub use step::{Force, Refusal, Step};
