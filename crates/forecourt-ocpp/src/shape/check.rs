//! Holds a message against its shape, as strictly as the official schema does.

use super::{Kind, Object, Part, Problem, Shapes};
use crate::node::Node;
use crate::version::Version;

/// Most problems told of one message: nobody reads more.
const MAX_PROBLEMS: usize = 20;

/// What the official schema would refuse in `payload`; empty when nothing.
pub fn check(version: Version, action: &str, part: Part, payload: &Node<'_>) -> Vec<Problem> {
    let shapes = Shapes::of(version);
    let Some(object) = shapes.message(action, part) else {
        let wanted = format!("is no message of OCPP {}", version.number());
        return vec![Problem { path: action.to_owned(), wanted }];
    };
    let mut check = Check { shapes, path: action.to_owned(), problems: Vec::new() };
    check.object(object, payload);
    check.problems
}

struct Check {
    shapes: &'static Shapes,
    path: String,
    problems: Vec<Problem>,
}

impl Check {
    fn problem(&mut self, wanted: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { path: self.path.clone(), wanted: wanted.into() });
        }
    }

    /// Does `then` one step deeper.
    fn at(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step);
        then(self);
        self.path.truncate(length);
    }

    fn object(&mut self, object: &Object, node: &Node<'_>) {
        let Node::Object(members) = node else { return self.problem("must be an object") };
        for (index, (name, value)) in members.iter().enumerate() {
            let everywhere = self.shapes.everywhere.as_ref().filter(|_| !object.open);
            let known = object.members.iter().chain(everywhere).find(|member| member.name == name);
            let twice = members.iter().take(index).any(|(before, _)| before == name);
            self.at(&format!(".{name}"), |check| match known {
                _ if twice => check.problem("stands twice"),
                Some(member) => check.value(&member.kind, value),
                None if object.open => {}
                None => check.problem("is no member of this message"),
            });
        }
        for member in object.members.iter().filter(|member| member.required) {
            if !members.iter().any(|(name, _)| name == member.name) {
                self.at(&format!(".{}", member.name), |check| check.problem("is missing"));
            }
        }
    }

    fn value(&mut self, kind: &Kind, node: &Node<'_>) {
        match kind {
            Kind::Any => {}
            Kind::Object(object) => self.object(object, node),
            Kind::List { min, max, item } => self.list(*min, *max, item, node),
            Kind::Named(name) => match (self.shapes.types.get(name), self.shapes.words.get(name)) {
                (Some(object), _) => self.object(object, node),
                (None, Some(words)) => self.word(words, node),
                (None, None) => self.problem("has a kind we do not know"),
            },
            Kind::Words(words) => self.word(words, node),
            Kind::Boolean if !matches!(node, Node::Bool(_)) => self.problem("must be true or false"),
            Kind::Boolean => {}
            Kind::Integer { min, max } => match node {
                Node::Integer(number) => {
                    if min.is_some_and(|min| *number < min) || max.is_some_and(|max| *number > max) {
                        self.problem(format!("must be {}", between(min.as_ref(), max.as_ref())));
                    }
                }
                _ => self.problem("must be a whole number"),
            },
            Kind::Number { min, max, step } => self.number(*min, *max, *step, node),
            Kind::Text { max_chars } => match node.as_text() {
                None => self.problem("must be a text"),
                Some(text) => {
                    if let Some(max) = max_chars.filter(|max| text.chars().count() > *max) {
                        self.problem(format!("must have at most {max} characters"));
                    }
                }
            },
            Kind::Time => {
                if node.as_text().is_none_or(|text| text.parse::<jiff::Timestamp>().is_err()) {
                    self.problem("must be a time like 2026-01-31T12:00:00Z");
                }
            }
            Kind::Uri => {
                if !node.as_text().is_some_and(is_uri) {
                    self.problem("must be an address like https://example.org/file");
                }
            }
        }
    }

    fn list(&mut self, min: usize, max: Option<usize>, item: &Kind, node: &Node<'_>) {
        let Node::List(items) = node else { return self.problem("must be a list") };
        if items.len() < min {
            self.problem(format!("must have at least {min} entries"));
        }
        if let Some(max) = max.filter(|max| items.len() > *max) {
            self.problem(format!("must have at most {max} entries"));
        }
        for (index, value) in items.iter().enumerate() {
            self.at(&format!("[{index}]"), |check| check.value(item, value));
        }
    }

    fn word(&mut self, words: &[&str], node: &Node<'_>) {
        if !node.as_text().is_some_and(|text| words.contains(&text)) {
            self.problem(format!("must be one of {}", words.join(", ")));
        }
    }

    fn number(&mut self, min: Option<f64>, max: Option<f64>, step: Option<f64>, node: &Node<'_>) {
        let number = match node {
            Node::Integer(number) => *number as f64,
            Node::Number(number) => *number,
            _ => return self.problem("must be a number"),
        };
        if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
            self.problem(format!("must be {}", between(min.as_ref(), max.as_ref())));
        }
        // Decimal steps have no exact binary form: what is left over must be far smaller than a step.
        const LEFT_OVER: f64 = 1e-6;
        if let Some(step) = step.filter(|step| {
            let steps = number / step;
            (steps - steps.round()).abs() > LEFT_OVER
        }) {
            self.problem(format!("must be a multiple of {step}"));
        }
    }
}

