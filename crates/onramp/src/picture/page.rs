use serde_json::json;

use super::Picture;
use super::svg::{SECTIONS, section, svg};
use onramp_pictures::{Page, VIEW_SCRIPT, VIEW_STYLE};

/// The picture as a page that is one file. `name` is that of the project.
pub(crate) fn page(picture: &Picture, name: &str) -> String {
    let tasks: Vec<_> = picture
        .tasks
        .iter()
        .map(|task| {
            json!({
                "task": task.name,
                "member": task.member,
                "section": section(&task.short),
                "about": task.about,
                "needs": task.needs,
                "cached": task.listed["cached"],
                "inputs": task.listed["inputs"],
                "outputs": task.listed["outputs"],
            })
        })
        .collect();
    let numbers =
        json!({ "project": name, "sections": SECTIONS, "members": picture.members, "tasks": tasks });
    let body = include_str!("page/page.html").replace("<!-- drawing -->", &svg(picture, name));
    Page {
        title: &format!("Tasks of {name}"),
        styles: &[VIEW_STYLE, include_str!("page/page.css")],
        body: &body,
        numbers: &numbers,
        scripts: &[include_str!("page/focus.js"), VIEW_SCRIPT],
    }
    .html()
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::*;

    #[test]
    fn a_page_carries_any_name_and_loads_nothing() {
        let picture = picture(&[("task:</script><b>&\"'", &[]), ("ui/test:<!-- drawing -->", &[0])]);
        let page = page(&picture, "a <b>");
        assert_eq!(page.matches("</script").count(), 2);
        assert!(page.contains("&lt;/script&gt;&lt;b&gt;&amp;&quot;&#39;"));
        assert_eq!(page.matches("<svg").count(), 1);
        for way_out in ["src=", "href=", "url(h", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(way_out), "{way_out}");
        }
    }
}
