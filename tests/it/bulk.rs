//! Files of listings, in and out.

use std::{io::Write as _, process::Command, time::Duration};

use entity::frame::change;
use reqwest::{Method, StatusCode};
use rust_xlsxwriter::Workbook;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::{
    harness::{Answer, Backend, Client, TestApp, new_database, text},
    kill::Server,
    on_both,
};

const HEADER: &str = "Mã hàng,Tên sản phẩm,Nhóm hàng,Mô tả,Mã vạch (GTIN),Đơn vị,Giá (đồng),Cách bán,Còn bán,Ngày thu hoạch,Nhận đặt tối đa,Hạn dùng (ngày),Trạng thái";

async fn sends(client: &Client, file: impl Into<Vec<u8>>) -> Answer {
    let path = "/api/v1/imports";
    Answer::of(Method::POST, path, client.request(Method::POST, path).body(file.into())).await
}

/// Asks for an import to be written and waits until it is.
async fn applied(client: &Client, import: &Value) -> Value {
    let path = format!("/api/v1/imports/{}", text(import, "id"));
    client
        .post(&format!("{path}/apply"), &json!({}))
        .await
        .expect(StatusCode::ACCEPTED);
    for _ in 0..12_000 {
        let import = client.get(&path).await.expect(StatusCode::OK);
        if import["state"] != "applying" {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import was not written within ten minutes");
}

/// Everything that is wrong in an import.
async fn faults(client: &Client, import: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/imports/{}/errors?limit=100{cursor}", text(import, "id"));
        let page = client.get(&path).await.expect(StatusCode::OK);
        faults.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return faults,
        }
    }
}

/// Where and what: `line column`.
fn places(faults: &[Value]) -> Vec<String> {
    faults
        .iter()
        .map(|fault| format!("{} {}", fault["line"], fault["column"].as_str().unwrap_or("-")))
        .collect()
}

async fn changes(app: &TestApp) -> u64 {
    change::Entity::find().count(app.app.db().read()).await.unwrap()
}

fn counts(import: &Value) -> [i64; 5] {
    ["rows", "new", "changed", "same", "bad"].map(|key| import[key].as_i64().unwrap())
}

/// A row that nothing is wrong with.
fn good_row(number: usize) -> [String; 13] {
    let cells = [
        format!("MH-{number}"),
        format!("Chè búp số {number}"),
        ["Chè xanh", "tea-premium", "Mật ong"][number % 3].to_owned(),
        if number.is_multiple_of(7) {
            "\"Hái sáng,\nsao tay\"".to_owned()
        } else {
            String::new()
        },
        String::new(),
        ["kg", "hộp", "gói"][number % 3].to_owned(),
        ["45.000", "\"45,000\"", "45000 đ", "250000"][number % 4].to_owned(),
        String::new(),
        ["20", "\"12,5\"", "1 500", "\"1.500,5\""][number % 4].to_owned(),
        String::new(),
        String::new(),
        if number.is_multiple_of(5) {
            "365".to_owned()
        } else {
            String::new()
        },
        if number.is_multiple_of(9) {
            "ngừng bán".to_owned()
        } else {
            String::new()
        },
    ];
    // Boxes and packets are sold whole.
    let mut cells = cells;
    if !number.is_multiple_of(3) {
        cells[8] = (number % 90 + 1).to_string();
    }
    cells
}

/// What may be wrong with a row, the column that must be named for it, and the words that say why.
const WRONGS: [(usize, &str, &str, &str); 14] = [
    (1, "", "name", "cần điền"),
    (1, "=1+1", "name", "công thức"),
    (2, "Đồ điện", "category", "nhóm hàng"),
    (4, "8938505974195", "gtin", "số kiểm tra"),
    (4, "8.93851E+12", "gtin", "làm tròn"),
    (5, "thùng phi", "unit", "đơn vị"),
    (6, "45.5", "price", "phần lẻ"),
    (6, "0", "price", "từ 1"),
    (6, "rẻ", "price", "phải là số"),
    (7, "cho không", "mode", "có sẵn"),
    (8, "1.500", "stock", "không rõ"),
    (8, "", "stock", "còn bán"),
    (11, "0", "shelf_life_days", "từ 1"),
    (12, "đang nghĩ", "state", "đang bán"),
];

