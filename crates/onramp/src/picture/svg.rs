use std::fmt::Write;

use super::layout::{BOX, Cluster, Edge, Layout, layout};
use super::{Picture, PictureTask};
use onramp_pictures::{escape, shortened, width_in_letters};

/// How wide a letter is in the font of the names, in pixels.
const LETTER: f64 = 7.5;

/// The space beside a name, with the stripe of its section and the dot of those that declare what they read.
const BESIDE: f64 = 30.0;

/// How far an edge goes on before it turns.
const TURN: f64 = 25.0;

/// The sections that have a colour of their own; others look like the last.
pub(super) const SECTIONS: [&str; 6] = ["setup", "format", "lint", "test", "build", "task"];

/// How many letters of a name are shown.
const LETTERS: usize = 44;

/// Draws the picture. Tasks are groups with the class `node` and their position as `data-at`, edges are paths with
/// `data-from` and `data-to`. Members have a frame where there are several; what belongs to none is called `own`.
pub(super) fn svg(picture: &Picture, own: &str) -> String {
    let mut groups = picture.by_member();
    groups.retain(|(_, tasks)| !tasks.is_empty());
    if groups.len() < 2 {
        groups.clear();
    }
    let name =
        |task: &PictureTask| shortened(if groups.is_empty() { &task.name } else { &task.short }, LETTERS);
    let labels: Vec<String> = picture.tasks.iter().map(name).collect();
    let titles: Vec<String> =
        groups.iter().map(|(member, _)| shortened(member.unwrap_or(own), LETTERS)).collect();
    let cluster = |(title, (_, tasks)): (&String, (_, Vec<usize>))| Cluster {
        tasks,
        least: width_in_letters(title) as f64 * LETTER,
    };
    let clusters: Vec<Cluster> = titles.iter().zip(groups).map(cluster).collect();
    let widths: Vec<f64> =
        labels.iter().map(|label| width_in_letters(label) as f64 * LETTER + BESIDE).collect();
    let needs: Vec<Vec<usize>> = picture.tasks.iter().map(|task| task.needs.clone()).collect();
    let layout = layout(&widths, &needs, &clusters);
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
    for (title, frame) in titles.iter().zip(&layout.frames) {
        put(
            &mut text,
            format_args!(
                "<g class=\"frame\" transform=\"translate({:.1} {:.1})\"><rect width=\"{:.1}\" height=\"{:.1}\" \
                 rx=\"10\"/><text x=\"12\" y=\"17\">{}</text></g>\n",
                frame.left,
                frame.top,
                frame.width,
                frame.height,
                escape(title),
            ),
        );
    }
    edges(&mut text, &layout);
    for (position, task) in picture.tasks.iter().enumerate() {
        let (x, y) = layout.boxes[position];
        let dot = format!("<circle cx=\"{:.1}\" cy=\"13\" r=\"2.6\"/>", widths[position] - 9.0);
        put(
            &mut text,
            format_args!(
                "<g class=\"node {}\" data-at=\"{position}\" tabindex=\"-1\" role=\"button\" \
                 aria-label=\"{}\" transform=\"translate({x:.1} {:.1})\"><rect width=\"{:.1}\" height=\"{BOX}\" \
                 rx=\"6\"/><rect class=\"stripe\" x=\"1\" y=\"1\" width=\"5\" height=\"{:.0}\" rx=\"2\"/>\
                 <text x=\"13\" y=\"17\">{}</text>{}</g>\n",
                section(&task.short),
                escape(&task.name),
                y - BOX / 2.0,
                widths[position],
                BOX - 2.0,
                label(&labels[position]),
                if task.listed["cached"] == true { &dot } else { "" },
            ),
        );
    }
    text.push_str("</g>\n</svg>");
    text
}

fn edges(text: &mut String, layout: &Layout) {
    for Edge { need, task, line, is_between } in &layout.edges {
        let between = if *is_between { " data-between=\"\"" } else { "" };
        put(text, format_args!("<path class=\"edge\" data-from=\"{need}\" data-to=\"{task}\"{between} d=\""));
        let mut from = line[0];
        put(text, format_args!("M{:.1} {:.1}", from.0, from.1));
        for (place, to) in line.iter().enumerate().skip(1) {
            if place % 2 == 1 {
                put(text, format_args!("H{:.1}", to.0));
            } else {
                let turn = ((to.0 - from.0) / 2.0).max(TURN);
                let (leaves, arrives) = (from.0 + turn, to.0 - turn);
                put(
                    text,
                    format_args!(
                        "C{leaves:.1} {:.1} {arrives:.1} {:.1} {:.1} {:.1}",
                        from.1, to.1, to.0, to.1
                    ),
                );
            }
            from = *to;
        }
        text.push_str("\"/>\n");
    }
}

/// The section that a task looks like: `test` for `test:unit`.
pub(super) fn section(short: &str) -> &'static str {
    let name = short.split(':').next().unwrap_or_default();
    SECTIONS.into_iter().find(|section| *section == name).unwrap_or("task")
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

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    #[test]
    fn members_have_frames_and_their_tasks_short_names_where_there_are_several() {
        let drawn = svg(&picture(&[("ui/test:a", &[]), ("test:b", &[0]), ("more:c", &[])]), "<own>");
        assert_eq!(drawn.matches("<g class=\"frame\"").count(), 2);
        assert!(drawn.contains(">&lt;own&gt;</text>") && drawn.contains(">ui</text>"), "{drawn}");
        assert!(drawn.contains("<tspan class=\"before\">test:</tspan>a"), "{drawn}");
        assert!(drawn.contains("aria-label=\"ui/test:a\"") && drawn.contains("data-between"), "{drawn}");
        assert_eq!(drawn.matches("class=\"node test\"").count(), 2);
        assert_eq!(drawn.matches("class=\"node task\"").count(), 1);
    }

    #[test]
    fn one_member_alone_needs_no_frame_and_keeps_its_name() {
        let drawn = svg(&picture(&[("ui/test:a", &[]), ("ui/test:b", &[0])]), "own");
        assert!(!drawn.contains("class=\"frame\"") && !drawn.contains("data-between"), "{drawn}");
        assert!(drawn.contains("<tspan class=\"before\">ui/test:</tspan>a"), "{drawn}");
    }
}
