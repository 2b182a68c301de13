//! A station that answers what it is asked as a test says, and remembers what that was.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use forecourt_app::commands::Order;
use forecourt_app::gateway::Connection;
use forecourt_core::command::{Command, Outcome};
use tokio::sync::{mpsc, watch};

use super::{World, knock};

pub struct Obedient {
    pub connection: Connection,
    asked: Arc<Mutex<Vec<Command>>>,
    count: watch::Receiver<usize>,
}

/// A status as the station's answer.
pub fn says(accepted: bool, status: &str) -> Outcome {
    Outcome::Answered {
        accepted,
        status: Some(status.into()),
        answer: format!("{{\"status\":\"{status}\"}}"),
    }
}

pub fn yes() -> Outcome {
    says(true, "Accepted")
}

impl Obedient {
    pub async fn connect(
        world: &World,
        identity: &str,
        answer: impl FnMut(&Command) -> Outcome + Send + 'static,
    ) -> Self {
        Self::connect_as(world, identity, "ocpp1.6", answer).await
    }

    pub async fn connect_as(
        world: &World,
        identity: &str,
        protocol: &'static str,
        answer: impl FnMut(&Command) -> Outcome + Send + 'static,
    ) -> Self {
        let admission = world.app.admit(&knock(identity)).await.expect("admitted");
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (connection, inbox) = world.app.connect(admission, protocol, address).await;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (tell, count) = watch::channel(0);
        tokio::spawn(obey(inbox, asked.clone(), answer, tell));
        Self { connection, asked, count }
    }

    pub fn asked(&self) -> Vec<Command> {
        self.asked.lock().expect("a list").clone()
    }

    /// The station goes; what it was asked.
    pub async fn leave(self) -> Vec<Command> {
        let asked = self.asked();
        self.connection.disconnect().await;
        asked
    }

    /// Waits until the station was asked this often.
    pub async fn until(&mut self, times: usize) -> Vec<Command> {
        self.count.wait_for(|count| *count >= times).await.expect("still there");
        self.asked()
    }
}

async fn obey(
    mut inbox: mpsc::Receiver<Order>,
    asked: Arc<Mutex<Vec<Command>>>,
    mut answer: impl FnMut(&Command) -> Outcome,
    tell: watch::Sender<usize>,
) {
    while let Some(order) = inbox.recv().await {
        match order {
            Order::Call { command, reply } => {
                let outcome = answer(&command);
                asked.lock().expect("a list").push(*command);
                _ = reply.send(outcome);
                tell.send_modify(|count| *count += 1);
            }
            Order::Probe(alive) => _ = alive.send(()),
            Order::Close(_) => return,
        }
    }
}
