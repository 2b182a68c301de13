//! Stripe, over its HTTP API: payment intents, checkout pages, refunds, cards, and the messages it sends.
//!
//! Numbers of cards never come here: people type them on Stripe's own pages. Every step that moves money has a name of
//! its own (`Idempotency-Key`), so that asking again after a broken line does nothing twice.

use aws_lc_rs::hmac;
use forecourt_core::Timestamp;
use forecourt_core::billing::{Moved, PaymentState};
use forecourt_core::unit::{Currency, MinorUnits};
use serde_json::Value;

use super::provider::{Asked, Charge, Knock, PayPage, Person, ProviderError, Seen, SeenMethod};
use crate::outside::{Call, Outside, form};

pub(crate) const USUAL_ADDRESS: &str = "https://api.stripe.com";
/// The shapes read here are those of this version; Stripe keeps them for whoever names it.
const VERSION: &str = "2024-06-20";
/// Longest answer taken, in bytes.
const ANSWER_MAX_BYTES: usize = 512 * 1024;
/// How far a message's clock may be from ours, in seconds (Stripe's own libraries take five minutes).
const TOLERANCE_S: i64 = 300;
/// What comes with a payment intent: the charge with its fee and the card.
const EXPANDED: [(&str, &str); 2] =
    [("expand[]", "latest_charge.balance_transaction"), ("expand[]", "payment_method")];
/// How long a page takes payments, in seconds: Stripe's longest.
const PAGE_LASTS_S: i64 = 24 * 3600 - 60;

/// The least that Stripe takes, in the currency's smallest unit; for others nothing is known, and it says so itself.
const LEAST: [(&str, i64); 11] = [
    ("EUR", 50),
    ("USD", 50),
    ("GBP", 30),
    ("CHF", 50),
    ("DKK", 250),
    ("NOK", 300),
    ("SEK", 300),
    ("PLN", 200),
    ("CZK", 1500),
    ("HUF", 17_500),
    ("RON", 200),
];

/// The least amount worth asking for.
pub(crate) fn least(currency: Currency) -> MinorUnits {
    MinorUnits(LEAST.iter().find(|(code, _)| *code == currency.code()).map_or(1, |(_, least)| *least))
}

pub(crate) struct Stripe {
    pub outside: Outside,
    pub address: String,
    pub key: String,
    pub now: Timestamp,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stripe").field("address", &self.address).finish_non_exhaustive()
    }
}

type Fields<'a> = Vec<(&'a str, String)>;

impl Stripe {
    pub async fn account(&self) -> Result<String, ProviderError> {
        text(&self.get("/v1/account", &[]).await?, "id").ok_or_else(unreadable)
    }

    pub async fn add_customer(&self, person: Person<'_>) -> Result<String, ProviderError> {
        let mut fields: Fields<'_> =
            vec![("name", person.name.to_owned()), ("metadata[driver]", person.driver.to_string())];
        if !person.email.is_empty() {
            fields.push(("email", person.email.to_owned()));
        }
        let made = self.post("/v1/customers", fields, &format!("customer-{}", person.driver)).await?;
        text(&made, "id").ok_or_else(unreadable)
    }

