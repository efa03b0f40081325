use super::super::layout::{Layout, layout};
use super::super::routes::Side;
use super::super::size::{HEAD, ROW, middle};
use super::super::{Columns, Diagram, Part};
use super::{Made, shop};

/// What must hold of every layout.
fn check(diagram: &Diagram) -> Layout {
    let layout = layout(diagram);
    let bounds = |at: usize| {
        let ((left, top), size) = (layout.boxes[at], &layout.sizes[at]);
        (left, top, left + size.width, top + size.height)
    };
    for one in 0..layout.boxes.len() {
        let (left, top, right, bottom) = bounds(one);
        assert!(
            left >= -0.01 && top >= -0.01 && right <= layout.width + 0.01 && bottom <= layout.height + 0.01
        );
        for two in one + 1..layout.boxes.len() {
            let (other_left, other_top, other_right, other_bottom) = bounds(two);
            let is_apart =
                right < other_left || other_right < left || bottom < other_top || other_bottom < top;
            assert!(is_apart, "{} lies on {}", diagram.entities[one].name(), diagram.entities[two].name());
        }
    }
    assert_eq!(layout.lines.len(), diagram.relations.len());
    for (place, line) in layout.lines.iter().enumerate() {
        assert_eq!(line.relation, place);
        let relation = &diagram.relations[place];
        let ends = [line.points[0], line.points[line.points.len() - 1]];
        let (child, parent) = relation.columns[0];
        for (((x, y), side), (entity, row)) in
            ends.into_iter().zip(line.sides).zip([(relation.child, child), (relation.parent, parent)])
        {
            let (left, top, right, _) = bounds(entity);
            let border = if side == Side::Left { left } else { right };
            assert!((x - border).abs() < 0.01, "{} ends beside its box", relation.name);
            let most = if row.is_some() { ROW / 2.0 } else { HEAD / 2.0 };
            assert!((y - top - middle(row)).abs() <= most, "{} ends beside its row", relation.name);
        }
        for pair in line.points.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!((x - to_x).abs() < 0.02 || (y - to_y).abs() < 0.02, "{:?}", line.points);
            for at in (0..layout.boxes.len()).filter(|_| !line.is_between) {
                let (left, top, right, bottom) = bounds(at);
                let crosses = x.max(to_x) > left + 0.1
                    && x.min(to_x) < right - 0.1
                    && y.max(to_y) > top + 0.1
                    && y.min(to_y) < bottom - 0.1;
                assert!(!crosses, "{} runs through {}", relation.name, diagram.entities[at].name());
            }
        }
    }
    layout
}

#[test]
fn what_is_referred_to_stands_to_the_left() {
    let diagram = Diagram::new(None, shop().catalog());
    let layout = check(&diagram);
    for relation in &diagram.relations {
        let (child, parent) = (layout.boxes[relation.child].0, layout.boxes[relation.parent].0);
        assert!(parent + layout.sizes[relation.parent].width < child, "{}", relation.name);
    }
    check(&Diagram::new(None, Made::new().catalog()));
    check(&Diagram::new(Some(Made::new().catalog()), shop().catalog()));
}

#[test]
fn several_lines_of_one_pair_and_to_itself_end_apart() {
    let made = Made::new()
        .table(&["node"], &["id uuid", "parent_id uuid?", "root_id uuid", "twin_id uuid?"])
        .key("node", "id")
        .reference("node", "parent_id", "node(id)")
        .reference("node", "root_id", "node(id)")
        .reference("node", "twin_id", "node(id)")
        .reference("node", "id", "node(id)")
        .table(&["edge"], &["a uuid", "b uuid", "c uuid?"])
        .reference("edge", "a", "node(id)")
        .reference("edge", "b", "node(id)")
        .reference("edge", "c", "node(id)");
    let diagram = Diagram::new(None, made.catalog());
    let layout = check(&diagram);
    let mut starts: Vec<String> = layout.lines.iter().map(|line| format!("{:.1?}", line.points[0])).collect();
    starts.sort();
    starts.dedup();
    assert_eq!(starts.len(), 7);
}

/// Tables with columns, keys, circles and references of all kinds, by chance that is the same each time.
fn random(tables: usize, schemas: usize) -> Diagram {
    let mut seed = 11_usize;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let names: Vec<(String, String)> =
        (0..tables).map(|table| (format!("s{}", table % schemas), format!("t{table}"))).collect();
    let mut made = Made::new();
    for (schema, name) in &names {
        let mut columns: Vec<String> = vec!["id uuid".to_owned(), "other integer".to_owned()];
        columns.extend((0..next(14)).map(|column| format!("column_{column} text?")));
        let targets: Vec<usize> = (0..next(4)).map(|_| next(tables)).collect();
        let null = |number: usize| if number.is_multiple_of(2) { "?" } else { "" };
        columns.extend((0..targets.len()).map(|number| format!("ref_{number} uuid{}", null(number))));
        let path = if schemas > 1 { vec![schema.as_str(), name] } else { vec![name.as_str()] };
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        made = made.table(&path, &columns);
        for (number, target) in targets.into_iter().enumerate() {
            let (target_schema, target) = &names[target];
            let target = if schemas > 1 { format!("{target_schema}.{target}") } else { target.clone() };
            let columns = if number == 2 { "ref_2, other" } else { ["ref_0", "ref_1"][number] };
            let to = if number == 2 { "id, other" } else { "id" };
            made = made.constraint(
                onramp_database::catalog::Kind::ForeignKey,
                &path,
                &format!("fk_{number}"),
                &format!("FOREIGN KEY ({columns}) REFERENCES {target}({to})"),
            );
        }
    }
    Diagram::new(None, made.catalog())
}

#[test]
fn boxes_never_overlap_and_lines_run_between_them() {
    for tables in [2, 7, 60, 150] {
        let diagram = random(tables, 1);
        let layout = check(&diagram);
        assert!(tables < 7 || diagram.relations.len() > tables, "{}", diagram.relations.len());
        assert!(layout.width < 25_000.0 && layout.height < 25_000.0, "{} {}", layout.width, layout.height);
        for columns in [Columns::Keys, Columns::None] {
            check(&diagram.clone().part(&Part { columns, ..Part::default() }).unwrap());
        }
    }
}

#[test]
fn schemas_have_frames_of_their_own() {
    let diagram = random(40, 3);
    let layout = check(&diagram);
    assert_eq!(layout.frames.len(), 3);
    for (at, (left, top)) in layout.boxes.iter().enumerate() {
        for frame in &layout.frames {
            let is_inside = (frame.left..frame.left + frame.width).contains(left)
                && (frame.top..frame.top + frame.height).contains(top);
            assert_eq!(is_inside, diagram.entities[at].schema() == Some(&frame.name));
        }
    }
    assert!(layout.lines.iter().any(|line| line.is_between));
}

#[test]
fn a_thousand_tables_that_all_need_one_another_are_placed() {
    let mut made = Made::new();
    for table in 0..1_000 {
        let (name, next) = (format!("t{table}"), format!("t{}(id)", (table + 1) % 1_000));
        made = made.table(&[&name], &["id uuid", "next uuid"]).reference(&name, "next", &next);
    }
    let diagram = Diagram::new(None, made.catalog());
    assert_eq!(layout(&diagram).lines.len(), 1_000);
}
