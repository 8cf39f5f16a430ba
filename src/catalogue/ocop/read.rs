//! A dossier with all that its desk shows of it. Nothing here writes.

use std::collections::{HashMap, HashSet};

use entity::{
    Day,
    catalogue::{ocop_application, ocop_ballot, ocop_decision, ocop_sample, seller},
    dossiers::dossier,
    ids::{DossierId, PersonId, SellerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    council,
    decide::{Tally, ballots},
    party::Party,
};
use crate::dossiers::{
    lifecycle::{Event, possible},
    read::{History, history, names, standing},
};

/// An OCOP dossier, as `party` sees it.
#[derive(Clone, Debug)]
pub struct Desk {
    pub dossier: dossier::Model,
    pub seller_name: String,
    pub application: ocop_application::Model,
    pub history: History,
    pub samples: Vec<ocop_sample::Model>,
    /// For officers only.
    pub ballots: Vec<ocop_ballot::Model>,
    /// Members who corrected theirs.
    pub corrected: HashSet<PersonId>,
    /// For officers, and for everybody once it is decided.
    pub tally: Option<Tally>,
    pub decision: Option<ocop_decision::Model>,
    pub names: HashMap<PersonId, String>,
    /// What `party` may do now.
    pub can: Vec<&'static str>,
}

/// The dossier `id`, or none when `party` may not know of it.
pub async fn desk(db: &impl ConnectionTrait, id: DossierId, party: &Party, today: Day) -> Result<Option<Desk>, DbErr> {
    let found = crate::dossiers::read::dossier(db, id).await?;
    let Some(dossier) = found.filter(|dossier| party.sees(dossier)) else {
        return Ok(None);
    };
    let Some(application) = ocop_application::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let history = history(db, id).await?;
    let samples = ocop_sample::Entity::find()
        .filter(ocop_sample::Column::DossierId.eq(id))
        .order_by_asc(ocop_sample::Column::ReceivedOn)
        .order_by_asc(ocop_sample::Column::Id)
        .all(db)
        .await?;
    let mut ballots = ballots(db, id).await?;
    ballots.sort_by_key(|ballot| ballot.cast_at);
    let tally = Tally::of(&ballots);
    let replaced: Vec<PersonId> = ocop_ballot::Entity::find()
        .select_only()
        .column(ocop_ballot::Column::MemberId)
        .filter(ocop_ballot::Column::DossierId.eq(id))
        .filter(ocop_ballot::Column::ReplacedAt.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    let decision = ocop_decision::Entity::find_by_id(id).one(db).await?;
    // Who applied does not read what each member gave, not even when they are an officer.
    let of_the_office = party.is_officer() && !party.applied(&dossier);
    let people = history
        .steps
        .iter()
        .flat_map(|step| std::iter::once(step.person_id).chain(step.behalf_id))
        .chain(ballots.iter().map(|ballot| ballot.member_id))
        .collect::<HashSet<_>>();
    let names = names(db, people).await?;
    let can = can(db, &dossier, party, today).await?;
    Ok(Some(Desk {
        seller_name: seller_names(db, [SellerId(dossier.party_id)])
            .await?
            .remove(&SellerId(dossier.party_id))
            .unwrap_or_default(),
        tally: Some(tally).filter(|tally| tally.ballots > 0 && (of_the_office || decision.is_some())),
        ballots: if of_the_office { ballots } else { Vec::new() },
        corrected: replaced.into_iter().collect(),
        dossier,
        application,
        history,
        samples,
        decision,
        names,
        can,
    }))
}

/// What `party` may do with `dossier` now, in the words of the API.
async fn can(
    db: &impl ConnectionTrait,
    dossier: &dossier::Model,
    party: &Party,
    today: Day,
) -> Result<Vec<&'static str>, DbErr> {
    let applied = party.applied(dossier);
    let office = party.is_officer() && !applied;
    let council = office && council::sits(db, party.caller().person(), today).await?;
    let may = |event: &Event| match event {
        Event::Ask => office.then_some("supplement_ask"),
        Event::Answer => Some("supplement_answer"),
        Event::Accept => office.then_some("accept"),
        Event::Sample => office.then_some("samples"),
        Event::Score => council.then_some("score"),
        Event::Grant => office.then_some("grant"),
        Event::Refuse => office.then_some("refuse"),
        Event::Withdraw => applied.then_some("withdraw"),
    };
    Ok(possible(standing(dossier)).iter().filter_map(may).collect())
}

/// What sellers are called.
pub async fn seller_names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = SellerId>,
) -> Result<HashMap<SellerId, String>, DbErr> {
    let rows: Vec<(SellerId, String)> = seller::Entity::find()
        .select_only()
        .columns([seller::Column::Id, seller::Column::Name])
        .filter(seller::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
