//! Goods are called back: from this unit on none of them is sold.

use std::collections::{BTreeMap, HashSet};

use entity::{
    ids::{BatchId, OrderId, RecallId, SellerId, StallId},
    recall::{
        recall::{self, Scope},
        recalled_listing, recalled_order,
        recalled_order::Outcome,
        recalled_stall, thing,
    },
    trace::{batch, batch_hold::Reason, event_epc, trace_edge},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    RecallError,
    caller::Caller,
    reach::{self, Batch, Things},
    spread::TOPIC,
};
use crate::{
    catalogue::{tell_staff, webhooks::emit},
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
    identity::messages::{About, Note},
    listings::freeze::freeze,
    trace::{Hold, graph, put_hold},
};

/// Longest reason.
const LONGEST: usize = 1000;
/// Rows in one statement.
const ROWS: usize = 200;

/// What is called back, why, and how far that goes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CallBack {
    /// A batch of this exchange; or `epc`.
    #[schema(value_type = Option<String>)]
    pub batch_id: Field<String>,
    /// The EPC, EPC class or Digital Link of a thing in the traces, whoever's it is.
    #[schema(value_type = Option<String>, example = "https://id.gs1.org/01/09520123456788/10/L-7")]
    pub epc: Field<String>,
    /// What sellers, buyers and everybody who scans is told.
    #[schema(value_type = String, min_length = 1, max_length = 1000, example = "Phát hiện dư lượng thuốc vượt mức cho phép.")]
    pub reason: Field<String>,
    /// `batch`, `downstream` (the default: and all it went into) or `upstream_and_downstream`.
    #[schema(value_type = Option<String>, example = "downstream")]
    pub scope: Field<String>,
}

/// What a recall is about, as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Batch(BatchId),
    Epc(String),
}

/// A checked [`CallBack`].
#[derive(Clone, Debug)]
pub struct NewRecall {
    pub named: Named,
    pub reason: String,
    pub scope: Scope,
}

impl CallBack {
    /// Reads it. A preview needs no reason.
    pub fn check(&self, preview: bool) -> Result<NewRecall, Wrong> {
        let mut wrong = Wrong::default();
        let named = match (self.batch_id.is_missing(), self.epc.is_missing()) {
            (false, true) => wrong
                .code::<BatchId>("/batch_id", &self.batch_id, "wrong-no-such-batch")
                .map(Named::Batch),
            (true, false) => wrong.line("/epc", &self.epc, 2000).map(Named::Epc),
            _ => {
                wrong.note("/batch_id", "wrong-batch-or-epc");
                None
            }
        };
        let reason = if preview {
            Some(String::new())
        } else {
            wrong.lines("/reason", &self.reason, LONGEST)
        };
        let scope = match &self.scope {
            Field::Missing => Some(Scope::Downstream),
            given => {
                let code = wrong.required("/scope", given).cloned();
                let scope = code
                    .as_deref()
                    .and_then(|code| Scope::ALL.into_iter().find(|scope| scope.code() == code));
                if code.is_some() && scope.is_none() {
                    wrong.note("/scope", "wrong-recall-scope");
                }
                scope
            }
        };
        checked!(wrong; named, reason, scope);
        Ok(NewRecall { named, reason, scope })
    }
}

/// The thing that is called back.
#[derive(Clone, Debug)]
pub struct Root {
    pub epc: String,
    pub batch: Option<batch::Model>,
}

/// Finds what `named` is. What `caller` may not call back is not there for them.
pub async fn root(db: &impl ConnectionTrait, caller: &Caller, named: &Named) -> Result<Root, RecallError> {
    match named {
        Named::Batch(id) => {
            let found = batch::Entity::find_by_id(*id).one(db).await?;
            let batch = found
                .filter(|batch| caller.reaches(batch.seller_id))
                .ok_or_else(|| Wrong::one("/batch_id", "wrong-no-such-batch"))?;
            Ok(Root {
                epc: graph::batch_key(&batch.gtin, &batch.lot),
                batch: Some(batch),
            })
        }
        Named::Epc(written) => {
            let epc = graph::key(written.trim());
            let unknown = || RecallError::from(Wrong::one("/epc", "wrong-no-such-epc"));
            let batch = match graph::batch_of(&epc) {
                Some((gtin, lot)) => {
                    let same = batch::Entity::find()
                        .filter(batch::Column::Gtin.eq(gtin))
                        .filter(batch::Column::Lot.eq(lot));
                    same.one(db).await?
                }
                None => None,
            };
            match &batch {
                Some(batch) if caller.reaches(batch.seller_id) => {}
                // Somebody else's: only an office reaches it, and only where a trace names it.
                None if caller.office().is_some() && is_known(db, &epc, written.trim()).await? => {}
                _ => return Err(unknown()),
            }
            Ok(Root { epc, batch })
        }
    }
}

