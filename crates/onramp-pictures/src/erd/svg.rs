use std::fmt::Write;

use super::colours::without_variables;
use super::draw::{STYLE, Titles, draw};
use super::layout::layout;
use super::size::{name, without_turns};
use super::{Diagram, ListedChange, Mark};
use crate::{escape, shortened, width_in_letters};

/// The space around everything, and that of the lines above and below the picture.
const PAGE: f64 = 28.0;
const TITLE: f64 = 54.0;
const LINE: f64 = 19.0;

/// How many changes are listed below a picture; the page has all of them.
const CHANGES: usize = 40;

/// The style of what is around the drawing.
const STYLE_OF_PICTURE: &str = "
svg { font-family: system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", \"Noto Sans\", sans-serif; }
.ground { fill: var(--ground); }
.title { font-size: 19px; font-weight: 650; fill: var(--ink); }
.about, .list text, .legend text { font-size: 12.5px; fill: var(--soft); }
.list .path { font-family: var(--mono); font-size: 12px; fill: var(--ink); }
.list .added, .legend .added { fill: var(--added); } .list .removed, .legend .removed { fill: var(--removed); }
.list .changed, .legend .changed { fill: var(--changed); }
.list .sign, .legend .sign, .legend .key { font-family: var(--mono); font-weight: 700; }
";

/// The diagram as a picture that is one file and loads nothing. `title` is the name of what it shows, `about` a line about
/// where that comes from.
pub fn svg(diagram: &Diagram, title: &str, about: &str) -> String {
    let layout = layout(diagram);
    let listed: Vec<&ListedChange> = diagram.changes.iter().flatten().take(CHANGES).collect();
    let more = diagram.changes.as_ref().map_or(0, |changes| changes.len() - listed.len());
    let legend = legend(diagram);
    let texts = listed.iter().map(|change| of_list(change)).collect::<Vec<_>>();
    let widest = texts.iter().map(|(path, details)| {
        (width_in_letters(path) as f64) * 7.3 + width_in_letters(details) as f64 * 6.6 + 60.0
    });
    let heading = (width_in_letters(title) as f64 * 11.0).max(width_in_letters(about) as f64 * 6.8);
    let width = widest.fold(layout.width.max(legend.1).max(heading), f64::max) + 2.0 * PAGE;
    let below = PAGE + TITLE + layout.height + 34.0;
    let lines = listed.len() + usize::from(more > 0);
    let list = if lines > 0 { lines as f64 * LINE + 34.0 } else { 0.0 };
    let height = below + list + PAGE;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{}</title>\n<style>{}</style>\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"{PAGE}\" y=\"{:.0}\">{}</text>\n\
         <text class=\"about\" x=\"{PAGE}\" y=\"{:.0}\">{}</text>\n<g transform=\"translate({PAGE} {:.0})\">\n",
        escape(title),
        without_variables(&format!("{STYLE_OF_PICTURE}{STYLE}")),
        PAGE + 13.0,
        escape(title),
        PAGE + 33.0,
        escape(about),
        PAGE + TITLE,
    );
    draw(&mut text, diagram, &layout, Titles::Written);
    let _ = write!(
        text,
        "</g>\n<g class=\"legend\" transform=\"translate({PAGE} {below:.0})\">{}</g>\n",
        legend.0
    );
    if lines > 0 {
        let _ = writeln!(text, "<g class=\"list\" transform=\"translate({PAGE} {:.0})\">", below + 34.0);
        for (place, (change, (path, details))) in listed.iter().zip(&texts).enumerate() {
            let _ = writeln!(
                text,
                "<text y=\"{:.0}\"><tspan class=\"sign {mark}\">{}</tspan><tspan class=\"{mark}\" dx=\"6\">{mark}</tspan>\
                 <tspan dx=\"7\">{}</tspan><tspan class=\"path\" dx=\"7\">{}</tspan><tspan dx=\"9\">{}</tspan></text>",
                place as f64 * LINE,
                change.mark.sign(),
                change.kind.name(),
                escape(path),
                escape(&without_turns(details)),
                mark = change.mark.word(),
            );
        }
        if more > 0 {
            let _ = writeln!(text, "<text y=\"{:.0}\">and {more} more</text>", listed.len() as f64 * LINE);
        }
        text.push_str("</g>\n");
    }
    text.push_str("</svg>");
    text
}

fn of_list(change: &ListedChange) -> (String, String) {
    let details = shortened(&change.details.join("; "), 90);
    // Of a constraint that nobody has named the text is told once.
    let names = match change.path.split_last() {
        Some((name, whole)) if change.details == [name.as_str()] => whole,
        _ => &change.path,
    };
    (name_of(&names.join(".")), details)
}

fn name_of(path: &str) -> String {
    name(&shortened(path, 60))
}

/// What signs mean, and how wide that is.
fn legend(diagram: &Diagram) -> (String, f64) {
    let mut text = String::new();
    let mut x = 0.0;
    let mut entry = |text: &mut String, sign: &str, width: f64, words: &str| {
        let _ = write!(
            text,
            "<g transform=\"translate({x:.0} 0)\">{sign}<text x=\"{width:.0}\">{words}</text></g>"
        );
        x += width + width_in_letters(words) as f64 * 6.8 + 26.0;
    };
    if diagram.changes.is_some() {
        for mark in [Mark::Added, Mark::Removed, Mark::Changed] {
            let sign = format!("<text class=\"sign {}\">{}</text>", mark.word(), mark.sign());
            entry(&mut text, &sign, 14.0, mark.word());
        }
    }
    for (class, sign, words) in
        [("pk", "PK", "primary key"), ("fk", "FK", "foreign key"), ("uk", "UK", "unique")]
    {
        entry(&mut text, &format!("<text class=\"key {class}\">{sign}</text>"), 20.0, words);
    }
    let line = |more: &str| format!("<g class=\"edge\"><path class=\"line\" d=\"M0 -4H30\"/>{more}</g>");
    let bar = |x: u32| format!("<path class=\"end\" d=\"M{x} -8.5V0.5\"/>");
    let circle = |x: u32| format!("<circle class=\"zero\" cx=\"{x}\" cy=\"-4\" r=\"3.6\"/>");
    let foot = "<path class=\"end\" d=\"M19 -4L30 -9.5M19 -4L30 1.5\"/>".to_owned();
    for (ends, words) in [
        (foot + &circle(15), "any number"),
        (bar(22) + &circle(15), "none or one"),
        (bar(23) + &bar(19), "exactly one"),
    ] {
        entry(&mut text, &line(&ends), 38.0, words);
    }
    (text, x)
}
