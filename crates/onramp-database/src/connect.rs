//! Connecting to a PostgreSQL server, which may not be there, or be there and keep silent.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use onramp_core::Failure;
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

use crate::client::connection_failure;

/// How long a server may take until it has let a client in.
const LIMIT: Duration = Duration::from_secs(5);

/// Why there is no connection.
pub(crate) enum NoConnection {
    /// The server, or the way to it, has said so.
    Refused(postgres::Error),
    /// Nobody has said anything within the limit.
    Silence,
}

impl NoConnection {
    /// What the server called its reason.
    pub(crate) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Refused(error) => error.code(),
            Self::Silence => None,
        }
    }
}

impl From<postgres::Error> for NoConnection {
    fn from(error: postgres::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<NoConnection> for Failure {
    fn from(reason: NoConnection) -> Self {
        match reason {
            NoConnection::Refused(error) => connection_failure(&error),
            NoConnection::Silence => {
                Self::environment(format!("PostgreSQL: no answer within {} s", LIMIT.as_secs()))
            }
        }
    }
}

/// What it takes to connect to the server at a host, an address or the folder of a socket; nothing of a login yet.
pub(crate) fn config(host: &str, port: u16) -> Config {
    let mut config = Config::new();
    config.port(port).application_name("onramp").connect_timeout(LIMIT);
    match Path::new(host).is_absolute() {
        true => config.host_path(host),
        false => config.host(host),
    };
    config
}

/// Connects. The client's own limit is one on reaching the socket alone, and there may be something behind it that
/// listens and never speaks.
pub(crate) fn connect(config: Config) -> Result<Client, NoConnection> {
    let (sender, answer) = channel();
    // Nobody waits for it beyond the limit: it ends with the process, or when the other side does.
    thread::spawn(move || drop(sender.send(config.connect(NoTls))));
    match answer.recv_timeout(LIMIT) {
        Ok(result) => Ok(result?),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(NoConnection::Silence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_listener_that_never_speaks_is_not_waited_for_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let reason = connect(config("127.0.0.1", port).user("x").clone()).err().unwrap();
        assert_eq!(Failure::from(reason).message, "PostgreSQL: no answer within 5 s");
    }
}
