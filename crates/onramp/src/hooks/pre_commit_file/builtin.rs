//! The checks of `repo: builtin`, where those of Onramp do the same.

use std::fs;
use std::path::{Path, PathBuf};

use onramp_builtins::{
    Action, Builtin, File, Finding, ForbiddenBranch, Kind, LineEndings, Walk, check, walk,
};
use onramp_core::{Failure, Stream};

use crate::context::TaskContext;
use crate::words::count;

/// The built-in that does what a hook does with these arguments; `None` where there is none, or it does less or more.
pub(super) fn counterpart(id: &str, args: &[String]) -> Option<Builtin> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let value = |names: [&str; 2], words: &[&str]| match words {
        [word] => names.iter().find_map(|name| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned)),
        [name, value] if names.contains(name) => Some((*value).to_owned()),
        _ => None,
    };
    match (id, args.as_slice()) {
        ("trailing-whitespace", []) => Some(Builtin::TrailingWhitespace { hard_breaks: false }),
        ("trailing-whitespace", ["--markdown-linebreak-ext=md"]) => {
            Some(Builtin::TrailingWhitespace { hard_breaks: true })
        }
        ("end-of-file-fixer", []) => Some(Builtin::EndOfFile),
        ("fix-byte-order-marker", []) => Some(Builtin::ByteOrderMark),
        ("mixed-line-ending", []) => Some(Builtin::LineEndings(LineEndings::Auto)),
        ("mixed-line-ending", words) => match value(["--fix", "-f"], words)?.as_str() {
            "auto" => Some(Builtin::LineEndings(LineEndings::Auto)),
            "lf" => Some(Builtin::LineEndings(LineEndings::Lf)),
            "crlf" => Some(Builtin::LineEndings(LineEndings::Crlf)),
            _ => None,
        },
        // Without it only the files of a merge are looked at.
        ("check-merge-conflict", ["--assume-in-merge"]) => Some(Builtin::MergeMarkers),
        // Without it only files that are new are looked at.
        ("check-added-large-files", ["--enforce-all"]) => Some(Builtin::LargeFiles { max: 500 * 1024 }),
        ("check-added-large-files", ["--enforce-all", words @ ..] | [words @ .., "--enforce-all"]) => {
            let kib: u64 = value(["--maxkb", "--maxkb"], words)?.parse().ok()?;
            Some(Builtin::LargeFiles { max: kib.checked_mul(1024)? })
        }
        ("check-symlinks", []) => Some(Builtin::BrokenSymlinks),
        ("detect-private-key", []) => Some(Builtin::PrivateKeys),
        ("check-executables-have-shebangs", []) => Some(Builtin::Executables),
        ("check-toml", []) => Some(Builtin::Toml),
        ("check-json", []) => Some(Builtin::Json),
        // Without it a file has one document.
        ("check-yaml", ["-m" | "--multi" | "--allow-multiple-documents"]) => Some(Builtin::Yaml),
        ("no-commit-to-branch", []) => Some(Builtin::ForbiddenBranch(ForbiddenBranch::default())),
        ("no-commit-to-branch", words) => {
            let named = words.chunks(2).map(|words| value(["--branch", "-b"], words));
            let branches = named.collect::<Option<Vec<String>>>()?;
            let is_plain = branches.iter().all(|branch| !branch.contains(['*', '?', '[', '{']));
            is_plain.then_some(Builtin::ForbiddenBranch(ForbiddenBranch { branches }))
        }
        _ => None,
    }
}

