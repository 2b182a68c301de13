//! A payment provider on loopback that speaks the part of Stripe's HTTP API that is used: customers, cards, payment
//! intents, checkout pages, refunds, idempotency keys, errors. People's deeds on its pages are methods here.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub const KEY: &str = "sk_test_forecourt";
pub const SECRET: &str = "whsec_forecourt";
/// Two and a half per cent and a bit.
const FEE: i64 = 30;

#[derive(Default)]
struct State {
    intents: HashMap<String, Value>,
    pages: HashMap<String, Value>,
    /// By customer.
    cards: HashMap<String, Vec<Value>>,
    /// Answers by idempotency key.
    answered: HashMap<String, (u16, Value)>,
    made: u32,
    /// Decline codes by card.
    declines: HashMap<String, String>,
    /// How many answers are still swallowed: done, but never told.
    silent: u32,
    asked: Vec<String>,
}

#[derive(Clone)]
pub struct Stripe {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct Asked {
    method: String,
    path: String,
    key: Option<String>,
    token: String,
    fields: HashMap<String, String>,
}

impl Stripe {
    pub async fn listen() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", socket.local_addr().expect("an address"));
        let stripe = Self { address, state: Arc::default() };
        let answering = stripe.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                answering.answer(stream).await;
            }
        });
        stripe
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person behind a customer leaves a card on a page.
    pub fn leaves_card(&self, customer: &str, id: &str) {
        let card = json!({"object": "payment_method", "id": id, "customer": customer,
            "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030}});
        self.state().cards.entry(customer.into()).or_default().insert(0, card);
    }

    pub fn declines(&self, card: &str, code: Option<&str>) {
        let mut state = self.state();
        match code {
            Some(code) => drop(state.declines.insert(card.into(), code.into())),
            None => drop(state.declines.remove(card)),
        }
    }

    /// The next `times` requests are done, and nobody hears of it.
    pub fn falls_silent(&self, times: u32) {
        self.state().silent = times;
    }

    /// The person pays on the page.
    pub fn pays(&self, page: &str) -> String {
        let mut state = self.state();
        let id = state.name("pi");
        let page = state.pages.get_mut(page).expect("a page");
        page["status"] = json!("complete");
        page["payment_intent"] = json!(id);
        let amount = page["amount_total"].clone();
        let currency = page["currency"].clone();
        let intent = json!({"object": "payment_intent", "id": id, "status": "succeeded", "amount": amount,
            "amount_received": amount, "currency": currency,
            "latest_charge": {"amount_refunded": 0, "balance_transaction": {"fee": FEE, "currency": currency}},
            "payment_method": {"id": "pm_page", "card": {"brand": "mastercard", "last4": "5454", "exp_month": 1, "exp_year": 2031}}});
        state.intents.insert(id.clone(), intent);
        id
    }

    /// Somebody gives money back on the provider's own pages.
    pub fn gives_back(&self, intent: &str, amount: i64) {
        let mut state = self.state();
        let intent = state.intents.get_mut(intent).expect("an intent");
        let before = intent["latest_charge"]["amount_refunded"].as_i64().unwrap_or(0);
        intent["latest_charge"]["amount_refunded"] = json!(before + amount);
    }

    /// A message about something, with its signature.
    pub fn message(event: &str, kind: &str, object: Value, seconds: i64) -> (String, String) {
        let body =
            json!({"id": event, "object": "event", "type": kind, "data": {"object": object}}).to_string();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
        let mut signature = format!("t={seconds},v1=");
        for byte in tag.as_ref() {
            write!(signature, "{byte:02x}").expect("text");
        }
        (body, signature)
    }

    pub fn intents(&self) -> Vec<Value> {
        self.state().intents.values().cloned().collect()
    }

    /// What was asked, as "POST /v1/…".
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    async fn answer(&self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream).await else { return };
        let (status, body, silent) = {
            let mut state = self.state();
            state.asked.push(format!("{} {}", asked.method, asked.path));
            let (status, body) = state.done(&asked);
            let silent = state.silent > 0;
            state.silent = state.silent.saturating_sub(1);
            (status, body.to_string(), silent)
        };
        if silent {
            return;
        }
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
        let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        drop(stream.write_all(answer.as_bytes()).await);
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut text = Vec::new();
    let mut part = [0; 4_096];
    let (head, body) = loop {
        let length = stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        text.extend_from_slice(&part[..length]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let length = header(head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        if body.len() >= length {
            break (head.to_owned(), body.to_owned());
        }
    };
    let mut line = head.lines().next()?.split(' ');
    let (method, path) = (line.next()?.to_owned(), line.next()?.to_owned());
    let form = reqwest::Url::parse(&format!("form:?{body}")).ok()?;
    let fields = form.query_pairs().into_owned().collect();
    let path = path.split('?').next()?.to_owned();
    let token = header(&head, "authorization").unwrap_or_default();
    Some(Asked { method, path, key: header(&head, "idempotency-key"), token, fields })
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

/// Only then there is a fee.
fn taken(intent: &mut Value, amount: i64) {
    intent["status"] = json!("succeeded");
    intent["amount_received"] = json!(amount);
    let currency = intent["currency"].clone();
    intent["latest_charge"]["balance_transaction"] = json!({"fee": FEE, "currency": currency});
}

impl State {
    fn name(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}_{}", self.made)
    }

    fn done(&mut self, asked: &Asked) -> (u16, Value) {
        if asked.token != format!("Bearer {KEY}") {
            return (401, json!({"error": {"type": "invalid_request_error", "message": "no such key"}}));
        }
        if let Some(before) = asked.key.as_ref().and_then(|key| self.answered.get(key)) {
            return before.clone();
        }
        let answer = self.doing(asked);
        if let Some(key) = &asked.key {
            self.answered.insert(key.clone(), answer.clone());
        }
        answer
    }

    fn doing(&mut self, asked: &Asked) -> (u16, Value) {
        let parts: Vec<&str> = asked.path.trim_start_matches("/v1/").split('/').collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["account"]) => (200, json!({"id": "acct_1", "object": "account"})),
            ("POST", ["customers"]) => (200, json!({"id": self.name("cus")})),
            ("GET", ["customers", customer, "payment_methods"]) => {
                (200, json!({"data": self.cards.get(*customer).cloned().unwrap_or_default()}))
            }
            ("POST", ["payment_methods", card, "detach"]) => {
                for cards in self.cards.values_mut() {
                    cards.retain(|each| each["id"] != *card);
                }
                (200, json!({"id": card}))
            }
            ("POST", ["payment_intents"]) => self.charge(&asked.fields),
            ("GET", ["payment_intents", id]) => self.found(id, |_| Ok(())),
            ("POST", ["payment_intents", id, "capture"]) => {
                let take = asked.fields["amount_to_capture"].parse::<i64>().expect("an amount");
                self.found(id, |intent| {
                    if intent["status"] != "requires_capture" || take > intent["amount"].as_i64().unwrap_or(0)
                    {
                        return Err("payment_intent_unexpected_state");
                    }
                    taken(intent, take);
                    Ok(())
                })
            }
            ("POST", ["payment_intents", id, "cancel"]) => self.found(id, |intent| {
                intent["status"] = json!("canceled");
                Ok(())
            }),
            ("POST", ["refunds"]) => {
                let amount = asked.fields["amount"].parse::<i64>().expect("an amount");
                let id = asked.fields["payment_intent"].clone();
                self.found(&id, |intent| {
                    let charge = &mut intent["latest_charge"];
                    let before = charge["amount_refunded"].as_i64().unwrap_or(0);
                    charge["amount_refunded"] = json!(before + amount);
                    Ok(())
                })
            }
            ("POST", ["checkout", "sessions"]) => self.page(&asked.fields),
            ("POST", ["checkout", "sessions", id, "expire"]) => {
                let page = self.pages.get_mut(*id).expect("a page");
                if page["status"] != "open" {
                    return (400, json!({"error": {"code": "resource_missing", "message": "not open"}}));
                }
                page["status"] = json!("expired");
                (200, page.clone())
            }
            ("GET", ["checkout", "sessions", id]) => (200, self.pages[*id].clone()),
            _ => (404, json!({"error": {"code": "resource_missing", "message": asked.path}})),
        }
    }

    fn found(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Value) -> Result<(), &'static str>,
    ) -> (u16, Value) {
        let Some(intent) = self.intents.get_mut(id) else {
            return (404, json!({"error": {"code": "resource_missing", "message": "no such intent"}}));
        };
        match change(intent) {
            Ok(()) => (200, intent.clone()),
            Err(code) => (400, json!({"error": {"code": code, "message": code}})),
        }
    }

    fn charge(&mut self, fields: &HashMap<String, String>) -> (u16, Value) {
        let id = self.name("pi");
        let amount = fields["amount"].parse::<i64>().expect("an amount");
        let card = fields["payment_method"].clone();
        let has_card =
            self.cards.get(&fields["customer"]).is_some_and(|all| all.iter().any(|c| c["id"] == card));
        assert!(has_card, "a card of this customer");
        let mut intent = json!({"object": "payment_intent", "id": id, "amount": amount, "amount_received": 0,
            "currency": fields["currency"], "metadata": {"payment": fields["metadata[payment]"]},
            "latest_charge": {"amount_refunded": 0, "balance_transaction": null},
            "payment_method": {"id": card, "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030}}});
        let declined = self.declines.get(&card).cloned();
        if let Some(code) = declined {
            intent["status"] = json!("requires_payment_method");
            intent["last_payment_error"] = json!({"code": "card_declined", "decline_code": code});
            intent["latest_charge"] = Value::Null;
            self.intents.insert(id, intent.clone());
            return (
                402,
                json!({"error": {"type": "card_error", "code": "card_declined", "decline_code": code,
                    "message": "Your card was declined.", "payment_intent": intent}}),
            );
        }
        if fields["capture_method"] == "manual" {
            intent["status"] = json!("requires_capture");
        } else {
            taken(&mut intent, amount);
        }
        self.intents.insert(id, intent.clone());
        (200, intent)
    }

    fn page(&mut self, fields: &HashMap<String, String>) -> (u16, Value) {
        let id = self.name("cs");
        let amount = fields.get("line_items[0][price_data][unit_amount]");
        let currency = fields.get("currency").or_else(|| fields.get("line_items[0][price_data][currency]"));
        let page = json!({"object": "checkout.session", "id": id, "mode": fields["mode"], "status": "open",
            "customer": fields["customer"], "currency": currency,
            "amount_total": amount.and_then(|text| text.parse::<i64>().ok()),
            "url": format!("https://pay.example/{id}")});
        self.pages.insert(id, page.clone());
        (200, page)
    }
}
