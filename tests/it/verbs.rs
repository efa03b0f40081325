//! What each verb selects, and how it hands on what the user said.

mod fmt;
mod lint;
mod listings;
mod test_and_build;
