use std::collections::BTreeSet;

use super::{Finding, Remedy, fix_of};
use crate::checkout::Checkout;
use crate::commands::migrate::spec::engine_programs;
use crate::session::Session;

/// The programs that the configuration's engine of migrations starts, without those that are tools of their own.
pub(super) fn programs(checkout: &Checkout) -> Vec<String> {
    let is_tool = |program: &String| checkout.config.tools.iter().any(|tool| tool.program == *program);
    let programs: BTreeSet<String> = engine_programs(checkout).into_iter().collect();
    programs.into_iter().filter(|program| !is_tool(program)).collect()
}

/// Looks for them on the `PATH` of the checkout's commands.
pub(super) fn find(session: &Session, checkout: &Checkout, programs: &[String]) -> Finding {
    let mut found = Vec::new();
    for program in programs {
        let Ok(path) = checkout.environment.find_program(program.as_ref(), &checkout.root) else {
            let advice = format!("onramp setup, or put the folder of `{program}` into path of [env]");
            let advice = fix_of(session, checkout, program).unwrap_or(advice);
            let problem = format!("`{program}` not found on PATH");
            return Finding::Problem { problem, remedies: vec![Remedy::Advice(advice)] };
        };
        found.push(path.display().to_string());
    }
    Finding::Fine { detail: found.join(", ") }
}
