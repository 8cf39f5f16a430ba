//! A certificate as a person reads it, and the other small words of this room.

use entity::{
    Day,
    catalogue::{
        certificate::{self, Kind, Precision},
        certificate_plot, seller,
    },
};

use crate::http::language::{Language, Message};

/// A certificate, worded.
#[derive(Clone, Debug)]
pub struct Badge {
    pub kind: &'static str,
    pub label: String,
    pub star: Option<u8>,
    pub number: Option<String>,
    pub issuer: String,
    /// No more exactly than it is known.
    pub granted_on: String,
    /// The last day it holds.
    pub expires_on: Option<String>,
    pub verified: bool,
    /// The plots it covers, where it covers no more than those.
    pub plots: Vec<String>,
    /// The first of those that a seller declares, which stand apart behind those that an officer checked.
    pub opens_declared: bool,
}

impl Badge {
    #[must_use]
    pub fn of(certificate: &certificate::Model, language: Language) -> Self {
        Self {
            kind: certificate.kind.code(),
            label: label(certificate.kind, language),
            star: star(certificate),
            number: certificate.number.clone(),
            issuer: certificate.issuer.clone(),
            granted_on: granted_on(certificate, language),
            expires_on: Some(last_day(certificate).to_string()),
            verified: certificate.verified,
            plots: Vec::new(),
            opens_declared: false,
        }
    }

    /// Worded with the plots it covers.
    #[must_use]
    pub fn covering(mut self, plots: Option<&Vec<certificate_plot::Model>>) -> Self {
        self.plots = plots.into_iter().flatten().map(|plot| plot.name.clone()).collect();
        self
    }
}

/// What an officer checked first, then, apart, what sellers declare.
#[must_use]
pub fn apart(mut badges: Vec<Badge>) -> Vec<Badge> {
    badges.sort_by_key(|badge| !badge.verified);
    if let Some(first) = badges.iter_mut().find(|badge| !badge.verified) {
        first.opens_declared = true;
    }
    badges
}

/// The name of a kind of certificate.
#[must_use]
pub fn label(kind: Kind, language: Language) -> String {
    language.say(&Message::new(match kind {
        Kind::Ocop => "catalogue-say-ocop",
        Kind::VietGap => "catalogue-say-vietgap",
        Kind::Organic => "catalogue-say-organic",
        Kind::Gi => "catalogue-say-gi",
    }))
}

/// The stars of an OCOP certificate.
#[must_use]
pub fn star(certificate: &certificate::Model) -> Option<u8> {
    certificate.star.and_then(|star| u8::try_from(star).ok())
}

/// The last day a certificate holds.
#[must_use]
pub fn last_day(certificate: &certificate::Model) -> Day {
    certificate.ends_on.plus_days(-1)
}

/// When a certificate was granted, said no more exactly than it is known: `ngày 21/11/2026`, `tháng 11/2026`, `năm 2026`.
#[must_use]
pub fn granted_on(certificate: &certificate::Model, language: Language) -> String {
    said(certificate.granted_on, certificate.granted_precision, language)
}

/// A date said no more exactly than it is known.
#[must_use]
pub fn said(day: Day, precision: Precision, language: Language) -> String {
    let (id, date) = match precision {
        Precision::Day => ("catalogue-say-on-day", day.to_string()),
        Precision::Month => ("catalogue-say-in-month", day.0.strftime("%m/%Y").to_string()),
        Precision::Year => ("catalogue-say-in-year", day.0.strftime("%Y").to_string()),
    };
    language.say(&Message::new(id).with("date", date))
}

/// When a certificate was granted, in ISO 8601 and no more exactly than it is known: `2026-11-21`, `2026-11`, `2026`.
#[must_use]
pub fn granted_on_iso(certificate: &certificate::Model) -> String {
    let format = match certificate.granted_precision {
        Precision::Day => "%Y-%m-%d",
        Precision::Month => "%Y-%m",
        Precision::Year => "%Y",
    };
    certificate.granted_on.0.strftime(format).to_string()
}

/// What kind of party a seller is.
#[must_use]
pub fn seller_kind(kind: seller::Kind, language: Language) -> String {
    language.say(&Message::new(match kind {
        seller::Kind::Household => "seller-say-household",
        seller::Kind::Cooperative => "seller-say-cooperative",
        seller::Kind::Company => "seller-say-company",
    }))
}

#[cfg(test)]
mod tests {
    use entity::{
        Timestamp,
        ids::{CertificateId, SellerId},
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_date_is_said_no_more_exactly_than_it_is_known() {
        let mut certificate = certificate::Model {
            id: CertificateId(Uuid::nil()),
            seller_id: SellerId(Uuid::nil()),
            product_id: None,
            kind: Kind::VietGap,
            star: None,
            number: None,
            issuer: "Chi cục".into(),
            granted_on: Day::from_iso("2024-03-09").expect("a day"),
            granted_precision: Precision::Day,
            ends_on: Day::from_iso("2027-03-09").expect("a day"),
            verified: true,
            source: None,
            created_at: Timestamp(0),
            revoked_on: None,
        };
        let said = |certificate: &certificate::Model| granted_on(certificate, Language::Vietnamese);
        assert_eq!(said(&certificate), "ngày 09/03/2024");
        certificate.granted_precision = Precision::Month;
        assert_eq!(said(&certificate), "tháng 03/2024");
        certificate.granted_precision = Precision::Year;
        assert_eq!(said(&certificate), "năm 2024");
        assert_eq!(granted_on_iso(&certificate), "2024");
        assert_eq!(
            last_day(&certificate).iso(),
            "2027-03-08",
            "the day it ends it no longer holds"
        );
    }
}
