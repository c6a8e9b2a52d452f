// @ts-check
/** One step of the programme: go to it, its length and title, whether the room goes on by the clock, its place; and a new step. */
import { html, nothing, render } from "../draw.js";
import { over } from "../most.js";
import { asTyped, secondsIn } from "../typed.js";
import { t } from "../words.js";
import { dialog, open } from "./dialogs.js";
import { facts } from "./facts.js";
import { lengthOf, timeOf } from "./lengths.js";
import { indexOf, markOf } from "./marks.js";
import { isLoose, isSpare, KINDS, openings, place } from "./order.js";
import { beginnings } from "./pace.js";
import { startOf } from "./plan.js";
import { acting, restart, thrown } from "./press.js";
import { unformed } from "./seats.js";
import { isOpen, rounds } from "./steps.js";
import { keep, leftBehind, notSaved, save, sent, typedIn, unsent } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").ProgrammeStep} Step */

const LONGEST = 240; // minutes that can be typed
const NOTE = 1000; // characters of an own note
const FIELDS = ["step_minutes", "step_title"];
let shown = 0; // by its mark

/** @param {Desk} desk @param {number} index @param {string} [field] in which to begin */
export function openStep(desk, index, field) {
  shown = markOf(index);
  for (const field of FIELDS) keep(field, null); // nothing typed about another step stays in a field
  render(nothing, dialog("step"));
  drawStep(desk);
  open("step");
  if (field) document.getElementById(field)?.focus();
}

/** Called at every change: the dialog shows what is so now. @param {Desk} desk */
export function drawStep(desk) {
  const step = desk.state.programme[indexOf(shown)];
  const seen = step ? about(desk, step) : leftBehind(desk, [...FIELDS, ownNote(shown)], "step-title");
  if (seen) render(seen, dialog("step"));
  else dialog("step").close();
}

/** @param {Desk} desk @param {Step} step */
function about(desk, step) {
  const { state } = desk;
  const at = state.step?.index ?? 0;
  const changeable = step.index >= at && isOpen(state);
  return html`
    <div class="stack">
      <div class="row spread nowrap">
        <div>
          <p class="above">${where(desk, step)}</p>
          <h2 id="step-title" dir="auto">${step.title}</h2>
        </div>
        <button class="button quiet" type="button" data-closes>${t("done")}</button>
      </div>
      ${isOpen(state) ? going(desk, step, at) : nothing} ${changeable ? changing(desk, step) : FIELDS.map((field) => unsent(desk, field))}
      ${noting(desk, step)} ${step.index > at && isOpen(state) ? placing(desk, step, at) : nothing}
    </div>
  `;
}

