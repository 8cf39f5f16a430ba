//! A counter sale: the keeper types an amount, or what was bought, and the buyer gets a QR code to pay it. Sales are often
//! rung up without signal and sent later, perhaps twice: a draft's own id makes it be recorded once, and its payment's
//! reference follows from that id, so that the phone could show the very same code before.

use entity::{
    Day, Dong, Thousandths, Timestamp,
    ids::{BatchId, SaleId, StallId},
    market::{
        sale::{self, Kind},
        sale_line, stall,
    },
    payments::payment::{self, Purpose},
    trace::batch,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use utoipa::ToSchema;

use super::MarketError;
use crate::{
    checked,
    db::{Unit, is_duplicate},
    http::{
        body::moment,
        input::{Field, Wrong},
    },
    payments::{self, NewPayment, PaymentsError},
};

/// Lines of one sale at most.
const LINES: usize = 100;

/// A sale at the counter: an `amount`, or `lines` that add up to one.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RingUp {
    /// The draft's own UUID; a sale that comes twice under one id is recorded once.
    #[schema(value_type = Option<String>, example = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10")]
    pub id: Field<String>,
    /// Đồng.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_999_999_999_999_i64, example = 45_000)]
    pub amount: Field<i64>,
    /// 1 to 100 lines.
    #[schema(value_type = Option<Vec<RingUpLine>>)]
    pub lines: Field<Vec<RingUpLine>>,
    /// A moment (RFC 3339) or a day (`2026-11-21`); when absent, now.
    #[schema(value_type = Option<String>, example = "2026-11-21T06:30:00+07:00")]
    pub happened_at: Field<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Field<String>,
}

/// One thing sold.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RingUpLine {
    #[schema(value_type = String, min_length = 1, max_length = 160, example = "Rau muống")]
    pub name: Field<String>,
    /// A decimal number as text, at most three decimals, above zero; 1 when absent.
    #[schema(value_type = Option<String>, example = "1.5")]
    pub quantity: Field<String>,
    /// Đồng for one.
    #[schema(value_type = i64, minimum = 1, maximum = 9_999_999_999_999_i64, example = 12_000)]
    pub price: Field<i64>,
    /// The batch it is of, whoever's it is: when that is recalled, the stall is told.
    #[schema(value_type = Option<String>)]
    pub batch_id: Field<String>,
}

/// A checked sale.
#[derive(Clone, Debug)]
pub struct NewSale {
    id: Option<SaleId>,
    amount: Dong,
    lines: Vec<NewLine>,
    happened: Happened,
    note: String,
}

/// When it was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happened {
    Now,
    At(Timestamp),
    /// Some time that day; the moment is the closest guess, and another one when the same draft comes again.
    On(Day, Timestamp),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NewLine {
    name: String,
    quantity: Thousandths,
    price: Dong,
    amount: Dong,
    batch: Option<BatchId>,
}

impl RingUp {
    pub fn check(&self, now: Timestamp) -> Result<NewSale, Wrong> {
        let mut wrong = Wrong::default();
        let id = wrong.optional("/id", &self.id, |w, p, f| w.code::<SaleId>(p, f, "wrong-id"));
        let sum = match (self.amount.is_missing(), self.lines.is_missing()) {
            (false, true) => wrong.dong("/amount", &self.amount).map(|amount| (amount, Vec::new())),
            (true, false) => lines(&mut wrong, &self.lines),
            _ => {
                wrong.note("/amount", "wrong-amount-or-lines");
                None
            }
        };
        let happened = wrong.optional("/happened_at", &self.happened_at, |w, p, f| {
            let at = moment(w, p, f, now)?;
            let day = f.given().and_then(|text| Day::from_iso(text.trim()).ok());
            Some(day.map_or(Happened::At(at), |day| Happened::On(day, at)))
        });
        let note = wrong.prose("/note", &self.note, 500);
        checked!(wrong; id, sum, happened, note);
        let (amount, lines) = sum;
        Ok(NewSale {
            id,
            amount,
            lines,
            happened: happened.unwrap_or(Happened::Now),
            note,
        })
    }
}

