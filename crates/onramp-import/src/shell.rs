use crate::Stage;
use crate::command::{ARGS, FILES, simple};
use crate::spec::Line;

/// Tidies a line for a shell: placeholders of files without the quotes around them, because Onramp quotes each
/// file itself, and braces doubled. `files` are the placeholders that stand for files.
pub(crate) fn line(text: &str, files: &[&str]) -> Line {
    let mut marked = text.trim().to_owned();
    for name in files {
        for quoted in [format!("\"{name}\""), format!("'{name}'"), (*name).to_owned()] {
            marked = marked.replace(&quoted, FILES);
        }
    }
    // A mark inside of quotes or of a word would be a part of it; only a shell can do that.
    let stands_alone = marked.split_whitespace().all(|word| word == FILES || !word.contains(FILES));
    if let Some(words) = simple(&marked).filter(|_| stands_alone) {
        return Line::Words(words);
    }
    Line::Shell(marked.replace('{', "{{").replace('}', "}}").replace(FILES, "{files}"))
}

/// Whether a text for a shell mentions what the script was given.
pub(crate) fn mentions_arguments(text: &str) -> bool {
    let special = |letter: char| letter.is_ascii_digit() || "@*#".contains(letter);
    text.match_indices('$').any(|(at, _)| {
        let rest = text[at + 1..].strip_prefix('{').unwrap_or(&text[at + 1..]);
        rest.starts_with(|letter: char| special(letter) && letter != '0')
    })
}

/// A line that mentions what git hands to the hook. `{args}` stands for all of that; a shell takes it apart where a
/// line wants only some.
pub(crate) fn with_arguments(text: &str, stage: Stage) -> Line {
    let last = text.trim().rsplit_once(char::is_whitespace);
    if let Some((front, last)) = last {
        // The message's file is all that `commit-msg` gets.
        let is_all =
            matches!(last, "\"$@\"" | "$@") || (stage == Stage::CommitMsg && matches!(last, "\"$1\"" | "$1"));
        if let Some(mut words) = simple(front).filter(|_| is_all) {
            words.push(ARGS.to_owned());
            return Line::Words(words);
        }
    }
    let text = text.trim().replace('{', "{{").replace('}', "}}");
    Line::Shell(format!("set -- {{args}}\n{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::template;

    fn check(text: &str, expected: &str) {
        let shown = match line(text, &["{staged_files}"]) {
            Line::Words(words) => template(&words),
            Line::Shell(text) => format!("shell: {text}"),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn lines_are_words_where_they_can_be() {
        check("eslint {staged_files}", "eslint {files}");
        check("eslint \"{staged_files}\"", "eslint {files}");
        check("a && b {staged_files}", "shell: a && b {files}");
        check("echo ${X} {y}", "shell: echo ${{X}} {{y}}");
        check("echo {y}", "echo {{y}}");
        check("a --files={staged_files}", "shell: a --files={files}");
        check("a 'b {staged_files}'", "shell: a 'b {files}'");
    }
}
