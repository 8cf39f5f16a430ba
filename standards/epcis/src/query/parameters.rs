//! The parameters with a fixed name.

use super::{Bound, Change, Comparison, EpcField, PlaceField, Predicate, SensorText, TimeField};

use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

/// What a parameter with a fixed name asks for.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    EventType,
    Time(TimeField, Bound),
    Action,
    BizStep,
    Disposition,
    Persistent(Change),
    Place(PlaceField, bool),
    Texts(fn(Vec<String>) -> Predicate),
    Uris(fn(Vec<String>) -> Predicate),
    Match(EpcField),
    Quantity(Comparison),
    Flag(Bare),
    ErrorReason,
    SensorTexts(SensorText),
    SensorUris(SensorText),
    SensorType,
    SensorBoolean,
    PercRank(Comparison),
    OrderBy,
    OrderDirection,
    EventCountLimit,
    MaxEventCount,
    PerPage,
    NextPageToken,
}

/// A predicate without a value.
#[derive(Clone, Copy)]
pub(super) enum Bare {
    ErrorDeclared,
    SensorElement,
}

pub(super) const TABLE: &[(&str, Shape)] = &[
    ("eventType", Shape::EventType),
    ("GE_eventTime", Shape::Time(TimeField::EventTime, Bound::From)),
    ("LT_eventTime", Shape::Time(TimeField::EventTime, Bound::Before)),
    ("GE_recordTime", Shape::Time(TimeField::RecordTime, Bound::From)),
    ("LT_recordTime", Shape::Time(TimeField::RecordTime, Bound::Before)),
    ("EQ_action", Shape::Action),
    ("EQ_bizStep", Shape::BizStep),
    ("EQ_disposition", Shape::Disposition),
    ("EQ_persistentDisposition_set", Shape::Persistent(Change::Set)),
    ("EQ_persistentDisposition_unset", Shape::Persistent(Change::Unset)),
    ("EQ_readPoint", Shape::Place(PlaceField::ReadPoint, false)),
    ("WD_readPoint", Shape::Place(PlaceField::ReadPoint, true)),
    ("EQ_bizLocation", Shape::Place(PlaceField::BizLocation, false)),
    ("WD_bizLocation", Shape::Place(PlaceField::BizLocation, true)),
    ("EQ_transformationID", Shape::Texts(Predicate::TransformationId)),
    ("MATCH_epc", Shape::Match(EpcField::Epc)),
    ("MATCH_parentID", Shape::Match(EpcField::ParentId)),
    ("MATCH_inputEPC", Shape::Match(EpcField::InputEpc)),
    ("MATCH_outputEPC", Shape::Match(EpcField::OutputEpc)),
    ("MATCH_anyEPC", Shape::Match(EpcField::AnyEpc)),
    ("MATCH_epcClass", Shape::Match(EpcField::EpcClass)),
    ("MATCH_inputEPCClass", Shape::Match(EpcField::InputEpcClass)),
    ("MATCH_outputEPCClass", Shape::Match(EpcField::OutputEpcClass)),
    ("MATCH_anyEPCClass", Shape::Match(EpcField::AnyEpcClass)),
    ("EQ_quantity", Shape::Quantity(Equal)),
    ("GT_quantity", Shape::Quantity(Greater)),
    ("GE_quantity", Shape::Quantity(GreaterOrEqual)),
    ("LT_quantity", Shape::Quantity(Less)),
    ("LE_quantity", Shape::Quantity(LessOrEqual)),
    ("EQ_eventID", Shape::Uris(Predicate::EventId)),
    ("EQ_certificationInfo", Shape::Uris(Predicate::CertificationInfo)),
    ("EXISTS_errorDeclaration", Shape::Flag(Bare::ErrorDeclared)),
    (
        "GE_errorDeclarationTime",
        Shape::Time(TimeField::ErrorDeclarationTime, Bound::From),
    ),
    (
        "LT_errorDeclarationTime",
        Shape::Time(TimeField::ErrorDeclarationTime, Bound::Before),
    ),
    // The schema of named queries spells them so.
    (
        "GE_errorDeclaration_Time",
        Shape::Time(TimeField::ErrorDeclarationTime, Bound::From),
    ),
    (
        "LT_errorDeclaration_Time",
        Shape::Time(TimeField::ErrorDeclarationTime, Bound::Before),
    ),
    ("EQ_errorReason", Shape::ErrorReason),
    ("EQ_correctiveEventID", Shape::Uris(Predicate::CorrectiveEventId)),
    ("EXISTS_sensorElement", Shape::Flag(Bare::SensorElement)),
    ("EXISTS_sensorElementList", Shape::Flag(Bare::SensorElement)),
    ("GE_time", Shape::Time(TimeField::SensorTime, Bound::From)),
    ("LT_time", Shape::Time(TimeField::SensorTime, Bound::Before)),
    ("GE_startTime", Shape::Time(TimeField::SensorStartTime, Bound::From)),
    ("LT_startTime", Shape::Time(TimeField::SensorStartTime, Bound::Before)),
    ("GE_endTime", Shape::Time(TimeField::SensorEndTime, Bound::From)),
    ("LT_endTime", Shape::Time(TimeField::SensorEndTime, Bound::Before)),
    ("EQ_type", Shape::SensorType),
    ("EQ_deviceID", Shape::SensorUris(SensorText::DeviceId)),
    ("EQ_deviceMetadata", Shape::SensorUris(SensorText::DeviceMetadata)),
    ("EQ_rawData", Shape::SensorUris(SensorText::RawData)),
    (
        "EQ_dataProcessingMethod",
        Shape::SensorUris(SensorText::DataProcessingMethod),
    ),
    ("EQ_microorganism", Shape::SensorUris(SensorText::Microorganism)),
    ("EQ_chemicalSubstance", Shape::SensorUris(SensorText::ChemicalSubstance)),
    ("EQ_bizRules", Shape::SensorUris(SensorText::BizRules)),
    ("EQ_stringValue", Shape::SensorTexts(SensorText::StringValue)),
    ("EQ_booleanValue", Shape::SensorBoolean),
    ("EQ_hexBinaryValue", Shape::SensorTexts(SensorText::HexBinaryValue)),
    ("EQ_uriValue", Shape::SensorUris(SensorText::UriValue)),
    ("EQ_percRank", Shape::PercRank(Equal)),
    ("GT_percRank", Shape::PercRank(Greater)),
    ("GE_percRank", Shape::PercRank(GreaterOrEqual)),
    ("LT_percRank", Shape::PercRank(Less)),
    ("LE_percRank", Shape::PercRank(LessOrEqual)),
    ("orderBy", Shape::OrderBy),
    ("orderDirection", Shape::OrderDirection),
    ("eventCountLimit", Shape::EventCountLimit),
    ("maxEventCount", Shape::MaxEventCount),
    ("perPage", Shape::PerPage),
    ("nextPageToken", Shape::NextPageToken),
];

/// Every parameter with a fixed name; others are made of a comparison and the name of a field or unit.
pub const PARAMETERS: &[&str] = &{
    let mut names = [""; TABLE.len()];
    let mut index = 0;
    while index < TABLE.len() {
        names[index] = TABLE[index].0;
        index += 1;
    }
    names
};
