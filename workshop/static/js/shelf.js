// @ts-check
/** Where the outbox keeps its items: IndexedDB, or localStorage if a browser refuses that, or else memory. */
import { ours, samen } from "./root.js";

/**
 * @typedef {import("./outbox.js").Item} Item
 * @typedef {import("./outbox.js").Shelf} Shelf
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Place
 */

/** @param {string} name of the room and the person who came in @returns {Promise<Shelf>} */
export async function openShelf(name) {
  const second = textShelf(name, storage());
  try {
    const shelf = databaseShelf(await database(name));
    for (const item of await second.all()) await shelf.set(item); // from a visit on which there was no database
    await second.clear();
    return steadied(name, shelf, second);
  } catch {
    return second;
  }
}

/**
 * A phone that slept may have lost its database without a word: it is opened again, and where that fails too there is
 * the second shelf.
 * @param {string} name
 * @param {Shelf} shelf
 * @param {Shelf} second
 * @returns {Shelf}
 */
function steadied(name, shelf, second) {
  /** @template T @param {(shelf: Shelf) => Promise<T>} work @returns {Promise<T>} */
  const tried = async (work) => {
    try {
      return await work(shelf);
    } catch {
      shelf = await database(name).then(databaseShelf, () => second);
      return work(shelf).catch(() => {
        shelf = second;
        return work(shelf);
      });
    }
  };
  return {
    all: () => tried((one) => one.all()),
    set: (item) => tried((one) => one.set(item)),
    remove: (id) => tried((one) => one.remove(id)),
    clear: () => tried((one) => one.clear()),
  };
}

/** What stands beside a token (`samen.<code>`): taken out, being typed, last seen, coming in, which outbox. */
const BESIDE = ["", ".out", ".drafts", ".copy", ".attempt", ".box"];

/** Nothing of a room stays behind on this phone. @param {string} code @param {Place} place */
export async function forgetRoom(code, place) {
  const own = `${samen}.outbox.${code}.`;
  const box = place.getItem(`${samen}.${code}.box`) ?? JSON.parse(place.getItem(`${samen}.${code}.copy`) ?? "{}").state?.me?.id;
  for (const name of BESIDE) place.removeItem(`${samen}.${code}${name}`);
  place.removeItem(own + box);
  for (const path of [ours(`/r/${code}`), ours(`/r/${code}/more`)]) await forgetPage(path);
  try {
    const found = (await indexedDB.databases?.()) ?? [{ name: own + box }]; // not every browser can list them
    for (const { name } of found) if (name?.startsWith(own)) indexedDB.deleteDatabase(name);
  } catch {
    // No databases here: then nothing was kept in one.
  }
}

/** The page itself, which holds the title of the room. @param {string} path */
async function forgetPage(path) {
  try {
    for (const name of await caches.keys()) await (await caches.open(name)).delete(path, { ignoreVary: true });
  } catch {
    // No caches here: then the page was not kept.
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function database(name) {
  const opening = indexedDB.open(`${samen}.outbox.${name}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("items", { keyPath: "id" });
  return answer(opening).then((db) => {
    db.onversionchange = () => db.close(); // another tab erases it
    return db;
  });
}

/** @param {IDBDatabase} db @returns {Shelf} */
function databaseShelf(db) {
  const reading = () => db.transaction("items").objectStore("items");
  /** Done when the transaction is, not when the request is: only then is it on the device. @param {(store: IDBObjectStore) => void} change @returns {Promise<void>} */
  const writing = (change) =>
    new Promise((resolve, reject) => {
      const transaction = db.transaction("items", "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      change(transaction.objectStore("items"));
    });
  return {
    all: () => answer(reading().getAll()),
    set: (item) => writing((store) => store.put(item)),
    remove: (id) => writing((store) => store.delete(id)),
    clear: () => writing((store) => store.clear()),
  };
}

/** localStorage where it may be used (a private window may forbid it), memory where not. @returns {Place} */
export function storage() {
  try {
    localStorage.setItem(`${samen}.probe`, "");
    localStorage.removeItem(`${samen}.probe`);
    return localStorage;
  } catch {
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    };
  }
}

/** @param {string} name @param {Pick<Storage, "getItem" | "setItem"> & { removeItem?: Storage["removeItem"] }} place @returns {Shelf} */
export function textShelf(name, place) {
  const key = `${samen}.outbox.${name}`;
  /** @returns {Item[]} */
  const read = () => JSON.parse(place.getItem(key) ?? "[]");
  /** @param {Item[]} items */
  const write = (items) => place.setItem(key, JSON.stringify(items));
  return {
    all: async () => read(),
    set: async (item) => write([...read().filter((one) => one.id !== item.id), item]),
    remove: async (id) => write(read().filter((one) => one.id !== id)),
    clear: async () => (place.removeItem ? place.removeItem(key) : write([])),
  };
}
