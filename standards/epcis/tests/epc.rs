//! Canonical names of things and the patterns that match them.

use epcis::epc::{EpcPattern, canonical};

#[test]
fn urns_and_links_of_one_thing_have_one_form() {
    for (name, form) in [
        ("urn:epc:id:sgtin:0614141.107346.2017", "01/10614141073464/21/2017"),
        ("urn:epc:id:sgtin:9520123.045678.A%2F1", "01/09520123456788/21/A%2F1"),
        ("urn:epc:id:sgtin:9520123.045678.A(1)", "01/09520123456788/21/A%281%29"),
        (
            "urn:epc:class:lgtin:4012345.012345.998877",
            "01/04012345123456/10/998877",
        ),
        ("urn:epc:idpat:sgtin:4012345.098765.*", "01/04012345987652"),
        ("urn:epc:id:sscc:0614141.1234567890", "00/106141412345678908"),
        ("urn:epc:id:sgln:0614141.07346.1234", "414/0614141073467/254/1234"),
        ("urn:epc:id:sgln:0614141.12345.0", "414/0614141123452"),
        ("urn:epc:id:pgln:4000001.00000", "417/4000001000005"),
        ("urn:epc:id:grai:9521141.12345.400", "8003/09521141123454400"),
        ("urn:epc:id:giai:4000001.111.2", "8004/4000001111.2"),
        ("urn:epc:id:gdti:0614141.06012.1234", "253/06141410601221234"),
        ("urn:epc:id:gsrn:0614141.0000010253", "8018/061414100000102534"),
        ("urn:epc:id:gsin:0614141.123456789", "402/06141411234567890"),
        ("urn:epc:id:ginc:0614141.xyz", "401/0614141xyz"),
        ("urn:epc:id:cpi:0614141.5PQ7.123", "8010/06141415PQ7/8011/123"),
        ("urn:epc:id:upui:1234567.098765.51qIgY", "01/01234567987651/235/51qIgY"),
        (
            "urn:epc:id:itip:4012345.012345.01.02.987",
            "8006/040123451234560102/21/987",
        ),
        ("https://id.gs1.org/01/09520123456788/21/1", "01/09520123456788/21/1"),
        (
            "http://example.org/x/y/01/9520123456788/10/L/21/1?17=1#z",
            "01/09520123456788/21/1",
        ),
        (
            "https://example.org/gtin/09520123456788/lot/L/",
            "01/09520123456788/10/L",
        ),
        ("https://example.org/01/09520123456788/22/2A", "01/09520123456788"),
        ("https://example.org/414/9521321000010/254/A", "414/9521321000010/254/A"),
        ("https://example.org/00/106141412345678908", "00/106141412345678908"),
    ] {
        assert_eq!(canonical(name), format!("https://id.gs1.org/{form}"), "{name}");
        assert_eq!(canonical(&canonical(name)), canonical(name), "{name} twice");
    }
}

#[test]
fn other_names_stay() {
    for name in [
        "",
        "urn:epc:",
        "urn:epc:id:sgtin:0614141.107346",
        "urn:epc:id:sgtin:061414.107346.1",
        "urn:epc:id:sgtin:0614141.107346.1<2",
        "urn:epc:id:sgtin:0614141.107346.%2",
        "urn:epc:id:lgtin:4012345.012345.998877",
        "urn:epc:class:sgtin:0614141.107346.2017",
        "urn:epc:idpat:sgtin:*.*.*",
        "urn:epc:id:gid:1.2.3",
        "urn:epcglobal:cbv:bt:0614141073467:1152",
        "https://example.org/01/123/10/A",
        "https://example.org/01/09520123456788/99/A",
        "https://example.org/01/09520123456788/10",
        "https://example.org",
        "http:/01/09520123456788",
        "https://example.org/đường/01",
    ] {
        assert_eq!(canonical(name), name);
    }
}

