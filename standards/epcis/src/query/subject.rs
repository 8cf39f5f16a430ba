//! What a query looks at in an event, whatever its type.

use std::borrow::Cow;

use serde_json::Value;

use super::matching::MasterData;
use super::{EpcField, Name, Part, PlaceField, TimeField};
use crate::event::Event;
use crate::namespaces::Namespaces;
use crate::part::{Extensions, PersistentDisposition, Quantity};
use crate::time::Time;

/// An event that is asked about.
pub(super) struct Subject<'a> {
    pub(super) event: &'a Event,
    pub(super) namespaces: &'a Namespaces,
    pub(super) master: &'a dyn MasterData,
}

impl<'a> Subject<'a> {
    /// A name with its prefix expanded.
    pub(super) fn full<'b>(&self, name: &'b str) -> Cow<'b, str> {
        self.namespaces.expand(name).map_or(Cow::Borrowed(name), Cow::Owned)
    }

    pub(super) fn action(&self) -> Option<&'a str> {
        match self.event {
            Event::ObjectEvent(event) => Some(event.action.as_str()),
            Event::AggregationEvent(event) => Some(event.action.as_str()),
            Event::TransactionEvent(event) => Some(event.action.as_str()),
            Event::AssociationEvent(event) => Some(event.action.as_str()),
            Event::TransformationEvent(_) => None,
            Event::Extended(event) => event.extensions.get("action").and_then(Value::as_str),
        }
    }

    pub(super) fn persistent(&self) -> Option<PersistentDisposition> {
        match self.event {
            Event::ObjectEvent(event) => event.persistent_disposition.clone(),
            Event::TransformationEvent(event) => event.persistent_disposition.clone(),
            Event::Extended(event) => {
                let value = event.extensions.get("persistentDisposition")?;
                serde_json::from_value(value.clone()).ok()
            }
            _ => None,
        }
    }

    pub(super) fn place(&self, field: PlaceField) -> Option<&'a str> {
        let core = self.event.core();
        let place = match field {
            PlaceField::ReadPoint => &core.read_point,
            PlaceField::BizLocation => &core.biz_location,
        };
        place.as_ref().map(|place| place.id.as_str())
    }

    /// The texts of a field of the standard that this crate has only in some types of event.
    pub(super) fn strings(&self, field: &str) -> Vec<String> {
        let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let one = |one: &Option<String>| one.clone().into_iter().collect();
        match (self.event, field) {
            (Event::ObjectEvent(event), "epcList") => list(&event.epc_list),
            (Event::TransactionEvent(event), "epcList") => list(&event.epc_list),
            (Event::TransactionEvent(event), "parentID") => one(&event.parent_id),
            (Event::AggregationEvent(event), "parentID") => one(&event.parent_id),
            (Event::AggregationEvent(event), "childEPCs") => list(&event.child_epcs),
            (Event::AssociationEvent(event), "parentID") => vec![event.parent_id.clone()],
            (Event::AssociationEvent(event), "childEPCs") => list(&event.child_epcs),
            (Event::TransformationEvent(event), "inputEPCList") => list(&event.input_epc_list),
            (Event::TransformationEvent(event), "outputEPCList") => list(&event.output_epc_list),
            (Event::TransformationEvent(event), "transformationID") => one(&event.transformation_id),
            // An event of somebody's own type that extends a type of the standard.
            (Event::Extended(event), field) => match event.extensions.get(field) {
                Some(Value::String(text)) => vec![text.clone()],
                Some(Value::Array(texts)) => texts
                    .iter()
                    .filter_map(|text| Some(text.as_str()?.to_owned()))
                    .collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    pub(super) fn quantities(&self, field: EpcField) -> Vec<Quantity> {
        let plain = matches!(field, EpcField::EpcClass | EpcField::AnyEpcClass);
        let input = matches!(field, EpcField::InputEpcClass | EpcField::AnyEpcClass);
        let output = matches!(field, EpcField::OutputEpcClass | EpcField::AnyEpcClass);
        let list = |wanted: bool, list: &Option<Vec<Quantity>>| match list {
            Some(list) if wanted => list.clone(),
            _ => Vec::new(),
        };
        match self.event {
            Event::ObjectEvent(event) => list(plain, &event.quantity_list),
            Event::TransactionEvent(event) => list(plain, &event.quantity_list),
            Event::AggregationEvent(event) => list(plain, &event.child_quantity_list),
            Event::AssociationEvent(event) => list(plain, &event.child_quantity_list),
            Event::TransformationEvent(event) => [
                list(input, &event.input_quantity_list),
                list(output, &event.output_quantity_list),
            ]
            .concat(),
            Event::Extended(event) => [
                ("quantityList", plain),
                ("childQuantityList", plain),
                ("inputQuantityList", input),
                ("outputQuantityList", output),
            ]
            .into_iter()
            .filter(|(_, wanted)| *wanted)
            .filter_map(|(field, _)| event.extensions.get(field)?.as_array())
            .flatten()
            .filter_map(|quantity| serde_json::from_value(quantity.clone()).ok())
            .collect(),
        }
    }

    /// The names in the lists that a `MATCH_` parameter looks into.
    pub(super) fn things(&self, field: EpcField) -> Vec<String> {
        let fields: &[&str] = match field {
            EpcField::Epc => &["epcList", "childEPCs"],
            EpcField::ParentId => &["parentID"],
            EpcField::InputEpc => &["inputEPCList"],
            EpcField::OutputEpc => &["outputEPCList"],
            EpcField::AnyEpc => &["epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"],
            EpcField::EpcClass | EpcField::InputEpcClass | EpcField::OutputEpcClass | EpcField::AnyEpcClass => {
                return self
                    .quantities(field)
                    .into_iter()
                    .map(|quantity| quantity.epc_class)
                    .collect();
            }
        };
        fields.iter().flat_map(|field| self.strings(field)).collect()
    }

    /// What a field names, for master data to describe.
    pub(super) fn identifiers(&self, field: &str) -> Vec<String> {
        let core = self.event.core();
        match field {
            "readPoint" => self
                .place(PlaceField::ReadPoint)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            "bizLocation" => self
                .place(PlaceField::BizLocation)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            "bizStep" => core.biz_step.iter().map(|term| term.as_str().to_owned()).collect(),
            "disposition" => core.disposition.iter().map(|term| term.as_str().to_owned()).collect(),
            "bizTransaction" => {
                let list = core.biz_transaction_list.iter().flatten();
                list.map(|transaction| transaction.biz_transaction.clone()).collect()
            }
            "source" => core
                .source_list
                .iter()
                .flatten()
                .map(|source| source.source.clone())
                .collect(),
            "destination" => {
                let list = core.destination_list.iter().flatten();
                list.map(|end| end.destination.clone()).collect()
            }
            "epcClass" => self.things(EpcField::AnyEpcClass),
            "epc" => self.things(EpcField::AnyEpc),
            "parentID" | "transformationID" => self.strings(field),
            extension => {
                let name = Name(extension.to_owned());
                let fields = self.event.extensions().iter();
                fields
                    .filter(|(key, _)| is_named(key, &name, self.namespaces))
                    .filter_map(|(_, value)| Some(value.as_str()?.to_owned()))
                    .collect()
            }
        }
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &'a Extensions> {
        self.event
            .core()
            .sensor_element_list
            .iter()
            .flatten()
            .filter_map(Value::as_object)
    }

    pub(super) fn metadata(&self) -> impl Iterator<Item = &'a Extensions> {
        self.elements()
            .filter_map(|element| element.get("sensorMetadata")?.as_object())
    }

    pub(super) fn reports(&self) -> impl Iterator<Item = &'a Extensions> {
        let lists = self
            .elements()
            .filter_map(|element| element.get("sensorReport")?.as_array());
        lists.flatten().filter_map(Value::as_object)
    }

    pub(super) fn times(&self, field: TimeField) -> Vec<Time> {
        let core = self.event.core();
        let read = |field: &str, of: &Extensions| of.get(field)?.as_str()?.parse().ok();
        match field {
            TimeField::EventTime => vec![core.event_time.clone()],
            TimeField::RecordTime => core.record_time.iter().cloned().collect(),
            TimeField::ErrorDeclarationTime => {
                let declaration = core.error_declaration.iter();
                declaration
                    .map(|declaration| declaration.declaration_time.clone())
                    .collect()
            }
            TimeField::SensorTime => self
                .metadata()
                .chain(self.reports())
                .filter_map(|of| read("time", of))
                .collect(),
            TimeField::SensorStartTime => self.metadata().filter_map(|of| read("startTime", of)).collect(),
            TimeField::SensorEndTime => self.metadata().filter_map(|of| read("endTime", of)).collect(),
        }
    }

    /// The objects of an event that hold the extension fields of a part.
    pub(super) fn parts(&self, part: Part) -> Vec<&'a Extensions> {
        let core = self.event.core();
        match part {
            Part::Event => vec![self.event.extensions()],
            Part::Ilmd => match self.event {
                Event::ObjectEvent(event) => event.ilmd.iter().collect(),
                Event::TransformationEvent(event) => event.ilmd.iter().collect(),
                Event::Extended(event) => event
                    .extensions
                    .get("ilmd")
                    .and_then(Value::as_object)
                    .into_iter()
                    .collect(),
                _ => Vec::new(),
            },
            Part::ErrorDeclaration => {
                let declaration = core.error_declaration.iter();
                declaration.map(|declaration| &declaration.extensions).collect()
            }
            Part::SensorElement => self.elements().collect(),
            Part::SensorMetadata => self.metadata().collect(),
            Part::SensorReport => self.reports().collect(),
            Part::ReadPoint => core.read_point.iter().map(|place| &place.extensions).collect(),
            Part::BizLocation => core.biz_location.iter().map(|place| &place.extensions).collect(),
        }
    }
}

/// Whether a key is that name. EPCIS 1.2 put a `#` between the namespace and the local name.
pub(super) fn is_named(key: &str, name: &Name, namespaces: &Namespaces) -> bool {
    match namespaces.resolve(key) {
        Some((uri, local)) => name
            .0
            .strip_prefix(uri)
            .is_some_and(|rest| rest == local || rest.strip_prefix('#') == Some(local)),
        None => key == name.0,
    }
}
