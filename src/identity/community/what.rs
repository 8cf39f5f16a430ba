//! What an act was, as people say it (pure): a code made from its method and route, under which the words stand.

/// (method, route, code). The words are under `act-` and the code.
static KNOWN: [(&str, &str, &str); 48] = [
    ("POST", "/api/v1/plots", "plot-named"),
    ("POST", "/api/v1/diary", "diary-recorded"),
    ("POST", "/api/v1/batches", "batch-recorded"),
    ("POST", "/api/v1/sellers", "seller-opened"),
    ("PATCH", "/api/v1/sellers/{id}", "seller-changed"),
    ("POST", "/api/v1/sellers/{id}/closures", "seller-closed"),
    ("DELETE", "/api/v1/sellers/{id}/closures/{closure}", "seller-reopened"),
    ("POST", "/api/v1/sellers/{id}/checklist/{item}", "seller-checked"),
    ("POST", "/api/v1/products", "product-made"),
    ("PATCH", "/api/v1/products/{id}", "product-changed"),
    ("POST", "/api/v1/products/{id}/photos", "photo-added"),
    ("POST", "/api/v1/listings", "listing-published"),
    ("PATCH", "/api/v1/listings/{id}", "listing-changed"),
    ("POST", "/api/v1/listings/{id}/publish", "listing-published"),
    ("POST", "/api/v1/listings/{id}/withdraw", "listing-withdrawn"),
    ("POST", "/api/v1/orders/{id}/confirm", "order-confirmed"),
    ("POST", "/api/v1/orders/{id}/pack", "order-packed"),
    ("POST", "/api/v1/orders/{id}/ship", "order-shipped"),
    ("POST", "/api/v1/orders/{id}/deliver", "order-delivered"),
    ("POST", "/api/v1/orders/{id}/cancel", "order-cancelled"),
    ("POST", "/api/v1/orders/{id}/refund", "order-refunded"),
    ("POST", "/api/v1/dossiers", "dossier-handed-in"),
    ("POST", "/api/v1/dossiers/{id}/supplement", "dossier-supplemented"),
    ("POST", "/api/v1/dossiers/{id}/score", "dossier-scored"),
    ("POST", "/api/v1/dossiers/{id}/decide", "dossier-decided"),
    ("POST", "/api/v1/certificates", "certificate-recorded"),
    ("POST", "/api/v1/imports", "listings-imported"),
    ("POST", "/api/v1/listings/{id}/review", "listing-reviewed"),
    ("POST", "/api/v1/reports/{id}/close", "report-closed"),
    ("POST", "/api/v1/takedowns", "taken-down"),
    ("POST", "/api/v1/takedowns/{id}/decide", "appeal-decided"),
    ("POST", "/api/v1/consents", "consent-asked"),
    ("POST", "/api/v1/consents/{id}/code", "consent-asked"),
    ("POST", "/api/v1/consents/{id}/confirm", "consent-given"),
    ("POST", "/api/v1/consents/{id}/revoke", "consent-revoked"),
    ("POST", "/api/v1/accounts/{id}/phone", "phone-given"),
    ("POST", "/api/v1/accounts/{id}/roles", "office-given"),
    ("DELETE", "/api/v1/accounts/{id}/roles/{role}", "office-taken"),
    ("POST", "/api/v1/refunds/{id}/sent", "refund-sent"),
    ("PUT", "/api/v1/commission-rules/{from}", "commission-set"),
    ("POST", "/api/v1/commission-invoices/{id}/paid", "commission-paid"),
    ("PUT", "/api/v1/sellers/{id}/payout-schedule", "payout-scheduled"),
    ("POST", "/api/v1/payouts", "payout-made"),
    ("POST", "/api/v1/payouts/{id}/sent", "payout-sent"),
    ("POST", "/api/v1/payouts/{id}/failed", "payout-failed"),
    ("GET", "/api/v1/payouts/file.csv", "payouts-read"),
    ("GET", "/api/v1/payouts/file.xlsx", "payouts-read"),
    ("POST", "/api/v1/tax-returns/{month}/remitted", "tax-remitted"),
];

/// The code of `method` on `route`; `other` for what has no words of its own.
pub(super) fn what(method: &str, route: &str) -> &'static str {
    KNOWN
        .iter()
        .find(|(known, path, _)| (*known, *path) == (method, route))
        .map_or("other", |(_, _, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::language::Language;

    #[test]
    fn every_act_has_its_words_in_both_languages() {
        for code in KNOWN.iter().map(|(_, _, code)| *code).chain(["other"]) {
            let id = format!("act-{code}");
            for language in [Language::Vietnamese, Language::English] {
                assert_ne!(language.text(&id, &std::collections::HashMap::default()), id);
            }
        }
        assert_eq!(what("POST", "/api/v1/diary"), "diary-recorded");
        assert_eq!(what("DELETE", "/api/v1/diary"), "other");
    }
}