    pub async fn charge(&self, charge: Charge<'_>) -> Result<Seen, ProviderError> {
        let mut fields: Fields<'_> = vec![
            ("amount", charge.amount.0.to_string()),
            ("currency", charge.currency.code().to_ascii_lowercase()),
            ("customer", charge.customer.to_owned()),
            ("payment_method", charge.method.to_owned()),
            ("off_session", "true".into()),
            ("confirm", "true".into()),
            ("capture_method", if charge.hold { "manual" } else { "automatic" }.into()),
            ("description", charge.description.to_owned()),
            ("metadata[payment]", charge.payment.to_string()),
        ];
        fields.extend(EXPANDED.map(|(name, value)| (name, value.to_owned())));
        let made = self.post("/v1/payment_intents", fields, &format!("payment-{}", charge.payment)).await;
        match made {
            Ok(intent) => Ok(seen(&intent, false)),
            // A declined card is told as an error that holds the intent.
            Err(Said { intent: Some(intent), code, .. }) => {
                Ok(Seen { state: PaymentState::Failed, reason: Some(code), ..seen(&intent, false) })
            }
            Err(said) => Err(said.error()),
        }
    }

    pub async fn pay_page(&self, asked: Asked<'_>) -> Result<PayPage, ProviderError> {
        let payment = asked.payment.to_string();
        let fields: Fields<'_> = vec![
            ("mode", "payment".into()),
            ("customer", asked.customer.to_owned()),
            ("client_reference_id", payment.clone()),
            ("line_items[0][quantity]", "1".into()),
            ("line_items[0][price_data][currency]", asked.currency.code().to_ascii_lowercase()),
            ("line_items[0][price_data][unit_amount]", asked.amount.0.to_string()),
            ("line_items[0][price_data][product_data][name]", asked.description.to_owned()),
            ("payment_intent_data[metadata][payment]", payment.clone()),
            ("success_url", asked.back.to_owned()),
            ("cancel_url", asked.back.to_owned()),
            ("expires_at", (self.now.as_second() + PAGE_LASTS_S).to_string()),
        ];
        let made = self.post("/v1/checkout/sessions", fields, &format!("page-{payment}")).await?;
        page(&made)
    }

    pub async fn card_page(
        &self,
        customer: &str,
        currency: Currency,
        back: &str,
    ) -> Result<PayPage, ProviderError> {
        let fields: Fields<'_> = vec![
            ("mode", "setup".into()),
            ("customer", customer.to_owned()),
            ("currency", currency.code().to_ascii_lowercase()),
            ("success_url", back.to_owned()),
            ("cancel_url", back.to_owned()),
        ];
        // Asked by hand: each time a page of its own.
        let name = format!("card-{customer}-{}", self.now.as_millisecond());
        page(&self.post("/v1/checkout/sessions", fields, &name).await?)
    }

    pub async fn look(
        &self,
        reference: Option<&str>,
        page: Option<&str>,
    ) -> Result<Option<Seen>, ProviderError> {
        let by_page = page.is_some();
        let mut reference = reference.map(str::to_owned);
        let mut of_page = None;
        if let (None, Some(page)) = (&reference, page) {
            let found = self.get(&format!("/v1/checkout/sessions/{page}"), &[]).await?;
            reference = text(&found, "payment_intent");
            of_page = text(&found, "status");
        }
        let Some(reference) = reference else {
            // Nobody has begun to pay.
            let state = match of_page.as_deref() {
                None => return Ok(None),
                Some("expired") => PaymentState::Cancelled,
                Some(_) => PaymentState::Asked,
            };
            let moved = Moved::default();
            return Ok(Some(Seen { reference: None, state, moved, reason: None, method_label: None }));
        };
        let intent = self.get(&format!("/v1/payment_intents/{reference}"), &EXPANDED).await?;
        let mut found = seen(&intent, by_page);
        if of_page.as_deref() == Some("expired") && found.state == PaymentState::Asked {
            found.state = PaymentState::Cancelled;
        }
        Ok(Some(found))
    }

    pub async fn take(&self, reference: &str, amount: MinorUnits) -> Result<Seen, ProviderError> {
        let mut fields: Fields<'_> = vec![("amount_to_capture", amount.0.to_string())];
        fields.extend(EXPANDED.map(|(name, value)| (name, value.to_owned())));
        let path = format!("/v1/payment_intents/{reference}/capture");
        let intent = self.post(&path, fields, &format!("take-{reference}")).await?;
        Ok(seen(&intent, false))
    }

    pub async fn let_go(&self, reference: &str) -> Result<Seen, ProviderError> {
        let path = format!("/v1/payment_intents/{reference}/cancel");
        let intent = self.post(&path, Vec::new(), &format!("let-go-{reference}")).await?;
        Ok(seen(&intent, false))
    }

    pub async fn close_page(&self, page: &str) -> Result<(), ProviderError> {
        let path = format!("/v1/checkout/sessions/{page}/expire");
        self.post(&path, Vec::new(), &format!("close-{page}")).await?;
        Ok(())
    }

    pub async fn give_back(
        &self,
        reference: &str,
        amount: MinorUnits,
        so_far: MinorUnits,
    ) -> Result<(), ProviderError> {
        let fields: Fields<'_> =
            vec![("payment_intent", reference.to_owned()), ("amount", amount.0.to_string())];
        self.post("/v1/refunds", fields, &format!("back-{reference}-{}-{}", so_far.0, amount.0)).await?;
        Ok(())
    }

    pub async fn methods(&self, customer: &str) -> Result<Vec<SeenMethod>, ProviderError> {
        let path = format!("/v1/customers/{customer}/payment_methods");
        let found = self.get(&path, &[("type", "card"), ("limit", "20")]).await?;
        Ok(found["data"].as_array().into_iter().flatten().filter_map(method).collect())
    }

    pub async fn forget_method(&self, method: &str) -> Result<(), ProviderError> {
        let path = format!("/v1/payment_methods/{method}/detach");
        self.post(&path, Vec::new(), &format!("forget-{method}")).await?;
        Ok(())
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, ProviderError> {
        let query = if query.is_empty() { String::new() } else { format!("?{}", form(query)) };
        let url = format!("{}{path}{query}", self.address);
        self.send(Call::Get, &url, None, Vec::new()).await.map_err(Said::error)
    }

    /// `name` tells this step from every other one.
    async fn post(&self, path: &str, fields: Fields<'_>, name: &str) -> Result<Value, Said> {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let url = format!("{}{path}", self.address);
        self.send(Call::Post, &url, Some(name), form(&fields).into_bytes()).await
    }

    async fn send(&self, call: Call, url: &str, name: Option<&str>, body: Vec<u8>) -> Result<Value, Said> {
        let mut headers = vec![("stripe-version", VERSION.to_owned())];
        headers.extend(name.map(|name| ("idempotency-key", format!("forecourt-{name}"))));
        let ask = crate::outside::Ask {
            url,
            token: Some(&self.key),
            headers: &headers,
            content_type: "application/x-www-form-urlencoded",
            accept: "application/json",
            body,
            max_bytes: ANSWER_MAX_BYTES,
        };
        let (status, body) =
            self.outside.exchange(call, ask).await.map_err(|error| Said::silent(error.to_string()))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if (200..300).contains(&status) && answer.is_object() {
            return Ok(answer);
        }
        Err(Said::of(status, &answer))
    }
}

