//! What runs, in which order, and what does not have to run again.

mod commands;
mod files;
mod forecast;
mod freshness;
mod not_found;
mod order;
mod programs;
mod rust_tasks;
mod size;
