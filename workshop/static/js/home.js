// @ts-check
/** Makes it easy to type a code, and leads back to a room that this phone has been in. */
import { within } from "./patience.js";
import { ours, samen } from "./root.js";
import { forgetRoom } from "./shelf.js";
import { linkIn, plainDigits } from "./typed.js";
import { t } from "./words.js";

const field = /** @type {HTMLInputElement} */ (document.getElementById("code"));
const button = /** @type {HTMLButtonElement} */ (document.querySelector("main [type=submit]"));

/** 12345678 as 1234 5678. @param {string} digits */
const shown = (digits) => digits.replace(/^(\d{4})(?=\d)/, "$1 ");

field.addEventListener("input", (event) => {
  const link = linkIn(field.value);
  if (link) return location.assign(ours(link)); // with its secret, which the server need not see
  const typed = plainDigits(field.value);
  if (!/^[\d\s\p{Pd}]*$/u.test(typed)) return; // no code yet: it is left as it is
  const digits = typed.replace(/\D/g, "");
  field.value = shown(digits);
  // Complete: no button needed. Deleting is not typing.
  if (digits.length === 8 && !(/** @type {InputEvent} */ (event).inputType?.startsWith("delete"))) button.click();
});

/** @param {string} tag @param {string} looks @param {(string | Node)[]} inside */
function part(tag, looks, ...inside) {
  const made = document.createElement(tag);
  made.className = looks;
  made.append(...inside);
  return made;
}

/** Who this phone is in a room, and the way back. @param {string} code @param {Record<string, any>} known */
function card(code, { me, group, room }) {
  const link = /** @type {HTMLAnchorElement} */ (part("a", "button primary block", me ? t("go_on") : t("again", { code: shown(code) })));
  link.href = ours(`/r/${code}`);
  if (!me) return link;
  const who = part("strong", "", t("you_are", { name: me.called ?? me.name }), ...(group ? [`, ${t("table", { n: group.number })}`] : []));
  who.dir = "auto";
  return part("section", "card stack tight", part("p", "soft", `${room?.title} · ${shown(code)}`), part("p", "lead", who), link);
}

/** A room that is past its date by this device's clock, which may be wrong: the server is asked before anything goes. @param {string} code @param {number} [date] ms */
async function leadsNowhere(code, date) {
  if (!date || date > Date.now()) return false;
  return fetch(ours(`/api/rooms/${code}`), { signal: within() }).then(
    ({ status }) => status === 404,
    () => false,
  );
}

try {
  const codes = Object.keys(localStorage).flatMap((key) => (key.startsWith(`${samen}.`) && key.slice(samen.length).match(/^\.(\d{8})$/)?.[1]) || []);
  for (const code of codes) {
    const known = JSON.parse(localStorage.getItem(`${samen}.${code}.copy`) ?? "{}").state ?? {};
    if (await leadsNowhere(code, known.room?.erase_at)) await forgetRoom(code, localStorage);
    else document.getElementById("again")?.append(card(code, known));
  }
} catch {
  // This browser keeps nothing: then there is nothing to lead back to.
}
