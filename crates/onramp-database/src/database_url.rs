use std::fmt;
use std::path::{Path, PathBuf};

use onramp_core::{Dialect, Failure, Secrets};
use rusqlite::OpenFlags;

use crate::Client;
use crate::client::sqlite_failure;
use crate::connect::{self, config};
use crate::postgresql::Connection;

/// The port that a PostgreSQL server has if nobody says otherwise.
const PORT: u16 = 5432;

/// The database that a URL names in the way of SQLAlchemy: `postgresql+asyncpg://user:password@host/name`,
/// `sqlite+aiosqlite:////path`. Drivers do not matter, nor do parameters that are only for them.
///
/// Written out, it has no password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Target);

#[derive(Clone, PartialEq, Eq)]
enum Target {
    File(PathBuf),
    Server(Server),
}

#[derive(Clone, PartialEq, Eq)]
struct Server {
    user: Option<String>,
    password: Option<String>,
    /// A name, an address, or the folder of a socket.
    host: String,
    port: u16,
    database: Option<String>,
    /// How the URL asks for an encrypted connection, if it insists on one.
    encryption: Option<String>,
}

impl DatabaseUrl {
    /// Reads a URL; a relative path of a file is one from `base`. No failure holds a part of the URL but its
    /// scheme.
    pub fn parse(url: &str, base: &Path) -> Result<Self, Failure> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| Failure::task("this is no database URL"))?;
        match Dialect::of_url(url) {
            Some(Dialect::Sqlite) => file(rest, base).map(Target::File),
            Some(Dialect::Postgresql) => server(rest).map(Target::Server),
            None => {
                let failure =
                    Failure::task(format!("`{scheme}` is no scheme of a dialect that Onramp knows"));
                let hint =
                    "a URL that begins with `sqlite` or `postgresql`, with a driver behind `+` if you like";
                Err(failure.hint(hint))
            }
        }
        .map(Self)
    }

    /// The SQLite database in a file, whatever letters its name has.
    pub fn of_file(path: PathBuf) -> Self {
        Self(Target::File(path))
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Target::File(_) => Dialect::Sqlite,
            Target::Server(_) => Dialect::Postgresql,
        }
    }

    /// How the database of a server is reached. Fails where there is no server, or one that must be spoken to in a
    /// way that Onramp does not know.
    pub(crate) fn connection(&self) -> Result<Connection, Failure> {
        let Target::Server(server) = &self.0 else {
            return Err(Failure::environment("this is no URL of a server"));
        };
        unencrypted(server)?;
        let user = server.user.clone().ok_or_else(|| Failure::environment("the URL names no user"))?;
        Ok(Connection {
            password: server.password.clone().unwrap_or_default(),
            host: server.host.clone(),
            port: server.port,
            database: server.database.clone().unwrap_or_else(|| user.clone()),
            socket: if server.host.starts_with('/') { server.host.clone().into() } else { PathBuf::new() },
            user,
        })
    }

    /// Connects in order to read: a file must be there, and is not written to. No failure holds a password.
    pub fn reader(&self) -> Result<Client, Failure> {
        let named = |failure: Failure| failure.context(self);
        match &self.0 {
            Target::File(path) => open_file(path).map_err(named),
            Target::Server(server) => connect(server).map_err(named),
        }
    }
}

