use super::Picture;

/// The picture in the language of Mermaid, as GitHub shows it in Markdown. An arrow leads from a task to those
/// that need it.
pub(crate) fn mermaid(picture: &Picture) -> String {
    let mut lines = vec!["flowchart LR".to_owned()];
    for (number, (member, tasks)) in picture.by_member().into_iter().enumerate() {
        let indent = if member.is_some() { "    " } else { "  " };
        if let Some(member) = member {
            lines.push(format!("  subgraph m{number}[{}]", quoted(member)));
        }
        for position in tasks {
            lines.push(format!("{indent}t{position}[{}]", quoted(&picture.tasks[position].short)));
        }
        if member.is_some() {
            lines.push("  end".to_owned());
        }
    }
    for (position, task) in picture.tasks.iter().enumerate() {
        lines.extend(task.needs.iter().map(|need| format!("  t{need} --> t{position}")));
    }
    lines.join("\n")
}

/// A text between quotes. What has a meaning to Mermaid, to its Markdown or to HTML is written by its number,
/// which Mermaid turns back.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '_' | ';' => {
                quoted.push_str(&format!("#{};", c as u32));
            }
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;
    use expect_test::expect;

    #[test]
    fn members_are_subgraphs_and_any_name_is_quoted() {
        let picture =
            picture(&[("setup:a", &[]), ("ui/test:end", &[0]), ("task:say \"hé\" `x` #1 <b>", &[0, 1])]);
        expect![[r##"
            flowchart LR
              t0["setup:a"]
              t2["task:say #34;hé#34; #96;x#96; #35;1 #60;b#62;"]
              subgraph m1["ui"]
                t1["test:end"]
              end
              t0 --> t1
              t0 --> t2
              t1 --> t2"##]]
        .assert_eq(&mermaid(&picture));
    }
}
