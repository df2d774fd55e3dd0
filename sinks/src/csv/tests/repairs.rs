//! Repair of every torn, edited, outdated or missing file.

use super::*;

/// Writes `content`, repairs it, and demands that the file then equals the rendering and can be appended to.
#[track_caller]
fn assert_repairs(topic: Topic, content: &[u8], minutes: &[MinuteTotals], others: &[&str]) -> (TempDir, Repaired) {
    let folder = folder();
    let path = folder.path().join(&topic.stream().file);
    fs::write(&path, content).unwrap();
    let (mut csv, done) = repaired(&folder, topic, minutes);
    assert_eq!(fs::read_to_string(&path).unwrap(), rendering(topic, minutes), "{done:?}");
    let mut expected = vec![topic.stream().file.as_str()];
    expected.extend(others);
    assert_eq!(names(&folder), expected, "{done:?}");
    let mut more = minutes.to_vec();
    more.push(minute(FIRST + minutes.len() as i64));
    assert_eq!(csv.append(&more).unwrap(), Appended::Rows(1));
    assert_eq!(fs::read_to_string(&path).unwrap(), rendering(topic, &more));
    (folder, done)
}

#[test]
fn a_missing_file_is_written() {
    for topic in own() {
        for count in [0, 1, 7, 20] {
            let folder = folder();
            let (csv, done) = repaired(&folder, topic, &minutes(count));
            assert_eq!(done, Repaired::Written);
            assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(topic, &minutes(count)));
            assert_eq!(csv.next(), (count > 0).then(|| Minute::from_number(FIRST + count)));
            assert_eq!(names(&folder), [topic.stream().file.as_str()]);
        }
    }
}

#[test]
fn a_whole_file_is_left_alone() {
    for topic in own() {
        for count in [0, 1, 20] {
            let minutes = minutes(count);
            let (_, done) = assert_repairs(topic, rendering(topic, &minutes).as_bytes(), &minutes, &[]);
            assert_eq!(done, Repaired::Intact);
        }
    }
}

#[test]
fn a_file_torn_at_any_byte_goes_on() {
    let minutes = minutes(20);
    for topic in own() {
        let whole = rendering(topic, &minutes);
        for length in 0..whole.len() {
            let (_, done) = assert_repairs(topic, &whole.as_bytes()[..length], &minutes, &[]);
            let expected = if length < header(topic).len() {
                Repaired::Written
            } else {
                Repaired::Appended { rows: 21 - whole[..length].matches('\n').count() }
            };
            assert_eq!(done, expected, "cut to {length} bytes");
        }
    }
}

#[test]
fn a_tail_of_nul_bytes_is_torn_too() {
    let minutes = minutes(20);
    for topic in own() {
        let whole = rendering(topic, &minutes);
        for length in 0..=whole.len() {
            let nuls = [1, 40, 20_000][length % 3];
            let mut content = whole.as_bytes()[..length].to_vec();
            content.resize(length + nuls, 0);
            let (_, done) = assert_repairs(topic, &content, &minutes, &[]);
            assert!(matches!(done, Repaired::Written | Repaired::Appended { .. }), "{done:?}");
        }
    }
}

#[test]
fn a_file_edited_at_any_byte_is_kept_aside() {
    let minutes = minutes(20);
    for topic in own() {
        let whole = rendering(topic, &minutes);
        let bak = format!("{}.bak", topic.stream().file);
        for at in 0..whole.len() {
            let mut changed = whole.clone().into_bytes();
            changed[at] = if changed[at] == b'7' { b'8' } else { b'7' };
            let mut resized = whole.clone().into_bytes();
            if at % 2 == 0 {
                resized.remove(at);
            } else {
                resized.insert(at, b'#');
            }
            for content in [changed, resized] {
                if whole.as_bytes().starts_with(&content) {
                    continue; // Without its last byte it is a torn file, not an edited one.
                }
                let (folder, done) = assert_repairs(topic, &content, &minutes, &[&bak]);
                // A name in the header may be another one as well, and stand for another column.
                let (Repaired::Edited { kept_as } | Repaired::OtherColumns { kept_as }) = done else {
                    panic!("{done:?}")
                };
                assert_eq!(kept_as, folder.path().join(&bak));
                assert_eq!(fs::read(folder.path().join(&bak)).unwrap(), content);
            }
        }
    }
}

