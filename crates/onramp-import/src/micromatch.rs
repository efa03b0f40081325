/// Globs of Onramp for a pattern of lint-staged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Translated {
    pub(crate) files: Vec<String>,
    pub(crate) exclude: Vec<String>,
    /// Whether they match the same paths.
    pub(crate) exact: bool,
}

/// Reads a pattern by the rules of micromatch: without a slash it is about names in every folder.
pub(crate) fn translated(pattern: &str) -> Translated {
    let (negated, pattern) = match pattern.strip_prefix('!') {
        Some(rest) if !rest.starts_with('(') => (true, rest),
        _ => (false, pattern),
    };
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_start_matches('/');
    let (glob, exact) = without_extended(pattern);
    let glob = if outside_braces(&glob).contains('/') || glob.contains('/') && !glob.contains('{') {
        glob
    } else if glob == "*" || glob == "**" {
        "**/*".to_owned()
    } else {
        format!("**/{glob}")
    };
    if negated {
        return Translated { files: vec!["**/*".to_owned()], exclude: vec![glob], exact };
    }
    Translated { files: vec![glob], exclude: Vec::new(), exact }
}

/// The pattern without `@(a|b)` and its like: alternatives as braces, anything else as `*`, which is wider.
fn without_extended(pattern: &str) -> (String, bool) {
    let letters: Vec<char> = pattern.chars().collect();
    let mut glob = String::new();
    let mut exact = true;
    let mut at = 0;
    while at < letters.len() {
        let opens = "@?+*!".contains(letters[at]) && letters.get(at + 1) == Some(&'(');
        let length = opens.then(|| letters[at..].iter().position(|letter| *letter == ')')).flatten();
        let inner = length.map(|length| letters[at + 2..at + length].iter().collect::<String>());
        match (letters[at], inner, length) {
            ('@', Some(inner), Some(length)) if !inner.contains(['(', '{']) => {
                glob.push_str(&format!("{{{}}}", inner.replace('|', ",")));
                at += length + 1;
            }
            (_, Some(_), Some(_)) => {
                exact = false;
                // To the bracket that closes this one, whatever stands between them.
                let mut depth = 0_usize;
                at += 1;
                while at < letters.len() {
                    match letters[at] {
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                    at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                if !glob.ends_with('*') {
                    glob.push('*');
                }
            }
            ('*', _, _) if glob.ends_with('*') && !exact && !glob.ends_with("/**") => at += 1,
            (letter, _, _) => {
                glob.push(letter);
                at += 1;
            }
        }
    }
    (glob, exact)
}

fn outside_braces(glob: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for letter in glob.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            letter if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, files: &str, exclude: &str, exact: bool) {
        let globs = translated(pattern);
        assert_eq!(
            (globs.files.join(" "), globs.exclude.join(" "), globs.exact),
            (files.to_owned(), exclude.to_owned(), exact),
            "{pattern}"
        );
    }

    #[test]
    fn patterns_without_a_slash_are_about_names() {
        check("*.js", "**/*.js", "", true);
        check("*.{js,jsx}", "**/*.{js,jsx}", "", true);
        check("src/**/*.ts", "src/**/*.ts", "", true);
        check("./src/*.ts", "src/*.ts", "", true);
        check("**/*.ts", "**/*.ts", "", true);
        check("*", "**/*", "", true);
        check("package.json", "**/package.json", "", true);
        check("!*.md", "**/*", "**/*.md", true);
        check("*.@(js|ts)", "**/*.{js,ts}", "", true);
        check("!(*test).js", "**/*.js", "", false);
        check("*.!(min).js", "**/*.*.js", "", false);
        check("src/+(a|(b))/*.ts", "src/*/*.ts", "", false);
        check("*.(js|ts", "**/*.(js|ts", "", true);
    }
}
