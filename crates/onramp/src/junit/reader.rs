use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

/// The attributes of an element, references replaced.
pub(super) type Attributes = Vec<(String, String)>;

/// A piece of an XML file. Comments, instructions and namespaces are left out: nothing in a JUnit report
/// depends on them.
pub(super) enum Piece {
    /// An element begins.
    Start(String, Attributes),
    /// Characters, those of CDATA sections included, references replaced.
    Text(String),
    /// The innermost element ends.
    End,
}

/// Hands each piece of an XML file to `take`, in order and with little memory, whatever the file's size. `take` may
/// refuse a piece. The error says what is wrong and where.
pub(super) fn read(file: &Path, mut take: impl FnMut(Piece) -> Result<(), String>) -> Result<(), String> {
    let file = File::open(file).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_reader(BufReader::new(file));
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut text, mut open) = (Vec::new(), String::new(), Vec::new());
    let mut is_empty = true;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| format!("byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Text(characters) => text.push_str(&characters.xml10_content()),
            Event::CData(characters) => text.push_str(&characters.xml10_content()),
            Event::GeneralRef(reference) => text.push_str(&resolve(&reference)?),
            Event::Start(element) => {
                flush(&mut text, &mut take)?;
                is_empty = false;
                let name = element.local_name().as_ref().to_owned();
                open.push(name.clone());
                take(Piece::Start(name, attributes(&element)?))?;
            }
            Event::End(_) => {
                flush(&mut text, &mut take)?;
                open.pop();
                take(Piece::End)?;
            }
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) | Event::Empty(_) => {}
        }
    }
    match open.pop() {
        Some(name) => Err(format!("the file ends within <{name}>")),
        None if is_empty => Err("the file has no element".to_owned()),
        None => Ok(()),
    }
}

/// White space between elements is layout.
fn flush(text: &mut String, take: &mut impl FnMut(Piece) -> Result<(), String>) -> Result<(), String> {
    let text = std::mem::take(text);
    if text.trim().is_empty() { Ok(()) } else { take(Piece::Text(text)) }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let known = escape::resolve_predefined_entity(reference);
    known.map(str::to_owned).ok_or_else(|| format!("unknown entity `&{};`", &**reference))
}

/// Those without a prefix; the others speak of schemas and namespaces.
fn attributes(element: &BytesStart<'_>) -> Result<Attributes, String> {
    let mut attributes = Attributes::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref();
        if name == "xmlns" || name.contains(':') {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(attributes)
}
