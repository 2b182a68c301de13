//! `serve --demo`: an organisation with three sites and twelve simulated chargers that live over loopback.
//!
//! The past is written through the same rules as the present; the stations connect like any other.

mod bookings;
mod desk;
mod drivers;
mod home;
mod money;
mod people;
mod power;
mod prices;
mod schedules;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use forecourt_app::{App, AppError, NewOperator, NewSite, Principal, StationEdit, StationRequest};
use forecourt_core::access::Role;
use forecourt_core::id::StationId;
use forecourt_core::opening::{OpeningHours, SupportContact, WeeklyHours};
use forecourt_core::unit::WattHours;
use forecourt_sim::demo::{self, DemoStation, SITES, STATIONS};
use forecourt_sim::history;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const EMAIL: &str = "demo@forecourt.example";
const PASSWORD: &str = "charge-the-demo";
/// Set in a database that holds the demonstration and nothing else.
const MARK: &str = "demo";
/// How much past the demonstration has.
const DAYS: i64 = 30;
/// The same seed gives the same past.
const SEED: u64 = 2_026;
/// Time for the server to answer before the stations knock.
const HEAD_START: Duration = Duration::from_millis(200);

/// A demonstration whose stations have not started yet.
#[derive(Debug)]
pub struct Prepared {
    stations: Vec<DemoStation>,
}

impl Prepared {
    /// Shown on the sign-in page.
    pub fn sign_in(&self) -> (String, String) {
        (EMAIL.into(), PASSWORD.into())
    }

    /// Lets the stations live until cancelled.
    pub fn start(self, server: SocketAddr, tracker: &TaskTracker, cancel: &CancellationToken) {
        let cancel = cancel.clone();
        tracing::info!("sign in as {EMAIL} with the password {PASSWORD}");
        tracker.spawn(async move {
            tokio::time::sleep(HEAD_START).await;
            let url = format!("ws://127.0.0.1:{}/ocpp", server.port());
            demo::run(self.stations, &url, SEED, cancel).await;
        });
    }
}

/// Seeds an empty database, or takes up the demonstration found in it. Never touches any other.
pub async fn prepare(app: &Arc<App>) -> Result<Prepared, String> {
    let say = |error: AppError| crate::serve::explain("the demonstration", &error);
    let marked = app.store().mark(MARK).await.map_err(|error| error.to_string())?;
    let empty = app.needs_set_up().await.map_err(say)?
        && app.store().first_organisation().await.map_err(|e| e.to_string())?.is_none();
    if marked.is_none() && !empty {
        return Err("this database holds other data; --demo works only on an empty folder (use --data with another one)".into());
    }
    if empty {
        seed(app).await.map_err(say)?;
    }
    resume(app).await.map_err(say)
}

async fn administrator(app: &Arc<App>) -> Result<Principal, AppError> {
    let operator = app.store().operator_by_email(EMAIL).await.map_err(AppError::from)?;
    let operator = operator.ok_or(AppError::NotFound("administrator of the demonstration"))?;
    app.principal_of_operator(&operator).await
}

/// The office closes at night; the others do not.
fn opening_hours(site: &str) -> OpeningHours {
    let always = !site.contains("Office");
    let weekdays = (1..=5).filter(|_| !always);
    let week = weekdays.map(|day| WeeklyHours { day, from: "06:30".into(), to: "20:00".into() });
    OpeningHours { always, week: week.collect(), exceptions: Vec::new() }
}

fn support(country: &str) -> SupportContact {
    let phone = match country {
        "DK" => "+45 00 00 00 00",
        "NL" => "+31 00 000 0000",
        _ => "+44 0000 000000",
    };
    SupportContact {
        phone: Some(phone.into()),
        email: Some("help@northwind.example".into()),
        hours: None,
        restart_steps: Some("Press the red button for three seconds, wait a minute, and try again.".into()),
    }
}

async fn seed(app: &Arc<App>) -> Result<(), AppError> {
    tracing::info!("making the demonstration: three sites, twelve chargers, {DAYS} days of history");
    app.mark(MARK, "yes").await?;
    let organisation = app.add_organisation("Northwind Charging (demo)", "Europe/Copenhagen", "EUR").await?;
    let new = NewOperator {
        email: EMAIL.into(),
        name: "Demo operator".into(),
        password: PASSWORD.into(),
        role: Role::Admin,
    };
    app.add_operator(organisation.id, new).await?;
    let principal = administrator(app).await?;
    people::seed(app, &principal).await?;
    let mut sites = Vec::new();
    for site in SITES {
        let new = NewSite {
            name: site.name.into(),
            time_zone: site.time_zone.into(),
            currency: site.currency.into(),
            address: Some(site.address.into()),
            city: Some(site.city.into()),
            country: Some(site.country.into()),
            latitude_e6: Some((site.latitude * 1e6) as i64),
            longitude_e6: Some((site.longitude * 1e6) as i64),
            opening_hours: Some(opening_hours(site.name)),
            support: Some(support(site.country)),
            ..NewSite::default()
        };
        sites.push(app.add_site(&principal, new).await?.site.id);
    }
    prices::set(app, &principal, &sites).await?;
    drivers::seed(app, &principal, &sites).await?;
    let mut ids = HashMap::new();
    for blueprint in STATIONS {
        let current = if blueprint.supply.is_dc() { "dc" } else { "ac" };
        let power = blueprint.supply.power().0;
        let new = StationRequest {
            site: sites.get(blueprint.site).copied(),
            identity: blueprint.identity.into(),
            name: Some(blueprint.name.into()),
            evses: (1..=blueprint.evses as i32)
                .map(|evse| (evse, Some(power), Some(current.to_owned())))
                .collect(),
            ..StationRequest::default()
        };
        let added = app.add_station(&principal, new).await?;
        ids.insert(blueprint.identity, added.station.record.id);
    }
    if let Some(site) = sites.first() {
        home::seed(app, &principal, *site).await?;
    }
    write_history(app, &ids).await?;
    app.post_history().await?;
    if let Some(site) = sites.first() {
        schedules::seed(app, &principal, *site).await?;
    }
    if let Some(site) = sites.get(power::SITE) {
        power::seed(app, &principal, *site).await?;
    }
    if let Some(site) = sites.get(bookings::SITE) {
        bookings::seed(app, &principal, *site).await?;
    }
    money::seed(app, &principal).await?;
    desk::seed(app, &principal).await
}

