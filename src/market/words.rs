//! What a counter says aloud.

use entity::payments::payment::{self, Confirmed, Status};

use crate::http::language::{Language, Message};

/// The sentence for what came, with every amount in full: "hai trăm" for 200.000 ₫ is how sound boxes cheat. Nothing is said
/// while nothing came, and what is but the keeper's word is never said to have been received.
#[must_use]
pub fn said(language: Language, payment: &payment::Model) -> Option<String> {
    let number = |dong: i64| usize::try_from(dong).unwrap_or(0);
    let (amount, received) = (payment.amount.0, payment.received.0);
    let message = match (payment.status, payment.confirmed) {
        (Status::Pending | Status::Expired | Status::Refunded, _) => return None,
        (Status::Paid | Status::Overpaid, Some(Confirmed::Hand)) => Message::new("market-say-by-hand"),
        (Status::Paid, _) => Message::new("market-say-received"),
        (Status::Overpaid, _) => Message::new("market-say-overpaid").with("over", number(received - amount)),
        (Status::Underpaid, _) => Message::new("market-say-underpaid").with("missing", number(amount - received)),
    };
    Some(language.say(&message.with("amount", number(received))))
}

#[cfg(test)]
mod tests {
    use entity::{
        Dong, PaymentReference, Timestamp,
        ids::{MoneyAccountId, PaymentId},
        payments::payment::Purpose,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn amounts_are_said_in_full_and_a_keepers_word_is_told_as_such() {
        let sentence = |amount, received, status, confirmed| {
            let payment = payment::Model {
                id: PaymentId(Uuid::nil()),
                reference: PaymentReference::of(Uuid::nil()),
                account_id: MoneyAccountId(Uuid::nil()),
                purpose: Purpose::Sale,
                amount: Dong(amount),
                received: Dong(received),
                refunded: Dong::ZERO,
                earned: Dong::ZERO,
                status,
                confirmed,
                created_at: Timestamp(0),
                expires_at: None,
                settled_at: None,
                gateway: None,
            };
            said(Language::Vietnamese, &payment)
        };
        let bank = Some(Confirmed::Bank);
        assert_eq!(
            sentence(45_000, 45_000, Status::Paid, bank).as_deref(),
            Some("Đã nhận 45.000 đồng")
        );
        assert_eq!(
            sentence(200, 200, Status::Paid, bank).as_deref(),
            Some("Đã nhận 200 đồng")
        );
        assert_eq!(
            sentence(45_000, 9_999_999_999_999, Status::Overpaid, bank).as_deref(),
            Some("Đã nhận 9.999.999.999.999 đồng, thừa 9.999.999.954.999 đồng")
        );
        assert_eq!(
            sentence(45_000, 20_000, Status::Underpaid, bank).as_deref(),
            Some("Mới nhận 20.000 đồng, còn thiếu 25.000 đồng")
        );
        assert_eq!(
            sentence(45_000, 45_000, Status::Paid, Some(Confirmed::Hand)).as_deref(),
            Some("Người bán xác nhận 45.000 đồng")
        );
        assert_eq!(sentence(45_000, 0, Status::Pending, None), None);
    }
}
