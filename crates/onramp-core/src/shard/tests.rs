use super::*;

fn task(name: impl ToString) -> TaskId {
    TaskId::new("test", name.to_string())
}

fn split_ms(suites: &[(&str, Option<u64>)], shards: usize) -> Vec<usize> {
    let bundle = |(name, ms): &(&str, Option<u64>)| vec![(task(name), ms.map(Duration::from_millis))];
    split(&suites.iter().map(bundle).collect::<Vec<_>>(), NonZeroUsize::new(shards).unwrap())
}

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn bundles(&mut self) -> Vec<Bundle> {
        let count = self.below(40);
        let mut names = 0;
        let mut bundle = |numbers: &mut Self| {
            let tasks = 1 + numbers.below(3);
            let mut tasks: Bundle = (0..tasks).map(|_| (task(""), None)).collect();
            for (name, duration) in &mut tasks {
                names += 1;
                *name = task(names);
                *duration = (numbers.below(4) > 0).then(|| Duration::from_millis(numbers.below(5_000)));
            }
            tasks
        };
        (0..count).map(|_| bundle(self)).collect()
    }
}

#[test]
fn a_part_is_one_of_its_whole() {
    let part: Shard = "2/3".parse().unwrap();
    assert_eq!((part.number(), part.of(), part.to_string().as_str()), (2, 3, "2/3"));
    assert_eq!("1/1".parse(), Ok(Shard::WHOLE));
    for text in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/2", "1/2/3", "1 / 2", "99999999999999999999999/1"] {
        assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
    }
}

#[test]
fn the_longest_goes_first_to_where_least_is_done() {
    let suites = [("a", Some(100)), ("b", Some(900)), ("c", Some(300)), ("d", Some(500)), ("e", Some(200))];
    // b 900 | d 500, c 300, e 200 | a 100 goes to the first.
    assert_eq!(split_ms(&suites, 2), [1, 1, 2, 2, 2]);
}

#[test]
fn without_durations_names_take_turns() {
    assert_eq!(split_ms(&[("c", None), ("a", None), ("d", None), ("b", None)], 2), [1, 1, 2, 2]);
    assert_eq!(split_ms(&[("a", None), ("b", None)], 5), [1, 2]);
    assert_eq!(split_ms(&[], 3), [0; 0]);
}

#[test]
fn what_is_unknown_counts_as_the_middle_of_what_is_known() {
    let suites = [("a", Some(10)), ("b", Some(1_000)), ("c", Some(100_000)), ("new", None), ("newer", None)];
    assert_eq!(split_ms(&suites, 3), [3, 2, 1, 3, 2]);
}

#[test]
fn quick_ones_are_spread_too() {
    assert_eq!(split_ms(&[("a", Some(0)), ("b", Some(0)), ("c", Some(0)), ("d", Some(0))], 2), [1, 2, 1, 2]);
}

#[test]
fn any_split_is_complete_balanced_and_independent_of_the_order() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let bundles = numbers.bundles();
        let shards = 1 + numbers.below(50) as usize;
        let chosen = split(&bundles, NonZeroUsize::new(shards).unwrap());
        assert_eq!(chosen.len(), bundles.len());
        assert!(chosen.iter().all(|shard| (1..=shards).contains(shard)), "{chosen:?}");

        let known: Vec<Duration> = bundles.iter().flatten().filter_map(|(_, duration)| *duration).collect();
        let typical = median(known);
        let weight = |bundle: &Bundle| {
            let each = bundle.iter().map(|(_, duration)| duration.unwrap_or(typical).as_millis().max(1));
            each.sum::<u128>()
        };
        let mut loads = vec![0; shards];
        bundles.iter().zip(&chosen).for_each(|(bundle, shard)| loads[shard - 1] += weight(bundle));
        let longest = bundles.iter().map(weight).max().unwrap_or_default();
        let (least, most) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
        assert!(most - least <= longest, "no two machines differ by more than one bundle: {loads:?}");

        let mut order: Vec<usize> = (0..bundles.len()).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, numbers.below(place as u64 + 1) as usize);
        }
        let shuffled: Vec<Bundle> = order.iter().map(|place| bundles[*place].clone()).collect();
        let again = split(&shuffled, NonZeroUsize::new(shards).unwrap());
        for (place, shard) in order.iter().zip(again) {
            assert_eq!(chosen[*place], shard, "{bundles:?}");
        }
    }
}
