use onramp_core::Failure;

use super::tool::Tool;
use crate::alembic::Command;
use crate::history::{id_of, letters_of};
use crate::{History, Rollback};

/// Brings the tool's database to the head. Where the tool can say where that is, it is asked.
pub(crate) fn apply(tool: &Tool<'_>, history: &History) -> Result<(), Failure> {
    tool.run(Command::Upgrade("head"))?;
    require_place(tool, history, history.len())
}

/// Takes the tool's database back. Who only knows how to take back one revision does so as often as it takes.
pub(crate) fn rollback(tool: &Tool<'_>, history: &History, how_far: &Rollback) -> Result<(), Failure> {
    let line = history.line();
    match (how_far, tool.commands.downgrade_leads_anywhere()) {
        (Rollback::Steps(steps), false) => step_back(tool, *steps as usize),
        (Rollback::Steps(steps), true) => {
            let hint = "onramp migrate rollback --to REVISION";
            let message = "how far back that is cannot be told: the configuration has no `current`";
            let place = place(tool, history)?.ok_or_else(|| Failure::task(message).hint(hint))?;
            let target = place.checked_sub(*steps as usize);
            let revisions = if place == 1 { "revision" } else { "revisions" };
            let message = format!("the database is only {place} {revisions} ahead of the beginning");
            let target = target.ok_or_else(|| Failure::task(message))?;
            lead_back(tool, history, target)
        }
        (Rollback::Revision(revision), true) => lead_back(tool, history, index(&line, revision)?),
        (Rollback::Revision(revision), false) => {
            let target = index(&line, revision)?;
            let hint = "onramp migrate rollback --steps 1";
            let message = "how many steps back that is cannot be told: the configuration has no `current`";
            let place = place(tool, history)?.ok_or_else(|| Failure::task(message).hint(hint))?;
            let steps = place.checked_sub(target);
            let steps =
                steps.ok_or_else(|| Failure::task(format!("the database is not as far as {revision}")))?;
            step_back(tool, steps)?;
            require_place(tool, history, target)
        }
    }
}

/// The id of the revision that the database is at, or none; `None` where the tool has no command for that.
pub(crate) fn current(tool: &Tool<'_>, history: &History) -> Result<Option<Vec<String>>, Failure> {
    let line = history.line();
    let id = |place: usize| place.checked_sub(1).and_then(|index| line.get(index)).map(|id| (*id).to_owned());
    Ok(place(tool, history)?.map(|place| id(place).into_iter().collect()))
}

fn step_back(tool: &Tool<'_>, steps: usize) -> Result<(), Failure> {
    (0..steps).try_for_each(|_| tool.run(Command::Downgrade("")))
}

fn lead_back(tool: &Tool<'_>, history: &History, target: usize) -> Result<(), Failure> {
    let line = history.line();
    let revision = target.checked_sub(1).and_then(|index| line.get(index)).copied();
    tool.run(Command::Downgrade(revision.unwrap_or("base")))?;
    require_place(tool, history, target)
}

/// How many revisions lead to one; `base` is the beginning.
fn index(line: &[&str], revision: &str) -> Result<usize, Failure> {
    if revision == "base" {
        return Ok(0);
    }
    let position = line.iter().position(|id| *id == revision);
    let unknown =
        || Failure::task(format!("the history has no revision `{revision}`")).hint("onramp migrate heads");
    position.map(|position| position + 1).ok_or_else(unknown)
}

/// How many revisions of the history the database has, as the tool prints it; `None` where it does not.
fn place(tool: &Tool<'_>, history: &History) -> Result<Option<usize>, Failure> {
    let Some(output) = tool.print_current()? else { return Ok(None) };
    place_in(&output, &history.line()).map(Some)
}

/// The last of the revisions that the lines of `output` begin with.
fn place_in(output: &str, line: &[&str]) -> Result<usize, Failure> {
    let words: Vec<&str> = output.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let plain = |id: &str| id.trim_start_matches('0').to_owned();
    let position = |word: &&str| {
        let id = plain(id_of(word)?);
        // A version may be told without the letter of its file.
        let is_it = |known: &&str| plain(known) == id || plain(letters_of(known).1) == id;
        line.iter().position(is_it)
    };
    match (words.iter().filter_map(position).max(), words.first()) {
        (Some(position), _) => Ok(position + 1),
        (None, None) => Ok(0),
        (None, Some(word)) => {
            Err(Failure::task(format!("`current` printed `{word}`, which is no revision of the history")))
        }
    }
}

fn require_place(tool: &Tool<'_>, history: &History, expected: usize) -> Result<(), Failure> {
    let Some(place) = place(tool, history)? else { return Ok(()) };
    if place == expected {
        return Ok(());
    }
    let line = history.line();
    let name =
        |place: usize| place.checked_sub(1).and_then(|index| line.get(index)).copied().unwrap_or("nothing");
    let message = format!(
        "the command succeeded, and the database is at {} and not at {}",
        name(place),
        name(expected)
    );
    Err(Failure::task(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_read_from_what_the_tool_prints() {
        let line = ["0001", "0002", "0010"];
        let place = |output: &str| place_in(output, &line).map_err(|failure| failure.message);
        assert_eq!(place(""), Ok(0));
        assert_eq!(place("\n0002\n"), Ok(2));
        assert_eq!(place("10\n"), Ok(3));
        let versions = ["V1.1", "V1.2"];
        assert_eq!(place_in("1.2\n", &versions).unwrap(), 2);
        assert_eq!(place_in("V1.1__first.sql\n", &versions).unwrap(), 1);
        assert_eq!(place("0001_first.sql\n0002_second.sql applied\n"), Ok(2));
        assert_eq!(
            place("version 3"),
            Err("`current` printed `version`, which is no revision of the history".to_owned())
        );
    }

    #[test]
    fn revisions_have_their_place() {
        assert_eq!(index(&["0001", "0002"], "0002").unwrap(), 2);
        assert_eq!(index(&["0001", "0002"], "base").unwrap(), 0);
        assert!(index(&["0001"], "0003").is_err());
    }
}
