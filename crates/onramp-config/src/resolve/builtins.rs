use super::Context;
use crate::config::{Builtin, LineEndings};
use crate::file::{BuiltinEntry, BuiltinTable};
use crate::spot::Spot;
use crate::suggest::{did_you_mean, quoted};

/// Those that mend what they find.
const FIXERS: [&str; 4] = ["trailing-whitespace", "end-of-file", "line-endings", "byte-order-mark"];

const CHECKERS: [&str; 11] = [
    "merge-markers",
    "large-files",
    "case-conflicts",
    "broken-symlinks",
    "private-keys",
    "toml",
    "json",
    "yaml",
    "executables",
    "forbidden-branch",
    "commit-message",
];

/// The options that there are, each with the built-in that has it.
const OPTIONS: [(&str, &str); 7] = [
    ("hard-breaks", "trailing-whitespace"),
    ("target", "line-endings"),
    ("max", "large-files"),
    ("branches", "forbidden-branch"),
    ("conventional", "commit-message"),
    ("types", "commit-message"),
    ("max-subject", "commit-message"),
];

const TARGETS: [(&str, LineEndings); 3] =
    [("auto", LineEndings::Auto), ("lf", LineEndings::Lf), ("crlf", LineEndings::Crlf)];

/// So many bytes a file may have if nothing else is said.
const LARGE: u64 = 500 * 1024;

/// Which of the built-ins a section takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Those that mend.
    Fixers,
    /// All.
    All,
}

/// The built-ins of a section; `spot` is the list.
pub(super) fn builtins(
    cx: &Context<'_>,
    spot: &Spot,
    entries: &[BuiltinEntry],
    taken: Taken,
) -> Vec<Builtin> {
    if entries.is_empty() {
        cx.report(spot, "no built-in in the list", None);
    }
    let mut names: Vec<&str> = Vec::new();
    let mut builtins = Vec::new();
    for (index, BuiltinEntry(table)) in entries.iter().enumerate() {
        let spot = spot.item(index);
        let name = table.name.as_str();
        if !is_known(cx, &spot, name, taken) {
            continue;
        }
        if names.contains(&name) {
            cx.report(&spot, format!("`{name}` is in the list twice"), None);
        }
        names.push(name);
        check_options(cx, &spot, table);
        builtins.extend(builtin(cx, &spot, table));
    }
    builtins
}

fn is_known(cx: &Context<'_>, spot: &Spot, name: &str, taken: Taken) -> bool {
    // Of a table the value of `name`, of a string the string.
    let at = spot.key("name");
    if cx.is_filler(&at) || FIXERS.contains(&name) {
        return !cx.is_filler(&at);
    }
    match (CHECKERS.contains(&name), taken) {
        (true, Taken::All) => return true,
        (true, Taken::Fixers) => {
            let hint = format!("name it in a section `[lint.NAME]`; here are {}", quoted(FIXERS));
            cx.report(&at, format!("`{name}` checks and does not format"), Some(hint));
        }
        (false, _) => {
            let meant: Vec<&str> = match taken {
                Taken::Fixers => FIXERS.to_vec(),
                Taken::All => FIXERS.into_iter().chain(CHECKERS).collect(),
            };
            let hint = did_you_mean(name, FIXERS.into_iter().chain(CHECKERS))
                .unwrap_or_else(|| format!("known here: {}", quoted(meant)));
            cx.report(&at, format!("there is no built-in `{name}`"), Some(hint));
        }
    }
    false
}

