//! Whoever has to know of a change of an order is told of it: buyer, seller's people, and the seller's own systems.

use entity::{
    Dong,
    ids::OrderGroupId,
    orders::{
        group,
        order::{self, Side},
        return_request,
    },
};
use sea_orm::EntityTrait;
use serde_json::json;

use super::OrdersError;
use crate::{
    catalogue::{tell_staff, webhooks::emit},
    db::Unit,
    http::language::{Language, Message},
    identity::messages::{About, Note, To, tell as tell_person},
};

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Paid,
    Confirmed,
    Packed,
    Shipped,
    Delivered(Side),
    Cancelled(Side),
    Expired,
    /// A part of it was given up.
    Shortened,
    Weighed,
    /// What was asked for on top came.
    FurtherPaid,
    Proposed,
    /// The buyer agreed, or did not.
    ProposalAnswered(bool),
    /// By whom, and where the return stands.
    Return(Side, return_request::State),
    Reviewed,
    /// Goods of it are recalled: all of it was given up for that, or a part, or they have left.
    Recalled(Recalled),
    GivenBack(Dong, String),
}

/// What a recall came to for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recalled {
    Cancelled,
    Shortened,
    /// The buyer has them, or soon will.
    Gone,
}

/// What a piece of news is to whom: the message for the buyer, for the seller's people, and the word for systems.
struct Telling {
    buyer: Option<&'static str>,
    staff: Option<&'static str>,
    system: Option<&'static str>,
}

impl News {
    const fn telling(&self) -> Telling {
        let (buyer, staff, system) = match self {
            Self::Paid => (None, Some("orders-tell-paid"), Some("order.paid")),
            Self::Confirmed => (Some("orders-tell-confirmed"), None, Some("order.confirmed")),
            Self::Packed => (None, None, None),
            Self::Shipped => (Some("orders-tell-shipped"), None, Some("order.shipped")),
            Self::Delivered(Side::Buyer) => (None, Some("orders-tell-received"), Some("order.delivered")),
            Self::Delivered(_) => (Some("orders-tell-delivered"), None, Some("order.delivered")),
            Self::Cancelled(Side::Buyer) => (None, Some("orders-tell-cancelled"), Some("order.cancelled")),
            Self::Cancelled(Side::Seller) => (Some("orders-tell-cancelled"), None, Some("order.cancelled")),
            Self::Cancelled(Side::Exchange) => (
                Some("orders-tell-unconfirmed"),
                Some("orders-tell-unconfirmed"),
                Some("order.cancelled"),
            ),
            Self::Expired => (None, None, Some("order.cancelled")),
            Self::Shortened => (Some("orders-tell-shortened"), None, None),
            Self::Weighed => (Some("orders-tell-weighed"), None, None),
            Self::FurtherPaid => (None, Some("orders-tell-further-paid"), None),
            Self::Proposed => (Some("orders-tell-proposed"), None, None),
            Self::ProposalAnswered(true) => (None, Some("orders-tell-agreed"), None),
            Self::ProposalAnswered(false) => (None, Some("orders-tell-not-agreed"), None),
            Self::Return(by, state) => {
                let system = match state {
                    return_request::State::Refunded => Some("order.returned"),
                    _ => None,
                };
                let (buyer, staff) = ("orders-tell-return-buyer", "orders-tell-return-seller");
                match by {
                    Side::Buyer => (None, Some(staff), system),
                    Side::Seller => (Some(buyer), None, system),
                    Side::Exchange => (Some(buyer), Some(staff), system),
                }
            }
            Self::Reviewed => (None, Some("orders-tell-reviewed"), None),
            Self::Recalled(Recalled::Cancelled) => (
                Some("orders-tell-recalled-all"),
                Some("orders-tell-recalled-all"),
                Some("order.cancelled"),
            ),
            Self::Recalled(Recalled::Shortened) => (
                Some("orders-tell-recalled-part"),
                Some("orders-tell-recalled-part"),
                None,
            ),
            Self::Recalled(Recalled::Gone) => (
                Some("orders-tell-recalled-gone"),
                Some("orders-tell-recalled-call"),
                None,
            ),
            Self::GivenBack(..) => (Some("orders-tell-given-back"), None, None),
        };
        Telling { buyer, staff, system }
    }
}

/// The page of what was checked out at once. A guest who is told of it gets this path with a proof (`messages::proof`).
pub(super) fn page_of(id: OrderGroupId) -> String {
    format!("/don-hang/{id}")
}

/// Tells of `news` of `order`.
pub async fn tell(unit: &mut Unit, order: &order::Model, news: News) -> Result<(), OrdersError> {
    let telling = news.telling();
    let message = |id: &'static str| {
        let message = Message::new(id).with("number", order.number.to_string());
        match &news {
            News::GivenBack(amount, reason) => message
                .with("amount", amount.to_string())
                .with("reason", reason.clone()),
            _ => message,
        }
    };
    if let Some(id) = telling.buyer
        && let Some(group) = group::Entity::find_by_id(order.group_id).one(&*unit).await?
    {
        let note = Note::new(About::Orders, message(id)).linked(page_of(group.id));
        let to = To {
            person: group.person_id,
            phone: group.person_id.is_none().then_some(group.buyer_phone),
            locale: group.language.as_deref().and_then(Language::from_code),
        };
        tell_person(unit, to, note).await?;
    }
    if let Some(id) = telling.staff {
        let note = Note::new(About::Orders, message(id)).linked("/app/don-hang");
        tell_staff(unit, order.seller_id, note).await?;
    }
    if let Some(kind) = telling.system {
        let data = json!({
            "order_id": order.id.to_string(),
            "number": order.number.to_string(),
            "seller_id": order.seller_id.to_string(),
            "total": order.total.0,
        });
        emit(unit, order.seller_id, kind, data).await?;
    }
    Ok(())
}
