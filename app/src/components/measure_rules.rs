//! The rules on measures: each with its own small form, and the form for one more. Plain forms; what is wrong with a
//! field stands beside it, and what was typed stays. Called by the page of alerts.

use domain::alert::{
    MEASURE_RULES_MAX, MeasureChoice, MeasureField, MeasureForm, MeasureProblem, MeasureRow, MeasuresPart, Side,
};
use leptos::prelude::*;

const ADDRESS: &str = "/admin/alerts/measures";

/// The rules, and one more.
#[component]
pub fn MeasureRules(
    /// What there is and what was refused.
    part: MeasuresPart,
) -> impl IntoView {
    let is_full = i64::try_from(part.rules.len()).is_ok_and(|rules| rules >= MEASURE_RULES_MAX);
    let rules = if part.rules.is_empty() {
        view! {
            <p class="panel-note" data-testid="measure-rules-none">
                "No rule on a measure yet."
            </p>
        }
        .into_any()
    } else {
        let rules: Vec<_> = part.rules.into_iter().map(rule).collect();
        view! {
            <ul class="measure-rules" data-testid="measure-rules">
                {rules}
            </ul>
        }
        .into_any()
    };
    let one_more = if is_full && part.failure.is_none() && part.problems.is_empty() {
        view! {
            <p class="panel-note" data-testid="measure-rules-full">
                {format!("There are {MEASURE_RULES_MAX} rules, which is the most. Delete one to add another.")}
            </p>
        }
        .into_any()
    } else {
        add(part.choices, part.form, part.problems, part.failure)
    };
    view! {
        <section class="panel letter" aria-labelledby="measure-rules-heading">
            <h2 id="measure-rules-heading">"Rules on measures"</h2>
            <p class="panel-note">
                "On any measure of any stream: above or below a value over the last complete minutes. Counts and sums add \
                 up over them; of lowest and highest values the lowest or highest counts. Where there was no event, such a \
                 value is unknown, and its alert neither begins nor ends."
            </p>
            {rules}
            <h3 id="measure-rule-add">"Add a rule"</h3>
            {one_more}
        </section>
    }
}

fn add(
    choices: Vec<MeasureChoice>,
    form: MeasureForm,
    problems: Vec<MeasureProblem>,
    failure: Option<String>,
) -> AnyView {
    let fields = Fields { key: "new".to_owned(), problems: problems.clone() };
    let options: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let is_chosen = choice.value == form.measure;
            view! {
                <option value=choice.value selected=is_chosen>
                    {choice.name}
                </option>
            }
        })
        .collect();
    let options = view! {
        <option value="">"Choose a measure"</option>
        {options}
    }
    .into_any();
    view! {
        {refusal(failure, !problems.is_empty())}
        <form class="measure-form" method="post" action=ADDRESS novalidate data-testid="measure-rule-new">
            <div class="rule-fields">
                {fields.select(MeasureField::Measure, "Measure".to_owned(), options)} {fields.side(&form.side)}
                {fields.text(MeasureField::Value, "Value, in the measure's unit".to_owned(), "text", form.value)}
                {fields.minutes(form.minutes)}
            </div>
            <button class="button" type="submit">
                "Add this rule"
            </button>
        </form>
    }
    .into_any()
}

