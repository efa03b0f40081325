use std::collections::HashMap;

/// Numbers that look random and are the same for the same seed (SplitMix64, Steele, Lea and Flood, 2014).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a limit.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((number ^ (number >> 31)) % limit as u64) as usize
    }
}

/// What each `{name}` in a text may be replaced by: more texts of that sort.
pub(super) struct Grammar(HashMap<&'static str, Vec<&'static str>>);

impl Grammar {
    /// Reads rules: `[name]`, then a line for each alternative.
    pub(super) fn parse(text: &'static str) -> Self {
        let mut rules: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut rule = "";
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                Some(name) => rule = name,
                None => rules.entry(rule).or_default().push(if line == "-" { "" } else { line }),
            }
        }
        Self(rules)
    }

    /// A text in which every `{name}` was replaced by one of its alternatives, again and again.
    pub(super) fn sentence(&self, text: &str, dice: &mut Dice) -> String {
        let mut sentence = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a name in braces");
            let alternatives = self.0.get(name).unwrap_or_else(|| panic!("no rule `{name}`"));
            sentence.push_str(before);
            sentence.push_str(&self.sentence(alternatives[dice.below(alternatives.len())], dice));
            rest = after;
        }
        sentence + rest
    }
}
