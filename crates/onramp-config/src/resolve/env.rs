use super::Context;
use super::paths::file;
use super::templates::{Allowed, check, expand_all};
use crate::config::{Container, Env, Nix, Provider};
use crate::file::{ContainerSection, EnvSection};
use crate::pattern::Pattern;
use crate::placeholder::Values;
use crate::spot::Spot;

const ALLOWED: Allowed<'_> = Allowed::words(&["root"]);

pub(crate) fn resolve(cx: &Context<'_>, section: &EnvSection) -> Env {
    let spot = Spot::root().key("env");
    let values = Values::new().with("root", cx.root.to_string_lossy());
    let container =
        section.container.as_ref().and_then(|section| container(cx, &spot.key("container"), section));
    if section.provider == Provider::Container && section.container.is_none() {
        let hint = "add `container = { service = \"dev\" }`, or `image` or `dockerfile`".to_owned();
        let message = "provider `container` needs to know the container";
        cx.report(&spot.key("provider"), message, Some(hint));
    }
    if section.nix.flake.trim().is_empty() {
        cx.report(&spot.key("nix").key("flake"), "empty flake reference", None);
    }
    let path = section.path.iter().enumerate().map(|(index, text)| {
        let spot = spot.key("path").item(index);
        if text.is_empty() {
            cx.report(&spot, "empty path", None);
        }
        check(cx, &spot, text, ALLOWED);
        cx.root.join(values.expand(text).unwrap_or_default())
    });
    Env {
        provider: section.provider,
        nix: Nix { flake: section.nix.flake.clone() },
        container,
        path: path.collect(),
        vars: expand_all(cx, &spot.key("vars"), &section.vars, &values, ALLOWED),
        unset: variables(cx, &spot.key("unset"), &section.unset),
        reads: variables(cx, &spot.key("reads"), &section.reads),
        secrets: variables(cx, &spot.key("secrets"), &section.secrets),
    }
}

fn container(cx: &Context<'_>, spot: &Spot, section: &ContainerSection) -> Option<Container> {
    let named = |key: &str, text: &str| {
        if text.trim().is_empty() {
            cx.report(&spot.key(key), format!("empty `{key}`"), None);
        }
    };
    match (&section.service, &section.image, &section.dockerfile) {
        (Some(service), None, None) => {
            named("service", service);
            Some(Container::Service(service.clone()))
        }
        (None, Some(image), None) => {
            named("image", image);
            Some(Container::Image(image.clone()))
        }
        (None, None, Some(path)) => Some(Container::Dockerfile(file(cx, &spot.key("dockerfile"), path))),
        _ => {
            cx.report(spot, "expected exactly one of `service`, `image` and `dockerfile`", None);
            None
        }
    }
}

/// The names of environment variables, each reported that cannot be one.
pub(super) fn variables(cx: &Context<'_>, spot: &Spot, names: &[String]) -> Vec<String> {
    for (index, name) in names.iter().enumerate() {
        if !Pattern::Variable.accepts(name) {
            let message = format!("`{name}` is not {}", Pattern::Variable.noun());
            let hint = format!("use {}", Pattern::Variable.rule());
            cx.report(&spot.item(index), message, Some(hint));
        }
    }
    names.to_vec()
}
