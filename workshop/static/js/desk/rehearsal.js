// @ts-check
/** The rehearsal and its two buttons: simulated people come in, and go with everything they wrote. */
import { t } from "../words.js";
import { posted } from "./posting.js";
import { isOpen } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {{ running: boolean, people: number, speed: number }} Status */

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const part = /** @type {HTMLDetailsElement} */ (place("rehearsal"));
let running = part.dataset.running === "true";
let asking = false;
let played = false; // somebody simulated was there

/** @param {Desk} desk */
export function listen(desk) {
  for (const id of ["rehearsal-start", "rehearsal-stop"]) {
    place(id).addEventListener("submit", (event) => {
      event.preventDefault();
      if (!asking) pressed(desk, /** @type {HTMLFormElement} */ (event.target));
    });
  }
}

/** Called at every change in the room: who is simulated can be taken away, also when their rehearsal is over. @param {Desk} desk */
export function draw({ state }) {
  if (!state.ready) return;
  const anyone = state.people.some((person) => person.simulated);
  const playing = !anyone || state.people.some((person) => person.simulated && person.here);
  if (anyone && !played) part.open = true; // how they go is not looked for
  played = anyone;
  place("rehearsal-start").hidden = running || anyone || !isOpen(state);
  place("rehearsal-stop").hidden = !running && !anyone;
  place("rehearsal-runs").hidden = !(running && playing);
}

/** @param {Desk} desk @param {HTMLFormElement} form */
async function pressed(desk, form) {
  asking = true;
  const told = await posted(desk, form);
  if (told) show(told);
  if (told && form.id === "rehearsal-stop") await dismiss(desk);
  asking = false;
  desk.draw();
}

/** @param {Desk} desk */
async function dismiss(desk) {
  if (!desk.state.people.some((person) => person.simulated)) return;
  const ack = await desk.orders.give("dismiss");
  if (ack.ok) desk.said.say(t("dismissed"), "good");
}

/** @param {Status} status */
function show(status) {
  ({ running } = status);
  const words = status.speed > 1 ? "rehearsal_fast" : "rehearsal_runs";
  if (running) place("rehearsal-runs").textContent = t(words, { people: status.people, speed: status.speed });
}