/// Reports the options of other built-ins.
fn check_options(cx: &Context<'_>, spot: &Spot, table: &BuiltinTable) {
    let is_set = |option: &str| match option {
        "hard-breaks" => table.hard_breaks.is_some(),
        "target" => table.target.is_some(),
        "max" => table.max.is_some(),
        "branches" => table.branches.is_some(),
        "conventional" => table.conventional.is_some(),
        "types" => table.types.is_some(),
        _ => table.max_subject.is_some(),
    };
    for (option, owner) in OPTIONS {
        let at = spot.key(option);
        if owner != table.name && is_set(option) && !cx.is_filler(&at) {
            let own: Vec<&str> =
                OPTIONS.iter().filter(|(_, owner)| *owner == table.name).map(|(option, _)| *option).collect();
            let hint = match own.as_slice() {
                [] => format!("`{}` has no options", table.name),
                own => format!("`{}` has {}", table.name, quoted(own.iter().copied())),
            };
            cx.report_key(&at, format!("`{option}` is an option of `{owner}`"), Some(hint));
        }
    }
    if table.types.is_some() && table.conventional != Some(true) && table.name == "commit-message" {
        let hint = "add `conventional = true`".to_owned();
        cx.report_key(&spot.key("types"), "`types` has no meaning without `conventional`", Some(hint));
    }
}

fn builtin(cx: &Context<'_>, spot: &Spot, table: &BuiltinTable) -> Option<Builtin> {
    Some(match table.name.as_str() {
        "trailing-whitespace" => {
            Builtin::TrailingWhitespace { hard_breaks: table.hard_breaks.unwrap_or(true) }
        }
        "end-of-file" => Builtin::EndOfFile,
        "line-endings" => Builtin::LineEndings(target(cx, &spot.key("target"), table.target.as_deref())),
        "byte-order-mark" => Builtin::ByteOrderMark,
        "merge-markers" => Builtin::MergeMarkers,
        "large-files" => Builtin::LargeFiles { max: max(cx, &spot.key("max"), table.max.as_deref()) },
        "case-conflicts" => Builtin::CaseConflicts,
        "broken-symlinks" => Builtin::BrokenSymlinks,
        "private-keys" => Builtin::PrivateKeys,
        "toml" => Builtin::Toml,
        "json" => Builtin::Json,
        "yaml" => Builtin::Yaml,
        "executables" => Builtin::Executables,
        "forbidden-branch" => Builtin::ForbiddenBranch {
            branches: table.branches.clone().unwrap_or_else(|| vec!["main".to_owned(), "master".to_owned()]),
        },
        "commit-message" => Builtin::CommitMessage {
            conventional: table.conventional.unwrap_or_default(),
            max_subject: table.max_subject.and_then(|number| usize::try_from(number).ok()),
            types: table.types.clone().unwrap_or_default(),
        },
        _ => return None,
    })
}

fn target(cx: &Context<'_>, spot: &Spot, text: Option<&str>) -> LineEndings {
    let Some(text) = text.filter(|_| !cx.is_filler(spot)) else { return LineEndings::Auto };
    let known = TARGETS.iter().find(|(name, _)| *name == text);
    if known.is_none() {
        let names = || TARGETS.iter().map(|(name, _)| *name);
        cx.report(
            spot,
            format!("expected one of {}, found `{text}`", quoted(names())),
            did_you_mean(text, names()),
        );
    }
    known.map_or(LineEndings::Auto, |(_, target)| *target)
}

fn max(cx: &Context<'_>, spot: &Spot, text: Option<&str>) -> u64 {
    let Some(text) = text.filter(|_| !cx.is_filler(spot)) else { return LARGE };
    bytes(text).unwrap_or_else(|| {
        let hint = "write for example `500KiB`, `1MiB` or `2MB`".to_owned();
        cx.report(spot, format!("`{text}` is not a size"), Some(hint));
        LARGE
    })
}

/// Reads a size such as `500KiB`.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim_start() {
        "B" => 1,
        "kB" | "KB" => 1_000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, number) in [
            ("0B", Some(0)),
            ("500KiB", Some(512_000)),
            ("1 MiB", Some(1 << 20)),
            ("2MB", Some(2_000_000)),
            ("500", None),
            ("KiB", None),
            ("-1B", None),
            ("1.5MB", None),
            ("99999999999999999999B", None),
            ("99999999999GiB", None),
        ] {
            assert_eq!(bytes(text), number, "{text}");
        }
    }
}
