use std::collections::BTreeMap;

/// The colours of all pages, and those of diagrams.
const SOURCES: [&str; 2] = [include_str!("../page/base.css"), COLOURS];

/// The colours of diagrams, light and dark.
pub(super) const COLOURS: &str = include_str!("page/colours.css");

/// A style without variables, light, and dark where the reader prefers that: for programs that show a picture and know
/// less than a browser.
pub(super) fn without_variables(style: &str) -> String {
    let (light, dark) = both();
    format!("{}@media (prefers-color-scheme: dark) {{\n{}}}\n", put(style, &light), put(style, &dark))
}

/// What each variable stands for. The first block of a file is light, the second dark.
fn both() -> (BTreeMap<&'static str, &'static str>, BTreeMap<&'static str, &'static str>) {
    let (mut light, mut dark) = (BTreeMap::new(), BTreeMap::new());
    for source in SOURCES {
        let declarations = source.split([';', '{', '}']).filter_map(|part| part.trim().split_once(':'));
        for (name, value) in declarations.filter(|(name, _)| name.starts_with("--")) {
            let (name, value) = (name.trim(), value.trim());
            if !light.contains_key(name) {
                light.insert(name, value);
            }
            dark.insert(name, value);
        }
    }
    (light, dark)
}

fn put(style: &str, values: &BTreeMap<&str, &str>) -> String {
    let mut text = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("var(") {
        let (name, behind) = after.split_once(')').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(values.get(name).copied().unwrap_or("currentColor"));
        rest = behind;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_of_the_drawing_has_two_values() {
        let style = include_str!("page/drawing.css");
        let (light, dark) = both();
        let names = style.split("var(").skip(1).filter_map(|rest| rest.split(')').next());
        for name in names {
            assert!(light.contains_key(name) && dark.contains_key(name), "{name}");
            assert!(name == "--mono" || light[name] != dark[name], "{name} is the same in the dark");
        }
        let flat = without_variables(style);
        assert!(!flat.contains("var(") && !flat.contains("currentColor"), "{flat}");
    }
}
