use std::path::Path;

use super::reader::{Attributes, Piece, read};

/// Takes the suites of a report, whatever its shape was.
pub(super) trait Sink {
    /// A suite begins. `depth` is 0 for one that lies in no other.
    fn open_suite(&mut self, attributes: Attributes, depth: usize) -> Result<(), String>;

    /// The innermost suite ends.
    fn close_suite(&mut self) -> Result<(), String>;

    /// An element within a suite begins: a test case, or something in one or beside it.
    fn start(&mut self, name: &str, attributes: Attributes) -> Result<(), String>;

    /// Characters within an element.
    fn text(&mut self, text: &str) -> Result<(), String>;

    /// The innermost element ends.
    fn end(&mut self) -> Result<(), String>;
}

/// What an open element is.
enum Element {
    /// A `testsuites`, of which only the content counts.
    Root,
    Suite,
    /// Anything in a suite.
    Content,
    /// Something outside of all suites.
    Dropped,
}

/// Hands the suites of a JUnit report to a sink. The root may be `testsuites` or a single `testsuite`; suites may
/// lie in one another; test cases that lie in no suite, as Node's are, form suites without a name.
pub(super) fn walk(file: &Path, sink: &mut dyn Sink) -> Result<(), String> {
    let mut open: Vec<Element> = Vec::new();
    let (mut depth, mut is_nameless_open) = (0, false);
    read(file, |piece| match piece {
        Piece::Start(name, attributes) => {
            let element = match (open.last(), name.as_str()) {
                (None | Some(Element::Root), "testsuites") => Element::Root,
                (None | Some(Element::Root | Element::Suite), "testsuite") => Element::Suite,
                (None, _) => return Err(format!("its root is <{name}> and not <testsuites> or <testsuite>")),
                (Some(Element::Root), "testcase") => Element::Content,
                (Some(Element::Root | Element::Dropped), _) => Element::Dropped,
                (Some(Element::Suite | Element::Content), _) => Element::Content,
            };
            let in_root = matches!(open.last(), Some(Element::Root));
            match &element {
                Element::Suite => {
                    close_nameless(sink, &mut is_nameless_open)?;
                    sink.open_suite(attributes, depth)?;
                    depth += 1;
                }
                Element::Content => {
                    if in_root && !is_nameless_open {
                        sink.open_suite(Attributes::new(), depth)?;
                        is_nameless_open = true;
                    }
                    sink.start(&name, attributes)?;
                }
                Element::Root | Element::Dropped => {}
            }
            open.push(element);
            Ok(())
        }
        Piece::Text(text) => match open.last() {
            Some(Element::Content) => sink.text(&text),
            _ => Ok(()),
        },
        Piece::End => match open.pop() {
            Some(Element::Suite) => {
                depth -= 1;
                sink.close_suite()
            }
            Some(Element::Content) => sink.end(),
            Some(Element::Root) => close_nameless(sink, &mut is_nameless_open),
            Some(Element::Dropped) | None => Ok(()),
        },
    })
}

fn close_nameless(sink: &mut dyn Sink, is_open: &mut bool) -> Result<(), String> {
    if std::mem::take(is_open) { sink.close_suite() } else { Ok(()) }
}
