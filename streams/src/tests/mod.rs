//! Tables for what a declaration may say, and for what its records mean.

mod events;

use crate::*;
use serde_json::value::RawValue;

const AIR: &str = r#"topic = "air"
title = "Air"
about = "What a sensor measures in the kitchen."

[[fields]]
name = "pm25"
type = "decimal(1)"
min = 0
max = 999.9
about = "fine dust"

[[fields]]
name = "room"
type = "text(40)"
optional = true
about = "where"

[[fields]]
name = "is_open"
type = "boolean"
optional = true
about = "whether a window is"

[[measures]]
name = "readings_num"
count = true
about = "readings"

[[measures]]
name = "pm25_sum"
sum = "pm25"
unit = "µg/m³"
about = "their sum"

[[measures]]
name = "pm25_max"
max = "pm25"
where = "is_open"
about = "the highest with a window open"

[[ratios]]
name = "pm25_mean"
of = "pm25_sum"
per = "readings_num"
about = "on average"

[[groups]]
field = "room"
most = 5
"#;

fn air() -> Stream {
    Stream::parse("air.toml", AIR).unwrap()
}

#[test]
fn the_shops_own_streams_are_as_they_always_were() {
    let streams = Streams::own();
    let header =
        |stream: &Stream| stream.columns().fold("datetime".to_owned(), |line, column| line + "," + &column.name);
    let headers: Vec<_> = streams.all().iter().map(|topic| (&*topic.stream().file, header(topic.stream()))).collect();
    assert_eq!(
        headers,
        [
            ("feedback.csv", "datetime,total_feedback_num,total_feedback_stars".to_owned()),
            (
                "orders.csv",
                "datetime,total_orders_num,total_orders_amount,total_orders_price,total_paid_orders_num,\
                 total_paid_orders_amount,total_paid_orders_price"
                    .to_owned()
            ),
            ("subscriptions.csv", "datetime,joined_num,left_num,net_num".to_owned()),
            (
                "system_stats.csv",
                "datetime,samples_num,cpu_percent_min,cpu_percent_sum,cpu_percent_max,memory_mib_min,memory_mib_sum,\
                 memory_mib_max,connections_num_min,connections_num_sum,connections_num_max,outbox_num_min,\
                 outbox_num_sum,outbox_num_max"
                    .to_owned()
            ),
            ("requests.csv", "datetime,requests_num".to_owned()),
        ]
    );
    assert_eq!(Topic::web_requests().dead_letter_name(), "web_requests.dlq");
    assert_eq!((streams.of("feedback.dlq"), streams.of("nothing")), (None, None));
}

