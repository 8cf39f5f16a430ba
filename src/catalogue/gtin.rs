//! Numbers for products: the seller's own GTIN, one under the province's GS1 prefix, or a restricted one that means
//! something only here.

use entity::{Gtin, catalogue::product::GtinKind};

use super::CatalogueError;
use crate::{
    db::Unit,
    http::input::{Field, Wrong},
};

/// The seller's own GTIN, if `field` holds one. A restricted number is nobody's own.
pub fn own(wrong: &mut Wrong, field: &Field<String>) -> Option<Gtin> {
    let text = wrong.required("/gtin", field)?;
    match digital_link::Gtin::parse(text.trim()) {
        Ok(gtin) if gtin.is_restricted() => wrong.note("/gtin", "wrong-gtin-restricted"),
        Ok(gtin) => return Some(Gtin(gtin)),
        Err(_) => wrong.note("/gtin", "wrong-gtin"),
    }
    None
}

/// A new number: under `prefix`, the province's GS1 company prefix, if there is one, else a restricted one.
///
/// Restricted numbers are GTIN-13s beginning with 21 (GS1 General Specifications, 2.1.11), then ten digits of ours.
pub async fn allocate(unit: &mut Unit, prefix: Option<&str>) -> Result<(Gtin, GtinKind), CatalogueError> {
    let (prefix, kind) = prefix.map_or(("21", GtinKind::Restricted), |prefix| (prefix, GtinKind::Global));
    let number = unit.next_number(&format!("gtin-{prefix}")).await?;
    let width = 12 - prefix.len();
    let digits = format!("{number:0width$}");
    if digits.len() > width {
        return Err(CatalogueError::NumbersUsedUp);
    }
    let gtin =
        digital_link::Gtin::from_body(&format!("0{prefix}{digits}")).map_err(|_| CatalogueError::NumbersUsedUp)?;
    Ok((Gtin(gtin), kind))
}
