//! What was counted of a stream in a range as tiles: each with its change against what it is compared with, and a
//! sparkline. Called by the stream's page.

use crate::components::series::{Scale, Series};
use crate::components::sparkline::{SPARK_PIXELS, sparkline};
use crate::number::percent;
use domain::Report;
use domain::report::{Against, change_permille};
use leptos::prelude::*;
use streams::Totals;

/// As many characters fit into a tile at its usual size.
const VALUE_CHARS_MAX: usize = 10;

/// The tiles.
pub fn stream_tiles(all: &[Series], report: &Report<Totals>) -> AnyView {
    let tiles: Vec<_> = all.iter().map(|series| tile(series, report)).collect();
    view! { <dl class="tiles" data-part="tiles">{tiles}</dl> }.into_any()
}

fn tile(series: &Series, report: &Report<Totals>) -> AnyView {
    let value = series.value(&report.counts).filter(|_| report.nothing_known().is_none());
    let words = series.words_or_dash(value);
    let is_long = words.chars().count() > VALUE_CHARS_MAX;
    let (class, change) = change(series, report);
    let test_id = format!("tile-{}", series.name);
    view! {
        <div class="panel tile">
            <dt>{series.title.clone()}</dt>
            <dd>
                <span class=if is_long { "tile-value is-long" } else { "tile-value" } data-testid=test_id.clone()>
                    {words}
                </span>
                <span class=class data-testid=format!("{test_id}-change")>
                    {change}
                </span>
            </dd>
            <dd class="tile-spark" aria-hidden="true">
                {spark(series, report)}
            </dd>
        </div>
    }
    .into_any()
}

/// How it changed, and how that is shown. What is more need not be better: no direction has a colour.
fn change(series: &Series, report: &Report<Totals>) -> (&'static str, String) {
    let class = "tile-change";
    if let Some(why) = report.nothing_known() {
        return (class, why.to_lowercase());
    }
    let Some(before) = &report.before else {
        let words = if report.query.against == Against::Nothing { "" } else { "– nothing before" };
        return (class, words.to_owned());
    };
    let (Some(now), Some(then)) = (series.value(&report.counts), series.value(&before.counts)) else {
        return (class, "– no comparison".to_owned());
    };
    let was = series.words(then);
    let words = match change_permille(now, then) {
        _ if now == then => format!("as before: {was}"),
        None => format!("before: {was}"),
        Some(by) => {
            let size = if by == 0 { "under 0.1%".to_owned() } else { percent(by.saturating_abs()) };
            format!("{} {size} from {was}", if now > then { "▲" } else { "▼" })
        }
    };
    (class, words)
}

fn spark(series: &Series, report: &Report<Totals>) -> AnyView {
    let values: Vec<Option<i64>> = report.buckets.iter().map(|bucket| series.value(bucket.counts.as_ref()?)).collect();
    let scale = Scale::of(values.iter().flatten().copied(), series.is_added);
    let heights: Vec<Option<i64>> =
        values.iter().map(|value| value.map(|value| scale.pixels(value, SPARK_PIXELS))).collect();
    sparkline(&heights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::series::series;
    use domain::report::Before;
    use streams::Topic;

    #[test]
    fn a_change_says_its_direction_its_size_and_from_what() {
        let all = series(Topic::feedback().stream());
        let totals = |numbers: [i64; 2]| Totals(numbers.map(Some).to_vec());
        for (place, now, before, words) in [
            (0, [3, 9], Some([2, 8]), "▲ 50.0% from 2"),
            (0, [1, 9], Some([2, 8]), "▼ 50.0% from 2"),
            (0, [2, 9], Some([2, 8]), "as before: 2"),
            (0, [2, 9], Some([0, 0]), "before: 0"),
            (2, [2, 9], Some([0, 0]), "– no comparison"),
            (2, [2, 9], Some([2, 8]), "▲ 12.5% from 4.0"),
            (0, [2, 9], None, "– nothing before"),
        ] {
            let before = before.map(|before| Before { period: String::new(), counts: totals(before) });
            let report = Report { counts: totals(now), before, ..Report::default() };
            assert_eq!(change(&all[place], &report).1, words, "{place}: {now:?}");
        }
    }
}
