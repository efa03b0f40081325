use super::Context;
use super::templates::{Allowed, check};
use crate::config::{CommandLine, Commands};
use crate::file::Lines;
use crate::pattern::Pattern;
use crate::placeholder::names;
use crate::spot::Spot;

/// What a shell would understand and a program gets as an argument like any other.
const SHELL_WORDS: [&str; 8] = ["&&", "||", "|", ">", ">>", "<", "2>&1", "&"];

/// How a command is run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    /// As it is split here.
    Program,
    /// By `sh -c`.
    Shell,
}

impl Runner {
    /// The meaning of the key `shell`.
    pub(crate) fn of(shell: bool) -> Self {
        if shell { Self::Shell } else { Self::Program }
    }
}

/// One command, or several.
pub(crate) fn commands(
    cx: &Context<'_>,
    spot: &Spot,
    lines: &Lines,
    runner: Runner,
    allowed: Allowed<'_>,
) -> Commands {
    if lines.0.is_empty() {
        cx.report(spot, "no command in the list", None);
    }
    let each = lines.0.iter().enumerate();
    each.map(|(index, line)| command(cx, &spot.item(index), line, runner, allowed)).collect()
}

/// A command. Its words are split here; its placeholders stay for later.
pub(crate) fn command(
    cx: &Context<'_>,
    spot: &Spot,
    text: &str,
    runner: Runner,
    allowed: Allowed<'_>,
) -> CommandLine {
    if text.trim().is_empty() {
        cx.report(spot, "empty command", None);
    }
    match runner {
        Runner::Shell => {
            check(cx, spot, text, allowed);
            CommandLine::Shell(text.to_owned())
        }
        Runner::Program => CommandLine::Argv(words(cx, spot, text, allowed)),
    }
}

/// A command that no shell may run.
pub(crate) fn argv(cx: &Context<'_>, spot: &Spot, text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        cx.report(spot, "empty command", None);
    }
    split(cx, spot, text)
}

fn words(cx: &Context<'_>, spot: &Spot, text: &str, allowed: Allowed<'_>) -> Vec<String> {
    let words = split(cx, spot, text);
    check(cx, spot, text, allowed);
    for name in allowed.lists {
        let list = format!("{{{name}}}");
        if let Some(word) =
            words.iter().find(|word| **word != list && names(word).any(|other| other == *name))
        {
            let hint = format!("put blanks around it: `{list}` becomes any number of arguments");
            cx.report_part(spot, word, format!("`{list}` must be an argument of its own"), Some(hint));
        }
    }
    words
}

fn split(cx: &Context<'_>, spot: &Spot, text: &str) -> Vec<String> {
    let Ok(words) = shell_words::split(text) else {
        cx.report(spot, "a quote in the command is not closed", None);
        return Vec::new();
    };
    // A word that is quoted, as in `awk -F '|'`, is meant as it is.
    let bare = |word: &str| text.split_whitespace().any(|piece| piece == word);
    if let Some(word) = words.iter().find(|word| SHELL_WORDS.contains(&word.as_str()) && bare(word)) {
        let hint = "set `shell = true` or write a list of commands, where the section has these".to_owned();
        cx.report_part(spot, word, format!("no shell runs this command to understand `{word}`"), Some(hint));
    } else if let Some((name, _)) = words.first().and_then(|word| word.split_once('='))
        && Pattern::Variable.accepts(name)
    {
        let hint = format!("set `{name}` under `env`");
        cx.report(spot, "a command begins with a program, not with a variable", Some(hint));
    }
    words
}
