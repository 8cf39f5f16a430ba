//! What a buyer asks for: parsed and checked, as far as it can be without the listings.

use std::collections::BTreeMap;

use entity::{
    CommuneCode, Dong, Phone, Quantity,
    ids::{ListingId, SellerId},
    orders::order::{Delivery, Method},
};
use sea_orm::Iterable;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::commune,
    checked,
    http::{
        input::{Field, QuantityInput, Wrong},
        language::Message,
    },
};

/// Lines of one checkout.
const MOST_LINES: usize = 100;

/// What a checkout needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Checkout {
    /// Two lines of one listing count as one.
    #[schema(value_type = Vec<CheckoutLine>, min_items = 1, max_items = 100)]
    pub lines: Field<Vec<Field<CheckoutLine>>>,
    #[schema(value_type = CheckoutBuyer)]
    pub buyer: Field<CheckoutBuyer>,
    #[schema(value_type = CheckoutAddress)]
    pub ship_to: Field<CheckoutAddress>,
    /// `ship` when it is absent.
    #[schema(value_type = Option<CheckoutDelivery>)]
    pub delivery: Field<CheckoutDelivery>,
    /// One of `GET /payment-methods`: `vietqr`, `cod`, `vnpay`, `momo`, `zalopay`.
    #[schema(value_type = String, example = "vietqr")]
    pub payment_method: Field<String>,
    /// The sum in đồng that the buyer was shown. Given, the checkout is refused when a price has changed since.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub expected_total: Field<i64>,
}

/// A line of a checkout. Its price is the listing's, whatever a caller believes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckoutLine {
    #[schema(value_type = String)]
    pub listing_id: Field<String>,
    /// In the listing's unit or one that converts into it; of what is not weighed or measured, only whole ones.
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
}

/// Who buys.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckoutBuyer {
    #[schema(value_type = String, max_length = 120)]
    pub name: Field<String>,
    /// Ten digits, beginning with 0; `+84` is understood.
    #[schema(value_type = String, example = "0912345678")]
    pub phone: Field<String>,
}

/// Where it goes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckoutAddress {
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    /// Needed where something is shipped.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub street: Field<String>,
}

/// One way for all (`ship`, `pickup`, `farm`), or one for each seller's id.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CheckoutDelivery {
    One(String),
    PerSeller(BTreeMap<String, String>),
}

/// A checked checkout; what depends on the listings is checked when it is placed.
#[derive(Clone, Debug)]
pub struct NewOrders {
    /// In the order in which they came.
    pub(super) lines: Vec<(ListingId, Quantity)>,
    pub(super) name: String,
    pub(super) phone: Phone,
    pub(super) commune: CommuneCode,
    pub(super) street: String,
    pub(super) delivery: Wish,
    pub(super) method: Method,
    pub(super) expected_total: Option<Dong>,
}

/// How the buyer wants it.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    One(Delivery),
    PerSeller(BTreeMap<SellerId, Delivery>),
}

impl Checkout {
    pub fn check(&self) -> Result<NewOrders, Wrong> {
        let mut wrong = Wrong::default();
        let lines = lines(&mut wrong, &self.lines);
        let nobody = CheckoutBuyer::default();
        let buyer = self.buyer.given().unwrap_or(&nobody);
        let name = wrong.line("/buyer/name", &buyer.name, 120);
        let phone = wrong.code::<Phone>("/buyer/phone", &buyer.phone, "identity-say-phone-invalid");
        let delivery = wish(&mut wrong, &self.delivery);
        let nowhere = CheckoutAddress::default();
        let ship_to = self.ship_to.given().unwrap_or(&nowhere);
        let commune_code = commune(&mut wrong, "/ship_to/commune_code", &ship_to.commune_code);
        let shipped = delivery.as_ref().is_none_or(Wish::ships);
        // What is fetched needs no street, so none is asked for.
        let left_out = ship_to.street.given().is_none_or(|street| street.trim().is_empty());
        let street = if left_out && !shipped && ship_to.street != Field::WrongType {
            Some(String::new())
        } else {
            wrong.line("/ship_to/street", &ship_to.street, 200)
        };
        let method = method(&mut wrong, &self.payment_method);
        let expected_total = wrong.optional("/expected_total", &self.expected_total, Wrong::dong);
        checked!(wrong; lines, name, phone, commune_code, street, delivery, method, expected_total);
        Ok(NewOrders {
            lines,
            name,
            phone,
            commune: commune_code,
            street,
            delivery,
            method,
            expected_total,
        })
    }
}

impl Wish {
    fn ships(&self) -> bool {
        match self {
            Self::One(delivery) => *delivery == Delivery::Ship,
            Self::PerSeller(wishes) => wishes.values().any(|delivery| *delivery == Delivery::Ship),
        }
    }
}

fn lines(wrong: &mut Wrong, field: &Field<Vec<Field<CheckoutLine>>>) -> Option<Vec<(ListingId, Quantity)>> {
    let given = wrong.required("/lines", field)?;
    if given.is_empty() {
        wrong.note("/lines", "wrong-required");
        return None;
    }
    if given.len() > MOST_LINES {
        wrong.note("/lines", Message::new("wrong-too-many").with("max", MOST_LINES));
        return None;
    }
    let read = |(place, field): (usize, &Field<CheckoutLine>)| {
        let line = wrong.required(&at(place), field)?;
        let listing = wrong.code(
            &format!("{}/listing_id", at(place)),
            &line.listing_id,
            "wrong-no-such-listing",
        );
        let quantity = wrong.quantity(&format!("{}/quantity", at(place)), &line.quantity);
        listing.zip(quantity)
    };
    // Every line is looked at, though one wrong line is enough.
    let read: Vec<_> = given.iter().enumerate().map(read).collect();
    read.into_iter().collect()
}

/// The pointer of a line.
pub(super) fn at(place: usize) -> String {
    format!("/lines/{place}")
}

fn wish(wrong: &mut Wrong, field: &Field<CheckoutDelivery>) -> Option<Wish> {
    match field {
        Field::Missing => Some(Wish::One(Delivery::Ship)),
        Field::WrongType => {
            wrong.note("/delivery", "wrong-delivery");
            None
        }
        Field::Given(CheckoutDelivery::One(code)) => mode(wrong, "/delivery", code).map(Wish::One),
        Field::Given(CheckoutDelivery::PerSeller(wishes)) => {
            let read = |(seller, code): (&String, &String)| {
                // A seller's id has nothing in it that a pointer would escape; what is none is told of as a whole.
                let Ok(id) = seller.parse::<SellerId>() else {
                    wrong.note("/delivery", "wrong-delivery-seller");
                    return None;
                };
                Some((id, mode(wrong, &format!("/delivery/{id}"), code)?))
            };
            let read: Vec<_> = wishes.iter().map(read).collect();
            read.into_iter().collect::<Option<_>>().map(Wish::PerSeller)
        }
    }
}

fn mode(wrong: &mut Wrong, pointer: &str, code: &str) -> Option<Delivery> {
    let found = Delivery::iter().find(|delivery| delivery.code() == code);
    if found.is_none() {
        wrong.note(pointer, "wrong-delivery");
    }
    found
}

fn method(wrong: &mut Wrong, field: &Field<String>) -> Option<Method> {
    let code = wrong.required("/payment_method", field)?;
    let found = Method::iter().find(|method| method.code() == code);
    if found.is_none() {
        wrong.note("/payment_method", "wrong-method");
    }
    found
}
