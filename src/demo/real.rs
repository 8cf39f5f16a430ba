//! The 56 published OCOP products and their producers, exactly as the sources have them.

use super::{
    date::Date,
    farming::Husbandry,
    holdings::{Records, equip},
    model::{DatePrecision, DemoProduct, DemoSeller, Ocop, OcopStatus, Recognition, SellerKind},
    names::fold,
    tables::{self, RealProduct},
    wording::inside_sentence,
};

/// The producer behind the demo's farmer account: the one real producer with an invented plot, diary and batches.
pub const FARMER: &str = "HTX chè Hảo Đạt";

/// The real producers that even the smallest demo shows.
pub const WELL_KNOWN: &[&str] = &[
    FARMER,
    "HTX miến Việt Cường",
    "Công ty TNHH Thái Hải",
    "HTX Nông sản Phú Lương",
    "HTX Tài Hoan",
];

/// The rows of each seller, in the order of the table. Where the source names no producer, each product stands alone.
pub fn producers() -> Vec<(String, Vec<&'static RealProduct>)> {
    let mut producers: Vec<(String, Vec<&'static RealProduct>)> = Vec::new();
    for row in tables::real_products() {
        let name = if row.producer.is_empty() {
            descriptive_name(&row.product)
        } else {
            row.producer.clone()
        };
        match producers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, rows)) => rows.push(row),
            None => producers.push((name, vec![row])),
        }
    }
    producers
}

/// A description, not a name, for makers the source leaves unnamed.
fn descriptive_name(product: &str) -> String {
    let lower = product.replacen('Ổ', "ổ", 1).replacen('G', "g", 1);
    if product.starts_with('Ổ') {
        format!("Các hộ trồng {lower}")
    } else {
        format!("Cơ sở làm {lower}")
    }
}

/// The `nth` real seller.
pub fn seller(nth: usize, name: &str, rows: &[&'static RealProduct], seasons: i32, today: Date) -> DemoSeller {
    let first = rows[0];
    let commune = tables::commune(&first.commune_code);
    let place = inside_sentence(commune);
    let presumed = first.commune_presumed == 1;
    let about = match (first.producer.is_empty(), presumed) {
        (true, _) => format!("Nguồn đã đăng chỉ nêu sản phẩm ở {place}, không nêu tên chủ thể."),
        (false, true) => {
            "Chủ thể OCOP theo nguồn đã đăng; nguồn không nêu xã, nên địa chỉ ở đây chỉ là tạm ghi.".to_owned()
        }
        (false, false) => format!("Chủ thể OCOP tại {place}, theo nguồn đã đăng."),
    };
    let mut seller = DemoSeller {
        key: fold(name),
        name: name.to_owned(),
        kind: kind_of(name),
        commune_code: &commune.code,
        commune_presumed: presumed,
        hamlet: String::new(),
        no_signal: false,
        about: about + " Giá, số lượng và lô hàng trong bản trình diễn là số liệu minh hoạ.",
        real: true,
        phone: format!("0900{:06}", 10_000 + nth),
        plots: Vec::new(),
        diary: Vec::new(),
        products: rows.iter().map(|row| product(row, name)).collect(),
        batches: Vec::new(),
        listings: Vec::new(),
    };
    let husbandry = Husbandry {
        seasons,
        organic: false,
        complete: true,
        sprayed_lately: false,
    };
    let (crops, batched_percent): (Vec<&str>, u32) = if name == FARMER {
        let crop = |row: &&RealProduct| {
            if row.category.starts_with("tea") {
                "tea"
            } else {
                "processing"
            }
        };
        (rows.iter().map(crop).collect(), 100)
    } else {
        (vec![""; rows.len()], 0)
    };
    equip(
        &mut seller,
        &crops,
        Records {
            husbandry,
            batched_percent,
            entries_per_product: 0,
        },
        &[1, nth],
        today,
    );
    seller
}

fn kind_of(name: &str) -> SellerKind {
    if name.starts_with("HTX") || name.starts_with("Tổ hợp tác") {
        SellerKind::Cooperative
    } else if name.starts_with("Công ty") || name.starts_with("Nhà hàng") {
        SellerKind::Company
    } else {
        SellerKind::Household
    }
}

fn product(row: &'static RealProduct, producer: &str) -> DemoProduct {
    let status = match row.status.as_str() {
        "recognised" => OcopStatus::Recognised,
        "registered" => OcopStatus::Registered,
        "assessed" => OcopStatus::Assessed,
        "candidate" => OcopStatus::Candidate,
        other => unreachable!("ocop_products.csv says {other:?}"),
    };
    DemoProduct {
        name: row.product.clone(),
        category: &row.category,
        unit: &row.unit,
        net: "",
        price_dong: row.demo_price,
        // Stars stay out of the text: a sentence would outlive the badge.
        description: format!(
            "{} của {producer}, theo tin đã đăng về chương trình OCOP. Giá và số lượng ở đây là số liệu minh hoạ.",
            row.product
        ),
        star: row.star,
        recognised: (status == OcopStatus::Recognised).then(|| recognition(&row.date)),
        ocop: Some(Ocop {
            status,
            set_no: row.ocop_set_no,
            points_hundredths: row.points.replace('.', "").parse().ok(),
            source: &row.source,
        }),
        certificates: Vec::new(),
    }
}

/// `2023` or `2025-01`, as the first day it can mean.
fn recognition(date: &str) -> Recognition {
    let (year, month) = date
        .split_once('-')
        .map_or((date, None), |(year, month)| (year, Some(month)));
    let year = year.parse().expect("ocop_products.csv gives a year");
    match month {
        Some(month) => Recognition {
            on: Date::new(year, month.parse().expect("ocop_products.csv gives a month"), 1),
            precision: DatePrecision::Month,
        },
        None => Recognition {
            on: Date::new(year, 1, 1),
            precision: DatePrecision::Year,
        },
    }
}
