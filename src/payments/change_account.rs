//! Somebody says where their money shall go from now on.

use entity::{
    ids::SellerId,
    payments::account::{self, Kind, Notices},
};
use sea_orm::Iterable;
use serde::Deserialize;
use utoipa::ToSchema;
use vietqr::fold_memo;

use super::{
    Account, Credential, NewAccount, PaymentsError, banks, close_account, open_account, providers::plain_number,
};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    vault::Vault,
};

/// A money account as it is given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ChangeAccount {
    /// A bank's number of `GET /banks`.
    #[schema(value_type = String, example = "970436")]
    pub bank_bin: Field<String>,
    /// 3 to 19 letters and digits; spaces, dots and hyphens are passed over.
    #[schema(value_type = String)]
    pub number: Field<String>,
    /// As the bank prints it; diacritics are folded away.
    #[schema(value_type = String, max_length = 100)]
    pub holder_name: Field<String>,
    /// `sepay`, `casso` or `payos`, or `none` where nobody tells the exchange that money came and its owner confirms by hand.
    #[schema(value_type = String)]
    pub notices: Field<String>,
    /// What the account's own notices are signed with. Absent: as before while the number stays, else the exchange's.
    #[schema(value_type = Option<CredentialInput>)]
    pub credential: Field<CredentialInput>,
}

/// A credential as it is given; it is never shown again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct CredentialInput {
    /// 8 to 200 characters.
    #[schema(value_type = Option<String>)]
    pub hmac_secret: Field<String>,
    /// 8 to 200 characters; from SePay alone.
    #[schema(value_type = Option<String>)]
    pub api_key: Field<String>,
}

impl ChangeAccount {
    /// The account it describes; `seller` is whose, where the kind is `Seller`.
    pub fn check(&self, kind: Kind, seller: Option<SellerId>) -> Result<NewAccount, Wrong> {
        let mut wrong = Wrong::default();
        let bank_bin = wrong
            .required("/bank_bin", &self.bank_bin)
            .map(|text| text.trim().to_owned());
        if bank_bin.as_ref().is_some_and(|bin| banks::bank(bin).is_none()) {
            wrong.note("/bank_bin", "wrong-bank");
        }
        let number = wrong.required("/number", &self.number).and_then(|text| {
            let plain = plain_number(text);
            let only = text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-'));
            let good = only && (3..=19).contains(&plain.len());
            if !good {
                wrong.note("/number", "wrong-account-number");
            }
            good.then_some(plain)
        });
        let holder = wrong.line("/holder_name", &self.holder_name, 100).and_then(|text| {
            let printed = fold_memo(&text).to_ascii_uppercase();
            if printed.is_empty() {
                wrong.note("/holder_name", "wrong-holder-name");
            }
            (!printed.is_empty()).then_some(printed)
        });
        let notices = wrong.required("/notices", &self.notices).and_then(|code| {
            let found = Notices::iter().find(|notices| notices.code() == code);
            if found.is_none() {
                wrong.note("/notices", "wrong-notices");
            }
            found
        });
        let credential = wrong.optional("/credential", &self.credential, |wrong, pointer, field| {
            wrong.required(pointer, field)?.check(wrong)
        });
        if notices == Some(Notices::None) && !self.credential.is_missing() {
            wrong.note("/credential", "wrong-credential-unused");
        }
        let key = self.credential.given().is_some_and(|given| !given.api_key.is_missing());
        if key && matches!(notices, Some(Notices::Casso | Notices::Payos)) {
            wrong.note("/credential/api_key", "wrong-credential-key-unused");
        }
        checked!(wrong; bank_bin, number, holder, notices, credential);
        Ok(NewAccount {
            kind,
            seller,
            bank_bin,
            number,
            holder,
            notices,
            credential,
        })
    }
}

impl CredentialInput {
    fn check(&self, wrong: &mut Wrong) -> Option<Credential> {
        let mut secret = |pointer: &str, field: &Field<String>| {
            wrong.optional(pointer, field, |wrong, pointer, field| {
                let text = wrong.line(pointer, field, 200)?;
                // It travels in a header.
                let good = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_graphic());
                if !good {
                    wrong.note(pointer, "wrong-secret");
                }
                good.then_some(text)
            })
        };
        let hmac_secret = secret("/credential/hmac_secret", &self.hmac_secret);
        let api_key = secret("/credential/api_key", &self.api_key);
        let credential = Credential {
            hmac_secret: hmac_secret?,
            api_key: api_key?,
        };
        if credential == Credential::default() {
            wrong.note("/credential", "wrong-credential");
            return None;
        }
        Some(credential)
    }
}

/// Opens `new` in place of `former`. The same account again changes nothing, so that a form sent twice prints no second
/// code; a credential that is not given again is kept as long as the number is.
pub async fn change_account(
    unit: &mut Unit,
    vault: &Vault,
    former: Option<&account::Model>,
    mut new: NewAccount,
) -> Result<account::Model, PaymentsError> {
    if let Some(row) = former {
        let old = Account::open(vault, row)?;
        let own = Credential::of(vault, row)?;
        let same_number = (&old.bank_bin, &old.number) == (&new.bank_bin, &new.number);
        // Another provider signs with another secret.
        let same_provider = new.notices == old.notices && new.notices != Notices::None;
        if same_number && new.credential.is_none() && same_provider {
            new.credential.clone_from(&own);
        }
        if same_number && (&old.holder, old.notices, &own) == (&new.holder, new.notices, &new.credential) {
            return Ok(row.clone());
        }
        close_account(unit, row.id).await?;
    }
    open_account(unit, vault, &new).await
}
