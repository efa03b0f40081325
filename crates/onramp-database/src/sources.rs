use onramp_core::Failure;
use onramp_exec::Launcher;

use crate::postgresql::{Binaries, given, unusable};
use crate::{DatabasesSpec, Source};

/// What was seen of one source of servers.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The source.
    pub source: Source,
    /// What is there: `PostgreSQL 15.18 of /usr/lib/postgresql/15/bin`; else why it would not be taken.
    pub found: Result<String, Failure>,
}

/// Looks at all sources of PostgreSQL servers, in the order in which they would be taken, and starts none. The first
/// with something in it would be taken.
pub fn sources(launcher: &Launcher, spec: &DatabasesSpec) -> Vec<Sight> {
    let wanted = spec.server.source;
    let look = |source: Source, found: &dyn Fn() -> Result<String, Failure>| Sight {
        source,
        found: match wanted.allows(source) {
            true => found(),
            false => Err(Failure::environment(format!("the configuration asks for `{}`", wanted.name()))),
        },
    };
    vec![
        look(Source::Url, &|| url(launcher, spec)),
        look(Source::Container, &|| container(spec)),
        look(Source::Local, &|| local(launcher, spec)),
    ]
}

fn url(launcher: &Launcher, spec: &DatabasesSpec) -> Result<String, Failure> {
    let variable = &spec.server.url_env;
    let connection = given(&spec.environment, &spec.server, launcher.secrets())?
        .ok_or_else(|| Failure::environment(format!("{variable} is not set")))?;
    connection.connected().map_err(|failure| unusable(failure, &spec.server))?;
    Ok(format!("{}:{}, from {variable}", connection.host, connection.port))
}

#[cfg(feature = "containers")]
fn container(spec: &DatabasesSpec) -> Result<String, Failure> {
    use onramp_containers::{Endpoint, Engine};
    crate::postgresql::suits_containers(spec.server.listen)?;
    let engine = Engine::find(&Endpoint::candidates(&crate::postgresql::surroundings(&spec.environment)))?;
    let image = &spec.server.image;
    let presence = if engine.has_image(image)? { "" } else { ", which has to be pulled," };
    Ok(format!("`{image}`{presence} in {engine}"))
}

#[cfg(not(feature = "containers"))]
fn container(_spec: &DatabasesSpec) -> Result<String, Failure> {
    Err(Failure::environment("this program was built without the feature `containers`"))
}

fn local(launcher: &Launcher, spec: &DatabasesSpec) -> Result<String, Failure> {
    let binaries = Binaries::find(launcher, &spec.environment, &spec.server.binaries)?;
    binaries.require(spec.server.minimum_version)?;
    Ok(format!("PostgreSQL {} of {}", binaries.version(), binaries.folder().display()))
}
