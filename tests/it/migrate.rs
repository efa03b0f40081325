//! One revision per dialect, proved, or nothing at all: on the example product with real engines.

mod bad_input;
mod branches;
mod branches_by_name;
mod branches_killed;
mod command_engine;
mod drift;
mod enums;
mod faults;
mod fork_server;
mod hints;
mod kills;
mod ledger;
mod ledger_mended;
mod lint;
mod lint_pragma;
mod lint_settings;
mod lint_trials;
mod models_elsewhere;
mod parity;
mod read_only_checkout;
mod rows;
mod second_repository;
mod secrets;
mod shop;
mod site;
mod success;
mod tasks;
mod templates;
mod verify;

use onramp_tests::Flowline;

/// The model that the tests change.
const MODEL: &str = "src/flowline/database/flows.py";

/// A copy of the example, `None` where this machine cannot run it.
pub(crate) fn flowline() -> Option<Flowline> {
    let flowline = onramp_tests::flowline(env!("CARGO_BIN_EXE_onramp-under-test"))?;
    let server = flowline.env.onramp(["doctor"]);
    if server.stdout.contains("warning  postgresql-server") {
        onramp_tests::skip("there is no PostgreSQL server; run `cargo xtask doctor --fix`");
        return None;
    }
    Some(flowline)
}

/// A copy of the example whose model has a column that no revision has.
fn flowline_with_a_new_column() -> Option<Flowline> {
    let flowline = flowline()?;
    add_column(&flowline, "owner");
    Some(flowline)
}

pub(crate) fn add_column(flowline: &Flowline, name: &str) {
    let column = format!("    {name}: Mapped[str | None] = mapped_column(String(200))");
    flowline.insert(MODEL, "    name: Mapped[Name]", &column);
}
