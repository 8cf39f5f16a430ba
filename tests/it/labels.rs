//! Stickers as printers take them, units that are known one by one, and what stands under a scratch layer.

use std::collections::HashSet;

use digital_link::DigitalLink;
use entity::trace::unit_serial;
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    epcis::{capture, document, seen},
    harness::{Answer, Client, RESOLVER, TestApp, text},
    on_both,
};

/// What a camera reads from each sticker of an ESC/POS file (`GS v 0` bands, `GS FF` after each sticker).
pub fn read_escpos(file: &[u8]) -> Vec<String> {
    let mut rest = file.strip_prefix(b"\x1b@").unwrap();
    let (mut rows, mut read): (Vec<Vec<u8>>, Vec<String>) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(b"\x1dv0\0") {
            let size = |place: usize| usize::from(u16::from_le_bytes([after[place], after[place + 1]]));
            let (stride, height) = (size(0), size(2));
            let (band, after) = after[4..].split_at(stride * height);
            rows.extend(band.chunks(stride).map(<[u8]>::to_vec));
            rest = after;
        } else {
            rest = rest.strip_prefix(b"\x1d\x0c").unwrap();
            let (width, height) = (
                u32::try_from(rows[0].len() * 8).unwrap(),
                u32::try_from(rows.len()).unwrap(),
            );
            let dot = |x: u32, y: u32| {
                let inside = (20..width + 20).contains(&x) && (20..height + 20).contains(&y);
                let black = |x: usize, y: usize| rows[y][x / 8] & (0x80 >> (x % 8)) != 0;
                let black = inside && black(x as usize - 20, y as usize - 20);
                image::Luma([if black { 0 } else { 255 }])
            };
            let picture = image::GrayImage::from_fn(width + 40, height + 40, dot);
            let mut picture = rqrr::PreparedImage::prepare(picture);
            let found: Vec<String> = picture
                .detect_grids()
                .iter()
                .filter_map(|grid| grid.decode().ok())
                .map(|(_, text)| text)
                .collect();
            assert_eq!(found.len(), 1, "{found:?}");
            read.extend(found);
            rows.clear();
        }
    }
    read
}

async fn printed(client: &Client, batch: &Value, query: &str) -> Vec<String> {
    let path = format!("/api/v1/batches/{}/labels.escpos?{query}", text(batch, "id"));
    let file = client.get(&path).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    read_escpos(&file.bytes)
}

async fn rows(app: &TestApp, batch: &Value) -> Vec<unit_serial::Model> {
    let id: entity::ids::BatchId = text(batch, "id").parse().unwrap();
    let rows = unit_serial::Entity::find().filter(unit_serial::Column::BatchId.eq(id));
    rows.all(app.app.db().read()).await.unwrap()
}

