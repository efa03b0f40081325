//! The `onramp` program with one task written in Rust, as a stranger's xtask would have it.

use std::process::ExitCode;

use onramp::{Failure, TaskContext, xshell::cmd};

fn main() -> ExitCode {
    onramp::Onramp::new()
        .task("greet", "Greets by a command, a variable and its arguments", greet)
        .task("panic", "Has a bug", |_| panic!("the task's own bug"))
        .main()
}

fn greet(context: &TaskContext<'_>) -> Result<(), Failure> {
    let shell = context.shell()?;
    context.run(cmd!(shell, "sh -c 'echo greeting from $PWD'"))?;
    let variable = context.read(cmd!(shell, "sh -c 'echo $GREETING'"))?;
    context.print(&format!("{variable}: {}", context.arguments().join("+")));
    Ok(())
}
