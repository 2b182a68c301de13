//! Names of things: newtypes, so that a site is never passed where a station belongs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// Written as decimal text in documents, because JavaScript cannot hold 64-bit integers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match text.parse::<i64>() {
                    Ok(number) if number > 0 => Ok(Self(number)),
                    _ => Err(InvalidId),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A company using the CSMS. Small numbers: it may stand in a station's URL.
    OrganisationId
    /// A place with a grid connection.
    SiteId
    /// The physical unit with one connection to us.
    StationId
    /// One charging visit.
    SessionId
    /// Something that is wrong with a station, from its first report to its end.
    FaultId
    /// A ticket of the issue log.
    IssueId
    /// What somebody may want to be told.
    HappeningId
    /// A rule that says who is told of what.
    AlertRuleId
    /// An address of another program that is told.
    WebhookId
    /// What is shown to a station to charge.
    IdTokenId
    /// A person using the back office.
    OperatorId
    /// A key of an outside program.
    ApiKeyId
    /// Something we asked of a station.
    CommandId
    /// A row of the message log.
    MessageId
    /// A station that knocked and is not known.
    UnknownStationId
    /// A certificate of the inventory.
    CertificateId
    /// What a station asked to have signed.
    CertificateRequestId
    /// Price rules in their versions.
    TariffId
    /// Price rules that hold for sessions from a moment on.
    TariffVersionId
    /// A plug kept for a driver for a while.
    BookingId
    /// What blocking a plug costs.
    IdleFeeId
    /// Who may charge where, when and at which price.
    AccessProfileId
    /// A log a station was asked to send to us.
    LogUploadId
    /// A line of the record of who did what.
    AuditId
    /// A letter that waits, went out or failed.
    MailId
    /// A person asked to join an organisation.
    InvitationId
    /// A browser somebody is signed in with.
    LoginId
    /// What an operator signs in with instead of a password.
    PasskeyId
    /// A person who charges.
    DriverId
    /// Drivers who are treated alike.
    DriverGroupId
    /// A car of a driver or a fleet.
    CarId
    /// Drivers and charge keys on one account.
    TeamId
    /// An entry of the ledger.
    LedgerEntryId
    /// Credit on paper.
    VoucherId
    /// An invoice or a credit note.
    InvoiceId
    /// Money on its way to the organisation's bank.
    PayoutId
    /// A circuit with a limit.
    ZoneId
    /// Weekly charging hours of a place.
    HoursId
    /// A driver's card on file.
    PaymentMethodId
    /// Money that a driver pays through a payment provider.
    PaymentId
    /// What members pay less.
    MemberDiscountId
    /// What drivers can subscribe to.
    PlanId
    /// A driver's subscription to a plan.
    SubscriptionId
    /// A card that charges at the chargers of others.
    FleetCardId
    /// How the price of a kilowatt-hour at home comes about.
    PriceProfileId
}

/// Ids begin here: 2020-01-01, in milliseconds since 1970.
const ID_EPOCH_MS: i64 = 1_577_836_800_000;
/// Ids of one millisecond.
const ID_COUNTER_BITS: u32 = 20;

/// An id of a moment: ids rise with time, so that the newest rows lie together. `counter` tells ids of one
/// millisecond apart.
pub fn id_at(at: jiff::Timestamp, counter: u32) -> i64 {
    let low = i64::from(counter & ((1 << ID_COUNTER_BITS) - 1));
    first_id_at(at) | low
}

/// The smallest id of a moment: what was made before has a smaller one.
pub fn first_id_at(at: jiff::Timestamp) -> i64 {
    (at.as_millisecond() - ID_EPOCH_MS).max(1) << ID_COUNTER_BITS
}

/// Longest identity we accept, in characters. OCPP 2.0.1 part 4 §3.1.1 allows 48; stations in the field use more.
pub const IDENTITY_MAX_CHARS: usize = 128;

/// The name a station connects with (charge box id), percent-decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Identity(String);

impl Identity {
    /// Accepts any printable text without `/`, up to [`IDENTITY_MAX_CHARS`].
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.chars().all(|c| !c.is_control() && c != '/');
        let fits = !text.is_empty() && text.chars().count() <= IDENTITY_MAX_CHARS;
        (printable && fits && text.trim() == text).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Number of an EVSE within its station, from 1. (1.6: connectorId.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EvseNumber(pub i32);

/// Number of a connector within its EVSE, from 1. (1.6: always 1.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectorNumber(pub i32);

/// The station's name for a session: an integer we hand out (1.6) or a text the station makes (2.x).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionRef(pub String);

impl fmt::Display for TransactionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
