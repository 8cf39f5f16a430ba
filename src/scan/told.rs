//! Who told of each stage, and whether it was corrected since. What a producer says of itself is a claim; what somebody
//! else says of the same goods attests it.

use std::collections::{HashMap, HashSet};

use entity::{
    catalogue::{seller, staff},
    identity::role::{self, Office},
    ids::{PersonId, SellerId},
    trace::{diary_entry, event},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::Value;

/// Whoever answers for what is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Teller {
    /// The producer, of itself.
    Producer,
    /// The producer, written down by a helper of a community team.
    Helped,
    /// Another party of the exchange.
    Party(String),
    /// An officer.
    Office,
    /// A party that is not of this exchange.
    Elsewhere,
}

/// What has become of something told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It was declared wrong, and stays to be seen.
    Wrong,
    /// It stands in the place of something that was declared wrong.
    Correction,
}

/// Who is who among those who told of one batch.
#[derive(Clone, Debug)]
pub struct Tellers {
    producer: SellerId,
    staff: HashSet<PersonId>,
    offices: HashMap<PersonId, Office>,
    parties: HashMap<SellerId, String>,
}

impl Tellers {
    /// Looks up everybody who wrote `diary` or `events` of a batch of `producer`.
    pub async fn of(
        db: &impl ConnectionTrait,
        producer: SellerId,
        diary: &[diary_entry::Model],
        events: &[event::Model],
    ) -> Result<Self, DbErr> {
        let staff: HashSet<PersonId> = staff::Entity::find()
            .filter(staff::Column::SellerId.eq(producer))
            .all(db)
            .await?
            .into_iter()
            .map(|row| row.person_id)
            .collect();
        let hands = diary.iter().map(|line| line.recorded_by);
        let others: HashSet<PersonId> = hands
            .chain(events.iter().filter_map(|event| event.recorded_by))
            .filter(|person| !staff.contains(person))
            .collect();
        let mut offices = HashMap::new();
        if !others.is_empty() {
            let rows = role::Entity::find()
                .filter(role::Column::PersonId.is_in(others))
                .all(db)
                .await?;
            for row in rows {
                // Of somebody with several, the one that attests most.
                let known = offices.entry(row.person_id).or_insert(row.role);
                if row.role == Office::Officer {
                    *known = row.role;
                }
            }
        }
        let strangers: HashSet<SellerId> = events
            .iter()
            .filter_map(|event| event.seller_id)
            .filter(|seller| *seller != producer)
            .collect();
        let mut parties = HashMap::new();
        if !strangers.is_empty() {
            let rows = seller::Entity::find()
                .filter(seller::Column::Id.is_in(strangers))
                .all(db)
                .await?;
            parties = rows.into_iter().map(|row| (row.id, row.name)).collect();
        }
        Ok(Self {
            producer,
            staff,
            offices,
            parties,
        })
    }

    /// Who answers for what `hand` wrote in the name of `seller`.
    #[must_use]
    pub fn teller(&self, seller: Option<SellerId>, hand: Option<PersonId>) -> Teller {
        let office = hand.and_then(|person| self.offices.get(&person));
        match seller {
            Some(seller) if seller == self.producer => match (hand, office) {
                (Some(person), _) if self.staff.contains(&person) => Teller::Producer,
                (_, Some(Office::Helper)) => Teller::Helped,
                (_, Some(Office::Officer)) => Teller::Office,
                _ => Teller::Producer,
            },
            Some(seller) => self
                .parties
                .get(&seller)
                .map_or(Teller::Elsewhere, |name| Teller::Party(name.clone())),
            None if office == Some(&Office::Officer) => Teller::Office,
            None => Teller::Elsewhere,
        }
    }
}

/// The marks of events, by their `eventID`: an event that declares an error (EPCIS 2.0, 7.4.1.1) marks what it repeats as
/// wrong, and what it names as corrective.
#[must_use]
pub fn marks(events: &[event::Model]) -> HashMap<String, Mark> {
    let mut marks = HashMap::new();
    for event in events {
        let Ok(document) = serde_json::from_str::<Value>(&event.document) else {
            continue;
        };
        let Some(declaration) = document.get("errorDeclaration").filter(|value| value.is_object()) else {
            continue;
        };
        let named = document
            .get("eventID")
            .and_then(Value::as_str)
            .unwrap_or(&event.event_id);
        marks.insert(named.to_owned(), Mark::Wrong);
        let corrective = declaration.get("correctiveEventIDs").and_then(Value::as_array);
        for id in corrective.into_iter().flatten().filter_map(Value::as_str) {
            marks.entry(id.to_owned()).or_insert(Mark::Correction);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use entity::{Timestamp, ids::EventId};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn event(id: &str, document: &Value) -> event::Model {
        event::Model {
            id: EventId(Uuid::nil()),
            event_id: id.to_owned(),
            kind: "ObjectEvent".into(),
            event_time: Timestamp(0),
            record_time: Timestamp(0),
            biz_step: None,
            seller_id: None,
            recorded_by: None,
            document: document.to_string(),
            version: String::new(),
            hash: String::new(),
            hash_differs: false,
            declares_error: document["errorDeclaration"].is_object(),
            public: true,
            action: None,
            disposition: None,
            read_point: None,
            biz_location: None,
            context: None,
            capture_id: None,
        }
    }

    #[test]
    fn what_was_declared_wrong_and_what_stands_in_its_place_are_marked() {
        let marks = marks(&[
            event("a", &json!({"eventID": "a"})),
            event(
                "a",
                &json!({"eventID": "a", "errorDeclaration": {"correctiveEventIDs": ["b"]}}),
            ),
            event("b", &json!({"eventID": "b"})),
            event("c", &json!({"eventID": "c", "errorDeclaration": null})),
            event("d", &Value::Null),
        ]);
        assert_eq!(marks.get("a"), Some(&Mark::Wrong));
        assert_eq!(marks.get("b"), Some(&Mark::Correction));
        assert_eq!(marks.len(), 2);
    }

    #[test]
    fn a_claim_of_ones_own_is_told_from_what_others_attest() {
        let [own, other, unknown] = [1, 2, 3].map(|n| SellerId(Uuid::from_u128(n)));
        let [owner, helper, officer, nobody] = [1, 2, 3, 4].map(|n| PersonId(Uuid::from_u128(n)));
        let tellers = Tellers {
            producer: own,
            staff: HashSet::from([owner]),
            offices: HashMap::from([(helper, Office::Helper), (officer, Office::Officer)]),
            parties: HashMap::from([(other, "HTX Sao".to_owned())]),
        };
        for (seller, hand, teller) in [
            (Some(own), Some(owner), Teller::Producer),
            (Some(own), Some(helper), Teller::Helped),
            (Some(own), Some(officer), Teller::Office),
            (Some(own), Some(nobody), Teller::Producer),
            (Some(other), Some(owner), Teller::Party("HTX Sao".into())),
            (Some(unknown), None, Teller::Elsewhere),
            (None, Some(officer), Teller::Office),
            (None, None, Teller::Elsewhere),
        ] {
            assert_eq!(tellers.teller(seller, hand), teller);
        }
    }
}
