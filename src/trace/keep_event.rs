//! Stores an event: the one door through which events enter, whoever tells them.

use entity::{
    ids::SellerId,
    trace::{event, event_epc},
};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::{events::Recorded, log};
use crate::db::Unit;

/// Adds `recorded`, told by the person who acts for `seller`.
pub async fn keep_event(unit: &mut Unit, seller: SellerId, recorded: Recorded) -> Result<(), DbErr> {
    let told = log::Told {
        event: recorded.id,
        recorded_at: unit.now(),
        seller: Some(seller),
        document: &recorded.document,
    };
    log::commit_to(unit, [told]).await?;
    let row = event::ActiveModel {
        id: Set(recorded.id),
        event_id: Set(recorded.event_id),
        kind: Set(recorded.kind.to_owned()),
        event_time: Set(recorded.event_time),
        record_time: Set(unit.now()),
        biz_step: Set(recorded.biz_step.map(str::to_owned)),
        seller_id: Set(Some(seller)),
        recorded_by: Set(unit.actor().person()),
        document: Set(recorded.document),
    };
    event::Entity::insert(row).exec_without_returning(&*unit).await?;
    let epcs = recorded.epcs.into_iter().map(|(role, epc)| event_epc::ActiveModel {
        event_id: Set(recorded.id),
        role: Set(role.to_owned()),
        epc: Set(epc),
    });
    event_epc::Entity::insert_many(epcs)
        .exec_without_returning(&*unit)
        .await?;
    Ok(())
}
