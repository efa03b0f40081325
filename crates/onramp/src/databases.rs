//! From the configuration to the plain specs of databases.

use std::time::Duration;

use onramp_config::{Database, DialectConfig, ServerSource};
use onramp_database::{DatabasesSpec, Keep, Listen, Place, Remote, ServerSpec, Source};

use crate::Error;
use crate::checkout::Checkout;
use crate::commands::keep_server;
use crate::env_vars;
use crate::session::Session;

/// How long a server lives on when no command uses it, where nobody says anything else.
const KEEP_WARM: Duration = Duration::from_secs(10 * 60);

/// What the databases of a dialect need.
pub(crate) fn spec(
    session: &Session,
    checkout: &Checkout,
    database: &Database,
    dialect: &DialectConfig,
) -> Result<DatabasesSpec, Error> {
    Ok(DatabasesSpec {
        place: place(session, checkout),
        environment: checkout.environment.clone(),
        server: server(dialect),
        keep: keep(session, database)?,
        log: None,
    })
}

/// What is needed to look after all servers of the workspace one stands in, whether or not its configuration has a dialect
/// that needs one.
pub(crate) fn spec_of_servers(session: &Session) -> Result<DatabasesSpec, Error> {
    let checkout = session.workspace();
    let database = checkout.config.database.as_ref();
    let with_server = database.and_then(|database| {
        let dialect = database.dialects.iter().find(|dialect| dialect.server.is_some())?;
        Some((database, dialect))
    });
    match with_server {
        Some((database, dialect)) => spec(session, checkout, database, dialect),
        None => Ok(DatabasesSpec {
            place: place(session, checkout),
            environment: checkout.environment.clone(),
            server: ServerSpec::default(),
            keep: Keep::default(),
            log: None,
        }),
    }
}

/// Where the databases of a workspace lie.
pub(crate) fn place(session: &Session, checkout: &Checkout) -> Place {
    Place {
        state: checkout.state.directory().to_path_buf(),
        workspace: checkout.root.clone(),
        temporary: session.temporary.clone(),
    }
}

/// The server of a dialect.
pub(crate) fn server(dialect: &DialectConfig) -> ServerSpec {
    let Some(server) = &dialect.server else { return ServerSpec::default() };
    let templates = std::iter::once(&dialect.url).chain(dialect.env.values());
    ServerSpec {
        source: match server.source {
            ServerSource::Auto => Source::Auto,
            ServerSource::Url => Source::Url,
            ServerSource::Container => Source::Container,
            ServerSource::Local => Source::Local,
        },
        url_env: server.url_env.clone(),
        remote: if server.remote { Remote::Allowed } else { Remote::Refused },
        image: server.image.clone(),
        memory: None,
        binaries: Vec::new(),
        minimum_version: server.min_version,
        listen: Listen::for_templates(templates.map(String::as_str)),
        port: server.port,
    }
}

/// How long servers live, and what keeps them.
pub(crate) fn keep(session: &Session, database: &Database) -> Result<Keep, Error> {
    let variable = |name: &str| session.origin.environment.get(name).and_then(|value| value.to_str());
    let asked = match variable(env_vars::ONRAMP_KEEP_WARM).filter(|text| !text.is_empty()) {
        Some(text) => {
            let wrong =
                || Error::usage(format!("{}={text} is not a length of time", env_vars::ONRAMP_KEEP_WARM));
            Some(
                onramp_config::parse_duration(text)
                    .ok_or_else(|| wrong().hint("10m, or 0s for not at all"))?,
            )
        }
        None => database.keep_warm,
    };
    let in_ci = variable(env_vars::CI).is_some_and(|value| !value.is_empty());
    let idle = asked.unwrap_or(if in_ci { Duration::ZERO } else { KEEP_WARM });
    // Without a way to start itself again it keeps nothing.
    let program = std::env::current_exe().ok();
    let keeper = program.into_iter().flat_map(|program| [program.into_os_string(), keep_server::NAME.into()]);
    Ok(Keep { keeper: keeper.collect(), idle })
}
