//! Every room against a running server, on SQLite and on PostgreSQL. One binary, because linking the stack is dear.
//!
//! PostgreSQL is the cluster that `CHOQUE_TEST_POSTGRES` names (`make test` starts one); without it those tests say that
//! they skipped, except in CI, where a skipped test is a failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::too_many_lines, reason = "a test is as long as its story")]
#![expect(clippy::similar_names, reason = "a story may have an uphold and what was upheld")]
#![expect(clippy::format_collect, reason = "a test's input is made once")]

mod architecture;
mod harness;

mod bad_input;
mod bulk;
mod catalogue;
mod catalogue_photos;
mod catalogue_products;
mod certificates;
mod community;
mod console;
mod db;
mod dossiers;
mod epcis;
mod epcis_query;
mod epcis_subscriptions;
mod farm;
mod federation;
mod holds;
mod idempotency;
mod identity;
mod identity_codes;
mod identity_factors;
mod identity_offices;
mod identity_provider;
mod kill;
mod labels;
mod ledger;
mod ledger_payouts;
mod ledger_property;
mod ledger_refunds;
mod ledger_tax;
mod listings;
mod listings_offers;
mod listings_review;
mod listings_stock;
mod live;
mod log;
mod log_command;
mod log_erase;
mod log_witness;
mod market;
mod matrix;
mod messages;
mod messages_channels;
mod moderation;
mod money_in;
mod money_in_gateways;
mod money_in_queue;
mod notices_storm;
mod openapi;
mod orders;
mod orders_bad_input;
mod orders_credit;
mod orders_cycles;
mod orders_delivery;
mod orders_edits;
mod orders_kill;
mod orders_lifecycle;
mod orders_offers;
mod orders_returns;
mod orders_reviews;
mod orders_weigh;
mod oversell;
mod passkey;
mod payments;
mod places;
mod recall;
mod resolver;
mod rolls;
mod scan;
mod scan_verdicts;
mod search;
mod sellers;
mod trace;
mod transformations;
mod webhooks;
