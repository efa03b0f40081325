use serde_json::Value;

use super::STORY;
use crate::workspace;

/// The numbers that a page carries for its script.
pub(crate) fn numbers(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"numbers\">").expect("the page has numbers");
    let (numbers, _) = rest.split_once("</script>").expect("they have an end");
    serde_json::from_str(numbers).expect("they are JSON")
}

/// Fails if the page loads anything.
#[track_caller]
pub(crate) fn is_one_file(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    for way_out in ["src=", "href=", "@import", "fetch(", "XMLHttpRequest", "<link"] {
        assert!(!page.contains(way_out), "{way_out}");
    }
}

#[test]
fn the_page_has_the_run_the_critical_path_and_advice() {
    let env = workspace(
        r#"
[setup.a]
run = "sleep 0.05"
inputs = ["onramp.toml"]

[test.long]
run = "sleep 0.2"
needs = ["setup:a"]

[test.short]
run = "true"
needs = ["setup:a"]
"#,
    );
    env.onramp(["test", "-j2", "--timings"]).exits(0).says("timings: [ROOT]/.onramp/runs/timings.html");
    let page = env.read(".onramp/runs/timings.html");
    is_one_file(&page);
    let numbers = numbers(&page);
    assert_eq!(numbers["project"], "demo");
    let name = |position: &Value| numbers["tasks"][position.as_u64().unwrap() as usize]["task"].clone();
    let path: Vec<Value> =
        numbers["analysis"]["critical-path"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(path, ["setup:a", "test:long"]);
    let advice = numbers["analysis"]["advice"].as_array().unwrap();
    assert!(
        advice.iter().any(|advice| advice["title"] == "Make test:long faster, or split it"),
        "{advice:?}"
    );
    let saves: Vec<f64> = advice.iter().map(|advice| advice["saves"].as_f64().unwrap()).collect();
    assert!(saves.is_sorted_by(|one, two| one >= two), "{saves:?}");
}

#[test]
fn a_failed_run_has_its_page_too_and_without_the_option_there_is_none() {
    let env = workspace(STORY);
    env.onramp(["test"]).exits(1);
    assert!(!env.has(".onramp/runs/timings.html"));
    env.onramp(["test", "--timings"]).exits(1);
    let numbers = numbers(&env.read(".onramp/runs/timings.html"));
    assert_eq!(numbers["exit-code"], 1);
    assert_eq!(numbers["tasks"].as_array().unwrap().len(), 4);
}

#[test]
fn who_wants_to_read_little_is_told_where_the_page_is() {
    let env = workspace("[test.t]\nrun = \"true\"\n");
    let run = env.onramp(["test", "--timings", "--quiet"]).exits(0);
    assert_eq!(run.stderr, "timings: [ROOT]/.onramp/runs/timings.html\n");
    assert_eq!(env.onramp(["test", "--quiet"]).exits(0).stderr, "");
}

#[test]
fn with_json_the_place_of_the_page_is_an_event() {
    let env = workspace("[test.t]\nrun = \"true\"\n");
    let run = env.onramp(["test", "--timings", "--format", "json"]).exits(0);
    let events: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = events.last().unwrap();
    assert_eq!(last["event"], "notice");
    assert_eq!(last["message"], "timings: [ROOT]/.onramp/runs/timings.html");
}
