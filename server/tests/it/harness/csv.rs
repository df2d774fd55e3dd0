//! Reads the CSV files as an analyst does, with a reader of its own that knows nothing of the code that wrote them.

use domain::{Figures, Minute, Money};
use std::path::Path;

pub(crate) const REQUESTS_HEADER: &str = "datetime,requests_num";
pub(crate) const ORDERS_HEADER: &str = "datetime,total_orders_num,total_orders_amount,total_orders_price,\
    total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price";
pub(crate) const FEEDBACK_HEADER: &str = "datetime,total_feedback_num,total_feedback_stars";

/// One minute of all files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) datetime: String,
    pub(crate) figures: Figures,
}

/// Every row of all files. `Err` while one of them is missing or behind another.
pub(crate) fn read(folder: &Path) -> Result<Vec<Row>, String> {
    let requests = lines(&folder.join("requests.csv"), REQUESTS_HEADER)?;
    let orders = lines(&folder.join("orders.csv"), ORDERS_HEADER)?;
    let feedback = lines(&folder.join("feedback.csv"), FEEDBACK_HEADER)?;
    let lengths = [requests.len(), orders.len(), feedback.len()];
    if lengths != [requests.len(); 3] {
        return Err(format!("{lengths:?} rows of requests, orders and feedback"));
    }
    let rows = requests.iter().zip(&orders).zip(&feedback);
    rows.map(|((requests, orders), feedback)| row(requests, orders, feedback)).collect()
}

fn lines(path: &Path, header: &str) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first != format!("{header}\n") {
        return Err(format!("{}: the header is {first:?}", path.display()));
    }
    let whole = |line: &str| line.strip_suffix('\n').map(str::to_owned).ok_or(format!("a torn line: {line:?}"));
    lines.map(whole).collect()
}

fn row(requests: &str, orders: &str, feedback: &str) -> Result<Row, String> {
    let wrong = || format!("rows {requests:?}, {orders:?} and {feedback:?}");
    let feedback: Vec<&str> = feedback.split(',').collect();
    let &[feedback_datetime, feedback_num, stars] = feedback.as_slice() else { return Err(wrong()) };
    let requests: Vec<&str> = requests.split(',').collect();
    let orders: Vec<&str> = orders.split(',').collect();
    let (&[datetime, requests_num], &[same, num, amount, price, paid_num, paid_amount, paid_price]) =
        (requests.as_slice(), orders.as_slice())
    else {
        return Err(wrong());
    };
    if datetime != same || datetime != feedback_datetime {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
    let money = |text: &str| {
        let two_digits = text.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
        Money::parse_decimal(text).filter(|_| two_digits).ok_or_else(wrong)
    };
    let figures = Figures {
        requests_num: number(requests_num)?,
        total_orders_num: number(num)?,
        total_orders_amount: number(amount)?,
        total_orders_price: money(price)?,
        total_paid_orders_num: number(paid_num)?,
        total_paid_orders_amount: number(paid_amount)?,
        total_paid_orders_price: money(paid_price)?,
        total_feedback_num: number(feedback_num)?,
        total_feedback_stars: number(stars)?,
    };
    Ok(Row { datetime: datetime.to_owned(), figures })
}

/// The sum of all rows.
pub(crate) fn sum(rows: &[Row]) -> Figures {
    rows.iter().fold(Figures::ZERO, |sum, row| sum.plus(row.figures).unwrap())
}

/// Each minute from the first one on has one row, in order.
#[track_caller]
pub(crate) fn assert_no_gap(rows: &[Row], first: Minute) {
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row.datetime, first.plus(index as i64).to_string(), "row {index}");
    }
}