#[test]
fn a_file_of_a_stream_with_other_columns_is_kept_aside() {
    for topic in own() {
        let names = header(topic).trim_end().to_owned();
        for other in [format!("{names},one_more\n"), names.replace("_num", "_count") + "\n"] {
            let content = rendering(topic, &minutes(9)).replace(&header(topic), &other);
            let bak = format!("{}.bak", topic.stream().file);
            let (folder, done) = assert_repairs(topic, content.as_bytes(), &minutes(9), &[&bak]);
            assert_eq!(done, Repaired::OtherColumns { kept_as: folder.path().join(&bak) });
            assert_eq!(fs::read_to_string(folder.path().join(&bak)).unwrap(), content);
        }
    }
}

#[test]
fn more_than_the_rendering_is_an_edit() {
    let topic = Topic::web_requests();
    for (known, more) in [(20, "#"), (20, "\n"), (0, "2026-11-22 12:00:00,1\n"), (19, &row(topic, &minute(FIRST + 19)))]
    {
        let content = rendering(topic, &minutes(known)) + more;
        let (folder, done) = assert_repairs(topic, content.as_bytes(), &minutes(known), &["requests.csv.bak"]);
        assert!(matches!(done, Repaired::Edited { .. }));
        assert_eq!(fs::read_to_string(folder.path().join("requests.csv.bak")).unwrap(), content);
    }
    let binary = vec![0xff; 100_000];
    assert_repairs(topic, &binary, &minutes(20), &["requests.csv.bak"]);
}

#[test]
fn a_changed_figure_is_outdated_only_where_a_late_event_changed_it() {
    let old = minutes(20);
    for topic in own() {
        let content = rendering(topic, &old);
        let mut new = old.clone();
        new[9].revision = 2;
        new[9].totals = totals(&[98_765, 123, 456_789, 1, 123, 456_789]);
        let (_, done) = assert_repairs(topic, content.as_bytes(), &new, &[]);
        assert_eq!(done, Repaired::Outdated);
        // Torn after, or inside, the outdated row: still nobody's edit.
        let outdated_row = rendering(topic, &old[..9]).len();
        for length in outdated_row..content.len() {
            let (_, done) = assert_repairs(topic, &content.as_bytes()[..length], &new, &[]);
            assert!(matches!(done, Repaired::Outdated | Repaired::Appended { .. }), "{done:?}");
        }
        // What a crash left behind a part of the outdated row.
        let mut nul_tail = content.as_bytes()[..outdated_row + 21].to_vec();
        nul_tail.resize(nul_tail.len() + 40, 0);
        assert_eq!(assert_repairs(topic, &nul_tail, &new, &[]).1, Repaired::Outdated);
        let bak = format!("{}.bak", topic.stream().file);
        let long = format!("{},{}", old[9].minute, "1".repeat(1_004));
        let long = content.replace(&row(topic, &old[9]), &long);
        let (_, done) = assert_repairs(topic, long.as_bytes(), &new, &[&bak]);
        assert!(
            matches!(done, Repaired::Edited { .. }),
            "a row of 1,024 bytes, its end lost, is nobody's but an editor's"
        );
        new[3].totals.0.iter_mut().for_each(|figure| *figure = figure.map(|figure| figure + 1));
        let (_, done) = assert_repairs(topic, content.as_bytes(), &new, &[&bak]);
        assert!(matches!(done, Repaired::Edited { .. }), "another minute differs too");
        let noted = content.replace(&row(topic, &old[9]), &format!("{},many\n", old[9].minute));
        new[3] = old[3].clone();
        assert_repairs(topic, noted.as_bytes(), &new, &[&bak]);
    }
}

#[test]
fn what_was_kept_aside_is_never_overwritten() {
    let folder = folder();
    let path = folder.path().join("requests.csv");
    for (number, name) in ["requests.csv.bak", "requests.csv.bak.1", "requests.csv.bak.2"].iter().enumerate() {
        fs::write(&path, format!("edit {number}")).unwrap();
        let (_, done) = repaired(&folder, Topic::web_requests(), &minutes(3));
        assert_eq!(done, Repaired::Edited { kept_as: folder.path().join(name) });
    }
    for (number, name) in ["requests.csv.bak", "requests.csv.bak.1", "requests.csv.bak.2"].iter().enumerate() {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), format!("edit {number}"));
    }
    assert_eq!(names(&folder).len(), 4);
}
