use onramp_tests::flowline;

#[test]
fn the_example_is_formatted_linted_and_tested() {
    let Some(flowline) = flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let env = &flowline.env;
    env.onramp(["fmt", "ruff", "--check"]).exits(0).says("format:ruff: passed");
    env.onramp(["lint", "ruff"]).exits(0).says("lint:ruff: passed");
    env.onramp(["test", "unit"]).exits(0).says("test:unit: passed");
}

#[test]
fn the_tools_of_the_example_find_what_is_wrong() {
    let Some(flowline) = flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let env = &flowline.env;
    env.write("src/flowline/untidy.py", "import os\nx = {  'a':1 }\n");
    env.onramp(["fmt", "ruff", "--check"]).exits(1).says("untidy.py");
    env.onramp(["lint", "ruff"]).exits(1).says("F401");
    env.onramp(["lint", "ruff", "--fix"]).exits(0);
    env.onramp(["fmt", "ruff"]).exits(0);
    assert_eq!(env.read("src/flowline/untidy.py"), "x = {\"a\": 1}\n");
    env.onramp(["fmt", "ruff", "--check"]).exits(0);
}
