//! The page `docs/commands.md`, from the same definitions that the command line is read by.

use std::fmt::Write;

use clap::{Arg, Command};

/// All verbs with their arguments, as Markdown.
pub(crate) fn commands(mut command: Command) -> String {
    command.build();
    let mut page = String::from(
        "# Commands\n\nThis page is generated: `cargo xtask build reference`. In a repository with an xtask \
         of its own, read `cargo xtask` for `onramp`.\n\n## Options of every command\n\n",
    );
    arguments(&mut page, command.get_arguments().filter(|argument| !is_common(argument)));
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        section(&mut page, verb, "onramp", 2);
    }
    page
}

fn section(page: &mut String, command: &Command, parent: &str, depth: usize) {
    let name = format!("{parent} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    line(page, &format!("\n{} {name}\n\n{about}\n", "#".repeat(depth)));
    let own = |argument: &&Arg| !argument.is_global_set() && !is_common(argument);
    arguments(page, command.get_arguments().filter(own));
    for nested in command.get_subcommands().filter(|nested| nested.get_name() != "help") {
        section(page, nested, &name, depth + 1);
    }
}

fn arguments<'a>(page: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    let rows: Vec<String> = arguments
        .filter(|argument| !argument.is_hide_set())
        .map(|argument| {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let values: Vec<String> = argument
                .get_possible_values()
                .iter()
                .map(|value| format!("`{}`", value.get_name()))
                .collect();
            let values = if argument.get_action().takes_values() && !values.is_empty() {
                format!(" ({})", values.join(", "))
            } else {
                String::new()
            };
            let short = argument.get_short().filter(|_| argument.get_long().is_some());
            let short = short.map(|letter| format!("`-{letter}`, ")).unwrap_or_default();
            format!("| {short}`{}` | {help}{values} |", argument.to_string().replace('|', "\\|"))
        })
        .collect();
    if !rows.is_empty() {
        line(page, &format!("| argument | meaning |\n|---|---|\n{}", rows.join("\n")));
    }
}

fn is_common(argument: &Arg) -> bool {
    argument.get_id() == "help" || argument.get_id() == "version"
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}
