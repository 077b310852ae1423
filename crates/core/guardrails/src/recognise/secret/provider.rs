//! Tokens that their providers mark with a prefix.
//!
//! The prefixes and shapes are what providers publish, so that leaks can be found. A prefix alone
//! is not enough: the body must have the provider's length and alphabet, a digit, and look random.

use super::super::{Found, Span, Tail};
use super::entropy::centibits;
use crate::window::{AHEAD, Window, is_word};

/// What a token's body is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    /// Letters and digits.
    Alnum,
    /// Capitals and digits.
    Upper,
    /// Hexadecimal digits.
    Hex,
    /// Letters, digits, `_` and `-`.
    Url,
    /// The same and `.`.
    Dotted,
    /// The same and `+`, `/` and `=`.
    Base64,
}

impl Body {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Url => is_word(byte) || byte == b'-',
            Self::Dotted => is_word(byte) || matches!(byte, b'-' | b'.'),
            Self::Base64 => is_word(byte) || matches!(byte, b'-' | b'.' | b'+' | b'/' | b'='),
        }
    }
}

/// One form of token.
struct Form {
    prefix: &'static str,
    body: Body,
    least: usize,
    most: usize,
}

const fn form(prefix: &'static str, body: Body, least: usize, most: usize) -> Form {
    Form { prefix, body, least, most }
}

/// No upper bound but what may be held back; a longer token goes on behind it.
const OPEN: usize = AHEAD - 64;

use Body::{Alnum, Base64, Dotted, Hex, Upper, Url};