on_both!(stickers_come_in_every_printers_language, |app| {
    let farmer = app.farmer().await;
    let product = farmer
        .makes("Chè đinh Tân Cương thượng hạng Hợp tác xã chè Hảo Đạt")
        .await;
    let batch = farmer.harvests(&product, "20").await;
    let path = |format: &str, query: &str| format!("/api/v1/batches/{}/labels.{format}?{query}", text(&batch, "id"));
    for template in ["a4-24", "a4-65", "roll-50x30", "roll-40x25"] {
        let pdf = farmer
            .client
            .get(&path("pdf", &format!("template={template}&count=3")))
            .await;
        assert!(pdf.bytes.starts_with(b"%PDF-"), "{template}");
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        let zpl = farmer
            .client
            .get(&path("zpl", &format!("template={template}&count=3")))
            .await;
        assert!(
            zpl.text().starts_with("^XA^PW") && zpl.text().trim_end().ends_with("^PQ3^XZ"),
            "{template}"
        );
        let read = printed(&farmer.client, &batch, &format!("template={template}&count=3")).await;
        assert_eq!(read, vec![text(&batch, "digital_link"); 3], "{template}");
    }
    let sheet = farmer.client.get(&path("pdf", "template=a4-65")).await;
    if let Some(words) = words(&sheet.bytes) {
        let key = app.guest().get("/log/key").await.text();
        assert!(words.contains(key.trim()), "{key} is not in the margin: {words}");
    }
    let zpl = farmer.client.get(&path("zpl", "template=roll-40x25")).await;
    let name = zpl.headers["content-disposition"].to_str().unwrap().to_owned();
    let code = text(&batch, "short_link").rsplit('/').next().unwrap().to_owned();
    assert_eq!(name, format!("attachment; filename=\"tem-{code}.zpl\""));
    assert!(
        rows(app, &batch).await.is_empty(),
        "stickers that are alike make no serials"
    );
    for format in ["pdf", "zpl", "escpos"] {
        for (query, fields) in [
            ("template=a3&count=0", vec!["?template", "?count"]),
            ("count=1001&serials=2&scratch=x", vec!["?count", "?serials", "?scratch"]),
            ("scratch=1", vec!["?scratch"]),
            ("serials=1&from=0", vec!["?from"]),
            ("serials=1&from=2", vec!["?from"]),
            ("serials=1&from=999999999999", vec!["?from"]),
        ] {
            let wrong = farmer.client.get(&path(format, query)).await;
            assert_eq!(
                wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY),
                fields,
                "{format} {query}"
            );
        }
        let stranger = app.farmer().await;
        assert_eq!(
            stranger.client.get(&path(format, "")).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            app.guest().get(&path(format, "")).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert!(rows(app, &batch).await.is_empty(), "what is refused makes no serials");
});

on_both!(serials_go_on_are_printed_again_as_they_are_and_differ, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let first = printed(&farmer.client, &batch, "template=roll-50x30&serials=1&count=5").await;
    let next = printed(&farmer.client, &batch, "template=roll-40x25&serials=1&count=3").await;
    let all: HashSet<_> = first.iter().chain(&next).cloned().collect();
    assert_eq!(all.len(), 8);
    let (gtin, lot) = (text(&batch, "gtin"), text(&batch, "lot"));
    for (place, uri) in first.iter().chain(&next).enumerate() {
        assert!(
            uri.starts_with(&format!("{RESOLVER}/01/{gtin}/10/{lot}/21/{:05}-", place + 1)),
            "{uri}"
        );
        let serial = DigitalLink::parse(uri).unwrap().serial().unwrap();
        assert!(serial.as_str().len() <= 20);
    }
    let again = printed(&farmer.client, &batch, "template=roll-50x30&serials=1&from=4&count=3").await;
    assert_eq!(
        again,
        [&first[3..], &next[..1]].concat(),
        "a sticker that jammed is the same sticker"
    );
    let over_the_end = printed(&farmer.client, &batch, "template=roll-50x30&serials=1&from=8&count=2").await;
    assert_eq!((&over_the_end[0], rows(app, &batch).await.len()), (&next[2], 9));

    let path = format!("/api/v1/batches/{}/serials", text(&batch, "id"));
    let list = farmer
        .client
        .get(&format!("{path}?limit=4"))
        .await
        .expect(StatusCode::OK);
    let links: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "digital_link"))
        .collect();
    assert_eq!(links, first[..4]);
    let list = farmer
        .client
        .get(&format!("{path}?limit=100&cursor={}", text(&list, "next_cursor")))
        .await;
    let list = list.expect(StatusCode::OK);
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["next_cursor"]),
        (5, &json!(null))
    );
    assert_eq!(
        farmer
            .client
            .get(&format!("{path}?cursor=x&limit=0"))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?limit", "?cursor"]
    );
    assert_eq!(app.farmer().await.client.get(&path).await.status, StatusCode::NOT_FOUND);
    let printed = farmer
        .client
        .get(&format!("/api/v1/batches/{}/printed", text(&batch, "id")))
        .await;
    assert_eq!(printed.expect(StatusCode::OK)["serials"], 9);
});