async fn write_history(app: &Arc<App>, ids: &HashMap<&str, StationId>) -> Result<(), AppError> {
    let past = history::generate(&STATIONS, SEED, DAYS, app.now());
    let total = past.entries.len();
    let said = past.entries.into_iter().map(|entry| (entry.identity, entry.at, Some(entry.fact)));
    let lost = past.lost.into_iter().map(|(identity, at)| (identity, at, None));
    let mut all: Vec<_> = said.chain(lost).collect();
    // Stable: what one station said in one moment keeps its order.
    all.sort_by_key(|(_, at, _)| *at);
    let facts = all.into_iter().filter_map(|(identity, at, fact)| Some((*ids.get(identity)?, at, fact)));
    app.replay(facts, |done| {
        if done % 5_000 == 0 {
            tracing::info!("history: {done} of {total} statements");
        }
    })
    .await
}

/// Fresh passwords, and registers that go on from the last session of each EVSE.
async fn resume(app: &Arc<App>) -> Result<Prepared, AppError> {
    let principal = administrator(app).await?;
    let mut stations = Vec::new();
    for blueprint in STATIONS {
        let filter = forecourt_app::store::station::StationFilter {
            text: Some(blueprint.identity.into()),
            ..Default::default()
        };
        let found = app.stations(&principal, &filter, None, 50).await?.items;
        let Some(view) = found.into_iter().find(|view| view.record.identity == blueprint.identity) else {
            continue;
        };
        let edit = StationEdit { generate_password: true, ..StationEdit::default() };
        let changed = app.edit_station(&principal, view.record.id, None, edit).await?;
        let registers = registers(app, &principal, view.record.id, blueprint.evses).await?;
        stations.push(DemoStation { blueprint, password: changed.password, registers });
    }
    Ok(Prepared { stations })
}

async fn registers(
    app: &Arc<App>,
    principal: &Principal,
    station: StationId,
    evses: usize,
) -> Result<Vec<WattHours>, AppError> {
    let filter =
        forecourt_app::store::session::SessionFilter { station: Some(station), ..Default::default() };
    let sessions = app.sessions(principal, &filter, None, 100).await?.items;
    let last = |evse: usize| {
        let of_evse = sessions.iter().filter(|r| r.session.evse.0 as usize == evse);
        of_evse.filter_map(|r| r.session.meter.ends().1).max().unwrap_or(WattHours(1_000_000))
    };
    Ok((1..=evses).map(last).collect())
}

#[cfg(test)]
mod tests {
    use forecourt_app::store::Location;
    use forecourt_app::store::payment::PaymentFilter;
    use forecourt_app::{Clock, Settings};
    use forecourt_core::billing::PaymentState;

    use super::*;

    #[tokio::test]
    async fn it_is_made_once_and_its_money_is_there_to_see() {
        let folder = tempfile::tempdir().expect("folder");
        let location = Location::Sqlite(folder.path().join("demo.db"));
        let app = App::open(&location, Settings::default(), Clock::System).await.expect("opens");
        app.take_over().await.expect("takes over");
        prepare(&app).await.expect("made");
        let who = administrator(&app).await.expect("administrator");
        let payments =
            app.payments(&who, &PaymentFilter::default(), None, 100).await.expect("payments").items;
        for state in [PaymentState::Paid, PaymentState::Failed] {
            assert!(payments.iter().any(|payment| payment.state == state), "{state:?}");
        }
        let invoices = app.invoices(&who, None, None, 100).await.expect("invoices").items;
        assert!(invoices.iter().any(|invoice| invoice.credited_by.is_some()));
        assert!(invoices.iter().any(|invoice| invoice.paid_at.is_some()));
        assert_eq!(app.payouts(&who, None, 100).await.expect("payouts").items.len(), 2);
        // What is there is taken up, and nothing is made twice.
        let again = prepare(&app).await.expect("taken up");
        assert_eq!(again.stations.len(), STATIONS.len());
        let after = app.invoices(&who, None, None, 100).await.expect("invoices").items;
        assert_eq!(after.len(), invoices.len());
    }
}
