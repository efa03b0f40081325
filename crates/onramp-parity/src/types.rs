//! Types of both dialects: how they are called, what their values are, and which are equal.

mod map;
mod meaning;
mod pattern;
mod type_name;

pub(crate) use map::{TypeMap, Verdict};
pub(crate) use meaning::Meaning;
pub(crate) use pattern::TypePattern;
pub(crate) use type_name::TypeName;
