//! What people call a measure, and what values it can have. Called by whatever asks for or shows one of any stream.

use crate::{Measure, Of, Stream};

/// The longest explanation that is short enough for a name.
const CALLED_CHARS_MAX: usize = 40;

/// What people call a measure or a ratio: its explanation where that is short, else its name.
#[must_use]
pub fn called(name: &str, about: &str) -> String {
    if about.chars().count() <= CALLED_CHARS_MAX { about.to_owned() } else { name.replace('_', " ") }
}

impl Stream {
    /// What people call a measure, with its stream: `Air in the kitchen, fine dust at most`. Of one that is called as
    /// its stream is, that once.
    #[must_use]
    pub fn title_of(&self, measure: &Measure) -> String {
        let called = called(&measure.name, &measure.about);
        let is_said = called.to_lowercase() == self.title.to_lowercase();
        if is_said { self.title.clone() } else { format!("{}, {called}", self.title) }
    }

    /// Whether a measure can be less than zero.
    #[must_use]
    pub fn may_be_negative(&self, measure: &Measure) -> bool {
        match measure.of {
            Of::Count => false,
            Of::Sum(field) | Of::Min(field) | Of::Max(field) => {
                let bounds = self.fields.get(field).and_then(|field| field.bounds);
                bounds.is_none_or(|(low, _)| low < 0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Topic;

    #[test]
    fn measures_have_names_for_people_and_know_whether_they_fall_below_zero() {
        for (topic, name, title, may_be_negative) in [
            (Topic::new_orders(), "total_orders_num", "Orders", false),
            (Topic::new_orders(), "total_orders_price", "Orders, the price of these orders", false),
            (Topic::feedback(), "total_feedback_num", "Feedback, total feedback num", false),
            (Topic::subscriptions(), "net_num", "Newsletter, subscribers more, or fewer", true),
        ] {
            let stream = topic.stream();
            let measure = stream.measure(name).and_then(|place| stream.measures.get(place)).unwrap();
            assert_eq!((stream.title_of(measure).as_str(), stream.may_be_negative(measure)), (title, may_be_negative));
        }
    }
}
