use crate::task::Section;

/// Where the files go in the words of a command.
///
/// No word that somebody wrote is like it: `{files}` itself may well be one.
pub(crate) const FILES: &str = "\u{f8ff}files\u{f8ff}";

/// Where what the command line or git hands to a task goes.
pub(crate) const ARGS: &str = "\u{f8ff}args\u{f8ff}";

/// A command as words, of which one may be [`FILES`].
pub(crate) type Words = Vec<String>;

/// The words as a template of `onramp.toml`: quoted for the splitting, braces doubled.
pub(crate) fn template(words: &[String]) -> String {
    let word = |word: &String| match word.as_str() {
        FILES => "{files}".to_owned(),
        ARGS => "{args}".to_owned(),
        _ => shell_words::quote(word).replace('{', "{{").replace('}', "}}"),
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The words of a command line in which a shell would have nothing to do but split it.
pub(crate) fn simple(line: &str) -> Option<Words> {
    let mut quote = None;
    let mut begins = true;
    for letter in line.chars() {
        let special = match quote {
            Some('\'') => false,
            Some(_) => "$`\\".contains(letter),
            None => "|&;<>()$`\\*?[\n".contains(letter) || (begins && "#~!".contains(letter)),
        };
        if special {
            return None;
        }
        match quote {
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            Some(open) if open == letter => quote = None,
            _ => {}
        }
        begins = quote.is_none() && letter.is_whitespace();
    }
    let words = shell_words::split(line).ok()?;
    // `NAME=value command` sets a variable.
    let first = words.first()?;
    (!first.contains('=')).then_some(words)
}

/// What is known of a command by the program it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) section: Section,
    /// The form that changes files, or that just runs.
    pub(crate) run: Words,
    /// The form that only checks.
    pub(crate) check: Option<Words>,
}

struct Row {
    /// The program, and the words that must follow it.
    command: &'static [&'static str],
    section: Section,
    /// The words that have it write files.
    write: &'static [&'static str],
    /// The words that have it only check.
    check: &'static [&'static str],
    /// Other spellings of both, which are left out.
    other: &'static [&'static str],
}

const fn format(
    command: &'static [&'static str],
    write: &'static [&'static str],
    check: &'static [&'static str],
    other: &'static [&'static str],
) -> Row {
    Row { command, section: Section::Format, write, check, other }
}

const fn lint(
    command: &'static [&'static str],
    write: &'static [&'static str],
    other: &'static [&'static str],
) -> Row {
    Row { command, section: Section::Lint, write, check: &[], other }
}

const fn of(section: Section, command: &'static [&'static str]) -> Row {
    Row { command, section, write: &[], check: &[], other: &[] }
}

