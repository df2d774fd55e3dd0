//! How a minute looks as a row of each CSV file. Pure; the columns are a contract with everyone who reads the files.

use domain::MinuteFigures;

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvKind {
    /// Page views per minute.
    Requests,
    /// Orders per minute.
    Orders,
    /// What customers say of their orders, per minute.
    Feedback,
}

impl CsvKind {
    /// All of them.
    pub const ALL: [CsvKind; 3] = [CsvKind::Requests, CsvKind::Orders, CsvKind::Feedback];

    /// The file's name in the data folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            CsvKind::Requests => "requests.csv",
            CsvKind::Orders => "orders.csv",
            CsvKind::Feedback => "feedback.csv",
        }
    }
}

/// The first line, with its line end.
#[must_use]
pub const fn header(kind: CsvKind) -> &'static str {
    match kind {
        CsvKind::Requests => "datetime,requests_num\n",
        CsvKind::Orders => concat!(
            "datetime,total_orders_num,total_orders_amount,total_orders_price,",
            "total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price\n"
        ),
        CsvKind::Feedback => "datetime,total_feedback_num,total_feedback_stars\n",
    }
}

/// A minute's line, with its line end.
#[must_use]
pub fn row(kind: CsvKind, minute: &MinuteFigures) -> String {
    let MinuteFigures { minute, figures, .. } = minute;
    match kind {
        CsvKind::Requests => format!("{minute},{}\n", figures.requests_num),
        CsvKind::Orders => format!(
            "{minute},{},{},{},{},{},{}\n",
            figures.total_orders_num,
            figures.total_orders_amount,
            figures.total_orders_price,
            figures.total_paid_orders_num,
            figures.total_paid_orders_amount,
            figures.total_paid_orders_price
        ),
        CsvKind::Feedback => format!("{minute},{},{}\n", figures.total_feedback_num, figures.total_feedback_stars),
    }
}
