/// A piece of a pattern that a whole path has to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This letter.
    Letter(char),
    /// One of these letters, as a glob writes it: `[0-9]`.
    Class(String),
    /// Any letter but `/`.
    One,
    /// Any number of letters but `/`.
    Segment,
    /// One or more letters but `/`.
    SegmentPlus,
    /// Any number of any letters.
    Any,
    /// One or more of any letters.
    AnyPlus,
}

/// How many globs a pattern may become before nobody would want to read them.
pub(crate) const MOST: usize = 24;

/// The globs that match the same paths, in which `*` stays in a folder and `**/` is any number of folders, also
/// none; `None` where there are too many of them.
pub(crate) fn globs(pieces: &[Piece]) -> Option<Vec<String>> {
    let mut globs = vec![String::new()];
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        index += 1;
        let next = pieces.get(index);
        let mut longer = Vec::new();
        for glob in globs {
            let starts = glob.is_empty() || glob.ends_with('/');
            let add = |text: &str| format!("{glob}{text}");
            match piece {
                Piece::Letter(letter @ ('*' | '?' | '[' | ']')) => longer.push(add(&format!("[{letter}]"))),
                Piece::Letter('{' | '}' | '\\' | '!') => return None,
                Piece::Letter(letter) => longer.push(add(&letter.to_string())),
                Piece::Class(class) => longer.push(add(class)),
                Piece::One => longer.push(add("?")),
                Piece::Segment => longer.push(add("*")),
                Piece::SegmentPlus if starts && matches!(next, None | Some(Piece::Letter('/'))) => {
                    longer.push(add("*"));
                }
                Piece::SegmentPlus => longer.push(add("?*")),
                Piece::Any | Piece::AnyPlus if next.is_none() && starts => {
                    longer.push(add(if glob.is_empty() { "**/*" } else { "**" }));
                }
                Piece::Any if next.is_none() => longer.extend([add("*"), add("*/**")]),
                Piece::AnyPlus if next.is_none() => longer.extend([add("?*"), add("*/**")]),
                // No path begins with a slash, and none has two of them in a row.
                Piece::Any | Piece::AnyPlus if next == Some(&Piece::Letter('/')) && starts => {
                    longer.push(add("*/**"));
                }
                Piece::Any if next == Some(&Piece::Letter('/')) => longer.push(add("*/**")),
                Piece::Any if starts => longer.push(add("**/*")),
                Piece::Any => longer.extend([add("*"), add("*/**/*")]),
                Piece::AnyPlus => longer.extend([add("?*"), add("*/**/*")]),
            }
        }
        if longer.len() > MOST {
            return None;
        }
        globs = longer;
    }
    // Any number of folders twice is any number of them.
    Some(globs.into_iter().map(|glob| glob.replace("**/**/", "**/")).collect())
}

/// The same globs without those that others make superfluous, in their order: `a` and `*/**/a` are `**/a`.
pub(crate) fn simplified(globs: Vec<String>) -> Vec<String> {
    let mut simple: Vec<String> = Vec::new();
    for glob in &globs {
        let deeper = |other: &String| {
            other.match_indices("*/**/").any(|(at, found)| {
                let (front, back) = (&other[..at], &other[at + found.len()..]);
                (front.is_empty() || front.ends_with('/')) && format!("{front}{back}") == *glob
            })
        };
        let shallower = glob.match_indices("*/**/").find_map(|(at, found)| {
            let (front, back) = (&glob[..at], &glob[at + found.len()..]);
            let short = format!("{front}{back}");
            let free = front.is_empty() || front.ends_with('/');
            (free && globs.contains(&short)).then(|| format!("{front}**/{back}"))
        });
        let glob = match shallower {
            Some(both) => both,
            None if globs.iter().any(deeper) => continue,
            None => glob.clone(),
        };
        if !simple.contains(&glob) {
            simple.push(glob);
        }
    }
    simple
}

/// The globs of what both lists match, where that can be said exactly: one list has whole folders, or files by the
/// ends of their names of which the other one has all.
pub(crate) fn both(paths: &[String], names: &[String]) -> Option<Vec<String>> {
    if names.is_empty() || names.iter().any(|glob| glob == "**/*") {
        return Some(paths.to_vec());
    }
    let mut all = Vec::new();
    for path in paths {
        if path == "**/*" {
            all.extend(names.iter().cloned());
        } else if let Some(folder) = path.strip_suffix("**") {
            all.extend(names.iter().map(|name| format!("{folder}{name}")));
        } else {
            let ends = |name: &String| {
                let end = name.strip_prefix("**/*").or_else(|| name.strip_prefix("**"))?;
                (!end.contains(['*', '?', '[']) && format!("/{path}").ends_with(end)).then_some(())
            };
            names.iter().find_map(ends)?;
            all.push(path.clone());
        }
    }
    Some(all)
}
