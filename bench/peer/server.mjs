// The peer: the workshop's join, snapshot, step, note and probe as one would write them with Node, socket.io and better-sqlite3.
//
//   node server.mjs PORT FOLDER
//
// FOLDER has `room.json` (code and keys) and `sample.json`: a snapshot, a step and the headers of an answer as the house
// sends them, so that both send the same bytes. What is acknowledged is on disk: WAL, synchronous=FULL, a commit a write.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Server } from "socket.io";

const [port, folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const keys = read("room.json");
const sample = read("sample.json");

const db = new Database(join(folder, "peer.sqlite"));
for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) db.pragma(pragma);
db.exec(`
  CREATE TABLE room (id INTEGER PRIMARY KEY, code TEXT UNIQUE, version INTEGER, step INTEGER, clock TEXT);
  CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, room INTEGER REFERENCES room, name TEXT, team TEXT,
                       joined_at INTEGER, has_left INTEGER DEFAULT 0, came INTEGER DEFAULT 0);
  CREATE TABLE phone (token_hash TEXT PRIMARY KEY, person INTEGER REFERENCES person);
  CREATE TABLE note (person INTEGER REFERENCES person, id TEXT, room INTEGER, prompt TEXT, round INTEGER, text TEXT,
                     visibility TEXT, written_at INTEGER, changed_at INTEGER, PRIMARY KEY (person, id));
  CREATE TABLE post (id TEXT PRIMARY KEY, room INTEGER, person INTEGER REFERENCES person, column_key TEXT, text TEXT);
  CREATE TABLE recognition (person INTEGER, post TEXT, PRIMARY KEY (person, post));
  CREATE TABLE notice (id INTEGER PRIMARY KEY, room INTEGER, text TEXT);
  CREATE TABLE seen (notice INTEGER, person INTEGER, PRIMARY KEY (notice, person));
  CREATE INDEX person_of_room ON person (room); CREATE INDEX phone_of_person ON phone (person);
  CREATE INDEX note_of_room ON note (room); CREATE INDEX post_of_person ON post (person);
`);
const ROOM = 1;
db.prepare("INSERT INTO room VALUES (?, ?, 1, 0, ?)").run(ROOM, keys.code, JSON.stringify(sample.step.clock));

const sql = Object.fromEntries(
  Object.entries({
    room: "SELECT * FROM room WHERE code = ?",
    moveRoom: "UPDATE room SET version = ?, step = ?, clock = ? WHERE id = ?",
    addPerson: "INSERT INTO person (room, name, joined_at) VALUES (?, ?, ?)",
    addPhone: "INSERT INTO phone VALUES (?, ?)",
    personOfPhone: "SELECT person.* FROM phone JOIN person ON person.id = phone.person WHERE token_hash = ?",
    person: "SELECT * FROM person WHERE id = ?",
    people: "SELECT * FROM person WHERE room = ?",
    came: "UPDATE person SET came = 1 WHERE id = ? AND NOT came",
    notes: "SELECT id, prompt, round, text, visibility, person AS by FROM note WHERE room = ? AND person = ? ORDER BY written_at",
    posts: 'SELECT id, column_key AS "column", text FROM post WHERE person = ?',
    recognised: "SELECT post FROM recognition WHERE person = ?",
    notices: "SELECT * FROM notice WHERE room = ? AND id NOT IN (SELECT notice FROM seen WHERE person = ?)",
    writeNote: `INSERT INTO note VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET text = excluded.text, visibility = excluded.visibility, changed_at = excluded.changed_at`,
    progress: `SELECT (SELECT count(DISTINCT person) FROM note WHERE room = @room) AS wrote,
                      (SELECT count(DISTINCT person) FROM post WHERE room = @room) AS posted,
                      (SELECT count(*) FROM person WHERE room = @room AND NOT has_left) AS "of"`,
  }).map(([name, text]) => [name, db.prepare(text)]),
);
const hash = (token) => createHash("sha256").update(token).digest("hex");
const letIn = db.transaction((name, token) => {
  const id = sql.addPerson.run(ROOM, name, Date.now()).lastInsertRowid;
  sql.addPhone.run(hash(token), id);
  return id;
});

const here = new Set();
const personRow = (p) => ({
  id: p.id,
  name: p.name,
  team: p.team,
  here: here.has(p.id),
  left: !!p.has_left,
  group: null,
  by_hand: false,
  simulated: false,
  came: !!p.came,
  stand_in: false,
  hand: false,
  sits: false,
});

/** Calls `tell` soon after it was asked to, and at most once in so many milliseconds. */
function paced(ms, tell) {
  let waiting = false;
  let last = 0;
  return () => {
    if (waiting) return;
    waiting = true;
    const run = () => {
      waiting = false;
      last = Date.now();
      tell();
    };
    setTimeout(run, Math.max(0, last + ms - Date.now()));
  };
}

