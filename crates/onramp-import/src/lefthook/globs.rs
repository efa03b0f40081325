use crate::glob::{MOST, Piece, globs, simplified};

/// How lefthook reads globs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matcher {
    /// The default: `*` crosses folders, and `**/` is one folder at least.
    Gobwas,
    /// `glob_matcher: doublestar`: as everywhere else.
    Doublestar,
}

/// The globs of Onramp that match the same paths; `None` where there is no such thing.
pub(super) fn translated(glob: &str, matcher: Matcher) -> Option<Vec<String>> {
    if matcher == Matcher::Doublestar {
        return Some(vec![glob.to_owned()]);
    }
    let letters: Vec<char> = glob.chars().collect();
    let mut all = Vec::new();
    for pieces in alternatives(&letters)? {
        all.extend(globs(&pieces)?);
    }
    Some(simplified(all)).filter(|globs| globs.len() <= MOST && !globs.is_empty())
}

/// The pieces of a glob, for each choice among its braces.
fn alternatives(letters: &[char]) -> Option<Vec<Vec<Piece>>> {
    let Some(open) = letters.iter().position(|letter| *letter == '{') else {
        return Some(vec![pieces(letters)?]);
    };
    let mut depth = 0_usize;
    let mut starts = vec![open + 1];
    let mut close = None;
    for (at, letter) in letters.iter().enumerate().skip(open) {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(at);
                    break;
                }
            }
            ',' if depth == 1 => starts.push(at + 1),
            _ => {}
        }
    }
    let close = close?;
    let mut all = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(close, |next| next - 1);
        let choice = [&letters[..open], &letters[*start..end], &letters[close + 1..]].concat();
        all.extend(alternatives(&choice)?);
        if all.len() > MOST {
            return None;
        }
    }
    Some(all)
}

fn pieces(letters: &[char]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        at += 1;
        match letter {
            '*' if pieces.last() == Some(&Piece::Any) => {}
            '*' => pieces.push(Piece::Any),
            '?' => pieces.push(Piece::One),
            '[' => {
                let length = letters[at..].iter().position(|letter| *letter == ']')?;
                pieces.push(Piece::Class(letters[at - 1..=at + length].iter().collect()));
                at += length + 1;
            }
            '\\' => {
                pieces.push(Piece::Letter(*letters.get(at)?));
                at += 1;
            }
            letter => pieces.push(Piece::Letter(*letter)),
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(glob: &str, expected: &[&str]) {
        let globs = translated(glob, Matcher::Gobwas).unwrap_or_default();
        assert_eq!(globs, expected, "{glob}");
    }

    #[test]
    fn a_star_crosses_folders_unless_one_says_otherwise() {
        check("*.py", &["**/*.py"]);
        check("*.{js,ts}", &["**/*.js", "**/*.ts"]);
        check("**/*.py", &["*/**/*.py"]);
        check("src/*.py", &["src/**/*.py"]);
        check("src/**/*.py", &["src/*/**/*.py"]);
        check("src/foo*.py", &["src/foo*.py", "src/foo*/**/*.py"]);
        check("{a,b/{c,d}}/*", &["a/**", "b/c/**", "b/d/**"]);
        check("Gemfile", &["Gemfile"]);
        check("*", &["**/*"]);
        check("a{b", &[]);
        assert_eq!(translated("src/**/*.py", Matcher::Doublestar).unwrap(), ["src/**/*.py"]);
        assert_eq!(translated(&"{a,b}".repeat(40), Matcher::Gobwas), None);
    }
}
