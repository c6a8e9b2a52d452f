// What stays of a room on a phone once it is gone: nothing, also not the page that was kept for when there is no network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetRoom } from "../../workshop/static/js/shelf.js";

/** The browser's own stores, as far as they are used here. */
function browser() {
  const kept = new Map([
    ["samen.1", new Set(["/r/12345678", "/r/12345678/more", "/r/87654321", "/static/1/js/phone.js"])],
    ["samen.0", new Set(["/r/12345678"])],
  ]);
  const open = async (name) => ({ delete: async (path) => kept.get(name).delete(path) });
  globalThis.caches = { keys: async () => [...kept.keys()], open };
  const items = new Map(["", ".copy", ".drafts", ".out", ".attempt", ".box"].map((end) => [`samen.12345678${end}`, "{}"]));
  items.set("samen.87654321", "token").set("samen.sound", "{}");
  const place = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: (key) => items.delete(key) };
  const databases = ["samen.outbox.12345678.7", "samen.outbox.87654321.8"];
  const gone = [];
  globalThis.indexedDB = { databases: async () => databases.map((name) => ({ name })), deleteDatabase: (name) => gone.push(name) };
  return { kept, items, place, gone };
}

test("a room that is gone leaves nothing on the phone, and other rooms stay", async () => {
  const { kept, items, place, gone } = browser();
  await forgetRoom("12345678", place);
  assert.deepEqual([...items.keys()], ["samen.87654321", "samen.sound"]);
  assert.deepEqual([...kept.get("samen.1")], ["/r/87654321", "/static/1/js/phone.js"]);
  assert.deepEqual([...kept.get("samen.0")], []);
  assert.deepEqual(gone, ["samen.outbox.12345678.7"]);
});

test("where databases cannot be listed, that of this phone goes, whatever its person is called since", async () => {
  const { items, place, gone } = browser();
  items.set("samen.12345678.box", "7").set("samen.12345678.copy", '{"state":{"me":{"id":9}}}').set("samen.outbox.12345678.7", "[]");
  delete globalThis.indexedDB.databases;
  await forgetRoom("12345678", place);
  assert.deepEqual([...items.keys()], ["samen.87654321", "samen.sound"]);
  assert.deepEqual(gone, ["samen.outbox.12345678.7"]);
});

test("a browser that has no caches forgets the rest", async () => {
  const { items, place } = browser();
  delete globalThis.caches;
  await forgetRoom("12345678", place);
  assert.deepEqual([...items.keys()], ["samen.87654321", "samen.sound"]);
});
