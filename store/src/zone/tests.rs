//! Days, hours and names of zones, and the rows that tell where libraries differ.

use super::*;

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap_or_else(|| panic!("no zone {name}"))
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn minute(text: &str) -> Minute {
    Minute::of(Timestamp::parse_rfc3339(text).unwrap())
}

#[test]
fn days_have_the_hours_that_their_clocks_show() {
    for (name, date, next, hours, minutes) in [
        ("UTC", "2026-03-29", "2026-03-30", 24, 1_440),
        ("Europe/Berlin", "2026-03-28", "2026-03-29", 24, 1_440),
        ("Europe/Berlin", "2026-03-29", "2026-03-30", 23, 1_380),
        ("Europe/Berlin", "2026-10-25", "2026-10-26", 25, 1_500),
        ("America/New_York", "2026-03-08", "2026-03-09", 23, 1_380),
        ("America/New_York", "2026-11-01", "2026-11-02", 25, 1_500),
        // Begins at one o'clock.
        ("Africa/Cairo", "2026-04-24", "2026-04-25", 23, 1_380),
        // Clocks move by half an hour: one hour is longer, or two are one.
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-06", 24, 1_470),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-05", 23, 1_410),
        ("Asia/Kathmandu", "2026-06-01", "2026-06-02", 24, 1_440),
        ("Pacific/Chatham", "2026-06-01", "2026-06-02", 24, 1_440),
    ] {
        let zone = zone(name);
        let (from, to) = (zone.day_start(day(date)), zone.day_start(day(next)));
        let starts: Vec<Minute> =
            std::iter::successors(Some(from), |at| Some(zone.next_hour(*at))).take_while(|at| *at < to).collect();
        assert_eq!((starts.len(), to.number() - from.number()), (hours, minutes), "{name} {date}");
        assert!(starts.iter().all(|start| start.number() % 15 == 0), "{name} {date}");
        assert_eq!(zone.day_of(from), day(date), "{name}");
        assert_eq!(zone.day_of(to.plus(-1)), day(date), "{name}");
    }
}

#[test]
fn the_same_time_earlier_is_the_clocks_time() {
    let berlin = zone("Europe/Berlin");
    let noon = |text| berlin.day_start(day(text)).plus(12 * 60);
    // The day before has 23 hours.
    let monday = noon("2026-03-30");
    assert_eq!(berlin.words(berlin.days_earlier(monday, 1), "%F %H:%M"), "2026-03-29 12:00");
    assert_eq!(berlin.words(berlin.days_earlier(monday, 7), "%F %H:%M"), "2026-03-23 12:00");
    let skipped = berlin.day_start(day("2026-03-30")).plus(150);
    assert_eq!(berlin.words(berlin.days_earlier(skipped, 1), "%F %H:%M"), "2026-03-29 03:30");
    assert_eq!(berlin.months_earlier(day("2026-03-31"), 1), day("2026-02-28"));
    assert_eq!(berlin.months_earlier(day("2026-11-24"), 12), day("2025-11-24"));
}

#[test]
fn names_are_whole_names_of_the_list() {
    for (name, is_known) in [
        ("Europe/Berlin", true),
        ("europe/berlin", true),
        ("UTC", true),
        ("", false),
        ("Europe", false),
        ("CET-1CEST", false),
        ("+02:00", false),
        ("../../etc/passwd", false),
        ("Europe/Berlin\0", false),
    ] {
        assert_eq!(Zone::named(name).is_some(), is_known, "{name}");
    }
    for (name, known) in [
        ("asia/calcutta", "Asia/Calcutta"),
        ("EST5EDT", "EST5EDT"),
        ("est", "EST"),
        ("gmt+0", "GMT+0"),
        ("etc/gmt-14", "Etc/GMT-14"),
        ("us/pacific", "US/Pacific"),
        ("utc", "UTC"),
        ("zulu", "Zulu"),
        ("factory", "Factory"),
        ("america/argentina/comodrivadavia", "America/Argentina/ComodRivadavia"),
    ] {
        assert_eq!(Zone::named(name).as_ref().map(Zone::name), Some(known), "an alias keeps its own name");
    }
    for name in ["GMT+1", "Etc/GMT+13", "PST8", "CEST", "Z", "Europe/Berlin ", "posix/Europe/Berlin", "localtime"] {
        assert!(Zone::named(name).is_none(), "{name}");
    }
    assert_eq!(Zone::names().len(), 598);
    assert!(Zone::names().is_sorted_by(|one, next| one.to_ascii_lowercase() < next.to_ascii_lowercase()));
    assert_eq!(zone("asia/kolkata").name(), "Asia/Kolkata");
    assert_eq!(Zone::UTC.name(), "UTC");
    assert!(Zone::names().len() > 400);
}

