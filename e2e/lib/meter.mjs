// Meters of a building that are not ours: a broker (aedes) and a meter on Modbus TCP (jsmodbus).
import { createServer } from "node:net";
import { Aedes } from "aedes";
import modbus from "jsmodbus";

const listening = (server, port) =>
  new Promise((ready) => server.listen(port, "127.0.0.1", () => ready(server.address().port)));

/** A broker with one user. `say` sends a message to everybody who listens. */
export async function startBroker({ user, password, port = 0 }) {
  const aedes = await Aedes.createBroker();
  aedes.authenticate = (_client, name, secret, done) => {
    if (name === user && String(secret) === password) return done(null, true);
    done(Object.assign(new Error("nobody we know"), { returnCode: 4 }), false);
  };
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const at = await listening(server, port);
  return {
    port: at,
    listeners: () => sockets.size,
    say: (topic, message) =>
      new Promise((done, failed) =>
        aedes.publish({ topic, payload: JSON.stringify(message), qos: 0, retain: false }, (error) =>
          error ? failed(error) : done(),
        ),
      ),
    /** As when its machine is switched off. */
    async stop() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
      await new Promise((done) => aedes.close(done));
    },
  };
}

/** A meter with float numbers in its input registers, as the Eastron SDM630 has them. */
export async function startModbusMeter() {
  const server = createServer();
  const input = Buffer.alloc(256);
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  new modbus.server.TCP(server, { input });
  return {
    port: await listening(server, 0),
    set: (register, number) => input.writeFloatBE(number, register * 2),
    async stop() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
