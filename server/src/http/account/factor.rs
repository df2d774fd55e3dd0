//! The forms of the second factor. Turning it on takes the password and a first code; turning it off, and making new
//! recovery codes, take the password and a code. Each code is accepted once.

use app::account::AccountForm;
use app::pages::LoginFailure;
use store::{FactorChange, Owner, Proof, StoreError};

use super::{Became, Posted};
use crate::second_factor::{new_recovery_codes, new_secret, proof_of, step_of};

const WRONG_CODE: &str = "This code is not right, or was used before. Wait for the next one.";

impl Posted<'_> {
    pub(super) async fn change_factor(&self) -> Became {
        match self.form {
            AccountForm::BeginFactor => self.begin().await,
            AccountForm::ConfirmFactor => self.confirm().await,
            AccountForm::EndFactor | AccountForm::NewCodes => self.with_code().await,
            _ => self.change(0, FactorChange::Cancel, Became::Stale).await,
        }
    }

    async fn begin(&self) -> Became {
        let owner = match self.owner().await {
            Ok(owner) => owner,
            Err(became) => return became,
        };
        self.succeeded();
        match new_secret() {
            Ok(secret) => self.change(owner.generation, FactorChange::Begin(secret), Became::Stale).await,
            Err(error) => no_randomness(error),
        }
    }

    async fn confirm(&self) -> Became {
        let store = &self.state.shop.store;
        let Owner { generation, setup_secret: Some(secret), .. } = (match store.owner().await {
            Ok(Some(owner)) => owner,
            Ok(None) => return Became::Stale,
            Err(error) => return error.into(),
        }) else {
            return Became::Stale;
        };
        if let Err(until) = self.state.login_desk.begin(self.attempter, store.now()) {
            return Became::Failed(LoginFailure::TooManyAttempts(until));
        }
        let Some(step) = step_of(&secret, &self.typed("code"), store.now()) else {
            return Became::Wrong(vec![("code", "This code is not right. Is the phone’s clock?".to_owned())]);
        };
        self.succeeded();
        let (codes, code_hashes) = match new_recovery_codes() {
            Ok(new) => new,
            Err(error) => return no_randomness(error),
        };
        let kept_session = self.session.token_hash.clone();
        let change = FactorChange::Confirm { secret, step, code_hashes, kept_session };
        self.became(store.change_factor(generation, change).await, Became::Codes(codes), Became::Stale)
    }

    async fn with_code(&self) -> Became {
        let owner = match self.owner().await {
            Ok(owner) => owner,
            Err(became) => return became,
        };
        let Some(secret) = owner.factor_secret else { return Became::Stale };
        let wrong = || Became::Wrong(vec![("code", WRONG_CODE.to_owned())]);
        let Some(proof) = proof_of(&secret, &self.typed("code"), self.state.shop.store.now()) else { return wrong() };
        if self.form == AccountForm::EndFactor {
            return self.proved(owner.generation, FactorChange::End(proof), Became::Done).await;
        }
        match new_recovery_codes() {
            Ok((codes, hashes)) => {
                self.proved(owner.generation, FactorChange::NewCodes(proof, hashes), Became::Codes(codes)).await
            }
            Err(error) => no_randomness(error),
        }
    }

    /// A change whose proof may turn out to be none: then the attempt goes on counting.
    async fn proved(&self, generation: i64, change: FactorChange, done: Became) -> Became {
        let changed = self.state.shop.store.change_factor(generation, change).await;
        if matches!(changed, Ok(true)) {
            self.succeeded();
        }
        self.became(changed, done, Became::Wrong(vec![("code", WRONG_CODE.to_owned())]))
    }

    async fn change(&self, generation: i64, change: FactorChange, refused: Became) -> Became {
        let changed = self.state.shop.store.change_factor(generation, change).await;
        self.became(changed, Became::Done, refused)
    }

    fn became(&self, changed: Result<bool, StoreError>, done: Became, refused: Became) -> Became {
        match changed {
            Ok(true) => {
                tracing::info!(form = self.form.name(), "the owner's second factor was changed");
                done
            }
            Ok(false) => refused,
            Err(error) => error.into(),
        }
    }
}

fn no_randomness(error: getrandom::Error) -> Became {
    tracing::error!(%error, "no randomness for the second factor");
    Became::Failed(LoginFailure::Unavailable)
}

/// Whether what was typed proves the second factor of this owner, as far as that can be told without using it up.
pub(super) fn proof(owner: &Owner, typed: &str, now: domain::Timestamp) -> Option<Proof> {
    proof_of(owner.factor_secret.as_deref()?, typed, now)
}
