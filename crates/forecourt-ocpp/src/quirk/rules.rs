//! What is known of one station, and how it changes what we read and refuse to send.

use forecourt_core::charging::{ChargingProfile, RateUnit};
use forecourt_core::command::{Command, SendLocalList};
use forecourt_core::fact::{Deviation, Fact, PresentedToken};
use forecourt_core::token::TokenKind;

use super::parse::{Family, Rule};
use crate::node::Node;
use crate::profile::rate;

/// What a limit of 0 A does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroCurrent {
    /// The session pauses and goes on later.
    Suspends,
    /// The station rejects the profile.
    Rejected,
    /// The station goes on; `lowest_ma` is the lowest limit that counts.
    Ignored { lowest_ma: i64 },
}

/// How a station writes charge keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagRule {
    /// Only hexadecimal digits are taken.
    Hex,
    /// Read in capitals, whatever the station writes.
    Upper,
    Lower,
    /// The bytes of a card stand in the wrong order.
    Reversed,
    /// Puts this in front.
    Strip(&'static str),
}

/// What is known of one station.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    rules: Vec<Rule>,
}

impl Profile {
    pub(super) fn of(families: &[Family], vendor: &str, model: &str, firmware: Option<&str>) -> Self {
        let fits = |family: &&Family| {
            is_like(family.vendor, vendor)
                && is_like(family.model, model)
                && family
                    .firmware
                    .is_none_or(|range| firmware.is_some_and(|firmware| is_within(range, firmware)))
        };
        let rules = families.iter().filter(fits).flat_map(|family| family.rules.iter().cloned()).collect();
        Self { rules }
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What to expect of this station, in words an installer can act on.
    pub fn hints(&self) -> Vec<&'static str> {
        let words = self.rules.iter().filter_map(|rule| match rule {
            Rule::Advice(words) => Some(*words),
            _ => None,
        });
        words.collect()
    }

    pub fn zero_current(&self) -> Option<ZeroCurrent> {
        self.rules.iter().find_map(|rule| match rule {
            Rule::Zero(zero) => Some(*zero),
            _ => None,
        })
    }

    /// A frame with a value left out behind a colon, completed, where this station is known for it.
    pub(crate) fn complete(&self, text: &str) -> Option<String> {
        let wanted = self.rules.iter().any(|rule| matches!(rule, Rule::Completes));
        wanted.then(|| crate::mend::complete(text)).flatten()
    }