#[test]
fn clocks_stand_to_utc_as_they_do_then() {
    let local = |name, text| zone(name).local(Timestamp::parse_rfc3339(text).unwrap());
    for (name, at, offset_minutes, abbreviation) in [
        ("UTC", "2026-07-01T12:00:00Z", 0, "UTC"),
        ("Europe/Berlin", "2026-07-01T12:00:00Z", 120, "CEST"),
        ("Europe/Berlin", "2026-12-01T12:00:00Z", 60, "CET"),
        ("Asia/Kathmandu", "2026-12-01T12:00:00Z", 345, "+0545"),
        ("America/St_Johns", "2026-12-01T12:00:00Z", -210, "NST"),
    ] {
        let local = local(name, at);
        assert_eq!((local.offset_minutes, &*local.abbreviation), (offset_minutes, abbreviation), "{name}");
    }
    assert_eq!(local("UTC", "2026-07-01T12:00:00Z"), LocalTime::default());
}

#[test]
fn what_is_past_is_shown_as_clocks_showed_it_then() {
    let at = |text| Timestamp::parse_rfc3339(text).unwrap();
    let berlin = zone("Europe/Berlin");
    for now in ["2026-10-25T01:00:00Z", "2026-12-01T12:00:00Z", "2027-07-01T12:00:00Z"] {
        let local = berlin.local(at(now));
        assert_eq!(local.earlier.len(), CHANGES_MAX);
        for (instant, shown) in [
            ("2026-10-25T01:00:00Z", "02:00:00 CET"),
            ("2026-10-25T00:59:59Z", "02:59:59 CEST"),
            ("2026-03-29T00:59:59Z", "01:59:59 CET"),
        ] {
            assert_eq!(local.time(at(instant)), shown, "{instant}, as of {now}");
        }
    }
    for (name, now, changes) in [
        ("UTC", "2026-12-01T12:00:00Z", &[][..]),
        // The last change was in 1945, before any time of the shop.
        ("Asia/Kolkata", "2026-12-01T12:00:00Z", &[]),
        ("Asia/Kathmandu", "2026-12-01T12:00:00Z", &["1985-12-31T18:30:00.000000Z +0530"]),
        // A summer time of a week.
        (
            "America/Boa_Vista",
            "2000-10-20T00:00:00Z",
            &[
                "2000-10-15T03:00:00.000000Z -03",
                "2000-10-08T04:00:00.000000Z -04",
                "2000-02-27T03:00:00.000000Z -03",
                "1999-10-03T04:00:00.000000Z -04",
            ],
        ),
        // What was put right ends where the list says that it began.
        (
            "Asia/Tehran",
            "1979-06-01T00:00:00Z",
            &["1979-05-25T20:30:00.000000Z +0330", "1978-11-10T20:00:00.000000Z +04"],
        ),
        // At an odd second, and without a change of what clocks show.
        ("Africa/Monrovia", "2026-12-01T12:00:00Z", &["1972-01-07T00:44:00.000000Z MMT"]),
        ("Pacific/Guam", "2026-12-01T12:00:00Z", &["2000-12-22T14:00:00.000000Z GST"]),
    ] {
        let earlier = zone(name).local(at(now)).earlier;
        let mut told: Vec<_> =
            earlier.iter().map(|change| format!("{} {}", change.until, change.abbreviation)).collect();
        told.truncate(changes.len().max(1));
        assert_eq!(told, changes, "{name}");
    }
}

