//! The statements that SQLite keeps, in one spelling. Written without a look at the catalog's own code, and simpler,
//! because it only has to know what the rules of the random schemas can produce.

/// The pieces of a statement: texts, names in quotes, words and numbers, and single characters.
pub(super) fn pieces(sql: &str) -> Vec<String> {
    let letters: Vec<char> = sql.chars().collect();
    let mut pieces = Vec::new();
    let mut place = 0;
    while let Some(&first) = letters.get(place) {
        let rest = &letters[place..];
        let is_word = |letter: &char| letter.is_alphanumeric() || *letter == '_';
        let length = match first {
            '\'' | '"' | '`' | '[' => {
                let end = if first == '[' { ']' } else { first };
                // A doubled quote ends one piece and begins another, which comes to the same.
                rest.iter().skip(1).position(|letter| *letter == end).expect("an end") + 2
            }
            '-' if rest.starts_with(&['-', '-']) => rest.iter().take_while(|letter| **letter != '\n').count(),
            '/' if rest.starts_with(&['/', '*']) => {
                rest.windows(2).position(|pair| pair == ['*', '/']).expect("an end") + 2
            }
            'x' if rest.get(1) == Some(&'\'') => {
                3 + rest[2..].iter().position(|letter| *letter == '\'').expect("an end")
            }
            '<' | '|' => 2,
            _ if is_word(&first) => rest.iter().take_while(|letter| is_word(letter)).count(),
            _ => 1,
        };
        let piece: String = rest[..length].iter().collect();
        if !piece.trim().is_empty() && !["--", "/*"].iter().any(|comment| piece.starts_with(comment)) {
            pieces.push(piece);
        }
        place += length;
    }
    pieces
}

/// Statements in one spelling, sorted, the constraints of a table sorted behind its columns.
pub(super) fn normalised(statements: &[String]) -> Vec<String> {
    let mut normalised: Vec<String> = statements.iter().map(|sql| statement(sql)).collect();
    normalised.sort();
    normalised
}

fn statement(sql: &str) -> String {
    let words: Vec<String> = pieces(sql).into_iter().map(plain).collect();
    if !words.starts_with(&["create".to_owned(), "table".to_owned()]) {
        return words.join(" ");
    }
    let open = words.iter().position(|word| word == "(").expect("a list of columns");
    let close = words.iter().rposition(|word| word == ")").expect("its end");
    let mut depth = 0;
    let parts = words[open + 1..close].split(|word| {
        depth += i32::from(word == "(") - i32::from(word == ")");
        depth == 0 && word == ","
    });
    let parts: Vec<String> = parts.map(|part| part.join(" ")).collect();
    let begins = ["constraint ", "primary ", "unique ", "check ", "foreign "];
    let is_constraint = |part: &&String| begins.iter().any(|word| part.starts_with(word));
    let mut constraints: Vec<&String> = parts.iter().filter(is_constraint).collect();
    constraints.sort();
    let columns: Vec<&String> = parts.iter().filter(|part| !is_constraint(part)).collect();
    format!("{} {columns:?} {constraints:?} {}", words[..open].join(" "), words[close + 1..].join(" "))
}

/// Words in lower case, names without quotes where they need none.
fn plain(piece: String) -> String {
    match piece.chars().next() {
        Some('\'') => piece,
        Some('"' | '`' | '[') => {
            let name = piece[1..piece.len() - 1].to_owned();
            let is_plain = name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
            if is_plain { name } else { format!("\"{name}\"") }
        }
        _ => piece.to_lowercase(),
    }
}
