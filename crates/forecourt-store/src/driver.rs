//! Drivers: people who charge. An erased driver keeps its row, without anything personal.

use forecourt_core::Timestamp;
use forecourt_core::driver::{DriverStatus, Fleet};
use forecourt_core::id::{DriverGroupId, DriverId, MemberDiscountId, OrganisationId, TeamId};

use crate::engine::{Row, Value, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::{read, read_or_none, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct DriverRecord {
    pub id: DriverId,
    pub organisation: OrganisationId,
    pub number: String,
    pub name: String,
    /// Empty: none.
    pub email: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub notes: Option<String>,
    pub status: DriverStatus,
    pub fleet: Option<Fleet>,
    pub can_pay: bool,
    pub language: String,
    pub code_expires_at: Option<Timestamp>,
    pub joined_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub last_charge_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub version: i64,
    /// Charge keys the driver has now.
    pub keys: i64,
}

/// How a list is ordered. Each has an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DriverOrder {
    #[default]
    Name,
    Number,
    Email,
    NewestFirst,
    LastChargeFirst,
}

#[derive(Debug, Clone, Default)]
pub struct DriverFilter {
    /// Finds name, e-mail, number or phone.
    pub text: Option<String>,
    pub status: Option<DriverStatus>,
    /// `Some(None)`: of no fleet.
    pub fleet: Option<Option<Fleet>>,
    pub group: Option<DriverGroupId>,
    pub team: Option<TeamId>,
    pub discount: Option<MemberDiscountId>,
    pub order: DriverOrder,
}

const SELECT: &str =
    "SELECT d.*, (SELECT COUNT(*) FROM id_token t WHERE t.driver_id = d.id) AS keys FROM driver d";

fn record_from(row: &Row) -> Result<DriverRecord, StoreError> {
    Ok(DriverRecord {
        id: DriverId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        number: row.text("number")?,
        name: row.text("name")?,
        email: row.text("email")?,
        phone: row.text_or_none("phone")?,
        address: row.text_or_none("address")?,
        notes: row.text_or_none("notes")?,
        status: read(row.text("status")?, "status")?,
        fleet: read_or_none(row.text_or_none("fleet")?, "fleet")?,
        can_pay: row.bool("can_pay")?,
        language: row.text("language")?,
        code_expires_at: row.time_or_none("code_expires_at")?,
        joined_at: row.time_or_none("joined_at")?,
        created_at: row.time("created_at")?,
        last_charge_at: Some(row.time("last_charge_at")?).filter(|at| at.as_millisecond() > 0),
        deleted_at: row.time_or_none("deleted_at")?,
        version: row.int("version")?,
        keys: row.int("keys")?,
    })
}

impl DriverFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("d.organisation_id = ? AND d.deleted_at IS NULL", values![organisation])
            .and_if(self.status.map(|s| word(&s)), "d.status = ?");
        of_fleet(&mut rows, "d.fleet", self.fleet);
        rows.and_if(self.group, "d.id IN (SELECT driver_id FROM driver_group_member WHERE group_id = ?)")
            .and_if(self.team, "d.id IN (SELECT driver_id FROM team_member WHERE team_id = ?)")
            .and_if(
                self.discount,
                "d.id IN (SELECT driver_id FROM member_discount_driver WHERE discount_id = ?)",
            );
        if let Some(text) = &self.text {
            let like = containing(text);
            rows.and(
                "(d.name_key LIKE ? ESCAPE '\\' OR d.email LIKE ? ESCAPE '\\' OR LOWER(d.number) LIKE ? ESCAPE '\\' \
                 OR COALESCE(d.phone, '') LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like],
            );
        }
        rows
    }
}

/// `Some(None)`: of no fleet.
pub(crate) fn of_fleet(rows: &mut Filter, column: &str, fleet: Option<Option<Fleet>>) {
    match fleet {
        Some(Some(fleet)) => rows.and(&format!("{column} = ?"), values![word(&fleet)]),
        Some(None) => rows.and(&format!("{column} IS NULL"), values![]),
        None => rows,
    };
}

impl DriverOrder {
    /// Column, whether it descends.
    fn column(self) -> (&'static str, bool) {
        match self {
            Self::Name => ("d.name_key", false),
            Self::Number => ("d.number", false),
            Self::Email => ("d.email", false),
            Self::NewestFirst => ("d.id", true),
            Self::LastChargeFirst => ("d.last_charge_at", true),
        }
    }

