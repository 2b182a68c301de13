//! A station names a session of another: nothing of it changes (threat 5).

use serde_json::{Value, json};

use super::house::{House, houses};

const PASSWORD: &str = "secret-of-this-station";

/// The sessions of a station, without what only tells when it was looked at.
async fn sessions(house: &House, station: &str) -> Vec<Value> {
    let found = house.get(&format!("/sessions?station_id={station}")).await;
    let mut items = found["items"].as_array().unwrap().clone();
    items.iter_mut().for_each(|session| drop(session.as_object_mut().unwrap().remove("duration_s")));
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_cannot_touch_the_session_of_another() {
    for house in houses().await {
        house.post("/id-tokens", json!({"uid": "CARD", "kind": "rfid"})).await;
        let (mine, other) =
            (house.add("MINE", 1, Some(PASSWORD)).await, house.add("OTHER", 1, Some(PASSWORD)).await);
        let now = house.app.now().to_string();
        let earlier = (house.app.now() - jiff::SignedDuration::from_hours(1)).to_string();
        let mut station = house.knock("MINE").password(PASSWORD).connect().await;
        let start = json!({"connectorId": 1, "idTag": "CARD", "meterStart": 1_000, "timestamp": earlier});
        let number = station.call("StartTransaction", start).await["transactionId"].clone();
        let before = sessions(&house, &mine).await;
        assert_eq!(before.len(), 1);
        let mut thief = house.knock("OTHER").password(PASSWORD).connect().await;
        let sampled = json!([{"timestamp": now, "sampledValue": [{"value": "900000"}]}]);
        thief
            .call("MeterValues", json!({"connectorId": 1, "transactionId": number, "meterValue": sampled}))
            .await;
        let stop = json!({"transactionId": number, "meterStop": 999_999, "timestamp": now, "idTag": "CARD"});
        thief.call("StopTransaction", stop).await;
        assert_eq!(sessions(&house, &mine).await, before);
        let event = house.event(&other, "ForeignTransaction").await;
        assert_eq!(event["severity"], "high");
        // The names that 2.x stations give their sessions are their own: two may be the same.
        let mut thief = house.knock("OTHER").v201().password(PASSWORD).connect().await;
        let ended = json!({"eventType": "Ended", "timestamp": now, "triggerReason": "StopAuthorized", "seqNo": 9,
            "transactionInfo": {"transactionId": number.to_string()}, "evse": {"id": 1}});
        thief.call("TransactionEvent", ended).await;
        assert_eq!(sessions(&house, &mine).await, before);
        // Its owner ends it.
        let stop = json!({"transactionId": number, "meterStop": 3_500, "timestamp": now, "idTag": "CARD"});
        assert_eq!(station.call("StopTransaction", stop).await["idTagInfo"]["status"], "Accepted");
        let after = sessions(&house, &mine).await;
        assert_eq!((after.len(), &after[0]["energy_wh"]), (1, &json!(2_500)), "{after:?}");
    }
}
