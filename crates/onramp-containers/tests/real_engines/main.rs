//! Speaks with real engines, and with a socket that plays one where a fault cannot be provoked. Where there is no engine
//! a test says so and passes; in CI it fails instead.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod containers;
mod fake_engine;
mod faults;
mod images;
mod machine;
mod podman;
mod stopping_engine;