/// A file of `rows` rows, of which `bad` are wrong, and for each wrong one its line, column and some of the reason.
fn file(rows: usize, bad: usize) -> (String, Vec<(usize, &'static str, &'static str)>) {
    let mut csv = format!("{HEADER}\r\n");
    let mut wrong = Vec::new();
    let mut line = 2;
    for number in 0..rows {
        let mut cells = good_row(number);
        // Spread over the whole file.
        if number * bad / rows != (number + 1) * bad / rows {
            let (at, value, column, why) = WRONGS[wrong.len() % WRONGS.len()];
            value.clone_into(&mut cells[at]);
            wrong.push((line, column, why));
        }
        line += 1 + cells[3].matches('\n').count();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    (csv, wrong)
}

on_both!(ten_thousand_rows_go_in_and_what_is_wrong_is_told, |app| {
    const ROWS: usize = 10_000;
    const BAD: usize = 137;
    let farmer = app.farmer().await;
    let (csv, wrong) = file(ROWS, BAD);
    assert_eq!(wrong.len(), BAD);
    let began = std::time::Instant::now();
    let import = sends(&farmer.client, csv).await.expect(StatusCode::CREATED);
    println!("read and checked in {:?}", began.elapsed());
    assert_eq!(import["state"], "ready");
    assert_eq!(counts(&import), [10_000, 9863, 0, 0, 137]);
    // A dry run writes nothing.
    let listed = farmer.client.get("/api/v1/listings?mine=1&limit=1").await;
    assert_eq!(listed.expect(StatusCode::OK)["total"], 0);

    let told = faults(&farmer.client, &import).await;
    assert_eq!(told.len(), BAD, "{told:?}");
    for (fault, (line, column, why)) in told.iter().zip(&wrong) {
        assert_eq!(
            (fault["line"].as_u64(), fault["column"].as_str()),
            (Some(*line as u64), Some(*column)),
            "{fault}"
        );
        assert!(
            text(fault, "reason").to_lowercase().contains(why),
            "{fault} should say {why}"
        );
        assert!(
            fault["column_number"].as_u64().is_some() && text(fault, "column_name").len() > 2,
            "{fault}"
        );
    }

    let began = std::time::Instant::now();
    let import = applied(&farmer.client, &import).await;
    println!("written in {:?}", began.elapsed());
    assert_eq!(
        (import["state"].as_str(), import["done"].as_i64()),
        (Some("done"), Some(9863))
    );
    assert_eq!(counts(&import), [10_000, 9863, 0, 0, 137]);
    let listed = farmer.client.get("/api/v1/listings?mine=1&limit=1").await;
    assert_eq!(listed.expect(StatusCode::OK)["total"], 9863);
    let again = applied(&farmer.client, &import).await;
    assert_eq!(again["done"], 9863, "asked for twice, written once");

    // What goes out comes in again and changes nothing.
    let before = changes(app).await;
    for format in ["csv", "xlsx"] {
        let file = farmer.client.get(&format!("/api/v1/listings/export.{format}")).await;
        assert_eq!(file.status, StatusCode::OK);
        let import = sends(&farmer.client, file.bytes).await.expect(StatusCode::CREATED);
        assert_eq!(import["format"], format);
        assert_eq!(counts(&import), [9863, 0, 0, 9863, 0], "{format}: {}", import["errors"]);
        assert_eq!(applied(&farmer.client, &import).await["state"], "done");
    }
    assert_eq!(changes(app).await, before, "no change row was written");

    // The refused rows come back in their own shape, and go in when they are mended.
    let refused = farmer
        .client
        .get(&format!("/api/v1/imports/{}/refused.csv", text(&import, "id")))
        .await;
    let refused = refused.text();
    assert_eq!(
        refused.lines().next().unwrap().trim_start_matches('\u{feff}'),
        format!("{HEADER},Lý do")
    );
    let import = sends(&farmer.client, refused).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [137, 0, 0, 0, 137], "unmended they are refused again");
});

