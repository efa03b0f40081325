use std::fmt::Write;

use super::Relation;
use super::layout::outwards;
use super::routes::{Line, Side};
use super::size::middle;

/// How round corners are.
const ROUND: f64 = 7.0;

/// A line with round corners, as the data of a path.
pub(super) fn path(points: &[(f64, f64)]) -> String {
    let mut data = format!("M{:.1} {:.1}", points[0].0, points[0].1);
    for place in 1..points.len() {
        let to = points[place];
        let Some(next) = points.get(place + 1) else {
            let _ = write!(data, "L{:.1} {:.1}", to.0, to.1);
            break;
        };
        let before = towards(to, points[place - 1]);
        let after = towards(to, *next);
        let _ = write!(
            data,
            "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
            before.0, before.1, to.0, to.1, after.0, after.1
        );
    }
    data
}

/// The point where a corner begins: a little from it towards another one.
fn towards(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x.hypot(y);
    if length < 0.01 {
        return from;
    }
    let part = (length / 2.0).min(ROUND) / length;
    (from.0 + x * part, from.1 + y * part)
}

/// The signs at the ends of a line: how many rows there may be on that side. At the child a crow's foot for many, or a bar
/// for one, and a circle because there need not be any; at the parent a bar with another one where there must be a row, or
/// with a circle.
pub(super) fn ends(relation: &Relation, line: &Line) -> String {
    let mut text = String::new();
    let (child, parent) = (line.points[0], line.points[line.points.len() - 1]);
    let out = outwards(line.sides[0]);
    let (x, y) = child;
    if relation.one_to_one {
        bar(&mut text, x + 8.0 * out, y);
        circle(&mut text, x + 15.0 * out, y);
    } else {
        let tip = x + 11.0 * out;
        let _ = write!(
            text,
            "<path class=\"end\" d=\"M{tip:.1} {y:.1}L{x:.1} {:.1}M{tip:.1} {y:.1}L{x:.1} {:.1}\"/>",
            y - 5.5,
            y + 5.5
        );
        circle(&mut text, x + 15.0 * out, y);
    }
    let out = outwards(line.sides[1]);
    let (x, y) = parent;
    bar(&mut text, x + 7.0 * out, y);
    if relation.optional {
        circle(&mut text, x + 14.0 * out, y);
    } else {
        bar(&mut text, x + 11.0 * out, y);
    }
    text
}

fn bar(text: &mut String, x: f64, y: f64) {
    let _ = write!(text, "<path class=\"end\" d=\"M{x:.1} {:.1}V{:.1}\"/>", y - 4.5, y + 4.5);
}

fn circle(text: &mut String, x: f64, y: f64) {
    let _ = write!(text, "<circle class=\"zero\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.6\"/>");
}

/// The other columns of a relation that has several, joined with the one where its line ends.
pub(super) fn joints(relation: &Relation, line: &Line, tops: [f64; 2]) -> String {
    let mut text = String::new();
    if relation.columns.len() < 2 {
        return text;
    }
    let ends = [line.points[0], line.points[line.points.len() - 1]];
    for (side, ((x, y), top)) in ends.into_iter().zip(tops).enumerate() {
        let rows = relation.columns.iter().skip(1);
        let rows = rows.filter_map(|(child, parent)| if side == 0 { *child } else { *parent });
        let out = outwards(line.sides[side]);
        for row in rows {
            let level = top + middle(Some(row));
            let turn = x + if side == 0 { 11.0 } else { 4.0 } * out;
            let _ = write!(
                text,
                "<path class=\"line\" d=\"M{x:.1} {level:.1}H{turn:.1}V{y:.1}\"/>\
                 <circle class=\"joint\" cx=\"{x:.1}\" cy=\"{level:.1}\" r=\"2.4\"/>"
            );
        }
    }
    text
}

/// Where the sign of a change stands beside a line: above its beginning.
pub(super) fn place_of_sign(line: &Line) -> (f64, f64) {
    let (x, y) = line.points[0];
    let out = if line.sides[0] == Side::Left { -1.0 } else { 1.0 };
    (x + 21.0 * out, y - 5.0)
}
