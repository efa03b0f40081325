use super::{Connection, Server};

/// A server that somebody uses, and what must live for as long as that.
pub(crate) enum InUse {
    /// One of this command's own, which stops with it.
    Own(Box<Server>),
}

impl InUse {
    /// How its own database is reached.
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Own(server) => server.connection(),
        }
    }
}
