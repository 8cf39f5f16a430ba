//! The grammar case by case: what is read, and why each malformed URI is refused.

use digital_link::{DigitalLink, Error, Gtin, Lot, Serial};

fn element_string(uri: &str) -> Result<String, Error> {
    DigitalLink::parse(uri).map(|link| link.element_string())
}

/// The machine-readable code of a refusal, or what was wrongly read.
fn refusal(result: Result<DigitalLink, Error>) -> String {
    match result {
        Ok(link) => format!("read as {}", link.element_string()),
        Err(error) => error.code().to_owned(),
    }
}

#[test]
fn well_formed() {
    for (uri, expected) in [
        ("http://a/01/09520123456788", "^0109520123456788"),
        ("https://a./01/09520123456788", "^0109520123456788"),
        ("https://a:65535/01/09520123456788", "^0109520123456788"),
        ("https://3232235777/01/09520123456788", "^0109520123456788"),
        ("https://[2001:db8::1]/01/09520123456788", "^0109520123456788"),
        ("https://[::ffff:192.0.2.1]:8080/01/09520123456788", "^0109520123456788"),
        ("https://a/more/stem/01/09520123456788", "^0109520123456788"),
        ("https://a/00/faux/00/952012345678912345", "^00952012345678912345"),
        (
            "https://a/01/09520123456788/8004/9520614141234567",
            "^80049520614141234567",
        ),
        (
            "https://a/01/09520123456788/22/2A/10/ABC/21/XYZ",
            "^0109520123456788222A^10ABC^21XYZ",
        ),
        (
            "https://a/01/09520123456788/22/2A/21/XYZ#frag?10=x",
            "^0109520123456788222A^21XYZ",
        ),
        ("https://a/01/09520123456788/22/ABC+123", "^010952012345678822ABC+123"),
        ("https://a/01/09520123456788/10/%41%2d%2F", "^010952012345678810A-/"),
        ("https://a/01/09520123456788/10/a%25b", "^010952012345678810a%b"),
        (
            "https://a/01/09520123456788/10/!'()*;:=,&.",
            "^010952012345678810!'()*;:=,&.",
        ),
        (
            "https://a/8018/123456789012345675/8019/123",
            "^8018123456789012345675^8019123",
        ),
        ("https://a/8003/09520123456788", "^800309520123456788"),
        ("https://a/8006/095201234567880102/21/1", "^8006095201234567880102^211"),
        ("https://a/415/9520123456788/8020/REF", "^41595201234567888020REF"),
        ("https://a/414/9520123456788/7040/1ABC", "^414952012345678870401ABC"),
        (
            "https://a/00/952012345678912345?02=09520123456788&37=25&10=ABC123",
            "^0095201234567891234502095201234567883725^10ABC123",
        ),
        (
            "https://a/01/09520123456788?17=201225&3103=000195&3922=0299",
            "^010952012345678817201225310300019539220299",
        ),
        ("https://a/01/09520123456788?10", "^0109520123456788"),
        ("https://a/01/09520123456788?=1&&x=%zz&lot=5", "^0109520123456788"),
        ("https://a/01/09520123456788?%31%30=ABC", "^0109520123456788"),
    ] {
        assert_eq!(element_string(uri), Ok(expected.to_owned()), "{uri}");
    }
}