/// The URL of a file without driver, or of a server without password and parameters.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::File(path) => write!(f, "{}", path.display()),
            Target::Server(Server { user, host, port, database, .. }) => {
                f.write_str("postgresql://")?;
                if let Some(user) = user {
                    write!(f, "{user}@")?;
                }
                write!(f, "{host}:{port}/{}", database.as_deref().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Masks the password of a URL from now on, as it is written there and as it is meant.
pub fn hide_password(url: &str, secrets: &Secrets) {
    let in_query = parameters(url).find(|(name, _)| *name == "password").map(|(_, value)| value);
    for password in password_of(url).into_iter().chain(in_query) {
        secrets.add(password);
        secrets.add(&percent_decode(password));
    }
}

fn open_file(path: &Path) -> Result<Client, Failure> {
    if !path.is_file() {
        return Err(Failure::task("there is no such file"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    rusqlite::Connection::open_with_flags(path, flags).map(Client::Sqlite).map_err(sqlite_failure)
}

/// To connect without would send the password in the clear, against the wish of who wrote the URL.
fn unencrypted(server: &Server) -> Result<(), Failure> {
    match &server.encryption {
        Some(encryption) => {
            Err(Failure::environment(format!("`{encryption}` asks for TLS, which Onramp does not speak")))
        }
        None => Ok(()),
    }
}

fn connect(server: &Server) -> Result<Client, Failure> {
    unencrypted(server)?;
    let mut config = config(&server.host, server.port);
    if let Some(user) = &server.user {
        config.user(user);
    }
    if let Some(password) = &server.password {
        config.password(password);
    }
    if let Some(database) = &server.database {
        config.dbname(database);
    }
    Ok(Client::Postgresql(Box::new(connect::connect(config)?)))
}

/// The path in what follows `sqlite://`. SQLAlchemy takes it literally: nothing in it is encoded.
fn file(rest: &str, base: &Path) -> Result<PathBuf, Failure> {
    let path = rest.split('?').next().unwrap_or_default().strip_prefix('/').unwrap_or_default();
    if path.is_empty() || path == ":memory:" {
        return Err(Failure::task("the URL names no file")
            .hint("sqlite:///relative/path or sqlite:////absolute/path"));
    }
    Ok(base.join(path))
}

fn server(rest: &str) -> Result<Server, Failure> {
    let address = rest.split('?').next().unwrap_or_default();
    let (authority, database) = address.split_once('/').unwrap_or((address, ""));
    let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let some = |text: &str| (!text.is_empty()).then(|| percent_decode(text));
    let (host, port) = host_and_port(place)?;
    let mut server = Server {
        user: some(user),
        password: some(password),
        host: host.map(percent_decode).unwrap_or_default(),
        port: port.unwrap_or(PORT),
        database: some(database),
        encryption: None,
    };
    for (name, value) in parameters(rest) {
        match name {
            "host" if value.starts_with('/') || value.starts_with("%2F") => {
                server.host = percent_decode(value)
            }
            "host" => {
                let (host, port) = host_and_port(value)?;
                server.host = host.map(percent_decode).unwrap_or_default();
                server.port = port.unwrap_or(server.port);
            }
            "port" => {
                server.port = value.parse().map_err(|_| Failure::task("the URL's port is no number"))?
            }
            "user" => server.user = some(value),
            "password" => server.password = some(value),
            "dbname" | "database" => server.database = some(value),
            "sslmode" | "ssl" if ["require", "verify-ca", "verify-full", "true"].contains(&value) => {
                server.encryption = Some(format!("{name}={value}"));
            }
            // The driver's own.
            _ => {}
        }
    }
    if server.host.is_empty() {
        server.host = "localhost".to_owned();
    }
    Ok(server)
}

/// The parts of `host:port`, `[::1]:port`, `host` or `:port`.
fn host_and_port(place: &str) -> Result<(Option<&str>, Option<u16>), Failure> {
    let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or_default()),
        None => place.rsplit_once(':').unwrap_or((place, "")),
    };
    let port =
        (!port.is_empty()).then(|| port.parse().map_err(|_| Failure::task("the URL's port is no number")));
    Ok(((!host.is_empty()).then_some(host), port.transpose()?))
}

/// The parameters behind the question mark, as they are written.
fn parameters(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|parameter| parameter.split_once('='))
}

/// The password in `scheme://user:password@host/database`, as it is written.
fn password_of(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split(['/', '?']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password).filter(|password| !password.is_empty())
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = others.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        match DatabaseUrl::parse(url, Path::new("/base")) {
            Ok(url) => format!("{} {url}", url.dialect()),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn every_way_to_name_a_database_is_understood() {
        let pairs = [
            ("sqlite:///a/b.db", "sqlite /base/a/b.db"),
            ("sqlite+aiosqlite:////tmp/a b.db?timeout=3", "sqlite /tmp/a b.db"),
            ("sqlite://", "the URL names no file"),
            ("sqlite:///:memory:", "the URL names no file"),
            ("postgresql+asyncpg://u:p%40w@h:5/d", "postgresql postgresql://u@h:5/d"),
            ("postgres://u@[::1]/d", "postgresql postgresql://u@::1:5432/d"),
            ("postgresql:///d?host=/tmp/x&port=7&user=u", "postgresql postgresql://u@/tmp/x:7/d"),
            (
                "postgresql://u:p@%2Ftmp%2Fx:5432/d?prepared_statement_cache_size=0",
                "postgresql postgresql://u@/tmp/x:5432/d",
            ),
            ("postgresql://u@/d?host=h:6", "postgresql postgresql://u@h:6/d"),
            ("postgresql://h:x/d", "the URL's port is no number"),
            ("mysql://u:p@h/d", "`mysql` is no scheme of a dialect that Onramp knows"),
            ("plain", "this is no database URL"),
        ];
        for (url, expected) in pairs {
            assert_eq!(read(url), expected, "{url}");
        }
    }

    #[test]
    fn passwords_are_hidden_as_written_and_as_meant() {
        let secrets = Secrets::new();
        hide_password("postgresql+asyncpg://u:p%40wd@h:5/d?password=other", &secrets);
        hide_password("sqlite:////tmp/a@bcde:fghi.db", &secrets);
        assert_eq!(secrets.mask("p%40wd p@wd other bcde fghi.db"), "*** *** *** bcde fghi.db");
        let url = DatabaseUrl::parse("postgresql://u:hidden@h/d", Path::new("/")).expect("a URL");
        assert_eq!(format!("{url:?}"), "DatabaseUrl(postgresql://u@h:5432/d)");
    }

    #[test]
    fn percent_signs_that_encode_nothing_stay() {
        assert_eq!(percent_decode("p%40w%zz%4"), "p@w%zz%4");
    }

    #[test]
    fn a_url_that_asks_for_encryption_is_not_followed_in_the_clear() {
        let url =
            DatabaseUrl::parse("postgresql://u:hidden@h/d?sslmode=require", Path::new("/")).expect("a URL");
        let failure = url.reader().err().expect("no connection").to_string();
        assert_eq!(
            failure,
            "postgresql://u@h:5432/d: `sslmode=require` asks for TLS, which Onramp does not speak"
        );
    }
}
