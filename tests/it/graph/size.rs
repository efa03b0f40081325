//! Graphs of a hundred thousand tasks, from the facade to the report of the run.

use crate::workspace;

#[test]
fn a_chain_and_a_fan_of_100_000_tasks_are_planned_run_and_reported() {
    for shape in ["chain", "fan"] {
        let env = workspace("");
        let run = env.command("", [env!("CARGO_BIN_EXE_many-tasks"), "100000", shape]).exits(0);
        assert!(run.stderr.is_empty(), "{}", run.stderr);
        let report: serde_json::Value = serde_json::from_str(&env.read(".onramp/runs/last.json")).unwrap();
        let tasks = report["tasks"].as_array().unwrap();
        assert_eq!(tasks.len(), 100_001);
        assert!(tasks.iter().all(|task| task["outcome"] == "passed"));
    }
}