#[test]
fn a_declaration_is_read_whole() {
    let air = air();
    assert_eq!((&*air.file, air.key, air.bare_number_max), ("air.csv", None, None));
    assert_eq!(air.fields[0].bounds, Some((0, 9_999)));
    assert_eq!(air.groups, [Group { field: 1, most: 5 }]);
    let meanings: Vec<_> = air.measures.iter().map(|measure| air.meaning(measure)).collect();
    assert_eq!(meanings, ["count scale 0", "sum pm25 scale 1", "max pm25 where is_open scale 1"]);
    assert_eq!((air.ratios[0].of, air.ratios[0].per), (1, 0));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (from, to, problem) in [
        ("title = \"Air\"\n", "", "air.toml, line 1: missing field `title`"),
        ("title = \"Air\"", "title = Air", "air.toml, line 2: "),
        ("title = \"Air\"", "title = \" \"", "air.toml, line 2: title has to be one line of 1 to 60 characters"),
        ("title", "titel", "air.toml, line 2: unknown field `titel`, expected one of"),
        ("\"air\"", "\"Air\"", "air.toml, line 1: topic `Air` cannot be a name: use at most 40 of a-z, 0-9 and _"),
        ("\"air\"", "\"a'; drop\"", "air.toml, line 1: topic `a\\'; drop` cannot be a name"),
        (
            "decimal(1)",
            "decimal(10)",
            "air.toml, line 7: type `decimal(10)` is none of integer, decimal(1 to 9), money",
        ),
        ("decimal(1)", "float", "air.toml, line 7: type `float` is none of"),
        ("decimal(1)", "text", "air.toml, line 7: type `text` is none of"),
        ("999.9", "999.95", "air.toml, line 9: max has to be a number with at most 1 digits after the point"),
        ("999.9", "-1", "air.toml, line 8: min is above max"),
        ("999.9", "1e300", "air.toml, line 9: max "),
        ("min = 0\n", "min = \"0\"\n", "air.toml, line 8: "),
        (
            "optional = true\nabout = \"where\"",
            "min = 1\nabout = \"where\"",
            "air.toml, line 15: min and max belong to",
        ),
        ("name = \"room\"", "name = \"pm25\"", "air.toml, line 13: field `pm25`: there is one of this name before"),
        (
            "name = \"room\"",
            "name = \"event_id\"",
            "air.toml, line 13: field `event_id` has a name that every stream has",
        ),
        (
            "sum = \"pm25\"",
            "sum = \"pm10\"",
            "air.toml, line 31: there is no field `pm10`; there are pm25, room, is_open",
        ),
        ("sum = \"pm25\"", "sum = \"room\"", "air.toml, line 31: field `room` is no number"),
        ("sum = \"pm25\"", "", "air.toml, line 30: measure `pm25_sum` needs one of count = true, sum, min or max"),
        ("count = true", "count = false", "air.toml, line 25: measure `readings_num` needs one of count = true"),
        ("where = \"is_open\"", "where = \"room\"", "air.toml, line 38: field `room` is not true or false"),
        ("unit = \"µg/m³\"", "unit = \"money\"", "air.toml, line 32: measure `pm25_sum` is no money"),
        ("of = \"pm25_sum\"", "of = \"pm25_max\"", "air.toml, line 43: ratio `pm25_mean`: only counts and sums can be"),
        ("per = \"readings_num\"", "per = \"x\"", "air.toml, line 44: there is no measure `x`; there are readings_num"),
        ("field = \"room\"", "field = \"pm25\"", "air.toml, line 48: field `pm25` is no text"),
        ("most = 5", "most = 0", "air.toml, line 49: most has to be from 1 to 1000"),
        ("[[fields]]", "file = \"../x.csv\"\n[[fields]]", "air.toml, line 5: file `../x.csv`: use at most 40 of"),
        ("[[fields]]", "key = \"x\"\n[[fields]]", "air.toml, line 5: there is no field `x`"),
        (
            "[[fields]]",
            "bare_number_max = 0\n[[fields]]",
            "air.toml, line 5: bare_number_max has to be from 1 to 1000000",
        ),
    ] {
        let text = AIR.replacen(from, to, 1);
        assert_ne!(text, AIR, "{from}");
        let told = Stream::parse("air.toml", &text).unwrap_err().to_string();
        assert!(told.starts_with(problem), "{from} -> {to}: {told}");
        assert!(!told.contains('\n'), "{told}");
    }
}

#[test]
fn streams_do_not_share_topics_or_files() {
    let mut streams = Streams::own();
    streams.add("air.toml", AIR).unwrap();
    let told = |text: String| streams.clone().add("more.toml", &text).unwrap_err().to_string();
    assert_eq!(told(AIR.to_owned()), "more.toml, line 1: there is a stream of the topic `air` already: Air");
    let file = AIR.replacen("topic = \"air\"", "topic = \"dust\"\nfile = \"orders.csv\"", 1);
    assert_eq!(told(file), "more.toml, line 2: the file `orders.csv` is that of the stream `new_orders`");
    let topics: Vec<_> = streams.all().iter().map(|topic| topic.name()).collect();
    assert_eq!(topics, ["air", "feedback", "new_orders", "subscriptions", "system_stats", "web_requests"]);
}

