//! EPCIS 2.0 events as typed values, in the JSON-LD form of the standard's own schema.
//!
//! What GS1's *EPCIS Standard 2.0* names is a field; what anybody adds in a namespace of their own is kept as it came
//! and written back. Reading checks the shape of each field (times, zone offsets, vocabulary words); [`Event::check`]
//! checks what fields demand of each other. The crate is pure: no clock, no network, no panic on any input.
//!
//! - [`document`]: [`EpcisDocument`], the envelope of a capture;
//! - [`event`]: [`Event`] and its five kinds;
//! - [`part`]: what events are made of: places, parties, quantities, corrections;
//! - [`vocabulary`]: the words of the Core Business Vocabulary 2.0;
//! - [`time`]: moments and zone offsets, kept as written;
//! - [`read`]: reading what others send, with the place of everything that is wrong;
//! - [`xml`]: the XML form of documents;
//! - [`hash`]: the event hash;
//! - [`query`]: the query language;
//! - [`epc`]: canonical names of things;
//! - [`namespaces`]: what prefixes stand for.
//!
//! ```
//! use epcis::{Action, BizStep, Event, EventCore, ObjectEvent, Quantity};
//!
//! let mut core = EventCore::at("2026-04-12T08:30:00+07:00".parse()?, "+07:00".parse()?);
//! core.biz_step = Some(BizStep::CreatingClassInstance.into());
//! let mut event = ObjectEvent::new(core, Action::Add);
//! event.quantity_list =
//!     Some(vec![Quantity::measured("https://id.example.vn/01/09520123456788/10/A1", "20.5", "KGM")?]);
//! let event = Event::from(event);
//! event.check()?;
//! assert_eq!(serde_json::to_value(&event)?["bizStep"], "creating_class_instance");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod document;
pub mod epc;
pub mod event;
pub mod hash;
pub mod namespaces;
pub mod part;
pub mod query;
pub mod read;
pub mod time;
pub mod vocabulary;
pub mod xml;

pub use document::{EpcisDocument, EpcisQueryDocument};
pub use event::{
    AggregationEvent, AssociationEvent, Event, EventCore, ExtendedEvent, ObjectEvent, TransactionEvent,
    TransformationEvent,
};
pub use hash::EventHash;
pub use namespaces::Namespaces;
pub use part::{
    BizTransaction, Destination, ErrorDeclaration, Extensions, OneOrMany, PersistentDisposition, Place, Quantity,
    QuantityError, Source,
};
pub use query::Query;
pub use read::{Limits, Violation};
pub use time::{Time, TimeError, ZoneOffset};
pub use vocabulary::{Action, BizStep, BizTransactionType, Disposition, ErrorReason, PartyType, Term, UnknownWord};