fn between<T: std::fmt::Display>(min: Option<&T>, max: Option<&T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "a number".to_owned(),
    }
}

/// A scheme, a colon, something, and no blanks.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(version: Version, action: &str, payload: &str) -> Vec<String> {
        let node = Node::parse(payload).unwrap();
        check(version, action, Part::Request, &node).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_valid_message_has_no_problem() {
        let message = r#"{"message":{"id":1,"priority":"AlwaysFront","message":{"format":"UTF8","content":"Hi"},
            "customData":{"vendorId":"x","more":[1]}}}"#;
        assert_eq!(problems(Version::V201, "SetDisplayMessage", message), Vec::<String>::new());
        let profile = r#"{"connectorId":0,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,
            "chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Absolute","chargingSchedule":{
            "chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16.3}]}}}"#;
        assert_eq!(problems(Version::V16, "SetChargingProfile", profile), Vec::<String>::new());
    }

    #[test]
    fn each_problem_is_told_with_its_place() {
        let message = r#"{"message":[{"id":"1"}],"x":1,"requestId":null}"#;
        assert_eq!(
            problems(Version::V201, "SetDisplayMessage", message),
            [
                "SetDisplayMessage.message must be an object",
                "SetDisplayMessage.x is no member of this message",
                "SetDisplayMessage.requestId is no member of this message",
            ]
        );
        let monitor = r#"{"setMonitoringData":[{"value":"1","type":"Upper","severity":10,
            "component":{"name":"A"},"variable":{}}]}"#;
        assert_eq!(
            problems(Version::V201, "SetVariableMonitoring", monitor),
            [
                "SetVariableMonitoring.setMonitoringData[0].value must be a number",
                "SetVariableMonitoring.setMonitoringData[0].type must be one of UpperThreshold, LowerThreshold, Delta, \
                 Periodic, PeriodicClockAligned",
                "SetVariableMonitoring.setMonitoringData[0].variable.name is missing",
            ]
        );
        assert_eq!(problems(Version::V201, "GetTariffs", "{}"), ["GetTariffs is no message of OCPP 2.0.1"]);
    }

    #[test]
    fn steps_times_and_addresses_are_checked() {
        let diagnostics = r#"{"location":"no address","startTime":"yesterday"}"#;
        assert_eq!(problems(Version::V16, "GetDiagnostics", diagnostics).len(), 2);
        let limit = r#"{"connectorId":1,"duration":1,"chargingRateUnit":"VA"}"#;
        assert_eq!(
            problems(Version::V16, "GetCompositeSchedule", limit),
            ["GetCompositeSchedule.chargingRateUnit must be one of A, W"]
        );
    }
}
