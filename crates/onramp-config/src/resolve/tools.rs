use super::Context;
use super::commands::argv;
use super::version::requirement;
use crate::config::{Fix, Tool, VersionRequirement};
use crate::file::{ConfigFile, FixSection, ToolSection};
use crate::spot::Spot;

pub(crate) fn resolve(cx: &Context<'_>, file: &ConfigFile) -> Vec<Tool> {
    let section = Spot::root().key("tools");
    let written = cx.names(&section).into_iter();
    written.filter_map(|name| Some(tool(cx, &section.key(name), name, file.tools.get(name)?))).collect()
}

fn tool(cx: &Context<'_>, spot: &Spot, name: &str, section: &ToolSection) -> Tool {
    let program = section.program.clone().unwrap_or_else(|| name.to_owned());
    if program.trim().is_empty() {
        cx.report(&spot.key("program"), "empty program name", None);
    }
    let version = section.version.as_deref().and_then(|text| version(cx, &spot.key("version"), text));
    let probe = match &section.probe {
        Some(text) => Some(argv(cx, &spot.key("probe"), text)),
        None => version.is_some().then(|| vec![program.clone(), "--version".to_owned()]),
    };
    Tool {
        name: name.to_owned(),
        program,
        version,
        probe,
        gate: section.gate,
        optional: section.optional,
        why: section.why.clone(),
        fix: fix(cx, &spot.key("fix"), &section.fix),
    }
}

fn version(cx: &Context<'_>, spot: &Spot, text: &str) -> Option<VersionRequirement> {
    match requirement(text) {
        Ok(requirement) => Some(VersionRequirement { text: text.to_owned(), requirement }),
        Err(error) => {
            let hint = "write for example `>=3.10`, `>=18, <23` or `20`".to_owned();
            cx.report(spot, format!("`{text}` is not a version requirement: {error}"), Some(hint));
            None
        }
    }
}

fn fix(cx: &Context<'_>, spot: &Spot, section: &FixSection) -> Fix {
    let packages = |key: &str, text: &Option<String>| -> Vec<String> {
        let Some(text) = text else {
            return Vec::new();
        };
        if text.trim().is_empty() {
            cx.report(&spot.key(key), "no package is named", None);
        }
        text.split_whitespace().map(str::to_owned).collect()
    };
    Fix {
        apt: packages("apt", &section.apt),
        brew: packages("brew", &section.brew),
        nix: packages("nix", &section.nix),
        pip: packages("pip", &section.pip),
        npm: packages("npm", &section.npm),
        command: section.command.as_ref().map(|text| argv(cx, &spot.key("command"), text)),
    }
}
