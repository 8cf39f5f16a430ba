//! Orders as their buyers and sellers see them. Nothing here writes.

use std::collections::{BTreeMap, HashMap};

use entity::{
    Dong, Quantity, Thousandths,
    catalogue::seller,
    ids::{MoneyAccountId, OrderCycleId, OrderGroupId, OrderId, OrderReviewId, PaymentId, PersonId, SellerId},
    orders::{
        collection, cycle, further_payment, group, line,
        order::{self, Side},
        return_request,
    },
    payments::{account, payment},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    edits::read::{EditView, open_of_orders},
    lifecycle::{Event, Given, Money, Standing, Summary, possible},
    open::{Parcel, packed, parcels_of, standing},
    returns::read::of_orders,
    reviews::read::of_lines,
};
use crate::{
    http::list::Paging,
    listings::hold::{HeldLot, lots_of},
};

/// An order with all that is around it.
#[derive(Clone, Debug)]
pub struct OrderView {
    pub order: order::Model,
    pub group: group::Model,
    pub seller: seller::Model,
    pub lines: Vec<LineView>,
    /// `None` when it is paid on delivery.
    pub payment: Option<PaymentView>,
    /// Where and when it is fetched, where that is known.
    pub collection: Option<collection::Model>,
    /// The order cycle it was placed in.
    pub cycle: Option<cycle::Model>,
    pub parcels: Vec<Parcel>,
    /// What was asked for on top.
    pub further: Vec<(further_payment::Model, PaymentView)>,
    /// What the seller proposes.
    pub edit: Option<EditView>,
    /// The oldest first.
    pub returns: Vec<return_request::Model>,
}

/// A line, and the lots its goods come from where that is known.
#[derive(Clone, Debug)]
pub struct LineView {
    pub line: line::Model,
    pub lots: Vec<HeldLot>,
    /// How much of it lies in a parcel.
    pub packed: Thousandths,
    pub review: Option<OrderReviewId>,
}

/// How `line` is charged by weight: đồng for one unit of the weight, and what its pieces are thought to weigh.
#[must_use]
pub fn weight(line: &line::Model) -> Option<(Dong, Quantity)> {
    let weight = Quantity::new(line.estimated_weight?, line.weight_unit?);
    Some((line.weight_price?, weight))
}

/// A payment, where it goes, and all that it pays for.
#[derive(Clone, Debug)]
pub struct PaymentView {
    pub payment: payment::Model,
    pub account: account::Model,
    pub orders: Vec<OrderId>,
}

impl OrderView {
    #[must_use]
    pub fn money(&self) -> Money {
        Money::of(&self.order, self.payment.as_ref().map(|view| &view.payment))
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let lines = self.lines.iter().map(|view| &view.line);
        standing(self.order.state, lines, &self.parcels)
    }

    /// The three axes in one word.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let all_back = self.order.total > Dong::ZERO && self.order.given_back == self.order.total;
        Summary::of(self.standing(), self.money(), all_back)
    }

    /// What its seller, or else its buyer, could do now.
    #[must_use]
    pub fn possible(&self, as_seller: bool) -> Vec<Event> {
        let given = Given {
            delivery: self.order.delivery,
            money: self.money(),
            by: if as_seller { Side::Seller } else { Side::Buyer },
        };
        possible(self.standing(), given)
    }
}

/// Which side of orders somebody asks for.
#[derive(Clone, Debug)]
pub struct Mine {
    pub bought_by: Option<PersonId>,
    pub sold_by: Vec<SellerId>,
}

/// The newest orders first, a page at a time; one more than fits.
pub async fn page(db: &impl ConnectionTrait, mine: &Mine, paging: Paging) -> Result<Vec<OrderView>, DbErr> {
    let of_group = order::Entity::belongs_to(group::Entity)
        .from(order::Column::GroupId)
        .to(group::Column::Id)
        .into();
    let mut theirs = Condition::any().add(order::Column::SellerId.is_in(mine.sold_by.iter().copied()));
    if let Some(person) = mine.bought_by {
        theirs = theirs.add(group::Column::PersonId.eq(person));
    }
    let mut query = order::Entity::find()
        .join(JoinType::InnerJoin, of_group)
        .filter(theirs)
        .order_by_desc(order::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(order::Column::Id.lt(OrderId(before)));
    }
    views(db, query.all(db).await?).await
}

/// The orders of `group`, in the order of its basket.
pub async fn of_group(db: &impl ConnectionTrait, group: OrderGroupId) -> Result<Vec<OrderView>, DbErr> {
    let rows = order::Entity::find()
        .filter(order::Column::GroupId.eq(group))
        .order_by_asc(order::Column::Id)
        .all(db)
        .await?;
    views(db, rows).await
}

