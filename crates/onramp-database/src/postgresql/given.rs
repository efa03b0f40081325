//! Servers that the user names by a URL.

use std::net::IpAddr;
use std::path::Path;

use onramp_core::{Failure, FailureKind, Secrets};
use onramp_exec::Environment;

use super::Connection;
use crate::{DatabaseUrl, Listen, Remote, ServerSpec, Source, hide_password};

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
    let named =
        |failure: Failure| Failure { kind: FailureKind::Environment, ..failure.context(&spec.url_env) };
    let misread = |failure: Failure| {
        let example = || format!("export {}=postgresql://USER:PASSWORD@HOST:PORT/DATABASE", spec.url_env);
        Failure { hint: failure.hint.clone().or_else(|| Some(example())), ..named(failure) }
    };
    secrets.add(url);
    hide_password(url, secrets);
    let parsed = DatabaseUrl::parse(url.trim(), Path::new("/")).and_then(|url| url.connection());
    let connection = parsed.map_err(misread)?;
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

/// Why the server that the user gives cannot be used, with what to do about it.
pub(crate) fn unusable(failure: Failure, spec: &ServerSpec) -> Failure {
    let variable = &spec.url_env;
    let instead = match spec.source {
        Source::Auto => format!("unset {variable}"),
        _ => format!("export {variable}=postgresql://USER:PASSWORD@HOST:PORT/DATABASE"),
    };
    let failure = Failure { kind: FailureKind::Environment, ..failure.context(variable) };
    failure.hint(format!("start the server that {variable} names, or {instead}"))
}

/// Why scripts of strangers cannot be run on the server that the user gives.
pub(crate) fn without_guests(failure: Failure, spec: &ServerSpec) -> Failure {
    if failure.kind != FailureKind::Environment {
        return failure;
    }
    let variable = &spec.url_env;
    let hint = match spec.source {
        Source::Auto => format!("unset {variable}, and a server of Onramp's own is started"),
        _ => "source = \"local\", in [database.dialects.postgresql.server] of onramp.toml".to_owned(),
    };
    failure.context(format!("{variable}: scripts of strangers are not run on this server")).hint(hint)
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
        let others = [
            "mysql://a:hidden@b/c",
            "postgresql://a:hidden@b:x/c",
            "postgresql://a:hidden@b/c?sslmode=require",
            "hidden",
        ];
        for url in others.into_iter().chain([url]) {
            let failure = read(url, Remote::Refused).err().unwrap();
            assert!(!failure.message.contains("hidden"), "{failure}");
        }
    }
}
