//! The order form as a browser finds it in a page: the inputs with their names and values. Reads the HTML alone and
//! keeps no list of goods; what the page does not show cannot be ordered.

use std::collections::BTreeMap;

/// One `<input>`: its attributes, entities decoded.
type Attributes = BTreeMap<String, String>;

/// Every `<input>` of a page, in order; comments, scripts and styles are passed over.
fn inputs(html: &str) -> Vec<Attributes> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            // `<!-->` is a whole comment too.
            rest = comment.strip_prefix('>').unwrap_or_else(|| after(comment, "-->"));
            continue;
        }
        let name_length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest[..name_length].to_ascii_lowercase();
        let (attributes, behind) = attributes(&rest[name_length..]);
        rest = behind;
        match name.as_str() {
            "script" => rest = after(rest, "</script"),
            "style" => rest = after(rest, "</style"),
            "input" => found.push(attributes),
            _ => {}
        }
    }
    found
}

/// What follows `mark`, or nothing.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.find(mark).map_or("", |at| &text[at + mark.len()..])
}

/// The attributes up to the tag's end, and what follows it.
fn attributes(tag: &str) -> (Attributes, &str) {
    let mut attributes = Attributes::new();
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (attributes, rest);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            return (attributes, behind);
        }
        let ends_name = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/');
        // An attribute's name may begin with `=`; so at least one character is taken.
        let name_length = rest.char_indices().skip(1).find(|(_, c)| ends_name(*c)).map_or(rest.len(), |(at, _)| at);
        let name = rest[..name_length].to_ascii_lowercase();
        rest = rest[name_length..].trim_start();
        let mut value = "";
        if let Some(valued) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(valued.trim_start());
        }
        attributes.entry(name).or_insert_with(|| decode(value));
    }
}

/// A quoted or bare value, and what follows it.
fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// The entities that a server's escaping makes.
fn decode(value: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
    ];
    let decoded = named.iter().fold(value.to_owned(), |text, (entity, plain)| text.replace(entity, plain));
    decoded.replace("&amp;", "&")
}

/// The order form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderForm {
    /// Name and value of what is posted as it came.
    hidden: Vec<(String, String)>,
    /// Slug and price in cents of each good that is offered.
    goods: Vec<(String, i64)>,
}

impl OrderForm {
    /// The form in this page; `None` when it is not all there.
    pub(super) fn find(html: &str) -> Option<OrderForm> {
        let named =
            |input: &Attributes| Some((input.get("name")?.clone(), input.get("value").cloned().unwrap_or_default()));
        let inputs = inputs(html);
        let hidden: Vec<(String, String)> = inputs
            .iter()
            .filter(|input| input.get("type").is_some_and(|kind| kind == "hidden"))
            .filter_map(named)
            .collect();
        let price = |slug: &str| {
            let (_, cents) = hidden.iter().find(|(name, _)| *name == format!("price[{slug}]"))?;
            cents.parse().ok()
        };
        let goods = inputs
            .iter()
            .filter_map(|input| input.get("name")?.strip_prefix("quantity[")?.strip_suffix(']'))
            .map(|slug| Some((slug.to_owned(), price(slug)?)))
            .collect::<Option<Vec<_>>>()?;
        let has_key = hidden.iter().any(|(name, value)| name == "submission_key" && !value.is_empty());
        (has_key && !goods.is_empty()).then_some(OrderForm { hidden, goods })
    }

    /// How many goods are offered.
    pub(super) fn goods_offered(&self) -> usize {
        self.goods.len()
    }

    /// What a browser posts when these quantities are typed, by position.
    pub(super) fn fill(&self, email: &str, pay_now: bool, quantities: &BTreeMap<usize, u64>) -> Vec<(String, String)> {
        let mut fields = self.hidden.clone();
        fields.push(("email".to_owned(), email.to_owned()));
        for (position, (slug, _)) in self.goods.iter().enumerate() {
            let quantity = quantities.get(&position).copied().unwrap_or(0);
            fields.push((format!("quantity[{slug}]"), quantity.to_string()));
        }
        if pay_now {
            fields.push(("pay_now".to_owned(), "on".to_owned()));
        }
        fields
    }

    /// How many goods these quantities are, and their price in cents.
    pub(super) fn total(&self, quantities: &BTreeMap<usize, u64>) -> (u64, i64) {
        quantities.iter().fold((0, 0), |(goods, cents), (position, quantity)| {
            let price = self.goods.get(*position).map_or(0, |(_, price)| *price);
            (goods + quantity, cents + price * i64::try_from(*quantity).unwrap_or(0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html><head><style>a > b { content: "<input name=styled>" }</style>
        <script nonce="x">let html = "<input type=hidden name=scripted value=1>";</script></head>
        <body><!--hk--><form method="post" action="/order-new"><!><input type="hidden" name="submission_key" value="00ff">
        <!-- <input type="hidden" name="commented"> --><INPUT TYPE=hidden NAME=price[rice] VALUE=240 />
        <input disabled name='quantity[rice]' type="number" value="0" max=99><input type="hidden" name="price[salt]" value="65">
        <input title="a > b" name="quantity[salt]"/><input name="email" type="email" value="a&amp;b&#x27;&lt;c&quot;">
        <input type="checkbox" name="pay_now" checked><button>Make an order</button></form></body></html>"#;

    #[test]
    fn the_form_is_found_among_comments_scripts_and_styles() {
        let form = OrderForm::find(PAGE).unwrap();
        assert_eq!(form.goods, [("rice".to_owned(), 240), ("salt".to_owned(), 65)]);
        let names: Vec<&str> = form.hidden.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["submission_key", "price[rice]", "price[salt]"]);
        assert_eq!(inputs(PAGE).len(), 7);
        assert_eq!(inputs(PAGE)[5]["value"], "a&b'<c\"");
    }

    #[test]
    fn what_is_typed_is_posted_with_what_is_hidden() {
        let form = OrderForm::find(PAGE).unwrap();
        let quantities = BTreeMap::from([(1, 3)]);
        let posted = form.fill("a@b.test", true, &quantities);
        let expected = [
            ("submission_key", "00ff"),
            ("price[rice]", "240"),
            ("price[salt]", "65"),
            ("email", "a@b.test"),
            ("quantity[rice]", "0"),
            ("quantity[salt]", "3"),
            ("pay_now", "on"),
        ];
        assert!(posted.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{posted:?}");
        assert_eq!(form.total(&quantities), (3, 195));
        assert_eq!(form.fill("", false, &quantities).len(), 6);
    }

    #[test]
    fn a_page_without_the_whole_form_has_none() {
        let broken = [
            String::new(),
            "<html>".to_owned(),
            "<input name=".to_owned(),
            PAGE.replace("submission_key", "other"),
            PAGE.replace("value=\"65\"", "value=\"?\""),
            PAGE.replace("quantity[", "count["),
            PAGE[..PAGE.len() / 2].to_owned(),
        ];
        for page in broken {
            assert_eq!(OrderForm::find(&page), None, "{page}");
        }
    }
}
