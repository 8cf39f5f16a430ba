//! Dossiers on the wire.

use std::collections::HashMap;

use entity::{
    Day,
    catalogue::{council_member, ocop_ballot, ocop_decision, ocop_sample},
    dossiers::{dossier, stage, step, supplement},
    ids::PersonId,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{points, read::Desk, rules::product_set};
use crate::{dossiers::read::deadline, places};

/// A dossier.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierWire {
    id: String,
    file_number: String,
    kind: &'static str,
    /// `entered`, `accepted`, `assessing`, `supplement`, `granted`, `refused`, `withdrawn`.
    state: &'static str,
    /// Whose turn it is: `commune` or `province`.
    stage: &'static str,
    title: String,
    commune_code: String,
    commune: String,
    seller_id: String,
    seller: String,
    product_id: String,
    entered_at: String,
    closed_at: Option<String>,
    /// While the clock stands: what it would be if the answer came today. `null` once it is closed.
    due_on: Option<String>,
    /// The clock stands since this day.
    stands_since: Option<String>,
    /// 0: today is the last day; below 0: overdue.
    remaining_working_days: Option<i32>,
    overdue: bool,
}

impl DossierWire {
    pub fn of(row: &dossier::Model, seller: String, today: Day) -> Self {
        let deadline = deadline(row, today);
        Self {
            id: row.id.to_string(),
            file_number: row.file_number.clone(),
            kind: row.kind.code(),
            state: row.state.code(),
            stage: row.stage.code(),
            title: row.title.clone(),
            commune_code: row.commune_code.to_string(),
            commune: places::commune(&row.commune_code).map_or_else(String::new, |commune| commune.full_name.clone()),
            seller_id: row.party_id.to_string(),
            seller,
            product_id: row.subject_id.to_string(),
            entered_at: row.entered_at.rfc3339(),
            closed_at: row.closed_at.map(entity::Timestamp::rfc3339),
            due_on: deadline.due_on.map(|day| day.iso()),
            stands_since: row.stands_since.map(|day| day.iso()),
            remaining_working_days: deadline.remaining,
            overdue: deadline.overdue,
        }
    }
}

/// A person, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonWire {
    id: String,
    name: String,
}

impl PersonWire {
    fn of(id: PersonId, names: &HashMap<PersonId, String>) -> Self {
        Self {
            id: id.to_string(),
            name: names.get(&id).cloned().unwrap_or_default(),
        }
    }
}

/// A dossier with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierDetail {
    #[serde(flatten)]
    dossier: DossierWire,
    steps: Vec<StepWire>,
    stages: Vec<StageWire>,
    supplements: Vec<SupplementWire>,
    /// What the applicant gives themselves.
    self_score: Option<String>,
    story: String,
    product_set: ProductSetWire,
    samples: SamplesWire,
    /// For officers.
    ballots: Vec<BallotWire>,
    /// For officers; for the applicant once it is decided.
    result: Option<ResultWire>,
    decision: Option<DecisionWire>,
    /// What the caller may do now: `supplement_ask`, `supplement_answer`, `accept`, `samples`, `score`, `grant`, `refuse`,
    /// `withdraw`.
    can: Vec<&'static str>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepWire {
    /// `entered`, `accepted`, `supplement_asked`, `supplement_answered`, `samples_received`, `scored`, `granted`, `refused`,
    /// `withdrawn`.
    step: &'static str,
    at: String,
    by: PersonWire,
    on_behalf_of: Option<PersonWire>,
    note: String,
}

/// A stage and its clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageWire {
    stage: &'static str,
    started_on: String,
    /// How long it may take.
    working_days: i32,
    /// How long the clock stood.
    stood_days: i32,
    due_on: String,
    ended_on: Option<String>,
}

/// What was missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupplementWire {
    stage: &'static str,
    ask: String,
    due_on: Option<String>,
    asked_at: String,
    answer: Option<String>,
    answered_at: Option<String>,
}

/// One of the 26 product sets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductSetWire {
    pub no: u8,
    pub industry: &'static str,
    pub name: &'static str,
    /// How many samples it needs.
    pub samples: u8,
}

impl ProductSetWire {
    fn of(no: i32) -> Self {
        let set = u8::try_from(no).ok().and_then(product_set);
        Self {
            no: set.map_or(0, |set| set.no),
            industry: set.map_or("", |set| &set.industry),
            name: set.map_or("", |set| &set.name),
            samples: set.map_or(0, |set| set.samples),
        }
    }
}

/// Samples needed and received.
#[derive(Debug, Serialize, ToSchema)]
pub struct SamplesWire {
    required: u8,
    received: i64,
    items: Vec<SampleWire>,
}

/// Samples that came in together.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleWire {
    count: i32,
    received_on: String,
    note: String,
    at: String,
}

/// The points of one member.
#[derive(Debug, Serialize, ToSchema)]
pub struct BallotWire {
    member: PersonWire,
    a: String,
    b: String,
    c: String,
    total: String,
    note: String,
    cast_at: String,
    /// It stands in the place of an earlier one.
    corrected: bool,
}

