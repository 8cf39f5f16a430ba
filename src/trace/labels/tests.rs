use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use super::*;

const LINK: &str = "https://choque.thainguyen.example.vn/01/08938505974019/10/CHE-2211";
const SHORT_LINK: &str = "https://choque.thainguyen.example.vn/t/7KQ2M9XPA";

fn tea(count: usize) -> LabelData {
    LabelData {
        product: "Chè tôm nõn Hảo Đạt".to_owned(),
        producer: "Hợp tác xã chè Hảo Đạt".to_owned(),
        lot: "CHE-2211".to_owned(),
        produced_on: "21/11/2026".to_owned(),
        expires_on: Some("21/11/2028".to_owned()),
        place: "Xóm Nam Tiến, xã Tân Cương, tỉnh Thái Nguyên".to_owned(),
        short_code: "7KQ2M9XPA".to_owned(),
        quantity: Some("200 g".to_owned()),
        links: vec![LINK.to_owned(); count],
        short_link: Some(SHORT_LINK.to_owned()),
    }
}

/// Names as long as they get.
fn long_names(count: usize) -> LabelData {
    let product = "Chè búp khô đặc sản sao tay truyền thống vùng Khe Cốc, loại một tôm hai lá, hái buổi sớm mùa xuân, đóng túi hút chân không \
                   bảo quản lạnh, quà biếu tết cổ truyền";
    let producer = "Hợp tác xã sản xuất, chế biến và tiêu thụ chè an toàn Khe Cốc xã Tức Tranh, liên kết với các tổ hợp tác chè an toàn \
                    Minh Hợp, Thác Dài và Đồng Danh, huyện cũ";
    assert!(
        (150..=160).contains(&product.chars().count()),
        "{}",
        product.chars().count()
    );
    assert!(
        (150..=160).contains(&producer.chars().count()),
        "{}",
        producer.chars().count()
    );
    LabelData {
        product: product.to_owned(),
        producer: producer.to_owned(),
        place: "Xóm Khe Cốc, xã Vô Tranh, tỉnh Thái Nguyên".to_owned(),
        lot: "L20261122-0001-XUAN-A".to_owned(),
        ..tea(count)
    }
}

/// Runs a program, or says that it is not there; in CI it must be.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<Output> {
    match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program} is needed: {error}");
            eprintln!("SKIPPED: {program} is not here");
            None
        }
    }
}

/// What `zbarimg` reads from every page as a label printer of 203 dpi would print it, page by page.
fn scan(pdf: &[u8]) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    let drawn = run(
        "pdftoppm",
        &["-r", "203", "-gray", "-png", "sheet.pdf", "page"],
        folder.path(),
    )?;
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let mut pages: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    pages.retain(|name| name.to_string_lossy().ends_with(".png"));
    pages.sort();
    let read = |name: &std::ffi::OsString| {
        let output = run(
            "zbarimg",
            &[
                "--quiet",
                "--raw",
                "-Sdisable",
                "-Sqrcode.enable",
                &name.to_string_lossy(),
            ],
            folder.path(),
        )?;
        Some(
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .map(str::to_owned)
                .collect(),
        )
    };
    pages.iter().map(read).collect()
}

