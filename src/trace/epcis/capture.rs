//! Events come in: what of a document may be kept is decided before the unit, and in it what was there already.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    Gtin, Lot,
    ids::CaptureId,
    trace::{batch, capture_job::Behaviour, event, event_epc},
};
use epcis::Namespaces;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use super::{
    document::Incoming,
    index::{self, batch_named},
    master::{self, Element},
    party::Party,
};
use crate::{
    app::App,
    db::Unit,
    http::language::Message,
    trace::{By, events::Recorded, keep_event::keep_events},
};

/// Names in one list of a statement.
const NAMES: usize = 500;
/// How far what was made of something is followed when a circle is looked for.
const STEPS: usize = 64;
const EDGES: usize = 20_000;

/// Why an event is not kept.
#[derive(Clone, Debug)]
pub struct Fault {
    /// JSON Pointer into what was sent.
    pub pointer: String,
    pub message: Message,
    /// Which event of the document; none when it is the document as a whole.
    pub index: Option<usize>,
    /// There is an event of this name already.
    pub exists: bool,
}

/// An event that follows the rules.
#[derive(Clone, Debug)]
struct Ready {
    index: usize,
    recorded: Recorded,
    /// Classes that go in and come out again: some of a lot may be left as it was.
    passing: Vec<String>,
}

/// A document, read: what may be kept and what may not.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    ready: Vec<Ready>,
    pub faults: Vec<Fault>,
    /// Where its events stand.
    path: String,
    single: bool,
    elements: BTreeMap<(String, String), Element>,
}

/// What became of a document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Events that are there now because of it, those that were there before included.
    pub kept: usize,
    pub faults: Vec<Fault>,
    /// Of events that are kept.
    pub warnings: Vec<Fault>,
}

impl Prepared {
    /// Reads `incoming` into what is stored.
    pub fn of(app: &App, incoming: Incoming) -> Self {
        let mut prepared = Self {
            path: incoming.path,
            single: incoming.single,
            elements: master::of_header(incoming.header.as_ref()),
            faults: incoming.faults,
            ..Self::default()
        };
        for (index, event, namespaces) in incoming.events {
            let namespaces: &Namespaces = &namespaces;
            let passing = index::passing(&event, app.resolver_url());
            match index::recorded(app.source().id(), event, namespaces, app.resolver_url()) {
                Ok(recorded) => prepared.ready.push(Ready {
                    index,
                    recorded,
                    passing,
                }),
                Err((field, why)) => {
                    let message = Message::new("epcis-say-fault").with("fault", why);
                    let fault = prepared.fault(index, field, message);
                    prepared.faults.push(fault);
                }
            }
        }
        let ready = std::mem::take(&mut prepared.ready);
        let (ready, circles) = prepared.without_circles(ready, HashMap::new());
        prepared.ready = ready;
        prepared.faults.extend(circles);
        prepared.faults.sort_by_key(|fault| fault.index);
        prepared
    }

    fn fault(&self, index: usize, field: &str, message: Message) -> Fault {
        let pointer = if self.single {
            field.to_owned()
        } else {
            format!("{}/{index}{field}", self.path)
        };
        Fault {
            pointer,
            message,
            index: Some(index),
            exists: false,
        }
    }

