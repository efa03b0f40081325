use super::Picture;

/// The picture in the language of Graphviz. An arrow leads from a task to those that need it: the way the work
/// flows.
pub(crate) fn dot(picture: &Picture) -> String {
    let mut lines = vec![
        "digraph tasks {".to_owned(),
        "  rankdir=LR;".to_owned(),
        "  node [shape=box, style=rounded, fontname=\"monospace\"];".to_owned(),
    ];
    for (number, (member, tasks)) in picture.by_member().into_iter().enumerate() {
        let indent = if member.is_some() { "    " } else { "  " };
        if let Some(member) = member {
            lines.push(format!("  subgraph cluster_{number} {{"));
            lines.push(format!("    label={};", label(member)));
        }
        for position in tasks {
            let task = &picture.tasks[position];
            let tooltip = match task.about.as_str() {
                "" => String::new(),
                about => format!(", tooltip={}", label(about)),
            };
            lines.push(format!("{indent}{} [label={}{tooltip}];", id(&task.name), label(&task.short)));
        }
        if member.is_some() {
            lines.push("  }".to_owned());
        }
    }
    for task in &picture.tasks {
        for need in &task.needs {
            lines.push(format!("  {} -> {};", id(&picture.tasks[*need].name), id(&task.name)));
        }
    }
    lines.push("}".to_owned());
    lines.join("\n")
}

/// A text as a quoted name. Only the double quote needs a backslash there; one that stands at the end would take
/// the closing quote with it, so those are doubled as well.
fn id(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text that is shown: there backslashes and the entities of HTML have a meaning too.
fn label(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;
    use expect_test::expect;

    #[test]
    fn members_are_clusters_and_any_name_is_quoted() {
        let picture = picture(&[("setup:a", &[]), ("ui/test:b", &[0]), ("task:say \"hé\\\" & <b>", &[0, 1])]);
        expect![[r#"
            digraph tasks {
              rankdir=LR;
              node [shape=box, style=rounded, fontname="monospace"];
              "setup:a" [label="setup:a"];
              "task:say \"hé\\\" & <b>" [label="task:say \"hé\\\" &amp; <b>"];
              subgraph cluster_1 {
                label="ui";
                "ui/test:b" [label="test:b"];
              }
              "setup:a" -> "ui/test:b";
              "setup:a" -> "task:say \"hé\\\" & <b>";
              "ui/test:b" -> "task:say \"hé\\\" & <b>";
            }"#]]
        .assert_eq(&dot(&picture));
    }
}
