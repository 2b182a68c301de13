//! Raising a security profile step by step (A05): what is missing is said, what can be done is done, and the profile is
//! raised when it has been proved.

use serde_json::{Value, json};

use super::house::House;

const PASSWORD: &str = "secret-of-this-station";

fn path(id: &str) -> String {
    format!("/stations/{id}/security-upgrade")
}

fn step<'a>(upgrade: &'a Value, name: &str) -> &'a Value {
    upgrade["steps"].as_array().unwrap().iter().find(|step| step["name"] == name).expect(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_and_nothing_is_sent() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let blocked = house.post(&path(&id), json!({"profile": 3})).await;
    assert_eq!(blocked["state"], "blocked");
    for name in ["connected", "root_installed", "certificate"] {
        assert_eq!(step(&blocked, name)["state"], "missing", "{blocked}");
    }
    assert_eq!(step(&blocked, "server_tls")["state"], "done", "{blocked}");
    assert_eq!(house.get(&path(&id)).await["state"], "blocked");
    let (status, _) = house.ask("post", &path(&id), Some(json!({"profile": 1}))).await;
    assert_eq!(status, 422, "a profile is only raised");
    assert_eq!(house.get(&format!("/stations/{id}/commands")).await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_of_2_0_1_is_led_from_password_to_tls() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").v201().without_tls().password(PASSWORD).connect().await;
    let path = path(&id);
    let start = async { house.post(&path, json!({"profile": 2, "root_is_trusted": true})).await };
    let obey = async {
        let asked = station.expect("GetVariables").await;
        let name = asked.payload["getVariableData"][0].clone();
        let result = json!({"attributeStatus": "Accepted", "attributeValue": "1,3", "component": name["component"],
            "variable": name["variable"]});
        station.answer(&asked, json!({"getVariableResult": [result]})).await;
        let asked = station.accept("SetNetworkProfile").await;
        assert_eq!(asked.payload["configurationSlot"], 2, "a free one");
        let data = &asked.payload["connectionData"];
        assert_eq!(
            (&data["securityProfile"], &data["ocppCsmsUrl"]),
            (&json!(2), &json!("wss://charge.example.com/ocpp"))
        );
        let asked = station.expect("SetVariables").await;
        let data = asked.payload["setVariableData"][0].clone();
        assert_eq!(data["attributeValue"], "2,1,3");
        let result = json!({"attributeStatus": "Accepted", "component": data["component"], "variable": data["variable"]});
        station.answer(&asked, json!({"setVariableResult": [result]})).await;
        station.accept("Reset").await;
        station.call("Heartbeat", json!({})).await;
        assert!(station.is_left_alone(), "one restart is enough");
    };
    let (upgrade, ()) = tokio::join!(start, obey);
    assert_eq!(upgrade["state"], "waiting", "{upgrade}");
    assert_eq!(step(&upgrade, "proven")["state"], "waiting");
    // It comes back as it was: let in, nothing raised.
    house.knock("CP1").v201().without_tls().password(PASSWORD).connect().await;
    let security = house.get(&format!("/stations/{id}/security")).await;
    assert_eq!((&security["profile"], &security["next_profile"]), (&json!(1), &json!(2)));
    house.knock("CP1").v201().password(PASSWORD).connect().await;
    let security = house.get(&format!("/stations/{id}/security")).await;
    assert_eq!((&security["profile"], &security["upgrade"]["state"]), (&json!(2), &json!("done")));
    assert_eq!(house.knock("CP1").v201().without_tls().password(PASSWORD).status().await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_without_a_password_gets_one_on_the_way() {
    let house = House::start().await;
    let id = house.add("CP1", 0, None).await;
    let mut station = house.knock("CP1").without_tls().connect().await;
    let path = path(&id);
    let start = async { house.post(&path, json!({"profile": 1})).await };
    let obey = async {
        let asked = station.accept("ChangeConfiguration").await;
        assert_eq!(asked.payload["key"], "AuthorizationKey");
        let asked_profile = station.accept("ChangeConfiguration").await;
        assert_eq!(asked_profile.payload, json!({"key": "SecurityProfile", "value": "1"}));
        asked.payload["value"].as_str().unwrap().to_owned()
    };
    let (upgrade, key) = tokio::join!(start, obey);
    assert_eq!(upgrade["state"], "waiting", "{upgrade}");
    drop(station);
    house.knock("CP1").without_tls().password(&key).connect().await;
    assert_eq!(house.get(&format!("/stations/{id}/security")).await["profile"], 1);
    assert_eq!(house.knock("CP1").without_tls().status().await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_it_and_the_old_profile_holds() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").without_tls().password(PASSWORD).connect().await;
    let path = path(&id);
    let start = async { house.post(&path, json!({"profile": 2, "root_is_trusted": true})).await };
    let refuse = async {
        let asked = station.expect("ChangeConfiguration").await;
        station.answer(&asked, json!({"status": "Rejected"})).await;
    };
    let (upgrade, ()) = tokio::join!(start, refuse);
    assert_eq!(upgrade["state"], "failed");
    assert!(step(&upgrade, "profile")["detail"].as_str().unwrap().contains("Rejected"), "{upgrade}");
    // Coming in with more than it must changes nothing now.
    house.knock("CP1").password(PASSWORD).connect().await;
    assert_eq!(house.get(&format!("/stations/{id}/security")).await["profile"], 1);
}
