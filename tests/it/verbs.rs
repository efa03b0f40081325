//! What each verb selects, and how it hands on what the user said.

mod batches;
mod fixers;
mod fmt;
mod lint;
mod listings;
mod selection;
mod test_and_build;
