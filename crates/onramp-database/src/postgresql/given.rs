//! Servers that the user names by a URL.

use std::net::IpAddr;
use std::path::PathBuf;

use onramp_core::{Failure, Secrets};
use onramp_exec::Environment;
use postgres::Config;
use postgres::config::Host;

use super::Connection;
use crate::{Listen, Remote, ServerSpec};

/// The server that the user gives, if any, as the environment of the project's commands has it. Its password is
/// masked from now on. No failure has the URL in it.
pub(crate) fn given(
    environment: &Environment,
    spec: &ServerSpec,
    secrets: &Secrets,
) -> Result<Option<Connection>, Failure> {
    let url = environment.get(&spec.url_env).and_then(|url| url.to_str());
    let Some(url) = url.filter(|url| !spec.url_env.is_empty() && !url.trim().is_empty()) else {
        return Ok(None);
    };
    let named = |failure: Failure| failure.context(&spec.url_env);
    let connection = parse(url).map_err(named)?;
    secrets.add(&connection.password);
    secrets.add(url);
    if spec.remote == Remote::Refused && !is_local(&connection) {
        let message = format!("`{}` is another machine, and is left alone", connection.host);
        let hint = "remote = true, in [database.dialects.postgresql.server] of onramp.toml";
        return Err(named(Failure::environment(message).hint(hint)));
    }
    let is_socket = connection.host.starts_with('/');
    if spec.listen.wants_socket() && !is_socket || spec.listen == Listen::Loopback && is_socket {
        let message = "the server is reached in another way than the project's own URL says";
        let hint = "a URL with a host where `url` has {host} and {port}, and with a socket's folder where it has {socket}";
        return Err(named(Failure::environment(message).hint(hint)));
    }
    Ok(Some(connection))
}

fn parse(url: &str) -> Result<Connection, Failure> {
    let unusable = |why: &str| Failure::environment(format!("this is no URL of a PostgreSQL server: {why}"));
    let (scheme, rest) = url.trim().split_once("://").ok_or_else(|| unusable("it has no `://`"))?;
    let backend = scheme.split('+').next().unwrap_or_default();
    if !["postgresql", "postgres"].contains(&backend) {
        return Err(unusable("it does not begin with `postgresql`"));
    }
    let config: Config = format!("postgresql://{rest}").parse().map_err(|_| unusable("it cannot be read"))?;
    let [host] = config.get_hosts() else { return Err(unusable("it has not exactly one host")) };
    let (host, socket) = match host {
        Host::Tcp(host) => (host.clone(), PathBuf::new()),
        Host::Unix(folder) => (folder.to_string_lossy().into_owned(), folder.clone()),
    };
    let user = config.get_user().ok_or_else(|| unusable("it has no user"))?.to_owned();
    Ok(Connection {
        password: String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned(),
        host,
        port: config.get_ports().first().copied().unwrap_or(5432),
        database: config.get_dbname().unwrap_or(&user).to_owned(),
        user,
        socket,
    })
}

fn is_local(connection: &Connection) -> bool {
    let host = connection.host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |host: &str| host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    host.starts_with('/') || host == "localhost" || is_loopback(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, remote: Remote) -> Result<Option<Connection>, Failure> {
        let environment = Environment::new([("X".into(), url.into())]);
        let spec =
            ServerSpec { url_env: "X".to_owned(), remote, listen: Listen::Loopback, ..Default::default() };
        given(&environment, &spec, &Secrets::new())
    }

    #[test]
    fn a_url_of_this_machine_is_taken_whatever_its_driver() {
        for url in [
            "postgresql://app:p%40w@127.0.0.1:5433/shop",
            "postgresql+asyncpg://app:p%40w@localhost:5433/shop",
            "postgres://app:p%40w@[::1]:5433/shop",
        ] {
            let connection = read(url, Remote::Refused).unwrap().unwrap();
            assert_eq!((connection.user.as_str(), connection.password.as_str()), ("app", "p@w"));
            assert_eq!((connection.port, connection.database.as_str()), (5433, "shop"));
        }
        assert!(read(" ", Remote::Refused).unwrap().is_none());
    }

    #[test]
    fn another_machine_must_be_named_as_one_and_no_error_has_the_password() {
        let url = "postgresql://app:hidden@db.example.org/shop";
        let failure = read(url, Remote::Refused).err().unwrap();
        assert!(failure.message.contains("another machine"), "{failure}");
        assert!(read(url, Remote::Allowed).unwrap().is_some());
        for url in [url, "mysql://a:hidden@b/c", "postgresql://a:hidden@b:x/c", "hidden"] {
            let failure = read(url, Remote::Refused).err().unwrap();
            assert!(!failure.message.contains("hidden"), "{failure}");
        }
    }
}