/// Longer commands before shorter ones of the same program.
const ROWS: &[Row] = &[
    format(&["ruff", "format"], &[], &["--check"], &["--diff"]),
    lint(&["ruff", "check"], &["--fix", "--fix-only"], &["--exit-non-zero-on-fix", "--unsafe-fixes"]),
    lint(&["ruff"], &["--fix"], &["--exit-non-zero-on-fix"]),
    format(&["black"], &[], &["--check"], &["--diff"]),
    format(&["isort"], &[], &["--check-only"], &["--check", "-c", "--diff"]),
    format(&["yapf"], &["--in-place"], &["--diff"], &["-i", "-d"]),
    format(&["prettier"], &["--write"], &["--check"], &["-w", "-c", "--list-different", "-l"]),
    format(&["biome", "format"], &["--write"], &[], &["--fix"]),
    lint(&["biome", "check"], &["--write"], &["--apply", "--fix"]),
    lint(&["biome", "lint"], &["--write"], &["--apply", "--fix"]),
    format(&["cargo", "fmt"], &[], &["--check"], &[]),
    format(&["rustfmt"], &[], &["--check"], &[]),
    format(&["shfmt"], &["-w"], &["-d"], &["--write", "--diff", "-l"]),
    format(&["taplo", "fmt"], &[], &["--check"], &[]),
    format(&["taplo", "format"], &[], &["--check"], &[]),
    format(&["clang-format"], &["-i"], &["--dry-run", "--Werror"], &["-n", "-Werror"]),
    format(&["terraform", "fmt"], &[], &["-check"], &[]),
    format(&["stylua"], &[], &["--check"], &[]),
    format(&["nixfmt"], &[], &["--check"], &["-c"]),
    format(&["alejandra"], &[], &["--check"], &[]),
    format(&["mix", "format"], &[], &["--check-formatted"], &[]),
    format(&["djlint"], &["--reformat"], &["--check"], &[]),
    lint(&["eslint"], &["--fix"], &[]),
    lint(&["oxlint"], &["--fix"], &[]),
    lint(&["stylelint"], &["--fix"], &[]),
    lint(&["xo"], &["--fix"], &[]),
    lint(&["standard"], &["--fix"], &[]),
    lint(&["rubocop"], &["--autocorrect"], &["-a", "-A", "--autocorrect-all", "--auto-correct"]),
    lint(&["markdownlint"], &["--fix"], &["-f"]),
    lint(&["markdownlint-cli2"], &["--fix"], &[]),
    lint(&["golangci-lint", "run"], &["--fix"], &[]),
    lint(&["codespell"], &["--write-changes"], &["-w"]),
    lint(&["typos"], &["--write-changes"], &["-w"]),
    of(Section::Lint, &["mypy"]),
    of(Section::Lint, &["flake8"]),
    of(Section::Lint, &["pylint"]),
    of(Section::Lint, &["pyright"]),
    of(Section::Lint, &["basedpyright"]),
    of(Section::Lint, &["bandit"]),
    of(Section::Lint, &["shellcheck"]),
    of(Section::Lint, &["hadolint"]),
    of(Section::Lint, &["yamllint"]),
    of(Section::Lint, &["actionlint"]),
    of(Section::Lint, &["tsc"]),
    of(Section::Lint, &["vue-tsc"]),
    of(Section::Lint, &["gitleaks"]),
    of(Section::Lint, &["cargo", "clippy"]),
    of(Section::Lint, &["cargo", "check"]),
    of(Section::Lint, &["go", "vet"]),
    of(Section::Test, &["pytest"]),
    of(Section::Test, &["tox"]),
    of(Section::Test, &["nox"]),
    of(Section::Test, &["jest"]),
    of(Section::Test, &["vitest"]),
    of(Section::Test, &["mocha"]),
    of(Section::Test, &["rspec"]),
    of(Section::Test, &["phpunit"]),
    of(Section::Test, &["cargo", "test"]),
    of(Section::Test, &["cargo", "nextest"]),
    of(Section::Test, &["go", "test"]),
    of(Section::Test, &["mvn", "test"]),
    of(Section::Test, &["make", "test"]),
    of(Section::Lint, &["make", "lint"]),
];

/// Programs that run another one, with the words that stand between the two.
const RUNNERS: &[&[&str]] = &[
    &["npx"],
    &["bunx"],
    &["pnpm", "exec"],
    &["pnpm", "dlx"],
    &["yarn", "exec"],
    &["yarn", "run"],
    &["npm", "exec"],
    &["yarn"],
    &["pnpm"],
    &["poetry", "run"],
    &["pipenv", "run"],
    &["uv", "run"],
    &["uvx"],
    &["pdm", "run"],
    &["hatch", "run"],
    &["bundle", "exec"],
    &["python", "-m"],
    &["python3", "-m"],
];

/// Options of those programs that have a value after them.
const WITH_VALUE: &[&str] = &[
    "--prefix",
    "-C",
    "--dir",
    "--cwd",
    "--package",
    "-p",
    "--filter",
    "-F",
    "--workspace",
    "--with",
    "--group",
];

/// What is known of a command.
pub(crate) fn known(words: &[String]) -> Option<Known> {
    if let Some(section) = script(words) {
        return Some(Known { section, run: words.to_vec(), check: None });
    }
    let start = program_at(words);
    let rest = words.get(start..)?;
    let program = rest.first()?.rsplit('/').next()?;
    let row = ROWS.iter().find(|row| {
        row.command[0] == program
            && row.command[1..].iter().zip(rest.iter().skip(1)).all(|(wanted, word)| wanted == word)
            && rest.len() >= row.command.len()
    })?;
    let after = start + row.command.len();
    let with = |flags: &[&str]| {
        let is_form =
            |word: &String| [row.write, row.check, row.other].iter().any(|all| all.contains(&&**word));
        let mut form = words[..after].to_vec();
        form.extend(flags.iter().map(|flag| (*flag).to_owned()));
        form.extend(words[after..].iter().filter(|word| !is_form(word)).cloned());
        form
    };
    let writes =
        words[after..].iter().any(|word| row.write.contains(&&**word) || row.other.contains(&&**word));
    Some(match row.section {
        Section::Format => {
            Known { section: Section::Format, run: with(row.write), check: Some(with(row.check)) }
        }
        Section::Lint if writes => {
            // Who asks for fixes wants to know what is left, not that there were some.
            let is_wanted = |word: &&String| *word != "--exit-non-zero-on-fix";
            let run = words.iter().filter(is_wanted).cloned().collect();
            Known { section: Section::Lint, run, check: Some(with(&[])) }
        }
        section => Known { section, run: words.to_vec(), check: None },
    })
}

