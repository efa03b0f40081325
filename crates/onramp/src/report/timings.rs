use serde_json::{Value, json};

use onramp_pictures::Page;

/// The page about the times of a run. `name` is that of the project; texts of the report are masked already.
pub(crate) fn page(name: &str, mut report: Value, analysis: Value) -> String {
    report["project"] = json!(name);
    report["analysis"] = analysis;
    let title = format!("{} · {name}", report["verb"].as_str().unwrap_or_default());
    Page {
        title: &title,
        styles: &[include_str!("timings/page.css")],
        body: include_str!("timings/page.html"),
        numbers: &report,
        scripts: &[
            include_str!("timings/overview.js"),
            include_str!("timings/gantt.js"),
            include_str!("timings/lists.js"),
        ],
    }
    .html()
}
