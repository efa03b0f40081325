//! The reference mentions everything.

use expect_test::expect;

use crate::{json_schema, reference_markdown};

#[test]
fn every_key_is_in_a_table() {
    let page = reference_markdown();
    let schema = json_schema();
    let definitions = schema["$defs"].as_object().unwrap().values();
    for table in definitions.chain([&schema]) {
        for name in table["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            let row = page.contains(&format!("| `{name}` |")) || page.contains(&format!("## `[{name}"));
            assert!(row, "{name}");
        }
    }
}

#[test]
fn a_section_has_its_meaning_and_a_row_per_key() {
    let page = reference_markdown();
    let start = page.find("## `[tools.NAME]`").unwrap();
    let end = start + page[start..].find("\n## `[tools.NAME.fix]`").unwrap();
    expect![[r###"
        ## `[tools.NAME]`

        The programs that the project needs, each with its version requirement and its remedy. `onramp doctor` checks them, `onramp setup` begins with them. Each entry is a program that the project needs. The section's name is the tool's name.

        | key | type | default | meaning |
        |---|---|---|---|
        | `fix` | table |  | How to get it. |
        | `gate` | one of `fail`, `warn` | `"fail"` | What happens when the tool is missing or too old. `fail`: `onramp setup` does not go on without it. `warn`: It is told, and things go on. |
        | `optional` | `true` or `false` | `false` | Whether one can do without the tool: `onramp doctor` mentions that it is missing, and nothing more. |
        | `probe` | string |  | The command whose output holds the version. Without it, `PROGRAM --version`. Example: `"python3 --version"` |
        | `program` | string |  | The executable that is looked for on `PATH`. Without it, the tool's name. Example: `"python3"` |
        | `version` | string |  | The versions that will do: comparisons such as `>=3.10` or `>=18, <23`. A bare version such as `20` means the same as in Cargo: any 20.x. Example: `">=3.10"` |
        | `why` | string |  | What the project needs it for, shown where it is missing. Example: `"the end-to-end tests start containers"` |
    "###]].assert_eq(&page[start..end]);
}
