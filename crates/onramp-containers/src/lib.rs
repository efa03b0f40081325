//! Containers of Docker and Podman behind a blocking interface: images, labelled containers, their end.
//!
//! Architecture Invariant: nothing else names bollard or tokio, and no type of theirs is public here.
