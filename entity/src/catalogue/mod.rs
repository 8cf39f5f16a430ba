//! Sellers, products, certificates, and the work of the OCOP council.

pub mod certificate;
pub mod certificate_check;
pub mod certificate_evidence;
pub mod certificate_plot;
pub mod check;
pub mod closure;
pub mod council_member;
pub mod former_gtin;
pub mod hours;
pub mod invitation;
pub mod ocop_application;
pub mod ocop_ballot;
pub mod ocop_decision;
pub mod ocop_sample;
pub mod product;
pub mod product_photo;
pub mod product_rating;
pub mod seller;
pub mod seller_rating;
pub mod staff;
pub mod webhook_delivery;
pub mod webhook_endpoint;
pub mod webhook_event;
pub mod webhook_secret;
