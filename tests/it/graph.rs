//! What runs, in which order, and what does not have to run again.

mod freshness;
mod order;
mod rust_tasks;
