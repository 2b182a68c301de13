//! Tariffs by example (a folder of cases) and by law.

#[path = "tariff/cases.rs"]
mod cases;
#[path = "tariff/laws.rs"]
mod laws;
#[path = "tariff/sessions.rs"]
mod sessions;