on_both!(
    every_wrong_cell_of_a_row_is_told_and_doubles_name_the_other_line,
    |app| {
        let farmer = app.farmer().await;
        let csv = "sku;name;category;unit;price;stock;gtin;state;Ghi chú\n\
        A1;;xe máy;thùng phi;45.5;1.500;123;mai;x\n\
        A2;Chè đinh;tea-premium;kg;900.000;5;;;\n\
        A2;Chè đinh khác;tea-premium;kg;900.000;5;;;\n\
        ;Mật ong;Mật ong;lít;300.000;5;8938505974194;;\n\
        ;Mật ong;Mật ong;lít;310.000;5;8938505974194;;\n\
        A6;Chè hộp;tea;hộp;50.000;2 kg;;;\n\
        A7;Chè đặt;tea;kg;50.000;;;;một;hai\n";
        let import = sends(&farmer.client, csv).await.expect(StatusCode::CREATED);
        assert_eq!(counts(&import), [7, 2, 0, 0, 5]);
        assert_eq!(import["ignored_columns"], json!(["Ghi chú"]));
        let told = faults(&farmer.client, &import).await;
        assert_eq!(
            places(&told),
            [
                "2 name",
                "2 category",
                "2 unit",
                "2 price",
                "2 stock",
                "2 gtin",
                "2 state",
                "4 sku",
                "6 name",
                "6 gtin",
                "7 stock",
                "8 stock",
                "8 -"
            ]
        );
        let reason = |at: usize| text(&told[at], "reason");
        assert!(reason(7).contains("dòng 3") && reason(8).contains("dòng 5") && reason(9).contains("dòng 5"));
        assert_eq!(told[3]["value"], "45.5");
        let english = farmer
            .client
            .request(
                Method::GET,
                &format!("/api/v1/imports/{}/errors?limit=1", text(&import, "id")),
            )
            .header("accept-language", "en");
        let english = Answer::of(Method::GET, "/api/v1/imports/x/errors", english)
            .await
            .json();
        assert_eq!(english["items"][0]["column_name"], "Product name");
        assert!(english["next_cursor"].as_str().is_some());
    }
);

