//! The proof bundle of a batch: what anybody needs to check it without us, in one file.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{
    ids::{BatchId, EventId},
    trace::{
        batch, batch_plot, diary_entry, event, event_epc, event_leaf, log_checkpoint, log_cosignature, log_key::Purpose,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};
use tlog_tiles::prove_record;
use utoipa::ToSchema;

use super::{
    LogError,
    key::{in_use, public},
    sequence::{newest, over_tiles},
};
use crate::{app::App, trace::events::batch_uri};

/// The name of the shape of [`Bundle`].
pub const FORMAT: &str = "choque.proof.v1";
/// How far back a plot's diary belongs to a harvest.
const SEASON_DAYS: i32 = 365;
/// Events of one bundle; a batch has a few dozen.
const MOST: u64 = 2000;

/// What was recorded of a batch, and the proof that all of it is in the log.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// `choque.proof.v1`.
    pub format: String,
    pub batch: BatchNamed,
    /// The log's verifier key (C2SP signed-note), for convenience: whoever wants to be sure takes it from elsewhere.
    pub key: String,
    /// Verifier keys of the witnesses who signed the checkpoint.
    pub witnesses: Vec<String>,
    /// A signed note (C2SP tlog-checkpoint), with the signatures of witnesses.
    pub checkpoint: String,
    pub leaves: Vec<Leaf>,
    /// Events recorded after the checkpoint, and therefore not in this bundle.
    pub waiting: u64,
}

/// Which batch a bundle is about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchNamed {
    pub id: String,
    pub gtin: String,
    pub lot: String,
    /// Its GS1 Digital Link, by which its events name it.
    #[schema(format = "uri")]
    pub uri: String,
}

/// An event and its place in the log.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The event's id here, a UUID.
    pub event: String,
    /// Its place, from 0.
    pub index: u64,
    /// The stored EPCIS document, byte for byte; null if it was erased.
    #[schema(required)]
    pub document: Option<String>,
    /// The stored `@context` of its prefixes, byte for byte; null for those of this exchange.
    #[schema(required)]
    pub context: Option<String>,
    /// 32 bytes, base64; null if the event was erased.
    #[schema(required)]
    pub salt: Option<String>,
    /// 32 bytes, base64.
    pub commitment: String,
    /// When this exchange stored it, to the millisecond.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The party that told it, a UUID.
    #[schema(required)]
    pub seller: Option<String>,
    /// The audit path (RFC 6962, 2.1.1), from the leaf upwards, base64.
    pub proof: Vec<String>,
}

/// The bundle of the batch `id`.
pub async fn bundle_of(app: &App, id: BatchId) -> Result<Bundle, LogError> {
    let db = app.db().read();
    let batch = batch::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(LogError::NoSuchThing)?;
    let uri = batch_uri(app.resolver_url(), &batch.gtin, &batch.lot);
    let events = events_of(db, &batch, &uri).await?;
    let leaves = event_leaf::Entity::find()
        .filter(event_leaf::Column::EventId.is_in(events.iter().map(|event| event.id)))
        .order_by_asc(event_leaf::Column::LeafIndex)
        .all(db)
        .await?;
    let last = leaves.iter().filter_map(|leaf| leaf.leaf_index).max();
    let checkpoint = checkpoint_over(db, last).await?.ok_or(LogError::Unready)?;
    let covered: Vec<(&event_leaf::Model, u64)> = leaves
        .iter()
        .filter_map(|leaf| {
            let place = leaf.leaf_index.filter(|place| *place < checkpoint.size)?;
            Some((leaf, u64::try_from(place).ok()?))
        })
        .collect();
    let size = u64::try_from(checkpoint.size).unwrap_or(0);
    let proofs = over_tiles(db, |tiles| {
        covered
            .iter()
            .map(|(_, place)| prove_record(size, *place, tiles))
            .collect::<Result<Vec<_>, _>>()
    })
    .await?;
    let told = |(leaf, index): &(&event_leaf::Model, u64), proof: Vec<tlog_tiles::Hash>| {
        let event = events.iter().find(|event| event.id == leaf.event_id)?;
        let there = leaf.salt.is_some();
        Some(Leaf {
            event: event.id.to_string(),
            index: *index,
            document: there.then(|| event.document.clone()),
            context: event.context.clone().filter(|_| there),
            salt: leaf.salt.as_ref().map(|salt| STANDARD.encode(salt)),
            commitment: STANDARD.encode(&leaf.commitment),
            recorded_at: event.record_time.rfc3339(),
            seller: event.seller_id.map(|seller| seller.to_string()),
            proof: proof.iter().map(ToString::to_string).collect(),
        })
    };
    let key = in_use(db, Purpose::Log).await?.ok_or(LogError::Unready)?;
    let (note, witnesses) = noted(db, &checkpoint).await?;
    Ok(Bundle {
        format: FORMAT.to_owned(),
        batch: BatchNamed {
            id: batch.id.to_string(),
            gtin: batch.gtin.to_string(),
            lot: batch.lot.to_string(),
            uri,
        },
        key: public(&key)?.to_string(),
        witnesses,
        checkpoint: note,
        waiting: (events.len() - covered.len()) as u64,
        leaves: covered
            .iter()
            .zip(proofs)
            .filter_map(|(place, proof)| told(place, proof))
            .collect(),
    })
}

