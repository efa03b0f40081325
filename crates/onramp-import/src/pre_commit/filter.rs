use std::collections::BTreeSet;

use super::config::{FilePattern, Hook};
use super::translate::{Translation, one_line};
use crate::glob;
use crate::regex_glob::from_regex;
use crate::spec::{Line, Spec};

impl Translation<'_> {
    /// The files that a hook sees, as far as globs can say it. What they cannot say makes them wider, never
    /// narrower.
    pub(super) fn filter(&mut self, hook: &Hook, types: &[&str], spec: &mut Spec, pass: bool) {
        let names = self.names(hook, types, spec);
        let own = self.include(hook.files.as_ref(), "files", spec);
        let all = self.include(self.config.files.as_ref(), "files of the whole file", spec);
        let paths = match (own, all) {
            (Some(own), Some(all)) => Some(glob::both(&all, &own).unwrap_or_else(|| {
                spec.remarks.push(format!("of these files only those among {}", all.join(", ")));
                own
            })),
            (own, all) => own.or(all),
        };
        spec.files = match (paths, names) {
            (Some(paths), Some(names)) => glob::both(&paths, &names).unwrap_or_else(|| {
                spec.remarks.push(format!("of these files only those among {}", names.join(", ")));
                paths
            }),
            (Some(globs), None) | (None, Some(globs)) => globs,
            (None, None) if pass && spec.types.is_empty() => vec!["**/*".to_owned()],
            (None, None) => Vec::new(),
        };
        for pattern in [&hook.exclude, &self.config.exclude].into_iter().flatten() {
            spec.exclude.extend(exclude(pattern, &mut spec.remarks));
        }
    }

    fn include(&self, pattern: Option<&FilePattern>, key: &str, spec: &mut Spec) -> Option<Vec<String>> {
        match pattern? {
            FilePattern::Globs(globs) => Some(globs.clone()),
            FilePattern::Regex(regex) if regex.trim().is_empty() => None,
            FilePattern::Regex(regex) => match from_regex(regex) {
                Some(globs) => {
                    if !globs.exact {
                        spec.remarks
                            .push(format!("{key} were `{}`, where `.` is any letter", one_line(regex)));
                    }
                    Some(globs.globs)
                }
                None => {
                    spec.remarks.push(format!("{key} were fewer, by `{}`", one_line(regex)));
                    None
                }
            },
        }
    }

    /// The globs for the types of a hook; `None` where any name will do.
    fn names(&mut self, hook: &Hook, types: &[&str], spec: &mut Spec) -> Option<Vec<String>> {
        let types: Vec<&str> = match &hook.types {
            Some(types) => types.iter().map(String::as_str).collect(),
            None => types.to_vec(),
        };
        // Several types of a known hook are alternatives; those that a file names must all be met.
        let (all, mut any) =
            if hook.types.is_some() || types.len() == 1 { (types, Vec::new()) } else { (vec![], types) };
        if !hook.types_or.is_empty() {
            any = hook.types_or.iter().map(String::as_str).collect();
        }
        let runs = !matches!(&spec.line, Line::Words(words) if words.is_empty());
        if let Some(alternatives) = alternatives(&all, &any).filter(|tags| runs || *tags != ["text"]) {
            spec.types = alternatives.into_iter().map(str::to_owned).collect();
            self.exclude_types(hook, spec);
            return None;
        }
        let mut names: Option<Vec<String>> = None;
        for tag in &all {
            if let Some(globs) = self.of_type(tag, spec) {
                names = Some(match names {
                    None => globs,
                    Some(before) => before.into_iter().filter(|glob| globs.contains(glob)).collect(),
                });
            }
        }
        let alternatives: Option<Vec<Vec<String>>> = any.iter().map(|tag| self.of_type(tag, spec)).collect();
        if let Some(alternatives) = alternatives.filter(|lists| !lists.is_empty()) {
            let mut globs = alternatives.concat();
            let mut seen = BTreeSet::new();
            globs.retain(|glob| seen.insert(glob.clone()));
            names = Some(match names {
                None => globs,
                Some(before) => before.into_iter().filter(|glob| globs.contains(glob)).collect(),
            });
        }
        self.exclude_types(hook, spec);
        let names = names.filter(|names| !names.is_empty());
        let wants_text = any.contains(&"text") || all.contains(&"text");
        if names.is_none() && wants_text && runs {
            spec.remarks.push("of these files only text: binary ones are given to it, too".to_owned());
        }
        names
    }

    fn exclude_types(&mut self, hook: &Hook, spec: &mut Spec) {
        for tag in &hook.exclude_types {
            match self.of_type(tag, spec) {
                Some(globs) => spec.exclude.extend(globs),
                None => spec.remarks.push(format!("`exclude_types` had `{tag}`")),
            }
        }
    }

    fn of_type(&mut self, tag: &str, spec: &mut Spec) -> Option<Vec<String>> {
        if matches!(tag, "file" | "text") {
            return None;
        }
        let globs = onramp_file_types::globs(tag);
        if onramp_file_types::is_kind(tag) || globs.is_empty() {
            spec.remarks.push(format!("only files of the type `{tag}`, which has no glob"));
            return None;
        }
        if onramp_file_types::is_of_scripts(tag) {
            let text =
                "types are globs now: a script without an ending that says its type by `#!` is none of them";
            let remark = format!("{}: {text}", self.file);
            if !self.import.remarks.contains(&remark) {
                self.import.remarks.push(remark);
            }
        }
        Some(globs)
    }
}

/// The types of which a file has one at least, where that is all that is said of them, and globs would say less.
fn alternatives<'a>(all: &[&'a str], any: &[&'a str]) -> Option<Vec<&'a str>> {
    let all: Vec<&str> = all.iter().copied().filter(|tag| *tag != "file").collect();
    let tags = match (&*all, any) {
        ([], tags) => tags.to_vec(),
        ([tag], []) => vec![*tag],
        _ => return None,
    };
    let is_more_than_names =
        |tag: &&str| onramp_file_types::is_of_scripts(tag) || onramp_file_types::is_kind(tag);
    let is_file =
        |tag: &&str| onramp_file_types::is_known(tag) && !matches!(*tag, "file" | "symlink" | "directory");
    (tags.iter().any(is_more_than_names) && tags.iter().all(is_file)).then_some(tags)
}

fn exclude(pattern: &FilePattern, remarks: &mut Vec<String>) -> Vec<String> {
    match pattern {
        FilePattern::Globs(globs) => globs.clone(),
        FilePattern::Regex(regex) if matches!(regex.trim(), "" | "^$") => Vec::new(),
        FilePattern::Regex(regex) => {
            let globs = from_regex(regex);
            if globs.as_ref().is_none_or(|globs| !globs.exact) {
                let how = if globs.is_some() { "about" } else { "also" };
                let remark = format!("files that were {how} left out: `{}`", one_line(regex));
                remarks.push(remark);
            }
            globs.map(|globs| globs.globs).unwrap_or_default()
        }
    }
}
