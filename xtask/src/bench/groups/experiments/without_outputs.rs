use std::fs;
use std::path::Path;

use onramp::Failure;

use super::{Change, Experiment, Scene, TRACE};
use crate::bench::graph::{Command, Graph, Shape};

const STEPS: usize = 20;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "without-outputs",
    title: "A chain of twenty tasks without outputs",
    explanation: "How many tasks ran after each change. Right is what stands downstream of it: all 20 of the first \
                  input, 15 of the command of t5, 10 of the input of t10.",
    graph,
    changes: &[
        Change { what: "cold", expected: "20", apply: nothing },
        Change { what: "again", expected: "0", apply: nothing },
        Change { what: "edit in0", expected: "20", apply: |scene| scene.write("in/t0", "edited\n") },
        Change { what: "command of t5", expected: "15", apply: change_command },
        Change { what: "delete in10", expected: "10", apply: delete_input },
    ],
    verdict: |_: &Path| Ok(""),
};

fn graph() -> Graph {
    let mut graph = Graph::of_shape(Shape::Chain, STEPS, &Command::Shell(String::new()));
    for step in &mut graph.steps {
        step.command = Command::Shell(format!("echo {} >> {TRACE}", step.name));
    }
    graph
}

fn nothing(_: &mut Scene<'_>) -> Result<(), Failure> {
    Ok(())
}

fn change_command(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let step = &mut scene.graph.steps[5];
    step.command = Command::Shell(format!("echo another {} >> {TRACE}", step.name));
    scene.workplace.write(&scene.directory, scene.tool, &scene.graph)
}

fn delete_input(scene: &mut Scene<'_>) -> Result<(), Failure> {
    Ok(fs::remove_file(scene.directory.join("in/t10"))?)
}
