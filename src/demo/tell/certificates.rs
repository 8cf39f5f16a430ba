//! Stars and standards.

use entity::{
    Day,
    catalogue::certificate::{self, Kind, Precision},
    frame::change::Subject,
    ids::ProductId,
};

use super::{Teller, Telling, commune, day};
use crate::{
    demo::{CertificateScheme, DatePrecision, DemoProduct, Recognition, tables::HOME_PROVINCE},
    places,
};

/// Months an OCOP recognition holds (QĐ 26/2026).
const OCOP_MONTHS: i32 = 36;
/// The day the ministries of agriculture and of the environment became one.
const MINISTRIES_MERGED: Day = Day(jiff::civil::date(2025, 3, 1));
/// The day Thái Nguyên and Bắc Kạn became one province and the districts ended.
const PROVINCES_MERGED: Day = Day(jiff::civil::date(2025, 7, 1));
/// From 2023 until the districts ended, three stars were theirs to give (QĐ 148/QĐ-TTg 2023). Where a source names only
/// the year, a recognition stands at its first day, and so must this.
const DISTRICTS_SINCE: Day = Day(jiff::civil::date(2023, 1, 1));

impl Teller<'_> {
    /// The certificates of `product`. Without a known star or a recognition there is no OCOP certificate.
    pub(super) fn certificates(&mut self, telling: &Telling<'_>, product: ProductId, told: &DemoProduct) {
        let row = certificate::Model {
            id: self.source.id(),
            seller_id: telling.id,
            product_id: Some(product),
            kind: Kind::Ocop,
            star: None,
            number: None,
            issuer: String::new(),
            granted_on: self.now.day(),
            granted_precision: Precision::Day,
            ends_on: self.now.day(),
            verified: true,
            source: None,
            created_at: telling.joined,
            revoked_on: None,
        };
        let mut rows = Vec::new();
        if let (Some(star), Some(Recognition { on, precision })) = (told.star, told.recognised) {
            let granted_on = day(on);
            rows.push(certificate::Model {
                star: Some(i32::from(star)),
                issuer: ocop_issuer(star, telling.seller.commune_code, granted_on),
                granted_on,
                granted_precision: match precision {
                    DatePrecision::Day => Precision::Day,
                    DatePrecision::Month => Precision::Month,
                    DatePrecision::Year => Precision::Year,
                },
                ends_on: granted_on.plus_months(OCOP_MONTHS),
                source: told
                    .ocop
                    .as_ref()
                    .map(|ocop| ocop.source.to_owned())
                    .filter(|source| !source.is_empty()),
                ..row.clone()
            });
        }
        for held in &told.certificates {
            rows.push(certificate::Model {
                id: self.source.id(),
                kind: match held.scheme {
                    CertificateScheme::VietGap => Kind::VietGap,
                    CertificateScheme::Organic => Kind::Organic,
                },
                number: Some(held.number.clone()),
                issuer: held.issuer.to_owned(),
                granted_on: day(held.issued_on),
                ends_on: day(held.expires_on),
                ..row.clone()
            });
        }
        for mut row in rows {
            // What was granted after the seller joined was entered on that day.
            row.created_at = row.created_at.max(row.granted_on.start()).min(self.now);
            self.made(Subject::Certificate, row.id);
            self.rows.certificates.push(row);
        }
    }
}

/// Who recognised a product of `commune_code` with `star` stars on `day`: the ministry five, the province the others,
/// and for a while the districts three. Offices are named as they were then.
fn ocop_issuer(star: u8, commune_code: &str, day: Day) -> String {
    if star == 5 {
        let ministry = if day < MINISTRIES_MERGED {
            "Bộ Nông nghiệp và PTNT"
        } else {
            "Bộ Nông nghiệp và Môi trường"
        };
        return ministry.to_owned();
    }
    if star == 3 && (DISTRICTS_SINCE..PROVINCES_MERGED).contains(&day) {
        return "UBND cấp huyện".to_owned();
    }
    let Some(place) = places::commune(&commune(commune_code)) else {
        return "UBND cấp tỉnh".to_owned();
    };
    let province = place.province();
    // The communes of the former Bắc Kạn kept codes below 05.
    if province.code == HOME_PROVINCE && commune_code < "05" && day < PROVINCES_MERGED {
        return "UBND tỉnh Bắc Kạn".to_owned();
    }
    let mut letters = province.full_name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    format!("UBND {}{}", first.collect::<String>(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_star_was_given_by_the_office_of_its_day() {
        let issuer = |star, commune, date| ocop_issuer(star, commune, Day::from_iso(date).expect("a day"));
        assert_eq!(issuer(5, "05503", "2025-01-01"), "Bộ Nông nghiệp và PTNT");
        assert_eq!(issuer(5, "05632", "2025-06-01"), "Bộ Nông nghiệp và Môi trường");
        assert_eq!(issuer(4, "05632", "2023-01-01"), "UBND tỉnh Thái Nguyên");
        assert_eq!(issuer(4, "01843", "2022-01-01"), "UBND tỉnh Bắc Kạn");
        assert_eq!(issuer(3, "01843", "2021-01-01"), "UBND tỉnh Bắc Kạn");
        assert_eq!(issuer(3, "05692", "2023-01-01"), "UBND cấp huyện");
        assert_eq!(issuer(3, "01843", "2026-01-01"), "UBND tỉnh Thái Nguyên");
    }
}
