//! All stations at once, and stations that only hold their connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::line::Line;
use super::{Caught, LoadPlan, LoadReport, Target, set_up};
use crate::wire::DialError;

/// How long a station waits after a refused connection before it tries again.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// When a station gives up: by then the storm has failed.
const GIVE_UP: Duration = Duration::from_secs(120);

pub(super) async fn run(plan: &Arc<LoadPlan>, target: &Target) -> LoadReport {
    let mut caught = Caught::new();
    let start = Instant::now();
    let mut storm = JoinSet::new();
    for number in 0..plan.stations.len() {
        storm.spawn(arrive(Arc::clone(plan), target.clone(), number, start, caught.another()));
    }
    // The sockets stay open until the last station has its answers: a storm does not thin itself out.
    let mut standing = Vec::with_capacity(plan.stations.len());
    while let Some(ended) = storm.join_next().await {
        if let Ok((line, part)) = ended {
            caught.add(part);
            standing.extend(line);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    drop(standing);
    caught.report(plan, seconds)
}

async fn arrive(
    plan: Arc<LoadPlan>,
    target: Target,
    number: usize,
    start: Instant,
    mut caught: Caught,
) -> (Option<Line>, Caught) {
    loop {
        let opened = Line::open(&plan, &target, number, &plan.stations[number]).await;
        let failure = match opened {
            Ok(mut line) => match line.begin(&mut caught).await {
                Ok(()) => {
                    caught.latency(start.elapsed());
                    return (Some(line), caught);
                }
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        caught.fail(failure);
        if start.elapsed() > GIVE_UP {
            return (None, caught);
        }
        sleep(TRY_AGAIN).await;
    }
}

/// Connections that have booted and say nothing more; they close when this is dropped.
#[derive(Debug)]
pub struct Held {
    pub connected: usize,
    pub report: LoadReport,
    _sockets: JoinSet<()>,
}

/// Connects all stations of the plan and keeps them, for measuring what a connection costs. The mode is not looked at.
pub async fn hold(plan: LoadPlan) -> Result<Held, DialError> {
    let target = Target::parse(&plan.url, plan.authorities.as_deref())?;
    let plan = Arc::new(plan);
    let mut caught = Caught::new();
    let start = Instant::now();
    let lines = set_up(&plan, &target, &mut caught).await;
    let connected = lines.len();
    let mut sockets = JoinSet::new();
    for line in lines {
        sockets.spawn(line.idle());
    }
    let report = LoadReport { mode: "idle", ..caught.report(&plan, start.elapsed().as_secs_f64()) };
    Ok(Held { connected, report, _sockets: sockets })
}