#[test]
fn patterns_match_what_they_cover() {
    let rows: &[(&str, &[&str], &[&str])] = &[
        (
            "urn:epc:idpat:sgtin:0614141.107346.*",
            &[
                "urn:epc:id:sgtin:0614141.107346.2017",
                "https://example.org/01/10614141073464/21/9",
                "urn:epc:idpat:sgtin:0614141.107346.*",
                "https://id.gs1.org/01/10614141073464",
            ],
            &[
                "urn:epc:id:sgtin:0614141.107347.2017",
                "https://id.gs1.org/01/10614141073464/10/L",
                "https://id.gs1.org/01/10614141073464/21/",
            ],
        ),
        (
            "urn:epc:idpat:sgtin:0614141.*.*",
            &[
                "urn:epc:id:sgtin:0614141.107346.2017",
                "urn:epc:id:sgtin:0614141.007346.x",
            ],
            &[
                "urn:epc:id:sgtin:0614142.107346.2017",
                "urn:epc:id:sscc:0614141.1234567890",
            ],
        ),
        (
            "urn:epc:idpat:sgtin:*.*.*",
            &["urn:epc:id:sgtin:0614141.107346.1"],
            &["urn:epc:id:sscc:0614141.1234567890"],
        ),
        (
            "urn:epc:idpat:sscc:0614141.*",
            &["urn:epc:id:sscc:0614141.1234567890"],
            &["urn:epc:id:sscc:0614142.1234567890"],
        ),
        (
            "urn:epc:idpat:sgln:0614141.07346.*",
            &["urn:epc:id:sgln:0614141.07346.0", "urn:epc:id:sgln:0614141.07346.12"],
            &["urn:epc:id:sgln:0614141.07347.0"],
        ),
        (
            "urn:epc:idpat:grai:9521141.12345.*",
            &[
                "urn:epc:id:grai:9521141.12345.400",
                "urn:epc:idpat:grai:9521141.12345.*",
            ],
            &["urn:epc:id:grai:9521141.12346.400"],
        ),
        (
            "urn:epc:idpat:giai:4000001.*",
            &["urn:epc:id:giai:4000001.111"],
            &["urn:epc:id:giai:4000002.111"],
        ),
        (
            "https://example.org/01/10614141073464/21/2017",
            &["urn:epc:id:sgtin:0614141.107346.2017"],
            &["urn:epc:id:sgtin:0614141.107346.20171"],
        ),
        ("urn:x:a_b", &["urn:x:a_b"], &["urn:x:aXb"]),
    ];
    for (text, covered, others) in rows {
        let pattern = EpcPattern::parse(text).expect("a pattern");
        assert_eq!(pattern.as_str(), *text);
        for name in *covered {
            assert!(pattern.matches(name), "{text} covers {name}");
        }
        for name in *others {
            assert!(!pattern.matches(name), "{text} does not cover {name}");
        }
        // The two forms for a database say the same.
        for name in covered.iter().chain(*others) {
            let form = canonical(name);
            for glob in pattern.alternatives() {
                assert_eq!(like(&glob.like(), &form), glob.matches(&form), "{text} {name}");
                assert!(
                    !glob.matches(&form) || form.starts_with(&glob.prefix()),
                    "{text} {name}"
                );
            }
        }
    }
    for bad in [
        "",
        "x",
        "urn:epc:idpat:sgtin:*.107346.*",
        "urn:epc:idpat:sgtin:0614141.*.1",
        "urn:epc:idpat:sgtin:*",
        "urn:epc:idpat:what:0614141.*",
        "urn:epc:idpat:sgtin:06x.*.*",
        "a b:c",
    ] {
        assert!(EpcPattern::parse(bad).is_err(), "{bad}");
    }
}

/// SQL's LIKE with `\` as the escape character.
fn like(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('%') => (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| like(rest.as_str(), text))),
        Some(wanted) => {
            let (wanted, any) = match wanted {
                '\\' => (rest.next().expect("a character is escaped"), false),
                '_' => ('_', true),
                other => (other, false),
            };
            let mut characters = text.chars();
            characters
                .next()
                .is_some_and(|c| (any || c == wanted) && like(rest.as_str(), characters.as_str()))
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_name_panics(name in "\\PC{0,60}", tail in "[a-z0-9.*:/%()é]{0,40}") {
        for text in [
            name.clone(), format!("urn:epc:id:{tail}"), format!("urn:epc:idpat:sgtin:{tail}"),
            format!("urn:epc:idpat:{tail}"), format!("https://{tail}"), format!("https://a/01/{tail}"),
        ] {
            let form = canonical(&text).into_owned();
            let _ = EpcPattern::parse(&text).map(|pattern| pattern.matches(&form));
        }
    }

    /// Every thing that a name can stand for matches itself.
    #[test]
    fn a_name_matches_itself(reference in "[0-9]{6}", serial in "[A-Z0-9a-z._-]{1,20}") {
        let name = format!("urn:epc:id:sgtin:0614141.{reference}.{serial}");
        let pattern = EpcPattern::parse(&name).expect("a URI");
        proptest::prop_assert!(pattern.matches(&name));
        proptest::prop_assert!(EpcPattern::parse("urn:epc:idpat:sgtin:0614141.*.*").expect("a pattern").matches(&name));
    }
}
