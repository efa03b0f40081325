use serde_json::{Value, json};

use super::colours::COLOURS;
use super::draw::{STYLE, Titles, draw};
use super::json::change;
use super::layout::layout;
use super::{Diagram, EntityKind, ListedChange, enums};
use crate::{Page, VIEW_SCRIPT, VIEW_STYLE};

/// The diagram as a page that is one file, to search and to move in. `title` is the name of what it shows, `about` a line
/// about where that comes from.
pub fn page(diagram: &Diagram, title: &str, about: &str) -> String {
    let layout = layout(diagram);
    let mut drawing = format!(
        "<svg id=\"drawing\" role=\"group\" aria-label=\"Entity-relationship diagram\" data-width=\"{:.0}\" \
         data-height=\"{:.0}\" viewBox=\"-20 -20 {:.0} {:.0}\" preserveAspectRatio=\"xMidYMid meet\">\n<g id=\"world\">\n",
        layout.width,
        layout.height,
        layout.width + 40.0,
        layout.height + 40.0,
    );
    draw(&mut drawing, diagram, &layout, Titles::Scripted);
    drawing.push_str("</g>\n</svg>");
    let body = include_str!("page/page.html").replace("<!-- drawing -->", &drawing);
    Page {
        title: &format!("Tables of {title}"),
        styles: &[VIEW_STYLE, COLOURS, STYLE, include_str!("page/page.css")],
        body: &body,
        numbers: &numbers(diagram, title, about),
        scripts: &[include_str!("page/picture.js"), VIEW_SCRIPT],
    }
    .html()
}

/// What the script of the page knows.
fn numbers(diagram: &Diagram, title: &str, about: &str) -> Value {
    let entities: Vec<Value> = diagram
        .entities
        .iter()
        .map(|entity| {
            let types = diagram.entities.iter().enumerate().filter(|(_, other)| {
                other.kind == EntityKind::Enum
                    && entity.rows.iter().any(|row| enums::is_of(&row.type_name, &other.path))
            });
            let mut value = entity.to_json();
            value["enums"] = types.map(|(place, _)| place).collect();
            value
        })
        .collect();
    let relations: Vec<Value> = diagram
        .relations
        .iter()
        .map(|relation| {
            json!({
                "name": relation.name,
                "child": relation.child,
                "parent": relation.parent,
                "columns": relation.columns,
                "optional": relation.optional,
                "one-to-one": relation.one_to_one,
                "rules": relation.rules,
                "change": change(relation.mark),
                "details": relation.changes,
            })
        })
        .collect();
    let listed = |listed: &ListedChange| {
        let mut value = listed.to_json();
        value["entity"] = json!(listed.entity);
        value
    };
    json!({
        "title": title,
        "about": about,
        "entities": entities,
        "relations": relations,
        "changes": diagram.changes.as_ref().map(|changes| changes.iter().map(listed).collect::<Vec<_>>()),
    })
}
