//! Mails to customers: whom each goes to, and what it says, as plain text. A mail has no address of its own: it goes to
//! that of its order or of its subscriber, so that whoever is forgotten there gets none.

use crate::subscription::{CONFIRM_ADDRESS, CONFIRM_WITHIN_HOURS, LEAVE_ADDRESS};
use crate::words::counted;
use crate::{Email, Receipt, SubscriptionToken};

const SIGNATURE: &str = "Pantry, the small shop for essential goods";

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// What was ordered, to whoever ordered it.
    Receipt(Box<Receipt>),
    /// Asks whether the owner of an address wants the newsletter.
    Confirmation {
        /// Whom it goes to.
        email: Email,
        /// Of the link that confirms.
        token: SubscriptionToken,
    },
    /// The newsletter's first mail. It has the way out of it, as each must.
    Welcome {
        /// Whom it goes to.
        email: Email,
        /// Of the link that ends the subscription.
        leave: SubscriptionToken,
    },
}

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    /// In one line of ASCII.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
    /// Where the mail's reader leaves the newsletter that it belongs to, with a post (RFC 8058).
    pub leave_address: Option<String>,
}

impl Mail {
    /// Whom it goes to; `None`: to nobody, because the order's address was deleted.
    #[must_use]
    pub fn recipient(&self) -> Option<&Email> {
        match self {
            Mail::Receipt(receipt) => receipt.email.as_ref(),
            Mail::Confirmation { email, .. } | Mail::Welcome { email, .. } => Some(email),
        }
    }

    /// Its text, with links to the shop at `public_url`, such as `https://shop.example.com`.
    #[must_use]
    pub fn written(&self, public_url: &str) -> MailText {
        match self {
            Mail::Receipt(receipt) => receipt_text(receipt, public_url),
            Mail::Confirmation { token, .. } => MailText {
                subject: "Please confirm: Pantry's newsletter".to_owned(),
                body: format!(
                    "Hello,\n\n\
                     somebody, most likely you, asked for Pantry's newsletter at this address. Open this page, and press the \
                     button there:\n\n\
                     {public_url}{}\n\n\
                     The link works for {CONFIRM_WITHIN_HOURS} hours. If it was not you, do nothing: you get no \
                     newsletter, and we forget your address.\n\n\
                     {SIGNATURE}\n",
                    token.at(CONFIRM_ADDRESS)
                ),
                leave_address: None,
            },
            Mail::Welcome { leave, .. } => {
                let leave_address = format!("{public_url}{}", leave.at(LEAVE_ADDRESS));
                MailText {
                    subject: "You get Pantry's newsletter".to_owned(),
                    body: format!(
                        "Hello,\n\n\
                         you get Pantry's newsletter from now on: what is new on our shelves, and nothing else.\n\n\
                         To leave, now or at any time, open this page, and press the button there:\n\n\
                         {leave_address}\n\n\
                         {SIGNATURE}\n"
                    ),
                    leave_address: Some(leave_address),
                }
            }
        }
    }
}

fn receipt_text(receipt: &Receipt, public_url: &str) -> MailText {
    let lines: String = receipt
        .lines
        .iter()
        .map(|line| {
            let (name, unit) = (one_line(&line.name), one_line(&line.unit));
            format!("{} x {name} ({unit}) at {}: {}\n", line.quantity, line.price.euros(), line.total.euros())
        })
        .collect();
    let payment = if receipt.is_paid {
        "It is paid: there is nothing more to do.".to_owned()
    } else {
        format!("You ordered on credit: pay the {} when the box is there.", receipt.total.euros())
    };
    MailText {
        subject: format!("Your order {} at Pantry", receipt.order_id),
        body: format!(
            "Hello,\n\n\
             thank you for your order {} of {}, {} UTC. We are packing your box.\n\n\
             {lines}\n\
             Total: {} for {}\n\n\
             {payment}\n\n\
             Your receipt, to keep or to print:\n\n\
             {public_url}{}\n\n\
             {SIGNATURE}\n",
            receipt.order_id,
            receipt.event_time.day_month_year(),
            receipt.event_time.hour_minute(),
            receipt.total.euros(),
            counted(receipt.amount, "good"),
            receipt.token.address(),
        ),
        leave_address: None,
    }
}

/// What the owner named a good stays in its line.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Money, OrderToken, ReceiptLine, Timestamp};

    const SHOP: &str = "https://shop.example.com";

    fn receipt(is_paid: bool) -> Mail {
        let line = |name: &str, quantity: i64, cents: i64| ReceiptLine {
            slug: "any".to_owned(),
            name: name.to_owned(),
            unit: "1 kg bag".to_owned(),
            quantity,
            price: Money::from_cents(cents),
            total: Money::from_cents(cents * quantity),
        };
        Mail::Receipt(Box::new(Receipt {
            order_id: 7,
            token: OrderToken::from_random(1),
            email: Some(Email::parse("a@example.com").unwrap()),
            is_paid,
            event_time: Timestamp::from_micros(1_700_000_000_000_000),
            lines: vec![line("Rice", 2, 240), line("Tea\r\nBcc: all", 1, 295)],
            amount: 3,
            total: Money::from_cents(775),
            feedback: None,
        }))
    }

    #[test]
    fn a_receipt_says_what_was_ordered() {
        let text = receipt(false).written(SHOP);
        assert_eq!(text.subject, "Your order 7 at Pantry");
        for part in [
            "order 7 of 14 November 2023, 22:13 UTC.",
            "\n2 x Rice (1 kg bag) at €2.40: €4.80\n1 x Tea Bcc: all (1 kg bag) at €2.95: €2.95\n",
            "\nTotal: €7.75 for 3 goods\n",
            "pay the €7.75 when",
            "\nhttps://shop.example.com/order-new-complete?order=00000000000000000000000000000001\n",
        ] {
            assert!(text.body.contains(part), "{part} in {}", text.body);
        }
        assert_eq!(text.leave_address, None);
        assert!(receipt(true).written(SHOP).body.contains("It is paid"));
    }

    #[test]
    fn a_newsletters_mail_has_the_way_out() {
        let (email, token) = (Email::parse("a@example.com").unwrap(), SubscriptionToken::from_random(7));
        let asks = Mail::Confirmation { email: email.clone(), token: token.clone() }.written(SHOP);
        assert!(
            asks.body.contains(&format!("\n{SHOP}/newsletter/confirm?token={}\n", token.as_str())),
            "{}",
            asks.body
        );
        assert!(asks.body.contains("48 hours") && asks.leave_address.is_none());
        let welcome = Mail::Welcome { email, leave: token.clone() }.written(SHOP);
        let leave = format!("{SHOP}/newsletter/leave?token={}", token.as_str());
        assert!(welcome.body.contains(&format!("\n{leave}\n")) && welcome.leave_address == Some(leave));
    }

    #[test]
    fn a_text_has_no_carriage_return_and_a_subject_no_line_end() {
        for mail in [receipt(true), receipt(false)] {
            let text = mail.written(SHOP);
            assert!(!text.body.contains('\r') && text.subject.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }
}
