use std::fmt::Write;

use super::Picture;
use super::layout::{BOX, Edge, Layout, layout};
use crate::page::escape;

/// How wide a letter is in the font of the names, in pixels.
const LETTER: f64 = 7.5;

/// The space beside a name, with the stripe of its member.
const BESIDE: f64 = 22.0;

/// How many letters of a name are shown.
const LETTERS: usize = 44;

/// How many colours there are for members; the style has as many.
const COLOURS: usize = 10;

/// Draws the picture. Tasks are groups with the class `node` and their position as `data-at`, edges are paths with
/// `data-from` and `data-to`.
pub(super) fn svg(picture: &Picture) -> String {
    let labels: Vec<String> = picture.tasks.iter().map(|task| shortened(&task.name)).collect();
    let widths: Vec<f64> = labels.iter().map(|label| letters(label) as f64 * LETTER + BESIDE).collect();
    let needs: Vec<Vec<usize>> = picture.tasks.iter().map(|task| task.needs.clone()).collect();
    let layout = layout(&widths, &needs);
    let mut text = format!(
        "<svg id=\"drawing\" role=\"group\" aria-label=\"Task graph\" data-width=\"{:.0}\" data-height=\"{:.0}\" \
         viewBox=\"-20 -20 {:.0} {:.0}\" preserveAspectRatio=\"xMidYMid meet\">\n\
         <defs><marker id=\"tip-of-edge\" viewBox=\"0 0 6 6\" refX=\"5.5\" refY=\"3\" markerWidth=\"6\" \
         markerHeight=\"6\" orient=\"auto\"><path d=\"M0 0.6L6 3L0 5.4Z\"/></marker></defs>\n<g id=\"world\">\n",
        layout.width,
        layout.height,
        layout.width + 40.0,
        layout.height + 40.0,
    );
    edges(&mut text, &layout);
    for (position, task) in picture.tasks.iter().enumerate() {
        let (x, y) = layout.boxes[position];
        let colour = task.member.map_or_else(|| "own".to_owned(), |member| format!("m{}", member % COLOURS));
        put(
            &mut text,
            format_args!(
                "<g class=\"node {colour}\" data-at=\"{position}\" tabindex=\"-1\" role=\"button\" \
                 aria-label=\"{}\" transform=\"translate({x:.1} {:.1})\"><rect width=\"{:.1}\" height=\"{BOX}\" \
                 rx=\"6\"/><rect class=\"stripe\" x=\"1\" y=\"1\" width=\"5\" height=\"{:.0}\" rx=\"2\"/>\
                 <text x=\"13\" y=\"17\">{}</text></g>\n",
                escape(&task.name),
                y - BOX / 2.0,
                widths[position],
                BOX - 2.0,
                label(&labels[position]),
            ),
        );
    }
    text.push_str("</g>\n</svg>");
    text
}

fn edges(text: &mut String, layout: &Layout) {
    for Edge { need, task, line } in &layout.edges {
        put(text, format_args!("<path class=\"edge\" data-from=\"{need}\" data-to=\"{task}\" d=\""));
        let mut from = line[0];
        put(text, format_args!("M{:.1} {:.1}", from.0, from.1));
        for (place, to) in line.iter().enumerate().skip(1) {
            if place % 2 == 1 {
                put(text, format_args!("H{:.1}", to.0));
            } else {
                let middle = f64::midpoint(from.0, to.0);
                let (from, to) = (from.1, to);
                put(
                    text,
                    format_args!("C{middle:.1} {from:.1} {middle:.1} {:.1} {:.1} {:.1}", to.1, to.0, to.1),
                );
            }
            from = *to;
        }
        text.push_str("\"/>\n");
    }
}

/// A name with what stands before its last part in a softer colour.
fn label(name: &str) -> String {
    match name.rsplit_once(':') {
        Some((before, name)) => {
            format!("<tspan class=\"before\">{}:</tspan>{}", escape(before), escape(name))
        }
        None => escape(name),
    }
}

/// How many letters of the usual width a text is as wide as.
fn letters(text: &str) -> usize {
    // From here on most scripts have wide letters.
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let half = LETTERS / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half + 1..]);
    format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}