/// The newest checkpoint that a witness has signed and that covers the leaf `last`; failing that, the newest of all.
async fn checkpoint_over(db: &impl ConnectionTrait, last: Option<i64>) -> Result<Option<log_checkpoint::Model>, DbErr> {
    let Some(newest) = newest(db).await? else {
        return Ok(None);
    };
    let cosigned = log_checkpoint::Entity::find()
        .filter(log_checkpoint::Column::Origin.eq(&newest.origin))
        .filter(log_checkpoint::Column::Size.gt(last.unwrap_or(0)))
        .filter(log_checkpoint::Column::Cosigned.gt(0))
        .order_by_desc(log_checkpoint::Column::Size)
        .one(db)
        .await?;
    Ok(Some(cosigned.unwrap_or(newest)))
}

/// A checkpoint as it is told: the note with the witnesses' lines, and the witnesses' keys.
pub async fn noted(
    db: &impl ConnectionTrait,
    checkpoint: &log_checkpoint::Model,
) -> Result<(String, Vec<String>), DbErr> {
    let signed = log_cosignature::Entity::find()
        .filter(log_cosignature::Column::Origin.eq(&checkpoint.origin))
        .filter(log_cosignature::Column::Size.eq(checkpoint.size))
        .order_by_asc(log_cosignature::Column::Witness)
        .all(db)
        .await?;
    let lines: String = signed.iter().map(|row| row.line.as_str()).collect();
    let witnesses = signed.into_iter().map(|row| row.witness).collect();
    Ok((format!("{}{lines}", checkpoint.note), witnesses))
}

/// The events that name the batch, and those of its plots in the season before its harvest.
async fn events_of(db: &impl ConnectionTrait, batch: &batch::Model, uri: &str) -> Result<Vec<event::Model>, DbErr> {
    let plots: Vec<_> = batch_plot::Entity::find()
        .filter(batch_plot::Column::BatchId.eq(batch.id))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.plot_id)
        .collect();
    let of_season = Condition::all()
        .add(diary_entry::Column::BatchId.is_null())
        .add(diary_entry::Column::PlotId.is_in(plots))
        .add(diary_entry::Column::HappenedAt.gte(batch.harvested_on.plus_days(-SEASON_DAYS).start()))
        .add(diary_entry::Column::HappenedAt.lt(batch.harvested_on.plus_days(1).start()));
    let mut ids: Vec<EventId> = diary_entry::Entity::find()
        .select_only()
        .column(diary_entry::Column::EventId)
        .filter(
            Condition::any()
                .add(diary_entry::Column::BatchId.eq(batch.id))
                .add(of_season),
        )
        .order_by_desc(diary_entry::Column::HappenedAt)
        .limit(MOST)
        .into_tuple()
        .all(db)
        .await?;
    let canonical = digital_link::DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).uri("https://id.gs1.org");
    let named = event_epc::Entity::find()
        .select_only()
        .column(event_epc::Column::EventId)
        .filter(event_epc::Column::Epc.is_in([uri, &canonical]))
        .into_query();
    let naming: Vec<EventId> = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Id.in_subquery(named))
        .filter(event::Column::Public.eq(true))
        .limit(MOST)
        .into_tuple()
        .all(db)
        .await?;
    ids.extend(naming);
    ids.sort_unstable();
    ids.dedup();
    event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .order_by_asc(event::Column::Id)
        .all(db)
        .await
}
