//! Speaks with real engines, and with a socket that plays one where a fault cannot be provoked. Where there is no engine
//! a test says so and passes; in CI it fails instead.

mod containers;
mod images;
mod machine;
