//! Sellers, products, certificates.

pub mod certificate;
pub mod former_gtin;
pub mod product;
pub mod product_photo;
pub mod seller;
pub mod staff;
