use crate::Stage;
use crate::import::Import;
use crate::task::{Task, Tool};

/// The longest line of a comment.
const WIDTH: usize = 110;

/// A section as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionText {
    /// The header without its brackets: `format.ruff`.
    pub header: String,
    /// Comments, header and keys, with a line end.
    pub text: String,
}

impl Import {
    /// What the file begins with: where all this comes from, and what belongs to no section.
    pub fn preamble(&self) -> String {
        let mut text = comment(&format!("From {}, by `onramp hooks import`.", self.files.join(", ")));
        for remark in &self.remarks {
            text.push_str(&comment(remark));
        }
        text
    }

    /// The sections in the order in which they are written.
    pub fn sections(&self) -> Vec<SectionText> {
        let mut sections: Vec<SectionText> = self.env().into_iter().collect();
        sections.extend(self.tools.iter().map(tool));
        let mut tasks: Vec<&Task> = self.tasks.iter().collect();
        tasks.sort_by_key(|task| task.section);
        sections.extend(tasks.into_iter().map(task));
        sections.extend(self.hooks());
        sections
    }

    fn env(&self) -> Option<SectionText> {
        let text = format!("# where hooks found what npm has installed\n[env]\n{}", list("path", &self.path));
        (!self.path.is_empty()).then(|| SectionText { header: "env".to_owned(), text })
    }

    fn hooks(&self) -> Option<SectionText> {
        let mut keys = String::new();
        for (stage, names) in &self.stages {
            if *stage != Stage::Manual {
                keys.push_str(&list(stage.name(), names));
            }
        }
        let mut text = String::new();
        if !self.delegate.is_empty() {
            text.push_str(&comment(
                "`delegate`: hooks of .pre-commit-config.yaml that prek or pre-commit runs.",
            ));
            keys.push_str(&list("delegate", &self.delegate));
        }
        (!keys.is_empty())
            .then(|| SectionText { header: "hooks".to_owned(), text: format!("{text}[hooks]\n{keys}") })
    }
}

fn tool(tool: &Tool) -> SectionText {
    let header = format!("tools.{}", key(&tool.name));
    let mut text = format!("[{header}]\n");
    if let Some(version) = &tool.version {
        text.push_str(&format!("version = {}\n", string(version)));
    }
    if let Some((kind, packages)) = &tool.fix {
        text.push_str(&format!("fix.{kind} = {}\n", string(packages)));
    }
    SectionText { header, text }
}

fn task(task: &Task) -> SectionText {
    let header = format!("{}.{}", task.section.name(), key(&task.name));
    let mut text = String::new();
    for from in &task.from {
        text.push_str(&comment(&format!("from {from}")));
    }
    for remark in &task.remarks {
        text.push_str(&comment(remark));
    }
    text.push_str(&format!("[{header}]\n"));
    let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
    if let Some(description) = &task.description {
        line("description", string(description));
    }
    if let Some(dir) = &task.dir {
        line("dir", string(dir));
    }
    if !task.builtin.is_empty() {
        line("builtin", format!("[{}]", task.builtin.join(", ")));
    }
    match task.run.as_slice() {
        [] => {}
        [one] => line("run", string(one)),
        many => line("run", strings(many)),
    }
    if let Some(check) = &task.check {
        line("check", string(check));
    }
    if let Some(fix) = &task.fix {
        line("fix", string(fix));
    }
    if task.section.has_files() {
        if !task.files.is_empty() {
            line("files", strings(&task.files));
        }
        if !task.exclude.is_empty() {
            line("exclude", strings(&task.exclude));
        }
        if !task.types.is_empty() {
            line("types", strings(&task.types));
        }
    }
    if !task.env.is_empty() {
        let pairs = task.env.iter().map(|(name, value)| format!("{} = {}", self::key(name), string(value)));
        line("env", format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", ")));
    }
    if task.restage {
        line("restage", "true".to_owned());
    }
    if task.shell {
        line("shell", "true".to_owned());
    }
    SectionText { header, text }
}

fn list(key: &str, items: &[String]) -> String {
    let line = format!("{key} = {}\n", strings(items));
    if line.len() <= WIDTH {
        return line;
    }
    let items = items.iter().map(|item| format!("    {},\n", string(item)));
    format!("{key} = [\n{}]\n", items.collect::<String>())
}

/// Lines of a comment. A text from a file may have any letter in it; TOML wants no control characters there.
pub(crate) fn comment(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let line: String =
            line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        lines.push_str(format!("# {line}").trim_end());
        lines.push('\n');
    }
    lines
}

/// A list of strings on one line.
pub(crate) fn strings(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}

fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { string(name) }
}

/// A string of TOML: as it is where that can be, several lines where it has them.
pub(crate) fn string(text: &str) -> String {
    let is_plain = |letter: char| !letter.is_control() || letter == '\t';
    if text.contains('\n')
        && text.chars().all(|letter| is_plain(letter) || letter == '\n')
        && !text.contains("'''")
    {
        return format!("'''\n{text}'''");
    }
    if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