fn read(stream: &Stream, text: &str) -> Result<Vec<Option<i64>>, String> {
    let json: &RawValue = serde_json::from_str(text).unwrap();
    let members: Option<Members<'_>> = text.trim().starts_with('{').then(|| serde_json::from_str(text).unwrap());
    stream.read(json, members.as_ref()).map(|values| stream.totals(&values).0).map_err(|reason| reason.to_string())
}

#[test]
fn events_add_what_their_stream_says() {
    let air = air();
    for (text, figures) in [
        (r#"{"pm25": 12.5}"#, [Some(1), Some(125), None]),
        (r#"{"pm25": 12.50, "is_open": true}"#, [Some(1), Some(125), Some(125)]),
        (r#"{"pm25": 0, "is_open": false, "room": "hall"}"#, [Some(1), Some(0), None]),
        (r#"{"pm25": 1, "room": null, "is_open": null, "more": [{}]}"#, [Some(1), Some(10), None]),
    ] {
        assert_eq!(read(&air, text), Ok(figures.to_vec()), "{text}");
    }
    for (text, reason) in [
        ("7", "the value is not an object"),
        ("{}", "the field pm25 is missing"),
        (r#"{"pm25": 1000}"#, "the field pm25 is not a decimal from 0 to 999.9 with at most one digit after the point"),
        (r#"{"pm25": 1.25}"#, "the field pm25 is not a decimal from 0 to 999.9 with at most one digit after the point"),
        (r#"{"pm25": 1, "is_open": 1}"#, "the field is_open is not true or false"),
        (r#"{"pm25": 1, "room": 5}"#, "the field room is not a text of at most 40 characters"),
    ] {
        assert_eq!(read(&air, text), Err(reason.to_owned()), "{text}");
    }
}

#[test]
fn records_of_the_tutorial_are_read_as_before() {
    let [orders, requests, feedback] =
        [Topic::new_orders(), Topic::web_requests(), Topic::feedback()].map(Topic::stream);
    let paid = r#"{"order_id": 17, "order_amount": 3, "order_total_price": 45.5, "is_paid": true}"#;
    assert_eq!(read(orders, paid), Ok([1, 3, 4_550, 1, 3, 4_550].map(Some).to_vec()));
    let on_credit = paid.replace("true", "false");
    assert_eq!(read(orders, &on_credit), Ok([1, 3, 4_550, 0, 0, 0].map(Some).to_vec()));
    assert_eq!(
        read(orders, &paid.replace("45.5", "-1")),
        Err(
            "the field order_total_price is not a decimal from 0 to 1000000000 with at most two digits after the point"
                .to_owned()
        )
    );
    assert_eq!(read(orders, "5"), Err("the value is not an object".to_owned()));
    for (text, count) in [("7", 7), ("0", 0), ("3.0", 3), (r#"{"path":"/","kind":5}"#, 1), (r#"{"path":"\ud800"}"#, 1)]
    {
        assert_eq!(read(requests, text), Ok([count, 0].map(Some).to_vec()), "{text}");
    }
    for (text, reason) in [
        ("1000001", "the value is not a whole number from 0 to 1000000"),
        ("true", "the value is not a number or an object with the field path"),
        ("[1]", "the value is not a number or an object with the field path"),
        (r#"{"path":null}"#, "the field path is not a text"),
        ("{}", "the field path is missing"),
    ] {
        assert_eq!(read(requests, text), Err(reason.to_owned()), "{text}");
    }
    assert_eq!(read(feedback, r#"{"order_id":1,"stars":4,"comment":[]}"#), Ok([1, 4].map(Some).to_vec()));
    assert_eq!(
        read(feedback, r#"{"order_id":1,"stars":6}"#),
        Err("the field stars is not a whole number from 1 to 5".to_owned())
    );
}

#[test]
fn figures_come_together_in_any_order() {
    let air = air();
    let [count, sum, max] = [0, 1, 2].map(|place| &air.measures[place]);
    assert_eq!(count.together(Some(2), Some(3)), Some(Some(5)));
    assert_eq!(sum.together(Some(i64::MAX), Some(1)), None);
    assert_eq!(max.together(None, Some(3)), Some(Some(3)));
    assert_eq!(max.together(Some(7), Some(3)), Some(Some(7)));
    assert_eq!((count.cell(count.of_nothing()), max.cell(max.of_nothing())), ("0".to_owned(), String::new()));
    assert_eq!((sum.cell(Some(125)), sum.cell(Some(-5))), ("12.5".to_owned(), "-0.5".to_owned()));
}

#[test]
fn a_folder_adds_streams() {
    let folder = std::env::temp_dir().join(format!("pantry-streams-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("air.toml"), AIR).unwrap();
    std::fs::write(folder.join("notes.txt"), "nothing of ours").unwrap();
    assert_eq!(Streams::load(&folder).unwrap().all().len(), 6);
    std::fs::write(folder.join("bad.toml"), "topic = 5").unwrap();
    let told = Streams::load(&folder).unwrap_err().to_string();
    std::fs::write(folder.join("bad.toml"), vec![b'#'; 300_000]).unwrap();
    let long = Streams::load(&folder).unwrap_err().to_string();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(told.contains("bad.toml, line 1: invalid type"), "{told}");
    assert!(long.ends_with("bad.toml: a declaration has at most 262144 bytes"), "{long}");
    assert!(Streams::load(&folder).unwrap_err().to_string().contains(&folder.display().to_string()));
}

#[test]
fn the_data_dictionary_is_that_of_the_declarations() {
    let markdown = Streams::own().markdown();
    assert!(markdown == include_str!("../../../docs/STREAMS.md"), "docs/STREAMS.md should be\n{markdown}");
}