async fn is_known(db: &impl ConnectionTrait, epc: &str, written: &str) -> Result<bool, DbErr> {
    let either = Condition::any()
        .add(trace_edge::Column::FromEpc.eq(epc))
        .add(trace_edge::Column::ToEpc.eq(epc));
    if trace_edge::Entity::find().filter(either).one(db).await?.is_some() {
        return Ok(true);
    }
    let named = event_epc::Entity::find()
        .filter(event_epc::Column::Epc.is_in([epc, written]))
        .one(db)
        .await?;
    Ok(named.is_some())
}

/// Calls `new` back, by `caller`. What is called back already is not called back twice: the recall in force is the answer,
/// reaching as far as the wider of the two, and nobody is told again of what they were told.
pub async fn call_back(
    unit: &mut Unit,
    caller: &Caller,
    new: &NewRecall,
) -> Result<(recall::Model, bool), RecallError> {
    let root = root(&*unit, caller, &new.named).await?;
    unit.because(&new.reason);
    let in_force = recall::Entity::find()
        .filter(recall::Column::Epc.eq(root.epc.as_str()))
        .filter(recall::Column::EndedAt.is_null())
        .one(&*unit)
        .await?;
    if let Some(mut known) = in_force {
        if new.scope > known.scope {
            known.scope = new.scope;
            recall::Entity::update_many()
                .col_expr(recall::Column::Scope, Expr::value(new.scope))
                .filter(recall::Column::Id.eq(known.id))
                .exec(&*unit)
                .await?;
        }
        extend(unit, &mut known).await?;
        return Ok((known, false));
    }
    let mut made = recall::Model {
        id: unit.id::<RecallId>(),
        batch_id: root.batch.map(|batch| batch.id),
        epc: root.epc,
        reason: new.reason.clone(),
        scope: new.scope,
        truncated: false,
        made_by: caller.person(),
        office: caller.office(),
        made_at: unit.now(),
        ended_at: None,
        ended_by: None,
        end_reason: None,
    };
    recall::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    extend(unit, &mut made).await?;
    Ok((made, true))
}

/// Walks from what `recall` calls back and does to what is found what was not done to it yet. Returns whether anything
/// was.
pub async fn extend(unit: &mut Unit, recall: &mut recall::Model) -> Result<bool, RecallError> {
    let things = reach::things(&*unit, &recall.epc, recall.scope).await?;
    if things.truncated && !recall.truncated {
        recall.truncated = true;
        recall::Entity::update_many()
            .col_expr(recall::Column::Truncated, Expr::value(true))
            .filter(recall::Column::Id.eq(recall.id))
            .exec(&*unit)
            .await?;
    }
    let known: HashSet<String> = thing::Entity::find()
        .select_only()
        .column(thing::Column::Epc)
        .filter(thing::Column::RecallId.eq(recall.id))
        .into_tuple::<String>()
        .all(&*unit)
        .await?
        .into_iter()
        .collect();
    let fresh: Vec<&Batch> = things.batches.iter().filter(|one| !known.contains(&one.epc)).collect();
    let mut rows = hold_all(unit, recall, &fresh).await?;
    rows.extend(foreign_rows(recall, &things, &known));
    let anything = !rows.is_empty();
    for rows in rows.chunks(ROWS) {
        thing::Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
            .exec_without_returning(&*unit)
            .await?;
    }
    // What was ordered between two walks counts as well, so all of it is looked at and not only what is new.
    let affected = reach::affected(&*unit, &things.ids()).await?;
    freeze_all(unit, recall, affected.listings.iter().map(|row| row.id)).await?;
    let orders = affected.orders.iter().map(|one| one.order.id).collect();
    let waiting = note_orders(unit, recall, orders).await?;
    let stalls = note_stalls(unit, recall, affected.stalls).await?;
    tell_sellers(unit, recall, &fresh).await?;
    if waiting + stalls > 0 {
        unit.leave(TOPIC, recall.id.to_string()).await?;
    }
    Ok(anything || waiting + stalls > 0)
}

async fn hold_all(unit: &mut Unit, recall: &recall::Model, fresh: &[&Batch]) -> Result<Vec<thing::Model>, DbErr> {
    let mut rows = Vec::with_capacity(fresh.len());
    for one in fresh {
        let hold = Hold {
            reason: Reason::Recalled,
            until: None,
            detail: format!("Thu hồi: {}", recall.reason),
            detail_en: format!("Recalled: {}", recall.reason),
        };
        let hold = put_hold(unit, one.batch.id, hold).await?;
        rows.push(thing::Model {
            recall_id: recall.id,
            epc: one.epc.clone(),
            batch_id: Some(one.batch.id),
            direction: one.direction,
            hold_id: Some(hold.id),
        });
    }
    Ok(rows)
}

