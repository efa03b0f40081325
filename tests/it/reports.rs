//! What is left of a run for machines and for people, and the pictures of the graph.

mod graph;
mod run_report;
mod step_summary;
mod tasks;
pub(crate) mod timings;

/// Two tasks that pass, one that is cached, one that fails, and one that needs it.
const STORY: &str = r#"
[setup.tools]
run = "true"
inputs = ["onramp.toml"]

[test.good]
run = "echo fine"
needs = ["setup:tools"]

[test.bad]
shell = true
run = "echo '```'; echo no good; exit 3"
needs = ["test:good"]

[test.after]
run = "true"
needs = ["test:bad"]
"#;
