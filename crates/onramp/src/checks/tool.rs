use onramp_config::{Tool, VersionRequirement};
use semver::Version;

use super::{Finding, remedy};
use crate::checkout::Checkout;
use crate::probes::{self, ProbeError, Probes};
use crate::session::Session;

/// Looks for a tool on the `PATH` of the checkout's commands, and asks it what the configuration wants to
/// know. `None` if it was interrupted while it was asked, because that says nothing about it.
pub(super) fn find(session: &Session, checkout: &Checkout, tool: &Tool, probes: &Probes) -> Option<Finding> {
    let environment = &checkout.environment;
    let missing = |problem: String| Some(missing(session, checkout, tool, problem));
    let Ok(path) = environment.find_program(tool.program.as_ref(), &checkout.root) else {
        return missing(format!("`{}` not found on PATH", tool.program));
    };
    let launcher = &session.launcher;
    let Some(required) = &tool.version else {
        // A probe that is not asked for a version is asked whether all is well, which may change at any time.
        let asked = tool.probe.as_ref();
        return match asked.map(|probe| probes::ask_anew(launcher, probe, &checkout.root, environment)) {
            None | Some(Ok(_)) => Some(Finding::Fine { detail: path.display().to_string() }),
            Some(Err(ProbeError::Failed(reason))) => missing(reason),
            Some(Err(ProbeError::Cancelled)) => None,
        };
    };
    let probe = tool.probe.clone().unwrap_or_else(|| vec![tool.program.clone(), "--version".to_owned()]);
    let answer = match probes.ask(launcher, &probe, &checkout.root, environment) {
        Ok(answer) => answer,
        Err(ProbeError::Failed(reason)) => return missing(format!("its version is unknown: {reason}")),
        Err(ProbeError::Cancelled) => return None,
    };
    match version_in(&answer) {
        None => missing(format!("`{}` printed no version", shell_words::join(&probe))),
        Some(found) if required.requirement.matches(&found) => {
            Some(Finding::Fine { detail: format!("{found} at {}", path.display()) })
        }
        Some(found) => missing(mismatch(&found, required, &path)),
    }
}

fn mismatch(found: &Version, required: &VersionRequirement, path: &std::path::Path) -> String {
    format!("found {found} at {}, needs {}", path.display(), required.text)
}

fn missing(session: &Session, checkout: &Checkout, tool: &Tool, problem: String) -> Finding {
    if tool.optional {
        return Finding::Absent { detail: problem };
    }
    Finding::Problem { problem, remedies: remedy::remedies(session, checkout, &tool.fix) }
}

/// The first thing in a text that looks like a version: numbers joined by dots. What is missing of the three
/// is zero, what is more than three is dropped.
fn version_in(text: &str) -> Option<Version> {
    let candidates = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let mut bare_number = None;
    for candidate in candidates {
        let parts: Vec<u64> =
            candidate.trim_matches('.').split('.').map_while(|part| part.parse().ok()).collect();
        let version = |parts: &[u64]| {
            let part = |place: usize| parts.get(place).copied().unwrap_or(0);
            Version::new(part(0), part(1), part(2))
        };
        match parts.len() {
            0 => {}
            1 => bare_number = bare_number.or(Some(version(&parts))),
            _ => return Some(version(&parts)),
        }
    }
    bare_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        for (text, version) in [
            ("Python 3.11.7", "3.11.7"),
            ("v20.20.2\n", "20.20.2"),
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18.0"),
            ("cargo 1.95.0 (f2d3ce0bd 2026-03-21)", "1.95.0"),
            ("git version 2.39.5.windows.1", "2.39.5"),
            ("tool 9", "9.0.0"),
            ("x86 tool 2.1", "2.1.0"),
        ] {
            assert_eq!(version_in(text).unwrap().to_string(), version, "{text}");
        }
        assert_eq!(version_in("no number"), None);
    }
}
