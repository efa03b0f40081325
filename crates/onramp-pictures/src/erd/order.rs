use super::Relation;

/// An order of the tables in which those that foreign keys lead to come first, as far as there are no circles. Of a
/// circle, as few relations as can be had cheaply lead the other way: the heuristic of Eades, Lin and Smyth ("A fast
/// and effective heuristic for the feedback arc set problem", 1993). The answer is for each table its place.
pub(super) fn order(tables: usize, relations: &[Relation]) -> Vec<usize> {
    let mut children = vec![Vec::new(); tables];
    let mut parents = vec![Vec::new(); tables];
    for relation in relations.iter().filter(|relation| relation.child != relation.parent) {
        children[relation.parent].push(relation.child);
        parents[relation.child].push(relation.parent);
    }
    let mut to_children: Vec<usize> = children.iter().map(Vec::len).collect();
    let mut to_parents: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut is_left = vec![true; tables];
    let (mut front, mut back) = (Vec::new(), Vec::new());
    let mut left = tables;
    while left > 0 {
        let remaining = || (0..tables).filter(|table| is_left[*table]);
        let source = remaining().find(|table| to_parents[*table] == 0);
        let sink = || remaining().find(|table| to_children[*table] == 0);
        // Of a circle, the table that many lead to and that leads to few; of equals the first.
        let most = || remaining().min_by_key(|table| to_parents[*table] as i64 - to_children[*table] as i64);
        let (table, is_first) =
            match source.map(|table| (table, true)).or_else(|| sink().map(|sink| (sink, false))) {
                Some(found) => found,
                None => (most().expect("some are left"), true),
            };
        is_left[table] = false;
        left -= 1;
        children[table].iter().for_each(|child| to_parents[*child] -= 1);
        parents[table].iter().for_each(|parent| to_children[*parent] -= 1);
        if is_first { front.push(table) } else { back.push(table) }
    }
    let mut places = vec![0; tables];
    front.iter().chain(back.iter().rev()).enumerate().for_each(|(place, table)| places[*table] = place);
    places
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::*;

    fn relation(child: usize, parent: usize) -> Relation {
        Relation {
            name: String::new(),
            child,
            parent,
            columns: Vec::new(),
            optional: false,
            one_to_one: false,
            rules: String::new(),
            mark: Mark::Same,
            changes: Vec::new(),
        }
    }

    #[test]
    fn targets_come_first_whatever_their_numbers() {
        let relations = [relation(0, 3), relation(3, 2), relation(1, 0), relation(1, 1)];
        assert_eq!(order(4, &relations), [2, 3, 0, 1]);
    }

    #[test]
    fn of_a_circle_one_relation_leads_the_other_way() {
        let relations = [relation(1, 0), relation(2, 1), relation(0, 2), relation(3, 0)];
        let places = order(4, &relations);
        let wrong = relations.iter().filter(|relation| places[relation.child] < places[relation.parent]);
        assert_eq!(wrong.count(), 1);
    }
}
