//! What fields demand of each other. Reading an event has already checked each field by itself.

use thiserror::Error;

use crate::event::Event;
use crate::part::{Extensions, OneOrMany, Place, Quantity, is_unit};
use crate::vocabulary::{Action, is_uri};

/// A rule that an event breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Violation {
    #[error("{field}: {value:?} is not a URI")]
    NotUri {
        /// The field it stands in.
        field: &'static str,
        /// What stands there.
        value: String,
    },
    #[error("{field}: the key {key:?} has no namespace")]
    NoNamespace {
        /// `ilmd`, or `event` for the event itself.
        field: &'static str,
        /// The key without a prefix.
        key: String,
    },
    #[error("{0} is missing or empty")]
    Missing(&'static str),
    #[error("ilmd describes objects when they are made: the action must be ADD")]
    IlmdWithoutAdd,
    #[error("{0:?} is not a unit of UN/ECE Recommendation 20")]
    Unit(String),
    #[error("{0} pieces cannot be counted: a quantity without a unit is a whole number")]
    FractionOfPiece(String),
}

impl Event {
    /// The first rule of the standard or its schema that this event breaks.
    pub fn check(&self) -> Result<(), Violation> {
        self.check_core()?;
        check_keys("event", self.extensions())?;
        match self {
            Self::ObjectEvent(event) => {
                check_uris("epcList", event.epc_list.as_deref())?;
                check_quantities(event.quantity_list.as_deref())?;
                if let Some(ilmd) = &event.ilmd {
                    check_keys("ilmd", ilmd)?;
                    if event.action != Action::Add {
                        return Err(Violation::IlmdWithoutAdd);
                    }
                }
                let sensed = filled(event.core.sensor_element_list.as_deref()) && event.core.read_point.is_some();
                require(
                    event.epc_list.is_some() || filled(event.quantity_list.as_deref()) || sensed,
                    "epcList or quantityList",
                )
            }
            Self::AggregationEvent(event) => {
                check_uris("parentID", event.parent_id.as_ref().map(std::slice::from_ref))?;
                check_uris("childEPCs", event.child_epcs.as_deref())?;
                check_quantities(event.child_quantity_list.as_deref())?;
                // Whoever sees children may not see what they are in (EPCIS 2.0, 7.4.3).
                require(event.parent_id.is_some() || event.action == Action::Observe, "parentID")?;
                let children = filled(event.child_epcs.as_deref()) || filled(event.child_quantity_list.as_deref());
                require(
                    children || event.action == Action::Delete,
                    "childEPCs or childQuantityList",
                )
            }
            Self::TransactionEvent(event) => {
                check_uris("parentID", event.parent_id.as_ref().map(std::slice::from_ref))?;
                check_uris("epcList", event.epc_list.as_deref())?;
                check_quantities(event.quantity_list.as_deref())?;
                require(filled(event.core.biz_transaction_list.as_deref()), "bizTransactionList")?;
                let objects = event.epc_list.is_some() || filled(event.quantity_list.as_deref());
                require(objects || event.action == Action::Delete, "epcList or quantityList")
            }
            Self::TransformationEvent(event) => {
                check_uris("inputEPCList", event.input_epc_list.as_deref())?;
                check_uris("outputEPCList", event.output_epc_list.as_deref())?;
                check_uris(
                    "transformationID",
                    event.transformation_id.as_ref().map(std::slice::from_ref),
                )?;
                check_quantities(event.input_quantity_list.as_deref())?;
                check_quantities(event.output_quantity_list.as_deref())?;
                event.ilmd.as_ref().map_or(Ok(()), |ilmd| check_keys("ilmd", ilmd))?;
                let inputs = filled(event.input_epc_list.as_deref()) || filled(event.input_quantity_list.as_deref());
                let outputs = filled(event.output_epc_list.as_deref()) || filled(event.output_quantity_list.as_deref());
                // Pieces of a longer transformation may come one side at a time.
                let piece = event.transformation_id.is_some();
                require(inputs || (piece && outputs), "inputEPCList or inputQuantityList")?;
                require(outputs || piece, "outputEPCList or outputQuantityList")
            }
            Self::AssociationEvent(event) => {
                check_uris("parentID", Some(std::slice::from_ref(&event.parent_id)))?;
                check_uris("childEPCs", event.child_epcs.as_deref())?;
                check_quantities(event.child_quantity_list.as_deref())?;
                let children = filled(event.child_epcs.as_deref()) || filled(event.child_quantity_list.as_deref());
                require(
                    children || event.action == Action::Delete,
                    "childEPCs or childQuantityList",
                )
            }
            Self::Extended(event) => check_uris("type", Some(std::slice::from_ref(&event.kind))),
        }
    }

    fn check_core(&self) -> Result<(), Violation> {
        let core = self.core();
        check_uris("eventID", core.event_id.as_ref().map(std::slice::from_ref))?;
        check_uris(
            "certificationInfo",
            core.certification_info.as_ref().map(OneOrMany::as_slice),
        )?;
        let id = |place: &Option<Place>| place.as_ref().map(|place| vec![place.id.clone()]);
        check_uris("readPoint", id(&core.read_point).as_deref())?;
        check_uris("bizLocation", id(&core.biz_location).as_deref())?;
        for transaction in core.biz_transaction_list.iter().flatten() {
            check_uris(
                "bizTransactionList",
                Some(std::slice::from_ref(&transaction.biz_transaction)),
            )?;
        }
        for source in core.source_list.iter().flatten() {
            check_uris("sourceList", Some(std::slice::from_ref(&source.source)))?;
        }
        for destination in core.destination_list.iter().flatten() {
            check_uris("destinationList", Some(std::slice::from_ref(&destination.destination)))?;
        }
        if let Some(declaration) = &core.error_declaration {
            check_uris("correctiveEventIDs", declaration.corrective_event_ids.as_deref())?;
            check_keys("errorDeclaration", &declaration.extensions)?;
        }
        Ok(())
    }
}

fn filled<T>(list: Option<&[T]>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}

fn require(met: bool, what: &'static str) -> Result<(), Violation> {
    if met { Ok(()) } else { Err(Violation::Missing(what)) }
}

fn check_uris(field: &'static str, values: Option<&[String]>) -> Result<(), Violation> {
    match values.unwrap_or_default().iter().find(|value| !is_uri(value)) {
        Some(value) => Err(Violation::NotUri {
            field,
            value: value.clone(),
        }),
        None => Ok(()),
    }
}

fn check_keys(field: &'static str, extensions: &Extensions) -> Result<(), Violation> {
    match extensions.keys().find(|key| !is_uri(key)) {
        Some(key) => Err(Violation::NoNamespace {
            field,
            key: key.clone(),
        }),
        None => Ok(()),
    }
}

fn check_quantities(list: Option<&[Quantity]>) -> Result<(), Violation> {
    for element in list.unwrap_or_default() {
        check_uris("epcClass", Some(std::slice::from_ref(&element.epc_class)))?;
        match (&element.quantity, &element.uom) {
            (_, Some(uom)) if !is_unit(uom) => return Err(Violation::Unit(uom.clone())),
            (Some(pieces), None) if pieces.as_f64().is_none_or(|pieces| pieces.fract() != 0.0) => {
                return Err(Violation::FractionOfPiece(pieces.to_string()));
            }
            _ => {}
        }
    }
    Ok(())
}
