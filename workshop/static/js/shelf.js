// @ts-check
/** Where the outbox keeps its items: IndexedDB, or where a browser refuses that, localStorage, or else memory. */

/**
 * @typedef {import("./outbox.js").Item} Item
 * @typedef {import("./outbox.js").Shelf} Shelf
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Place
 */

/** @param {string} name of the room and person it belongs to @returns {Promise<Shelf>} */
export async function openShelf(name) {
  try {
    return databaseShelf(await database(name));
  } catch {
    return textShelf(name, storage());
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
  const opening = indexedDB.open(`samen.outbox.${name}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("items", { keyPath: "id" });
  return answer(opening);
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
    localStorage.setItem("samen.probe", "");
    localStorage.removeItem("samen.probe");
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

/** @param {string} name @param {Pick<Storage, "getItem" | "setItem">} place @returns {Shelf} */
export function textShelf(name, place) {
  const key = `samen.outbox.${name}`;
  /** @returns {Item[]} */
  const read = () => JSON.parse(place.getItem(key) ?? "[]");
  /** @param {Item[]} items */
  const write = (items) => place.setItem(key, JSON.stringify(items));
  return {
    all: async () => read(),
    set: async (item) => write([...read().filter((one) => one.id !== item.id), item]),
    remove: async (id) => write(read().filter((one) => one.id !== id)),
    clear: async () => write([]),
  };
}
