//! What a buyer asks for: parsed and checked, as far as it can be without the listings.

use std::collections::{BTreeMap, HashMap};

use entity::{
    CommuneCode, Day, Dong, Phone, Quantity,
    ids::{FarmTimeId, ListingId, PickupPointId, SellerId},
    orders::order::{Delivery, Method},
};
use sea_orm::Iterable;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::commune,
    checked,
    http::{
        body::day,
        input::{Field, QuantityInput, Wrong},
        language::{Language, Message},
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
    /// The sum in đồng that the buyer was shown. Given, the checkout is refused when a price or a fee has changed since.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub expected_total: Field<i64>,
    /// Whether to spend the store credit that the caller has with these sellers, as far as it goes; needs an account.
    #[schema(value_type = Option<bool>)]
    pub use_credit: Field<bool>,
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
    PerSeller(BTreeMap<String, CheckoutWay>),
}

/// How one seller's goods come: the way alone, or with where and when they are fetched.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CheckoutWay {
    Mode(String),
    Chosen(CheckoutChoice),
}

impl Default for CheckoutWay {
    fn default() -> Self {
        Self::Mode(String::new())
    }
}

/// A way of delivery with where and when.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckoutChoice {
    /// `ship`, `pickup` or `farm`.
    #[schema(value_type = String)]
    pub mode: Field<String>,
    /// Which of the seller's pick-up points; may be left out where there is one.
    #[schema(value_type = Option<String>)]
    pub pickup_point_id: Field<String>,
    #[schema(value_type = Option<CheckoutSlot>)]
    pub slot: Field<CheckoutSlot>,
}

/// Which of the seller's times at the farm, and on which day.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckoutSlot {
    #[schema(value_type = String)]
    pub id: Field<String>,
    #[schema(value_type = String, example = "2026-11-28")]
    pub date: Field<String>,
}

/// What is asked for, as far as it is known before anybody says who buys and how they pay; what depends on the listings is
/// reckoned later.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// In the order in which they came.
    pub lines: Vec<(ListingId, Quantity)>,
    /// `None`: where it goes is not said yet.
    pub commune: Option<CommuneCode>,
    pub delivery: Wish,
    /// `None`: how it is paid is not said yet.
    pub method: Option<Method>,
    pub use_credit: bool,
    pub expected_total: Option<Dong>,
}

/// A checked checkout.
#[derive(Clone, Debug)]
pub struct NewOrders {
    pub(super) asked: Asked,
    pub(super) name: String,
    pub(super) phone: Phone,
    pub(super) commune: CommuneCode,
    pub(super) street: String,
    pub(super) method: Method,
    pub(super) language: Language,
}

/// How the buyer wants it.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    One(Delivery),
    PerSeller(BTreeMap<SellerId, Way>),
}

/// How one seller's goods shall come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub delivery: Delivery,
    pub point: Option<PickupPointId>,
    pub slot: Option<(FarmTimeId, Day)>,
}

impl Way {
    pub const fn plain(delivery: Delivery) -> Self {
        Self {
            delivery,
            point: None,
            slot: None,
        }
    }
}

impl Checkout {
    /// What it orders; `language`: in which it was ordered.
    pub fn check(&self, language: Language) -> Result<NewOrders, Wrong> {
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
        let (use_credit, expected_total) = self.money(&mut wrong);
        checked!(wrong; lines, name, phone, commune_code, street, delivery, method, use_credit, expected_total);
        Ok(NewOrders {
            asked: Asked {
                lines,
                commune: Some(commune_code.clone()),
                delivery,
                method: Some(method),
                use_credit,
                expected_total,
            },
            name,
            phone,
            commune: commune_code,
            street,
            method,
            language,
        })
    }

    /// What may be asked before anybody says who buys, where it goes and how it is paid.
    pub(super) fn check_quote(&self) -> Result<Asked, Wrong> {
        let mut wrong = Wrong::default();
        let lines = lines(&mut wrong, &self.lines);
        let delivery = wish(&mut wrong, &self.delivery);
        let nowhere = CheckoutAddress::default();
        let ship_to = self.ship_to.given().unwrap_or(&nowhere);
        let commune_code = wrong.optional("/ship_to/commune_code", &ship_to.commune_code, commune);
        let method = wrong.optional("/payment_method", &self.payment_method, method_of);
        let (use_credit, expected_total) = self.money(&mut wrong);
        checked!(wrong; lines, commune_code, delivery, method, use_credit, expected_total);
        Ok(Asked {
            lines,
            commune: commune_code,
            delivery,
            method,
            use_credit,
            expected_total,
        })
    }

