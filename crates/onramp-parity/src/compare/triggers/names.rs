/// Words in the names of triggers that tell when they run, which their definitions tell anyway.
const COMMON: [&str; 18] = [
    "insert", "update", "delete", "ins", "upd", "del", "before", "after", "ai", "au", "ad", "bi", "bu", "bd",
    "trigger", "trg", "trig", "tr",
];

/// What the name of a trigger of a table tells beyond the table and the event: `touch` of `trg_run_touch_update`. In lower
/// case.
pub(super) fn gist(name: &str, table: &str) -> Vec<String> {
    let words = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let (mut rest, table) = (words(name), words(table));
    if let Some(place) = rest.windows(table.len().max(1)).position(|window| window == table) {
        rest.drain(place..place + table.len());
    }
    rest.retain(|word| !COMMON.contains(&word.as_str()));
    rest
}

#[cfg(test)]
mod tests {
    use super::gist;

    #[test]
    fn the_table_and_the_event_are_no_part_of_the_gist() {
        for name in ["touch", "run_step_touch", "trg_run_step_touch_update", "Touch_Run_Step", "touch_ai"] {
            assert_eq!(gist(name, "run_step"), ["touch"], "{name}");
        }
        assert_eq!(gist("run_step_au", "run_step"), [""; 0]);
        assert_eq!(gist("run_touch", "run_step"), ["run", "touch"]);
        assert_eq!(gist("touch_run", ""), ["touch", "run"]);
    }
}