    fn behind(self, rows: &mut Filter, cursor: &Cursor) {
        let (column, descends) = self.column();
        let sign = if descends { '<' } else { '>' };
        let key: Value = match self {
            Self::NewestFirst => {
                rows.and("d.id < ?", values![cursor.id]);
                return;
            }
            Self::LastChargeFirst => cursor.number().into(),
            _ => cursor.key.as_str().into(),
        };
        rows.and(&format!("({column}, d.id) {sign} (?, ?)"), vec![key, cursor.id.into()]);
    }

    fn cursor(self, driver: &DriverRecord) -> Cursor {
        let key = match self {
            Self::Name => driver.name.to_lowercase(),
            Self::Number => driver.number.clone(),
            Self::Email => driver.email.clone(),
            Self::NewestFirst => String::new(),
            Self::LastChargeFirst => driver.last_charge_at.map_or(0, Timestamp::as_millisecond).to_string(),
        };
        Cursor { key, id: driver.id.0 }
    }
}

impl Store {
    /// A driver who has not been erased.
    pub async fn driver(
        &self,
        organisation: OrganisationId,
        id: DriverId,
    ) -> Result<Option<DriverRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE d.organisation_id = $1 AND d.id = $2 AND d.deleted_at IS NULL");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }

    pub async fn driver_by_email(
        &self,
        organisation: OrganisationId,
        email: &str,
    ) -> Result<Option<DriverRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE d.organisation_id = $1 AND d.email = $2 AND d.email <> ''");
        self.row(&sql, values![organisation, email.to_lowercase()])
            .await?
            .as_ref()
            .map(record_from)
            .transpose()
    }

    /// Whose code this is, while it works.
    pub async fn driver_by_code(
        &self,
        digest: &str,
        now: Timestamp,
    ) -> Result<Option<DriverRecord>, StoreError> {
        let sql =
            format!("{SELECT} WHERE d.code_digest = $1 AND d.code_expires_at > $2 AND d.deleted_at IS NULL");
        self.row(&sql, values![digest, now]).await?.as_ref().map(record_from).transpose()
    }

    pub async fn drivers(
        &self,
        organisation: OrganisationId,
        filter: &DriverFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DriverRecord>, StoreError> {
        let mut rows = filter.rows(organisation);
        if let Some(cursor) = cursor {
            filter.order.behind(&mut rows, cursor);
        }
        let (column, descends) = filter.order.column();
        let way = if descends { "DESC" } else { "ASC" };
        let sql = format!("{SELECT}{} ORDER BY {column} {way}, d.id {way} LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |driver| filter.order.cursor(driver)))
    }

    /// Whether a fleet's cars, teams or discounts are tied to the driver.
    pub async fn driver_has_fleet_things(&self, id: DriverId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS n FROM car WHERE driver_id = $1 UNION SELECT 1 FROM team_member WHERE driver_id = $1 \
                   UNION SELECT 1 FROM member_discount_driver WHERE driver_id = $1";
        Ok(self.row(sql, values![id]).await?.is_some())
    }

    /// How many a filter leaves.
    pub async fn count_drivers(
        &self,
        organisation: OrganisationId,
        filter: &DriverFilter,
    ) -> Result<i64, StoreError> {
        let rows = filter.rows(organisation);
        let sql = format!("SELECT COUNT(*) AS n FROM driver d{}", rows.sql());
        self.row(&sql, rows.values).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Those of these addresses that are taken, and those of these numbers.
    pub async fn taken_by_drivers(
        &self,
        organisation: OrganisationId,
        column: TakenColumn,
        words: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let name = match column {
            TakenColumn::Email => "email",
            TakenColumn::Number => "number",
        };
        let mut taken = Vec::new();
        for part in words.chunks(PART) {
            let marks: Vec<String> = (2..part.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT {name} AS word FROM driver WHERE organisation_id = $1 AND {name} IN ({})",
                marks.join(", ")
            );
            let mut values = values![organisation];
            values.extend(part.iter().map(Value::from));
            for row in self.rows(&sql, values).await? {
                taken.push(row.text("word")?);
            }
        }
        Ok(taken)
    }
}

/// Values bound at once: both engines take more.
const PART: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenColumn {
    Email,
    Number,
}

impl Tx {
    /// The next number an organisation has not given yet.
    pub async fn next_driver_number(&mut self, organisation: OrganisationId) -> Result<i64, StoreError> {
        let sql = "INSERT INTO counter (name, value) VALUES ($1, 1) \
                   ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";
        let row = self.row(sql, values![format!("driver:{organisation}")]).await?;
        row.map_or(Err(StoreError::Corrupt("counter")), |row| row.int("value"))
    }

    /// As it is inside this transaction.
    pub async fn driver_to_change(
        &mut self,
        organisation: OrganisationId,
        id: DriverId,
    ) -> Result<Option<DriverRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE d.organisation_id = $1 AND d.id = $2 AND d.deleted_at IS NULL");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }

    pub async fn add_driver(&mut self, new: &DriverRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO driver (id, organisation_id, number, name, name_key, email, phone, address, notes, status, fleet, \
             can_pay, language, joined_at, created_at, last_charge_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 1)",
            values![
                new.id,
                new.organisation,
                &new.number,
                &new.name,
                new.name.to_lowercase(),
                &new.email,
                &new.phone,
                &new.address,
                &new.notes,
                word(&new.status),
                new.fleet.map(|f| word(&f)),
                new.can_pay,
                &new.language,
                new.joined_at,
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_driver(&mut self, driver: &DriverRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE driver SET number = $1, name = $2, name_key = $3, email = $4, phone = $5, address = $6, notes = $7, \
                 status = $8, fleet = $9, can_pay = $10, language = $11, joined_at = $12, version = version + 1 \
                 WHERE id = $13 AND organisation_id = $14 AND version = $15 AND deleted_at IS NULL",
                values![
                    &driver.number,
                    &driver.name,
                    driver.name.to_lowercase(),
                    &driver.email,
                    &driver.phone,
                    &driver.address,
                    &driver.notes,
                    word(&driver.status),
                    driver.fleet.map(|f| word(&f)),
                    driver.can_pay,
                    &driver.language,
                    driver.joined_at,
                    driver.id,
                    driver.organisation,
                    driver.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// A new code; the one before no longer works. `None`: no code works.
    pub async fn set_driver_code(
        &mut self,
        id: DriverId,
        code: Option<(&str, Timestamp)>,
    ) -> Result<(), StoreError> {
        let (digest, until) = (code.map(|c| c.0.to_owned()), code.map(|c| c.1));
        let sql = "UPDATE driver SET code_digest = $1, code_expires_at = $2 WHERE id = $3";
        self.execute(sql, values![digest, until, id]).await.map(drop)
    }

    /// Takes what is personal out of a driver, for good. Keys, cars and memberships let go; sessions and money stay.
    pub async fn erase_driver(
        &mut self,
        organisation: OrganisationId,
        id: DriverId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // Letters to the driver, and what the record of deeds says of the person.
        let email = "(SELECT d.email FROM driver d WHERE d.id = $1 AND d.email <> '')";
        let letters = format!("DELETE FROM mail WHERE recipient = {email} AND organisation_id = $2");
        self.execute(&letters, values![id, organisation]).await?;
        let deeds = "UPDATE audit SET subject_name = (SELECT d.number FROM driver d WHERE d.id = $1), before_json = NULL, \
                     after_json = NULL WHERE organisation_id = $2 AND subject_kind = 'driver' AND subject_id = $1";
        self.execute(deeds, values![id, organisation]).await?;
        let touched = self
            .execute(
                "UPDATE driver SET name = '', name_key = '', email = '', phone = NULL, address = NULL, notes = NULL, \
                 status = 'blocked', can_pay = FALSE, code_digest = NULL, code_expires_at = NULL, deleted_at = $1, \
                 version = version + 1 WHERE id = $2 AND organisation_id = $3 AND deleted_at IS NULL",
                values![now, id, organisation],
            )
            .await?;
        for sql in [
            "DELETE FROM driver_group_member WHERE driver_id = $1",
            "DELETE FROM team_member WHERE driver_id = $1",
            "DELETE FROM member_discount_driver WHERE driver_id = $1",
            "DELETE FROM plan_driver WHERE driver_id = $1",
            "UPDATE car SET driver_id = NULL WHERE driver_id = $1",
            "UPDATE token_holding SET alias = NULL WHERE driver_id = $1",
            "UPDATE fleet_card SET address = '' WHERE driver_id = $1",
            "DELETE FROM home_price WHERE driver_id = $1",
        ] {
            self.execute(sql, values![id]).await?;
        }
        let home = "UPDATE home_owner SET to_at = $1 WHERE driver_id = $2 AND to_at IS NULL";
        self.execute(home, values![now, id]).await?;
        Ok(touched == 1)
    }
}
