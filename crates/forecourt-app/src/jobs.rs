//! What keeps itself in order. Each job takes no input, looks at the state and does what is missing.

mod last_seen;
mod log_places;
mod retention;
mod stale_sessions;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{App, AppError};

#[derive(Debug, Clone, Copy)]
pub enum Job {
    LogPlaces,
    LastSeen,
    StaleSessions,
    /// How long chargers have been up.
    Uptime,
    /// Reports that go out by themselves.
    Reports,
    Retention,
    /// Plugs that are kept for somebody.
    Bookings,
    /// Plugs that may be blocked.
    IdleFees,
    /// Queued commands, lists and profiles of stations that are there.
    Errands,
    Campaigns,
    /// Bulk work that a restart left.
    Bulk,
    /// Certificates that end soon, addresses and files of logs that are over.
    Security,
    Mail,
    /// Sessions draw from allowances, periods begin anew, drivers' last charges.
    Subscriptions,
    /// Stations that went silent, or came back.
    Silence,
    /// What is owed becomes entries of the ledger.
    Ledger,
    /// Cards are charged, holds settled.
    Payments,
    /// Prices of the electricity market.
    SpotPrices,
    /// What sessions at home cost their owners.
    HomeCosts,
    /// Power is shared among the chargers of zones.
    Balance,
    /// Hours are kept in chargers, sessions told what they may draw when.
    Schedules,
    /// Programs and people who wait to be told what happened.
    Tell,
}

const JOBS: &[Job] = &[
    Job::LastSeen,
    Job::StaleSessions,
    Job::Uptime,
    Job::Reports,
    Job::Retention,
    Job::Bookings,
    Job::IdleFees,
    Job::Errands,
    Job::Campaigns,
    Job::Bulk,
    Job::Security,
    Job::LogPlaces,
    Job::Mail,
    Job::Subscriptions,
    Job::Silence,
    Job::Ledger,
    Job::Balance,
    Job::Schedules,
    Job::Payments,
    Job::SpotPrices,
    Job::HomeCosts,
    Job::Tell,
];

impl Job {
    fn every(self) -> Duration {
        Duration::from_secs(match self {
            Self::LogPlaces => 5,
            Self::LastSeen => 30,
            Self::StaleSessions => 60,
            Self::Uptime => 30,
            Self::Reports => 60,
            Self::Retention => 600,
            Self::IdleFees | Self::Bookings => 5,
            Self::Errands => 30,
            Self::Campaigns => 20,
            Self::Bulk => 15,
            Self::Security => 300,
            Self::Mail => 5,
            Self::Subscriptions => 15,
            Self::Silence => 20,
            Self::Ledger | Self::Payments => 5,
            Self::SpotPrices => 30,
            Self::HomeCosts => 10,
            Self::Balance | Self::Schedules => 5,
            Self::Tell => 3,
        })
    }

    /// Looks once.
    pub async fn run(self, app: &Arc<App>) -> Result<(), AppError> {
        match self {
            Self::LogPlaces => log_places::run(app).await,
            Self::LastSeen => last_seen::run(app).await,
            Self::StaleSessions => stale_sessions::run(app).await,
            Self::Uptime => app.run_watch().await,
            Self::Reports => app.send_reports().await,
            Self::Retention => retention::run(app).await,
            Self::IdleFees => app.watch_idle_fees().await,
            Self::Bookings => app.watch_bookings().await,
            Self::Errands => app.run_all_errands().await,
            Self::Campaigns => app.run_campaigns().await,
            Self::Bulk => app.run_bulk_jobs().await,
            Self::Mail => app.send_mail().await,
            Self::Subscriptions => app.run_subscriptions().await,
            Self::Silence => app.watch_silence().await,
            Self::Ledger => app.run_ledger().await,
            Self::Balance => app.balance().await,
            Self::Schedules => app.run_schedules().await,
            Self::Payments => app.run_payments().await,
            Self::SpotPrices => app.read_spot_prices().await,
            Self::HomeCosts => app.work_out_home_costs().await,
            Self::Tell => {
                app.run_alerts().await?;
                app.run_webhooks().await
            }
            Self::Security => {
                crate::certificates::watch::run(app).await?;
                app.tidy_log_uploads().await
            }
        }
    }
}

/// Starts every job of this node.
pub fn start(app: &Arc<App>, tracker: &TaskTracker, cancel: &CancellationToken) {
    tracker.spawn(crate::power::follow(app.clone(), cancel.clone()));
    tracker.spawn(crate::power::follow_plans(app.clone(), cancel.clone()));
    tracker.spawn(crate::power::follow_feeds(app.clone(), cancel.clone()));
    tracker.spawn(crate::schedules::follow(app.clone(), cancel.clone()));
    for &job in JOBS {
        let (app, cancel) = (app.clone(), cancel.clone());
        tracker.spawn(async move {
            let mut tick = tokio::time::interval(job.every());
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = cancel.cancelled() => break,
                    _ = tick.tick() => {}
                }
                if let Err(error) = job.run(&app).await {
                    tracing::warn!(?job, %error, "a job did not finish; it will look again");
                }
            }
        });
    }
}
