//! The buyer says where a refund shall go.

use entity::{
    ids::RefundId,
    payments::{
        account::Kind,
        refund::{self, State},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    db::Unit,
    http::input::{Field, Wrong},
    payments::{ChangeAccount, NewAccount, PaymentsError},
    vault::{Sealed, Vault},
};

/// An account as a buyer names it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NameAccount {
    /// A bank's number of `GET /banks`.
    #[schema(value_type = String, example = "970436")]
    pub bank_bin: Field<String>,
    /// 3 to 19 letters and digits; spaces, dots and hyphens are passed over.
    #[schema(value_type = String)]
    pub number: Field<String>,
    /// As the bank prints it; diacritics are folded away.
    #[schema(value_type = String, max_length = 100)]
    pub holder_name: Field<String>,
}

impl NameAccount {
    /// The same rules as for an account that is paid into.
    pub fn check(&self) -> Result<NewAccount, Wrong> {
        let like = ChangeAccount {
            bank_bin: self.bank_bin.clone(),
            number: self.number.clone(),
            holder_name: self.holder_name.clone(),
            notices: Field::Given("none".to_owned()),
            credential: Field::Missing,
        };
        like.check(Kind::Stall, None)
    }
}

fn context(id: RefundId, column: &str) -> String {
    format!("refund {id} {column}")
}

/// The account that a refund goes to: bank, number, holder; `None` while nobody has named one.
pub(super) fn named(vault: &Vault, row: &refund::Model) -> Result<Option<(String, String, String)>, Sealed> {
    let (Some(bank), Some(number), Some(holder)) = (&row.bank_bin, &row.number_sealed, &row.holder_sealed) else {
        return Ok(None);
    };
    Ok(Some((
        bank.clone(),
        vault.open(&context(row.id, "number"), number)?,
        vault.open(&context(row.id, "holder"), holder)?,
    )))
}

/// Keeps where the refund shall go, sealed. Somebody may change their mind until it is sent.
pub async fn name_account(
    unit: &mut Unit,
    vault: &Vault,
    id: RefundId,
    to: &NewAccount,
) -> Result<refund::Model, PaymentsError> {
    let seal = |column: &str, plain: &str| vault.seal(unit.source(), &context(id, column), plain);
    let changed = refund::Entity::update_many()
        .col_expr(refund::Column::BankBin, Expr::value(to.bank_bin.clone()))
        .col_expr(refund::Column::NumberSealed, Expr::value(seal("number", &to.number)))
        .col_expr(refund::Column::NumberTail, Expr::value(to.tail()))
        .col_expr(refund::Column::HolderSealed, Expr::value(seal("holder", &to.holder)))
        .col_expr(refund::Column::NamedAt, Expr::value(unit.now()))
        .filter(refund::Column::Id.eq(id))
        .filter(refund::Column::State.eq(State::Owed))
        .exec(&*unit)
        .await?;
    let row = refund::Entity::find_by_id(id).one(&*unit).await?;
    let row = row.ok_or(PaymentsError::NoSuchThing)?;
    if changed.rows_affected == 0 {
        return Err(PaymentsError::RefundClosed);
    }
    Ok(row)
}
