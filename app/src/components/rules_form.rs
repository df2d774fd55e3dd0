//! The form of the rules: one box for each, and what it needs to know. A plain form; what is wrong with a field stands
//! beside it, and what was typed stays. Called by the page of alerts.

use domain::alert::{RuleField, RuleProblem};
use domain::{RuleKind, RulesForm};
use leptos::prelude::*;

/// The form.
#[component]
pub fn RulesFormView(
    /// What stands in it.
    form: RulesForm,
    /// What is wrong with it.
    problems: Vec<RuleProblem>,
    /// Why it could not be kept, when that had another reason.
    failure: Option<String>,
    /// In whose time the shop opens and closes.
    zone: String,
) -> impl IntoView {
    let field = |field: RuleField, label: &'static str, kind: &'static str, typed: String| {
        let problem = problems.iter().find(|problem| problem.field == field).map(|problem| problem.words.clone());
        typed_field(field, label, kind, typed, problem)
    };
    let refused = failure.or_else(|| {
        (!problems.is_empty()).then(|| "Nothing was changed yet. Look at the fields that are marked below.".to_owned())
    });
    let no_orders = vec![
        field(RuleField::NoOrdersMinutes, "Minutes without an order", "text", form.no_orders_minutes),
        field(RuleField::OpensAt, "Opens at", "time", form.opens_at),
        field(RuleField::ClosesAt, "Closes at", "time", form.closes_at),
    ];
    let hours = format!(
        "Counted in opening hours alone, which are times of {zone} and may pass midnight; the same time twice is round the \
         clock."
    );
    let requests =
        vec![field(RuleField::RequestsPerMinute, "More requests a minute than", "text", form.requests_per_minute)];
    let waiting = vec![field(RuleField::WaitingSeconds, "For longer than, in seconds", "text", form.waiting_seconds)];
    let closing = vec![field(RuleField::ClosingMinutes, "For this many minutes", "text", form.closing_minutes)];
    let rules = vec![
        rule(RuleKind::NoOrders, form.no_orders, hours, no_orders),
        rule(
            RuleKind::ManyRequests,
            form.many_requests,
            "Looks at each minute once it is complete.".to_owned(),
            requests,
        ),
        rule(
            RuleKind::LowRevenue,
            form.low_revenue,
            "The last 60 complete minutes took under half of what the same hour took a week before.".to_owned(),
            Vec::new(),
        ),
        rule(
            RuleKind::WaitingEvents,
            form.waiting_events,
            "Orders or page views that wait to be counted, as when Kafka is away.".to_owned(),
            waiting,
        ),
        rule(
            RuleKind::NoMinuteClosed,
            form.no_minute_closed,
            "Figures stand still: Kafka is away or refuses something. The alert says what is known.".to_owned(),
            closing,
        ),
        rule(
            RuleKind::DeadLetters,
            form.dead_letters,
            "Records that could not be read, until you have sent them back or discarded them.".to_owned(),
            Vec::new(),
        ),
    ];
    view! {
        <section class="panel letter" aria-labelledby="rules-heading">
            <h2 id="rules-heading">"Rules"</h2>
            {refused
                .map(|words| {
                    view! {
                        <p class="letter-refusal" role="alert" data-testid="rules-refusal">
                            {words}
                        </p>
                    }
                })}
            // `novalidate`: the shop's own words stand beside each field, with JavaScript and without.
            <form class="rules" method="post" action="/admin/alerts" novalidate data-testid="rules">
                {rules}
                <button class="button" type="submit">
                    "Keep these rules"
                </button>
            </form>
        </section>
    }
}

/// A rule: its box, what it means, and its fields.
fn rule(rule: RuleKind, is_on: bool, meaning: String, fields: Vec<AnyView>) -> AnyView {
    let (name, title) = (rule.name(), rule.title());
    let hint_id = format!("{name}-hint");
    view! {
        <div class="rule">
            <label class="rule-name">
                <input type="checkbox" name=name value="on" checked=is_on aria-describedby=hint_id.clone() />
                {title}
            </label>
            <p class="panel-note" id=hint_id>
                {meaning}
            </p>
            <div class="rule-fields">{fields}</div>
        </div>
    }
    .into_any()
}

fn typed_field(
    field: RuleField,
    label: &'static str,
    kind: &'static str,
    typed: String,
    problem: Option<String>,
) -> AnyView {
    let id = field.name();
    let error_id = format!("{id}-error");
    let described_by = problem.as_ref().map(|_| error_id.clone());
    let is_invalid = problem.as_ref().map(|_| "true");
    let mode = (kind == "text").then_some("numeric");
    view! {
        <div class="rule-field">
            <label for=id>{label}</label>
            <input
                id=id
                name=id
                type=kind
                inputmode=mode
                value=typed
                autocomplete="off"
                aria-invalid=is_invalid
                aria-describedby=described_by
            />
            {problem
                .map(|words| {
                    view! {
                        <p class="field-error" id=error_id data-testid=format!("error-{id}")>
                            {words}
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}
