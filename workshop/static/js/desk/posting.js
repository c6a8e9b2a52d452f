// @ts-check
/** The forms of this page that are sent while it stays. */
import { within } from "../patience.js";
import { t } from "../words.js";

/**
 * What the server answered to a form; null where it refused or did not answer, which is told.
 * @param {import("./press.js").Desk} desk @param {HTMLFormElement} form @returns {Promise<any>}
 */
export async function posted({ said }, form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: within() });
    const told = await answer.json();
    if (answer.ok) return told;
    said.say(t(told.code), "danger");
  } catch (error) {
    said.say(t(isLate(error) ? "timeout" : "offline"), "danger");
  }
  return null;
}

/** Was it that nobody answered? Then nobody knows whether it was done. @param {unknown} error of a request */
const isLate = (error) => error instanceof DOMException && error.name === "AbortError";