/// What the ballots say together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultWire {
    ballots: i64,
    /// The mean, cut and not rounded.
    #[schema(example = "83.16")]
    points: String,
    star: Option<u8>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionWire {
    /// `granted` or `refused`.
    outcome: &'static str,
    star: Option<i32>,
    points: Option<String>,
    number: Option<String>,
    decided_on: String,
    /// `province` or `ministry`.
    recognised_by: Option<&'static str>,
    reason: Option<String>,
    certificate_id: Option<String>,
}

impl DossierDetail {
    pub fn of(desk: &Desk, today: Day) -> Self {
        let set = ProductSetWire::of(desk.application.set_no);
        let day = desk.decision.as_ref().map_or(today, |decision| decision.decided_on);
        Self {
            dossier: DossierWire::of(&desk.dossier, desk.seller_name.clone(), today),
            steps: desk.history.steps.iter().map(|row| step(row, &desk.names)).collect(),
            stages: desk.history.stages.iter().map(StageWire::from).collect(),
            supplements: desk.history.supplements.iter().map(SupplementWire::from).collect(),
            self_score: desk.application.self_score.map(|score| points::write(score.into())),
            story: desk.application.story.clone(),
            samples: SamplesWire {
                required: set.samples,
                received: desk.samples.iter().map(|row| i64::from(row.count)).sum(),
                items: desk.samples.iter().map(SampleWire::from).collect(),
            },
            product_set: set,
            ballots: desk
                .ballots
                .iter()
                .map(|row| ballot(row, &desk.names, desk.corrected.contains(&row.member_id)))
                .collect(),
            result: desk.tally.map(|tally| ResultWire {
                ballots: tally.ballots,
                points: points::write(tally.mean().unwrap_or(0)),
                star: tally.band(day).map(|band| band.star),
            }),
            decision: desk.decision.as_ref().map(DecisionWire::from),
            can: desk.can.clone(),
        }
    }
}

fn step(row: &step::Model, names: &HashMap<PersonId, String>) -> StepWire {
    StepWire {
        step: row.what.code(),
        at: row.at.rfc3339(),
        by: PersonWire::of(row.person_id, names),
        on_behalf_of: row.behalf_id.map(|id| PersonWire::of(id, names)),
        note: row.note.clone(),
    }
}

fn ballot(row: &ocop_ballot::Model, names: &HashMap<PersonId, String>, corrected: bool) -> BallotWire {
    let [a, b, c] = [row.a, row.b, row.c].map(i64::from);
    BallotWire {
        member: PersonWire::of(row.member_id, names),
        a: points::write(a),
        b: points::write(b),
        c: points::write(c),
        total: points::write(a + b + c),
        note: row.note.clone(),
        cast_at: row.cast_at.rfc3339(),
        corrected,
    }
}

impl From<&stage::Model> for StageWire {
    fn from(row: &stage::Model) -> Self {
        Self {
            stage: row.stage.code(),
            started_on: row.started_on.iso(),
            working_days: row.working_days,
            stood_days: row.stood_days,
            due_on: row.due_on.iso(),
            ended_on: row.ended_on.map(|day| day.iso()),
        }
    }
}

impl From<&supplement::Model> for SupplementWire {
    fn from(row: &supplement::Model) -> Self {
        Self {
            stage: row.stage.code(),
            ask: row.ask.clone(),
            due_on: row.due_on.map(|day| day.iso()),
            asked_at: row.asked_at.rfc3339(),
            answer: row.answer.clone(),
            answered_at: row.answered_at.map(entity::Timestamp::rfc3339),
        }
    }
}

impl From<&ocop_sample::Model> for SampleWire {
    fn from(row: &ocop_sample::Model) -> Self {
        Self {
            count: row.count,
            received_on: row.received_on.iso(),
            note: row.note.clone(),
            at: row.at.rfc3339(),
        }
    }
}

impl From<&ocop_decision::Model> for DecisionWire {
    fn from(row: &ocop_decision::Model) -> Self {
        Self {
            outcome: row.outcome.code(),
            star: row.star,
            points: row.points.map(|points| points::write(points.into())),
            number: row.number.clone(),
            decided_on: row.decided_on.iso(),
            recognised_by: row.recognised_by.map(ocop_decision::Recogniser::code),
            reason: row.reason.clone(),
            certificate_id: row.certificate_id.map(|id| id.to_string()),
        }
    }
}

/// A member of the council.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberWire {
    account_id: String,
    name: String,
    from_on: String,
    /// The last day.
    until_on: Option<String>,
    /// Whether they sit on it today.
    holds: bool,
}

impl MemberWire {
    pub fn of(row: &council_member::Model, names: &HashMap<PersonId, String>, today: Day) -> Self {
        Self {
            account_id: row.person_id.to_string(),
            name: names.get(&row.person_id).cloned().unwrap_or_default(),
            from_on: row.from_on.iso(),
            until_on: row.until_on.map(|day| day.iso()),
            holds: row.sits_on(today),
        }
    }
}
