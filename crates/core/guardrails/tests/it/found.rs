//! By kind: what is found and what looks alike and is not.

use crate::support::masked;

fn finds(table: &[(&str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .filter(|(text, expected)| masked(text) != *expected)
        .map(|(text, expected)| format!("{text}\n  gave {}\n  not  {expected}", masked(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn leaves(texts: &[&str]) {
    let wrong: Vec<_> = texts
        .iter()
        .filter(|text| masked(text) != **text)
        .map(|text| format!("{text}\n  gave {}", masked(text)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn mail_addresses() {
    finds(&[
        ("write to john.doe+x@mail.example.co.uk, please", "write to [EMAIL], please"),
        ("<a@b.io>", "<[EMAIL]>"),
        ("Mail: o'neil_99@sub-domain.example.museum.", "Mail: [EMAIL]."),
        ("\"to\":\"kim@example.com\"", "\"to\":\"[EMAIL]\""),
        ("邮箱kim@example.com。", "邮箱[EMAIL]。"),
    ]);
    leaves(&["@handle", "a@b", "x..y@", "user@localhost", "git@github", "5 @ 3.50", "foo@1.2.3"]);
}

#[test]
fn telephone_numbers() {
    finds(&[
        ("call +49 30 901820 now", "call [PHONE] now"),
        ("+1 (415) 555-0132", "[PHONE]"),
        ("(415) 555-0132", "[PHONE]"),
        ("415-555-0132", "[PHONE]"),
        ("0044 20 7946 0958", "[PHONE]"),
        ("020 7946 0958", "[PHONE]"),
        ("06 12 34 56 78", "[PHONE]"),
        ("Tel. 030/1234567", "Tel. [PHONE]"),
        ("my phone is 5551234567.", "my phone is [PHONE]."),
        ("+442079460958,", "[PHONE],"),
    ]);
    leaves(&[
        "order 4155550132",
        "2026-03-12 10:30",
        "version 1.2.3",
        "pages 100-200",
        "1,234,567.89",
        "+12%",
        "10 000 000",
        "order 415-555-0132",
        "call 3 times",
        "part 800-555-0199",
    ]);
}

#[test]
fn payment_cards() {
    finds(&[
        ("4111 1111 1111 1111", "[CARD]"),
        ("5500-0000-0000-0004 exp 12/27", "[CARD] exp 12/27"),
        ("378282246310005", "[CARD]"),
        ("3782 822463 10005", "[CARD]"),
        ("card:6011111111111117.", "card:[CARD]."),
    ]);
    leaves(&[
        "4111 1111 1111 1112",
        "1234567812345678",
        "0000 0000 0000 0000",
        "order 4111111111111111",
        "41111111111111111",
    ]);
}

#[test]
fn bank_account_numbers() {
    finds(&[
        ("DE89 3704 0044 0532 0130 00", "[IBAN]"),
        ("IBAN: GB82WEST12345698765432.", "IBAN: [IBAN]."),
        ("fr1420041010050500013m02606", "[IBAN]"),
        ("NO93 8601 1117 947", "[IBAN]"),
    ]);
    leaves(&["DE89 3704 0044 0532 0130 01", "GB82WEST1234569876543", "XX82WEST12345698765432"]);
}

#[test]
fn identity_numbers() {
    finds(&[
        ("SSN 536-90-4399", "SSN [SSN]"),
        ("social security number 536904399", "social security number [SSN]"),
        ("DNI 12345678Z", "DNI [NATIONAL_ID]"),
        ("X1234567L", "[NATIONAL_ID]"),
        ("NINO AB123456C", "NINO [NATIONAL_ID]"),
        ("AB 12 34 56 C", "[NATIONAL_ID]"),
        ("PESEL: 44051401359", "PESEL: [NATIONAL_ID]"),
        ("CPF 529.982.247-25", "CPF [NATIONAL_ID]"),
        ("RSSMRA85T10A562S", "[NATIONAL_ID]"),
        ("S1234567D", "[NATIONAL_ID]"),
        ("131052-308T", "[NATIONAL_ID]"),
        ("NHS number 943 476 5919", "NHS number [NATIONAL_ID]"),
        ("BSN 111222333", "BSN [NATIONAL_ID]"),
        ("11010519491231002X", "[NATIONAL_ID]"),
        ("ABCPE1234F", "[NATIONAL_ID]"),
        ("Reisepass C01X00T47", "Reisepass [PASSPORT]"),
        ("Passport No. X12345678", "Passport No. [PASSPORT]"),
    ]);
    leaves(&["536-90-0000", "666-12-3456", "12345678A", "44051401359", "12-34-5678", "000-12-3456"]);
}

#[test]
fn addresses_of_machines() {
    finds(&[
        ("from 203.0.113.7:8080", "from [IP]:8080"),
        ("is over. old: 55.47.117.179;", "is over. old: [IP];"),
        ("http://10.1.2.3/x", "http://[IP]/x"),
        ("2001:db8::8a2e:370:7334", "[IP]"),
        ("[2001:db8:85a3::1]:443", "[[IP]]:443"),
        ("fe80::1%eth0", "[IP]%eth0"),
        ("00:1A:2b:3c:4D:5e", "[MAC]"),
        ("00-1A-2B-3C-4D-5E", "[MAC]"),
        ("001a.2b3c.4d5e", "[MAC]"),
    ]);
    leaves(&[
        "127.0.0.1",
        "0.0.0.0",
        "version 1.2.3.4",
        "1.2.3",
        "256.1.1.1",
        "1.2.3.4.5",
        "std::fmt::Debug",
        "a::b",
        "12:30:45",
        "10:20",
        "de:ad",
        "::1",
    ]);
}

#[test]
fn dates_of_birth_and_addresses() {
    finds(&[
        ("born on 12 March 1980 in", "born on [BIRTH_DATE] in"),
        ("DOB: 03/12/1980", "DOB: [BIRTH_DATE]"),
        ("date of birth 1980-03-12", "date of birth [BIRTH_DATE]"),
        ("geboren am 12. März 1980", "geboren am [BIRTH_DATE]"),
        ("born March 5th, 1980.", "born [BIRTH_DATE]."),
        ("lives at 221B Baker Street", "lives at [ADDRESS]"),
        ("1600 Amphitheatre Pkwy, Mountain View, CA 94043 is", "[ADDRESS] is"),
        ("Hauptstraße 12a, 10115 Berlin", "[ADDRESS]"),
        ("12 rue de la Paix", "[ADDRESS]"),
        ("Calle Mayor 7", "[ADDRESS]"),
        ("5 Elm St, Apt 4B", "[ADDRESS]"),
    ]);
    leaves(&[
        "on 12 March 1980",
        "2026-03-12",
        "the street is long",
        "5 minutes on Main",
        "a 3 way match",
        "Route 66",
    ]);
}

#[test]
fn names_of_persons() {
    finds(&[
        ("Maria Lopez wrote", "[PERSON] wrote"),
        ("Dr. Zbxqv agreed", "Dr. [PERSON] agreed"),
        ("my name is Qorvath Blenn.", "my name is [PERSON]."),
        ("Dear Anna,", "Dear [PERSON],"),
        ("“Łukasz Wiśniewski”", "“[PERSON]”"),
        ("met Jean-Luc van der Berg today", "met [PERSON] today"),
        ("JOHN SMITH", "[PERSON]"),
        ("J. Garcia", "[PERSON]"),
    ]);
    leaves(&[
        "Visual Studio Code",
        "New York City",
        "The Quick Brown",
        "Hello World",
        "Dear Customer,",
        "In March",
        "Best Regards,",
        "Machine Learning",
        "Will the",
        "Mark the file",
        "United States",
        "the Paris Agreement",
    ]);
}

#[test]
fn secrets() {
    finds(&[
        ("key AKIAIOSFODNN7EXAMPLE!", "key [SECRET]!"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[SECRET]"),
        ("sk-ant-api03-Zk3vQ9xT7bL1mN5pR8sW2yA4cE6gH0jK-d_F", "[SECRET]"),
        ("password: hunter2x", "password: [SECRET]"),
        ("DB_PASSWORD=\"c0rrect!horse\"", "DB_PASSWORD=\"[SECRET]\""),
        ("api_key = 'a8f5f167f44f4964e6c998dee827110c'", "api_key = '[SECRET]'"),
        ("Authorization: Bearer 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c", "Authorization: Bearer [SECRET]"),
        ("postgres://app:s3cr3t@db/x", "postgres://app:[SECRET]@db/x"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA75\nabcdefgh+/==\n-----END RSA PRIVATE KEY-----\nbye",
            "[SECRET]\nbye",
        ),
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "[SECRET]",
        ),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "[SECRET]"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "[SECRET]"),
        ("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "[SECRET]"),
    ]);
    leaves(&[
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "550e8400-e29b-41d4-a716-446655440000",
        "password: <your password>",
        "the token is required",
        "password = os.environ",
        "api_key=$API_KEY",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "key: value",
        "http://example.com:8080@",
        "-----BEGIN CERTIFICATE-----",
    ]);
}

#[test]
fn what_is_encoded_once() {
    finds(&[
        ("data=am9obi5kb2VAZXhhbXBsZS5jb20=", "data=[EMAIL]"),
        ("q=john%40example.com&x=1", "q=[EMAIL]&x=1"),
        ("card=4111%201111%201111%201111", "card=[CARD]"),
        ("tel=%2B49%2030%20901820&a", "tel=[PHONE]&a"),
    ]);
    leaves(&["getElementsByTagNameAndClass", "a%20b%20c", "aGVsbG8gd29ybGQsIHRoaXMgaXMgZmluZQ==", "100%"]);
}