on_both!(a_unit_that_an_event_says_was_sold_is_sold, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let units = printed(&farmer.client, &batch, "template=roll-50x30&serials=1&count=3").await;
    let page = |uri: &str| uri.strip_prefix(RESOLVER).unwrap().to_owned();
    let sold = |id: &str, uri: &str| {
        let mut event = seen(id, uri);
        event["bizStep"] = json!("retail_selling");
        event["disposition"] = json!("retail_sold");
        event
    };
    let times = async || -> Vec<bool> {
        let mut rows = rows(app, &batch).await;
        rows.sort_by_key(|row| row.number);
        rows.iter().map(|row| row.sold_at.is_some()).collect()
    };
    // Nobody says it of another's goods, and what is only seen is not sold.
    capture(
        &other.client,
        &document(&[sold("urn:uuid:0a54a2a8-0000-4000-8000-000000000001", &units[0])]),
    )
    .await;
    capture(
        &farmer.client,
        &document(&[seen("urn:uuid:0a54a2a8-0000-4000-8000-000000000002", &units[0])]),
    )
    .await;
    assert_eq!(times().await, [false, false, false]);

    // However the unit is written: below our resolver, below GS1's, without its lot.
    let (_, path) = units[1].split_once("/01/").unwrap();
    let canonical = format!("https://id.gs1.org/01/{path}");
    let told = [
        sold("urn:uuid:0a54a2a8-0000-4000-8000-000000000003", &units[0]),
        sold("urn:uuid:0a54a2a8-0000-4000-8000-000000000004", &canonical),
    ];
    let job = capture(&farmer.client, &document(&told)).await;
    assert_eq!(job["success"], true, "{job}");
    assert_eq!(times().await, [true, true, false]);
    let scanned = app.guest().post("/api/v1/scans", &json!({"uri": units[0]})).await;
    assert_eq!(scanned.expect(StatusCode::OK)["verdict"], "used");
    let said = app.guest().get(&page(&units[0])).await.text();
    assert!(said.contains("đã bán rồi"), "{said}");

    // Who told it wrongly takes it back.
    let mut wrong = sold("urn:uuid:0a54a2a8-0000-4000-8000-000000000004", &canonical);
    wrong["errorDeclaration"] = json!({"declarationTime": "2026-11-20T09:00:00.000+07:00", "reason": "incorrect_data"});
    let job = capture(&farmer.client, &document(&[wrong])).await;
    assert_eq!(job["success"], true, "{job}");
    assert_eq!(times().await, [true, false, false]);
});

on_both!(two_printers_at_once_share_no_number, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let print = || printed(&farmer.client, &batch, "template=roll-40x25&serials=1&count=4");
    let (one, two, three) = tokio::join!(print(), print(), print());
    let all: HashSet<_> = one.into_iter().chain(two).chain(three).collect();
    assert_eq!(all.len(), 12);
    let mut numbers: Vec<_> = rows(app, &batch).await.iter().map(|row| row.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>(), "no number is left out");
});

on_both!(more_serials_than_boxes_hold_the_batch, |app| {
    let farmer = app.farmer().await;
    let product = json!({"name": "Chè đinh hộp", "category": "tea-premium", "unit": "hop"});
    let product = farmer
        .client
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    let batch =
        json!({"product_id": product["id"], "quantity": {"value": "4", "unit": "hop"}, "harvested_on": "2026-11-20"});
    let batch = farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/v1/batches/{}", text(&batch, "id"));
    let over = |batch: &Value| {
        batch["holds"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hold| hold["reason"] == "over_printed")
    };
    printed(&farmer.client, &batch, "template=roll-40x25&serials=1&count=4").await;
    assert!(!over(&farmer.client.get(&path).await.expect(StatusCode::OK)));
    printed(&farmer.client, &batch, "template=roll-40x25&serials=1&from=1&count=4").await;
    assert!(
        !over(&farmer.client.get(&path).await.expect(StatusCode::OK)),
        "printing again adds none"
    );
    printed(&farmer.client, &batch, "template=roll-40x25&serials=1&count=1").await;
    assert!(over(&farmer.client.get(&path).await.expect(StatusCode::OK)));
});

/// What the words of a PDF say, by `pdftotext`; `None` where that is not installed.
fn words(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tem.pdf"), pdf).unwrap();
    let told = std::process::Command::new("pdftotext")
        .args(["-raw", "tem.pdf", "-"])
        .current_dir(folder.path())
        .output();
    match told {
        Ok(told) => Some(String::from_utf8_lossy(&told.stdout).into_owned()),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "pdftotext is needed: {error}");
            eprintln!("SKIPPED: pdftotext is not here");
            None
        }
    }
}

