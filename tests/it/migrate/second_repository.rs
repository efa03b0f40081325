//! A repository that no feature was written for.

use super::shop::{MODELS, ORDERS, shop};

#[test]
fn another_layout_needs_nothing_but_a_configuration() {
    let Some(env) = shop() else { return };
    env.onramp(["migrate", "-m", "first tables"]).exits(0).says("db/history/lite/");
    env.write("shop.py", &format!("{MODELS}{ORDERS}"));
    env.onramp(["migrate", "--all-dialects", "-m", "orders"]).exits(0);
    env.onramp(["migrate", "status"]).exits(0).says("2 revisions");
    env.onramp(["migrate", "--all-dialects", "-m", "nothing"]).exits(0).says("no change in the models");
    assert!(!env.has("db/scripts/__pycache__/sitecustomize.pyc"));
}
