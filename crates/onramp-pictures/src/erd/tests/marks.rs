use expect_test::expect;
use onramp_database::catalog::Kind;

use super::super::{Diagram, Mark, mermaid, svg};
use super::{Made, shop};

fn changed() -> Diagram {
    let before = shop();
    let after = Made::new()
        .table(&["customer"], &["id uuid", "mail text", "name character varying(80)"])
        .key("customer", "id")
        .table(&["order"], &["id uuid", "customer_id uuid?", "total numeric(10,2)"])
        .key("order", "id")
        .constraint(
            Kind::ForeignKey,
            &["order"],
            "fk_order_customer_id",
            "FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE SET NULL",
        )
        .object(Kind::Index, &["order", "ix_total"], &[("columns", "total"), ("method", "btree")])
        .table(&["line"], &["order_id uuid", "number integer", "state line_state"])
        .key("line", "order_id, number")
        .reference("line", "order_id", "\"order\"(id)")
        .table(&["parcel"], &["id uuid", "line_id uuid", "line_number integer"])
        .key("parcel", "id")
        .reference("parcel", "line_id, line_number", "line(order_id, number)")
        .table(&["setting"], &["name character varying(40)", "value text?"])
        .object(Kind::Enum, &["line_state"], &[("labels", "'new', 'lost', 'sent'")])
        .relation(Kind::View, &["open_orders"], &["id uuid?"]);
    Diagram::new(Some(before.catalog()), after.catalog())
}

fn listed(diagram: &Diagram) -> String {
    let mut lines = Vec::new();
    for entity in diagram.entities.iter().filter(|entity| entity.mark != Mark::Same) {
        lines.push(format!("{} {}", entity.mark.word(), entity.name()));
        for row in entity.rows.iter().filter(|_| entity.mark == Mark::Changed) {
            lines.push(format!("  {:1} {} {}", row.mark.sign(), row.name, row.changes.join("; ")));
        }
        lines.extend(entity.changes.iter().map(|change| format!("  {change}")));
    }
    for relation in diagram.relations.iter().filter(|relation| relation.mark != Mark::Same) {
        lines.push(format!("{} {} {}", relation.mark.word(), relation.name, relation.changes.join("; ")));
    }
    for change in diagram.changes.iter().flatten() {
        let place = change.entity.map(|entity| diagram.entities[entity].name()).unwrap_or_default();
        let details = change.details.join("; ");
        lines.push(format!(
            "{} {} {} in {place}: {details}",
            change.mark.sign(),
            change.kind.name(),
            change.path.join(".")
        ));
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_change_is_marked_where_it_is_and_listed_once() {
    expect![[r#"
        changed customer
            id
          + mail
          ~ name type: text → character varying(80)
          − note
        removed gift
        changed order
            id
          ~ customer_id nullable: false → true
          − clerk_id
            total
          − foreign-key fk_order_clerk_id: FOREIGN KEY (clerk_id) REFERENCES customer(id)
          ~ foreign-key fk_order_customer_id: definition: FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE CASCADE → FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE SET NULL
          + index ix_total: (total)
        added parcel
        changed line_state
            new
          + lost
            sent
        removed fk_gift_order_id, number
        removed fk_order_clerk_id
        changed fk_order_customer_id definition: FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE CASCADE → FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE SET NULL
        added fk_parcel_line_id, line_number
        ~ enum line_state in line_state: labels: 'new', 'sent' → 'new', 'lost', 'sent'
        + column customer.mail in customer: text not null
        ~ column customer.name in customer: type: text → character varying(80)
        − column customer.note in customer: text
        − table gift in gift:
        − column order.clerk_id in order: uuid
        ~ column order.customer_id in order: nullable: false → true
        − foreign-key order.fk_order_clerk_id in order: FOREIGN KEY (clerk_id) REFERENCES customer(id)
        ~ foreign-key order.fk_order_customer_id in order: definition: FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE CASCADE → FOREIGN KEY (customer_id) REFERENCES customer(id) ON DELETE SET NULL
        + index order.ix_total in order: (total)
        + table parcel in parcel:"#]].assert_eq(&listed(&changed()));
}

#[test]
fn equal_catalogs_have_no_mark_and_an_empty_list() {
    let diagram = Diagram::new(Some(shop().catalog()), shop().catalog());
    assert_eq!(diagram.changes, Some(Vec::new()));
    assert_eq!(listed(&diagram), "");
    assert_eq!(mermaid(&diagram), mermaid(&Diagram::new(None, shop().catalog())));
}

#[test]
fn a_change_is_told_in_words_and_signs_and_not_by_colour_alone() {
    let diagram = changed();
    let text = mermaid(&diagram);
    assert!(text.contains("parcel[\"+ parcel\"]") && text.contains("gift[\"- gift\"]"), "{text}");
    assert!(text.contains("text note \"removed, null\"") && text.contains("text mail \"added\""), "{text}");
    assert!(text.contains("class parcel added") && text.contains("class gift removed"), "{text}");
    let picture = svg(&diagram, "shop", "about");
    assert!(picture.contains("<text class=\"sign\" x=\"10\" y=\"21\">\u{2212}</text><text class=\"name\""));
    assert!(
        picture.contains(
            "name character varying(80) not null\nchanged\ntype: text \u{2192} character varying(80)"
        )
    );
    assert!(picture.contains("<tspan class=\"removed\" dx=\"6\">removed</tspan>"), "{picture}");
}