const changed = new Set();
const tellPeople = paced(250, () => {
  const ids = [...changed];
  changed.clear();
  db.transaction(() => {
    for (const id of ids) if (here.has(id)) sql.came.run(id);
  })();
  io.to(["leader", "screen"]).emit("people", { seq: Date.now(), changed: ids.map((id) => personRow(sql.person.get(id))), gone: [] });
});
const personChanged = (id) => {
  changed.add(id);
  tellPeople();
};
const tellProgress = paced(1000, () => io.to("leader").emit("progress", { step, groups: {}, ...sql.progress.get({ room: ROOM }) }));

const server = createServer((request, response) => {
  const answer = (status, body) => {
    const bytes = Buffer.from(JSON.stringify(body));
    response.writeHead(status, { ...sample.headers, "Content-Length": bytes.length }).end(bytes);
  };
  if (request.url === "/healthz") return answer(200, { status: "ok" });
  const code = /^\/api\/rooms\/(\d{8})\/people$/.exec(request.url)?.[1];
  if (!code || request.method !== "POST") return answer(404, { code: "not_found" });
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    let asked;
    try {
      asked = JSON.parse(Buffer.concat(pieces));
    } catch {
      return answer(400, { code: "invalid" });
    }
    const name = String(asked.name ?? "")
      .trim()
      .normalize("NFC");
    if (!name || name.length > 40) return answer(400, { code: "invalid" });
    if (!sql.room.get(code) || asked.key !== keys.join_key) return answer(404, { code: "not_found" });
    const token = randomBytes(24).toString("base64url");
    const person = letIn(name, token);
    personChanged(person);
    answer(201, { person, name, token });
  });
});

const io = new Server(server, { pingInterval: 10_000, pingTimeout: 8_000, maxHttpBufferSize: 16_384, serveClient: false });
io.use((socket, next) => {
  const token = String(socket.handshake.auth.token);
  socket.data.role = { [keys.leader_token]: "leader", [keys.screen_token]: "screen" }[token] ?? "person";
  if (socket.data.role === "person") socket.data.person = sql.personOfPhone.get(hash(token));
  next(socket.data.role !== "person" || socket.data.person ? undefined : new Error("unauthorized"));
});

let { version, step } = sql.room.get(keys.code);
io.on("connection", (socket) => {
  const { role, person } = socket.data;
  socket.join(role);
  const base = { ...sample.snapshot, version: sql.room.get(keys.code).version, now: Date.now() };
  if (role === "person") {
    here.add(person.id);
    socket.emit("snapshot", {
      ...base,
      me: { ...base.me, id: person.id, name: person.name, team: person.team },
      notes: sql.notes.all(ROOM, person.id),
      my_posts: sql.posts.all(person.id),
      my_recognised: sql.recognised.all(person.id).map((row) => row.post),
      notices: sql.notices.all(ROOM, person.id),
    });
    socket.emit("pen", { mine: true });
    personChanged(person.id);
    socket.on("disconnect", () => {
      here.delete(person.id);
      personChanged(person.id);
    });
  } else {
    socket.emit("snapshot", { ...base, people: sql.people.all(ROOM).map(personRow) });
  }

  socket.on("command", (command, acknowledge) => {
    if (role !== "leader") return acknowledge({ ok: false, code: "forbidden" });
    step += command.do === "back" ? -1 : 1;
    version += 1;
    const told = { ...sample.step, version, now: Date.now(), index: step, entered_at: Date.now() };
    sql.moveRoom.run(version, step, JSON.stringify(told.clock), ROOM);
    io.emit("step", told);
    tellProgress();
    acknowledge({ ok: true, version });
  });
  socket.on("note", ({ id, prompt, text, visibility }, acknowledge) => {
    const fine = role === "person" && typeof id === "string" && typeof text === "string" && text.length <= 2000;
    if (!fine) return acknowledge({ ok: false, code: "invalid" });
    const clean = text.trim().normalize("NFC");
    sql.writeNote.run(person.id, id, ROOM, prompt, clean, visibility, Date.now(), Date.now());
    socket.emit("my_notes", { changed: [{ id, prompt, round: null, text: clean, visibility, by: person.id }], gone: [] });
    tellProgress();
    acknowledge({ ok: true });
  });
  socket.on("clock", (_, acknowledge) => acknowledge({ ok: true, now: Date.now(), version: sql.room.get(keys.code).version, seq: { ...sample.snapshot.seq } }));
});
server.listen(Number(port), "127.0.0.1", 4096);
