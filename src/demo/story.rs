//! The invented producers of the four pilot communes, each with complete records: the demo's story.

use super::{
    date::Date,
    farming::Husbandry,
    holdings::{Records, equip},
    model::{
        Certificate, CertificateScheme, DatePrecision, DemoProduct, DemoSeller, Ocop, OcopStatus, Recognition,
        SellerKind,
    },
    names::fold,
    rng::Stream,
    tables::{self, StoryProduct, StorySeller},
    wording,
};

/// Phúc Thuận, La Bằng, Bình Thành, Sảng Mộc.
#[cfg(test)]
pub const PILOT_COMMUNES: [&str; 4] = ["05857", "05818", "05605", "05719"];

/// Who issues the demo's certificates; the name says that it does not exist.
const CERTIFIER: &str = "Tổ chức chứng nhận trình diễn";

/// The `nth` producer of the story.
pub fn seller(nth: usize, row: &'static StorySeller, seasons: i32, today: Date) -> DemoSeller {
    let made: Vec<&'static StoryProduct> = tables::story_products()
        .iter()
        .filter(|product| product.seller == row.name)
        .collect();
    let products: Vec<DemoProduct> = (0..)
        .zip(&made)
        .map(|(index, made)| product(nth, index, made, row, today))
        .collect();
    let crops: Vec<&str> = made.iter().map(|made| made.crop.as_str()).collect();
    let organic = made.iter().any(|made| made.certificate == "Hữu cơ");
    let mut seller = DemoSeller {
        key: fold(&row.name),
        name: row.name.clone(),
        kind: match row.kind.as_str() {
            "cooperative" => SellerKind::Cooperative,
            "company" => SellerKind::Company,
            _ => SellerKind::Household,
        },
        commune_code: &tables::commune(&row.commune_code).code,
        commune_presumed: false,
        hamlet: row.hamlet.clone(),
        no_signal: row.no_signal == 1,
        about: row.about.clone(),
        real: false,
        phone: format!("0900{:06}", 11_000 + nth),
        plots: Vec::new(),
        diary: Vec::new(),
        products,
        batches: Vec::new(),
        listings: Vec::new(),
    };
    // Every third producer has just sprayed, so that the console has a plot to warn about.
    let husbandry = Husbandry {
        seasons,
        organic,
        complete: true,
        sprayed_lately: nth.is_multiple_of(3),
    };
    equip(
        &mut seller,
        &crops,
        Records {
            husbandry,
            batched_percent: 100,
            entries_per_product: 0,
        },
        &[2, nth],
        today,
    );
    seller
}

fn product(
    nth: usize,
    index: usize,
    made: &'static StoryProduct,
    row: &'static StorySeller,
    today: Date,
) -> DemoProduct {
    let mut stream = Stream::of("story product", &[nth, index]);
    let scheme = match made.certificate.as_str() {
        "VietGAP" => Some(CertificateScheme::VietGap),
        "Hữu cơ" => Some(CertificateScheme::Organic),
        _ => None,
    };
    let recognised = made.recognised_days_ago.map(|days| today.plus_days(-days));
    DemoProduct {
        name: made.name.clone(),
        category: &made.category,
        unit: &made.unit,
        net: &made.net,
        price_dong: made.price,
        description: wording::description(
            &mut stream,
            &made.name,
            &made.category,
            tables::commune(&row.commune_code),
        ),
        star: made.star,
        recognised: recognised.map(|on| Recognition {
            on,
            precision: DatePrecision::Day,
        }),
        ocop: recognised.map(|_| invented_ocop(&made.category)),
        certificates: scheme
            .map(|scheme| certificate(&mut stream, scheme, today))
            .into_iter()
            .collect(),
    }
}

/// The programme entry of an invented product.
pub fn invented_ocop(category: &str) -> Ocop {
    Ocop {
        status: OcopStatus::Recognised,
        set_no: tables::category(category).ocop_set_no,
        points_hundredths: None,
        source: "",
    }
}

/// A certificate issued some time in the last three years, so that a few are about to end and a few have ended.
pub fn certificate(stream: &mut Stream, scheme: CertificateScheme, today: Date) -> Certificate {
    let issued_on = today.plus_days(-stream.between(40, 760));
    let (letters, months) = match scheme {
        CertificateScheme::VietGap => ("VG", 36),
        CertificateScheme::Organic => ("HC", 24),
    };
    Certificate {
        scheme,
        number: format!("{letters}-DEMO-{}-{:05}", issued_on.year, stream.below(100_000)),
        issuer: CERTIFIER,
        issued_on,
        expires_on: issued_on.plus_months(months),
    }
}