    /// The `eventID` of the first event, once it has one.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.ready.first().map(|ready| ready.recorded.event_id.as_str())
    }

    /// Keeps what may be kept. Under [`Behaviour::Rollback`] one fault keeps everything out.
    pub async fn keep(
        &self,
        unit: &mut Unit,
        party: &Party,
        resolver: &str,
        behaviour: Behaviour,
        capture: Option<CaptureId>,
    ) -> Result<Outcome, DbErr> {
        // Captures take turns, so that what is looked for here is still so when it is written.
        unit.take_numbers("epcis capture", 0).await?;
        let mut outcome = Outcome {
            faults: self.faults.clone(),
            ..Outcome::default()
        };
        let new = self.news(unit, party, &mut outcome).await?;
        let outputs: HashSet<String> = new.iter().flat_map(|ready| ready.named("output")).collect();
        let made_of = downstream(unit, outputs).await?;
        let (new, circles) = self.without_circles(new, made_of);
        outcome.faults.extend(circles);
        outcome.faults.sort_by_key(|fault| fault.index);
        if behaviour == Behaviour::Rollback && !outcome.faults.is_empty() {
            return Ok(Outcome {
                faults: outcome.faults,
                ..Outcome::default()
            });
        }
        outcome.kept += new.len();
        for ready in new.iter().filter(|ready| ready.recorded.hash_differs) {
            let message = Message::new("epcis-say-hash").with("hash", ready.recorded.hash.as_str());
            outcome.warnings.push(self.fault(ready.index, "/eventID", message));
        }
        let mut events: Vec<Recorded> = new.into_iter().map(|ready| ready.recorded).collect();
        mark_public(unit, resolver, &mut events).await?;
        let by = By {
            seller: party.seller(),
            person: Some(party.person()),
            capture,
        };
        keep_events(unit, by, events).await?;
        master::keep(unit, party.owner(), &self.elements).await?;
        Ok(outcome)
    }

    /// Those that are not there yet. The same name with the same hash is the same event; with another, it needs to declare
    /// an error, and then it has to be the party's own.
    async fn news(&self, unit: &Unit, party: &Party, outcome: &mut Outcome) -> Result<Vec<Ready>, DbErr> {
        struct There {
            hash: String,
            own: bool,
        }
        let names: HashSet<&str> = self
            .ready
            .iter()
            .map(|ready| ready.recorded.event_id.as_str())
            .collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut there: HashMap<(String, String), There> = HashMap::new();
        for some in names.chunks(NAMES) {
            let rows = event::Entity::find()
                .filter(event::Column::EventId.is_in(some.iter().copied()))
                .all(unit)
                .await?;
            for row in rows {
                let own = party.told(row.seller_id, row.recorded_by);
                let hash = if row.hash.is_empty() {
                    super::backfill::hash_of(&row)
                } else {
                    row.hash
                };
                there.insert((row.event_id, row.version), There { hash, own });
            }
        }
        let mut new = Vec::new();
        for ready in &self.ready {
            let recorded = &ready.recorded;
            let key = (recorded.event_id.clone(), recorded.version.clone());
            let original = (recorded.event_id.clone(), String::new());
            let refusal = match there.get(&key) {
                Some(known) if known.hash == recorded.hash => {
                    outcome.kept += 1;
                    continue;
                }
                Some(_) => Some("epcis-say-exists"),
                None if recorded.declares_error => there
                    .get(&original)
                    .is_some_and(|original| !original.own)
                    .then_some("epcis-say-others"),
                None => None,
            };
            if let Some(refusal) = refusal {
                outcome.faults.push(Fault {
                    exists: true,
                    ..self.fault(ready.index, "/eventID", Message::new(refusal))
                });
                continue;
            }
            let hash = recorded.hash.clone();
            there.insert(key, There { hash, own: true });
            new.push(ready.clone());
        }
        Ok(new)
    }

    /// Takes out what would make a thing an ingredient of itself. `made_of` says what was made of what before.
    fn without_circles(
        &self,
        events: Vec<Ready>,
        mut made_of: HashMap<String, HashSet<String>>,
    ) -> (Vec<Ready>, Vec<Fault>) {
        let (mut kept, mut faults) = (Vec::with_capacity(events.len()), Vec::new());
        for ready in events {
            let (inputs, outputs) = (ready.named("input"), ready.named("output"));
            if reaches(&made_of, &outputs, &inputs) {
                faults.push(self.fault(ready.index, "", Message::new("epcis-say-cycle")));
                continue;
            }
            // By way of the event itself, so that a thousand inputs of a thousand outputs are no million edges.
            let event = format!("event {}", ready.index);
            for input in inputs {
                made_of.entry(input).or_default().insert(event.clone());
            }
            made_of.entry(event).or_default().extend(outputs);
            kept.push(ready);
        }
        (kept, faults)
    }
}

impl Ready {
    /// What stands in this place of the event.
    fn named(&self, role: &str) -> Vec<String> {
        let named = self.recorded.epcs.iter();
        let named = named.filter(|(place, epc)| *place == role && !self.passing.contains(epc));
        named.map(|(_, epc)| epc.clone()).collect()
    }
}

