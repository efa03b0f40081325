use expect_test::expect;
use onramp_database::catalog::Kind;

use super::super::{Diagram, mermaid, page, svg};
use super::{Made, shop};

#[test]
fn mermaid_tells_keys_and_how_many_rows_there_may_be() {
    let text = mermaid(&Diagram::new(None, shop().catalog()));
    expect![[r#"
        erDiagram
          customer {
            uuid id PK
            text name
            text note "null"
          }
          gift {
            uuid order_id PK,FK
            integer number PK,FK
            text card
          }
          line {
            uuid order_id PK,FK
            integer number PK
            line_state state
          }
          open_orders["open_orders (view)"] {
            uuid id
          }
          order {
            uuid id PK
            uuid customer_id FK
            uuid clerk_id FK "null"
            numeric(10_2) total "numeric(10,2)"
          }
          setting {
            varchar(40) name
            text value "null"
          }
          entity_6["line_state (enum)"] {
            label new
            label sent
          }
          line ||--o| gift : "order_id, number"
          order ||--o{ line : "order_id"
          customer |o--o{ order : "clerk_id"
          customer ||--o{ order : "customer_id""#]]
    .assert_eq(&text);
}

/// What a name may do where it is not told apart from what surrounds it.
fn hostile() -> Vec<String> {
    let names = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- drawing -->",
        "\"",
        "'",
        "`a`",
        "a \"b\".c",
        "&lt;&amp;&#60;",
        "#35;",
        "%%{init: {}}%%",
        "]]>",
        "|o--o{",
        "PK",
        "fk-a",
        "end",
        "direction LR",
        "entity_2",
        "a\nb",
        "\u{202e}txet",
        "\u{0}\u{1b}[31m\u{fffe}",
        "漢字",
        "aé",
        "-1",
        "",
        " ",
    ];
    names.into_iter().map(str::to_owned).chain(["x".repeat(255)]).collect()
}

fn hostile_diagram() -> Diagram {
    let names = hostile();
    let mut made = Made::new();
    for (place, name) in names.iter().enumerate() {
        let next = &names[(place + 1) % names.len()];
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        made = made
            .object(Kind::Table, &[name], &[])
            .object(
                Kind::Column,
                &[name, next],
                &[("type", name), ("position", "1"), ("nullable", "true"), ("default", name)],
            )
            .object(Kind::Column, &[name, "x y"], &[("type", next), ("position", "2")])
            .constraint(
                Kind::ForeignKey,
                &[name],
                name,
                &format!("FOREIGN KEY ({}) REFERENCES {}(\"x y\")", quoted(next), quoted(next)),
            )
            .object(Kind::Enum, &["labels", name], &[("labels", &format!("'{}'", name.replace('\'', "''")))]);
    }
    Diagram::new(Some(shop().catalog()), made.catalog())
}

#[test]
fn a_picture_is_well_formed_whatever_things_are_called() {
    let diagram = hostile_diagram();
    let picture = svg(&diagram, "a <b> & \"c\"", "</style>\u{1}");
    assert!(diagram.relations.len() >= hostile().len(), "{}", diagram.relations.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = picture.as_str();
    // Every `<` begins a tag of ours, and all of them end in the right order.
    while let Some((text, behind)) = rest.split_once('<') {
        assert!(!text.contains("]]>"), "{text}");
        let (tag, after) = behind.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().expect("a tag has a name");
        let known = ["svg", "title", "style", "rect", "text", "tspan", "g", "path", "circle"];
        assert!(known.contains(&name), "<{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?}");
    let is_allowed = |c: char| c == '\n' || c == '\t' || (' '..'\u{fffe}').contains(&c) || c > '\u{ffff}';
    assert!(picture.chars().all(is_allowed));
    assert!(!picture.contains('\u{202e}'), "a name turns what stands behind it");
    for tag in picture.split('<').skip(1).filter_map(|part| part.split('>').next()) {
        let attributes: String = tag.split('"').step_by(2).collect();
        for way_out in [" src", " href", " on", ":href"] {
            assert!(!attributes.contains(way_out), "<{tag}>");
        }
    }
    assert!(!picture.contains("url(") && !picture.contains("@import"));
}

#[test]
fn a_page_carries_any_name_and_loads_nothing() {
    let page = page(&hostile_diagram(), "a <b>", "about");
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("<svg").count(), 1);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(!page.contains("<img") && !page.contains("\u{0}"));
    for way_out in ["src=\"", "href=", "url(h", "@import", "fetch(", "XMLHttpRequest", "innerHTML"] {
        assert!(!page.contains(way_out), "{way_out}");
    }
}

#[test]
fn mermaid_gets_no_word_that_it_reads_as_its_own() {
    let text = mermaid(&hostile_diagram());
    for line in text.lines().skip(1) {
        // Outside of quotes there are words, keys and the signs of relations alone.
        let outside: String = line.split('"').step_by(2).collect();
        let plain = outside.trim_matches(|c| " {}[]".contains(c));
        let is_style = plain.starts_with("classDef") || plain.starts_with("class ");
        let fits = |c: char| c.is_alphanumeric() || " _-()[],:|{}.o".contains(c);
        assert!(is_style || plain.chars().all(fits), "{line}");
        let inside: String = line.split('"').skip(1).step_by(2).collect();
        assert!(!inside.contains(['<', '>', '`', '%', '\\', '\u{202e}', '\u{1b}']), "{line}");
        assert!(!line.to_lowercase().contains("direction lr"), "{line}");
    }
    assert!(text.contains(" _PK ") && text.contains(" _fk-a "), "{text}");
}

#[test]
fn the_same_catalog_is_the_same_bytes() {
    let diagrams = [(); 2].map(|()| hostile_diagram());
    let [one, two] = diagrams.map(|diagram| {
        (mermaid(&diagram), svg(&diagram, "a", "b"), page(&diagram, "a", "b"), diagram.to_json().to_string())
    });
    assert!(one == two);
}
