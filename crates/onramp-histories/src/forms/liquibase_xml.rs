use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::liquibase::{ChangeSet, Outcome};

/// The changesets of a changelog in XML; `None` where it is none. Nothing that it refers to is opened.
pub(super) fn read(text: &str) -> Outcome {
    if !text.contains("<databaseChangeLog") {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let (mut sets, mut line, mut counted) = (Vec::new(), 1_u32, 0_usize);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        let event = reader.read_event();
        // The line at which the element begins.
        line += newlines(&text.as_bytes()[counted..before]);
        counted = before;
        match event {
            Err(error) => return Some(Err((line, error.to_string()))),
            Ok(Event::Eof) => return Some(Ok(sets)),
            Ok(Event::Start(element) | Event::Empty(element))
                if element.local_name().as_ref() == "changeSet" =>
            {
                sets.push(ChangeSet {
                    id: attribute(&element, "id"),
                    author: attribute(&element, "author"),
                    line,
                });
            }
            Ok(_) => {}
        }
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    found
        .and_then(|attribute| {
            attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
        })
        .unwrap_or_default()
}
