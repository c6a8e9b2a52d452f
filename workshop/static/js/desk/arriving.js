// @ts-check
/** How phones find this server: the leader says which network they are in, and the first phone that comes in ends the warning. */
import { follow } from "../address.js";
import { t } from "../words.js";
import { posted } from "./posting.js";

/** @typedef {import("./press.js").Desk} Desk */

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("arriving-choose"));

/** @param {Desk} desk */
export function listen(desk) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = await posted(desk, form);
    if (told) desk.said.say(t("phones_come_to", { address: told.base.split("://")[1] }), "good");
  });
}

/** Called at every change in the room. @param {Desk} desk */
export function draw({ state }) {
  if (!state.address) return;
  for (const hint of document.querySelectorAll("[data-until-reached]")) hint.toggleAttribute("hidden", state.address.reached);
  follow(state.address);
}
