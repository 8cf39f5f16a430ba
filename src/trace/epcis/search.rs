//! Which stored events a query finds. The database narrows down what may fit; [`Query::matches`] decides, so there is one
//! meaning of a parameter. Pages go on from where the one before ended, and never by counting.

use entity::{
    Timestamp,
    ids::EventId,
    trace::{event, event_epc},
};
use epcis::{
    Event, Namespaces, Query,
    epc::Glob,
    query::{Bound, EpcField, OrderBy, PlaceField, Predicate, TimeField},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LikeExpr, SelectStatement},
};

use super::{
    EpcisError,
    index::{bounded, index_form, index_name},
    master::Known,
    party::Reader,
};
use crate::trace::events;

/// Rows read at once.
const AT_ONCE: u64 = 200;
/// Rows looked at for one page. One that finds too little in so many says where to go on.
const LOOKED_AT: usize = 10_000;

/// Where a page ended: in the order of the query, behind this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The moment that the query sorts by, when it does.
    pub at: Option<Timestamp>,
    pub id: EventId,
}

/// An event that was found, ready to be shown.
#[derive(Clone, Debug)]
pub struct Found {
    pub row: event::Model,
    /// With its `recordTime`.
    pub event: Event,
    pub namespaces: Namespaces,
}

impl Found {
    /// Reads the row's document.
    pub fn of(row: event::Model) -> Result<Self, serde_json::Error> {
        let mut event: Event = serde_json::from_str(&row.document)?;
        event.core_mut().record_time = row.record_time.rfc3339().parse().ok();
        let namespaces = match &row.context {
            Some(context) => Namespaces::of_context(&serde_json::from_str(context)?),
            None => events::namespaces(),
        };
        Ok(Self { row, event, namespaces })
    }
}

/// A page of what was found.
#[derive(Debug, Default)]
pub struct Page {
    pub found: Vec<Found>,
    /// Where to go on, when there may be more.
    pub next: Option<Position>,
}

/// A query, who asks, and how the names in it are read.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub query: &'a Query,
    pub reader: &'a Reader,
    pub resolver: &'a str,
    /// Only what is about this, by its name in the index.
    pub about: Option<&'a str>,
    /// Only what fulfils this, too.
    pub also: Option<&'a Condition>,
    pub master: &'a Known,
}

