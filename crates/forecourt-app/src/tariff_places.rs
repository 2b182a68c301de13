//! Tariffs of single chargers and plugs: charged instead of the site's, or published for them.

use forecourt_core::access::Permission;
use forecourt_core::id::{EvseNumber, StationId, TariffId};
use forecourt_core::station::MAX_EVSES;
use forecourt_store::tariff_place::StationTariff;
use serde_json::{Value, json};

use crate::{App, AppError, Principal};

impl App {
    pub async fn station_tariffs(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<StationTariff>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.station_tariffs(station).await?)
    }

    /// All that the charger has of its own, in place of what it had.
    pub async fn set_station_tariffs(
        &self,
        principal: &Principal,
        station: StationId,
        tariffs: Vec<StationTariff>,
    ) -> Result<Vec<StationTariff>, AppError> {
        principal.require(Permission::Tariffs)?;
        let record = self.own_station(principal, station)?.record();
        let currency = self.site(principal, record.site).await?.site.currency;
        let mut seen: Vec<EvseNumber> = Vec::new();
        for (number, at) in tariffs.iter().enumerate() {
            if !(0..=MAX_EVSES).contains(&at.evse.0) || seen.contains(&at.evse) {
                return Err(AppError::field(&format!("/{number}/evse"), "each plug once; 0 is every plug"));
            }
            seen.push(at.evse);
            for tariff in [at.tariff, at.public_tariff].into_iter().flatten() {
                self.checked_tariff_of_place(principal, tariff, &currency, number).await?;
            }
        }
        let tariffs: Vec<StationTariff> =
            tariffs.into_iter().filter(|at| at.tariff.or(at.public_tariff).is_some()).collect();
        let before = self.store.station_tariffs(station).await?;
        let mut tx = self.store.begin().await?;
        tx.set_station_tariffs(station, &tariffs).await?;
        let note = self.note(principal, "station.tariffs_set", ("station", station.0, &record.identity));
        tx.audit(&note.changed(described(&before), described(&tariffs))).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await?;
        Ok(self.store.station_tariffs(station).await?)
    }

    async fn checked_tariff_of_place(
        &self,
        principal: &Principal,
        tariff: TariffId,
        currency: &str,
        number: usize,
    ) -> Result<(), AppError> {
        let checked = self.checked_tariff_of_site(principal, tariff, currency).await;
        checked.map_err(|error| match error {
            AppError::Invalid(faults) => {
                let text = faults.into_iter().next().map(|fault| fault.message).unwrap_or_default();
                AppError::field(&format!("/{number}/tariff_id"), text)
            }
            other => other,
        })
    }
}

fn described(tariffs: &[StationTariff]) -> Value {
    let line = |at: &StationTariff| json!({"evse": at.evse.0, "tariff_id": at.tariff, "public_tariff_id": at.public_tariff});
    json!({"tariffs": tariffs.iter().map(line).collect::<Vec<_>>()})
}
