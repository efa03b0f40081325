use super::super::{Columns, Diagram, Part, UnknownTable};
use super::{Made, shop};

fn names(diagram: &Diagram) -> Vec<String> {
    diagram.entities.iter().map(super::super::Entity::name).collect()
}

fn part(diagram: Diagram, tables: &[&str], depth: usize, columns: Columns) -> Result<Diagram, UnknownTable> {
    let tables = tables.iter().map(|table| (*table).to_owned()).collect();
    diagram.part(&Part { tables, depth, columns, changed: false })
}

#[test]
fn a_table_comes_with_those_near_to_it_and_the_types_that_they_use() {
    let diagram = Diagram::new(None, shop().catalog());
    let near = |depth| names(&part(diagram.clone(), &["gift"], depth, Columns::All).unwrap());
    assert_eq!(near(0), ["gift"]);
    assert_eq!(near(1), ["gift", "line", "line_state"]);
    assert_eq!(near(2), ["gift", "line", "order", "line_state"]);
    assert_eq!(near(usize::MAX), ["customer", "gift", "line", "order", "line_state"]);
    let unknown = part(diagram, &["order", "odrer"], 0, Columns::All);
    assert_eq!(unknown, Err(UnknownTable { name: "odrer".to_owned() }));
}

#[test]
fn relations_keep_their_rows_where_some_are_left_out() {
    let diagram = Diagram::new(None, shop().catalog());
    let keys = part(diagram.clone(), &[], 0, Columns::Keys).unwrap();
    let order = keys.entities.iter().find(|entity| entity.name() == "order").unwrap();
    let rows: Vec<&str> = order.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((rows.as_slice(), order.hidden), (["id", "customer_id", "clerk_id"].as_slice(), 1));
    for relation in &keys.relations {
        for (child, parent) in &relation.columns {
            let child = &keys.entities[relation.child].rows[child.expect("keys are shown")];
            let parent = &keys.entities[relation.parent].rows[parent.expect("keys are shown")];
            assert!(child.keys.foreign && parent.keys.primary, "{relation:?}");
        }
    }
    let none = part(diagram, &[], 0, Columns::None).unwrap();
    assert!(none.entities.iter().all(|entity| entity.rows.is_empty()));
    assert!(none.relations.iter().flat_map(|relation| &relation.columns).all(|pair| *pair == (None, None)));
}

#[test]
fn only_what_has_changed_is_shown_where_that_is_asked_for() {
    let after = shop().table(&["parcel"], &["id uuid", "customer_id uuid"]).reference(
        "parcel",
        "customer_id",
        "customer(id)",
    );
    let diagram = Diagram::new(Some(shop().catalog()), after.catalog());
    let changed = |depth| {
        let part = Part { changed: true, depth, ..Part::default() };
        names(&diagram.clone().part(&part).unwrap())
    };
    assert_eq!(changed(0), ["customer", "parcel"]);
    assert_eq!(changed(1), ["customer", "order", "parcel"]);
    let same = Diagram::new(Some(after.catalog()), after.catalog());
    let part = Part { changed: true, depth: 3, ..Part::default() };
    assert_eq!(names(&same.part(&part).unwrap()), [""; 0]);
}

#[test]
fn a_reference_to_a_table_that_is_not_there_is_no_line() {
    let made = Made::new().table(&["a"], &["id integer"]).reference("a", "id", "gone(id)");
    let diagram = Diagram::new(None, made.catalog());
    assert!(diagram.relations.is_empty() && diagram.entities[0].rows[0].keys.foreign);
}
