use super::*;

fn refused(text: &str, own: &[&str]) -> ParsePasswordError {
    NewPassword::parse(text, own).unwrap_err()
}

#[test]
fn a_password_has_eight_to_a_hundred_and_twenty_eight_characters_of_any_kind() {
    assert_eq!(refused("pasar7!", &[]), ParsePasswordError::TooShort);
    assert_eq!(refused(&"pasar senen ".repeat(11), &[]), ParsePasswordError::TooLong);
    for text in ["becak7!?", "  spasi di tepi  ", "kata✓sandi", "ꦲꦤꦕꦫꦏꦢꦠꦱ", &"pasar senin pagi ".repeat(7)]
    {
        assert!(NewPassword::parse(text, &[]).is_ok(), "{text}");
    }
}

#[test]
fn the_passwords_everybody_tries_first_are_refused_in_any_case_and_with_digits_behind_them() {
    let common = [
        "password",
        "PassWord",
        "password2026",
        "Rahasia123",
        "bismillah",
        "BISMILLAH99",
        "Indonesia1945",
        "sayang123",
        "sayangku",
        "12345678",
        "1234567890",
        "87654321",
        "qwertyui",
        "admin12345",
        "Jakarta2024",
        "aaaaaaaa",
        "ABABABAB",
        "11111111",
        "abcabcabc",
        "iloveyou",
        "merdeka17",
        "p@ssw0rd",
        "1q2w3e4r",
    ];
    for text in common {
        assert_eq!(refused(text, &[]), ParsePasswordError::Common, "{text}");
    }
    for text in ["rahasia dapur ibu", "bismillah-lancar", "99becak77biru", "jakarta hujan lagi"] {
        assert!(NewPassword::parse(text, &[]).is_ok(), "{text}");
    }
}

#[test]
fn the_list_of_common_passwords_is_written_as_it_is_compared() {
    let list: Vec<&str> = include_str!("../common_passwords.txt").lines().collect();
    assert!(list.len() > 300, "{}", list.len());
    let different: BTreeSet<&str> = list.iter().copied().collect();
    assert_eq!(different.len(), list.len());
    for line in list {
        assert!(!line.is_empty() && line == line.trim() && line == line.to_lowercase(), "{line:?}");
        let padded = format!("{}2026080199", line.to_uppercase());
        if !line.ends_with(|letter: char| letter.is_ascii_digit()) {
            assert_eq!(refused(&padded, &[]), ParsePasswordError::Common, "{padded}");
        }
    }
}

#[test]
fn a_password_does_not_contain_the_names_everybody_in_the_shop_knows() {
    let own = ["Warnet Melati", "Ibu Sri", "Agustinus"];
    for text in [
        "warnetmelati88",
        "xx-Warnet_Melati-xx",
        "melati-di-pagi-hari",
        "IbuSri-2026",
        "aku agustinus",
        "mikrotik4ever",
        "si-HotSpot-kita",
        "karcis-emas",
        "m.i.k.r.o.t.i.k!",
    ] {
        assert_eq!(refused(text, &own), ParsePasswordError::OwnWord, "{text}");
    }
    // Words of three letters stand in too many good passwords.
    assert!(NewPassword::parse("ibu kota baru", &own).is_ok());
    assert!(NewPassword::parse("melati-di-pagi-hari", &["", "Toko Jaya"]).is_ok());
}

#[test]
fn a_hash_names_its_cost_and_is_salted() {
    let password = NewPassword::parse(RIGHT, &[]).unwrap();
    let first = hash(&password, Cost::FLOOR, &mut rng(1));
    let second = hash(&password, Cost::FLOOR, &mut rng(2));
    assert!(first.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", first.as_str());
    assert_ne!(first, second);
    assert!(first.matches(RIGHT) && second.matches(RIGHT));
    assert!(!first.matches(OTHER) && !first.matches(""));
}

#[test]
fn the_hash_is_the_one_other_programs_make_of_the_same_password() {
    use argon2::password_hash::PasswordVerifier;
    let ours = hashed(RIGHT);
    let theirs = argon2::PasswordHash::new(ours.as_str()).unwrap();
    argon2::Argon2::default().verify_password(RIGHT.as_bytes(), &theirs).unwrap();
    assert!(argon2::Argon2::default().verify_password(OTHER.as_bytes(), &theirs).is_err());
}

#[test]
fn what_is_not_an_argon2id_text_is_no_hash() {
    let good = hashed(RIGHT).as_str().to_owned();
    assert!(PasswordHash::parse(good.clone()).is_some());
    let damaged = [
        String::new(),
        RIGHT.to_owned(),
        good.replace("argon2id", "argon2i"),
        good.replace("m=8", "m=4294967295"),
        good.replace("t=1", "t=4000000000"),
        format!("{good}$x"),
        good[..good.len() - 4].to_owned(),
    ];
    for text in damaged {
        assert!(PasswordHash::parse(text.clone()).is_none(), "{text}");
    }
}