/// By provider. Where one prefix begins another, the longer one stands first.
static FORMS: &[Form] = &[
    // Anthropic, OpenAI, OpenRouter, and others that took OpenAI's prefix (DeepSeek, Moonshot)
    form("sk-ant-", Url, 32, OPEN),
    form("sk-proj-", Url, 32, OPEN),
    form("sk-svcacct-", Url, 32, OPEN),
    form("sk-admin-", Url, 32, OPEN),
    form("sk-or-v1-", Hex, 64, 64),
    form("sk-lf-", Url, 30, 60),
    form("pk-lf-", Url, 30, 60),
    form("sk-", Alnum, 32, 64),
    // Groq, Perplexity, xAI, Replicate, Hugging Face, Fireworks, Cerebras, NVIDIA, LangSmith, Pinecone, ElevenLabs
    form("gsk_", Alnum, 40, 64),
    form("pplx-", Alnum, 40, 64),
    form("xai-", Alnum, 60, 100),
    form("r8_", Alnum, 36, 40),
    form("hf_", Alnum, 30, 40),
    form("api_org_", Alnum, 30, 40),
    form("fw_", Alnum, 22, 40),
    form("csk-", Alnum, 40, 64),
    form("nvapi-", Url, 60, 80),
    form("lsv2_pt_", Url, 32, 60),
    form("lsv2_sk_", Url, 32, 60),
    form("pcsk_", Url, 50, 100),
    form("sk_car_", Alnum, 20, 40),
    // GitHub, GitLab, Bitbucket and Atlassian, Sourcegraph
    form("github_pat_", Url, 60, 100),
    form("ghp_", Alnum, 36, 40),
    form("gho_", Alnum, 36, 40),
    form("ghu_", Alnum, 36, 40),
    form("ghs_", Alnum, 36, 40),
    form("ghr_", Alnum, 36, 76),
    form("glpat-", Dotted, 20, 64),
    form("gldt-", Url, 20, 64),
    form("glrt-", Dotted, 20, 64),
    form("glptt-", Hex, 40, 40),
    form("glcbt-", Url, 20, 64),
    form("glsoat-", Url, 20, 64),
    form("ATATT3", Base64, 60, 300),
    form("ATCTT3", Base64, 60, 300),
    form("ATBB", Alnum, 32, 36),
    form("sgp_", Url, 40, 70),
    // AWS, Google, Azure, Alibaba, Tencent, Yandex, DigitalOcean, Heroku, Fly
    form("AKIA", Upper, 16, 16),
    form("ASIA", Upper, 16, 16),
    form("ABIA", Upper, 16, 16),
    form("ACCA", Upper, 16, 16),
    form("AIza", Url, 35, 35),
    form("GOCSPX-", Url, 28, 28),
    form("ya29.", Url, 30, OPEN),
    form("LTAI", Alnum, 12, 24),
    form("AKID", Alnum, 32, 32),
    form("AQVN", Url, 35, 40),
    form("dop_v1_", Hex, 64, 64),
    form("doo_v1_", Hex, 64, 64),
    form("dor_v1_", Hex, 64, 64),
    form("HRKU-", Url, 36, 64),
    form("fo1_", Url, 40, 60),
    form("fm2_", Base64, 60, OPEN),
    // Slack, Discord, Telegram (by its own rule), Twilio, SendGrid, Mailgun, Mailchimp (by context), Brevo, Resend
    form("xoxb-", Url, 20, 120),
    form("xoxp-", Url, 20, 120),
    form("xoxa-", Url, 20, 120),
    form("xoxr-", Url, 20, 120),
    form("xoxs-", Url, 20, 120),
    form("xoxe-", Url, 20, 200),
    form("xoxe.", Dotted, 20, 200),
    form("xapp-", Url, 20, 140),
    form("SK", Hex, 32, 32),
    form("SG.", Dotted, 60, 72),
    form("key-", Hex, 32, 32),
    form("xkeysib-", Url, 64, 90),
    form("xsmtpsib-", Url, 64, 90),
    form("re_", Url, 24, 40),
    // Stripe, Square, PayPal, Shopify, Razorpay, Plaid, EasyPost, Shippo, Flutterwave, Lob
    form("sk_live_", Alnum, 20, 120),
    form("rk_live_", Alnum, 20, 120),
    form("sk_test_", Alnum, 20, 120),
    form("rk_test_", Alnum, 20, 120),
    form("whsec_", Base64, 24, 64),
    form("sq0atp-", Url, 22, 22),
    form("sq0csp-", Url, 43, 43),
    form("EAAA", Url, 56, 64),
    form("access_token$production$", Alnum, 40, 60),
    form("shpat_", Hex, 32, 32),
    form("shpca_", Hex, 32, 32),
    form("shppa_", Hex, 32, 32),
    form("shpss_", Hex, 32, 32),
    form("rzp_live_", Alnum, 14, 24),
    form("rzp_test_", Alnum, 14, 24),
    form("access-production-", Url, 36, 36),
    form("access-sandbox-", Url, 36, 36),
    form("EZAK", Alnum, 54, 54),
    form("EZTK", Alnum, 54, 54),
    form("shippo_live_", Hex, 40, 40),
    form("shippo_test_", Hex, 40, 40),
    form("FLWSECK-", Url, 32, 48),
    form("FLWSECK_TEST-", Url, 32, 48),
    form("live_", Hex, 35, 35),
    // npm, PyPI, RubyGems, crates.io, Docker Hub, Clojars, Postman, Figma
    form("npm_", Alnum, 36, 36),
    form("pypi-", Url, 60, 300),
    form("rubygems_", Hex, 48, 48),
    form("cio", Alnum, 32, 32),
    form("dckr_pat_", Url, 24, 40),
    form("dckr_oat_", Url, 24, 60),
    form("CLOJARS_", Alnum, 60, 60),
    form("PMAK-", Url, 58, 60),
    form("figd_", Url, 36, 60),
    // Databricks, Snowflake, PlanetScale, Supabase, Neon, MongoDB Atlas, Airtable, Notion, Linear, Asana
    form("dapi", Hex, 32, 36),
    form("pscale_tkn_", Dotted, 32, 64),
    form("pscale_pw_", Dotted, 32, 64),
    form("pscale_oauth_", Dotted, 32, 64),
    form("sbp_", Hex, 40, 44),
    form("sb_secret_", Url, 24, 60),
    form("napi_", Alnum, 40, 80),
    form("mdb_sa_sk_", Url, 36, 60),
    form("pat", Dotted, 79, 79),
    form("ntn_", Alnum, 40, 50),
    form("secret_", Alnum, 43, 43),
    form("lin_api_", Alnum, 32, 44),
    // New Relic, Grafana, Sentry, Dynatrace, LaunchDarkly, Honeycomb
    form("NRAK-", Upper, 27, 27),
    form("NRII-", Url, 32, 32),
    form("NRJS-", Hex, 19, 19),
    form("glsa_", Url, 41, 41),
    form("glc_", Base64, 32, 400),
    form("sntrys_", Base64, 60, 400),
    form("sntryu_", Hex, 64, 64),
    form("dt0c01.", Dotted, 80, 100),
    form("sdk-", Url, 36, 36),
    form("mob-", Url, 36, 36),
    form("hcaik_", Alnum, 58, 58),
    form("phx_", Alnum, 40, 60),
    form("phc_", Alnum, 40, 60),
    // HashiCorp, Doppler, Pulumi, Tailscale, 1Password, age, CircleCI, Buildkite, Netlify, Cloudflare
    form("hvs.", Url, 24, 140),
    form("hvb.", Url, 24, 240),
    form("dp.pt.", Alnum, 40, 44),
    form("dp.st.", Dotted, 40, 60),
    form("pul-", Hex, 40, 40),
    form("tskey-", Url, 24, 80),
    form("ops_eyJ", Base64, 200, OPEN),
    form("AGE-SECRET-KEY-1", Upper, 58, 58),
    form("CCIPAT_", Url, 40, 80),
    form("bkua_", Hex, 40, 40),
    form("nfp_", Alnum, 36, 48),
    form("v1.0-", Url, 150, 200),
    form("cfut_", Alnum, 40, 60),
    // Facebook, X, Dropbox, Mapbox, Contentful, Okta, Typeform, ReadMe, Duffel, Adafruit
    form("EAA", Alnum, 90, 300),
    form("AAAAAAAAAAAAAAAAAAAAA", Base64, 60, 160),
    form("sl.", Url, 130, OPEN),
    form("sk.eyJ", Dotted, 60, 160),
    form("CFPAT-", Url, 43, 43),
    form("tfp_", Dotted, 40, 70),
    form("rdme_", Alnum, 70, 70),
    form("duffel_live_", Url, 43, 43),
    form("duffel_test_", Url, 43, 43),
    form("aio_", Alnum, 28, 28),
];

