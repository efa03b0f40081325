use std::path::PathBuf;

use onramp_core::Failure;
use postgres::error::SqlState;

use crate::Client;
use crate::connect::{NoConnection, config, connect};
use crate::expand::{expand, percent_encode};

/// How a client reaches one database of a server.
#[derive(Clone)]
pub struct Connection {
    /// The user, who may do everything.
    pub user: String,
    /// The password: letters and digits. It must reach clients through their environment only.
    pub password: String,
    /// `127.0.0.1`, or the folder of the socket where the server listens on no port.
    pub host: String,
    /// The port, which is part of the socket's name too.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The folder that the unix socket lies in.
    pub socket: PathBuf,
}

/// Whether a server serves.
pub(super) enum Readiness {
    /// It has answered a query.
    Ready,
    /// There is no connection yet.
    NotYet,
}

impl Connection {
    /// Connects. No message of the failure holds the password.
    pub fn client(&self) -> Result<Client, Failure> {
        self.connected().map(|client| Client::Postgresql(Box::new(client)))
    }

    /// Connects, for callers who have use for no other dialect.
    pub(crate) fn connected(&self) -> Result<postgres::Client, Failure> {
        self.connect().map_err(|reason| {
            let place = format!("{}:{}", self.host, self.port);
            Failure::from(reason).context(format!("database `{}` at {place}", self.database))
        })
    }

    /// Asks the server for an answer to a real query: one that listens may not serve yet. A refusal that time
    /// does not mend, such as that of a password, is a failure.
    pub(super) fn probe(&self) -> Result<Readiness, Failure> {
        let answer = self.connect().and_then(|mut client| Ok(client.simple_query("SELECT 1")?));
        match answer {
            Ok(_) => Ok(Readiness::Ready),
            Err(reason) => match reason.code() {
                None => Ok(Readiness::NotYet),
                Some(code) if *code == SqlState::CANNOT_CONNECT_NOW => Ok(Readiness::NotYet),
                Some(_) => Err(reason.into()),
            },
        }
    }

    /// Whether there is a server that answers.
    pub(crate) fn answers(&self) -> bool {
        matches!(self.probe(), Ok(Readiness::Ready))
    }

    /// Whether the server says anything, be it that it cannot serve now.
    pub(crate) fn says_anything(&self) -> bool {
        let answer = self.connect();
        answer.map_or_else(|reason| reason.code().is_some(), |_| true)
    }

    /// Connects, for callers who look at the reason.
    fn connect(&self) -> Result<postgres::Client, NoConnection> {
        let mut config = config(&self.host, self.port);
        config.user(&self.user).password(&self.password).dbname(&self.database);
        connect(config)
    }

    /// `template` with `{user}`, `{password}`, `{host}`, `{port}`, `{database}` and `{socket}` replaced. In a
    /// URL (a template with `://`) values are percent-encoded where they need it.
    pub fn expand(&self, template: &str) -> String {
        let in_url = template.contains("://");
        let encode = |value: &str, kept: &[u8]| {
            if in_url { percent_encode(value, kept) } else { value.to_owned() }
        };
        expand(template, |name| {
            Some(match name {
                "user" => encode(&self.user, b""),
                "password" => encode(&self.password, b""),
                "host" => encode(&self.host, b""),
                "port" => self.port.to_string(),
                "database" => encode(&self.database, b""),
                // A slash may stand in a query, which is where a URL has the socket's folder.
                "socket" => encode(&self.socket.to_string_lossy(), b"/"),
                _ => return None,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_encoded_and_plain_values_are_not() {
        let connection = Connection {
            user: "onramp".to_owned(),
            password: "a@b".to_owned(),
            host: "/tmp/x".to_owned(),
            port: 5432,
            database: "scratch".to_owned(),
            socket: PathBuf::from("/tmp/x"),
        };
        let url = connection
            .expand("postgresql+asyncpg://{user}:{password}@{host}:{port}/{database}?host={socket}");
        assert_eq!(url, "postgresql+asyncpg://onramp:a%40b@%2Ftmp%2Fx:5432/scratch?host=/tmp/x");
        assert_eq!(connection.expand("{password} {path}"), "a@b {path}");
    }
}
