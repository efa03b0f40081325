use super::Context;
use super::needs::{Known, Unknown, once_each};
use crate::config::{Hook, Section, Selection, Stage};
use crate::file::HooksSection;
use crate::spot::Spot;
use crate::suggest::{nearest, quoted};

pub(crate) fn resolve(cx: &Context<'_>, section: &HooksSection, known: &Known<'_>) -> Vec<Hook> {
    let hook = |stage: Stage| {
        let spot = Spot::root().key("hooks").key(stage.name());
        let selections = once_each(cx, &spot, section.of(stage), |text| selection(text, known));
        Hook { stage, selections }
    };
    Stage::ALL.into_iter().map(hook).filter(|hook| !hook.selections.is_empty()).collect()
}

fn selection(text: &str, known: &Known<'_>) -> Result<Selection, Unknown> {
    if text.contains(':') {
        return known.task(text).map(Selection::Task);
    }
    Section::from_name(text).map(Selection::Section).ok_or_else(|| {
        let names = Section::ALL.map(Section::name);
        let hint = match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name one of {}, or a task as `section:name`", quoted(names)),
        };
        Unknown { message: format!("there is no section `{text}` of tasks"), hint: Some(hint) }
    })
}
