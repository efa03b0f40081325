use granit_parser::{Event, Parser};

/// How many scalars of a file are looked at.
const LIMIT: usize = 200_000;

/// How long what leads to a scalar may be, in bytes. Whatever has more keys or longer ones is not asked for by anybody, and
/// each of many scalars would have a copy of them.
const LONGEST: usize = 256;

/// A scalar of a YAML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// The keys and places that lead to it, with slashes between them: `parents/0`. Of what is too long nothing is told but
    /// `?`.
    pub(crate) path: String,
    pub(crate) value: String,
    /// From 1.
    pub(crate) line: u32,
}

/// Something that is open.
struct Open {
    is_map: bool,
    /// The key that waits for its value, or what the next item of a list is called.
    key: Option<String>,
    next: usize,
    /// What leads to it.
    path: String,
}

/// What was read of a YAML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalars {
    pub(crate) list: Vec<Scalar>,
    /// The line from which on nothing was read, if there are too many.
    pub(crate) cut: Option<u32>,
}

/// What is said where a file has too many of them.
pub(crate) fn too_many() -> String {
    format!("it has more than {LIMIT} values, and what comes from here on was not read")
}

/// The scalars of the first document; what aliases stand for is left out. The error is a line and what is wrong there.
pub(crate) fn scalars(text: &str) -> Result<Scalars, (u32, String)> {
    scalars_up_to(text, LIMIT)
}

fn scalars_up_to(text: &str, limit: usize) -> Result<Scalars, (u32, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut scalars = Vec::new();
    let mut cut = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| (line(error.marker().line()), error.info().to_owned()))?;
        match event {
            Event::Scalar(value, ..) => {
                if let Some(last) = open.last_mut()
                    && last.is_map
                    && last.key.is_none()
                {
                    last.key = Some(value.into_owned());
                    continue;
                }
                let line = line(span.start.line());
                if scalars.len() >= limit {
                    cut = Some(line);
                    break;
                }
                let path = path(&mut open);
                scalars.push(Scalar { path, value: value.into_owned(), line });
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                // A key that is itself a mapping has no name; what it leads to has none either.
                let is_key = open.last().is_some_and(|last| last.is_map && last.key.is_none());
                let path = if is_key { "?".to_owned() } else { path(&mut open) };
                if is_key && let Some(last) = open.last_mut() {
                    last.key = Some("?".to_owned());
                }
                open.push(Open {
                    is_map: matches!(event, Event::MappingStart(..)),
                    key: None,
                    next: 0,
                    path,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => drop(open.pop()),
            Event::Alias(_) => {
                if open.last().is_some_and(|last| last.is_map && last.key.is_none()) {
                    if let Some(last) = open.last_mut() {
                        last.key = Some("?".to_owned());
                    }
                } else {
                    path(&mut open);
                }
            }
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    Ok(Scalars { list: scalars, cut })
}

/// What leads to the value that comes now, which is one more of its list or uses up its key.
fn path(open: &mut [Open]) -> String {
    let Some(last) = open.last_mut() else { return String::new() };
    let name = match last.is_map {
        true => last.key.take().unwrap_or_default(),
        false => {
            last.next += 1;
            (last.next - 1).to_string()
        }
    };
    match last.path.len() + name.len() {
        LONGEST.. => "?".to_owned(),
        _ if last.path.is_empty() => name,
        _ => format!("{}/{name}", last.path),
    }
}

fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn paths_of_scalars() {
        let told = |text: &str| match scalars(text) {
            Ok(scalars) => scalars
                .list
                .iter()
                .map(|scalar| format!("{} {}={}\n", scalar.line, scalar.path, scalar.value))
                .collect::<String>(),
            Err((line, _)) => format!("wrong at {line}"),
        };
        expect![[r#"
            1 name=x
            2 parents/0=1
            2 parents/1=2
            4 log/0/changeSet/id=a
            5 log/0/changeSet/author=b
        "#]]
        .assert_eq(&told("name: x\nparents: [1, 2]\nlog:\n- changeSet: {id: a,\n    author: b}\n"));
        assert_eq!(told("a: [1"), "wrong at 1");
        let (long, many) = ("k".repeat(300), "1, ".repeat(1000));
        let scalars = scalars(&format!("? {long}\n: [{many}]\nb: {{c: 1}}\n")).unwrap().list;
        assert_eq!(scalars.last().unwrap().path, "b/c");
        assert!(scalars.iter().all(|scalar| scalar.path.len() < LONGEST));
        let text = "a: [1,\n 2,\n 3]\n";
        assert_eq!(scalars_up_to(text, 3).unwrap().cut, None);
        let cut = scalars_up_to(text, 2).unwrap();
        assert_eq!((cut.list.len(), cut.cut), (2, Some(3)));
        assert_eq!(told("a: &x [1]\n? {b: c}\n: d\ne: *x\nf: 1\n").lines().last(), Some("5 f=1"));
    }
}
