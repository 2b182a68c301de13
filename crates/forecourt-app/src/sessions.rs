//! Sessions, as operators see and close them.

mod files;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::fact::Answer;
use forecourt_core::id::{SessionId, SiteId};
use forecourt_core::metrics::{day_number, start_of_day};
use forecourt_core::session::{Applied, EndedBy, Session, close, review};
use forecourt_core::station::stale;
use forecourt_store::journal::{SessionRow, Unit};
use forecourt_store::session::{ReadingRecord, SessionFilter, SessionNote, SessionRecord, ZoneSpan};
use forecourt_store::{Cursor, Page};
use jiff::tz::TimeZone;

use crate::dashboard::tally;
use crate::report::{Decision, keep};
use crate::{App, AppError, Principal};

/// Longest text kept with a review, in characters.
const NOTE_MAX_CHARS: usize = 2_000;

impl App {
    pub async fn sessions(
        &self,
        principal: &Principal,
        filter: &SessionFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionRecord>, AppError> {
        principal.require(Permission::SessionsRead)?;
        let only = principal.sites().map(<[SiteId]>::to_vec);
        let filter = self.by_local_days(principal, SessionFilter { only, ..filter.clone() }).await?;
        Ok(self.store.sessions(principal.organisation, &filter, cursor, limit).await?)
    }

    /// Days are those of the site where a session was: the same ones that the figures are summed by.
    async fn by_local_days(
        &self,
        principal: &Principal,
        mut filter: SessionFilter,
    ) -> Result<SessionFilter, AppError> {
        filter.spans.clear();
        if filter.from_day.is_none() && filter.to_day.is_none() {
            return Ok(filter);
        }
        let first = filter.from.unwrap_or(Timestamp::MIN);
        let last = filter.to.unwrap_or(Timestamp::MAX);
        for name in self.store.site_zones(principal.organisation).await? {
            let zone = TimeZone::get(&name).unwrap_or(TimeZone::UTC);
            let from = filter.from_day.map_or(first, |day| start_of_day(day_number(day), &zone));
            let to = filter.to_day.map_or(last, |day| start_of_day(day_number(day) + 1, &zone));
            filter.spans.push(ZoneSpan { zone: name, from, to });
        }
        if filter.from_day.is_some() {
            filter.from = filter.spans.iter().map(|span| span.from).min();
        }
        if filter.to_day.is_some() {
            filter.to = filter.spans.iter().map(|span| span.to).max();
        }
        Ok(filter)
    }

    pub async fn session(&self, principal: &Principal, id: SessionId) -> Result<SessionRecord, AppError> {
        principal.require(Permission::SessionsRead)?;
        let found = self.store.session(principal.organisation, id).await?;
        found.filter(|r| principal.sees(r.session.site)).ok_or(AppError::NotFound("session"))
    }

    pub async fn readings(
        &self,
        principal: &Principal,
        id: SessionId,
        after: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<ReadingRecord>, AppError> {
        self.session(principal, id).await?;
        Ok(self.store.readings(id, after, limit).await?)
    }

    /// Ends a session that its station will not end. Should the station still speak of it, its word counts.
    pub async fn close_session(
        &self,
        principal: &Principal,
        id: SessionId,
    ) -> Result<SessionRecord, AppError> {
        principal.require(Permission::Sessions)?;
        let record = self.session(principal, id).await?;
        if !record.session.is_active() {
            return Err(AppError::Conflict("this session has ended already".into()));
        }
        let ended_at = record.session.last_heard_at.min(self.now());
        self.change_session(&record.session, |session| Some(close(session, ended_at, EndedBy::Operator)))
            .await?;
        self.note_session(principal, &record, "session.closed", None).await?;
        self.session(principal, id).await
    }

    /// Lets a session pass that was held back for a person to look at; what that person found is kept with it.
    pub async fn review_session(
        &self,
        principal: &Principal,
        id: SessionId,
        text: Option<String>,
    ) -> Result<SessionRecord, AppError> {
        principal.require(Permission::Sessions)?;
        let text = text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        if text.as_ref().is_some_and(|t| t.chars().count() > NOTE_MAX_CHARS) {
            return Err(AppError::field("/text", format!("at most {NOTE_MAX_CHARS} characters")));
        }
        let record = self.session(principal, id).await?;
        self.change_session(&record.session, |session| Some(review(session))).await?;
        self.note_session(principal, &record, "session.reviewed", text).await?;
        self.session(principal, id).await
    }

    /// Who did what to a session, and what that person wrote.
    async fn note_session(
        &self,
        principal: &Principal,
        record: &SessionRecord,
        action: &'static str,
        text: Option<String>,
    ) -> Result<(), AppError> {
        let id = record.session.id;
        let mut tx = self.store.begin().await?;
        if let Some(text) = &text {
            let note = SessionNote { at: self.now(), written_by: principal.name(), text: text.clone() };
            tx.add_session_note(id, &note).await?;
        }
        let note = self.note(principal, action, ("session", id.0, &record.station_identity));
        let after = text.map_or(serde_json::Value::Null, |text| serde_json::json!({ "text": text }));
        tx.audit(&note.made(&after)).await?;
        Ok(tx.commit().await?)
    }

    /// What people wrote about a session, oldest first.
    pub async fn session_notes(
        &self,
        principal: &Principal,
        id: SessionId,
    ) -> Result<Vec<SessionNote>, AppError> {
        self.session(principal, id).await?;
        Ok(self.store.session_notes(id).await?)
    }

    /// Concludes that a session has ended, when everything speaks for it. For the reconciler.
    pub(crate) async fn close_if_stale(&self, session: &Session) -> Result<bool, AppError> {
        let Some(live) = self.directory.get(session.station) else {
            let ended_at = session.last_heard_at;
            return self.change_session(session, |s| Some(close(s, ended_at, EndedBy::Reconciler))).await;
        };
        let now = self.now();
        let away_since = {
            let link = live.link();
            let record = live.record();
            let gone =
                link.last_seen.or(record.last_seen_at).or(record.offline_since).unwrap_or(record.created_at);
            link.online_since.is_none().then_some(gone)
        };
        let connectors = live.state.lock().await.connectors.clone();
        self.change_session(session, |s| {
            let found = stale(&s, &connectors, away_since, now)?;
            tracing::info!(session = %s.id, station = %s.station, why = ?found.why, "a session is concluded to have ended");
            Some(close(s, found.ended_at, EndedBy::Reconciler))
        })
        .await
    }

    /// Changes a session under its station's lock, from its newest state.
    async fn change_session(
        &self,
        session: &Session,
        change: impl FnOnce(Session) -> Option<Session>,
    ) -> Result<bool, AppError> {
        let Some(live) = self.directory.get(session.station) else {
            // A station out of service has no owner; its sessions are only closed, one at a time.
            return self.change_orphan(session, change).await;
        };
        let mut state = live.state.lock().await;
        state.refresh(&self.store, session.station).await?;
        let newest =
            state.sessions.iter().find(|s| s.id == session.id).cloned().unwrap_or_else(|| session.clone());
        let Some(changed) = change(newest.clone()) else { return Ok(false) };
        let mut decision = Decision::answering(Answer::Done);
        let applied = Applied { session: changed, readings: Vec::new(), changed: true };
        keep(&mut decision, &live, Some(&newest), applied, true);
        self.settle_prices(&live, &mut state, &mut decision, self.now()).await?;
        self.commit(&live, &mut state, decision.unit).await?;
        drop(state);
        for what in decision.changes {
            self.publish(&live, self.now(), what);
        }
        Ok(true)
    }

    async fn change_orphan(
        &self,
        session: &Session,
        change: impl FnOnce(Session) -> Option<Session>,
    ) -> Result<bool, AppError> {
        let Some(changed) = change(session.clone()) else { return Ok(false) };
        let (prices, money) =
            self.price_of_orphan(&changed).await?.map(|(row, money)| (vec![row], money)).unwrap_or_default();
        let zone = self.zone_of_site(&changed).await?;
        let rollups = tally::of_session(Some(session), &changed, &zone);
        self.journal
            .append(Unit {
                prices,
                money,
                rollups,
                sessions: vec![SessionRow { session: changed, progress: false }],
                ..Unit::default()
            })
            .await?;
        Ok(true)
    }
}
