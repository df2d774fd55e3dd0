//! Checks: what is whole agrees, and each damage is told with its minute, its column and both values.

use super::*;

fn checked(text: &str, topic: Topic, minutes: &[MinuteTotals]) -> Checked {
    let folder = folder();
    fs::write(folder.path().join(&topic.stream().file), text).unwrap();
    check(folder.path(), topic, &mut pages(minutes), 10).unwrap()
}

/// Each difference as `minute column expected|found`, the minute counted from the first one.
fn told(checked: &Checked) -> Vec<String> {
    let line = |cell: &CellDifference| {
        format!("{} {} {}|{}", cell.minute.number() - FIRST, cell.column, cell.expected, cell.found)
    };
    checked.first.iter().map(line).collect()
}

#[test]
fn a_whole_file_agrees() {
    for topic in own() {
        let minutes = minutes(20);
        let found = checked(&rendering(topic, &minutes), topic, &minutes);
        assert_eq!(found, Checked { minutes: 20, differing_minutes: 0, first: Vec::new() });
    }
}

#[test]
fn each_damage_is_told() {
    let minutes = minutes(10);
    let topic = Topic::web_requests();
    let whole = rendering(topic, &minutes);
    let line = |index: usize| whole.split_inclusive('\n').nth(index + 1).unwrap().to_owned();
    let cell = |index: usize| line(index).trim_end().split(',').nth(1).unwrap().to_owned();
    let bare = |index: usize| line(index).trim_end().to_owned();
    for (damaged, differing, expected) in [
        (whole.replace(&line(3), ""), 1, vec![format!("3 row {}|no row", bare(3))]),
        (whole.replace(&line(3), &line(3).repeat(2)), 1, vec![format!("3 row no row|{}", bare(3))]),
        (
            whole.replace(&line(4), &line(4).replace(&format!(",{}", cell(4)), ",5")),
            1,
            vec![format!("4 requests_num {}|5", cell(4))],
        ),
        (whole.replace(&line(9), ""), 1, vec![format!("9 row {}|no row", bare(9))]),
        (whole.trim_end().to_owned(), 1, vec![format!("9 row {}|{}", bare(9), bare(9))]),
        (whole.clone() + "rubbish\n", 1, vec!["10 row no row|rubbish".to_owned()]),
        (whole.replace(&line(5), "rubbish\n"), 1, vec![format!("5 row {}|rubbish", bare(5))]),
        (whole.replacen("datetime", "time", 1), 1, vec!["0 header datetime,requests_num|time,requests_num".to_owned()]),
    ] {
        let found = checked(&damaged, topic, &minutes);
        assert_eq!((found.minutes, found.differing_minutes), (10, differing), "{damaged}");
        assert_eq!(told(&found), expected, "{damaged}");
    }
}

#[test]
fn a_missing_file_misses_everything_but_only_so_many_are_told() {
    let minutes = minutes(20);
    let folder = folder();
    let found = check(folder.path(), Topic::new_orders(), &mut pages(&minutes), 10).unwrap();
    assert_eq!((found.minutes, found.differing_minutes, found.first.len()), (20, 21, 10));
    let found = check(folder.path(), Topic::new_orders(), &mut pages(&[]), 10).unwrap();
    assert_eq!(found, Checked::default(), "a shop in its first minute may have no file yet");
}