impl Search<'_> {
    /// At most `want` events behind `after`.
    pub async fn page(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Position>,
        want: usize,
    ) -> Result<Page, EpcisError> {
        let mut page = Page::default();
        let (mut behind, mut looked_at) = (after, 0);
        // Where the page would end, should there be one more.
        let mut full = None;
        // Most pages are full with the first rows.
        let mut at_once = AT_ONCE.min(want as u64 + 1);
        loop {
            let rows = self.rows(behind).limit(at_once).all(db).await?;
            let all = (rows.len() as u64) < at_once;
            at_once = AT_ONCE;
            for row in rows {
                let position = self.position(&row);
                behind = Some(position);
                looked_at += 1;
                // What cannot be read any more is passed over; it is there to be looked at by its id.
                let Ok(found) = Found::of(row) else { continue };
                if !self.query.matches(&found.event, &found.namespaces, self.master) {
                    continue;
                }
                if page.found.len() == want {
                    page.next = full;
                    return Ok(page);
                }
                page.found.push(found);
                full = Some(position);
            }
            if all {
                return Ok(page);
            }
            if looked_at >= LOOKED_AT {
                page.next = behind;
                return Ok(page);
            }
        }
    }

    fn position(&self, row: &event::Model) -> Position {
        let at = self.sorted_by().map(|(column, _)| match column {
            event::Column::EventTime => row.event_time,
            _ => row.record_time,
        });
        Position { at, id: row.id }
    }

    /// The column sorted by, and in which direction. Without one, ids are the order: that in which events came.
    fn sorted_by(&self) -> Option<(event::Column, Order)> {
        let order = self.query.order.as_ref()?;
        let column = match order.by {
            OrderBy::EventTime => event::Column::EventTime,
            OrderBy::RecordTime => event::Column::RecordTime,
            OrderBy::Extension(_) => return None,
        };
        let direction = if order.descending { Order::Desc } else { Order::Asc };
        Some((column, direction))
    }

    fn rows(&self, behind: Option<Position>) -> sea_orm::Select<event::Entity> {
        let mut select = event::Entity::find().filter(self.narrowed());
        if let Some(own) = self.reader.events() {
            select = select.filter(own);
        }
        if let Some((column, direction)) = self.sorted_by() {
            if let Some(Position { at: Some(at), id }) = behind {
                let (further, later) = match direction {
                    Order::Desc => (column.lt(at), event::Column::Id.lt(id)),
                    _ => (column.gt(at), event::Column::Id.gt(id)),
                };
                let level = Condition::all().add(column.eq(at)).add(later);
                select = select.filter(Condition::any().add(further).add(level));
            }
            select
                .order_by(column, direction.clone())
                .order_by(event::Column::Id, direction)
        } else {
            if let Some(Position { id, .. }) = behind {
                select = select.filter(event::Column::Id.gt(id));
            }
            select.order_by_asc(event::Column::Id)
        }
    }

    /// What the columns can say of the query; it may find more than the query asks for, never less.
    fn narrowed(&self) -> Condition {
        self.query
            .predicates
            .iter()
            .filter_map(|predicate| self.narrow(predicate))
            .chain(self.about.map(|name| {
                let named = Condition::all().add(event_epc::Column::Epc.eq(name));
                Condition::all().add(event::Column::Id.in_subquery(naming(roles(EpcField::AnyEpc), named)))
            }))
            .chain(self.also.cloned())
            .fold(Condition::all(), Condition::add)
    }

    fn narrow(&self, predicate: &Predicate) -> Option<Condition> {
        let one = |condition| Some(Condition::all().add(condition));
        match predicate {
            Predicate::EventType(kinds) => one(event::Column::Kind.is_in(kinds)),
            Predicate::Time { field, bound, moment } => {
                let column = match field {
                    TimeField::EventTime => event::Column::EventTime,
                    TimeField::RecordTime => event::Column::RecordTime,
                    TimeField::ErrorDeclarationTime => return one(event::Column::DeclaresError.eq(true)),
                    _ => return None,
                };
                let at: Timestamp = moment.as_str().parse().ok()?;
                // Columns hold milliseconds, and a moment may be finer.
                one(match bound {
                    Bound::From => column.gte(at),
                    Bound::Before => column.lte(at),
                })
            }
            Predicate::Action(any) => one(event::Column::Action.is_in(any.iter().map(|action| action.as_str()))),
            Predicate::BizStep(any) => {
                one(event::Column::BizStep.is_in(any.iter().map(|step| bounded(step.as_str().to_owned()))))
            }
            Predicate::Disposition(any) => {
                one(event::Column::Disposition.is_in(any.iter().map(|word| bounded(word.as_str().to_owned()))))
            }
            Predicate::Place {
                field,
                descendants: false,
                any,
            } => {
                let column = match field {
                    PlaceField::ReadPoint => event::Column::ReadPoint,
                    PlaceField::BizLocation => event::Column::BizLocation,
                };
                one(column.is_in(any.iter().map(|place| index_name(self.resolver, place))))
            }
            Predicate::Match { field, any } => {
                let named = any.iter().fold(Condition::any(), |condition, pattern| {
                    pattern
                        .alternatives()
                        .iter()
                        .fold(condition, |condition, glob| match glob {
                            Glob::Exactly(_) => {
                                condition.add(event_epc::Column::Epc.eq(index_name(self.resolver, pattern.as_str())))
                            }
                            Glob::Like { .. } => {
                                let like = glob.like();
                                let like = index_form(self.resolver, &like);
                                condition.add(event_epc::Column::Epc.like(LikeExpr::new(like.as_ref()).escape('\\')))
                            }
                        })
                });
                one(event::Column::Id.in_subquery(naming(roles(*field), named)))
            }
            Predicate::EventId(any) => one(event::Column::EventId.is_in(any)),
            Predicate::ErrorDeclared | Predicate::ErrorReason(_) | Predicate::CorrectiveEventId(_) => {
                one(event::Column::DeclaresError.eq(true))
            }
            _ => None,
        }
    }
}

fn naming(roles: &[&str], named: Condition) -> SelectStatement {
    sea_orm::sea_query::Query::select()
        .column(event_epc::Column::EventId)
        .from(event_epc::Entity)
        .cond_where(named)
        .and_where(event_epc::Column::Role.is_in(roles.iter().copied()))
        .to_owned()
}

/// The places of an event that a parameter looks into, things and classes alike.
const fn roles(field: EpcField) -> &'static [&'static str] {
    match field {
        EpcField::Epc | EpcField::EpcClass => &["epc", "child"],
        EpcField::ParentId => &["parent"],
        EpcField::InputEpc | EpcField::InputEpcClass => &["input"],
        EpcField::OutputEpc | EpcField::OutputEpcClass => &["output"],
        EpcField::AnyEpc | EpcField::AnyEpcClass => &["epc", "child", "parent", "input", "output"],
    }
}

/// The event `event_id` and what declares it to be wrong, oldest first, as far as `reader` may know of them.
pub async fn by_name(db: &impl ConnectionTrait, reader: &Reader, event_id: &str) -> Result<Vec<Found>, EpcisError> {
    let mut select = event::Entity::find().filter(event::Column::EventId.eq(event_id));
    if let Some(own) = reader.events() {
        select = select.filter(own);
    }
    let rows = select.order_by_asc(event::Column::Id).limit(AT_ONCE).all(db).await?;
    Ok(rows.into_iter().map(Found::of).collect::<Result<_, _>>()?)
}