/// A serial and what stands under its scratch layer.
async fn scratched(app: &TestApp, batch: &Value, client: &Client) -> Option<(String, String)> {
    let path = format!(
        "/api/v1/batches/{}/labels.pdf?template=roll-50x30&serials=1&scratch=1&count=1",
        text(batch, "id")
    );
    let pdf = client.get(&path).await;
    assert_eq!(pdf.status, StatusCode::OK, "{}", pdf.text());
    assert_eq!(pdf.headers["cache-control"], "no-store");
    let words = words(&pdf.bytes)?;
    let batch_code = text(batch, "short_link").rsplit('/').next().unwrap().to_owned();
    let mut codes = words
        .split_whitespace()
        .filter(|word| word.parse::<entity::ShortCode>().is_ok() && **word != batch_code);
    let code = codes
        .next_back()
        .unwrap_or_else(|| panic!("no hidden code: {words}"))
        .to_owned();
    let row = rows(app, batch).await.pop().unwrap();
    assert!(!format!("{row:?}").contains(&code), "the code is kept nowhere");
    let uri = format!("{}/21/{}", text(batch, "digital_link"), row.serial);
    Some((uri, code))
}

async fn check(client: &Client, uri: &str, code: &str) -> Answer {
    client
        .post("/api/v1/serials/check", &json!({"uri": uri, "code": code}))
        .await
}

on_both!(a_hidden_code_is_new_once, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let Some((uri, code)) = scratched(app, &batch, &farmer.client).await else {
        return;
    };
    let again = format!(
        "/api/v1/batches/{}/labels.zpl?serials=1&from=1&count=1",
        text(&batch, "id")
    );
    for query in ["", "&scratch=1"] {
        let refused = farmer.client.get(&format!("{again}{query}")).await;
        assert_eq!(
            refused.wrong(StatusCode::CONFLICT),
            ["?from"],
            "its hidden code is gone"
        );
    }
    let guest = app.guest();
    let other = if code.starts_with('2') {
        "33333333P"
    } else {
        "22222222P"
    };
    let wrong = entity::ShortCode::from_bits(99).to_string();
    assert_eq!(
        check(&guest, &uri, other).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/code"]
    );
    assert_eq!(
        check(&guest, &uri, &wrong)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/code"]
    );
    assert_eq!(rows(app, &batch).await[0].used_at, None, "a wrong code uses nothing up");

    let body = json!({"uri": uri, "code": code.to_lowercase()});
    let first = guest
        .post_once("/api/v1/serials/check", "cao-1", &body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&first["first"], text(&first, "lot")),
        (&json!(true), text(&batch, "lot"))
    );
    let same = guest
        .post_once("/api/v1/serials/check", "cao-1", &body)
        .await
        .expect(StatusCode::OK);
    assert_eq!(same, first, "an answer that was lost is not a second check");
    app.app.source().advance(3_600_000);
    let later = check(&guest, &uri, &code).await.expect(StatusCode::OK);
    assert_eq!((&later["first"], &later["used_at"]), (&json!(false), &first["used_at"]));

    for (uri, code, fields) in [
        (text(&batch, "digital_link"), code.clone(), vec!["/uri"]),
        (
            format!("{}/21/00009-22222222222", text(&batch, "digital_link")),
            code.clone(),
            vec!["/uri"],
        ),
        ("https://".to_owned(), "x".to_owned(), vec!["/uri", "/code"]),
        (uri.replace("/21/", "/21/%00"), code.clone(), vec!["/uri"]),
    ] {
        assert_eq!(
            check(&guest, &uri, &code).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            fields,
            "{uri}"
        );
    }
    let without = printed(&farmer.client, &batch, "template=roll-50x30&serials=1&count=1").await;
    assert_eq!(
        check(&guest, &without[0], &code)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/uri"]
    );
});

on_both!(guesses_end, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let Some((uri, code)) = scratched(app, &batch, &farmer.client).await else {
        return;
    };
    let guest = app.guest();
    for bits in 0..10 {
        let guess = entity::ShortCode::from_bits(bits).to_string();
        assert_eq!(
            check(&guest, &uri, &guess)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/code"]
        );
    }
    assert_eq!(
        check(&guest, &uri, &code).await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "not even the right one"
    );
    app.app.source().advance(3_600_000);
    assert_eq!(check(&guest, &uri, &code).await.expect(StatusCode::OK)["first"], true);
});
