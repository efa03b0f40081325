use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use onramp_core::{Failure, TaskGraph, TaskId, TaskNode};

use super::remedy::PackageSource;
use super::{Check, Examined, Finding, Remedy, consent, examine, plan_lines};
use crate::job::Job;
use crate::options::Answer;
use crate::probes::Probes;
use crate::session::Session;
use crate::{Error, runner};

/// What became of an attempt to mend.
pub(crate) enum Mended {
    /// The remedies were run, and the checks were made again.
    Tried(Vec<Examined>),
    /// The user did not want it, or could not be asked.
    Declined(Vec<Examined>),
    /// The user wants to stop.
    Quit,
}

/// Runs the best remedy of each problem, after consent, and makes each check again.
pub(crate) fn mend(session: &Session, examined: Vec<Examined>) -> Result<Mended, Error> {
    let remedies = merged(&examined);
    if remedies.is_empty() {
        return Ok(Mended::Declined(examined));
    }
    session.say("to be run:");
    for line in plan_lines(&remedies) {
        session.say(&line);
    }
    match consent::ask(session, "run these commands?") {
        Answer::Yes => {}
        // Somebody who presses Ctrl-C has not said no.
        Answer::No => return session.check_cancelled().map(|()| Mended::Declined(examined)),
        Answer::Quit => return Ok(Mended::Quit),
    }
    let graph = graph(session, remedies);
    let selected: Vec<TaskId> = graph.nodes().iter().map(|node| node.id.clone()).collect();
    let plan = graph.plan(&selected).expect("the names come from the graph");
    // Whether it helped is told by the checks, not by the exit codes of installers.
    runner::run_plan(session, "fix", &graph, &plan)?;
    session.check_cancelled()?;
    let checks: Vec<Check> = examined.into_iter().map(|examined| examined.check).collect();
    let probes = Probes::fresh(session.state.probes());
    Ok(Mended::Tried(examine(session, checks, &probes)))
}

/// The best remedy of each problem, packages of one source together.
fn merged(examined: &[Examined]) -> Vec<Remedy> {
    let mut packages: BTreeMap<PackageSource, Vec<String>> = BTreeMap::new();
    let mut commands = Vec::new();
    for examined in examined {
        let Finding::Problem { remedies, .. } = &examined.finding else { continue };
        match remedies.first() {
            Some(Remedy::Packages { source, names }) => {
                let merged = packages.entry(*source).or_default();
                merged
                    .extend(names.iter().filter(|name| !merged.contains(name)).cloned().collect::<Vec<_>>());
            }
            Some(command @ (Remedy::Command(_) | Remedy::Own { .. })) if !commands.contains(command) => {
                commands.push(command.clone())
            }
            _ => {}
        }
    }
    let packages = packages.into_iter().map(|(source, names)| Remedy::Packages { source, names });
    // The system's packages first: a command may need what they bring.
    packages.chain(commands).collect()
}

/// One task per remedy, one after the other: package databases are locked, and later ones may need earlier ones.
fn graph(session: &Session, remedies: Vec<Remedy>) -> TaskGraph<Job> {
    let mut nodes: Vec<TaskNode<Job>> = Vec::new();
    for (number, remedy) in remedies.into_iter().enumerate() {
        let name = match &remedy {
            Remedy::Packages { source, .. } => source.name().to_owned(),
            Remedy::Own { words, .. } => words.join("-"),
            Remedy::Command(_) | Remedy::Nix(_) | Remedy::Advice(_) => format!("command-{}", number + 1),
        };
        let commands = remedy.commands();
        let root = session.workspace().root.clone();
        let work = move |context: &crate::TaskContext<'_>| -> Result<(), Failure> {
            if let Remedy::Own { words, .. } = &remedy {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                return context.onramp(&root, &words);
            }
            for argv in &commands {
                let shell = context.shell()?;
                let (program, arguments) =
                    argv.split_first().ok_or_else(|| Failure::task("the command is empty"))?;
                context.run(shell.cmd(program).args(arguments.iter().map(OsString::from)))?;
            }
            Ok(())
        };
        nodes.push(TaskNode {
            id: TaskId::new("fix", name),
            needs: nodes.last().map(|node| node.id.clone()).into_iter().collect(),
            payload: Job::rust(Arc::clone(session.workspace()), Arc::new(work)),
        });
    }
    TaskGraph::new(nodes).expect("each fix has a name of its own and needs the one before it")
}