/// The order `id`.
pub async fn order(db: &impl ConnectionTrait, id: OrderId) -> Result<Option<OrderView>, DbErr> {
    let row = order::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

/// What is around each of `orders`: a handful of queries, however many they are.
pub async fn views(db: &impl ConnectionTrait, orders: Vec<order::Model>) -> Result<Vec<OrderView>, DbErr> {
    let groups: HashMap<OrderGroupId, group::Model> = group::Entity::find()
        .filter(group::Column::Id.is_in(orders.iter().map(|order| order.group_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(orders.iter().map(|order| order.seller_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let parcels = parcels_of(db, &ids).await?;
    let mut lines = lines_of(db, &orders, &parcels).await?;
    let asked = further_payment::Entity::find()
        .filter(further_payment::Column::OrderId.is_in(ids.iter().copied()))
        .order_by_asc(further_payment::Column::PaymentId)
        .all(db)
        .await?;
    let own = orders.iter().filter_map(|order| order.payment_id);
    let payments = payments_of(db, own.chain(asked.iter().map(|row| row.payment_id)).collect()).await?;
    let mut edits = open_of_orders(db, &ids).await?;
    let mut returns = of_orders(db, &ids).await?;
    let mut collections = collections_of(db, &orders).await?;
    let cycles = cycles_of(db, &orders).await?;
    Ok(orders
        .into_iter()
        .filter_map(|order| {
            Some(OrderView {
                parcels: parcels
                    .iter()
                    .filter(|parcel| parcel.row.order_id == order.id)
                    .cloned()
                    .collect(),
                further: asked
                    .iter()
                    .filter(|row| row.order_id == order.id)
                    .filter_map(|row| {
                        let mut view = payments.get(&row.payment_id)?.clone();
                        view.orders = vec![order.id];
                        Some((row.clone(), view))
                    })
                    .collect(),
                edit: edits.remove(&order.id),
                returns: returns.remove(&order.id).unwrap_or_default(),
                group: groups.get(&order.group_id)?.clone(),
                seller: sellers.get(&order.seller_id)?.clone(),
                lines: lines.remove(&order.id).unwrap_or_default(),
                payment: order.payment_id.and_then(|id| payments.get(&id).cloned()),
                collection: collections.remove(&order.id),
                cycle: order.cycle_id.and_then(|id| cycles.get(&id).cloned()),
                order,
            })
        })
        .collect())
}

async fn lines_of(
    db: &impl ConnectionTrait,
    orders: &[order::Model],
    parcels: &[Parcel],
) -> Result<HashMap<OrderId, Vec<LineView>>, DbErr> {
    let rows = line::Entity::find()
        .filter(line::Column::OrderId.is_in(orders.iter().map(|order| order.id)))
        .order_by_asc(line::Column::OrderId)
        .order_by_asc(line::Column::Position)
        .all(db)
        .await?;
    let holders: Vec<_> = rows.iter().map(|line| line.id.0).collect();
    let mut lots = lots_of(db, &holders).await?;
    let ids: Vec<_> = rows.iter().map(|line| line.id).collect();
    let reviews = of_lines(db, &ids).await?;
    let mut lines: HashMap<OrderId, Vec<LineView>> = HashMap::new();
    for line in rows {
        let view = LineView {
            lots: lots.remove(&line.id.0).unwrap_or_default(),
            packed: packed(parcels, line.id),
            review: reviews.get(&line.id).copied(),
            line,
        };
        lines.entry(view.line.order_id).or_default().push(view);
    }
    Ok(lines)
}

async fn collections_of(
    db: &impl ConnectionTrait,
    orders: &[order::Model],
) -> Result<HashMap<OrderId, collection::Model>, DbErr> {
    let fetched = orders.iter().filter(|order| order.delivery != order::Delivery::Ship);
    let ids: Vec<OrderId> = fetched.map(|order| order.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = collection::Entity::find()
        .filter(collection::Column::OrderId.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.order_id, row)).collect())
}

async fn cycles_of(
    db: &impl ConnectionTrait,
    orders: &[order::Model],
) -> Result<HashMap<OrderCycleId, cycle::Model>, DbErr> {
    let ids: Vec<OrderCycleId> = orders.iter().filter_map(|order| order.cycle_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = cycle::Entity::find()
        .filter(cycle::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn payments_of(db: &impl ConnectionTrait, ids: Vec<PaymentId>) -> Result<HashMap<PaymentId, PaymentView>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let payments = payment::Entity::find()
        .filter(payment::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let accounts: HashMap<MoneyAccountId, account::Model> = account::Entity::find()
        .filter(account::Column::Id.is_in(payments.iter().map(|payment| payment.account_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    // A payment of held money pays for orders of other sellers too.
    let paid_for: Vec<(PaymentId, OrderId)> = order::Entity::find()
        .select_only()
        .columns([order::Column::PaymentId, order::Column::Id])
        .filter(order::Column::PaymentId.is_in(ids))
        .order_by_asc(order::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut of_payment: BTreeMap<PaymentId, Vec<OrderId>> = BTreeMap::new();
    for (payment, order) in paid_for {
        of_payment.entry(payment).or_default().push(order);
    }
    Ok(payments
        .into_iter()
        .filter_map(|payment| {
            let view = PaymentView {
                account: accounts.get(&payment.account_id)?.clone(),
                orders: of_payment.remove(&payment.id).unwrap_or_default(),
                payment,
            };
            Some((view.payment.id, view))
        })
        .collect())
}
