//! Reads `quirks/stations.txt`, whose head explains the form.

use super::rules::{TagRule, ZeroCurrent};

/// Stations that behave alike.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) vendor: &'static str,
    pub(super) model: &'static str,
    pub(super) firmware: Option<&'static str>,
    pub(super) sources: Vec<&'static str>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
pub(super) enum Rule {
    Advice(&'static str),
    Tolerates { kind: &'static str, path: &'static str },
    Renames { action: &'static str, from: &'static str, to: &'static str },
    Completes,
    Tag(TagRule),
    ValueMax(usize),
    Refuses { key: &'static str, why: &'static str },
    Zero(ZeroCurrent),
}

pub(super) fn parse(text: &'static str) -> Result<Vec<Family>, String> {
    let mut families: Vec<Family> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "station" {
            let mut parts = rest.split(" / ");
            let mut part = || parts.next().map(str::trim);
            let (Some(vendor), Some(model)) = (part(), part()) else { return Err(format!("who: {line}")) };
            let firmware = part();
            families.push(Family { vendor, model, firmware, sources: Vec::new(), rules: Vec::new() });
            continue;
        }
        let Some(family) = families.last_mut() else { return Err(format!("of whom: {line}")) };
        if word == "source" {
            family.sources.extend(rest.split(", "));
        } else {
            family.rules.push(rule(word, rest).ok_or_else(|| format!("not a rule: {line}"))?);
        }
    }
    Ok(families)
}

fn rule(word: &str, rest: &'static str) -> Option<Rule> {
    let mut words = rest.split(' ').filter(|word| !word.is_empty());
    let mut next = || words.next();
    Some(match word {
        "advice" => Rule::Advice(rest),
        "tolerates" => Rule::Tolerates { kind: next()?, path: next()? },
        "renames" => Rule::Renames { action: next()?, from: next()?, to: next()? },
        "completes" => Rule::Completes,
        "tag" => Rule::Tag(match next()? {
            "hex" => TagRule::Hex,
            "upper" => TagRule::Upper,
            "lower" => TagRule::Lower,
            "reversed" => TagRule::Reversed,
            "strip" => TagRule::Strip(next()?),
            _ => return None,
        }),
        "value-max" => Rule::ValueMax(next()?.parse().ok()?),
        "refuses" => {
            let (key, why) = rest.split_once(' ')?;
            Rule::Refuses { key, why }
        }
        "zero" => Rule::Zero(match next()? {
            "suspends" => ZeroCurrent::Suspends,
            "rejected" => ZeroCurrent::Rejected,
            "ignored" => ZeroCurrent::Ignored { lowest_ma: next()?.parse().ok()? },
            _ => return None,
        }),
        _ => return None,
    })
}
