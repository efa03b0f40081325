use std::fmt::Write;

use super::colours::without_variables;
use super::layout::{Layout, layout};
use super::size::{HEAD, NULL, ROW, SIGN, Size, middle, name, type_name, without_turns};
use super::{Diagram, Entity, EntityKind, ListedChange, Mark, Relation, Row, symbols};
use crate::{escape, shortened, width_in_letters};

/// The style of what is drawn.
pub(super) const STYLE: &str = include_str!("page/drawing.css");

/// The space around everything, and that of the lines above and below the picture.
const PAGE: f64 = 28.0;
const TITLE: f64 = 54.0;
const LINE: f64 = 19.0;

/// How many changes are listed below a picture; the page has all of them.
const CHANGES: usize = 40;

/// How a picture without a page around it is called.
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

/// Whether a drawing says itself what the pointer finds on it, or a script does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Titles {
    Written,
    Scripted,
}

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
        let _ = write!(text, "<g class=\"list\" transform=\"translate({PAGE} {:.0})\">\n", below + 34.0);
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

/// Draws everything. Entities are groups with the class `node` and their place as `data-at`, relations such with the class
/// `edge`.
pub(super) fn draw(text: &mut String, diagram: &Diagram, layout: &Layout, titles: Titles) {
    for frame in &layout.frames {
        let _ = writeln!(
            text,
            "<g class=\"frame\" transform=\"translate({:.1} {:.1})\"><rect width=\"{:.1}\" height=\"{:.1}\" rx=\"12\"/>\
             <text x=\"16\" y=\"22\">{}</text></g>",
            frame.left,
            frame.top,
            frame.width,
            frame.height,
            escape(&name(&frame.name)),
        );
    }
    for line in &layout.lines {
        let relation = &diagram.relations[line.relation];
        let tops = [layout.boxes[relation.child].1, layout.boxes[relation.parent].1];
        let data = symbols::path(&line.points);
        let between = if line.is_between { " between" } else { "" };
        let _ = write!(
            text,
            "<g class=\"edge{between}{}\" data-at=\"{}\" data-from=\"{}\" data-to=\"{}\">{}\
             <path class=\"line\" d=\"{data}\"/>{}{}",
            class(relation.mark),
            line.relation,
            relation.parent,
            relation.child,
            title(titles, || about_relation(diagram, relation)),
            symbols::joints(relation, line, tops),
            symbols::ends(relation, line),
        );
        if relation.mark != Mark::Same {
            let (x, y) = symbols::place_of_sign(line);
            let _ = write!(
                text,
                "<text class=\"sign\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
                relation.mark.sign()
            );
        }
        let _ = writeln!(text, "<path class=\"reach\" d=\"{data}\"/></g>");
    }
    for (at, entity) in diagram.entities.iter().enumerate() {
        draw_entity(text, at, entity, &layout.sizes[at], layout.boxes[at], titles);
    }
}

fn draw_entity(
    text: &mut String,
    at: usize,
    entity: &Entity,
    size: &Size,
    corner: (f64, f64),
    titles: Titles,
) {
    let Size { width, height, .. } = size;
    let kind = entity.kind.kind().name();
    let sign = entity.mark.sign();
    let spoken = [entity.mark.word(), kind, &entity.name()].map(str::to_owned).join(" ");
    let _ = write!(
        text,
        "<g class=\"node {kind}{}\" data-at=\"{at}\" tabindex=\"-1\" role=\"button\" aria-label=\"{}\" \
         transform=\"translate({:.1} {:.1})\">{}<rect class=\"body\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\"/>",
        class(entity.mark),
        escape(&without_turns(spoken.trim())),
        corner.0,
        corner.1,
        title(titles, || about_entity(entity)),
    );
    let has_rows = *height > HEAD;
    let bottom = if has_rows {
        format!("V{HEAD}H0.6")
    } else {
        format!("V{:.1}q0 7.4 -7.4 7.4H8q-7.4 0 -7.4 -7.4", HEAD - 8.0)
    };
    let _ = write!(
        text,
        "<path class=\"head\" d=\"M0.6 8q0 -7.4 7.4 -7.4H{:.1}q7.4 0 7.4 7.4{bottom}Z\"/>",
        width - 8.0
    );
    if has_rows {
        let _ = write!(text, "<path class=\"rule\" d=\"M0.6 {HEAD}H{:.1}\"/>", width - 0.6);
    }
    let start = if sign.is_empty() { SIGN } else { SIGN + 14.0 };
    if !sign.is_empty() {
        let _ = write!(text, "<text class=\"sign\" x=\"{SIGN}\" y=\"21\">{sign}</text>");
    }
    let _ = write!(text, "<text class=\"name\" x=\"{start}\" y=\"21\">{}</text>", escape(&size.head));
    if !entity.kind.label().is_empty() {
        let _ = write!(
            text,
            "<text class=\"kind\" x=\"{:.1}\" y=\"20\">{}</text>",
            width - 10.0,
            entity.kind.label()
        );
    }
    text.push('\n');
    for (place, row) in entity.rows.iter().enumerate() {
        draw_row(text, place, row, entity, size, titles);
    }
    if entity.hidden > 0 {
        let noun = if entity.hidden == 1 { "column" } else { "columns" };
        let more = if entity.rows.is_empty() { "" } else { " more" };
        let _ = writeln!(
            text,
            "<text class=\"more\" x=\"{:.1}\" y=\"{:.1}\">{}{more} {noun}</text>",
            size.keys,
            middle(Some(entity.rows.len())) + 4.0,
            entity.hidden
        );
    }
    text.push_str("</g>\n");
}

