//! A meter asked over Modbus TCP. It is only ever read (functions 3 and 4).

use std::time::Duration;

use forecourt_core::power::number_in;
use rust_decimal::Decimal;
use tokio_modbus::client::{Client as _, Context, tcp};
use tokio_modbus::{ExceptionCode, Request, Response, Slave};

use super::run::Reader;
use super::trouble::cut;
use super::{ModbusWire, RegisterTable, Trouble};
use crate::outside::{DialError, Outside};

/// Gateways to a serial line take their time; a meter itself answers at once.
const ANSWER: Duration = Duration::from_secs(4);

/// Why there are no numbers.
pub(super) enum Unread {
    /// The meter answers, but not with a number: the connection stays.
    Answered(Trouble),
    Broken(Trouble),
}

impl Unread {
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Self::Answered(trouble) | Self::Broken(trouble) => trouble,
        }
    }
}

pub(super) async fn open(outside: &Outside, wire: &ModbusWire) -> Result<Context, Trouble> {
    let line = outside.dial(&wire.host, wire.port, false).await.map_err(|error| match error {
        DialError::NeedsTls | DialError::Private => Trouble::NeedsListing,
        other => other.into(),
    })?;
    Ok(tcp::attach_slave(line, Slave(wire.unit_id)))
}

/// Asks for each number once.
pub(super) async fn ask(context: &mut Context, wire: &ModbusWire) -> Result<Vec<Decimal>, Unread> {
    let mut numbers = Vec::with_capacity(wire.addresses.len());
    for address in &wire.addresses {
        let registers = registers(context, wire, *address).await?;
        let number = number_in(wire.kind, wire.word_order, &registers);
        numbers.push(number.map_err(|misread| Unread::Answered(misread.into()))?);
    }
    Ok(numbers)
}

async fn registers(context: &mut Context, wire: &ModbusWire, address: u16) -> Result<Vec<u16>, Unread> {
    let count = wire.kind.registers();
    let request = match wire.table {
        RegisterTable::Holding => Request::ReadHoldingRegisters(address, count),
        RegisterTable::Input => Request::ReadInputRegisters(address, count),
    };
    // What comes too late would be taken for the answer to the next question: then the connection is given up.
    let answer = tokio::time::timeout(ANSWER, context.call(request)).await;
    match answer.map_err(|_| Unread::Broken(Trouble::NoAnswer))? {
        Ok(Ok(Response::ReadHoldingRegisters(words) | Response::ReadInputRegisters(words))) => Ok(words),
        Ok(Ok(_)) | Err(tokio_modbus::Error::Protocol(_)) => Err(Unread::Broken(Trouble::BadAnswer)),
        Ok(Err(exception)) => Err(Unread::Answered(refused(address, exception))),
        Err(tokio_modbus::Error::Transport(error)) => Err(Unread::Broken(match error.kind() {
            std::io::ErrorKind::InvalidData => Trouble::BadAnswer,
            _ => Trouble::Closed,
        })),
    }
}

fn refused(address: u16, exception: ExceptionCode) -> Trouble {
    let register = format!("{address} (0x{address:04X})");
    match exception {
        ExceptionCode::IllegalDataAddress => Trouble::IllegalAddress(register),
        other => Trouble::Exception(cut(&format!("{register}: {other}"))),
    }
}

/// Reads until something breaks.
pub(super) async fn read(reader: &Reader, wire: &ModbusWire) -> Trouble {
    let mut context = match open(&reader.app.outside, wire).await {
        Ok(context) => context,
        Err(trouble) => return trouble,
    };
    reader.connected();
    let mut tick = tokio::time::interval(Duration::from_secs(wire.every_s.max(1).into()));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match ask(&mut context, wire).await {
            Ok(numbers) => reader.take(&numbers, reader.app.now()).await,
            Err(Unread::Answered(trouble)) => reader.troubled(trouble),
            Err(Unread::Broken(trouble)) => return trouble,
        }
    }
}
