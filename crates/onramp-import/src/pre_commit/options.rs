use crate::render::{string, strings};

/// A check that Onramp has itself, as a list of `builtin` names it, with the arguments of the hook as options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// `"large-files"`, or a table.
    pub(super) entry: String,
    /// The arguments that have no counterpart.
    pub(super) left_out: Vec<String>,
}

/// The entry for a built-in check by the arguments of its hook.
pub(super) fn options(name: &str, args: &[String]) -> Options {
    let mut args = Args::new(args);
    let mut keys: Vec<(&str, String)> = Vec::new();
    match name {
        // The hook takes those away unless it is told otherwise.
        "trailing-whitespace" => {
            let kinds = args.values(&["--markdown-linebreak-ext"]);
            keys.push(("hard-breaks", (!kinds.is_empty()).to_string()));
        }
        "line-endings" => match args.values(&["-f", "--fix"]).pop().as_deref() {
            None | Some("auto") => {}
            Some(target @ ("lf" | "crlf")) => keys.push(("target", string(target))),
            Some(other) => args.left_out.push(format!("--fix={other}")),
        },
        "large-files" => {
            if let Some(size) = args.values(&["--maxkb"]).pop() {
                keys.push(("max", string(&format!("{size}KiB"))));
            }
        }
        "forbidden-branch" => {
            let branches = args.values(&["-b", "--branch"]);
            if !branches.is_empty() {
                keys.push(("branches", strings(&branches)));
            }
        }
        // Whatever the syntax allows is fine anyway.
        "yaml" => args.flags(&["-m", "--multi", "--allow-multiple-documents", "--unsafe"]),
        "commit-message" => {
            let types = args.words();
            keys.push(("conventional", "true".to_owned()));
            if !types.is_empty() {
                keys.push(("types", strings(&types)));
            }
        }
        _ => {}
    }
    args.left_out.extend(args.rest.drain(..).flatten());
    let keys: String = keys.into_iter().map(|(key, value)| format!(", {key} = {value}")).collect();
    let entry = match keys.as_str() {
        "" => string(name),
        keys => format!("{{ name = {}{keys} }}", string(name)),
    };
    Options { entry, left_out: args.left_out }
}

/// Arguments that are taken one after the other.
struct Args {
    rest: Vec<Option<String>>,
    left_out: Vec<String>,
}

impl Args {
    fn new(args: &[String]) -> Self {
        Self { rest: args.iter().cloned().map(Some).collect(), left_out: Vec::new() }
    }

    /// The values of an option, written as `--name=value`, `--name value` or `-nvalue`.
    fn values(&mut self, names: &[&str]) -> Vec<String> {
        let mut values = Vec::new();
        for at in 0..self.rest.len() {
            let Some(argument) = self.rest[at].clone() else { continue };
            for name in names {
                let value = match argument.strip_prefix(name) {
                    Some("") => self.rest.get_mut(at + 1).and_then(Option::take),
                    Some(value) if name.starts_with("--") => value.strip_prefix('=').map(str::to_owned),
                    Some(value) => Some(value.to_owned()),
                    None => None,
                };
                if let Some(value) = value {
                    self.rest[at] = None;
                    values.push(value);
                }
            }
        }
        values
    }

    fn flags(&mut self, names: &[&str]) {
        self.rest.retain(|argument| argument.as_deref().is_none_or(|argument| !names.contains(&argument)));
    }

    /// What is no option.
    fn words(&mut self) -> Vec<String> {
        let is_word =
            |argument: &Option<String>| argument.as_ref().is_some_and(|word| !word.starts_with('-'));
        self.rest.iter_mut().filter(|argument| is_word(argument)).filter_map(Option::take).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, args: &str, entry: &str, left_out: &[&str]) {
        let options = options(name, &shell_words::split(args).unwrap());
        assert_eq!(
            (options.entry.as_str(), options.left_out.as_slice()),
            (entry, &*left_out.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()),
            "{name} {args}"
        );
    }

    #[test]
    fn arguments_become_options_or_are_told() {
        check("end-of-file", "", "\"end-of-file\"", &[]);
        check("trailing-whitespace", "", "{ name = \"trailing-whitespace\", hard-breaks = false }", &[]);
        check(
            "trailing-whitespace",
            "--markdown-linebreak-ext=md --chars x",
            "{ name = \"trailing-whitespace\", hard-breaks = true }",
            &["--chars", "x"],
        );
        check(
            "large-files",
            "--maxkb 1000 --enforce-all",
            "{ name = \"large-files\", max = \"1000KiB\" }",
            &["--enforce-all"],
        );
        check("line-endings", "--fix=lf", "{ name = \"line-endings\", target = \"lf\" }", &[]);
        check("line-endings", "-f no", "\"line-endings\"", &["--fix=no"]);
        check(
            "forbidden-branch",
            "-b main --branch=dev -p x",
            "{ name = \"forbidden-branch\", branches = [\"main\", \"dev\"] }",
            &["-p", "x"],
        );
        check("yaml", "--unsafe", "\"yaml\"", &[]);
        check(
            "commit-message",
            "feat fix --strict",
            "{ name = \"commit-message\", conventional = true, types = [\"feat\", \"fix\"] }",
            &["--strict"],
        );
        check("large-files", "--maxkb", "\"large-files\"", &["--maxkb"]);
    }
}