/// Has a built-in mend or check files, which are relative to the root.
pub(super) fn run(
    context: &TaskContext<'_>,
    builtin: &Builtin,
    root: &Path,
    files: &[PathBuf],
    branch: Option<&str>,
) -> Result<(), Failure> {
    let findings = match builtin {
        Builtin::ForbiddenBranch(forbidden) => {
            return match branch.filter(|branch| forbidden.forbids(branch).is_some()) {
                Some(branch) => Err(Failure::task(format!("the branch `{branch}` takes no commits"))
                    .hint("git switch -c NAME")),
                None => Ok(()),
            };
        }
        Builtin::Toml => of_syntax(context, builtin, "toml", root, files)?,
        Builtin::Json => of_syntax(context, builtin, "json", root, files)?,
        Builtin::Yaml => of_syntax(context, builtin, "yaml", root, files)?,
        _ => of_walk(context, builtin, root, files)?,
    };
    let lines = context.lines();
    for finding in &findings {
        let numbers = [finding.line, finding.column].into_iter().flatten();
        let place: String = numbers.map(|number| format!(":{number}")).collect();
        let path = finding.path.display();
        lines.line(Stream::Stdout, &format!("{path}{place}: {} [{}]", finding.message, finding.code));
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure::task(count(findings.len(), "problem"))) }
}

fn of_walk(
    context: &TaskContext<'_>,
    builtin: &Builtin,
    root: &Path,
    files: &[PathBuf],
) -> Result<Vec<Finding>, Failure> {
    let cancel = context.launcher.cancel();
    let report = walk(&Walk {
        root,
        files,
        names: &[],
        builtins: std::slice::from_ref(builtin),
        action: Action::Fix,
        threads: 1,
        is_over: &|| cancel.is_requested(),
    });
    context.check_cancelled()?;
    match report.troubles.into_iter().next() {
        Some((path, error)) => Err(unreadable(&path, &error)),
        None => Ok(report.findings),
    }
}

/// The hook decides which files have the syntax, and not their names.
fn of_syntax(
    context: &TaskContext<'_>,
    builtin: &Builtin,
    ending: &str,
    root: &Path,
    files: &[PathBuf],
) -> Result<Vec<Finding>, Failure> {
    let name = Path::new("file").with_extension(ending);
    let mut findings = Vec::new();
    for path in files {
        context.check_cancelled()?;
        let bytes = fs::read(root.join(path)).map_err(|error| unreadable(path, &error))?;
        let file = File { path: &name, bytes: &bytes, kind: Kind::Regular };
        let found = check(std::slice::from_ref(builtin), &file);
        findings.extend(found.into_iter().map(|finding| Finding { path: path.clone(), ..finding }));
    }
    Ok(findings)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("{} cannot be read or changed: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, args: &str, expected: Option<Builtin>) {
        let args = shell_words::split(args).unwrap();
        assert_eq!(counterpart(id, &args), expected, "{id} {args:?}");
    }

    #[test]
    fn only_what_does_the_same_takes_the_place_of_a_hook() {
        let large = |max| Some(Builtin::LargeFiles { max });
        let branches = |names: &[&str]| {
            let branches = names.iter().map(|name| (*name).to_owned()).collect();
            Some(Builtin::ForbiddenBranch(ForbiddenBranch { branches }))
        };
        check("trailing-whitespace", "", Some(Builtin::TrailingWhitespace { hard_breaks: false }));
        check("trailing-whitespace", "--chars x", None);
        check("mixed-line-ending", "--fix=lf", Some(Builtin::LineEndings(LineEndings::Lf)));
        check("mixed-line-ending", "-f crlf", Some(Builtin::LineEndings(LineEndings::Crlf)));
        check("mixed-line-ending", "--fix=no", None);
        check("check-added-large-files", "", None);
        check("check-added-large-files", "--maxkb=1 --enforce-all", large(1024));
        check("check-added-large-files", "--enforce-all --maxkb 2", large(2048));
        check("check-merge-conflict", "", None);
        check("check-yaml", "", None);
        check("check-yaml", "--multi", Some(Builtin::Yaml));
        check("no-commit-to-branch", "--branch a -b b", branches(&["a", "b"]));
        check("no-commit-to-branch", "--branch=a", branches(&["a"]));
        check("no-commit-to-branch", "-p a.*", None);
        check("check-case-conflict", "", None);
    }
}
