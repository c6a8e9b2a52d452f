// @ts-check
/** The other phones in my name: asked about one by one, and listed with what was done. */
import { html, nothing } from "../draw.js";
import { knows, t } from "../words.js";
import { all, byId, fill, say, shake, tell } from "./stage.js";

/** @typedef {import("../phone.js").Page} Page */
/** @typedef {{ circle: string, at: number, by: string, earlier: boolean, yes: boolean | null }} Other */

/** @type {string | undefined} the question that was said aloud */
let asked;

/** "14:03", and on another day the day too. @param {number} at ms */
function moment(at) {
  const { lang } = document.documentElement;
  const day = new Date(at).toDateString() === new Date().toDateString() ? {} : { weekday: /** @type {"long"} */ ("long") };
  return new Date(at).toLocaleString(lang === "en" ? "en-GB" : lang, { ...day, hour: "2-digit", minute: "2-digit" });
}

/** @param {Other} other */
const how = ({ by, earlier }) => (earlier || by === "door" ? "earlier" : by);

/** A phone by whose pass this one came in: it shows all that this one does. @param {Other} other */
const letMeIn = ({ by, earlier }) => by === "own_pass" && earlier;

/** @param {Page} page */
export function startPhones(page) {
  for (const button of all("#asked [data-answer]")) {
    button.addEventListener("click", () => answer(page, first(page), button.dataset.answer === "yes"));
  }
}

/** The oldest one that was not spoken of. @param {Page} page @returns {Other | undefined} */
const first = ({ line }) => line.state.me?.phones?.find((/** @type {Other} */ other) => other.yes === null);

/** @param {Page} page @param {Other | undefined} other @param {boolean} yes */
async function answer({ line }, other, yes) {
  if (!other) return;
  const said = await line.send("that_is_me", { circle: other.circle, yes, at: other.at });
  if (!said.ok) return tell(t(`error.${said.code}`));
  if (said.ended && letMeIn(other)) return; // it was this phone that went: its page says so
  tell(t(yes ? "answered.yes" : said.ended ? "answered.gone" : "answered.no"));
  byId("main").focus(); // the buttons go
}

/** @param {Page} page */
export function drawPhones(page) {
  const { phones = [], trail = [] } = page.line.state.me ?? {};
  if (!knows("asked_hint")) {
    if (phones.length && !page.alone) page.bring(); // its words come with what one need not have to come in
    return;
  }
  const other = first(page);
  byId("asked").hidden = !other;
  if (other) ask(other);
  byId("phones").hidden = !phones.length && !trail.length;
  fill(
    "phones",
    phones.filter((/** @type {Other} */ one) => one.yes !== null).map((/** @type {Other} */ one) => row(page, one)),
  );
  const line = (/** @type {{ did: string, at: number }} */ { did, at }) => html`<li>${moment(at)} · ${t(`did.${did}`)}</li>`;
  fill("trail", [...trail].reverse().map(line));
}

/** @param {Other} other */
function ask(other) {
  const text = t(`asked.${how(other)}`, { time: moment(other.at) });
  byId("asked-text").textContent = text;
  byId("asked-hint").textContent = t(letMeIn(other) ? "asked_hint.let_me_in" : other.by === "own_pass" ? "asked_hint.own_pass" : "asked_hint");
  const question = `${other.circle} ${other.at}`;
  if (asked === question) return;
  asked = question;
  shake();
  say(text);
}

/** What was said can be said otherwise later. @param {Page} page @param {Other} other */
function row(page, other) {
  const change = page.alone
    ? nothing
    : html`<button class="button quiet" type="button" @click=${() => answer(page, other, !other.yes)}>${t(other.yes ? "answer.no" : "answer.yes")}</button>`;
  return html`<li><p>${t(`phone.${how(other)}`, { time: moment(other.at) })} ${t(other.yes ? "said.yes" : "said.no")}</p>${change}</li>`;
}
