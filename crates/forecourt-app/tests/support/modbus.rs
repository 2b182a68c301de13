//! A meter on Modbus TCP with registers that a test sets. The server is a library's.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio_modbus::server::Service;
use tokio_modbus::server::tcp::{Server, accept_tcp_connection};
use tokio_modbus::{ExceptionCode, Request, Response};

#[derive(Clone, Default)]
struct Registers(Arc<Mutex<HashMap<u16, u16>>>);

impl Service for Registers {
    type Request = Request<'static>;
    type Response = Response;
    type Exception = ExceptionCode;
    type Future = std::future::Ready<Result<Response, ExceptionCode>>;

    fn call(&self, request: Self::Request) -> Self::Future {
        std::future::ready(match request {
            Request::ReadInputRegisters(first, count) => {
                let all = self.0.lock().expect("registers");
                let words =
                    (first..first + count).map(|at| all.get(&at).copied()).collect::<Option<Vec<u16>>>();
                words.map(Response::ReadInputRegisters).ok_or(ExceptionCode::IllegalDataAddress)
            }
            _ => Err(ExceptionCode::IllegalFunction),
        })
    }
}

pub struct Meter {
    registers: Registers,
    pub address: SocketAddr,
}

impl Meter {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let registers = Registers::default();
        let served = registers.clone();
        tokio::spawn(async move {
            let server = Server::new(listener);
            let accept = |stream, from| {
                let served = served.clone();
                async move { accept_tcp_connection(stream, from, move |_| Ok(Some(served.clone()))) }
            };
            server.serve(&accept, |_| {}).await
        });
        Self { registers, address }
    }

    pub fn set_f32(&self, first: u16, number: f32) {
        let [a, b, c, d] = number.to_be_bytes();
        let mut all = self.registers.0.lock().expect("registers");
        all.insert(first, u16::from_be_bytes([a, b]));
        all.insert(first + 1, u16::from_be_bytes([c, d]));
    }
}
