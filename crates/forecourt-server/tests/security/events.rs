//! Security events with a severity, and certificates that end soon.

use forecourt_app::Clock;
use forecourt_app::jobs::Job;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::house::{House, SOON, houses};
use super::keys::Identity;

const PASSWORD: &str = "secret-of-this-station";

#[tokio::test(flavor = "multi_thread")]
async fn events_have_a_severity_and_unknown_kinds_are_kept() {
    for house in houses().await {
        let id = house.add("CP1", 1, Some(PASSWORD)).await;
        let mut station = house.knock("CP1").password(PASSWORD).connect().await;
        let url = format!("https://{}/api/v1/events", house.address);
        let mut live = house.http().get(url).bearer_auth(house.key()).send().await.unwrap();
        for (kind, info) in [
            ("TamperDetectionActivated", "door"),
            ("StartupOfTheDevice", ""),
            ("AcmeOverheated", "<b>hot</b>"),
        ] {
            let event = json!({"type": kind, "timestamp": "2026-01-02T03:04:05Z", "techInfo": info});
            station.call("SecurityEventNotification", event).await;
        }
        let all = house.get(&format!("/security-events?station_id={id}")).await;
        let found: Vec<_> = all["items"].as_array().unwrap().iter().collect();
        let severities: Vec<_> =
            found.iter().map(|e| (e["kind"].as_str().unwrap(), e["severity"].as_str().unwrap())).collect();
        let expected = [
            ("AcmeOverheated", "medium"),
            ("StartupOfTheDevice", "high"),
            ("TamperDetectionActivated", "critical"),
        ];
        assert_eq!(severities, expected);
        assert_eq!(found[0]["happened_at"], "2026-01-02T03:04:05Z");
        let critical = house.get("/security-events?severity=critical").await;
        assert_eq!(critical["items"].as_array().unwrap().len(), 1, "{critical}");
        assert_eq!(house.ask("get", "/security-events?severity=terrible", None).await.0, 422);
        let mut seen = String::new();
        while !seen.contains(r#""severity":"critical""#) {
            let part = tokio::time::timeout(SOON, live.chunk()).await.expect("no live event");
            seen.push_str(&String::from_utf8_lossy(&part.unwrap().expect("the stream ended")));
        }
    }
}

/// A year on a clock of ours: warned at 30 days and asked to renew, once each time.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ends_soon_is_warned_of_and_renewed() {
    let start = Timestamp::now();
    let house = House::at(Clock::standing_at(start)).await;
    let id = house.add("CP1", 2, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    super::mutual_tls::get_certificate(&house, &mut station, "CP1").await;
    Job::Security.run(&house.app).await.unwrap();
    assert!(!house.events(&id).await.contains(&"CertificateExpires".to_owned()));
    house.clock().set(start + SignedDuration::from_hours(24 * 340));
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let renewing = async { Job::Security.run(&house.app).await.unwrap() };
    let obeying = async {
        let asked = station.accept("ExtendedTriggerMessage").await;
        assert_eq!(asked.payload["requestedMessage"], "SignChargePointCertificate");
    };
    tokio::join!(renewing, obeying);
    let event = house.event(&id, "CertificateExpires").await;
    assert!(event["info"].as_str().unwrap().contains("CN=CP1"), "{event}");
    // Looking again says nothing new.
    Job::Security.run(&house.app).await.unwrap();
    let said = house.events(&id).await;
    assert_eq!(said.iter().filter(|kind| *kind == "CertificateExpires").count(), 1, "{said:?}");
    // It renews; the old one is superseded and the new one is a year away from its end.
    station.call("SignCertificate", json!({"csr": Identity::fresh().request("CP1")})).await;
    station.accept("CertificateSigned").await;
    super::house::until("renewed", async || {
        let all = house.get("/certificates?kind=station&state=accepted").await;
        all["items"].as_array().unwrap().iter().any(|one| one["days_left"].as_i64().unwrap() > 300)
    })
    .await;
    // Past its end, a certificate is called expired.
    house.clock().set(start + SignedDuration::from_hours(24 * 366));
    Job::Security.run(&house.app).await.unwrap();
    let over = house.get("/certificates?kind=station&state=expired").await;
    assert_eq!(over["items"].as_array().unwrap().len(), 1, "{over}");
}