#[test]
fn refused_uris() {
    for (uri, code) in [
        ("", "scheme"),
        ("01/09520123456788", "scheme"),
        ("ftp://a/01/09520123456788", "scheme"),
        ("Https://a/01/09520123456788", "scheme"),
        ("https:///01/09520123456788", "authority"),
        ("https://?/01/09520123456788", "authority"),
        ("https://user@a/01/09520123456788", "authority"),
        ("https://a_b/01/09520123456788", "authority"),
        ("https://[::1/01/09520123456788", "authority"),
        ("https://[fe80::1%25lo]/01/09520123456788", "authority"),
        ("https://a:b/01/09520123456788", "authority"),
        ("https://a:1:2/01/09520123456788", "authority"),
        ("https://:80/01/09520123456788", "authority"),
        ("https://a", "no_primary_key"),
        ("https://a?01=09520123456788", "no_primary_key"),
        ("https://a#/01/09520123456788", "no_primary_key"),
        ("https://a/", "no_primary_key"),
        ("https://00/006141411234567890", "no_primary_key"),
        ("https://a/01", "no_primary_key"),
        ("https://a/01/09520123456788/", "no_primary_key"),
        ("https://a/01/09520123456788/10", "no_primary_key"),
        ("https://a/gtin/09520123456788", "no_primary_key"),
        ("https://a/%30%31/09520123456788", "no_primary_key"),
        ("https://a/10/ABC", "no_primary_key"),
        ("https://a/01/09520123456788 ", "uri_character"),
        ("https://a/01/09520123456788?x=é", "uri_character"),
        ("https://a/01/09520123456788/10/a|b", "uri_character"),
        ("https://a/01/09520123456788/10/a\0b", "uri_character"),
        ("https://a/1/09520123456788", "unknown_ai"),
        ("https://a/01/09520123456788/89/ABC", "unknown_ai"),
        ("https://a/01/09520123456788?999=faux", "unknown_ai"),
        ("https://a/01/09520123456788?0=faux", "unknown_ai"),
        ("https://a/01/", "empty_value"),
    ] {
        assert_eq!(refusal(DigitalLink::parse(uri)), code, "{uri}");
    }
}

#[test]
fn refused_paths() {
    for (path, code) in [
        ("", "no_primary_key"),
        ("01/09520123456788", "no_primary_key"),
        ("?01=09520123456788", "no_primary_key"),
        ("//01/09520123456788", "stem"),
        ("/stem/01/09520123456788", "stem"),
        ("/01/09520123456788/01/09520123456788", "stem"),
        ("/01/09520123456788/414/9520123456788", "stem"),
        ("/01/9520123456788", "too_short"),
        ("/01/009520123456788", "too_long"),
        ("/01/09520123456789", "check_digit"),
        ("/01/0952012345678a", "bad_character"),
        ("/01/0952012345678%", "percent_encoding"),
        ("/01/09520123456788/10/%", "percent_encoding"),
        ("/01/09520123456788/10/ABC%2", "percent_encoding"),
        ("/01/09520123456788/10/ABC%2G", "percent_encoding"),
        ("/01/09520123456788/10/%00", "bad_character"),
        ("/01/09520123456788/10/ABC%00", "bad_character"),
        ("/01/09520123456788/10/%20", "bad_character"),
        ("/01/09520123456788/10/%5E", "bad_character"),
        ("/01/09520123456788/10/%C3%A8", "bad_character"),
        ("/01/09520123456788/10/%7F", "bad_character"),
        ("/01/09520123456788/10/a$b", "bad_character"),
        ("/01/09520123456788/10/a@b", "bad_character"),
        ("/01/09520123456788/10/a~b", "bad_character"),
        ("/01/09520123456788/10/%23", "bad_character"),
        ("/01/09520123456788/10//21/A", "empty_value"),
        ("/01/09520123456788/10/123456789012345678901", "too_long"),
        ("/01/09520123456788/10/A/22/B", "qualifier_order"),
        ("/01/09520123456788/21/A/10/B", "qualifier_order"),
        ("/01/09520123456788/10/A/10/A", "qualifier_order"),
        ("/01/09520123456788/235/A/21/B", "qualifier_order"),
        ("/01/09520123456788/99/ABC", "qualifier_order"),
        ("/01/09520123456788/17/261231", "qualifier_order"),
        ("/00/952012345678912345/10/A", "qualifier_order"),
        ("/414/9520123456788/254/A/7040/1ABC", "qualifier_order"),
        ("/01/09520123456788?10=ABC", "belongs_in_path"),
        ("/01/09520123456788/21/A?10=ABC", "belongs_in_path"),
        ("/8006/095201234567880102?10=A", "belongs_in_path"),
        ("/01/09520123456788?21=ABC", "not_an_attribute"),
        ("/01/09520123456788?22=ABC", "not_an_attribute"),
        ("/414/9520123456788?254=A", "not_an_attribute"),
        ("/01/09520123456788?01=09520123456788", "duplicate_ai"),
        ("/01/09520123456788/10/A?10=A", "duplicate_ai"),
        ("/01/09520123456788?99=A&99=A", "duplicate_ai"),
        ("/01/09520123456788?99=A&99=B", "duplicate_ai"),
        ("/01/09520123456788?99=", "empty_value"),
        ("/01/09520123456788?linkType=linkset&99=", "empty_value"),
        ("/01/09520123456788?99=A+B", "bad_character"),
        ("/01/09520123456788?99=A%20B", "bad_character"),
        ("/01/09520123456788?17=261331", "date"),
        ("/01/09520123456788?17=260230", "date"),
        ("/01/09520123456788?17=26123", "too_short"),
        ("/01/09520123456788?17=201225;3103=000195", "too_long"),
        ("/01/09520123456788?3103=000195&3102=001950", "excluded_companion"),
        ("/01/09520123456788?37=5", "excluded_companion"),
        ("/01/09520123456788?02=09520123456788&37=5", "excluded_companion"),
        ("/00/952012345678912345?17=261231", "missing_companion"),
        ("/00/952012345678912345?02=09520123456788", "missing_companion"),
        ("/01/09520123456788?3922=0299", "missing_companion"),
        ("/01/09520123456788?250=A", "missing_companion"),
        ("/415/9520123456788", "missing_companion"),
        ("/01/09520123456788?427=TN", "missing_companion"),
        ("/8003/19520123456788", "not_zero"),
        ("/8013/1987654Ad4X4bL5ttr2310c2X", "check_pair"),
        ("/401/952", "company_prefix"),
        ("/8010/9520/8011/01", "zero_prefix"),
    ] {
        assert_eq!(refusal(DigitalLink::parse_path(path)), code, "{path}");
    }
}

