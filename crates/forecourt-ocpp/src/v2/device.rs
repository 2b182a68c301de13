//! The device model: what NotifyReport, NotifyEvent and GetVariables say of components and their variables.

use forecourt_core::fact::{ComponentEvent, Fact, Variable, VariableReport};

use super::transaction;
use crate::fault::Fault;
use crate::read::{Object, VALUE_HARD_CHARS};

/// Longest names of components, variables and instances by the schema, in characters.
const NAME_CHARS: usize = 50;
/// Longest value by the schema, in characters.
const VALUE_CHARS: usize = 2_500;

/// NotifyReport (2.0.1 B07, B08).
pub(super) fn report(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["requestId", "generatedAt", "reportData", "tbc", "seqNo"]);
    let mut variables = Vec::new();
    object.each("reportData", |data| {
        data.extras(&["component", "variable", "variableAttribute", "variableCharacteristics"]);
        let Some(about) = About::read(&data) else { return };
        data.each("variableAttribute", |attribute| {
            attribute.extras(&["type", "value", "mutability", "persistent", "constant"]);
            let read_only =
                attribute.text("mutability", 20).is_some_and(|word| word.eq_ignore_ascii_case("ReadOnly"));
            let constant = attribute.boolean("constant").unwrap_or(false);
            variables.push(about.variable(&attribute, "type", "value", read_only || constant));
        });
    });
    let request_id = object.integer("requestId");
    if request_id.is_none() {
        object.missing("requestId");
    }
    Ok(Fact::Variables(VariableReport {
        request_id,
        seq: object.integer("seqNo"),
        last: !object.boolean("tbc").unwrap_or(false),
        variables,
    }))
}

/// NotifyEvent (2.0.1 N07).
pub(super) fn events(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["generatedAt", "tbc", "seqNo", "eventData"]);
    let mut events = Vec::new();
    let count = object.each("eventData", |data| {
        data.extras(&[
            "eventId",
            "timestamp",
            "trigger",
            "cause",
            "actualValue",
            "techCode",
            "techInfo",
            "cleared",
            "transactionId",
            "component",
            "variableMonitoringId",
            "eventNotificationType",
            "variable",
            "severity",
        ]);
        let about = About::read(&data);
        let component = data.object("component");
        let (evse, connector) = component.as_ref().map_or((None, None), transaction::evse);
        events.push(ComponentEvent {
            component: about.as_ref().map(|about| about.component.clone()).unwrap_or_default(),
            variable: about.map(|about| about.name).unwrap_or_default(),
            evse,
            connector,
            value: data.text_up_to("actualValue", VALUE_CHARS, VALUE_HARD_CHARS).unwrap_or_default(),
            trigger: data.expect_text("trigger", NAME_CHARS),
            tech_code: data.text("techCode", NAME_CHARS),
            tech_info: data.text("techInfo", 500),
            cleared: data.boolean("cleared").unwrap_or(false),
            at: data.expect_time("timestamp"),
            monitor: data.integer("variableMonitoringId"),
            severity: data.integer("severity"),
            transaction: None,
        });
    });
    match count {
        Some(_) => Ok(Fact::Events(events)),
        None => Err(object.lacks("eventData", "a list")),
    }
}

/// Which variable of which component.
pub(super) struct About {
    component: String,
    component_instance: String,
    name: String,
    instance: String,
}

impl About {
    /// Reads the members `component` and `variable`; without their names there is nothing to keep.
    pub(super) fn read(data: &Object<'_>) -> Option<Self> {
        let (component, variable) = (data.object("component"), data.object("variable"));
        let (Some(component), Some(variable)) = (component, variable) else {
            data.missing("component");
            data.missing("variable");
            return None;
        };
        component.extras(&["name", "instance", "evse"]);
        variable.extras(&["name", "instance"]);
        let (evse, connector) = transaction::evse(&component);
        let mut place: Vec<String> = component.text("instance", NAME_CHARS).into_iter().collect();
        place.extend(evse.map(|evse| format!("evse={}", evse.0)));
        place.extend(connector.map(|connector| format!("connector={}", connector.0)));
        Some(Self {
            component: component.expect_text("name", NAME_CHARS),
            component_instance: place.join(","),
            name: variable.expect_text("name", NAME_CHARS),
            instance: variable.text("instance", NAME_CHARS).unwrap_or_default(),
        })
    }

    pub(super) fn variable(&self, object: &Object<'_>, kind: &str, value: &str, readonly: bool) -> Variable {
        Variable {
            component: self.component.clone(),
            component_instance: self.component_instance.clone(),
            name: self.name.clone(),
            instance: self.instance.clone(),
            attribute: object
                .text(kind, 20)
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "Actual".to_owned()),
            value: object.text_up_to(value, VALUE_CHARS, VALUE_HARD_CHARS),
            readonly,
            writeonly: false,
            characteristics: None,
        }
    }
}