/// What another library would make of these: what clocks skip, show twice, or show no whole day of.
#[test]
fn days_begin_where_clocks_first_show_them() {
    for (name, date, first, words) in [
        // Midnight comes twice: the first one.
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "2024-11-03 00:00 CDT"),
        ("Atlantic/Azores", "2024-10-27", "2024-10-27T00:00:00Z", "2024-10-27 00:00 +00"),
        // Midnight is skipped.
        ("America/Havana", "2024-03-10", "2024-03-10T05:00:00Z", "2024-03-10 01:00 CDT"),
        ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z", "2024-03-31 01:00 EEST"),
        ("America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z", "2024-09-08 01:00 -03"),
        // Half past eleven became half past midnight: as long after midnight as clocks skipped.
        ("America/St_Johns", "1987-04-05", "1987-04-05T03:30:00Z", "1987-04-05 00:00 NST"),
        ("America/Scoresbysund", "2024-03-31", "2024-03-31T01:00:00Z", "2024-03-31 00:00 -01"),
        // A day that was left out begins with the next.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-31 00:00 +14"),
        ("Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z", "1993-08-22 00:00 +12"),
        // Clocks that stood at odd seconds: the minute in which the day begins.
        ("Africa/Monrovia", "1971-06-01", "1971-06-01T00:44:00Z", "1971-05-31 23:59 MMT"),
        ("Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:00Z", "1972-01-06 23:59 MMT"),
        ("Africa/Monrovia", "1972-01-08", "1972-01-08T00:00:00Z", "1972-01-08 00:00 GMT"),
        // The calendar's ends.
        ("Pacific/Kiritimati", "1970-01-01", "1970-01-01T10:40:00Z", "1970-01-01 00:00 -1040"),
        ("Pacific/Kiritimati", "9998-12-31", "9998-12-30T10:00:00Z", "9998-12-31 00:00 +14"),
    ] {
        let zone = zone(name);
        let start = zone.day_start(day(date));
        assert_eq!((start, &*zone.words(start, "%F %H:%M %Z")), (minute(first), words), "{name} {date}");
    }
}

#[test]
fn a_time_that_comes_twice_is_the_first_and_one_that_is_skipped_comes_later() {
    for (name, from, days, earlier) in [
        ("Europe/Berlin", "2026-10-26T01:30:00Z", 1, "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z", 0, "2026-10-25T01:30:00Z"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z", 7, "2026-10-18T00:30:00Z"),
        ("Europe/Berlin", "2026-03-30T00:15:00Z", 1, "2026-03-29T01:15:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T15:15:00Z", 1, "2026-04-04T14:45:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T15:15:00Z", 1, "2026-10-03T15:45:00Z"),
        ("Pacific/Apia", "2012-01-01T10:30:00Z", 3, "2011-12-30T10:30:00Z"),
        ("UTC", "1970-01-02T00:00:00Z", 800, "1967-10-25T00:00:00Z"),
    ] {
        let told = Zone::UTC.words(zone(name).days_earlier(minute(from), days), "%FT%H:%M:00Z");
        assert_eq!(told, earlier, "{days} days before {from} in {name}");
    }
    let apia = zone("Pacific/Apia");
    assert_eq!(apia.months_earlier(day("2012-12-30"), 12), day("2011-12-31"), "the day was left out");
    assert_eq!(zone("UTC").months_earlier(day("2024-02-29"), 12), day("2023-02-28"));
}

#[test]
fn clocks_go_on_by_their_rules_after_the_list_of_changes_ends() {
    for (name, at, words) in [
        ("Europe/Berlin", "2100-03-28T00:59:00Z", "Sun 28 Mar 2100, 01:59 CET"),
        ("Europe/Berlin", "2100-03-28T01:00:00Z", "Sun 28 Mar 2100, 03:00 CEST"),
        ("Europe/Berlin", "2104-10-26T00:59:00Z", "Sun 26 Oct 2104, 02:59 CEST"),
        ("Europe/Berlin", "2104-10-26T01:00:00Z", "Sun 26 Oct 2104, 02:00 CET"),
        ("America/New_York", "9998-03-08T07:00:00Z", "Sun 8 Mar 9998, 03:00 EDT"),
        ("Australia/Sydney", "2100-01-01T00:00:00Z", "Fri 1 Jan 2100, 11:00 AEDT"),
        ("Australia/Sydney", "2200-02-28T13:00:00Z", "Sat 1 Mar 2200, 00:00 AEDT"),
        ("Australia/Sydney", "2400-02-29T13:00:00Z", "Wed 1 Mar 2400, 00:00 AEDT"),
        ("Australia/Sydney", "2100-04-03T16:00:00Z", "Sun 4 Apr 2100, 02:00 AEST"),
        ("Africa/Casablanca", "2100-06-01T00:00:00Z", "Tue 1 Jun 2100, 00:00 +00"),
        ("Asia/Gaza", "2186-06-01T00:00:00Z", "Thu 1 Jun 2186, 03:00 EEST"),
        ("UTC", "9999-12-31T23:59:00Z", "Thu 30 Dec 9999, 22:00 UTC"),
    ] {
        assert_eq!(zone(name).words(minute(at), "%a %-d %b %Y, %H:%M %Z"), words, "{name} {at}");
    }
}