/// What is left of a command without what only starts it.
pub(crate) fn program(words: &[String]) -> Option<&str> {
    words.get(program_at(words)).and_then(|word| word.rsplit('/').next())
}

fn program_at(words: &[String]) -> usize {
    let runner = RUNNERS.iter().find(|runner| {
        words.len() > runner.len() && runner.iter().zip(words).all(|(wanted, word)| wanted == word)
    });
    let Some(runner) = runner else { return 0 };
    let rest = &words[runner.len()..];
    let mut flags = 0;
    while let Some(flag) = rest.get(flags).filter(|word| word.starts_with('-')) {
        flags += if WITH_VALUE.contains(&flag.as_str()) { 2 } else { 1 };
    }
    if flags < rest.len() { runner.len() + flags } else { 0 }
}

/// The section of a script of `package.json`, by its name.
fn script(words: &[String]) -> Option<Section> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = match words.as_slice() {
        ["npm", "test" | "t", ..] | ["pnpm" | "yarn" | "bun", "test", ..] => "test",
        ["npm" | "pnpm" | "yarn" | "bun", "run", name, ..] => name,
        ["pnpm" | "yarn", name @ ("lint" | "build" | "typecheck"), ..] => name,
        _ => return None,
    };
    let begins = |start: &str| name == start || name.starts_with(&format!("{start}:"));
    if begins("test") {
        Some(Section::Test)
    } else if begins("lint") || begins("typecheck") || begins("type-check") {
        Some(Section::Lint)
    } else if begins("build") {
        Some(Section::Build)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let words = simple(line).expect("a simple line");
        let shown = match known(&words) {
            None => "unknown".to_owned(),
            Some(known) => {
                let check = known.check.map(|words| format!(" | {}", template(&words))).unwrap_or_default();
                format!("{}: {}{check}", known.section.name(), template(&known.run))
            }
        };
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn programs_have_a_form_that_writes_and_one_that_checks() {
        check("ruff format", "format: ruff format | ruff format --check");
        check(
            "ruff check --fix --exit-non-zero-on-fix --select E",
            "lint: ruff check --fix --select E | ruff check --select E",
        );
        check("ruff check", "lint: ruff check");
        check(
            "npx --no-install prettier --check src",
            "format: npx --no-install prettier --write src | npx --no-install prettier --check src",
        );
        check("black --check .", "format: black . | black --check .");
        check(
            "node_modules/.bin/eslint --fix --max-warnings 0",
            "lint: node_modules/.bin/eslint --fix --max-warnings 0 | node_modules/.bin/eslint --max-warnings 0",
        );
        check("python -m pytest -q", "test: python -m pytest -q");
        check("npm run test:unit", "test: npm run test:unit");
        check("yarn lint", "lint: yarn lint");
        check("npm run build", "build: npm run build");
        check("./tools/check.sh a", "unknown");
        check("ruff --version", "lint: ruff --version");
    }

    #[test]
    fn a_line_is_simple_if_a_shell_would_only_split_it() {
        for line in ["a b", "a 'b; c' \"d e\"", "a --b=c", "a 'x*'"] {
            assert!(simple(line).is_some(), "{line}");
        }
        for line in [
            "a | b", "a && b", "a $b", "a \"$b\"", "a *.py", "A=1 a", "", "a 'b", "~/a", "# a", "a > b",
            "a \\\nb",
        ] {
            assert_eq!(simple(line), None, "{line}");
        }
        assert_eq!(template(&["a b".to_owned(), "{x}".to_owned(), FILES.to_owned()]), "'a b' {{x}} {files}");
        assert_eq!(template(&["{files}".to_owned(), "{args}".to_owned()]), "{{files}} {{args}}");
    }
}
