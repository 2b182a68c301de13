//! The device model: what NotifyReport, NotifyEvent and GetVariables say of components and their variables.

use forecourt_core::fact::{
    Characteristics, ComponentEvent, Fact, Monitor, MonitorReport, Variable, VariableReport,
};
use forecourt_core::id::TransactionRef;

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
        let characteristics = data.object("variableCharacteristics").map(|o| Box::new(characteristics(&o)));
        data.each("variableAttribute", |attribute| {
            attribute.extras(&["type", "value", "mutability", "persistent", "constant"]);
            let mutability = attribute.text("mutability", 20).unwrap_or_default();
            let constant = attribute.boolean("constant").unwrap_or(false);
            let readonly = mutability.eq_ignore_ascii_case("ReadOnly") || constant;
            let mut variable = about.variable(&attribute, "type", "value", readonly);
            variable.writeonly = mutability.eq_ignore_ascii_case("WriteOnly");
            variable.characteristics.clone_from(&characteristics);
            variables.push(variable);
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

/// VariableCharacteristicsType.
fn characteristics(object: &Object<'_>) -> Characteristics {
    object.extras(&[
        "unit",
        "dataType",
        "minLimit",
        "maxLimit",
        "maxElements",
        "valuesList",
        "supportsMonitoring",
    ]);
    Characteristics {
        data_type: object.expect_text("dataType", 20),
        unit: object.text("unit", 16).filter(|unit| !unit.is_empty()),
        min: object.decimal("minLimit"),
        max: object.decimal("maxLimit"),
        values: object.text("valuesList", 1_000),
        supports_monitoring: object.boolean("supportsMonitoring").unwrap_or(false),
    }
}

/// NotifyMonitoringReport (2.0.1 N02).
pub(super) fn monitors(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["monitor", "requestId", "tbc", "seqNo", "generatedAt"]);
    let mut monitors = Vec::new();
    object.each("monitor", |data| {
        data.extras(&["component", "variable", "variableMonitoring"]);
        let Some(about) = About::read(&data) else { return };
        data.each("variableMonitoring", |watch| {
            watch.extras(&["id", "transaction", "value", "type", "severity", "eventNotificationType"]);
            let Some(id) = watch.integer("id") else { return watch.missing("id") };
            monitors.push(Monitor {
                id,
                component: about.component.clone(),
                component_instance: about.component_instance.clone(),
                name: about.name.clone(),
                instance: about.instance.clone(),
                kind: watch.expect_text("type", 30),
                value: watch.decimal("value").unwrap_or_default(),
                severity: watch.integer("severity").unwrap_or(LEAST_SEVERITY),
                transaction: watch.boolean("transaction").unwrap_or(false),
                origin: watch.text("eventNotificationType", 30).filter(|word| !word.is_empty()),
            });
        });
    });
    let request_id = object.integer("requestId");
    if request_id.is_none() {
        object.missing("requestId");
    }
    Ok(Fact::Monitors(MonitorReport {
        request_id,
        seq: object.integer("seqNo"),
        last: !object.boolean("tbc").unwrap_or(false),
        monitors,
    }))
}

/// The severity of a monitor that names none: debug (2.0.1 N03).
const LEAST_SEVERITY: i64 = 9;

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
        let component = data.object("component");
        let (evse, connector) = component.as_ref().map_or((None, None), transaction::evse);
        events.push(ComponentEvent {
            component: told(data.object("component")),
            variable: told(data.object("variable")),
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
            transaction: data.text("transactionId", 36).filter(|id| !id.is_empty()).map(TransactionRef),
        });
    });
    match count {
        Some(_) => Ok(Fact::Events(events)),
        None => Err(object.lacks("eventData", "a list")),
    }
}

/// A component or variable of an event by its name, and its instance in brackets where it has one.
fn told(named: Option<Object<'_>>) -> String {
    let Some(named) = named else { return String::new() };
    let name = named.expect_text("name", NAME_CHARS);
    match named.text("instance", NAME_CHARS).filter(|instance| !instance.is_empty()) {
        Some(instance) => format!("{name}[{instance}]"),
        None => name,
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
