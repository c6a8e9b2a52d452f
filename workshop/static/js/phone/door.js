// @ts-check
/** Coming in, being let go, and what one takes home or leaves no trace of. */
import { over } from "../most.js";
import { uuid } from "../outbox.js";
import { patiently, within } from "../patience.js";
import { ours, samen } from "../root.js";
import { save } from "../save.js";
import { t } from "../words.js";
import { firstSteps, titleOf } from "./fields.js";
import { all, byId, open, tell } from "./stage.js";

/** @typedef {import("../phone.js").Page} Page */

const VIEWS = ["arriving", "door", "ended", "stage"];

/** One of the page's four faces. @param {"arriving" | "door" | "ended" | "stage"} face */
export function face(face) {
  const comes = byId(face).hidden && byId("arriving").hidden; // whoever pressed was in what goes; as the page loads nobody was
  for (const id of VIEWS) byId(id).hidden = id !== face;
  byId("strip").hidden = byId("thumbs").hidden = face !== "stage";
  if (comes) byId("main").focus();
}

/** The plain page for who is out: taken out by the `leader`, `not_me` by another phone of one's own, `unknown`, `erased`, room `closed` for ever, or `left`. @param {string} why */
export function ended(why) {
  for (const part of all("#ended [data-why]")) part.hidden = part.dataset.why !== why;
  face("ended");
}

/** What is in the address bar is for everyone to see. */
const bare = () => history.replaceState(history.state, "", location.pathname + location.search);

/** The secret of the QR code, or a pass from another phone, once: they leave the address bar. */
export function takeSecrets() {
  const given = new URLSearchParams(location.hash.slice(1));
  const [key, pass] = [given.get("k"), given.get("p")];
  if (key || pass) bare();
  return { key, pass };
}

/**
 * Asks for a name and comes in; or for a pass, and is who one was already. A pass that came with the address is asked
 * about first: it may be that of somebody else, who would read along.
 * @param {string} code
 * @param {import("../shelf.js").Place} place
 * @param {{ key: string | null, pass: string | null }} secrets
 * @param {(token: string) => void} enter
 */
export function openDoor(code, place, { key, pass }, enter) {
  face("door");
  byId("forgetful").hidden = "length" in place; // what takes the place of a store that may not be used has none
  const kept = `${samen}.${code}.attempt`; // also after a reload a second try is the same coming in
  const attempt = place.getItem(kept) ?? uuid();
  const asked = (/** @type {FormData} */ form) => {
    const [name, team] = ["name", "team"].map((field) => String(form.get(field) ?? "").trim());
    return name ? { name, ...(team && { team }), ...(key && { key }) } : null;
  };
  opens("join", asked);
  opens("known", (form) => (form.get("pass") ? { pass: form.get("pass") } : null));
  if (pass) ask(pass);

  /** @param {string} id @param {(form: FormData) => Record<string, any> | null} wanted */
  function opens(id, wanted) {
    const form = /** @type {HTMLFormElement | null} */ (byId(id));
    form?.addEventListener("input", () => complain(`${id}-error`));
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
      const [n, field] = tooLong(form);
      if (field) {
        complain(`${id}-error`, "long", { n });
        return field.focus();
      }
      const body = wanted(new FormData(form));
      if (body) place.setItem(kept, attempt);
      button.disabled = true;
      const waiting = (/** @type {number} */ n) => complain(`${id}-error`, "waiting", { n });
      const { token, error } = body ? await join(code, { ...body, attempt }, waiting) : { error: id === "join" ? "name" : "pass" };
      button.disabled = false;
      complain(`${id}-error`, error);
      form.querySelector("input")?.setAttribute("aria-invalid", String(["name", "pass"].includes(error ?? "")));
      if (token) place.removeItem(kept);
      if (token) enter(token);
      else form.querySelector("input")?.focus();
    });
  }

  /** @param {string} pass */
  function ask(pass) {
    const form = /** @type {HTMLFormElement} */ (byId("known"));
    location.replace(`#p=${pass}`); // until it is answered: also after a reload
    byId("passed").hidden = false; // and with it the ways in are not shown
    for (const button of all("#passed [data-answer]")) {
      button.addEventListener("click", () => {
        byId("passed").hidden = true;
        bare();
        if (button.dataset.answer === "no") return all("#door input")[0].focus();
        /** @type {HTMLInputElement} */ (form.elements.namedItem("pass")).value = pass;
        /** @type {HTMLDetailsElement} */ (form.parentElement).open = true;
        all("[type=submit]", form)[0].click();
      });
    }
  }
}

/** By how much, and which field; the first of them. @param {HTMLFormElement} form @returns {[number, HTMLInputElement?]} */
function tooLong(form) {
  for (const field of /** @type {HTMLInputElement[]} */ (all("[data-most]", form))) {
    const n = over(field.value, Number(field.dataset.most));
    if (n) return [n, field];
  }
  return [0];
}

/**
 * @param {string} code @param {Record<string, any>} body @param {(seconds: number) => void} waiting
 * @returns {Promise<{ token?: string, error?: string }>}
 */
async function join(code, body, waiting) {
  const ask = () => api(`/api/rooms/${code}/people`, { method: "POST", body: JSON.stringify(body) });
  const { answer, status } = await patiently(ask, waiting);
  if (status === 201) return { token: answer.token };
  if (body.pass && status === 401) return { error: "pass" };
  if (status === 403 && answer.code === "closed") return { error: answer.type === "urn:workshop:full" ? "full" : "locked" }; // the room goes on, and lets nobody new in
  return { error: answer.code === "too_fast" ? "throttled" : answer.code };
}

