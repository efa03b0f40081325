//! Containers of Docker and Podman behind a blocking interface: images, labelled containers, their end.
//!
//! # Theory of operation
//!
//! **Finding one.** An [`Endpoint`] is a place where an engine may listen; [`Endpoint::candidates`] lists them from
//! values that the caller has read. [`Engine::find`] takes the first one that says its version in time, and
//! otherwise says of each why it was not taken ([`NoEngine`]). That no engine is there is thus another type than
//! that an engine lacks an image ([`EngineError::ImageAbsent`]).
//!
//! **A call** is one conversation. It gets a runtime of its own on the thread of the caller and takes it away again,
//! so nothing goes on behind a call that has returned: no task, no open connection, no thread. That costs some
//! microseconds, a call of an engine milliseconds. Every call has a [limit](Limits), counted from its beginning,
//! or from the last sign of life where a pull may take as long as it likes; what may take long also ends when
//! the run is [cancelled](onramp_core::Cancel). An engine that stops in the middle therefore ends in an
//! [`EngineError::Silent`] that names it, and never in a hang.
//!
//! **What is created** has a name of its own with 64 random bits, chosen here and not by the engine: if the answer to
//! the creation is lost, the container can still be removed by it. Creation and start get a moment to finish when the
//! run is cancelled, because an engine goes on with what it was asked for whether or not somebody listens. What
//! slips through even so bears [`labels`], by which the next command finds it. Who owns what is not
//! decided here.
//!
//! **Secrets** are in the environment of a container, hidden from `Debug` and masked in every error. `docker inspect`
//! shows them to whoever may speak to the engine, who could read the container's memory as well.
//!
//! Architecture Invariant: nothing else names bollard or tokio, and no type of theirs is public here. No function
//! may be called from within an asynchronous runtime. Nothing reads environment variables.

mod call;
mod container;
mod container_spec;
mod endpoint;
mod engine;
mod error;
mod exec;
mod image;
pub mod labels;
mod limits;
mod list;
mod logs;
mod name;
mod no_engine;
mod pull_progress;
mod run;
mod state;
mod variable;
mod volume;

pub use container::{Container, ContainerId};
pub use container_spec::{ContainerSpec, HostPort};
pub use endpoint::{Endpoint, Origin, Surroundings};
pub use engine::{Engine, Product};
pub use error::EngineError;
pub use exec::{ExecOutput, ExecSpec};
pub use limits::Limits;
pub use list::Listed;
pub use no_engine::{NoEngine, Reason, Refusal};
pub use pull_progress::PullProgress;
pub use state::State;
pub use volume::Volume;