/// Whether one of `to` can be reached from one of `from`.
fn reaches(edges: &HashMap<String, HashSet<String>>, from: &[String], to: &[String]) -> bool {
    let wanted: HashSet<&str> = to.iter().map(String::as_str).collect();
    let mut seen: HashSet<&str> = from.iter().map(String::as_str).collect();
    let mut open: Vec<&str> = seen.iter().copied().collect();
    while let Some(at) = open.pop() {
        if wanted.contains(at) {
            return true;
        }
        let next = edges.get(at).into_iter().flatten().map(String::as_str);
        open.extend(next.filter(|next| seen.insert(next)));
    }
    false
}

/// What was made of `epcs`, and of that, as far as is followed.
async fn downstream(unit: &Unit, epcs: HashSet<String>) -> Result<HashMap<String, HashSet<String>>, DbErr> {
    let mut edges: HashMap<String, HashSet<String>> = HashMap::new();
    let mut open: Vec<String> = epcs.into_iter().collect();
    let mut found = 0;
    let (from, to) = (Alias::new("input"), Alias::new("output"));
    for _ in 0..STEPS {
        let mut next = Vec::new();
        for some in open.chunks(NAMES) {
            let select = Query::select()
                .column((from.clone(), event_epc::Column::Epc))
                .expr_as(Expr::col((to.clone(), event_epc::Column::Epc)), Alias::new("made"))
                .from_as(event_epc::Entity, from.clone())
                .join_as(
                    sea_orm::JoinType::InnerJoin,
                    event_epc::Entity,
                    to.clone(),
                    Expr::col((to.clone(), event_epc::Column::EventId))
                        .equals((from.clone(), event_epc::Column::EventId)),
                )
                .and_where(Expr::col((from.clone(), event_epc::Column::Epc)).is_in(some.iter().cloned()))
                .and_where(Expr::col((from.clone(), event_epc::Column::Role)).eq("input"))
                .and_where(Expr::col((to.clone(), event_epc::Column::Role)).eq("output"))
                .limit(EDGES as u64)
                .to_owned();
            for row in sea_orm::ConnectionTrait::query_all(unit, &select).await? {
                let (input, made): (String, String) = (row.try_get("", "epc")?, row.try_get("", "made")?);
                found += 1;
                if edges.entry(input).or_default().insert(made.clone()) && !edges.contains_key(&made) {
                    next.push(made);
                }
            }
        }
        if next.is_empty() || found > EDGES {
            break;
        }
        open = next;
    }
    Ok(edges)
}

/// Notes which events name a batch of ours.
async fn mark_public(unit: &Unit, resolver: &str, events: &mut [Recorded]) -> Result<(), DbErr> {
    let mut named: HashSet<(Gtin, Lot)> = HashSet::new();
    for recorded in &*events {
        named.extend(recorded.epcs.iter().filter_map(|(_, epc)| batch_named(resolver, epc)));
    }
    if named.is_empty() {
        return Ok(());
    }
    let lots: HashSet<&Lot> = named.iter().map(|(_, lot)| lot).collect();
    let lots: Vec<&Lot> = lots.into_iter().collect();
    let mut ours: HashSet<(Gtin, Lot)> = HashSet::new();
    for some in lots.chunks(NAMES) {
        let gtins: HashSet<&Gtin> = named.iter().map(|(gtin, _)| gtin).collect();
        let rows: Vec<(Gtin, Lot)> = batch::Entity::find()
            .select_only()
            .column(batch::Column::Gtin)
            .column(batch::Column::Lot)
            .filter(batch::Column::Gtin.is_in(gtins.into_iter().cloned()))
            .filter(batch::Column::Lot.is_in(some.iter().map(|lot| (*lot).clone())))
            .into_tuple()
            .all(unit)
            .await?;
        ours.extend(rows);
    }
    for recorded in events {
        recorded.public = recorded
            .epcs
            .iter()
            .filter_map(|(_, epc)| batch_named(resolver, epc))
            .any(|batch| ours.contains(&batch));
    }
    Ok(())
}
