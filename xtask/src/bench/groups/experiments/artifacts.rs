use std::fs;
use std::path::Path;
use std::time::SystemTime;

use onramp::Failure;

use super::{Change, Experiment, Scene, TRACE};
use crate::bench::graph::{Command, Graph, Step};

const STEPS: usize = 6;

/// What the first input holds at the beginning; see [`Graph::write_inputs`].
const FIRST_INPUT: &str = "in/t0\n";

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "artifacts",
    title: "A chain of six tasks with artifacts",
    explanation: "Each task appends its own input to the artifact of the one before it. How many tasks ran, and whether \
                  the last artifact is what a clean build would have made.",
    graph,
    changes: &[
        Change { what: "cold", expected: "6 ok", apply: nothing },
        Change { what: "again", expected: "0 ok", apply: nothing },
        Change { what: "touch in0", expected: "0 ok", apply: touch },
        Change { what: "edit in0", expected: "6 ok", apply: |scene| scene.write("in/t0", "edited\n") },
        Change { what: "revert in0", expected: "0 ok", apply: |scene| scene.write("in/t0", FIRST_INPUT) },
        Change { what: "rm out5", expected: "0 ok", apply: remove_last },
        Change { what: "junk in out5", expected: "0 ok", apply: |scene| scene.write("out/t5", "junk\n") },
        Change { what: "rm -r out", expected: "0 ok", apply: remove_all },
    ],
    verdict,
};

fn graph() -> Graph {
    let step = |number: usize| {
        let before = number.checked_sub(1);
        let input = format!("in/t{number}");
        let sources = before.map_or_else(|| input.clone(), |before| format!("out/t{before} {input}"));
        let output = format!("out/t{number}");
        Step {
            name: format!("t{number}"),
            command: Command::Shell(format!(
                "mkdir -p out && cat {sources} > {output} && echo t{number} >> {TRACE}"
            )),
            inputs: vec![input],
            outputs: vec![output],
            needs: before.map(|before| format!("t{before}")).into_iter().collect(),
        }
    };
    Graph { steps: (0..STEPS).map(step).collect() }
}

fn nothing(_: &mut Scene<'_>) -> Result<(), Failure> {
    Ok(())
}

fn touch(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let file = fs::File::options().write(true).open(scene.directory.join("in/t0"))?;
    Ok(file.set_modified(SystemTime::now())?)
}

fn remove_last(scene: &mut Scene<'_>) -> Result<(), Failure> {
    Ok(fs::remove_file(scene.directory.join("out/t5"))?)
}

fn remove_all(scene: &mut Scene<'_>) -> Result<(), Failure> {
    Ok(fs::remove_dir_all(scene.directory.join("out"))?)
}

/// Compares the last artifact with all inputs, one behind the other.
fn verdict(directory: &Path) -> Result<&'static str, Failure> {
    let mut right = String::new();
    for number in 0..STEPS {
        right += &fs::read_to_string(directory.join(format!("in/t{number}")))?;
    }
    let artifact = directory.join(format!("out/t{}", STEPS - 1));
    Ok(match fs::read_to_string(artifact) {
        Ok(text) if text == right => "ok",
        Ok(_) => "**stale**",
        Err(_) => "**missing**",
    })
}
