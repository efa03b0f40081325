//! Pages that are one file: style, script and numbers are written into it, nothing is loaded from anywhere.

use serde_json::Value;

/// Colours and letters of all pages, light and dark.
const STYLE: &str = include_str!("page/base.css");

/// What the scripts of all pages are written with.
const SCRIPT: &str = include_str!("page/base.js");

/// The style of a page with a picture in it: a bar, the picture, a legend and a panel.
pub const VIEW_STYLE: &str = include_str!("page/view.css");

/// What moves, zooms and searches the picture of a page. It needs `picture`, which the page's own script makes before it.
pub const VIEW_SCRIPT: &str = include_str!("page/view.js");

/// What a page is made of.
pub struct Page<'a> {
    /// The text of its title.
    pub title: &'a str,
    /// Its styles, over that of all pages.
    pub styles: &'a [&'a str],
    /// What stands in it, as HTML.
    pub body: &'a str,
    /// What its script finds as the text of the element `numbers`.
    pub numbers: &'a Value,
    /// Its scripts, after that of all pages.
    pub scripts: &'a [&'a str],
}

impl Page<'_> {
    /// The page as HTML.
    pub fn html(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>\n{STYLE}\n{}</style>\n</head>\n<body>\n{}\n\
             <script type=\"application/json\" id=\"numbers\">{}</script>\n<script>\n{SCRIPT}\n{}</script>\n</body>\n</html>",
            escape(self.title),
            self.styles.concat(),
            self.body.trim_end(),
            in_script(self.numbers),
            self.scripts.concat(),
        )
    }
}

/// A text as it may stand in HTML, in SVG, and in an attribute between double quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Neither HTML nor SVG has a way to write these.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() && !"\n\t".contains(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// JSON as it may stand in a script element, which ends at the first `</script` whatever surrounds it.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_leaves_its_place() {
        let text = "</script><!--<b a=\"1\" c='2'>&\u{1b}\u{2028}";
        let value = json!({ "name": text });
        let written = in_script(&value);
        assert!(!written.contains('<'), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        let escaped = escape(text);
        assert!(!escaped.contains(['<', '>', '"', '\'', '\u{1b}']), "{escaped}");
        let page = Page { title: text, styles: &[], body: "", numbers: &value, scripts: &[] };
        assert_eq!(page.html().matches("</script").count(), 2);
    }
}
