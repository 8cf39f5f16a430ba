//! Master data (EPCIS 2.0, 6.5): what documents say in their header of places and things, and what queries ask of it. It is
//! known to whoever captured it, and to officers and administrators.

use std::collections::{BTreeMap, BTreeSet};

use entity::trace::vocabulary_element as element;
use epcis::{
    Query,
    epc::canonical,
    query::{MasterData, Predicate},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use serde_json::Value;
use uuid::Uuid;

use super::{EpcisError, index::bounded, party::Reader};
use crate::db::Unit;

/// Elements in one statement.
const ROWS: usize = 200;
/// Elements that one query looks through.
const LOOKED_AT: u64 = 20_000;

/// What is known of one place or thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    attributes: BTreeMap<String, Vec<String>>,
    /// What lies within it.
    children: BTreeSet<String>,
}

/// The elements of a document's header, by vocabulary and name. What is none is passed over: events do not hang on it.
#[must_use]
pub fn of_header(header: Option<&Value>) -> BTreeMap<(String, String), Element> {
    let mut elements: BTreeMap<(String, String), Element> = BTreeMap::new();
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let Some(master) = header.map(|header| &header["epcisMasterData"]) else {
        return elements;
    };
    for vocabulary in list(master, "vocabularyList") {
        let kind = vocabulary["type"].as_str().unwrap_or_default();
        for told in list(&vocabulary, "vocabularyElementList") {
            let Some(name) = told["id"].as_str() else { continue };
            let key = (bounded(kind.to_owned()), bounded(canonical(name).into_owned()));
            let element = elements.entry(key).or_default();
            for attribute in list(&told, "attributes") {
                let Some(id) = attribute["id"].as_str() else { continue };
                let values = element.attributes.entry(id.to_owned()).or_default();
                match &attribute["attribute"] {
                    Value::Array(several) => values.extend(several.iter().map(text)),
                    one => values.push(text(one)),
                }
            }
            let children = list(&told, "children");
            let children = children.iter().filter_map(Value::as_str);
            element
                .children
                .extend(children.map(|child| canonical(child).into_owned()));
        }
    }
    elements
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Keeps what `owner` says; what it said before of the same places and things is replaced.
pub async fn keep(unit: &Unit, owner: Uuid, elements: &BTreeMap<(String, String), Element>) -> Result<(), DbErr> {
    let json = |value: Value| value.to_string();
    let rows: Vec<_> = elements
        .iter()
        .map(|((vocabulary, name), element)| element::ActiveModel {
            id: Set(unit.id()),
            owner_id: Set(owner),
            vocabulary: Set(vocabulary.clone()),
            name: Set(name.clone()),
            attributes: Set(json(serde_json::json!(element.attributes))),
            children: Set(json(serde_json::json!(element.children))),
            recorded_at: Set(unit.now()),
        })
        .collect();
    for some in rows.chunks(ROWS) {
        let replace = OnConflict::columns([
            element::Column::OwnerId,
            element::Column::Vocabulary,
            element::Column::Name,
        ])
        .update_columns([
            element::Column::Attributes,
            element::Column::Children,
            element::Column::RecordedAt,
        ])
        .to_owned();
        element::Entity::insert_many(some.iter().cloned())
            .on_conflict(replace)
            .exec_without_returning(unit)
            .await?;
    }
    Ok(())
}

/// What is known of places and things: attributes, and what lies within them.
#[derive(Clone, Debug, Default)]
pub struct Known(BTreeMap<String, Element>);

impl MasterData for Known {
    fn is_within(&self, place: &str, ancestor: &str) -> bool {
        let (place, ancestor) = (canonical(place), canonical(ancestor));
        let mut open = vec![&*ancestor];
        let mut seen = BTreeSet::from([&*ancestor]);
        while let Some(at) = open.pop() {
            let within = self.0.get(at).into_iter().flat_map(|element| &element.children);
            for child in within {
                if *child == place {
                    return true;
                }
                if seen.insert(child) {
                    open.push(child);
                }
            }
        }
        false
    }

    fn attribute(&self, id: &str, name: &str) -> Vec<String> {
        let element = self.0.get(&*canonical(id));
        let values = element.and_then(|element| element.attributes.get(name));
        values.cloned().unwrap_or_default()
    }
}

/// What `query` needs to know; nothing, for nearly all of them.
pub async fn of_query(db: &impl ConnectionTrait, query: &Query, reader: &Reader) -> Result<Known, EpcisError> {
    let asks = query.predicates.iter().any(|predicate| {
        matches!(
            predicate,
            Predicate::Place { descendants: true, .. } | Predicate::HasAttribute { .. } | Predicate::Attribute { .. }
        )
    });
    let mut known = Known::default();
    if !asks {
        return Ok(known);
    }
    let mut select = element::Entity::find()
        .order_by_asc(element::Column::Id)
        .limit(LOOKED_AT);
    if let Some(owners) = reader.owners() {
        select = select.filter(element::Column::OwnerId.is_in(owners));
    }
    for row in select.all(db).await? {
        let element = known.0.entry(row.name).or_default();
        let attributes: BTreeMap<String, Vec<String>> = serde_json::from_str(&row.attributes)?;
        element.attributes.extend(attributes);
        let children: BTreeSet<String> = serde_json::from_str(&row.children)?;
        element.children.extend(children);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_lies_within_what_lies_within() {
        let place = |name: &str, children: &[&str]| json!({"id": name, "children": children});
        let header = json!({"epcisMasterData": {"vocabularyList": [{
            "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
            "vocabularyElementList": [
                place("urn:x:farm", &["urn:x:barn"]), place("urn:x:barn", &["urn:x:shelf", "urn:x:farm"]),
                {"id": "urn:x:shelf", "attributes": [{"id": "urn:x:colour", "attribute": "red"}]}, 7],
        }]}});
        let elements = of_header(Some(&header));
        let known = Known(
            elements
                .into_iter()
                .map(|((_, name), element)| (name, element))
                .collect(),
        );
        assert!(known.is_within("urn:x:shelf", "urn:x:farm") && !known.is_within("urn:x:shelf", "urn:x:shelf"));
        assert!(!known.is_within("urn:x:elsewhere", "urn:x:farm"));
        assert_eq!(known.attribute("urn:x:shelf", "urn:x:colour"), ["red"]);
        assert!(of_header(Some(&json!({"epcisMasterData": 7}))).is_empty() && of_header(None).is_empty());
    }
}
