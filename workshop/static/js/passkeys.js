// @ts-check
/** Forms whose answer is made by a passkey: the browser asks its owner, and the server looks at what came of it. */
import { heed } from "./most.js";
import { within } from "./patience.js";

heed();

/** What went wrong, by what the browser calls it; anything else is no matter of the passkey. @type {Record<string, string>} */
const WRONG = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "known",
  NotSupportedError: "unlocked",
  ConstraintError: "unlocked",
  SecurityError: "elsewhere",
};
/** Likewise by the status of an answer. @type {Record<number, string>} */
const REFUSED = { 400: "old", 401: "old", 403: "old", 429: "too_fast" };

/** @param {string} text base64url */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** As base64url. @param {ArrayBuffer} buffer */
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @param {{ id: string }[]} [named] */
const credentials = (named = []) => named.map(({ id }) => ({ type: /** @type {const} */ ("public-key"), id: bytes(id) }));

/** A new passkey, by a device that asks its owner. @param {any} asked as the server says it */
async function create(asked) {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: credentials(asked.excludeCredentials) };
  return sent(await navigator.credentials.create({ publicKey }), ["attestationObject", "clientDataJSON"]);
}

/** A signature, likewise. @param {any} asked */
async function get(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: credentials(asked.allowCredentials) };
  return sent(await navigator.credentials.get({ publicKey }), ["authenticatorData", "clientDataJSON", "signature"]);
}

/** `toJSON`, which not every browser has that has passkeys. @param {any} made @param {string[]} names */
function sent(made, names) {
  const response = Object.fromEntries(names.map((name) => [name, text(made.response[name])]));
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

/** One sentence below the button, or none. @param {HTMLFormElement} form @param {string} [what] */
function say(form, what) {
  for (const sentence of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-says]"))) sentence.hidden = sentence.dataset.says !== what;
}

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** What the server wants to have asked, or what went wrong. @param {string} challenge @param {URLSearchParams} body */
async function asks(challenge, body) {
  try {
    const answer = await fetch(challenge, { method: "POST", body, headers: { Accept: "application/json" }, signal: within() });
    return answer.ok ? { asked: await answer.json() } : { wrong: REFUSED[answer.status] ?? "failed" };
  } catch {
    return { wrong: "failed" };
  }
}

/** Asks the server what to ask, the browser for an answer, and sends that. @param {HTMLFormElement} form */
async function ask(form) {
  const { passkey, challenge = "" } = form.dataset;
  say(form);
  try {
    const body = new URLSearchParams({ csrf_token: field(form, "csrf_token").value, for: passkey === "create" ? "add" : "" });
    const { asked, wrong } = await asks(challenge, body);
    if (wrong) return say(form, wrong);
    field(form, "credential").value = await (passkey === "create" ? create(asked) : get(asked));
    form.submit();
  } catch (error) {
    say(form, WRONG[/** @type {Error} */ (error).name] ?? "failed");
  }
}

const known = "PublicKeyCredential" in window;
for (const lacking of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-passkey-lacking]"))) lacking.hidden = known;
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  let asking = false;
  form.hidden = !known;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return; // a second press, while the browser asks
    asking = true;
    await ask(form);
    asking = false;
  });
}
