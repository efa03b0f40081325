use std::collections::HashMap;

use super::Context;
use super::commands::{Runner, command};
use super::globs::globs;
use super::needs::{Known, service_needs};
use super::paths::folder;
use super::templates::{Allowed, check, check_all};
use crate::config::{Ready, Service};
use crate::file::{ConfigFile, ReadySection, ServiceSection};
use crate::spot::Spot;

const WITHOUT_PORT: Allowed<'_> = Allowed::words(&["root", "dir"]);
const WITH_PORT: Allowed<'_> = Allowed::words(&["root", "dir", "port"]);

pub(crate) fn resolve(cx: &Context<'_>, file: &ConfigFile, known: &Known<'_>) -> Vec<Service> {
    let section = Spot::root().key("service");
    let mut ports: HashMap<u16, &str> = HashMap::new();
    let mut services = Vec::new();
    for name in cx.names(&section) {
        let (spot, Some(written)) = (section.key(name), file.service.get(name)) else {
            continue;
        };
        if let Some(port) = written.port
            && let Some(other) = ports.insert(port, name)
        {
            let message = format!("port {port} is the port of service `{other}` too");
            cx.report(&spot.key("port"), message, None);
        }
        services.push(service(cx, &spot, name, written, known));
    }
    services
}

fn service(
    cx: &Context<'_>,
    spot: &Spot,
    name: &str,
    section: &ServiceSection,
    known: &Known<'_>,
) -> Service {
    let has_port = section.port.is_some() || cx.is_filler(&spot.key("port"));
    let allowed = if has_port { WITH_PORT } else { WITHOUT_PORT };
    check_all(cx, &spot.key("env"), &section.env, allowed);
    let ready = section.ready.as_ref();
    Service {
        name: name.to_owned(),
        description: section.description.clone(),
        run: command(cx, &spot.key("run"), &section.run, Runner::of(section.shell), allowed),
        dir: folder(cx, &spot.key("dir"), &section.dir),
        port: section.port,
        ready: ready.and_then(|section| self::ready(cx, &spot.key("ready"), section, allowed, has_port)),
        watch: globs(cx, &spot.key("watch"), &section.watch),
        needs: service_needs(cx, &spot.key("needs"), &section.needs, known),
        env: section.env.clone(),
    }
}

fn ready(
    cx: &Context<'_>,
    spot: &Spot,
    section: &ReadySection,
    allowed: Allowed<'_>,
    has_port: bool,
) -> Option<Ready> {
    match (&section.http, &section.tcp, &section.command) {
        (Some(http), None, None) => {
            let spot = spot.key("http");
            check(cx, &spot, http, allowed);
            if http.starts_with('/') && !has_port {
                cx.report(&spot, "a path needs the `port` of the service", None);
            } else if !["/", "http://", "https://"].iter().any(|start| http.starts_with(start)) {
                cx.report(&spot, format!("`{http}` is neither a path nor a URL"), None);
            }
            Some(Ready::Http(http.clone()))
        }
        (None, Some(tcp), None) => {
            let spot = spot.key("tcp");
            check(cx, &spot, tcp, allowed);
            let port = tcp.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
            if port.is_none_or(|port| port != "{port}" && port.parse::<u16>().is_err()) {
                let hint = "for example `127.0.0.1:{port}`".to_owned();
                cx.report(&spot, format!("`{tcp}` is not of the form `HOST:PORT`"), Some(hint));
            }
            Some(Ready::Tcp(tcp.clone()))
        }
        (None, None, Some(text)) => {
            Some(Ready::Command(command(cx, &spot.key("command"), text, Runner::Program, allowed)))
        }
        _ => {
            cx.report(spot, "expected exactly one of `http`, `tcp` and `command`", None);
            None
        }
    }
}