/// What `zbarimg` reads from each sticker of a full first page, held before it by itself.
fn scan_each(template: Template, pdf: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    run(
        "pdftoppm",
        &["-r", "203", "-gray", "-png", "-singlefile", "sheet.pdf", "page"],
        folder.path(),
    )?;
    let page = image::open(folder.path().join("page.png")).expect("a page");
    let stock = template.stock();
    let dots = |length: f64| format!("{:.0}", length / DOT).parse::<u32>().expect("a length");
    let mut arguments = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]
        .map(str::to_owned)
        .to_vec();
    for place in 0..template.per_page() {
        let along =
            |margin: f64, count: usize, pitch: f64| dots(margin + f64::from(u8::try_from(count).expect("few")) * pitch);
        let x = along(stock.margin.0, place % stock.columns, stock.pitch.0);
        let y = along(stock.margin.1, place / stock.columns, stock.pitch.1);
        let name = format!("sticker-{place:03}.png");
        page.crop_imm(x, y, dots(stock.sticker.0), dots(stock.sticker.1))
            .save(folder.path().join(&name))
            .expect("written");
        arguments.push(name);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run("zbarimg", &arguments, folder.path())?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

/// The words of the file, in reading order, without line ends.
fn words(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    let output = run("pdftotext", &["-raw", "sheet.pdf", "-"], folder.path())?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

#[test]
fn a_templates_name_is_read_and_others_are_refused() {
    for (template, name) in Template::ALL {
        assert_eq!(name.parse::<Template>().ok(), Some(template));
    }
    assert!(matches!("a4-12".parse::<Template>(), Err(LabelError::Template)));
}

#[test]
fn every_stock_fits_its_page_and_its_quiet_zone_fits_its_padding() {
    for (template, name) in Template::ALL {
        let stock = template.stock();
        let last = |count: usize, margin: f64, pitch: f64, length: f64| {
            margin + f64::from(u8::try_from(count - 1).expect("few")) * pitch + length
        };
        assert!(
            last(stock.columns, stock.margin.0, stock.pitch.0, stock.sticker.0) <= stock.page.0 + 1e-9,
            "{name}"
        );
        assert!(
            last(stock.rows, stock.margin.1, stock.pitch.1, stock.sticker.1) <= stock.page.1 + 1e-9,
            "{name}"
        );
        assert!(
            stock
                .modules
                .iter()
                .all(|module| module * DOT * 4.0 <= stock.padding + DOT && *module >= FINEST.ceil()),
            "{name}"
        );
        assert!(stock.modules.is_sorted_by(|a, b| a > b), "{name}");
    }
}

#[test]
fn all_stickers_of_every_template_are_read_at_203_dpi() {
    for (template, name) in Template::ALL {
        for data in [tea(template.per_page()), long_names(template.per_page())] {
            let file = sheet(template, &data).expect("a sheet");
            let Some(pages) = scan(&file) else { return };
            assert_eq!(pages.len(), 1, "{name}");
            assert_eq!(pages[0].len(), template.per_page(), "{name}: {:?}", data.product);
            assert!(pages[0].iter().all(|read| read == LINK), "{name}: {:?}", pages[0]);
        }
    }
}

#[test]
fn nothing_of_what_people_wrote_is_cut() {
    for (template, name) in Template::ALL {
        let data = long_names(1);
        let file = sheet(template, &data).expect("a sheet");
        let Some(text) = words(&file) else { return };
        let text: String = text.split_whitespace().collect();
        let mut expected = vec![
            &data.product,
            &data.producer,
            &data.lot,
            &data.produced_on,
            &data.short_code,
        ];
        expected.extend(&data.expires_on);
        if template != Template::A4x65 {
            expected.push(&data.place);
            expected.extend(&data.quantity);
        }
        for part in expected {
            let part: String = part.split_whitespace().collect();
            assert!(text.contains(&part), "{name} lacks {part}: {text}");
        }
    }
}

#[test]
fn stickers_with_serials_differ_and_go_on_over_pages() {
    let links: Vec<String> = (1..=30).map(|serial| format!("{LINK}/21/{serial:05}")).collect();
    let data = LabelData {
        links: links.clone(),
        ..tea(0)
    };
    let Some(mut pages) = scan(&sheet(Template::A4x24, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [24, 6]);
    for page in &mut pages {
        page.sort();
    }
    assert_eq!(pages.concat(), links);
    let Some(pages) = scan(&sheet(Template::Roll50x30, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.concat(), links, "a roll keeps the order");
}

#[test]
fn every_serial_is_read_sticker_by_sticker_down_to_the_finest_modules() {
    for (template, host, module) in [
        (Template::A4x24, "https://choque.example.vn", 5.0),
        (Template::A4x65, "https://choque.example.vn", 4.0),
        (Template::A4x65, "https://choque.thainguyen.example.vn", FINEST),
        (
            Template::Roll50x30,
            "https://truy-xuat-nguon-goc-nong-san-an-toan-va-ocop.choque.thainguyen.example.vn",
            FINEST,
        ),
    ] {
        let serial = |serial| format!("{host}/01/08938505974019/10/CHE-2211/21/{serial:05}");
        let links: Vec<String> = (1..=65).map(serial).collect();
        let side = Qr::of(&links[0]).expect("a code").side();
        assert_eq!(
            template.stock().modules_for(side)[0].to_bits(),
            module.to_bits(),
            "{template:?}, {side} modules"
        );
        let data = LabelData {
            links: links.clone(),
            ..tea(0)
        };
        let Some(read) = scan_each(template, &sheet(template, &data).expect("a sheet")) else {
            return;
        };
        assert_eq!(read, links[..template.per_page()], "{template:?}, {side} modules");
    }
}

#[test]
fn an_address_too_long_for_the_sticker_gives_way_to_the_short_one() {
    let long = format!(
        "https://truy-xuat-nguon-goc.nong-san-an-toan.thainguyen.example.vn/01/08938505974019/10/{}",
        "L".repeat(60)
    );
    let data = LabelData {
        links: vec![long.clone(); 65],
        ..tea(0)
    };
    let Some(pages) = scan(&sheet(Template::A4x65, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.concat(), vec![SHORT_LINK; 65]);
    let without = LabelData {
        short_link: None,
        ..data
    };
    assert!(matches!(sheet(Template::A4x65, &without), Err(LabelError::LinkTooLong)));
    // The short address names the batch alone, so it must not stand in for serial numbers.
    let serials = LabelData {
        links: (0..3).map(|serial| format!("{long}/21/{serial}")).collect(),
        ..tea(0)
    };
    assert!(matches!(sheet(Template::A4x65, &serials), Err(LabelError::LinkTooLong)));
}

#[test]
fn a_count_outside_one_to_a_thousand_is_refused() {
    for count in [0, 1001] {
        assert!(matches!(sheet(Template::A4x24, &tea(count)), Err(LabelError::Count(refused)) if refused == count));
    }
}

#[test]
fn what_people_wrote_is_text_and_never_markup() {
    let nasty = "#panic(\"x\") $1/0$ *bold* = <a> @ref \\ `raw` // gone ]";
    let data = LabelData {
        product: nasty.to_owned(),
        producer: "#".to_owned(),
        ..tea(1)
    };
    let Some(text) = words(&sheet(Template::A4x24, &data).expect("a sheet")) else {
        return;
    };
    assert!(
        text.contains(&nasty.split_whitespace().collect::<Vec<_>>().join(" ")),
        "{text}"
    );
}

#[test]
fn only_what_can_be_drawn_is_printed() {
    assert_eq!(printable("  Mật ong 🍯 rừng\n★★★★ "), "Mật ong rừng");
    // Decomposed letters are put together: the font draws those better.
    assert_eq!(printable("Che\u{300} ta\u{302}\u{301}m"), "Chè tấm");
    assert_eq!(
        printable(&"a".repeat(25)),
        format!("{0}\u{200b}{0}\u{200b}{0}\u{200b}a", "a".repeat(8))
    );
}

#[test]
fn a_word_without_an_end_stays_inside_its_sticker() {
    let data = LabelData {
        product: "W".repeat(160),
        producer: "M".repeat(160),
        ..tea(24)
    };
    for (template, name) in Template::ALL {
        let Some(pages) = scan(&sheet(template, &data).expect("a sheet")) else {
            return;
        };
        assert_eq!(pages.concat(), vec![LINK; 24], "{name}");
    }
}
