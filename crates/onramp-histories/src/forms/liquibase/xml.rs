use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::changelog::{ChangeSet, Changelog, Include, Item, Outcome, Reach};

/// A changelog in XML; `None` where it is none. Nothing that it refers to is opened.
pub(super) fn read(text: &str) -> Outcome {
    if !text.contains("databaseChangeLog") {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let mut changelog = Changelog::default();
    let (mut line, mut counted, mut depth, mut is_one) = (1_u32, 0_usize, 0_usize, false);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        let event = reader.read_event();
        // The line at which the element begins.
        line += newlines(&text.as_bytes()[counted..before]);
        counted = before;
        let (element, opens) = match event {
            Err(error) if is_one => return Some(Err((line, error.to_string()))),
            Err(_) => return None,
            Ok(Event::Eof) => return is_one.then_some(Ok(changelog)),
            Ok(Event::Start(element)) => (element, 1),
            Ok(Event::Empty(element)) => (element, 0),
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Ok(_) => continue,
        };
        let name = element.local_name().as_ref().to_owned();
        match (depth, name.as_str()) {
            (0, "databaseChangeLog") => {
                is_one = true;
                changelog.logical = attribute(&element, "logicalFilePath");
            }
            // What else it is, it is no changelog.
            (0, _) => return None,
            (1, "changeSet") => changelog.items.push(Item::Set(ChangeSet {
                id: attribute(&element, "id").unwrap_or_default(),
                author: attribute(&element, "author").unwrap_or_default(),
                logical: attribute(&element, "logicalFilePath"),
                line,
            })),
            (1, "include" | "includeAll") => {
                let reach = if name == "include" { Reach::File } else { Reach::Folder };
                let mut include = Include { reach, line, ..Include::default() };
                for attribute in element.attributes().flatten() {
                    if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
                        include.set(attribute.key.as_ref(), &value);
                    }
                }
                changelog.items.push(Item::Include(include));
            }
            _ => {}
        }
        depth += opens;
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    found.and_then(|attribute| {
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    })
}
