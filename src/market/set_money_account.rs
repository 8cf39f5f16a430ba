//! Where a stall's buyers pay. Another account is another row: what was printed or asked for keeps pointing to the former.

use entity::{
    PaymentReference,
    ids::StallId,
    market::stall,
    payments::account::{Kind, Notices},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MarketError, ring_up::locked};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    payments::{self, Account, Credential, NewAccount, PaymentsError, banks},
    vault::Vault,
};

/// The account that a stall's buyers pay into.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SetMoneyAccount {
    /// Six digits by which NAPAS knows the bank.
    #[schema(value_type = String, example = "970422")]
    pub bank_bin: Field<String>,
    /// 1 to 19 letters and digits; spaces, dots and hyphens are left out.
    #[schema(value_type = String, example = "0123456789")]
    pub number: Field<String>,
    /// As the bank prints it: folded to capitals without marks.
    #[schema(value_type = String, max_length = 100, example = "NGUYEN THI LAN")]
    pub holder_name: Field<String>,
    /// Who tells that money came: `none` (the default) or `sepay`.
    #[schema(value_type = Option<String>)]
    pub notices: Field<String>,
    /// What the account's own notices are signed with; absent where the exchange's secret signs them. It is never shown.
    #[schema(value_type = Option<NoticeCredential>)]
    pub credential: Field<NoticeCredential>,
}

/// What a provider signs an account's own notices with.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NoticeCredential {
    #[schema(value_type = Option<String>, max_length = 200)]
    pub hmac_secret: Field<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub api_key: Field<String>,
}

impl SetMoneyAccount {
    pub fn check(&self) -> Result<NewAccount, Wrong> {
        let mut wrong = Wrong::default();
        let bank_bin = wrong.required("/bank_bin", &self.bank_bin).map(|text| text.trim());
        let bank_bin = bank_bin.and_then(|bin| {
            let known = banks::bank(bin).map(|bank| bank.bin.clone());
            if known.is_none() {
                wrong.note("/bank_bin", "wrong-stall-bank");
            }
            known
        });
        let number = wrong.required("/number", &self.number).map(|text| {
            text.chars()
                .filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}'))
                .collect::<String>()
                .to_ascii_uppercase()
        });
        let number = number.and_then(|number| {
            let good = (1..=19).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric());
            if !good {
                wrong.note("/number", "wrong-stall-number");
            }
            good.then_some(number)
        });
        let holder = wrong.line("/holder_name", &self.holder_name, 100).and_then(|name| {
            let folded = vietqr::fold_memo(&name).to_ascii_uppercase();
            if folded.is_empty() {
                wrong.note("/holder_name", "wrong-stall-holder");
            }
            (!folded.is_empty()).then_some(folded)
        });
        let notices = match wrong.optional("/notices", &self.notices, |w, p, f| w.required(p, f).cloned()) {
            Some(None) => Some(Notices::None),
            Some(Some(code)) => {
                let known = [Notices::None, Notices::Sepay]
                    .into_iter()
                    .find(|known| known.code() == code.trim());
                if known.is_none() {
                    wrong.note("/notices", "wrong-stall-notices");
                }
                known
            }
            None => None,
        };
        let credential = wrong.optional("/credential", &self.credential, |w, p, f| {
            let given = w.required(p, f)?.clone();
            let mut part = |name: &str, field: &Field<String>| {
                w.optional(&format!("{p}/{name}"), field, |w, p, f| w.line(p, f, 200))
            };
            let (hmac_secret, api_key) = (part("hmac_secret", &given.hmac_secret), part("api_key", &given.api_key));
            Some(Credential {
                hmac_secret: hmac_secret?,
                api_key: api_key?,
            })
        });
        checked!(wrong; bank_bin, number, holder, notices, credential);
        Ok(NewAccount {
            kind: Kind::Stall,
            seller: None,
            bank_bin,
            number,
            holder,
            notices,
            credential: credential.filter(|given| given.hmac_secret.is_some() || given.api_key.is_some()),
        })
    }
}

/// Lets the stall's buyers pay into `new` from now on, and gives the stall the memo of its printed stand if it has none. The
/// account that the stall has already is kept.
pub async fn set_money_account(
    unit: &mut Unit,
    vault: &Vault,
    stall: StallId,
    new: &NewAccount,
) -> Result<(), MarketError> {
    let stall = locked(unit, stall).await?;
    let former = match stall.account_id {
        Some(id) => payments::account::account(&*unit, id).await?,
        None => None,
    };
    let mut account = None;
    if let Some(former) = former {
        let open = Account::open(vault, &former).map_err(PaymentsError::from)?;
        let same = (&open.bank_bin, &open.number, &open.holder, open.notices)
            == (&new.bank_bin, &new.number, &new.holder, new.notices)
            && Credential::of(vault, &former).map_err(PaymentsError::from)? == new.credential;
        if same {
            account = Some(former.id);
        } else {
            payments::close_account(unit, former.id).await?;
        }
    }
    let account = match account {
        Some(kept) => kept,
        None => payments::open_account(unit, vault, new).await?.id,
    };
    let memo = stall
        .stand_reference
        .unwrap_or_else(|| PaymentReference::of(stall.id.0));
    stall::Entity::update_many()
        .col_expr(stall::Column::AccountId, Expr::value(account))
        .col_expr(stall::Column::StandReference, Expr::value(memo))
        .filter(stall::Column::Id.eq(stall.id))
        .exec(&*unit)
        .await?;
    Ok(())
}