on_both!(a_file_changes_what_it_names_and_nothing_else, |app| {
    let farmer = app.farmer().await;
    let csv = "sku,name,category,unit,price,stock,mode,harvest_on,cap\n\
        C1,Chè nõn,tea-premium,kg,350.000,20,,,\n\
        C2,Chè theo mẻ,tea-premium,kg,400.000,,làm khi đặt,,\n\
        C3,Bưởi vụ tới,fruit-citrus,kg,30.000,,đặt trước,20/12/2099,500 kg\n";
    let import = sends(&farmer.client, csv).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [3, 3, 0, 0, 0], "{}", import["errors"]);
    applied(&farmer.client, &import).await;
    let own = farmer
        .client
        .get("/api/v1/listings?mine=1")
        .await
        .expect(StatusCode::OK);
    let listing = own["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == "Chè nõn")
        .unwrap()
        .clone();
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let exported = farmer.client.get("/api/v1/listings/export.csv").await.text();
    assert!(exported.contains("đặt trước") && exported.contains("2099-12-20") && exported.contains("làm khi đặt"));

    // Three kilograms are sold while somebody edits the file: their price goes in, and the three stay sold.
    let sold = json!({"stock": {"value": "17", "unit": "kg"}});
    farmer.client.patch(&path, &sold).await.expect(StatusCode::OK);
    let edited = exported.replace("350000", "360000");
    let import = sends(&farmer.client, edited).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [3, 0, 1, 2, 0], "{}", import["errors"]);
    applied(&farmer.client, &import).await;
    let now = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (now["price"].as_i64(), now["left"]["value"].as_str()),
        (Some(360_000), Some("17"))
    );

    // By its own code, with a few columns: the rest stays.
    let few = "sku,price,stock,state\nC1,370.000,\"9,5\",ngừng bán\n";
    let import = sends(&farmer.client, few).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [1, 0, 1, 0, 0], "{}", import["errors"]);
    applied(&farmer.client, &import).await;
    let now = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (
            now["price"].as_i64(),
            now["left"]["value"].as_str(),
            now["state"].as_str(),
            now["title"].as_str()
        ),
        (Some(370_000), Some("9.5"), Some("withdrawn"), Some("Chè nõn"))
    );

    // The product behind it, too; and what a listing is cannot become something else.
    let product = "sku,name,brand,shelf_life_days,unit,mode\nC1,Chè nõn tôm,Hảo Đạt,365,,\nC2,,,,hộp,có sẵn\n";
    let import = sends(&farmer.client, product).await.expect(StatusCode::CREATED);
    assert_eq!(places(&faults(&farmer.client, &import).await), ["3 unit", "3 mode"]);
    applied(&farmer.client, &import).await;
    let now = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(now["title"], "Chè nõn tôm");
});

on_both!(
    what_a_spreadsheet_would_evaluate_is_marked_and_comes_back_unmarked,
    |app| {
        let farmer = app.farmer().await;
        let product = json!({"name": "=HYPERLINK(\"http://example.test\")", "category": "tea", "unit": "kg",
        "brand": "'Nhà làm'", "description": "- một\n- hai, \"ba\"\n@bốn"});
        let product = farmer
            .client
            .post("/api/v1/products", &product)
            .await
            .expect(StatusCode::CREATED);
        let offer = json!({"product_id": product["id"], "price": 1000, "unit": "kg", "stock": {"value": "1.125", "unit": "kg"}});
        farmer
            .client
            .post("/api/v1/listings", &offer)
            .await
            .expect(StatusCode::CREATED);
        let exported = farmer.client.get("/api/v1/listings/export.csv").await;
        assert!(
            exported.headers["content-disposition"]
                .to_str()
                .unwrap()
                .contains("attachment")
        );
        let mut reader = csv::Reader::from_reader(
            exported
                .text()
                .trim_start_matches('\u{feff}')
                .as_bytes()
                .to_vec()
                .leak() as &[u8],
        );
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
        let before = changes(app).await;
        for format in ["csv", "xlsx"] {
            let file = farmer.client.get(&format!("/api/v1/listings/export.{format}")).await;
            let import = sends(&farmer.client, file.bytes).await.expect(StatusCode::CREATED);
            assert_eq!(counts(&import), [1, 0, 0, 1, 0], "{format}: {}", import["errors"]);
        }
        assert_eq!(changes(app).await, before);
        let evil = "name,category,unit,price,stock\n'=cmd|' /C calc'!A0,tea,kg,1000,1\n+1+1,tea,kg,1000,1\n";
        let import = sends(&farmer.client, evil).await.expect(StatusCode::CREATED);
        assert_eq!(places(&faults(&farmer.client, &import).await), ["2 name", "3 name"]);
    }
);

/// A zip file of these parts.
fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The smallest workbook around a sheet and its texts.
fn workbook(sheet: Vec<u8>, texts: Vec<u8>) -> Vec<u8> {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    zipped(&[
        (
            "_rels/.rels",
            format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").into_bytes(),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>").into_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>").into_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", texts),
    ])
}

fn rows(inside: &str) -> Vec<u8> {
    format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{inside}</sheetData></worksheet>")
        .into_bytes()
}

fn texts(inside: &str) -> Vec<u8> {
    format!("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{inside}</sst>").into_bytes()
}

