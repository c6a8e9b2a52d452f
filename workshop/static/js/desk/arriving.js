// @ts-check
/** How phones find this server: the leader says which network they are in, and the first phone that comes in ends the warning. */
import { follow } from "../address.js";
import { isLate, within } from "../patience.js";
import { t } from "../words.js";

/** @typedef {import("./press.js").Desk} Desk */

const form = document.getElementById("arriving-choose");

/** @param {Desk} desk */
export function listen(desk) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(/** @type {HTMLFormElement} */ (form));
    try {
      const answer = await fetch(/** @type {HTMLFormElement} */ (form).action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        signal: within(),
      });
      const told = await answer.json();
      if (answer.ok) desk.said.say(t("phones_come_to", { address: told.base.split("://")[1] }), "good");
      else desk.said.say(t(told.code), "danger");
    } catch (error) {
      desk.said.say(t(isLate(error) ? "timeout" : "offline"), "danger");
    }
  });
}

/** Called at every change in the room. @param {Desk} desk */
export function draw({ state }) {
  if (!state.address) return;
  for (const hint of document.querySelectorAll("[data-until-reached]")) hint.toggleAttribute("hidden", state.address.reached);
  follow(state.address);
}
