use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::{Error, ExitStatus, Printer};

/// The verbs that take names of tasks, each with the section whose names `tasks --names` lists for it.
const NAMING: [(&str, &str); 7] = [
    ("fmt", "format"),
    ("lint", "lint"),
    ("test", "test"),
    ("build", "build"),
    ("run", "task"),
    ("graph", "task"),
    ("why", "task"),
];

/// Print the completion script of a shell
///
/// In bash, zsh and fish it asks Onramp for the names of tasks.
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(
    args: &CompletionsArgs,
    command: &mut Command,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "onramp", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = match args.shell {
        Shell::Bash => with_names_in_bash(&script, command),
        Shell::Zsh => with_names_in_zsh(&script),
        Shell::Fish => with_names_in_fish(&script),
        _ => script.into_owned(),
    };
    printer.data(script.trim_end());
    Ok(ExitStatus::Success)
}

fn with_names_in_bash(script: &str, command: &Command) -> String {
    let mut valued = BTreeSet::new();
    for command in command.get_subcommands().chain([command]) {
        for option in command.get_opts() {
            valued.extend(option.get_short().map(|short| format!("-{short}")));
            valued.extend(option.get_long().map(|long| format!("--{long}")));
        }
    }
    let valued: Vec<String> = valued.into_iter().collect();
    let names = include_str!("completions/names.bash").replace("@VALUED@", &valued.join(" | "));
    format!("{}{names}", script.replace("complete -F _onramp ", "complete -F _onramp_names "))
}

/// In how many `case`s a verb of its own stands in zsh's script; a verb of a verb stands in more.
const DEPTH_OF_VERBS: usize = 2;

/// There the names of a verb are its last argument.
fn with_names_in_zsh(script: &str) -> String {
    let mut lines = Vec::new();
    let mut section = None;
    let mut depth = 0_usize;
    for line in script.lines() {
        match line.trim() {
            opening if opening.starts_with("case ") => depth += 1,
            "esac" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(verb) = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')) {
            let is_meant = |naming: &&(&str, &str)| naming.0 == verb && depth == DEPTH_OF_VERBS;
            section = NAMING.iter().find(is_meant).map(|(_, section)| *section);
        }
        let is_name = line.starts_with("'*::") || line.starts_with("':");
        match (section, line.strip_suffix(":_default' \\")) {
            // After a space, zsh calls the function as it stands there.
            (Some(section), Some(line)) if is_name => {
                lines.push(format!("{line}: _onramp_names {section}' \\"))
            }
            _ => lines.push(line.to_owned()),
        }
    }
    let names = format!("{}_onramp() {{", include_str!("completions/names.zsh"));
    lines.join("\n").replacen("\n_onramp() {", &names, 1)
}

fn with_names_in_fish(script: &str) -> String {
    let names = NAMING.map(|(verb, section)| {
        format!(
            "complete -c onramp -n \"__fish_onramp_using_subcommand {verb}\" -f \
             -a \"(onramp --format plain tasks --names {section} 2>/dev/null)\"\n"
        )
    });
    format!("{script}{}", names.concat())
}