const NAMED: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>name</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>price</t></is></c></row>";

on_both!(files_that_are_traps_are_refused_in_words, |app| {
    let farmer = app.farmer().await;
    let empty_rows: String = (2..=1_048_576).map(|row| format!("<row r=\"{row}\"/>")).collect();
    let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]>";
    let mut laughing = laughs.as_bytes().to_vec();
    laughing.extend(texts("<si><t>&d;</t></si>"));
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [&old[..], &locked].concat();
    let good = workbook(rows(NAMED), texts(""));
    let cases: Vec<(&str, Vec<u8>, StatusCode)> = vec![
        (
            "much of nothing",
            workbook(vec![b' '; 40 * 1024 * 1024], texts("")),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "huge texts",
            workbook(rows(NAMED), texts(&"<si><t>a</t></si>".repeat(2_100_000))),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "a promise of texts",
            workbook(
                rows(NAMED),
                texts("")
                    .iter()
                    .map(|b| *b as char)
                    .collect::<String>()
                    .replace("<sst ", "<sst uniqueCount=\"99999999999\" ")
                    .into_bytes(),
            ),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "empty rows to the end",
            workbook(rows(&format!("{NAMED}{empty_rows}")), texts("")),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "entities in entities",
            workbook(rows(NAMED), laughing),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "many parts",
            zipped(
                &(0..1500)
                    .map(|number| (format!("xl/{number}").leak() as &str, Vec::new()))
                    .collect::<Vec<_>>(),
            ),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            "a zip of something else",
            zipped(&[("readme.txt", b"hello".to_vec())]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "half a workbook",
            good[..good.len() / 2].to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "a broken workbook",
            {
                let mut bytes = good.clone();
                for byte in &mut bytes[40..80] {
                    *byte ^= 0x5a;
                }
                bytes
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("no rows", good.clone(), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "a far cell",
            workbook(
                rows(&format!("{NAMED}<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>")),
                texts(""),
            ),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "a text that is not there",
            workbook(
                rows(&format!("{NAMED}<row r=\"2\"><c r=\"A2\" t=\"s\"><v>7</v></c></row>")),
                texts(""),
            ),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (".xls", old.clone(), StatusCode::UNPROCESSABLE_ENTITY),
        ("a password", locked, StatusCode::UNPROCESSABLE_ENTITY),
        (
            "a picture",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("nothing", Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "a novel",
            "Truyện Kiều\n".repeat(100).into_bytes(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "an open quote",
            format!("name,price\n\"{}", "a,1\n".repeat(50_000)).into_bytes(),
            StatusCode::CREATED,
        ),
        ("21 MiB", vec![b'a'; 21 * 1024 * 1024], StatusCode::PAYLOAD_TOO_LARGE),
        (
            "zero width and right to left",
            "name,category,unit,price,stock\nChè\u{200b},tea,kg,1000,1\nChè\u{202e}x,tea,kg,1000,1\n".into(),
            StatusCode::CREATED,
        ),
    ];
    for (what, bytes, status) in cases {
        let began = std::time::Instant::now();
        let answer = sends(&farmer.client, bytes).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        if status == StatusCode::CREATED {
            assert_eq!(answer.json()["good"], 0, "{what}");
        } else if what != "21 MiB" {
            assert_eq!(answer.wrong(status), ["/file"], "{what}");
        }
        println!("{what}: {:?}", began.elapsed());
    }
    // And the server still takes an honest one.
    let template = app.guest().get("/api/v1/imports/template.xlsx").await;
    let import = sends(&farmer.client, template.bytes).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [1, 1, 0, 0, 0], "{}", import["errors"]);
});

on_both!(a_workbook_with_formulas_days_and_numbers_is_read_as_it_shows, |app| {
    let farmer = app.farmer().await;
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("Ghi chép")
        .unwrap()
        .write_string(0, 0, "chẳng có gì")
        .unwrap();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "HTX Chè Hảo Đạt").unwrap();
    for (at, name) in (0_u16..).zip([
        "Tên sản phẩm",
        "Nhóm hàng",
        "Đơn vị",
        "Giá (đồng)",
        "Cách bán",
        "Ngày thu hoạch",
        "Nhận đặt tối đa",
        "Mã vạch (GTIN)",
    ]) {
        sheet.write_string(2, at, name).unwrap();
    }
    sheet.write_row(3, 0, ["Bưởi", "fruit-citrus", "kg"]).unwrap();
    // What the formula came to is taken; it is not reckoned again.
    sheet
        .write_formula(3, 3, rust_xlsxwriter::Formula::new("=1+1").set_result("30000"))
        .unwrap();
    sheet.write_string(3, 4, "đặt trước").unwrap();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2099, 12, 20).unwrap();
    sheet
        .write_datetime_with_format(3, 5, &day, &rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy"))
        .unwrap();
    sheet.write_number(3, 6, 0.1 + 0.2).unwrap();
    sheet.write_number(3, 7, 8_938_505_974_194.0).unwrap();
    sheet.write_row(4, 0, ["Cam", "fruit-citrus", "kg"]).unwrap();
    sheet
        .write_formula(4, 3, rust_xlsxwriter::Formula::new("=#REF!").set_result("#REF!"))
        .unwrap();
    let import = sends(&farmer.client, workbook.save_to_buffer().unwrap())
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [2, 1, 0, 0, 1], "{}", import["errors"]);
    assert_eq!(places(&faults(&farmer.client, &import).await), ["5 price", "5 stock"]);
    applied(&farmer.client, &import).await;
    let own = farmer
        .client
        .get("/api/v1/listings?mine=1")
        .await
        .expect(StatusCode::OK);
    let listing = &own["items"][0];
    assert_eq!(
        (listing["price"].as_i64(), listing["gtin"].as_str()),
        (Some(30_000), Some("08938505974194"))
    );
    assert_eq!(listing["left"], json!({"value": "0.3", "unit": "kg"}));
});

on_both!(an_import_is_its_senders_and_a_file_reaches_only_what_is_theirs, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let csv = "sku,name,category,unit,price,stock\nA,Chè,tea,kg,1000,1\n";
    let import = sends(&farmer.client, csv).await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/imports/{}", text(&import, "id"));
    for rest in ["", "/errors", "/refused.csv", "/refused.xlsx"] {
        assert_eq!(
            other.client.get(&format!("{path}{rest}")).await.status,
            StatusCode::NOT_FOUND,
            "{rest}"
        );
        assert_eq!(
            app.guest().get(&format!("{path}{rest}")).await.status,
            StatusCode::UNAUTHORIZED,
            "{rest}"
        );
    }
    let apply = format!("{path}/apply");
    assert_eq!(
        other.client.post(&apply, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.guest().post(&apply, &json!({})).await.status,
        StatusCode::UNAUTHORIZED
    );
    applied(&farmer.client, &import).await;
    assert_eq!(
        other.client.get("/api/v1/imports").await.expect(StatusCode::OK)["items"],
        json!([])
    );
    let own = farmer.client.get("/api/v1/imports").await.expect(StatusCode::OK);
    assert_eq!(own["items"][0]["id"], import["id"]);

    // Somebody else's listing by its id, somebody else's seller by its id, and the same code of another seller.
    let listing = farmer
        .client
        .get("/api/v1/listings?mine=1")
        .await
        .expect(StatusCode::OK)["items"][0]
        .clone();
    let theft = format!(
        "id,seller,sku,name,category,unit,price,stock\n{},,,,,,1,\n,{},B,Chè,tea,kg,1,1\n,,A,Chè,tea,kg,1,1\n",
        text(&listing, "id"),
        farmer.seller_id
    );
    let import = sends(&other.client, theft).await.expect(StatusCode::CREATED);
    assert_eq!(counts(&import), [3, 1, 0, 0, 2]);
    assert_eq!(places(&faults(&other.client, &import).await), ["2 id", "3 seller"]);
    applied(&other.client, &import).await;
    let now = app
        .guest()
        .get(&format!("/api/v1/listings/{}", text(&listing, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(now["price"], 1000);
    let exported = other.client.get("/api/v1/listings/export.csv").await.text();
    assert_eq!(exported.matches("\r\n").count(), 2, "{exported}");
    assert_eq!(
        app.guest().get("/api/v1/listings/export.csv").await.status,
        StatusCode::UNAUTHORIZED
    );
    let wrong = format!("/api/v1/imports?seller_id={}", farmer.seller_id);
    let answer = Answer::of(
        Method::POST,
        &wrong,
        other.client.request(Method::POST, &wrong).body(csv),
    )
    .await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?seller_id"]);
});

on_both!(
    what_went_wrong_since_the_dry_run_is_refused_and_the_rest_is_written,
    |app| {
        let (farmer, other) = (app.farmer().await, app.farmer().await);
        let csv = "name,category,unit,price,stock,gtin\nChè một,tea,kg,1000,1,\nChè hai,tea,kg,1000,1,8938505974194\nChè ba,tea,kg,1000,1,\n";
        let import = sends(&farmer.client, csv).await.expect(StatusCode::CREATED);
        assert_eq!(counts(&import), [3, 3, 0, 0, 0]);
        let product = json!({"name": "Chè", "category": "tea", "unit": "kg", "gtin": "8938505974194"});
        other
            .client
            .post("/api/v1/products", &product)
            .await
            .expect(StatusCode::CREATED);
        let import = applied(&farmer.client, &import).await;
        assert_eq!(counts(&import), [3, 2, 0, 0, 1]);
        assert_eq!((import["total"].as_i64(), import["done"].as_i64()), (Some(2), Some(2)));
        assert_eq!(places(&faults(&farmer.client, &import).await), ["3 gtin"]);
        // The same file with the same key is one import; in a form it keeps its name.
        let form = || {
            let part = reqwest::multipart::Part::bytes(csv.as_bytes().to_vec()).file_name("hàng tháng 11.csv");
            reqwest::multipart::Form::new().part("file", part)
        };
        let path = "/api/v1/imports";
        let mut ids = Vec::new();
        for _ in 0..2 {
            let request = farmer
                .client
                .request(Method::POST, path)
                .header("Idempotency-Key", "k1")
                .multipart(form());
            let import = Answer::of(Method::POST, path, request)
                .await
                .expect(StatusCode::CREATED);
            assert_eq!(import["file_name"], "hàng tháng 11.csv");
            ids.push(text(&import, "id"));
        }
        assert_eq!(ids[0], ids[1]);
    }
);

async fn killed_in_the_middle(backend: Backend) {
    const ROWS: usize = 3000;
    let Some((database, folder)) = new_database(backend).await else {
        return;
    };
    let mut server = Server::start(&database, folder.path()).await;
    let account = json!({"phone": "0912345678", "name": "Lan", "password": "mật khẩu dài"});
    server
        .post(None, "/api/v1/accounts", "account", &account)
        .await
        .unwrap();
    let (_, session) = server
        .post(None, "/api/v1/sessions", "session", &account)
        .await
        .unwrap();
    let token = text(&session, "token");
    let seller = json!({"name": "Hộ Lan", "kind": "household", "commune_code": "05503"});
    server
        .post(Some(&token), "/api/v1/sellers", "seller", &seller)
        .await
        .unwrap();
    let (csv, _) = file(ROWS, 3);
    let import: Value = server
        .http
        .post(format!("{}/api/v1/imports", server.url))
        .bearer_auth(&token)
        .body(csv)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let path = format!("/api/v1/imports/{}", text(&import, "id"));
    server
        .post(Some(&token), &format!("{path}/apply"), "apply", &json!({}))
        .await
        .unwrap();
    let mut seen = Vec::new();
    let done = loop {
        let import: Value = server
            .http
            .get(format!("{}{path}", server.url))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let done = import["done"].as_u64().unwrap();
        if import["state"] == "done" {
            break done;
        }
        // Twice: soon after it began, and in the middle.
        if (seen.is_empty() && done >= 200) || (seen.len() == 1 && done >= 1600) {
            seen.push(done);
            server.kill();
            server = Server::start(&database, folder.path()).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    println!("{backend:?}: killed at {seen:?} of {done}");
    assert!(!seen.is_empty(), "it was over before it could be killed");
    assert_eq!(done, (ROWS - 3) as u64);
    let export = server
        .http
        .get(format!("{}/api/v1/listings/export.csv", server.url))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let mut reader = csv::Reader::from_reader(export.trim_start_matches('\u{feff}').as_bytes());
    let codes: Vec<String> = reader.records().map(|record| record.unwrap()[2].to_owned()).collect();
    let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
    assert_eq!((codes.len(), distinct.len()), (ROWS - 3, ROWS - 3), "each row once");
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_each_row_is_written_once_sqlite() {
    killed_in_the_middle(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_each_row_is_written_once_postgres() {
    killed_in_the_middle(Backend::Postgres).await;
}

on_both!(the_command_line_takes_files_in_and_out, |app| {
    let farmer = app.farmer().await;
    let folder = tempfile::tempdir().unwrap();
    let database = app.app.config().database_url.clone();
    let state = app.app.config().state.clone();
    let choque = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_choque"))
            .args(arguments)
            .args(["--db", &database])
            .env("CHOQUE_STATE", &state)
            .env("CHOQUE_LOG", "error")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let file = folder.path().join("hang.csv");
    std::fs::write(
        &file,
        "sku,name,category,unit,price,stock\nA,Chè,tea,kg,45.000,1\nB,Mật,honey,kg,45.5,1\n",
    )
    .unwrap();
    let (file, seller) = (file.to_str().unwrap(), farmer.seller_id.as_str());
    let (code, told, faults) = choque(&["import", "listings", file, "--dry-run", "--seller", seller]);
    assert_eq!(code, Some(2), "{faults}");
    assert!(told.contains("1 would be made") && told.contains("1 refused"), "{told}");
    assert!(faults.contains("dòng 3, cột Giá (đồng) “45.5”"), "{faults}");
    let none = farmer
        .client
        .get("/api/v1/listings?mine=1")
        .await
        .expect(StatusCode::OK);
    assert_eq!(none["total"], 0);
    let (code, told, _) = choque(&["import", "listings", file, "--seller", seller]);
    assert_eq!(
        (code, told.trim()),
        (Some(2), "1 made, 0 changed, 0 the same as before, 1 refused")
    );
    for format in ["csv", "xlsx"] {
        let out = folder.path().join(format!("xuat.{format}"));
        let out = out.to_str().unwrap();
        let (code, _, faults) = choque(&["export", "listings", "--seller", seller, "--format", format, "-o", out]);
        assert_eq!(code, Some(0), "{faults}");
        let (code, told, _) = choque(&["import", "listings", out, "--seller", seller]);
        assert_eq!(
            (code, told.trim()),
            (Some(0), "0 made, 0 changed, 1 the same as before, 0 refused")
        );
    }
    let (code, told, _) = choque(&["export", "listings"]);
    assert!(code == Some(0) && told.contains("45000"), "{told}");
    let (code, _, fault) = choque(&["import", "listings", file, "--seller", "khong-co"]);
    assert!(code == Some(1) && fault.contains("--seller"), "{fault}");
    let (code, _, fault) = choque(&["import", "listings", "/nowhere.csv", "--seller", seller]);
    assert!(code == Some(1) && fault.contains("/nowhere.csv"), "{fault}");
});
