//! What the rooms do by themselves, one line per duty.

use crate::{
    catalogue, dossiers, federation, identity,
    jobs::{Duties, Outbox},
    listings, media, orders, payments, recall, scan, search, settlement, trace,
};

/// All of it, for the jobs of one process.
#[must_use]
pub fn all() -> Duties {
    let mut recurring = vec![
        media::upload::duty(),
        dossiers::duty(),
        orders::duty(),
        trace::log::duty(),
    ];
    recurring.extend(identity::messages::duties());
    recurring.extend(catalogue::duties());
    recurring.extend(trace::duties());
    recurring.extend(listings::duties());
    recurring.extend(orders::duties());
    recurring.extend(scan::duties());
    recurring.extend(federation::duties());
    recurring.extend(settlement::duties());
    recurring.extend(payments::duties());
    recurring.push(recall::duty());
    let listeners: [fn(Outbox) -> Outbox; _] = [
        identity::listens,
        media::listens,
        dossiers::listens,
        catalogue::listens,
        listings::listens,
        settlement::listens,
        recall::listens,
    ];
    Duties {
        outbox: listeners
            .into_iter()
            .fold(Outbox::default(), |outbox, listens| listens(outbox)),
        recurring,
        projections: vec![
            search::projection(),
            identity::messages::sender(),
            catalogue::webhooks::sender(),
            trace::epcis::sender(),
            scan::projection(),
        ],
    }
}