/** "Round 2 of 3 · begins about 14:35 · planned: 5 minutes". @param {Desk} desk @param {Step} step */
function where(desk, step) {
  const { state, now } = desk;
  const begins = state.step && beginnings(state.programme, state.step, now(), startOf(desk)).get(step.index);
  const planned = step.index < state.programme.length - 1 && step.planned !== undefined && step.planned !== step.seconds;
  return [
    step.round && t("round_of", { n: step.round, of: rounds(state) }),
    begins && t("begins_about", { time: timeOf(begins) }),
    planned && (step.planned ? t("was_planned", { length: lengthOf(step.planned) }) : t("was_not_planned")),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Jump, skip, go back, or once more. @param {Desk} desk @param {Step} step @param {number} at */
function going(desk, step, at) {
  const skipped = step.index - at - 1;
  const ahead = [skipped > 0 && t("go_ahead", { n: skipped }), unformed(desk.state, step) && t("go_undrawn")].filter(Boolean).join(" ");
  const text = step.index > at ? ahead : t("go_back");
  if (step.index === at) {
    return step.seconds ? acting(desk, t("once_more"), () => again(desk), { key: "restart", looks: "start" }) : nothing;
  }
  return html`
    <div class="stack tight">
      ${acting(desk, t("go_yes", { title: step.title }), () => give(desk, "go", { index: step.index }), { key: "go", looks: "start" })}
      ${text ? html`<p class="soft small">${text}</p>` : nothing}
    </div>
  `;
}

/** @param {Desk} desk @param {string} what @param {Record<string, any>} [more] */
async function give(desk, what, more = {}) {
  dialog("step").close();
  await desk.orders.give(what, more, "go");
}

/** @param {Desk} desk */
function again(desk) {
  dialog("step").close();
  restart(desk);
}

/** All that can be said of a step is saved by one button. @param {Desk} desk @param {Step} step */
const changing = (desk, step) => html`
  <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => change(desk, step, event)}>
    <div class="row fields">
      <div class="field">
        <label for="step-minutes">${t("minutes_label")}</label>
        <input id="step-minutes" name="minutes" .value=${typedIn("step_minutes") ?? asTyped(step.seconds)} autocomplete="off" required
          @input=${(/** @type {Event} */ event) => typing(desk, event, "step_minutes", asTyped(step.seconds))}>
      </div>
      <div class="field grow">
        <label for="step-name">${t("title_label")}</label>
        <input id="step-name" name="title" .value=${typedIn("step_title") ?? step.title} data-most="40" required autocomplete="off" dir="auto"
          @input=${(/** @type {Event} */ event) => typing(desk, event, "step_title", step.title)}>
      </div>
    </div>
    <label class="choice">
      <input type="checkbox" name="auto_advance" .checked=${Boolean(step.auto_advance)}>
      <span>${t("auto_advance")}<small>${t("auto_advance_hint")}</small></span>
    </label>
    <button class="button primary start" type="submit" aria-disabled=${desk.orders.ready("set_step") ? nothing : "true"}>${t("save_step")}</button>
  </form>
`;

/** @param {Desk} desk @param {Event} event @param {string} field @param {string} known */
function typing(desk, event, field, known) {
  const { value } = /** @type {HTMLInputElement} */ (event.target);
  keep(field, value === known && desk.orders.ready("set_step") ? null : value);
  if (field === "step_minutes") sound(event);
}

/** @param {Desk} desk @param {Step} step @param {SubmitEvent} event */
async function change(desk, step, event) {
  event.preventDefault();
  const { minutes, title, auto_advance } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  const goesOn = auto_advance !== undefined;
  const more = {
    ...(String(title) === step.title ? {} : { title }),
    ...(goesOn === Boolean(step.auto_advance) ? {} : { auto_advance: goesOn }),
    ...lengthIn(String(minutes), step.seconds),
  };
  if (!desk.orders.may("set_step") || !Object.keys(more).length) return;
  const ack = await desk.orders.give("set_step", { index: step.index, ...more });
  if (!ack.ok) return;
  sent("step_minutes", minutes);
  sent("step_title", title);
  desk.said.say(t("step_changed"), "good");
}

/** The field of the note about a step. @param {number} mark */
const ownNote = (mark) => `own_note ${mark}`;

/** What whoever leads wants to remember about it; it is kept as it is written. @param {Desk} desk @param {Step} step */
function noting(desk, step) {
  const known = desk.state.own_notes[step.index] ?? "";
  const field = ownNote(markOf(step.index));
  if (!isOpen(desk.state)) return [known ? html`<p class="own">${known}</p>` : nothing, unsent(desk, field)];
  const typed = (/** @type {any} */ event) => {
    keep(field, event.target.value);
    desk.draw(); // the field is another step's next
  };
  return html`
    <div class="field">
      <label for="own-note">${t("own_note")}</label>
      <p class="hint" id="own-note-hint">${t("own_note_hint")}</p>
      <textarea id="own-note" rows="3" data-most=${NOTE} dir="auto" aria-describedby="own-note-hint" .value=${typedIn(field) ?? known} @input=${typed}
        @change=${(/** @type {any} */ event) => note(desk, step, event.target.value)}></textarea>
      ${notSaved(field)}
    </div>
  `;
}

/** It is no change of the room, so nobody can have been before it. @param {Desk} desk @param {Step} step @param {string} text */
async function note(desk, step, text) {
  const mark = markOf(step.index);
  const field = ownNote(mark);
  if (over(text, NOTE)) return; // it stays, and says by how much
  const say = async (/** @type {string} */ text) => {
    const index = indexOf(mark);
    if (index >= 0) return desk.orders.give("own_note", { index, text, expect: undefined }, field);
    desk.said.say(`${t("not_found_insert_step")} ${t("unsent")}: ${text}`, "warning"); // no field shows it any more
    return { ok: false, code: "not_found" };
  };
  await save(field, text, say, { stays: true });
}

/** @param {string} minutes as typed @param {number} [known] @returns {{ seconds?: number }} empty where nothing changed */
function lengthIn(minutes, known) {
  const seconds = secondsIn(minutes);
  return seconds !== null && seconds !== known ? { seconds } : {};
}

/** What is no length keeps its form from being sent, and says how to write one. @param {Event} event */
function sound({ target }) {
  const field = /** @type {HTMLInputElement} */ (target);
  const seconds = secondsIn(field.value);
  field.setCustomValidity(!field.value.trim() || (seconds !== null && seconds <= LONGEST * 60) ? "" : t("no_length"));
}

/** @param {Desk} desk @param {Step} step @param {number} at */
function placing(desk, step, at) {
  const { programme } = desk.state;
  const [earlier, later] = [place(programme, step, -1, at), place(programme, step, 1, at)];
  const loose = isLoose(step, at);
  const opening = openings(programme, at).some(({ index }) => index === step.index);
  return html`
    <div class="row tight">
      ${loose && earlier !== null ? acting(desk, t("earlier"), () => put(desk, step, earlier), { key: "move_step" }) : nothing}
      ${loose && later !== null ? acting(desk, t("later"), () => put(desk, step, later), { key: "move_step" }) : nothing}
      ${opening ? acting(desk, t("insert_before"), () => openInsert(desk, step.index), { key: "insert_step" }) : nothing}
      ${isSpare(step, at) ? acting(desk, t("drop_step"), () => drop(desk, step), { key: "drop_step", looks: "danger" }) : nothing}
    </div>
  `;
}

/** Another length, from wherever it is asked. @param {Desk} desk @param {Step} step @param {number} seconds @param {string} [key] of the button */
export const setLength = (desk, step, seconds, key = `length ${step.index}`) => desk.orders.give("set_step", { index: step.index, seconds }, key);

/** Moves a step; the dialog stays with it. @param {Desk} desk @param {Step} step @param {number} to */
export async function put(desk, step, to) {
  const ack = await desk.orders.give("move_step", { index: step.index, to });
  if (!ack.ok) return;
  thrown(desk, t("step_moved", { title: step.title }));
  desk.draw();
}

/** @param {Desk} desk @param {Step} step */
async function drop(desk, step) {
  const ack = await desk.orders.give("drop_step", { index: step.index });
  if (!ack.ok) return;
  dialog("step").close();
  thrown(desk, t("step_dropped", { title: step.title }));
}

/** A step in between. @param {Desk} desk @param {number} [before] index of the step it comes before */
export function openInsert(desk, before) {
  dialog("step").close();
  const { programme, step } = desk.state;
  const places = openings(programme, step?.index ?? 0);
  const called = (/** @type {Step} */ one) => (one.round ? t("round_of", { n: one.round, of: rounds(desk.state) }) : one.title);
  render(nothing, dialog("insert"));
  const form = html`
    <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => insert(desk, event)}>
      <h2 id="insert-title">${t("insert_step_title")}</h2>
      <div class="field">
        <label for="insert-kind">${t("kind_label")}</label>
        <select id="insert-kind" name="kind">${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === "break"}>${facts.titles[kind]}</option>`)}</select>
      </div>
      <div class="field">
        <label for="insert-before">${t("before_label")}</label>
        <select id="insert-before" name="before">
          ${places.map((one) => html`<option value=${markOf(one.index)} ?selected=${one.index === before}>${t("before_step", { title: called(one) })}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="insert-minutes">${t("minutes_label")}</label>
        <input id="insert-minutes" name="minutes" value="10" autocomplete="off" required @input=${sound}>
      </div>
      <div class="row">
        <button class="button primary" type="submit">${t("insert_yes")}</button>
        <button class="button" type="button" data-closes>${t("rather_not_add")}</button>
      </div>
    </form>
  `;
  render(form, dialog("insert"));
  open("insert");
}

/** @param {Desk} desk @param {SubmitEvent} event */
async function insert(desk, event) {
  event.preventDefault();
  const { kind, before, minutes } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  if (!desk.orders.may("insert_step")) return;
  const index = indexOf(Number(before));
  if (index < 0) return desk.said.say(t("not_found_insert_step"), "warning");
  const ack = await desk.orders.give("insert_step", { kind, index, seconds: lengthIn(String(minutes)).seconds ?? 0 });
  if (!ack.ok) return;
  dialog("insert").close();
  desk.said.say(t("step_inserted", { title: facts.titles[String(kind)] }), "good");
}
