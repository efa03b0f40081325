use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::changelog::{ChangeSet, Changelog, Include, Item, Outcome, Reach};
use super::content::{Content, is_aside};

/// What is read of the changeset that is open.
#[derive(Default)]
struct Inside {
    content: Content,
    /// The text since the last element began or ended, of which comments may be in the middle.
    text: String,
    /// The depth of the part that is no matter, while that is open.
    aside: Option<usize>,
}

/// A changelog in XML; `None` where it is none. Nothing that it refers to is opened.
pub(super) fn read(text: &str) -> Outcome {
    if !text.contains("databaseChangeLog") {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let mut changelog = Changelog::default();
    let (mut line, mut counted, mut depth, mut is_one) = (1_u32, 0_usize, 0_usize, false);
    let mut inside: Option<Inside> = None;
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
                if depth > 1 {
                    inside.iter_mut().for_each(|inside| inside.end(depth));
                } else if let (Some(inside), Some(Item::Set(set))) =
                    (inside.take(), changelog.items.last_mut())
                {
                    set.content = inside.content.finish();
                }
                continue;
            }
            Ok(Event::Text(text)) => {
                inside.iter_mut().for_each(|inside| inside.text.push_str(&text));
                continue;
            }
            Ok(Event::CData(text)) => {
                inside.iter_mut().for_each(|inside| inside.text.push_str(&text));
                continue;
            }
            Ok(Event::GeneralRef(name)) => {
                inside.iter_mut().for_each(|inside| inside.text.push_str(&letter(&name)));
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
            (1, "changeSet") => {
                let says = |name: &str| {
                    attribute(&element, name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
                };
                inside = (opens == 1).then(Inside::default);
                changelog.items.push(Item::Set(ChangeSet {
                    id: attribute(&element, "id").unwrap_or_default(),
                    author: attribute(&element, "author").unwrap_or_default(),
                    logical: attribute(&element, "logicalFilePath"),
                    line,
                    may_change: says("runOnChange") || says("runAlways"),
                    content: Content::default().finish(),
                }));
            }
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
            (2.., _) => {
                if let (Some(inside), Some(Item::Set(set))) = (&mut inside, changelog.items.last_mut()) {
                    set.may_change |= depth == 2 && name == "validCheckSum";
                    inside.begin(&element, depth);
                    if opens == 0 {
                        inside.end(depth);
                    }
                }
            }
            _ => {}
        }
        depth += opens;
    }
}

impl Inside {
    fn begin(&mut self, element: &BytesStart<'_>, depth: usize) {
        self.flush();
        let name = element.local_name();
        if depth == 2 && is_aside(name.as_ref()) {
            self.aside = Some(depth);
        }
        if self.aside.is_some() {
            return;
        }
        self.content.add("<");
        self.content.add(name.as_ref());
        let mut attributes: Vec<(String, String)> = element
            .attributes()
            .flatten()
            .filter_map(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
                Some((attribute.key.as_ref().to_owned(), value))
            })
            .collect();
        attributes.sort();
        for (key, value) in attributes {
            self.content.add(&key);
            self.content.add("=");
            self.content.add(&value);
        }
    }

    /// Ends the element of a depth.
    fn end(&mut self, depth: usize) {
        self.flush();
        match self.aside {
            Some(aside) if aside == depth => self.aside = None,
            Some(_) => {}
            None => self.content.add(">"),
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.aside.is_none() {
            self.content.add(&text);
        }
    }
}

/// What a reference stands for, so that it is the same as the letter itself.
fn letter(name: &str) -> String {
    let letter = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return format!("&{name};"),
    };
    letter.to_owned()
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
