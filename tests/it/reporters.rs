//! The same events in every format.

mod choice;
mod github;
mod human;
mod json;
mod plain;

/// Three tasks: one passes, one fails, one needs the failed one.
const STORY: &str = r#"
[test.good]
run = "echo fine"

[test.bad]
shell = true
run = "echo no good; exit 3"
needs = ["test:good"]

[test.after]
run = "true"
needs = ["test:bad"]
"#;