#[test]
fn a_refusal_names_its_place() {
    let path = "/01/09520123456788/10/A?17=261231&3103=12";
    let error = DigitalLink::parse_path(path).expect_err("3103 is too short");
    assert_eq!((error.ai(), error.offset()), (Some("3103"), path.len() - 2));
    assert_eq!(
        error.to_string(),
        "(3103) at byte 39: the value is too short: it has at least 6 characters"
    );
    let error = DigitalLink::parse("https://a/01/09520123456788/10/A%2").expect_err("the percent sign is cut off");
    assert_eq!((error.ai(), error.offset()), (Some("10"), 32));
}

#[test]
fn levels_lead_up_to_the_primary_key() {
    let link = DigitalLink::parse_path("/01/09520123456788/22/2A/10/AB/21/X?17=261231").expect("well formed");
    let levels: Vec<_> = link.levels().map(|level| level.path()).collect();
    assert_eq!(
        levels,
        [
            "/01/09520123456788/22/2A/10/AB/21/X",
            "/01/09520123456788/22/2A/10/AB",
            "/01/09520123456788/22/2A",
            "/01/09520123456788",
        ]
    );
    assert_eq!(link.gtin(), Gtin::parse("9520123456788").ok());
    assert_eq!(link.lot(), Lot::parse("AB").ok());
    assert_eq!(link.serial(), Serial::parse("X").ok());
    assert_eq!(link.cpv().map(|cpv| cpv.to_string()).as_deref(), Some("2A"));
    assert_eq!(
        (link.gln(), link.value("17"), link.qualifiers().len()),
        (None, Some("261231"), 3)
    );
}

#[test]
fn canonical_uris_sort_attributes_and_encode_reserved_characters() {
    let link =
        DigitalLink::parse("http://a/x/01/09520123456788/10/a+b%2f?99=%26&17=261231&utm=1#top").expect("well formed");
    assert_eq!(
        link.uri("https://id.example/"),
        "https://id.example/01/09520123456788/10/a%2Bb%2F?17=261231&99=%26"
    );
}
