//! What counts as having done something (pure): one request that was carried out is one, under the word given here.

/// The words, in the order in which they are shown.
pub(super) const KINDS: [&str; 6] = ["diary", "batch", "product", "listing", "order", "dossier"];

/// The word under which `method` on `route` counts; `None` where nothing is counted.
pub(in crate::identity) fn of(method: &str, route: &str) -> Option<&'static str> {
    if !matches!(method, "POST" | "PATCH" | "PUT") {
        return None;
    }
    let rest = route.strip_prefix("/api/v1/")?;
    let (group, below) = rest.split_once('/').unwrap_or((rest, ""));
    let kind = match group {
        "diary" | "plots" => "diary",
        "batches" => "batch",
        "products" => "product",
        "listings" => "listing",
        // Of an order, what its seller does; a buyer cancels and reviews, too.
        "orders"
            if ["confirm", "pack", "ship", "deliver"]
                .iter()
                .any(|verb| below.ends_with(verb)) =>
        {
            "order"
        }
        "dossiers" => "dossier",
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_has_one_of_the_words() {
        for (method, route, kind) in [
            ("POST", "/api/v1/diary", Some("diary")),
            ("POST", "/api/v1/plots", Some("diary")),
            ("PATCH", "/api/v1/listings/{id}", Some("listing")),
            // Thousands at once are a clerk's work, not a farmer's skill.
            ("POST", "/api/v1/imports", None),
            ("POST", "/api/v1/orders/{id}/pack", Some("order")),
            ("POST", "/api/v1/orders/{id}/review", None),
            ("GET", "/api/v1/diary", None),
            ("POST", "/api/v1/sessions", None),
            ("POST", "/dang-nhap", None),
        ] {
            assert_eq!(of(method, route), kind, "{method} {route}");
            assert!(kind.is_none_or(|kind| KINDS.contains(&kind)));
        }
    }
}