fn rule(row: MeasureRow) -> AnyView {
    let fields = Fields { key: row.id.to_string(), problems: row.problems.clone() };
    let is_refused = !row.problems.is_empty() || row.failure.is_some();
    let state = match (row.is_declared, row.is_on) {
        (false, _) => Some("no longer declared"),
        (true, false) => Some("off"),
        (true, true) => None,
    };
    let unit = row.unit.map(|unit| format!(", in {unit}")).unwrap_or_default();
    let (address, title) = (format!("{ADDRESS}/{}", row.id), row.title.clone());
    let delete = format!("{address}/delete");
    view! {
        <li>
            <details open=is_refused>
                <summary>
                    {row.title} ": " <span class="measure-condition">{row.condition}</span>
                    {state.map(|state| view! { <span class="panel-note">{format!(" ({state})")}</span> })}
                </summary>
                {(!row.is_declared)
                    .then(|| {
                        view! {
                            <p class="panel-note">
                                "This server knows no such stream or measure, so the rule is not looked at, and its alert \
                                 stays as it is until the rule is switched off or deleted."
                            </p>
                        }
                    })}
                {refusal(row.failure, !row.problems.is_empty())}
                <form class="measure-form" method="post" action=address novalidate>
                    <label class="rule-name">
                        <input type="checkbox" name="is_on" value="on" checked=row.form.is_on />
                        "Watch it"
                    </label>
                    <div class="rule-fields">
                        {fields.side(&row.form.side)}
                        {fields.text(MeasureField::Value, format!("Value{unit}"), "text", row.form.value)}
                        {fields.minutes(row.form.minutes)}
                    </div>
                    <div class="measure-buttons">
                        <button class="button" type="submit" aria-label=format!("Keep this rule: {title}")>
                            "Keep this rule"
                        </button>
                        <button
                            class="button-quiet"
                            type="submit"
                            formaction=delete
                            aria-label=format!("Delete this rule: {title}")
                        >
                            "Delete this rule"
                        </button>
                    </div>
                </form>
            </details>
        </li>
    }
    .into_any()
}

fn refusal(failure: Option<String>, has_problems: bool) -> Option<AnyView> {
    let marked = || "Nothing was changed yet. Look at the fields that are marked below.".to_owned();
    failure.or_else(|| has_problems.then(marked)).map(|words| {
        view! {
            <p class="letter-refusal" role="alert" data-testid="measure-refusal">
                {words}
            </p>
        }
        .into_any()
    })
}

/// The fields of one form: their ids are told apart by its key.
struct Fields {
    key: String,
    problems: Vec<MeasureProblem>,
}

impl Fields {
    fn side(&self, chosen: &str) -> AnyView {
        let option = |side: Side| {
            view! {
                <option value=side.name() selected=side.name() == chosen>
                    {side.name()}
                </option>
            }
        };
        let options = Side::BOTH.map(option).into_any();
        self.select(MeasureField::Side, "Is above or below".to_owned(), options)
    }

    fn minutes(&self, typed: String) -> AnyView {
        self.text(MeasureField::Minutes, "Over so many minutes".to_owned(), "numeric", typed)
    }

    /// `mode`: the keyboard of a phone. The one for decimals has no minus everywhere.
    fn text(&self, field: MeasureField, label: String, mode: &'static str, typed: String) -> AnyView {
        let (id, name, described_by) = self.names(field);
        let is_invalid = described_by.as_ref().map(|_| "true");
        view! {
            <div class="rule-field">
                <label for=id.clone()>{label}</label>
                <input
                    id=id
                    name=name
                    type="text"
                    inputmode=mode
                    value=typed
                    autocomplete="off"
                    aria-invalid=is_invalid
                    aria-describedby=described_by
                />
                {self.problem(field)}
            </div>
        }
        .into_any()
    }

    fn select(&self, field: MeasureField, label: String, options: AnyView) -> AnyView {
        let (id, name, described_by) = self.names(field);
        let is_invalid = described_by.as_ref().map(|_| "true");
        let class = if field == MeasureField::Measure { "rule-field measure-choice" } else { "rule-field" };
        view! {
            <div class=class>
                <label for=id.clone()>{label}</label>
                <select id=id name=name aria-invalid=is_invalid aria-describedby=described_by>
                    {options}
                </select>
                {self.problem(field)}
            </div>
        }
        .into_any()
    }

    /// A field's id, its name, and the id of what is wrong with it, if anything is.
    fn names(&self, field: MeasureField) -> (String, &'static str, Option<String>) {
        let id = format!("{}-{}", field.name(), self.key);
        let described_by = self.problems.iter().any(|problem| problem.field == field).then(|| format!("{id}-error"));
        (id, field.name(), described_by)
    }

    fn problem(&self, field: MeasureField) -> Option<AnyView> {
        let (id, _, described_by) = self.names(field);
        let problem = self.problems.iter().find(|problem| problem.field == field)?;
        let words = problem.words.clone();
        Some(
            view! {
                <p class="field-error" id=described_by data-testid=format!("error-{id}")>
                    {words}
                </p>
            }
            .into_any(),
        )
    }
}
