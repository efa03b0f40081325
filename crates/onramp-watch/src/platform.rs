//! How the systems differ in telling of changes.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::{MODE, limit};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{MODE, limit};