/// What Stripe says when it does not do what it was asked.
struct Said {
    status: u16,
    code: String,
    message: String,
    intent: Option<Value>,
}

impl Said {
    fn silent(message: String) -> Self {
        Self { status: 0, code: String::new(), message, intent: None }
    }

    fn of(status: u16, answer: &Value) -> Self {
        let error = &answer["error"];
        let code =
            text(error, "decline_code").or_else(|| text(error, "code")).or_else(|| text(error, "type"));
        let message = text(error, "message").unwrap_or_else(|| format!("status {status}"));
        let intent = error.get("payment_intent").filter(|intent| intent.is_object()).cloned();
        Self { status, code: code.unwrap_or_default(), message, intent }
    }

    fn error(self) -> ProviderError {
        match self.status {
            401 | 403 => ProviderError::Key,
            // Too busy, or the same step is being done right now: ask again.
            0 | 409 | 429 | 500.. => ProviderError::Silent(self.message),
            _ => ProviderError::Refused { code: self.code, message: self.message },
        }
    }
}

impl From<Said> for ProviderError {
    fn from(said: Said) -> Self {
        said.error()
    }
}

fn unreadable() -> ProviderError {
    ProviderError::Silent("it answers something else than expected".into())
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn page(made: &Value) -> Result<PayPage, ProviderError> {
    match (text(made, "id"), text(made, "url")) {
        (Some(reference), Some(address)) => Ok(PayPage { reference, address }),
        _ => Err(unreadable()),
    }
}

fn method(value: &Value) -> Option<SeenMethod> {
    let card = value.get("card")?;
    let (year, month) = (card["exp_year"].as_i64(), card["exp_month"].as_i64());
    Some(SeenMethod {
        reference: text(value, "id")?,
        brand: text(card, "brand").unwrap_or_default(),
        last4: text(card, "last4").unwrap_or_default(),
        expires_month: year.zip(month).map(|(year, month)| year * 12 + month - 1),
    })
}

/// A payment intent. With a page, a person may still try another card.
fn seen(intent: &Value, by_page: bool) -> Seen {
    let charge = &intent["latest_charge"];
    let currency = &intent["currency"];
    let transaction = &charge["balance_transaction"];
    // A fee in another currency belongs to another account of the books.
    let fee = if transaction["currency"] == *currency { transaction["fee"].as_i64() } else { None };
    let amount = |value: &Value| MinorUnits(value.as_i64().unwrap_or(0).max(0));
    let error = &intent["last_payment_error"];
    let reason = text(error, "decline_code").or_else(|| text(error, "code"));
    let state = match (intent["status"].as_str().unwrap_or_default(), by_page) {
        ("succeeded", _) => PaymentState::Paid,
        ("requires_capture", _) => PaymentState::Held,
        ("canceled", _) => PaymentState::Cancelled,
        ("requires_payment_method" | "requires_action" | "requires_confirmation", true) => {
            PaymentState::Asked
        }
        ("requires_payment_method" | "requires_action", false) => PaymentState::Failed,
        _ => PaymentState::Processing,
    };
    let reason = match (state, intent["status"].as_str()) {
        (PaymentState::Failed, Some("requires_action")) => Some("authentication_required".into()),
        (PaymentState::Paid | PaymentState::Held, _) => None,
        _ => reason,
    };
    Seen {
        reference: text(intent, "id"),
        state,
        moved: Moved {
            taken: amount(&intent["amount_received"]),
            given_back: amount(&charge["amount_refunded"]),
            fee: MinorUnits(fee.unwrap_or(0)),
            ..Moved::default()
        },
        reason,
        method_label: method(&intent["payment_method"]).map(|method| method.label()),
    }
}

/// A message of Stripe, when its signature is good: its own name, and what to look at.
pub(crate) fn heard(body: &[u8], signature: &str, secret: &str, now: Timestamp) -> Option<(String, Knock)> {
    is_signed(body, signature, secret, now).then_some(())?;
    let event: Value = serde_json::from_slice(body).ok()?;
    let object = &event["data"]["object"];
    let kind = event["type"].as_str()?;
    let knock = match (text(object, "object").as_deref(), kind) {
        (Some("payment_intent"), _) => text(object, "id").map(Knock::Payment),
        (Some("charge" | "refund" | "dispute"), _) => text(object, "payment_intent").map(Knock::Payment),
        (Some("checkout.session"), _) if object["mode"] == "setup" => {
            text(object, "customer").map(|customer| Knock::Methods { customer })
        }
        (Some("checkout.session"), _) => text(object, "id").map(Knock::Payment),
        (Some("payment_method"), _) => {
            // When a card is taken away, the person stands in what was before.
            let before = &event["data"]["previous_attributes"];
            let customer = text(object, "customer").or_else(|| text(before, "customer"));
            customer.map(|customer| Knock::Methods { customer })
        }
        _ => None,
    };
    Some((text(&event, "id")?, knock.unwrap_or(Knock::Other)))
}

/// `t=…,v1=…`: HMAC-SHA256 of time and body, not older than some minutes.
fn is_signed(body: &[u8], signature: &str, secret: &str, now: Timestamp) -> bool {
    let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
    let Some(time) = parts().find(|(name, _)| *name == "t").map(|(_, value)| value) else { return false };
    let Ok(seconds) = time.parse::<i64>() else { return false };
    if seconds.abs_diff(now.as_second()) > TOLERANCE_S.unsigned_abs() {
        return false;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [time.as_bytes(), b".", body].concat();
    // While a secret is being changed there is one signature of each.
    parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, value)| bytes_of_hex(value))
        .any(|tag| hmac::verify(&key, &signed, &tag).is_ok())
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "whsec_test";

    fn now() -> Timestamp {
        "2026-05-01T12:00:00Z".parse().unwrap()
    }

    fn signature(body: &[u8], seconds: i64, secret: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, &[format!("{seconds}.").as_bytes(), body].concat());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("t={seconds},v1={hex}")
    }

    #[test]
    fn only_messages_signed_lately_with_the_secret_are_heard() {
        let body = json!({"id": "evt_1", "type": "payment_intent.succeeded",
            "data": {"object": {"object": "payment_intent", "id": "pi_1"}}})
        .to_string();
        let body = body.as_bytes();
        let at = now().as_second();
        let good = signature(body, at, SECRET);
        let expected = Some(("evt_1".to_owned(), Knock::Payment("pi_1".into())));
        assert_eq!(heard(body, &good, SECRET, now()), expected);
        let both = format!("{},{}", good, "v1=00");
        assert_eq!(heard(body, &both, SECRET, now()), expected, "one of two signatures is enough");
        for (what, header) in [
            ("another secret", signature(body, at, "whsec_other")),
            ("too old", signature(body, at - 301, SECRET)),
            ("from the future", signature(body, at + 301, SECRET)),
            ("another body", signature(b"{}", at, SECRET)),
            ("no time", good.replace("t=", "x=")),
            ("another scheme", good.replace("v1=", "v0=")),
            ("nothing", String::new()),
            ("no hex", format!("t={at},v1=zz")),
        ] {
            assert_eq!(heard(body, &header, SECRET, now()), None, "{what}");
        }
    }

    #[test]
    fn an_intent_says_sums_and_state() {
        let intent = json!({"id": "pi_1", "status": "succeeded", "currency": "eur", "amount_received": 1200,
            "latest_charge": {"amount_refunded": 200, "balance_transaction": {"fee": 43, "currency": "eur"}},
            "payment_method": {"id": "pm_1", "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030}}});
        let found = seen(&intent, false);
        assert_eq!(found.state, PaymentState::Paid);
        let moved = Moved {
            taken: MinorUnits(1200),
            given_back: MinorUnits(200),
            fee: MinorUnits(43),
            ..Moved::default()
        };
        assert_eq!(found.moved, moved);
        assert_eq!(found.method_label.as_deref(), Some("Visa •••• 4242"));
        let declined = json!({"id": "pi_2", "status": "requires_payment_method",
            "last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}});
        assert_eq!(seen(&declined, false).state, PaymentState::Failed);
        assert_eq!(seen(&declined, false).reason.as_deref(), Some("insufficient_funds"));
        assert_eq!(seen(&declined, true).state, PaymentState::Asked, "another card may be tried on the page");
        let foreign = json!({"id": "pi_3", "status": "succeeded", "currency": "dkk",
            "latest_charge": {"balance_transaction": {"fee": 43, "currency": "eur"}}});
        assert_eq!(seen(&foreign, false).moved.fee, MinorUnits(0));
    }
}