fn lines(wrong: &mut Wrong, field: &Field<Vec<RingUpLine>>) -> Option<(Dong, Vec<NewLine>)> {
    let given = wrong.required("/lines", field)?;
    if given.is_empty() {
        wrong.note("/lines", "wrong-required");
        return None;
    }
    if given.len() > LINES {
        wrong.note(
            "/lines",
            crate::http::language::Message::new("wrong-too-many").with("max", LINES),
        );
        return None;
    }
    let read: Vec<Option<NewLine>> = given
        .iter()
        .enumerate()
        .map(|(nth, line)| {
            let at = |field: &str| format!("/lines/{nth}/{field}");
            let name = wrong.line(&at("name"), &line.name, 160);
            let quantity = match &line.quantity {
                Field::Missing => Some(Thousandths(1000)),
                given => wrong.amount(&at("quantity"), given),
            };
            let price = wrong.dong(&at("price"), &line.price);
            let batch = wrong.optional(&at("batch_id"), &line.batch_id, |w, p, f| {
                w.code::<BatchId>(p, f, "wrong-no-such-batch")
            });
            let (name, quantity, price, batch) = (name?, quantity?, price?, batch?);
            let Some(amount) = line_amount(price, quantity) else {
                wrong.note(format!("/lines/{nth}"), "wrong-line-amount");
                return None;
            };
            Some(NewLine {
                name,
                quantity,
                price,
                amount,
                batch,
            })
        })
        .collect();
    let lines: Vec<NewLine> = read.into_iter().collect::<Option<_>>()?;
    let total = lines
        .iter()
        .try_fold(Dong::ZERO, |sum, line| sum.checked_add(line.amount))
        .filter(|total| *total <= Dong::MAX);
    if total.is_none() {
        wrong.note("/lines", "wrong-too-large");
    }
    Some((total?, lines))
}

/// `quantity` at `price`, to the nearest đồng, halves up; `None` when that is nothing or more than can be paid.
fn line_amount(price: Dong, quantity: Thousandths) -> Option<Dong> {
    let thousandths = i128::from(price.0) * i128::from(quantity.0);
    let dong = i64::try_from((thousandths + 500) / 1000).ok()?;
    (1..=Dong::MAX.0).contains(&dong).then_some(Dong(dong))
}

/// The stall, which nobody else changes or sells at until this unit ends: two copies of one draft that come at once are
/// taken one after the other.
pub(super) async fn locked(unit: &Unit, id: StallId) -> Result<stall::Model, MarketError> {
    stall::Entity::find_by_id(id)
        .lock_exclusive()
        .one(unit)
        .await?
        .ok_or(MarketError::NoSuchThing)
}

/// Records the sale and asks for its money. A draft recorded before is given back as it stands now.
pub async fn ring_up(unit: &mut Unit, stall: StallId, new: NewSale) -> Result<sale::Model, MarketError> {
    let stall = locked(unit, stall).await?;
    if let Some(id) = new.id
        && let Some(known) = sale::Entity::find_by_id(id).one(&*unit).await?
    {
        return if is_same(unit, &stall, &known, &new).await? {
            Ok(known)
        } else {
            Err(MarketError::SaleChanged)
        };
    }
    let happened_at = match new.happened {
        Happened::Now => unit.now(),
        Happened::At(at) | Happened::On(_, at) => at,
    };
    batches_exist(unit, &new.lines).await?;
    let id = new.id.unwrap_or_else(|| unit.id());
    let (sale, _) = insert(unit, &stall, Kind::Counter, id, new.amount, happened_at, new.note).await?;
    for (position, line) in (0..).zip(new.lines) {
        let row = sale_line::ActiveModel {
            sale_id: Set(id),
            position: Set(position),
            name: Set(line.name),
            quantity: Set(line.quantity),
            price: Set(line.price),
            amount: Set(line.amount),
            batch_id: Set(line.batch),
        };
        sale_line::Entity::insert(row).exec_without_returning(&*unit).await?;
    }
    unit.signal(super::topic(stall.id)).await?;
    Ok(sale)
}

/// Refuses lines of batches that nobody has registered.
async fn batches_exist(unit: &Unit, lines: &[NewLine]) -> Result<(), MarketError> {
    let named: Vec<BatchId> = lines.iter().filter_map(|line| line.batch).collect();
    if named.is_empty() {
        return Ok(());
    }
    let known: Vec<BatchId> = batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        .filter(batch::Column::Id.is_in(named))
        .into_tuple()
        .all(unit)
        .await?;
    let mut wrong = Wrong::default();
    for (nth, line) in lines.iter().enumerate() {
        if line.batch.is_some_and(|batch| !known.contains(&batch)) {
            wrong.note(format!("/lines/{nth}/batch_id"), "wrong-no-such-batch");
        }
    }
    Ok(wrong.result()?)
}

