// A desktop's place for icons beside the clock: the name on the session bus that programs look for, and yes to whatever
// they ask of it. Xvfb has none of its own, so a journey brings this one and takes it away again.
import { once } from "node:events";
import { connect } from "node:net";
import { userInfo } from "node:os";

const NAME = "org.kde.StatusNotifierWatcher";
const CALL = 1;
const ANSWER = 2;
const FIELDS = { path: [1, "o"], interface: [2, "s"], member: [3, "s"], answers: [5, "u"], destination: [6, "s"], signature: [8, "g"] };
const SENDER = 7;

/** Opens the place on the bus at `address`; `registered` resolves to what the first program asks it to show. */
export async function openTray(address) {
  const path = /unix:path=([^,;]+)/.exec(address)?.[1];
  if (!path) throw new Error(`the session bus has no address of a file: ${address}`);
  const socket = connect(path);
  await once(socket, "connect");
  const uid = Buffer.from(String(userInfo().uid)).toString("hex");
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await once(socket, "data");
  socket.write("BEGIN\r\n");
  let serial = 0;
  const send = (type, fields, body = Buffer.alloc(0)) => socket.write(message(type, ++serial, fields, body));
  const bus = { path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus", destination: "org.freedesktop.DBus" };
  const registered = new Promise((resolve) => {
    let rest = Buffer.alloc(0);
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      for (let whole = lengthOf(rest); whole && rest.length >= whole; whole = lengthOf(rest)) {
        const heard = read(rest.subarray(0, whole));
        rest = rest.subarray(whole);
        if (heard.type !== CALL) continue;
        if (heard.member === "RegisterStatusNotifierItem") resolve(heard.text);
        const properties = heard.member === "GetAll" ? { signature: "a{sv}" } : {};
        const nothing = heard.member === "GetAll" ? Buffer.alloc(8) : undefined;
        send(ANSWER, { answers: heard.serial, destination: heard.sender, ...properties }, nothing);
      }
    });
  });
  send(CALL, { ...bus, member: "Hello" });
  const name = text(NAME);
  const flags = Buffer.alloc(4);
  send(CALL, { ...bus, member: "RequestName", signature: "su" }, Buffer.concat([name, padding(name.length, 4), flags]));
  return { registered, close: () => socket.destroy() };
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes, Buffer.alloc(1)]);
}

function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padding(length, to) {
  return Buffer.alloc((to - (length % to)) % to);
}

function message(type, serial, fields, body) {
  let list = Buffer.alloc(0);
  for (const [name, value] of Object.entries(fields)) {
    const [code, kind] = FIELDS[name];
    const short = Buffer.from(String(value));
    const written = kind === "u" ? number(value) : kind === "g" ? Buffer.from([short.length, ...short, 0]) : text(value);
    list = Buffer.concat([list, padding(list.length, 8), Buffer.from([code, 1, kind.charCodeAt(0), 0]), written]);
  }
  const head = Buffer.concat([Buffer.from(["l".charCodeAt(0), type, 0, 1]), number(body.length), number(serial), number(list.length)]);
  return Buffer.concat([head, list, padding(list.length, 8), body]);
}

/** How long the message at the beginning is, once enough of it is here to tell. */
function lengthOf(bytes) {
  if (bytes.length < 16) return 0;
  const fields = bytes.readUInt32LE(12);
  return 16 + fields + ((8 - (fields % 8)) % 8) + bytes.readUInt32LE(4);
}

function read(bytes) {
  const heard = { type: bytes[1], serial: bytes.readUInt32LE(8) };
  const end = 16 + bytes.readUInt32LE(12);
  for (let at = 16; at < end; ) {
    at += (8 - (at % 8)) % 8;
    const [code, kind] = [bytes[at], String.fromCharCode(bytes[at + 2])];
    at += 4;
    if (kind === "u") at += 4;
    else if (kind === "g") at += bytes[at] + 2;
    else {
      const length = bytes.readUInt32LE(at);
      const value = bytes.toString("utf8", at + 4, at + 4 + length);
      if (code === FIELDS.member[0]) heard.member = value;
      if (code === SENDER) heard.sender = value;
      at += 4 + length + 1;
    }
  }
  const body = bytes.subarray(end + ((8 - (end % 8)) % 8));
  if (body.length > 4) heard.text = body.toString("utf8", 4, 4 + body.readUInt32LE(0));
  return heard;
}
