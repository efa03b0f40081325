//! A text that looks as a pattern says. What is not understood is no failure: other values are tried then.

use crate::rows::clues::Pattern;

/// A text for a pattern; rows of different numbers get different ones where the pattern leaves room.
pub(super) fn sample(pattern: &Pattern, row: i64) -> Option<String> {
    let any = format!("a{row}");
    match pattern {
        Pattern::Like(text) => Some(wildcards(text, '%', '_', &any)),
        Pattern::Glob(text) if text.contains('[') => {
            // A glob's brackets are those of a regular expression; the rest is spelled differently.
            let mut regex = String::new();
            let mut in_brackets = false;
            for c in text.chars() {
                in_brackets = (in_brackets || c == '[') && c != ']';
                match c {
                    '*' if !in_brackets => regex.push_str("[a-z]+"),
                    '?' if !in_brackets => regex.push_str("[a-z]"),
                    '.' | '+' | '(' | ')' | '{' | '|' if !in_brackets => regex.extend(['\\', c]),
                    c => regex.push(c),
                }
            }
            Regex::new(&regex, row).sequence()
        }
        Pattern::Glob(text) => Some(wildcards(text, '*', '?', &any)),
        Pattern::Regex(text) => Regex::new(text, row).sequence(),
    }
}

fn wildcards(text: &str, many: char, one: char, any: &str) -> String {
    let mut sample = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c == many => sample.push_str(any),
            c if c == one => sample.push('a'),
            '\\' => sample.extend(chars.next()),
            c => sample.push(c),
        }
    }
    sample
}

/// Reads a regular expression and writes a text that it matches.
struct Regex {
    chars: Vec<char>,
    at: usize,
    row: usize,
}

impl Regex {
    fn new(text: &str, row: i64) -> Self {
        Self { chars: text.chars().collect(), at: 0, row: usize::try_from(row).unwrap_or(1) }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        self.at += 1;
        self.chars.get(self.at - 1).copied()
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.chars[self.at.min(self.chars.len())..]
            .iter()
            .copied()
            .take(text.chars().count())
            .eq(text.chars());
        if found {
            self.at += text.chars().count();
        }
        found
    }

    /// Up to the end or the closing parenthesis: the alternative whose turn it is.
    fn sequence(&mut self) -> Option<String> {
        let mut alternatives = vec![String::new()];
        while let Some(c) = self.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    alternatives.push(String::new());
                }
                _ => {
                    let atom = self.atom()?;
                    let times = self.times(&atom)?;
                    alternatives.last_mut()?.push_str(&atom.repeat(times));
                }
            }
        }
        let turn = self.row.saturating_sub(1) % alternatives.len();
        Some(alternatives.swap_remove(turn))
    }

    fn atom(&mut self) -> Option<String> {
        Some(match self.next()? {
            '^' | '$' => String::new(),
            '.' => self.pick("abcdefgh"),
            '[' => self.class()?,
            '(' => {
                self.skip("?:");
                if self.peek() == Some('?') {
                    return None;
                }
                let inner = self.sequence()?;
                self.next();
                inner
            }
            '\\' => match self.next()? {
                'd' => self.pick("123456789"),
                'w' => self.pick("abcdefgh"),
                's' => " ".to_owned(),
                'A' | 'Z' | 'y' | 'm' | 'M' | 'b' => String::new(),
                'D' | 'W' | 'S' => return None,
                c => c.to_string(),
            },
            c => c.to_string(),
        })
    }

    /// How often what stands before is meant to come: at least once where that is allowed.
    fn times(&mut self, atom: &str) -> Option<usize> {
        let times = match self.peek() {
            Some('*' | '+' | '?') => {
                self.at += 1;
                1
            }
            Some('{') => {
                self.at += 1;
                let bounds: String = std::iter::from_fn(|| self.next().filter(|c| *c != '}')).collect();
                let (low, high) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
                let low: usize = low.trim().parse().ok()?;
                let high = high.trim().parse().unwrap_or(usize::MAX);
                low.max(usize::from(high > 0))
            }
            _ => return Some(1),
        };
        // A lazy or possessive form repeats the same.
        self.skip("?");
        (atom.len().saturating_mul(times) <= 10_000).then_some(times)
    }

    fn class(&mut self) -> Option<String> {
        let negated = self.skip("^");
        let mut members = String::new();
        let mut first = true;
        loop {
            match self.next()? {
                ']' if !first => break,
                '[' if self.skip(":") => {
                    let name: String = std::iter::from_fn(|| self.next().filter(|c| *c != ':')).collect();
                    self.next();
                    members.push_str(named(&name)?);
                }
                '\\' => match self.next()? {
                    'd' => members.push_str("123456789"),
                    'w' => members.push_str("abcdefgh_"),
                    's' => members.push(' '),
                    c => members.push(c),
                },
                c if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']') => {
                    self.at += 1;
                    let end = self.next()?;
                    members.extend((c..=end).take(128));
                }
                c => members.push(c),
            }
            first = false;
        }
        if !negated {
            return Some(self.pick(&members));
        }
        let others: String = "abcdefgh0123456789-_ABC".chars().filter(|c| !members.contains(*c)).collect();
        Some(self.pick(&others))
    }

    fn pick(&self, members: &str) -> String {
        let count = members.chars().count().max(1);
        members.chars().nth(self.row.saturating_sub(1) % count).map_or_else(String::new, String::from)
    }
}

fn named(class: &str) -> Option<&'static str> {
    Some(match class {
        "alpha" | "alnum" | "lower" | "graph" | "print" | "word" => "abcdefgh",
        "upper" => "ABCDEFGH",
        "digit" | "xdigit" => "123456789",
        "space" | "blank" => " ",
        "punct" => "-.,!",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(regex: &str, first: &str, second: &str) {
        let of = |row| sample(&Pattern::Regex(regex.to_owned()), row);
        assert_eq!((of(1).as_deref(), of(2).as_deref()), (Some(first), Some(second)), "{regex}");
    }

    #[test]
    fn regular_expressions() {
        check("^[a-z]+$", "a", "b");
        check("^[A-Z]{2,3}-\\d{4}$", "AA-1111", "BB-2222");
        check("^(foo|bar)(:[0-9]+)?$", "foo:0", "bar:1");
        check("^[^@ ]+@[^@ ]+\\.[a-z]{2}$", "a@a.aa", "b@b.bb");
        check("^[[:alpha:]_-]\\w*$", "aa", "bb");
        check("^.{3}$", "aaa", "bbb");
        assert_eq!(sample(&Pattern::Regex("^(?=x)".to_owned()), 1), None);
        assert_eq!(sample(&Pattern::Regex("^[a".to_owned()), 1), None);
    }

    #[test]
    fn wildcards_of_both_dialects() {
        assert_eq!(sample(&Pattern::Like("x_%\\%".to_owned()), 2).as_deref(), Some("xaa2%"));
        assert_eq!(sample(&Pattern::Glob("v?*".to_owned()), 2).as_deref(), Some("vaa2"));
        assert_eq!(sample(&Pattern::Glob("[A-Z]*.x".to_owned()), 2).as_deref(), Some("Bb.x"));
    }
}
