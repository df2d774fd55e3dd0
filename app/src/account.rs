//! The page of the owner's account as it travels inside the HTML, and what became of one of its forms. Passwords never
//! come back.

#[cfg(feature = "ssr")]
pub use on_server::make_account_page;

/// A form of the account's page. Its name is the value of the field `do`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountForm {
    /// Changes the password.
    Password,
    /// Ends one session.
    EndSession,
    /// Ends all other sessions.
    EndOthers,
    /// Ends all sessions.
    EndAll,
    /// Begins to set up the second factor.
    BeginFactor,
    /// Gives that up.
    CancelFactor,
    /// Turns the second factor on.
    ConfirmFactor,
    /// Turns it off.
    EndFactor,
    /// Makes new recovery codes.
    NewCodes,
    /// Renews the key that signs cookies.
    RenewKeys,
}

impl AccountForm {
    /// Every form.
    pub const ALL: [AccountForm; 10] = [
        AccountForm::Password,
        AccountForm::EndSession,
        AccountForm::EndOthers,
        AccountForm::EndAll,
        AccountForm::BeginFactor,
        AccountForm::CancelFactor,
        AccountForm::ConfirmFactor,
        AccountForm::EndFactor,
        AccountForm::NewCodes,
        AccountForm::RenewKeys,
    ];

    /// Its name in the field `do`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AccountForm::Password => "password",
            AccountForm::EndSession => "end-session",
            AccountForm::EndOthers => "end-others",
            AccountForm::EndAll => "end-all",
            AccountForm::BeginFactor => "begin-factor",
            AccountForm::CancelFactor => "cancel-factor",
            AccountForm::ConfirmFactor => "confirm-factor",
            AccountForm::EndFactor => "end-factor",
            AccountForm::NewCodes => "new-codes",
            AccountForm::RenewKeys => "renew-keys",
        }
    }
}

/// What became of a form that did not lead away from its page. The server provides it as a context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountNotice {
    /// The form.
    pub form: Option<AccountForm>,
    /// What is wrong: a field's name, and words.
    pub problems: Vec<(String, String)>,
    /// Why nothing was done, when that had another reason.
    pub failure: Option<String>,
    /// New recovery codes, which are shown this once.
    pub codes: Vec<String>,
}

impl AccountNotice {
    /// What is wrong with a field of a form.
    #[must_use]
    pub fn problem(&self, form: AccountForm, field: &str) -> Option<String> {
        let problems = self.problems.iter().filter(|_| self.form == Some(form));
        problems.into_iter().find(|(name, _)| name == field).map(|(_, words)| words.clone())
    }
}

/// How the second factor stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FactorState {
    /// There is none.
    #[default]
    Off,
    /// This secret, in Base32, waits for its first code.
    SettingUp(String),
    /// It is on, with so many recovery codes left.
    On(i64),
}

/// A session in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it in a form.
    pub id: String,
    /// The browser in words.
    pub browser: String,
    /// When it began, in the owner's time.
    pub began: String,
    /// When it was last used, in the owner's time.
    pub last_used: String,
    /// Whether the page is shown in it.
    pub is_this: bool,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPage {
    /// The sessions that were used last.
    pub sessions: Vec<SessionRow>,
    /// How many there are.
    pub sessions_num: i64,
    /// In whose time the list is.
    pub zone: String,
    /// Whether `ADMIN_PASSWORD` was applied at a start.
    pub is_password_applied: bool,
    /// How the second factor stands.
    pub factor: FactorState,
    /// When the key for cookies was renewed last.
    pub keys_renewed: Option<String>,
    /// What became of a form.
    pub notice: AccountNotice,
}

#[cfg(feature = "ssr")]
mod on_server {
    use super::{AccountNotice, AccountPage, FactorState, SessionRow};
    use crate::Shop;
    use domain::{Minute, Timestamp};
    use store::{Owner, Session, StoreError, Zone};

    /// The page as it is now, in the session of this token's hash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn make_account_page(shop: &Shop, token_hash: &str) -> Result<AccountPage, StoreError> {
        let store = &shop.store;
        let zone = store.time_zone().await?;
        let (sessions, sessions_num) = store.sessions().await?;
        let owner = store.owner().await?;
        let keys = store.newest_cookie_keys().await;
        let this = Session::id_of(token_hash);
        let row = |session: Session| SessionRow {
            is_this: session.id == this,
            id: session.id,
            browser: if session.browser.is_empty() { "Unknown browser".to_owned() } else { session.browser },
            began: time(session.created_at, &zone),
            last_used: time(session.last_used_at, &zone),
        };
        Ok(AccountPage {
            sessions: sessions.into_iter().map(row).collect(),
            sessions_num,
            is_password_applied: owner.as_ref().is_some_and(|owner| owner.applied_hash.is_some()),
            factor: owner.map(factor).unwrap_or_default(),
            keys_renewed: keys.renewed_at.map(|at| time(at, &zone)),
            zone: zone.name().to_owned(),
            notice: AccountNotice::default(),
        })
    }

    fn factor(owner: Owner) -> FactorState {
        match (owner.factor_secret, owner.setup_secret) {
            (Some(_), _) => FactorState::On(owner.recovery_codes_num),
            (None, Some(secret)) => FactorState::SettingUp(secret),
            (None, None) => FactorState::Off,
        }
    }

    fn time(at: Timestamp, zone: &Zone) -> String {
        zone.words(Minute::of(at), "%a %-d %b %Y, %H:%M")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_belongs_to_its_form_and_field() {
        let problems = vec![("code".to_owned(), "Not right.".to_owned())];
        let notice = AccountNotice { form: Some(AccountForm::EndFactor), problems, ..AccountNotice::default() };
        for (form, field, is_found) in [
            (AccountForm::EndFactor, "code", true),
            (AccountForm::EndFactor, "current", false),
            (AccountForm::NewCodes, "code", false),
        ] {
            assert_eq!(notice.problem(form, field).is_some(), is_found, "{form:?} {field}");
        }
    }
}
