use fancy_regex::{Regex, RegexBuilder};

/// How often the search may go back before it is given up, so that no expression takes forever.
const BACKTRACKING: usize = 200_000;

/// A regular expression of Python that is searched in a text.
#[derive(Clone, Debug)]
pub(super) struct PythonRegex(Regex);

impl PythonRegex {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let built = RegexBuilder::new(&translated(pattern)).backtrack_limit(BACKTRACKING).build();
        built.map(Self).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().next_back().unwrap_or_default().trim_start_matches("error: ");
            format!("the expression `{}` is not understood: {reason}", pattern.trim())
        })
    }

    /// Whether it is found; an expression that is given up counts as found, so that nothing stays unchecked.
    pub(super) fn is_found(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(true)
    }

    /// Where it is found, the starts of all places.
    pub(super) fn places(&self, text: &str) -> Vec<usize> {
        self.0.find_iter(text).map_while(Result::ok).map(|found| found.start()).collect()
    }
}

/// What Python writes in another way: `\Z` is the very end there.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        text.push(letter);
        if letter == '\\' {
            match letters.next() {
                Some('Z') => text.push('z'),
                Some(other) => text.push(other),
                None => {}
            }
        }
    }
    text
}