    /// The ways that are given for sellers, as far as they can be read: a page asks while people still choose.
    pub(super) fn ways(&self) -> HashMap<SellerId, Way> {
        let Some(CheckoutDelivery::PerSeller(given)) = self.delivery.given() else {
            return HashMap::new();
        };
        given
            .iter()
            .filter_map(|(seller, given)| {
                let id: SellerId = seller.parse().ok()?;
                Some((id, way(&mut Wrong::default(), "", given)?))
            })
            .collect()
    }

    #[expect(clippy::option_option, reason = "refused, or not given, or given: three things")]
    fn money(&self, wrong: &mut Wrong) -> (Option<bool>, Option<Option<Dong>>) {
        let use_credit = wrong.optional("/use_credit", &self.use_credit, |wrong, pointer, field| {
            wrong.required(pointer, field).copied()
        });
        let expected_total = wrong.optional("/expected_total", &self.expected_total, |wrong, pointer, field| {
            // Only credit leaves nothing to pay.
            let least = i64::from(use_credit != Some(Some(true)));
            wrong.integer(pointer, field, least..=Dong::MAX.0).map(Dong)
        });
        (use_credit.map(Option::unwrap_or_default), expected_total)
    }
}

impl Wish {
    fn ships(&self) -> bool {
        match self {
            Self::One(delivery) => *delivery == Delivery::Ship,
            Self::PerSeller(wishes) => wishes.values().any(|way| way.delivery == Delivery::Ship),
        }
    }

    /// How the goods of `seller` shall come; `None` when nobody said.
    pub(super) fn of(&self, seller: SellerId) -> Option<Way> {
        match self {
            Self::One(delivery) => Some(Way::plain(*delivery)),
            Self::PerSeller(wishes) => wishes.get(&seller).copied(),
        }
    }
}

pub(super) fn lines(wrong: &mut Wrong, field: &Field<Vec<Field<CheckoutLine>>>) -> Option<Vec<(ListingId, Quantity)>> {
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
            let read = |(seller, given): (&String, &CheckoutWay)| {
                // A seller's id has nothing in it that a pointer would escape; what is none is told of as a whole.
                let Ok(id) = seller.parse::<SellerId>() else {
                    wrong.note("/delivery", "wrong-delivery-seller");
                    return None;
                };
                Some((id, way(wrong, &format!("/delivery/{id}"), given)?))
            };
            let read: Vec<_> = wishes.iter().map(read).collect();
            read.into_iter().collect::<Option<_>>().map(Wish::PerSeller)
        }
    }
}

fn way(wrong: &mut Wrong, pointer: &str, given: &CheckoutWay) -> Option<Way> {
    let given = match given {
        CheckoutWay::Mode(code) => return mode(wrong, pointer, code).map(Way::plain),
        CheckoutWay::Chosen(given) => given,
    };
    let at = format!("{pointer}/mode");
    let code = wrong.required(&at, &given.mode);
    let delivery = code.and_then(|code| mode(wrong, &at, code));
    let at = format!("{pointer}/pickup_point_id");
    let point = wrong.optional(&at, &given.pickup_point_id, |wrong, pointer, field| {
        wrong.code::<PickupPointId>(pointer, field, "wrong-no-such-point")
    });
    let slot = wrong.optional(&format!("{pointer}/slot"), &given.slot, |wrong, pointer, field| {
        let slot = wrong.required(pointer, field)?;
        let id = wrong.code::<FarmTimeId>(&format!("{pointer}/id"), &slot.id, "wrong-no-such-slot");
        let date = day(wrong, &format!("{pointer}/date"), &slot.date);
        id.zip(date)
    });
    Some(Way {
        delivery: delivery?,
        point: point?,
        slot: slot?,
    })
}

fn mode(wrong: &mut Wrong, pointer: &str, code: &str) -> Option<Delivery> {
    let found = Delivery::iter().find(|delivery| delivery.code() == code);
    if found.is_none() {
        wrong.note(pointer, "wrong-delivery");
    }
    found
}

fn method(wrong: &mut Wrong, field: &Field<String>) -> Option<Method> {
    method_of(wrong, "/payment_method", field)
}

fn method_of(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<Method> {
    let code = wrong.required(pointer, field)?;
    let found = Method::iter().find(|method| method.code() == code);
    if found.is_none() {
        wrong.note(pointer, "wrong-method");
    }
    found
}
