//! The basket: listings and quantities in a cookie. It holds nothing and promises nothing, so it needs no row; prices
//! and stock are those of the moment it is shown, and of the moment it is checked out.

use axum::http::{HeaderMap, HeaderValue};
use entity::{Thousandths, ids::ListingId};

use crate::{app::App, http::cookies};

const COOKIE: &str = "basket";
const DAYS: i64 = 30;

/// Lines of a basket: what a cookie of 4 KB holds with room to spare, and more than anybody carries home.
pub const MOST: usize = 30;

/// Listings and how much is wanted of each in its own unit, in the order in which they were put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basket {
    lines: Vec<(ListingId, Thousandths)>,
}

/// The basket has no room for another line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the basket is full")]
pub struct Full;

impl Basket {
    /// What the browser carries; what cannot be read is left out.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        cookies::get(headers, COOKIE).map_or_else(Self::default, |text| Self::read(&text))
    }

    /// Reads what [`Basket::text`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut basket = Self::default();
        for pair in text.split('_') {
            let Some((id, quantity)) = pair.split_once(':') else {
                continue;
            };
            if let (Ok(id), Ok(quantity)) = (id.parse(), quantity.parse::<Thousandths>())
                && quantity.0 > 0
                && basket.quantity(id).is_none()
            {
                // What does not fit was not put in by us.
                let _ = basket.set(id, quantity);
            }
        }
        basket
    }

    /// As it stands in the cookie: `<id>:<quantity>` joined by `_`.
    #[must_use]
    pub fn text(&self) -> String {
        let pairs: Vec<_> = self
            .lines
            .iter()
            .map(|(id, quantity)| format!("{}:{quantity}", id.0.simple()))
            .collect();
        pairs.join("_")
    }

    #[must_use]
    pub fn lines(&self) -> &[(ListingId, Thousandths)] {
        &self.lines
    }

    #[must_use]
    pub fn quantity(&self, id: ListingId) -> Option<Thousandths> {
        self.lines.iter().find(|line| line.0 == id).map(|line| line.1)
    }

    /// Makes `quantity` what is wanted of `id`.
    pub fn set(&mut self, id: ListingId, quantity: Thousandths) -> Result<(), Full> {
        if let Some(line) = self.lines.iter_mut().find(|line| line.0 == id) {
            line.1 = quantity;
        } else if self.lines.len() < MOST {
            self.lines.push((id, quantity));
        } else {
            return Err(Full);
        }
        Ok(())
    }

    pub fn remove(&mut self, id: ListingId) {
        self.lines.retain(|line| line.0 != id);
    }

    /// The `Set-Cookie` header that makes the browser carry this basket; an empty one is carried no longer.
    #[must_use]
    pub fn cookie(&self, app: &App) -> HeaderValue {
        let secure = app.config().public_url().starts_with("https:");
        let days = if self.lines.is_empty() { 0 } else { DAYS };
        cookies::set(COOKIE, &self.text(), days, secure)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ListingId {
        ListingId(Uuid::from_u128(number))
    }

    #[test]
    fn a_basket_reads_back() {
        let mut basket = Basket::default();
        assert_eq!(basket.set(id(2), Thousandths(1500)), Ok(()));
        assert_eq!(basket.set(id(1), Thousandths(1000)), Ok(()));
        assert_eq!(basket.set(id(2), Thousandths(2000)), Ok(()));
        assert_eq!(basket.lines(), [(id(2), Thousandths(2000)), (id(1), Thousandths(1000))]);
        assert_eq!(Basket::read(&basket.text()), basket);
        basket.remove(id(2));
        assert_eq!(Basket::read(&basket.text()).lines(), [(id(1), Thousandths(1000))]);
    }

    #[test]
    fn a_cookie_that_was_tampered_with_is_read_as_far_as_it_makes_sense() {
        let good = format!("{}:1.5", id(7).0.simple());
        for junk in [
            "",
            "x",
            "_:_",
            "x:1",
            &format!("{}:-1", id(8)),
            &format!("{}:1e9", id(8)),
            &good,
        ] {
            assert_eq!(
                Basket::read(&format!("{good}_{junk}")).lines(),
                [(id(7), Thousandths(1500))],
                "{junk}"
            );
        }
        let many: Vec<_> = (1..100).map(|number| format!("{}:1", id(number).0.simple())).collect();
        let mut full = Basket::read(&many.join("_"));
        assert_eq!(full.lines().len(), MOST);
        assert_eq!(full.set(id(1000), Thousandths(1)), Err(Full));
        assert!(full.text().len() < 3000, "it fits into a cookie with room to spare");
    }
}
