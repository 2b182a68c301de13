//! Load balancing of the demonstration: a garage whose connection holds less than its chargers could draw, with its second
//! level on a circuit of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use forecourt_app::power::{ChosenCharger, ModelVerdict, ZoneRequest};
use forecourt_app::{App, AppError, Principal};
use forecourt_core::id::{SiteId, ZoneId};
use forecourt_core::power::{Distribution, Rotation};
use forecourt_core::unit::{MilliVolts, PerMille, Watts};

/// The garage among the sites of the demonstration.
pub(super) const SITE: usize = 1;
/// Chargers whose identity begins so stand on the second level.
const SECOND_LEVEL: [&str; 2] = ["UTR-03", "UTR-04"];

pub(super) async fn seed(app: &Arc<App>, principal: &Principal, site: SiteId) -> Result<(), AppError> {
    let here = app.zone_candidates(principal, site).await?;
    let models: BTreeSet<(String, String)> =
        here.iter().filter_map(|c| Some((c.station.vendor.clone()?, c.station.model.clone()?))).collect();
    for (vendor, model) in models {
        let said = ModelVerdict { vendor, model, firmware: None, tested: true };
        app.set_model_verdict(principal, said).await?;
    }
    let fit = app.zone_candidates(principal, site).await?;
    let fit: Vec<_> = fit.into_iter().filter(|c| c.fitness.may_be_chosen() && !c.is_direct).collect();
    let chosen = |second: bool| -> Vec<ChosenCharger> {
        let level = fit.iter().filter(|c| SECOND_LEVEL.contains(&c.station.identity.as_str()) == second);
        let each = level.zip(Rotation::ALL.into_iter().cycle());
        each.map(|(c, rotation)| ChosenCharger {
            station: c.station.id,
            phases: 3,
            rotation: Some(rotation),
            priority: 0,
        })
        .collect()
    };
    let zone = |name: &str, parent: Option<ZoneId>, kilowatts: i64, distribution, chargers| ZoneRequest {
        name: name.into(),
        site,
        parent,
        meter_number: parent.is_none().then(|| "871690000000000001".into()),
        capacity: Ok(Watts(kilowatts * 1_000)),
        voltage: MilliVolts(230_000),
        buffer: PerMille(if parent.is_none() { 100 } else { 0 }),
        least_session: Watts(0),
        distribution,
        chargers,
    };
    let whole =
        app.add_zone(principal, zone("Garage grid", None, 55, Distribution::Dynamic, chosen(false))).await?;
    let id = whole.record.id;
    let level = zone("Level 2", Some(id), 28, Distribution::Sequential, chosen(true));
    let level = app.add_zone(principal, level).await?;
    app.switch_zone(principal, id, true).await?;
    app.switch_zone(principal, level.record.id, true).await?;
    Ok(())
}
