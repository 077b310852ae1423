//! Secrets by the formats that their issuers publish.

use super::Random;

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &str = "0123456789abcdef";

/// Prefix, alphabet, length of the body.
const MARKED: [(&str, &str, usize); 62] = [
    ("AKIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
    ("ASIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
    ("ghp_", ALNUM, 36),
    ("gho_", ALNUM, 36),
    ("ghs_", ALNUM, 36),
    ("github_pat_", ALNUM, 82),
    ("glpat-", URL, 20),
    ("glrt-", URL, 20),
    ("sk-proj-", URL, 156),
    ("sk-ant-api03-", URL, 95),
    ("sk-", ALNUM, 48),
    ("sk-or-v1-", HEX, 64),
    ("gsk_", ALNUM, 52),
    ("pplx-", ALNUM, 48),
    ("xai-", ALNUM, 80),
    ("hf_", ALNUM, 34),
    ("r8_", ALNUM, 37),
    ("AIza", URL, 35),
    ("GOCSPX-", URL, 28),
    ("ya29.", URL, 180),
    ("xoxb-", ALNUM, 40),
    ("xoxp-", ALNUM, 60),
    ("xapp-", ALNUM, 60),
    ("sk_live_", ALNUM, 24),
    ("rk_live_", ALNUM, 24),
    ("sk_test_", ALNUM, 24),
    ("whsec_", ALNUM, 32),
    ("SK", HEX, 32),
    ("shpat_", HEX, 32),
    ("shpss_", HEX, 32),
    ("sq0atp-", URL, 22),
    ("npm_", ALNUM, 36),
    ("pypi-AgEIcHlwaS5vcmc", URL, 120),
    ("rubygems_", HEX, 48),
    ("dckr_pat_", ALNUM, 27),
    ("dop_v1_", HEX, 64),
    ("dapi", HEX, 32),
    ("pscale_tkn_", ALNUM, 43),
    ("sbp_", HEX, 40),
    ("lin_api_", ALNUM, 40),
    ("ntn_", ALNUM, 46),
    ("NRAK-", UPPER, 27),
    ("glsa_", ALNUM, 41),
    ("sntrys_", BASE64, 120),
    ("hvs.", URL, 95),
    ("dp.pt.", ALNUM, 43),
    ("pul-", HEX, 40),
    ("tskey-auth-", ALNUM, 40),
    ("figd_", URL, 43),
    ("PMAK-", HEX, 59),
    ("key-", HEX, 32),
    ("xkeysib-", HEX, 81),
    ("CFPAT-", URL, 43),
    ("rzp_live_", ALNUM, 14),
    ("EZAK", ALNUM, 54),
    ("LTAI", ALNUM, 20),
    ("ATATT3xFfGF0", ALNUM, 170),
    ("nfp_", ALNUM, 36),
    ("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    ("shippo_live_", HEX, 40),
    ("pat", ALNUM, 0),
    ("SG.", ALNUM, 0),
];

/// A secret, and the text around it where it needs one: before, value, behind.
pub(super) fn any(random: &mut Random) -> (String, String, String) {
    let bare = |value: String| (String::new(), value, String::new());
    match random.below(20) {
        0..=10 => bare(marked(random)),
        11 => bare(jwt(random)),
        12 => bare(private_key(random)),
        13 | 14 => password(random),
        15..=17 => assigned(random),
        18 => url(random),
        _ => bare(format!("{}:AA{}", random.digits(10), random.letters(URL, 33))),
    }
}

fn marked(random: &mut Random) -> String {
    let (prefix, alphabet, length) = MARKED[random.below(MARKED.len())];
    match prefix {
        "pat" => format!("pat{}.{}", random.letters(ALNUM, 14), random.letters(HEX, 64)),
        "SG." => format!("SG.{}.{}", random.letters(URL, 22), random.letters(ALNUM, 43)),
        _ => format!(
            "{prefix}{}{}",
            random.letters(alphabet, length - 1),
            random.letters("2345679", 1).as_str()
        )
        .replace(' ', ""),
    }
}

fn jwt(random: &mut Random) -> String {
    let (payload, signature) = (random.between(40, 300), random.between(40, 90));
    let header = random.one(&["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ"]);
    format!("{header}.eyJ{}.{}", random.letters(ALNUM, payload), random.letters(ALNUM, signature))
}

fn private_key(random: &mut Random) -> String {
    let label = random.one(&["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
    let lines: Vec<String> = (0..random.between(3, 25)).map(|_| random.letters(BASE64, 64)).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
}

fn password(random: &mut Random) -> (String, String, String) {
    let (before, behind) = [
        ("password: ", ""),
        ("the password is ", ""),
        ("PASSWORD=", ""),
        ("\"password\": \"", "\""),
        ("pwd = '", "'"),
    ][random.below(5)];
    let word = random.letters("abcdefghijklmnopqrstuvwxyz", 6);
    let value = format!("{word}{}{}", random.letters("!#%_", 1), random.digits(3));
    (before.into(), value, behind.into())
}

fn assigned(random: &mut Random) -> (String, String, String) {
    let (before, behind) = [
        ("api_key = \"", "\""),
        ("API_TOKEN=", ""),
        ("client_secret: ", ""),
        ("Authorization: Bearer ", ""),
        ("\"secretKey\": \"", "\""),
        ("aws_secret_access_key = ", ""),
        ("x-api-key: ", ""),
    ][random.below(7)];
    let (alphabet, length) = [(HEX, 32), (HEX, 40), (ALNUM, 32), (BASE64, 40), (ALNUM, 24)][random.below(5)];
    (before.into(), format!("{}7a", random.letters(alphabet, length - 2)), behind.into())
}

fn url(random: &mut Random) -> (String, String, String) {
    let scheme = random.one(&["postgres", "mysql", "amqp", "redis", "https", "mongodb"]);
    (format!("{scheme}://app:"), random.letters(ALNUM, 14), "@db.internal/prod".into())
}
