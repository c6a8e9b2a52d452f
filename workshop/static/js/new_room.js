// @ts-check
/** The form for a new room: its time zone, and how long the afternoon will be, shown while it is being filled in. */
import { lasting } from "./desk/lengths.js";
import { later } from "./hours.js";
import { lasts } from "./lasts.js";
import { heed } from "./most.js";
import { secondsIn } from "./typed.js";
import { t } from "./words.js";

heed();

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[method=post]"));
const told = /** @type {HTMLElement} */ (document.getElementById("lasts"));
/** @type {Record<string, Record<string, import("./lasts.js").Part[]>>} by pack and programme */
const programmes = JSON.parse(document.getElementById("lengths")?.textContent ?? "{}");

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
if (own) {
  field("zone").value = own;
  /** @type {HTMLElement} */ (document.getElementById("whose-clock")).textContent = t("whose_clock", { zone: own });
  const { lang } = document.documentElement;
  const day = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "long" }).format();
  if ("offered" in field("title").dataset) field("title").value = t("titled", { day });
}

/** What it comes to as it stands; nothing where a length is none, or these words have no such programme. */
function tell() {
  const parts = programmes[field("pack").value]?.[field("programme").value];
  /** @type {Record<string, number>} */
  const lengths = {};
  let sound = true;
  for (const input of form.querySelectorAll("[data-length]")) {
    const { name, value } = /** @type {HTMLInputElement} */ (input);
    const seconds = value.trim() ? secondsIn(value) : undefined;
    sound &&= seconds !== null;
    if (seconds != null) lengths[name] = seconds;
  }
  const seconds = parts && sound ? lasts(parts, Number(field("rounds").value), lengths) : 0;
  const [from, length] = [field("start").value, lasting(seconds)];
  told.hidden = !seconds;
  told.textContent = from ? t("span", { from, to: later(from, seconds / 60), length }) : t("in_all", { length });
}
form.addEventListener("input", tell);
tell();
