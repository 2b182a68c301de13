//! Logs that stations send to this server (threat 13 as far as addresses exist): an address that cannot be guessed, good
//! once, limited in size, given back as a download whatever is in it.

use serde_json::{Value, json};

use super::house::{House, houses, until};

const PASSWORD: &str = "secret-of-this-station";
const MARKUP: &[u8] = b"<html><script>alert(1)</script></html>";

/// The address in what a station was asked, as this machine reaches it.
fn here(house: &House, location: &str) -> String {
    let (_, path) = location.split_once("/uploads/").unwrap();
    assert!(path.len() >= 32, "{path} can be guessed");
    format!("https://{}/uploads/{path}", house.address)
}

async fn becomes(house: &House, id: &Value, state: &str) -> Value {
    let path = format!("/log-uploads/{}", id.as_str().unwrap());
    let mut found = Value::Null;
    until(state, async || {
        found = house.get(&path).await;
        found["state"] == state
    })
    .await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_asked_for_sent_and_downloaded() {
    for house in houses().await {
        let id = house.add("CP1", 1, Some(PASSWORD)).await;
        let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
        let path = format!("/stations/{id}/log-uploads");
        let ask =
            async { house.post(&path, json!({"kind": "security", "from": "2026-01-01T00:00:00Z"})).await };
        let told = async {
            let asked = station.expect("GetLog").await;
            station.answer(&asked, json!({"status": "Accepted", "filename": "../log<1>.html"})).await;
            asked
        };
        let (upload, asked) = tokio::join!(ask, told);
        assert_eq!(asked.payload["logType"], "SecurityLog");
        assert_eq!(upload["state"], "asked", "{upload}");
        let location = asked.payload["log"]["remoteLocation"].as_str().unwrap().to_owned();
        assert!(location.starts_with("https://charge.example.com/uploads/"), "{location}");
        let progress = json!({"status": "Uploading", "requestId": asked.payload["requestId"]});
        station.call("LogStatusNotification", progress).await;
        assert!(
            becomes(&house, &upload["id"], "asked").await["detail"].as_str().unwrap().contains("Uploading")
        );
        let put = house.http().put(here(&house, &location)).body(MARKUP).send().await.unwrap();
        assert_eq!(put.status().as_u16(), 201);
        let received = becomes(&house, &upload["id"], "received").await;
        assert_eq!((&received["bytes"], &received["file_name"]), (&json!(MARKUP.len()), &json!("log1.html")));
        // Good once.
        let again = house.http().post(here(&house, &location)).body("x").send().await.unwrap();
        assert_eq!(again.status().as_u16(), 404);
        let url =
            format!("https://{}/api/v1/log-uploads/{}/file", house.address, upload["id"].as_str().unwrap());
        assert_eq!(house.http().get(&url).send().await.unwrap().status().as_u16(), 401);
        let file = house.http().get(&url).bearer_auth(house.key()).send().await.unwrap();
        let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-disposition"), "attachment; filename=\"log1.html\"");
        assert_eq!(file.bytes().await.unwrap(), MARKUP);
        // Another organisation sees nothing of it.
        let other = house.app.add_organisation("Other", "UTC", "EUR").await.unwrap().id;
        let stranger = house.app.issue_api_key(other, "other", None, None).await.unwrap().key;
        for path in [url.clone(), url.trim_end_matches("/file").to_owned()] {
            let seen = house.http().get(path).bearer_auth(&stranger).send().await.unwrap();
            assert_eq!(seen.status().as_u16(), 404);
        }
        // The address stands in no log.
        let log = house.get(&format!("/stations/{id}/messages?limit=100")).await.to_string();
        let secret = location.rsplit('/').next().unwrap();
        assert!(log.contains("GetLog") && !log.contains(secret), "{log}");
        let one = format!("/log-uploads/{}", upload["id"].as_str().unwrap());
        assert_eq!(house.ask("delete", &one, None).await.0, 204);
        assert_eq!(std::fs::read_dir(house.folder().join("uploads")).unwrap().count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_of_1_6_and_what_goes_wrong() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let path = format!("/stations/{id}/log-uploads");
    let ask = async { house.post(&path, json!({"kind": "diagnostics"})).await };
    let told = async {
        let asked = station.expect("GetDiagnostics").await;
        station.answer(&asked, json!({"fileName": "diag.zip"})).await;
        asked.payload["location"].as_str().unwrap().to_owned()
    };
    let (upload, location) = tokio::join!(ask, told);
    assert_eq!(upload["file_name"], "diag.zip", "{upload}");
    // Guesses lead nowhere.
    for guess in ["x", "%2e%2e%2fx", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let url = format!("https://{}/uploads/{guess}", house.address);
        let status = house.http().put(url).body("x").send().await.unwrap().status().as_u16();
        assert_eq!(status, 404, "{guess}");
    }
    // More than is taken: refused while it comes, nothing stays, and the station may try again.
    let large = vec![0; usize::try_from(forecourt_app::log_uploads::LOG_MAX_BYTES).unwrap() + 1];
    let sent = house.http().put(here(&house, &location)).body(large).send().await;
    assert!(sent.map_or(true, |response| response.status().as_u16() == 413));
    let record = becomes(&house, &upload["id"], "asked").await;
    assert!(record["detail"].as_str().unwrap().contains("larger"), "{record}");
    assert_eq!(std::fs::read_dir(house.folder().join("uploads")).unwrap().count(), 0);
    station.call("DiagnosticsStatusNotification", json!({"status": "UploadFailed"})).await;
    becomes(&house, &upload["id"], "failed").await;
    let late = house.http().put(here(&house, &location)).body("x").send().await.unwrap();
    assert_eq!(late.status().as_u16(), 404);
}

/// Where nobody has told the server its name, the operator's own request has; and an address is good for a day.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_names_a_host_that_is_known_and_ends() {
    let start = jiff::Timestamp::now();
    let house = House::at(forecourt_app::Clock::standing_at(start)).await;
    house.app.change_settings(|settings| settings.public_url = "wss://127.0.0.1:8180".into());
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
    let path = format!("/stations/{id}/log-uploads");
    let ask = async { house.post(&path, json!({"kind": "diagnostics"})).await };
    let told = async {
        let asked = station.expect("GetLog").await;
        station.answer(&asked, json!({"status": "Accepted", "filename": "diag.zip"})).await;
        asked.payload["log"]["remoteLocation"].as_str().unwrap().to_owned()
    };
    let (upload, location) = tokio::join!(ask, told);
    assert!(location.starts_with(&format!("https://{}/uploads/", house.address)), "{location}");
    house.clock().set(start + jiff::SignedDuration::from_hours(25));
    let late = house.http().put(&location).body("x").send().await.unwrap();
    assert_eq!(late.status().as_u16(), 404);
    forecourt_app::jobs::Job::Security.run(&house.app).await.unwrap();
    becomes(&house, &upload["id"], "expired").await;
    // A log that came is kept for a month, and no longer.
    let ask = async { house.post(&path, json!({"kind": "diagnostics"})).await };
    let told = async {
        let asked = station.expect("GetLog").await;
        station.answer(&asked, json!({"status": "Accepted", "filename": "diag.zip"})).await;
        asked.payload["log"]["remoteLocation"].as_str().unwrap().to_owned()
    };
    let (upload, location) = tokio::join!(ask, told);
    assert_eq!(house.http().put(&location).body("x").send().await.unwrap().status().as_u16(), 201);
    becomes(&house, &upload["id"], "received").await;
    let files = || std::fs::read_dir(house.folder().join("uploads")).unwrap().count();
    assert_eq!(files(), 1);
    house.clock().set(start + jiff::SignedDuration::from_hours(24 * 40));
    forecourt_app::jobs::Job::Security.run(&house.app).await.unwrap();
    assert_eq!(files(), 0);
    assert_eq!(house.get(&path).await["items"], json!([]));
}