fn foreign_rows<'t>(
    recall: &'t recall::Model,
    things: &'t Things,
    known: &'t HashSet<String>,
) -> impl Iterator<Item = thing::Model> + 't {
    let fresh = things.foreign.iter().filter(|(epc, _)| !known.contains(epc));
    fresh.map(|(epc, direction)| thing::Model {
        recall_id: recall.id,
        epc: epc.clone(),
        batch_id: None,
        direction: *direction,
        hold_id: None,
    })
}

async fn freeze_all(
    unit: &mut Unit,
    recall: &recall::Model,
    listings: impl Iterator<Item = entity::ids::ListingId> + Send,
) -> Result<(), DbErr> {
    let known: HashSet<_> = recalled_listing::Entity::find()
        .filter(recalled_listing::Column::RecallId.eq(recall.id))
        .all(&*unit)
        .await?
        .into_iter()
        .map(|row| row.listing_id)
        .collect();
    for id in listings.filter(|id| !known.contains(id)).collect::<Vec<_>>() {
        let withdrawn = freeze(unit, id).await?;
        let row = recalled_listing::ActiveModel {
            recall_id: Set(recall.id),
            listing_id: Set(id),
            withdrawn: Set(withdrawn),
        };
        recalled_listing::Entity::insert(row)
            .exec_without_returning(&*unit)
            .await?;
    }
    Ok(())
}

/// Notes orders that a job has to see to, and returns how many there are.
async fn note_orders(unit: &Unit, recall: &recall::Model, orders: Vec<OrderId>) -> Result<u64, DbErr> {
    let known: HashSet<OrderId> = recalled_order::Entity::find()
        .select_only()
        .column(recalled_order::Column::OrderId)
        .filter(recalled_order::Column::RecallId.eq(recall.id))
        .into_tuple::<OrderId>()
        .all(unit)
        .await?
        .into_iter()
        .collect();
    let rows: Vec<_> = orders
        .into_iter()
        .filter(|id| !known.contains(id))
        .map(|order_id| recalled_order::ActiveModel {
            recall_id: Set(recall.id),
            order_id: Set(order_id),
            outcome: Set(Outcome::Waiting),
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        recalled_order::Entity::insert_many(rows.to_vec())
            .exec_without_returning(unit)
            .await?;
    }
    recalled_order::Entity::find()
        .filter(recalled_order::Column::RecallId.eq(recall.id))
        .filter(recalled_order::Column::Outcome.eq(Outcome::Waiting))
        .count(unit)
        .await
}

/// Notes stalls that a job has to tell, and returns how many there are.
async fn note_stalls(unit: &Unit, recall: &recall::Model, stalls: Vec<StallId>) -> Result<u64, DbErr> {
    let known: HashSet<StallId> = recalled_stall::Entity::find()
        .filter(recalled_stall::Column::RecallId.eq(recall.id))
        .all(unit)
        .await?
        .into_iter()
        .map(|row| row.stall_id)
        .collect();
    let rows: Vec<_> = stalls
        .into_iter()
        .filter(|id| !known.contains(id))
        .map(|stall_id| recalled_stall::ActiveModel {
            recall_id: Set(recall.id),
            stall_id: Set(stall_id),
            told_at: Set(None),
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        recalled_stall::Entity::insert_many(rows.to_vec())
            .exec_without_returning(unit)
            .await?;
    }
    recalled_stall::Entity::find()
        .filter(recalled_stall::Column::RecallId.eq(recall.id))
        .filter(recalled_stall::Column::ToldAt.is_null())
        .count(unit)
        .await
}

/// Tells each seller once of their lots, and their systems of each batch.
async fn tell_sellers(unit: &mut Unit, recall: &recall::Model, fresh: &[&Batch]) -> Result<(), DbErr> {
    let mut lots: BTreeMap<SellerId, Vec<String>> = BTreeMap::new();
    for one in fresh {
        let batch = &one.batch;
        lots.entry(batch.seller_id).or_default().push(batch.lot.to_string());
        let data = json!({
            "recall_id": recall.id.to_string(),
            "batch_id": batch.id.to_string(),
            "gtin": batch.gtin.to_string(),
            "lot": batch.lot.to_string(),
            "direction": one.direction.code(),
            "scope": recall.scope.code(),
            "reason": recall.reason.as_str(),
        });
        emit(unit, batch.seller_id, "batch.recalled", data).await?;
    }
    for (seller, lots) in lots {
        let text = Message::new("recall-tell-seller").with("lots", some_of(&lots));
        let note = Note::new(About::Orders, text).linked(format!("/thu-hoi/{}", recall.id));
        tell_staff(unit, seller, note).await?;
    }
    Ok(())
}

/// The first of `lots`, and how many there are beside.
fn some_of(lots: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = lots.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match lots.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} (+{more})"),
    }
}