/**
 * Never rejects, and never hangs: `offline` where there was no answer.
 * @param {string} address as `ours` takes it @param {RequestInit} [init] @param {string} [token]
 * @returns {Promise<import("../patience.js").Answer>}
 */
async function api(address, init, token) {
  try {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const response = await fetch(ours(address), { ...init, headers, signal: within() });
    const wait = Number(response.headers.get("Retry-After"));
    return { status: response.status, answer: response.status === 204 ? {} : await response.json(), wait };
  } catch {
    return { status: 0, answer: { code: "offline" } };
  }
}

/**
 * Why a token is not known any more: the `leader` took its person out, the room is `closed` for ever, or the person was
 * erased elsewhere (`unknown`). Empty where nobody could say.
 * @param {string} code @param {string} token
 */
export async function whyOut(code, token) {
  const found = await api(`/api/${me()}`, {}, token);
  if (found.status === 200) return "leader"; // what they wrote is still there
  if (found.answer.code !== "unauthorized") return "";
  const { status } = await api(`/api/rooms/${code}`);
  return status === 404 ? "closed" : "unknown";
}

/** @param {string} id @param {string} [error] @param {Record<string, number>} [params] */
function complain(id, error, params) {
  byId(id).hidden = !error;
  byId(id).textContent = error ? t(`error.${error}`, params) : "";
}

/**
 * The buttons at the end of the afternoon, and of the plain pages.
 * @param {Page} page
 * @param {{ token: () => string, forget: () => Promise<void>, erased: () => void, read: () => void }} own
 */
export function startLeaving(page, { token, forget, erased, read }) {
  const ask = async (/** @type {string} */ event) => (await page.ask(event)) && page.line.sync();
  for (const button of all("[data-leave]")) button.addEventListener("click", () => ask("leave"));
  for (const button of all("[data-return]")) button.addEventListener("click", () => ask("return"));
  startPass(token);
  byId("read").addEventListener("click", read);
  byId("again").addEventListener("click", () => location.reload());
  for (const button of all("[data-anew]")) button.addEventListener("click", () => forget().then(() => location.reload()));
  byId("erase").addEventListener("click", () => open("erasing"));
  byId("erase-now").addEventListener("click", async () => {
    const error = await erase(token());
    complain("erase-error", error);
    if (!error) erased();
  });
  byId("take").addEventListener("click", () => save(`${page.line.state.room?.title}.txt`, new Blob([asText(page)], { type: "text/plain;charset=utf-8" })));
  byId("copy").hidden = !navigator.clipboard; // a plain-http page has none
  byId("copy").addEventListener("click", () =>
    navigator.clipboard.writeText(asText(page)).then(
      () => tell(t("copied")),
      () => byId("take").click(), // not allowed to: as a file, then
    ),
  );
  startReminder(page, token);
}

/** Where I am asked for; with the code, by which a proxy may send requests to one of several processes. */
const me = (more = "") => `me${more}?code=${byId("main").dataset.code}`;

/** @param {string} token @returns {Promise<string | undefined>} what went wrong */
async function erase(token) {
  const { status, answer } = await api(`/api/${me()}`, { method: "DELETE" }, token);
  if (status === 403) return "not_first"; // a phone that the leader let in
  return status === 204 || status === 401 ? undefined : (answer.code ?? "failed");
}

/** Eight digits with which another phone goes on as me. @param {() => string} token */
function startPass(token) {
  byId("pass-on").addEventListener("click", async () => {
    const { status, answer } = await api(`/api/${me("/passes")}`, { method: "POST" }, token());
    if (status !== 201) return tell(t(`error.${answer.code}`));
    byId("pass-told").hidden = false;
    byId("pass-digits").textContent = answer.pass.replace(/^.{4}/, "$& ");
  });
}

/** Everything of mine, as plain text. @param {Page} page */
function asText(page) {
  const { pack, writing, line, view } = page;
  const round = (/** @type {number | null} */ n) => (n ? `${t("round", { n, of: view.rounds })}. ` : "");
  const column = (/** @type {string} */ key) => [pack.example, ...pack.columns].find((one) => one.key === key)?.question ?? key;
  const own = writing.notes.filter((note) => note.text);
  const others = (line.state.group?.agreed ?? []).filter((/** @type {any} */ one) => one.by !== line.state.me?.id);
  return [
    line.state.room?.title,
    ...own.map((note) => `${titleOf(page, note)}\n${note.text}`),
    ...others.map((/** @type {any} */ one) => `${round(one.round)}${t("agreed")}\n${one.text}`),
    ...writing.posts.map((post) => `${t(post.status === "saved" ? "on_the_wall" : "waiting")}. ${column(post.column)}\n${post.text}`),
    ...writing.unsent.map(([field, text]) => `${t("unsent")}. ${field === "need" ? t("own_need") : column(field.split(".")[1])}\n${text}`),
  ].join("\n\n");
}

/** My first step in my own calendar, as the server puts it: in three days, unless another day is chosen. @param {Page} page @param {() => string} token */
function startReminder(page, token) {
  const form = /** @type {HTMLFormElement} */ (byId("reminder"));
  const day = /** @type {HTMLInputElement} */ (form.elements.namedItem("day"));
  day.value = inDays(3);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = JSON.stringify({ day: day.value, step: firstSteps(page)[0] });
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token()}` };
    const answer = await fetch(ours(`/api/${me(".ics")}`), { method: "POST", body, headers, signal: within() }).catch(() => null);
    if (answer?.ok) save("samen.ics", await answer.blob());
    else tell(t(answer ? "error.failed" : "error.offline"));
  });
}

/** yyyy-mm-dd, by the calendar of this phone: around midnight that of UTC is another. @param {number} days from now */
function inDays(days) {
  const at = new Date();
  at.setDate(at.getDate() + days);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