    /// The payload with its members under their right names, where this station has wrong ones.
    pub(crate) fn renamed<'a>(&self, action: &str, payload: &Node<'a>) -> Option<Node<'a>> {
        let mut renamed: Option<Node<'a>> = None;
        for rule in &self.rules {
            let Rule::Renames { action: of, from, to } = rule else { continue };
            if *of != action || payload.member(to).is_some() || payload.member(from).is_none() {
                continue;
            }
            let Node::Object(members) = renamed.get_or_insert_with(|| payload.clone()) else { continue };
            members.iter_mut().filter(|(name, _)| name == from).for_each(|(name, _)| *name = (*to).into());
        }
        renamed
    }

    /// Takes out the deviations that are known and harmless.
    pub(crate) fn forgive(&self, deviations: &mut Vec<Deviation>) {
        for rule in &self.rules {
            if let Rule::Tolerates { kind, path } = rule {
                deviations.retain(|seen| seen.kind != *kind || seen.path != *path);
            }
        }
    }

    /// Reads the keys in a statement as people know them.
    pub(crate) fn read_tags(&self, fact: &mut Fact) {
        let token = match fact {
            Fact::Authorize(token) => Some(token),
            Fact::Transaction(report) => report.token.as_mut(),
            _ => None,
        };
        if let Some(token) = token.filter(|token| is_card(token)) {
            for rule in self.tags() {
                token.uid = rule.read(&token.uid);
            }
        }
    }

    /// The command as this station must be told it, or why it must not be told.
    pub(crate) fn adapt(&self, command: &Command) -> Result<Option<Command>, String> {
        if let Command::WriteVariable { variable, value } = command {
            self.may_write(&variable.name, value)?;
        }
        if let (Command::SetChargingProfile { profile, .. }, Some(ZeroCurrent::Ignored { lowest_ma })) =
            (command, self.zero_current())
        {
            heeded(profile, lowest_ma)?;
        }
        if self.tags().next().is_none() {
            return Ok(None);
        }
        let mut adapted = command.clone();
        match &mut adapted {
            Command::StartSession { token, .. } => self.write_tag(token)?,
            Command::Reserve(wish) => self.write_tag(&mut wish.token)?,
            Command::SendLocalList(SendLocalList { entries, .. }) => {
                for entry in entries {
                    let mut token = PresentedToken { uid: entry.uid.clone(), kind: entry.kind };
                    self.write_tag(&mut token)?;
                    entry.uid = token.uid;
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(adapted))
    }

    fn may_write(&self, key: &str, value: &str) -> Result<(), String> {
        for rule in &self.rules {
            match rule {
                Rule::ValueMax(max) if value.chars().count() > *max => {
                    return Err(format!(
                        "stations of this family are damaged by values longer than {max} characters"
                    ));
                }
                Rule::Refuses { key: refused, why } if refused.eq_ignore_ascii_case(key) => {
                    return Err(format!("stations of this family do not take {key}: {why}"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn tags(&self) -> impl DoubleEndedIterator<Item = TagRule> {
        self.rules.iter().filter_map(|rule| match rule {
            Rule::Tag(tag) => Some(*tag),
            _ => None,
        })
    }

    fn write_tag(&self, token: &mut PresentedToken) -> Result<(), String> {
        if !is_card(token) {
            return Ok(());
        }
        // The other way round, from the last rule to the first.
        for rule in self.tags().rev() {
            token.uid = rule.write(&token.uid)?;
        }
        Ok(())
    }
}

/// Refuses limits that would be accepted and not kept.
fn heeded(profile: &ChargingProfile, lowest_ma: i64) -> Result<(), String> {
    let in_amperes = profile.schedules.iter().filter(|schedule| schedule.unit == RateUnit::MilliAmps);
    if in_amperes.flat_map(|schedule| &schedule.periods).any(|period| period.limit < lowest_ma) {
        let amps = rate(RateUnit::MilliAmps, lowest_ma);
        return Err(format!(
            "stations of this family do not heed a limit below {amps} A; stop the session instead"
        ));
    }
    Ok(())
}

/// Keys whose text a station makes from a card. 1.6 says of every key that it is one.
fn is_card(token: &PresentedToken) -> bool {
    token.kind == TokenKind::Rfid
}

impl TagRule {
    fn read(self, uid: &str) -> String {
        match self {
            Self::Hex => uid.to_owned(),
            Self::Upper => uid.to_uppercase(),
            Self::Lower => uid.to_lowercase(),
            Self::Reversed => reversed(uid).unwrap_or_else(|| uid.to_owned()),
            Self::Strip(prefix) => uid.strip_prefix(prefix).unwrap_or(uid).to_owned(),
        }
    }

    fn write(self, uid: &str) -> Result<String, String> {
        match self {
            Self::Hex if !uid.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Err("stations of this family only take keys of the digits 0 to 9 and A to F".to_owned())
            }
            Self::Strip(prefix) => Ok(format!("{prefix}{uid}")),
            Self::Reversed => Ok(reversed(uid).unwrap_or_else(|| uid.to_owned())),
            Self::Hex | Self::Upper | Self::Lower => Ok(uid.to_owned()),
        }
    }
}

/// The bytes of a hexadecimal text from the last to the first; `None` for anything else.
fn reversed(uid: &str) -> Option<String> {
    let is_bytes = uid.len().is_multiple_of(2) && uid.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs: Vec<&[u8]> = uid.as_bytes().chunks(2).filter(|_| is_bytes).collect();
    is_bytes.then(|| pairs.iter().rev().flat_map(|pair| pair.iter().map(|byte| char::from(*byte))).collect())
}

/// Whether a text is like a pattern with `*` at either end, or inside; case and blanks around it do not count.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.trim().to_lowercase());
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Whether a firmware is within `FROM..TO` (either end left out), or like a pattern.
fn is_within(range: &str, firmware: &str) -> bool {
    let Some((from, to)) = range.split_once("..") else { return is_like(range, firmware) };
    let firmware = numbers(firmware);
    (from.is_empty() || numbers(from) <= firmware) && (to.is_empty() || firmware <= numbers(to))
}

/// The numbers of a version, so that 6.10 is newer than 6.9.
fn numbers(version: &str) -> Vec<u64> {
    let parts = version.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().unwrap_or(u64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    const TABLE: &str = "
        station Acme* / * / ..6.9
        source here
        tag strip RF-
        tag reversed
        tag upper
        refuses Secret it restarts
        value-max 10
        zero ignored 6000
        renames StopTransaction why reason
        tolerates extra-member Heartbeat.x";

    fn acme() -> Profile {
        Profile::of(&parse(TABLE).unwrap(), "ACME Inc", "Post", Some("v6.4-rc1"))
    }

    #[test]
    fn ranges_compare_numbers_and_not_letters() {
        let families = parse(TABLE).unwrap();
        let known = |firmware| !Profile::of(&families, "Acme", "Post", Some(firmware)).is_empty();
        assert_eq!((known("6.9"), known("6.10"), known("5")), (true, false, true));
        assert!(Profile::of(&families, "Acme", "Post", None).is_empty(), "a range needs a firmware");
        assert!(Profile::of(&families, "Other", "Post", Some("6.0")).is_empty());
    }

    #[test]
    fn patterns_have_stars_anywhere() {
        for (pattern, text, like) in [
            ("*", "", true),
            ("ABB*", "abb ", true),
            ("*Terra*AC*", "Terra 360 AC W", true),
            ("*Terra*AC*", "Terra 360", false),
            ("EVlink", "EVlink Pro", false),
        ] {
            assert_eq!(is_like(pattern, text), like, "{pattern} {text}");
        }
    }

    #[test]
    fn keys_are_read_and_written_the_other_way_round() {
        let token = |uid: &str| PresentedToken { uid: uid.into(), kind: TokenKind::Rfid };
        let mut fact = Fact::Authorize(token("RF-0a1b2c"));
        acme().read_tags(&mut fact);
        assert_eq!(fact, Fact::Authorize(token("2C1B0A")));
        let start = Command::StartSession { evse: None, token: token("2C1B0A"), remote_start_id: 1 };
        let Ok(Some(Command::StartSession { token: told, .. })) = acme().adapt(&start) else { panic!() };
        assert_eq!(told.uid, "RF-0A1B2C");
        let app = Command::StartSession {
            evse: None,
            token: PresentedToken { uid: "someone".into(), kind: TokenKind::App },
            remote_start_id: 1,
        };
        let Ok(Some(Command::StartSession { token: told, .. })) = acme().adapt(&app) else { panic!() };
        assert_eq!(told.uid, "someone", "no card");
    }

    #[test]
    fn what_would_harm_is_refused_in_words() {
        let write = |key: &str, value: &str| {
            let variable =
                forecourt_core::command::VariableName { component: String::new(), name: key.into() };
            acme().adapt(&Command::WriteVariable { variable, value: value.into() })
        };
        assert!(write("secret", "1").unwrap_err().contains("it restarts"));
        assert!(write("Other", "12345678901").unwrap_err().contains("10 characters"));
        assert_eq!(write("Other", "1"), Ok(None));
        assert_eq!(acme().zero_current(), Some(ZeroCurrent::Ignored { lowest_ma: 6_000 }));
        let limit = |limit| {
            let period = forecourt_core::charging::SchedulePeriod { start_s: 0, limit, phases: None };
            let schedule = forecourt_core::charging::ChargingSchedule {
                starts_at: None,
                duration_s: None,
                unit: RateUnit::MilliAmps,
                min_rate: None,
                periods: vec![period],
            };
            let profile = ChargingProfile {
                id: 1,
                stack_level: 0,
                purpose: forecourt_core::charging::ProfilePurpose::Default,
                kind: forecourt_core::charging::ProfileKind::Relative,
                recurrency: None,
                valid_from: None,
                valid_to: None,
                transaction: None,
                schedules: vec![schedule],
            };
            acme().adapt(&Command::SetChargingProfile { evse: None, profile })
        };
        assert!(limit(0).unwrap_err().contains("below 6 A"));
        assert_eq!(limit(6_000), Ok(None));
    }

    #[test]
    fn names_are_put_right_and_known_slips_forgiven() {
        let payload = Node::parse(r#"{"why":"Local"}"#).unwrap();
        let renamed = acme().renamed("StopTransaction", &payload).unwrap();
        assert_eq!(renamed.to_json(), r#"{"reason":"Local"}"#);
        assert!(acme().renamed("StartTransaction", &payload).is_none());
        let slip =
            |path: &str| Deviation { kind: "extra-member".into(), path: path.into(), seen: String::new() };
        let mut seen = vec![slip("Heartbeat.x"), slip("Heartbeat.y")];
        acme().forgive(&mut seen);
        assert_eq!(seen, [slip("Heartbeat.y")]);
    }
}