/// Writes a sale at `stall` and the payment it waits for.
pub(super) async fn insert(
    unit: &mut Unit,
    stall: &stall::Model,
    kind: Kind,
    id: SaleId,
    amount: Dong,
    happened_at: Timestamp,
    note: String,
) -> Result<(sale::Model, payment::Model), MarketError> {
    let wanted = NewPayment {
        id: unit.id(),
        seed: id.0,
        account: stall.account_id.ok_or(MarketError::NoMoneyAccount)?,
        purpose: Purpose::Sale,
        amount,
        expires_at: None,
    };
    let payment = payments::request(unit, wanted).await.map_err(taken)?;
    let made = sale::Model {
        id,
        stall_id: stall.id,
        kind,
        amount,
        note,
        payment_id: payment.id,
        happened_at,
        recorded_at: unit.now(),
        changed_at: unit.now(),
        recorded_by: match kind {
            Kind::Counter => unit.actor().person(),
            Kind::Stand => None,
        },
    };
    let row = sale::ActiveModel {
        id: Set(made.id),
        stall_id: Set(made.stall_id),
        kind: Set(made.kind),
        amount: Set(made.amount),
        note: Set(made.note.clone()),
        payment_id: Set(made.payment_id),
        happened_at: Set(made.happened_at),
        recorded_at: Set(made.recorded_at),
        changed_at: Set(made.changed_at),
        recorded_by: Set(made.recorded_by),
    };
    sale::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await
        .map_err(|error| taken(error.into()))?;
    Ok((made, payment))
}

/// The id was taken while this unit ran: by another stall, for the stall's own sales wait for each other.
fn taken(error: PaymentsError) -> MarketError {
    match error {
        PaymentsError::Internal(error) if is_duplicate(&error) => MarketError::SaleChanged,
        error => error.into(),
    }
}

/// Whether `new` is the draft that became `known`.
async fn is_same(unit: &Unit, stall: &stall::Model, known: &sale::Model, new: &NewSale) -> Result<bool, MarketError> {
    let then = match new.happened {
        Happened::Now => true,
        Happened::At(at) => known.happened_at == at,
        Happened::On(day, _) => known.happened_at.day() == day,
    };
    let head = known.stall_id == stall.id && known.kind == Kind::Counter && known.amount == new.amount;
    if !(then && head && known.note == new.note) {
        return Ok(false);
    }
    let rows = sale_line::Entity::find()
        .filter(sale_line::Column::SaleId.eq(known.id))
        .order_by_asc(sale_line::Column::Position)
        .all(unit)
        .await?;
    let lines = rows.into_iter().map(|row| NewLine {
        name: row.name,
        quantity: row.quantity,
        price: row.price,
        amount: row.amount,
        batch: row.batch_id,
    });
    Ok(lines.eq(new.lines.iter().cloned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(name: &str, quantity: Option<&str>, price: i64) -> RingUpLine {
        RingUpLine {
            name: name.to_owned().into(),
            quantity: quantity.map_or(Field::Missing, |text| text.to_owned().into()),
            price: price.into(),
            batch_id: Field::Missing,
        }
    }

    fn rung(lines: Vec<RingUpLine>) -> Result<NewSale, Wrong> {
        let input = RingUp {
            lines: lines.into(),
            ..RingUp::default()
        };
        input.check(Timestamp(0))
    }

    #[test]
    fn lines_add_up_to_the_nearest_dong() {
        let sale = rung(vec![line("Rau", None, 12_000), line("Thịt", Some("1.5"), 25_333)]).expect("a sale");
        assert_eq!(sale.amount, Dong(12_000 + 38_000), "37.999,5 is rounded up");
        assert_eq!(
            line_amount(Dong(333), Thousandths(1)),
            None,
            "a third of a đồng is nothing"
        );
        assert_eq!(line_amount(Dong(500), Thousandths(1)), Some(Dong(1)));
    }

    #[test]
    fn sums_that_nobody_can_pay_are_refused() {
        let at = |wrong: Wrong| wrong.0.into_iter().map(|error| error.pointer).collect::<Vec<_>>();
        let much = Dong::MAX.0;
        assert_eq!(
            at(rung(vec![line("a", Some("2"), much)]).expect_err("too much")),
            ["/lines/0"]
        );
        assert_eq!(
            at(rung(vec![line("a", Some("1000000000"), much)]).expect_err("too much")),
            ["/lines/0"]
        );
        assert_eq!(
            at(rung(vec![line("a", None, much), line("b", None, 1)]).expect_err("too much")),
            ["/lines"]
        );
        assert_eq!(at(rung(Vec::new()).expect_err("nothing")), ["/lines"]);
        let many = vec![line("a", None, 1); LINES + 1];
        assert_eq!(at(rung(many).expect_err("too many")), ["/lines"]);
    }

    proptest! {
        #[test]
        fn a_line_is_never_off_by_more_than_half_a_dong(price in 1..=Dong::MAX.0, quantity in 1..=Thousandths::MAX.0) {
            if let Some(Dong(amount)) = line_amount(Dong(price), Thousandths(quantity)) {
                let exact = i128::from(price) * i128::from(quantity);
                prop_assert!((i128::from(amount) * 1000 - exact).abs() <= 500);
                prop_assert!((1..=Dong::MAX.0).contains(&amount));
            }
        }
    }
}
