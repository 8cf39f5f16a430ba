//! What may be done for somebody else, and under which part of their consent (pure). Whatever is not named here, nobody
//! does for somebody else: a new route is closed to helpers until somebody opens it.

use entity::identity::consent::Scope;

/// How far a helper may go on a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// With a consent that covers this.
    With(Scope),
    /// With any consent.
    Any,
    /// Not at all.
    InPerson,
}

/// What is the person's own, though it stands below what helpers may do.
const OWN: [&str; 9] = [
    "staff",
    "invitations",
    "money-account",
    "confirm-payment",
    "credits",
    "payout-schedule",
    "statement",
    "statement.xlsx",
    "revenue",
];

/// How far a helper may go with `method` on `route` (as the router writes it).
pub(super) fn reach(method: &str, route: &str) -> Reach {
    let Some(rest) = route.strip_prefix("/api/v1/") else {
        return Reach::InPerson;
    };
    if (method, rest) == ("GET", "accounts/me") {
        return Reach::Any;
    }
    let mut parts = rest.split('/');
    let group = parts.next().unwrap_or("");
    if parts.any(|part| OWN.contains(&part)) {
        return Reach::InPerson;
    }
    match group {
        "plots" | "crop-cycles" | "diary" | "batches" | "transformations" | "rolls" | "stickers" => {
            Reach::With(Scope::Diary)
        }
        "products" | "listings" | "sellers" | "categories" | "photos" | "uploads" | "imports" => {
            Reach::With(Scope::Products)
        }
        "orders" => Reach::With(Scope::Orders),
        "dossiers" | "certificates" => Reach::With(Scope::Dossiers),
        _ => Reach::InPerson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_named_nobody_does_for_another() {
        for (method, route, far) in [
            ("POST", "/api/v1/diary", Reach::With(Scope::Diary)),
            ("GET", "/api/v1/batches/{id}/labels.pdf", Reach::With(Scope::Diary)),
            ("POST", "/api/v1/rolls/bind", Reach::With(Scope::Diary)),
            ("POST", "/api/v1/listings/{id}/withdraw", Reach::With(Scope::Products)),
            ("PATCH", "/api/v1/sellers/{id}", Reach::With(Scope::Products)),
            ("POST", "/api/v1/orders/{id}/confirm", Reach::With(Scope::Orders)),
            ("POST", "/api/v1/dossiers", Reach::With(Scope::Dossiers)),
            ("GET", "/api/v1/accounts/me", Reach::Any),
            ("POST", "/api/v1/accounts/me/totp", Reach::InPerson),
            ("PUT", "/api/v1/sellers/{id}/money-account", Reach::InPerson),
            ("GET", "/api/v1/sellers/{id}/statement", Reach::InPerson),
            ("GET", "/api/v1/sellers/{id}/statement.xlsx", Reach::InPerson),
            ("GET", "/api/v1/payouts", Reach::InPerson),
            ("GET", "/api/v1/orders/{id}/invoice.json", Reach::With(Scope::Orders)),
            ("POST", "/api/v1/sellers/{id}/credits", Reach::InPerson),
            ("DELETE", "/api/v1/sellers/{id}/staff/{person}", Reach::InPerson),
            ("POST", "/api/v1/sellers/{id}/invitations", Reach::InPerson),
            ("POST", "/api/v1/orders/{id}/confirm-payment", Reach::InPerson),
            ("POST", "/api/v1/consents/{id}/revoke", Reach::InPerson),
            ("POST", "/api/v1/checkout", Reach::InPerson),
            ("POST", "/api/v1/stalls/{id}/sales", Reach::InPerson),
            ("GET", "/tai-khoan", Reach::InPerson),
            ("POST", "/epcis/v2/capture", Reach::InPerson),
        ] {
            assert_eq!(reach(method, route), far, "{method} {route}");
        }
    }
}
