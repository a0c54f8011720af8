/** The browser as the client's world: clock, chance, sockets, tabs. */
import type { ClientOptions, ClientWorld } from "./core/client";
import type { SocketLike } from "./core/connection";

/** `crypto.randomUUID` exists only on secure pages; development runs without. */
function buildUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The real world; `socket` is the address of the socket on the frame's own host. */
export function buildWorld(socket: URL, channel: string): ClientWorld {
  socket.protocol = socket.protocol.replace("http", "ws");
  socket.search = `?channel=${encodeURIComponent(channel)}`;
  socket.hash = "";
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (fn, ms) => window.setTimeout(fn, ms),
    clearTimeout: (id) => window.clearTimeout(id),
    openSocket: () => new WebSocket(socket) as unknown as SocketLike,
    uuid: buildUuid,
  };
}

/** A name for this tab that survives a reload. */
export function findTab(): string {
  try {
    const tab = sessionStorage.getItem("parley:tab") ?? buildUuid();
    sessionStorage.setItem("parley:tab", tab);
    return tab;
  } catch {
    return buildUuid();
  }
}

const TURN_MS = 8_000;

/** Lets one tab after the other ask for the first token, so that they become one visitor and not several. */
export function takeTurn(channel: string): NonNullable<ClientOptions["alone"]> {
  return (connect) => {
    if (!("locks" in navigator)) { connect(() => undefined); return; }
    const hold = (): Promise<void> =>
      new Promise((done) => {
        connect(done);
        setTimeout(done, TURN_MS);
      });
    // The other tab may be asleep with the turn in its hands.
    const patience = new AbortController();
    setTimeout(() => patience.abort(), TURN_MS);
    navigator.locks.request(`parley:${channel}`, { signal: patience.signal }, hold).catch(() => connect(() => undefined));
  };
}