/// The forms, by their first byte.
pub(crate) struct Forms([Vec<&'static Form>; 128]);

impl Forms {
    pub(crate) fn new() -> Self {
        let mut table = std::array::from_fn(|_| Vec::new());
        for form in FORMS {
            let first = form.prefix.bytes().next().map_or(0, usize::from);
            if let Some(forms) = table.get_mut(first) {
                forms.push(form);
            }
        }
        Self(table)
    }

    /// The token that begins at `start`.
    pub(crate) fn at(&self, w: &Window<'_>, start: usize) -> Found {
        let Some(first) = w.at(start)? else { return Ok(None) };
        let Some(forms) = self.0.get(usize::from(first)) else { return Ok(None) };
        for form in forms {
            if !w.starts_with(start, form.prefix.as_bytes())? {
                continue;
            }
            if let Some(span) = body(w, start, form)? {
                return Ok(Some(span));
            }
        }
        if first.is_ascii_digit() { telegram(w, start) } else { Ok(None) }
    }
}

fn body(w: &Window<'_>, start: usize, form: &Form) -> Found {
    let begin = start + form.prefix.len();
    let bound = if form.most == OPEN { OPEN } else { form.most + 1 };
    let mut end = w.run(begin, bound, |byte| form.body.has(byte))?;
    let full = end - begin == bound;
    if full && form.most != OPEN {
        return Ok(None);
    }
    while !full && end > begin && matches!(w.before(end), Some(b'.' | b'-' | b'/')) {
        end -= 1; // the full stop of a sentence
    }
    let text = w.slice(begin, end);
    let digits = text.iter().any(u8::is_ascii_digit);
    let least = if form.body == Body::Hex { 250 } else { 300 };
    let least = if text.len() < 20 { least - 50 } else { least };
    let over = full || w.ends(end)?;
    let real = text.len() >= form.least && digits && over && centibits(text) >= least;
    let tail = if full { Tail::Token } else { Tail::None };
    Ok(real.then_some(Span { start, end, tail }))
}

/// A Telegram bot's token: its number, a colon, 35 characters that begin with `AA`.
fn telegram(w: &Window<'_>, start: usize) -> Found {
    let number = w.run(start, 11, |byte| byte.is_ascii_digit())?;
    if !(8..=10).contains(&(number - start)) || !w.starts_with(number, b":AA")? {
        return Ok(None);
    }
    let end = w.run(number + 1, 36, |byte| Body::Url.has(byte))?;
    Ok((end - number == 36).then(|| Span::new(start, end)))
}
