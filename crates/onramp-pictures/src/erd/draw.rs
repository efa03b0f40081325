use std::fmt::Write;

use super::layout::Layout;
use super::size::{HEAD, ROW, SIGN, Size, middle, name, type_name, without_turns};
use super::{Diagram, Entity, EntityKind, Mark, Row, symbols, tips};
use crate::escape;

/// The style of what is drawn.
pub(super) const STYLE: &str = include_str!("page/drawing.css");

/// Whether a drawing says itself what the pointer finds on it, or a script does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Titles {
    Written,
    Scripted,
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
            title(titles, || tips::of_relation(diagram, relation)),
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
        title(titles, || tips::of_entity(entity)),
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
        title(titles, || tips::of_row(row)),
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
