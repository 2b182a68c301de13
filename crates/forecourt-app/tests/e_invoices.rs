//! Electronic invoices through the real application: valid by every rule of the standard, with the document's own amounts.

mod support;

use en16931_formats::Syntax;
use forecourt_app::drivers::NewDriver;
use forecourt_app::invoices::{Billed, Lacking};
use forecourt_app::jobs::Job;
use forecourt_app::profile::{Details, PostalAddress, ProfileEdit};
use forecourt_app::tokens::TokenEdit;
use forecourt_app::{AppError, SiteEdit};
use forecourt_core::fact::Phase;
use forecourt_core::id::{DriverId, InvoiceId};
use forecourt_core::unit::Currency;
use jiff::tz::TimeZone;
use support::*;

/// Two rates, one price without VAT, and a least price that mixes them where little is charged.
const RULES: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"0.33","vat":"25"},{"dimension":"charging_time","price":"1.17","vat":"12"},
    {"dimension":"flat","price":"1.00"}]}]}"#;

async fn set_up(world: &World) -> DriverId {
    let edit = SiteEdit { currency: Some("EUR".into()), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let rules = serde_json::from_str(RULES).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "Standard", Some(at(-60)), rules).await;
    let tariff = Some(Some(sheet.expect("tariff").tariff.id));
    let edit = SiteEdit { tariff, ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let new = NewDriver {
        name: "Ida & Søn <A/S>".into(),
        address: Some("Havnegade 1\n5000 Odense".into()),
        ..NewDriver::default()
    };
    let driver = world.app.add_driver(&world.principal, new).await.expect("driver").id;
    let keys = world.app.tokens(&world.principal, &Default::default(), None, 10).await.expect("keys").items;
    let edit = TokenEdit { driver: Some(Some(driver)), ..TokenEdit::default() };
    world.app.edit_token(&world.principal, keys[0].id, None, edit).await.expect("given");
    driver
}

async fn details(world: &World, vat_id: &str) {
    let registered = PostalAddress {
        street: "Kajen 7".into(),
        postal_code: "5000".into(),
        city: "Odense".into(),
        country: "DK".into(),
    };
    let details = Details { vat_id: vat_id.into(), registered, ..Details::default() };
    let edit = ProfileEdit { details: Some(details), ..ProfileEdit::default() };
    world.app.edit_profile(&world.principal, None, edit).await.expect("details");
}

async fn issue(world: &World, driver: DriverId) -> InvoiceId {
    let billed = Billed { driver: Some(driver), team: None, currency: Currency::read("EUR").expect("code") };
    let today = at(0).to_zoned(TimeZone::UTC).date();
    world.app.issue_invoices(&world.principal, today, &[billed]).await.expect("issued")[0].id
}

async fn lacks(world: &World, id: InvoiceId) -> Vec<Lacking> {
    let invoice = world.app.invoice(&world.principal, id).await.expect("invoice");
    world.app.electronic_invoice_lacks(&world.principal, &invoice).await.expect("looked")
}

#[tokio::test]
async fn an_electronic_invoice_has_the_documents_amounts() {
    for world in worlds().await {
        let who = &world.principal;
        let driver = set_up(&world).await;
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        for (n, wh) in (0_i64..).zip([4_321, 1_999, 777, 10]) {
            let number = start(&station, n * 30, n * 20_000).await;
            let stop = transaction(Phase::Ended, n * 30 + 17, n * 20_000 + wh, Some(&number));
            tell(&station, "StopTransaction", stop).await.expect("stop");
        }
        let doubtful = world.app.sessions(who, &Default::default(), None, 10).await.expect("sessions").items;
        for record in doubtful.iter().filter(|record| record.session.needs_review()) {
            world.app.review_session(who, record.session.id, None).await.expect("reviewed");
        }
        Job::Ledger.run(&world.app).await.expect("posted");

        let first = issue(&world, driver).await;
        use Lacking::{City, Country, PostalCode, Street, VatId};
        assert_eq!(lacks(&world, first).await, [VatId, Street, PostalCode, City, Country]);
        let refused = world.app.electronic_invoice(who, first, Syntax::Ubl).await;
        assert!(matches!(refused, Err(AppError::Conflict(text)) if text.contains("vat_id, street")));
        // What was missing then is taken as it is now.
        details(&world, "DK12345678").await;
        assert_eq!(lacks(&world, first).await, []);
        let record = world.app.invoice(who, first).await.expect("invoice").record;
        let mut files = Vec::new();
        for syntax in [Syntax::Ubl, Syntax::Cii] {
            let (xml, _) = world.app.electronic_invoice(who, first, syntax).await.expect("written");
            let read = en16931_formats::read(xml.as_bytes()).expect("readable");
            let report = en16931::validate(&read.invoice);
            assert!(report.is_valid(), "{report}");
            assert_eq!(read.invoice.totals.gross_total.to_minor_units(), record.with_vat.0);
            assert_eq!(read.invoice.totals.taxable_total.to_minor_units(), record.without_vat.0);
            assert_eq!(read.invoice.vat_breakdown.len(), 3, "two rates, and what has no VAT");
            assert_eq!(
                read.invoice.lines.len(),
                11,
                "three parts of each session, where they come to a cent"
            );
            assert_eq!(read.invoice.buyer.name.as_deref(), Some("Ida & Søn <A/S>"));
            assert_eq!(read.invoice.seller.vat_identifier.as_deref(), Some("DK12345678"));
            files.push(xml);
        }
        assert!(files[0].contains("Ida &amp; Søn"), "text is never markup");

        // A credit note gives the same back, and names what it takes back.
        let note = world.app.credit_invoice(who, first, "Wrong address").await.expect("taken back");
        let (xml, name) = world.app.electronic_invoice(who, note.id, Syntax::Ubl).await.expect("written");
        assert_eq!(name, "credit-note-2-ubl.xml");
        let read = en16931_formats::read(xml.as_bytes()).expect("readable");
        assert!(en16931::validate(&read.invoice).is_valid());
        assert_eq!(read.invoice.totals.gross_total.to_minor_units(), -note.with_vat.0);
        assert_eq!(read.invoice.preceding_invoices.len(), 1);

        // A document says who sold as it was when it was issued.
        let again = issue(&world, driver).await;
        details(&world, "DK87654321").await;
        let (xml, _) = world.app.electronic_invoice(who, again, Syntax::Ubl).await.expect("written");
        assert!(xml.contains("DK12345678") && !xml.contains("DK87654321"));
        let other = principal(world.app.add_organisation("Other", "UTC", "EUR").await.expect("other").id);
        let hidden = world.app.electronic_invoice(&other, again, Syntax::Ubl).await;
        assert!(matches!(hidden, Err(AppError::NotFound(_))));
    }
}
