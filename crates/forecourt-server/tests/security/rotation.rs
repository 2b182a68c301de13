//! A new password for a station: the old one or the new one until proven, then only the new (threat 16).

use serde_json::{Value, json};

use super::house::{House, houses};

const OLD: &str = "the-old-password-1";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

async fn state(house: &House, id: &str) -> String {
    let found = house.get(&format!("/stations/{id}/password-rotation")).await;
    found["state"].as_str().unwrap().to_owned()
}

fn path(id: &str) -> String {
    format!("/stations/{id}/password-rotation")
}

/// The power goes between the change and the reconnect: whichever password the station has kept, it gets in.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_between_change_and_reconnect_locks_nobody_out() {
    for house in houses().await {
        let id = house.add("CP1", 1, Some(OLD)).await;
        let mut station = house.knock("CP1").password(OLD).connect().await;
        let path = path(&id);
        let rotate = async { house.post(&path, json!({})).await };
        let (rotation, asked) = tokio::join!(rotate, station.accept("ChangeConfiguration"));
        assert_eq!(asked.payload["key"], "AuthorizationKey");
        let hex = asked.payload["value"].as_str().unwrap().to_owned();
        assert_eq!(hex.len(), 40);
        let new = unhex(&hex);
        assert_eq!(rotation["state"], "waiting");
        assert_eq!(rotation["password"].as_str().unwrap().as_bytes(), new);
        drop(station);
        // Ours goes too.
        let house = house.restart().await;
        house.knock("CP1").password(OLD).connect().await;
        assert_eq!(state(&house, &id).await, "waiting", "the old one proves nothing");
        house.knock("CP1").password(&new).connect().await;
        assert_eq!(state(&house, &id).await, "done");
        assert_eq!(house.knock("CP1").password(OLD).status().await, 401);
        house.knock("CP1").password(&new).connect().await;
        let house = house.restart().await;
        assert_eq!(house.knock("CP1").password(OLD).status().await, 401);
        house.knock("CP1").password(&new).connect().await;
        // Neither password stands in what is kept.
        let log = house.get(&format!("/stations/{id}/messages?limit=100")).await.to_string();
        assert!(log.contains("AuthorizationKey") && !log.contains(&hex), "{log}");
        let commands = house.get(&format!("/stations/{id}/commands")).await.to_string();
        assert!(!commands.contains(&hex) && !commands.contains(rotation["password"].as_str().unwrap()));
    }
}

/// Stations that show the digits as they were sent get in as well.
#[tokio::test(flavor = "multi_thread")]
async fn digits_shown_as_text_are_taken() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(OLD)).await;
    let mut station = house.knock("CP1").password(OLD).connect().await;
    let path = path(&id);
    let rotate = async { house.post(&path, json!({})).await };
    let (_, asked) = tokio::join!(rotate, station.accept("ChangeConfiguration"));
    let hex = asked.payload["value"].as_str().unwrap().to_owned();
    house.knock("CP1").password(&hex).connect().await;
    assert_eq!(house.knock("CP1").password(OLD).status().await, 401);
    house.knock("CP1").password(&hex).connect().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_drops_the_new_password() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(OLD)).await;
    let mut station = house.knock("CP1").v201().password(OLD).connect().await;
    let path = path(&id);
    let rotate = async { house.post(&path, json!({"password": "a-password-of-mine"})).await };
    let refused = async {
        let asked = station.expect("SetVariables").await;
        let data = &asked.payload["setVariableData"][0];
        assert_eq!(data["component"]["name"], "SecurityCtrlr");
        assert_eq!(data["variable"]["name"], "BasicAuthPassword");
        assert_eq!(data["attributeValue"], "a-password-of-mine");
        let result = json!({"attributeStatus": "Rejected", "component": data["component"], "variable": data["variable"]});
        station.answer(&asked, json!({"setVariableResult": [result]})).await;
    };
    let (rotation, ()) = tokio::join!(rotate, refused);
    assert_eq!(rotation["state"], "refused", "{rotation}");
    assert_eq!(rotation.get("password"), None);
    house.event(&id, "PasswordChangeRefused").await;
    assert_eq!(house.knock("CP1").password("a-password-of-mine").status().await, 401);
    house.knock("CP1").password(OLD).connect().await;
}

/// The line breaks before the answer: both open the door until one is seen.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_came_keeps_both() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(OLD)).await;
    let mut station = house.knock("CP1").v201().password(OLD).connect().await;
    let path = path(&id);
    let rotate = async { house.post(&path, json!({"password": "a-password-of-mine"})).await };
    let lost = async {
        station.expect("SetVariables").await;
        drop(station);
    };
    let (rotation, ()) = tokio::join!(rotate, lost);
    assert_eq!(rotation["state"], "unclear", "{rotation}");
    house.knock("CP1").v201().password(OLD).connect().await;
    assert_eq!(house.knock("CP1").password("another-password-1").status().await, 401);
    house.knock("CP1").v201().password("a-password-of-mine").connect().await;
    assert_eq!(state(&house, &id).await, "done");
    assert_eq!(house.knock("CP1").password(OLD).status().await, 401);
    house.knock("CP1").v201().password("a-password-of-mine").connect().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_said_before() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(OLD)).await;
    let (status, problem) = house.ask("post", &path(&id), Some(json!({}))).await;
    assert_eq!(
        (status, problem["detail"].as_str().unwrap().contains("not connected")),
        (409, true),
        "{problem}"
    );
    let station = house.knock("CP1").password(OLD).connect().await;
    for password in ["short", "with a blank in it", "longer-than-twenty-characters", "umlaut-ü-in-password"]
    {
        let (status, problem): (u16, Value) =
            house.ask("post", &path(&id), Some(json!({"password": password}))).await;
        assert_eq!(status, 422, "{password}: {problem}");
    }
    drop(station);
}