fn draw_row(text: &mut String, place: usize, row: &Row, entity: &Entity, size: &Size, titles: Titles) {
    let middle = middle(Some(place));
    let base = middle + 4.2;
    let primary = if row.keys.primary { " primary" } else { "" };
    let _ = write!(
        text,
        "<g class=\"row{primary}{}\" data-row=\"{place}\">{}<rect class=\"cell\" x=\"1.5\" y=\"{:.1}\" width=\"{:.1}\" \
         height=\"{ROW}\"/>",
        class(row.mark),
        title(titles, || about_row(row)),
        middle - ROW / 2.0,
        size.width - 3.0,
    );
    if row.mark != Mark::Same {
        let _ = write!(text, "<text class=\"sign\" x=\"{SIGN}\" y=\"{base:.1}\">{}</text>", row.mark.sign());
    }
    let keys = [
        (row.keys.primary, "pk", "PK"),
        (row.keys.foreign, "fk", "FK"),
        (row.keys.unique && !row.keys.primary, "uk", "UK"),
    ];
    for (at, (_, class, word)) in keys.iter().filter(|(is_in, ..)| *is_in).enumerate() {
        let x = size.keys + at as f64 * 20.0;
        let _ =
            write!(text, "<text class=\"key {class}\" x=\"{x:.1}\" y=\"{:.1}\">{word}</text>", base - 0.6);
    }
    let names = if entity.kind == EntityKind::Enum { size.keys } else { size.names };
    let _ = write!(
        text,
        "<text class=\"column\" x=\"{names:.1}\" y=\"{base:.1}\">{}</text>",
        escape(&name(&row.name))
    );
    if !row.type_name.is_empty() {
        let _ = write!(
            text,
            "<text class=\"type\" x=\"{:.1}\" y=\"{base:.1}\">{}</text>",
            size.types,
            escape(&type_name(&row.type_name))
        );
    }
    if row.nullable {
        debug_assert!(size.width > NULL);
        let _ =
            write!(text, "<text class=\"null\" x=\"{:.1}\" y=\"{base:.1}\">null</text>", size.width - 10.0);
    }
    text.push_str("</g>\n");
}

fn class(mark: Mark) -> String {
    if mark == Mark::Same { String::new() } else { format!(" {}", mark.word()) }
}

fn title(titles: Titles, about: impl FnOnce() -> String) -> String {
    match titles {
        Titles::Written => format!("<title>{}</title>", escape(&without_turns(&about()))),
        Titles::Scripted => String::new(),
    }
}

fn about_entity(entity: &Entity) -> String {
    let mut lines = vec![format!("{} {}", entity.kind.kind().name(), entity.name())];
    if entity.mark != Mark::Same {
        lines.push(entity.mark.word().to_owned());
    }
    lines.extend(entity.changes.iter().cloned());
    lines.join("\n")
}

fn about_row(row: &Row) -> String {
    let null = if row.type_name.is_empty() || row.nullable { "" } else { " not null" };
    let default = row.default.as_ref().map_or(String::new(), |default| format!(" default {default}"));
    let mut lines = vec![format!("{} {}{null}{default}", row.name, row.type_name)];
    if row.mark != Mark::Same {
        lines.push(row.mark.word().to_owned());
    }
    lines.extend(row.changes.iter().cloned());
    lines.join("\n")
}

fn about_relation(diagram: &Diagram, relation: &Relation) -> String {
    let names = |entity: usize, rows: Vec<Option<usize>>| {
        let entity = &diagram.entities[entity];
        let names: Vec<&str> = rows.into_iter().flatten().map(|row| entity.rows[row].name.as_str()).collect();
        format!("{} ({})", entity.name(), names.join(", "))
    };
    let child = names(relation.child, relation.columns.iter().map(|(child, _)| *child).collect());
    let parent = names(relation.parent, relation.columns.iter().map(|(_, parent)| *parent).collect());
    let mut lines = vec![relation.name.clone(), format!("{child} \u{2192} {parent}")];
    lines.extend(Some(relation.rules.clone()).filter(|rules| !rules.is_empty()));
    if relation.mark != Mark::Same {
        lines.push(relation.mark.word().to_owned());
    }
    lines.extend(relation.changes.iter().cloned());
    lines.join("\n")
}
