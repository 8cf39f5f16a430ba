//! Numbers for products: the seller's own GTIN, one under the province's GS1 prefix, or a restricted one that means
//! something only here. A number that a product ever had is never another's.

use digital_link::SetAside;
use entity::{
    Gtin,
    catalogue::{
        former_gtin,
        product::{self, GtinKind},
    },
    ids::ProductId,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::CatalogueError;
use crate::{
    db::Unit,
    http::input::{Field, Wrong},
};

/// The seller's own GTIN, if `field` holds one. A restricted number is nobody's own; books and coupons are no goods.
pub fn own(wrong: &mut Wrong, field: &Field<String>) -> Option<Gtin> {
    let text = wrong.required("/gtin", field)?;
    let Ok(gtin) = digital_link::Gtin::parse(text.trim()) else {
        wrong.note("/gtin", "wrong-gtin");
        return None;
    };
    let message = match gtin.set_aside() {
        None => return Some(Gtin(gtin)),
        Some(SetAside::Restricted) => "wrong-gtin-restricted",
        Some(SetAside::Publication) => "wrong-gtin-publication",
        Some(SetAside::Coupon) => "wrong-gtin-coupon",
    };
    wrong.note("/gtin", message);
    None
}

/// Refuses a seller's number under `prefix`, the province's: those are given by the exchange alone, each once.
pub(super) fn not_ours(prefix: Option<&str>, gtin: &Gtin) -> Result<(), Wrong> {
    match prefix {
        Some(prefix) if gtin.as_str()[1..].starts_with(prefix) => Err(Wrong::one("/gtin", "wrong-gtin-ours")),
        _ => Ok(()),
    }
}

/// A new number: under `prefix`, the province's GS1 company prefix, if there is one, else a restricted one.
///
/// Restricted numbers are GTIN-13s beginning with 21 (GS1 General Specifications, 2.1.11), then ten digits of ours. Under a
/// prefix of `n` digits there are `12 − n` digits left to count with.
pub async fn allocate(unit: &mut Unit, prefix: Option<&str>) -> Result<(Gtin, GtinKind), CatalogueError> {
    let (prefix, kind) = prefix.map_or(("21", GtinKind::Restricted), |prefix| (prefix, GtinKind::Global));
    let width = 12_usize.saturating_sub(prefix.len());
    loop {
        let number = unit.next_number(&format!("gtin-{prefix}")).await?;
        let digits = format!("{number:0width$}");
        if digits.len() > width {
            return Err(CatalogueError::NumbersUsedUp);
        }
        let gtin = digital_link::Gtin::from_body(&format!("0{prefix}{digits}"))
            .map(Gtin)
            .map_err(|_| CatalogueError::NumbersUsedUp)?;
        // Somebody may have brought it before the prefix was set.
        if !is_known(unit, &gtin).await? {
            return Ok((gtin, kind));
        }
    }
}

/// Whether a product has or had this number.
async fn is_known(db: &impl ConnectionTrait, gtin: &Gtin) -> Result<bool, DbErr> {
    let now = product::Entity::find().filter(product::Column::Gtin.eq(gtin.clone()));
    Ok(now.count(db).await? > 0 || former_gtin::Entity::find_by_id(gtin.clone()).count(db).await? > 0)
}

/// Refuses a number that another product than `product` once had. To be asked after the number was written: whoever gave
/// it up at the same moment has committed by then, because the number was theirs alone until they did.
pub(super) async fn never_anothers(unit: &Unit, product: ProductId, gtin: &Gtin) -> Result<(), CatalogueError> {
    match former_gtin::Entity::find_by_id(gtin.clone()).one(unit).await? {
        Some(former) if former.product_id != product => Err(CatalogueError::GtinTaken),
        _ => Ok(()),
    }
}
