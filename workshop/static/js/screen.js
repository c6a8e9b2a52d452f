// @ts-check
/** The projector: shows the scene of the step the room is in. It only ever listens. */
import { connect } from "./line.js";
import { Bell } from "./screen/bell.js";
import { SceneClock } from "./screen/clock.js";
import { gathered } from "./screen/closing.js";
import { controls } from "./screen/controls.js";
import { fit } from "./screen/fit.js";
import { lobby } from "./screen/lobby.js";
import { Roster } from "./screen/roster.js";
import { tables } from "./screen/tables.js";
import { drawWall } from "./screen/wall.js";
import { t } from "./words.js";

/** @typedef {import("./state.js").State} State */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const scenes = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".scene")]);
const roster = new Roster(part("played"));
const bell = new Bell(controls());
const line = connect({ auth: { as: "screen", code: part("scenes").dataset.code }, onChange: change, onRefused: end });
const clock = new SceneClock(
  () => line.now(),
  (seen, flows) => bell.tick(seen.ms, flows),
);

/** What only the room knows, by kind of step. @type {Record<string, (state: State, step: Record<string, any>) => void>} */
const FILL = {
  welcome: (state) => lobby(part("lobby"), state),
  talk: (_, step) => slide(step.slide),
  break: (_, step) => until(step.clock.ends_at),
  groups: (state) => tables(part("tables"), state),
  brief: (state) => roster.draw(state, before?.round ?? null),
  plenary: (state) => drawWall(part("wall"), state),
  closing: (state) => gathered(part("gathered"), state),
};

/** @type {Record<string, any> | null} */
let now = null; // the step that is shown
/** @type {Record<string, any> | null} */
let before = null; // the one that was shown before it

/** @param {State} state @param {string} event */
function change(state, event) {
  part("line").hidden = line.connected;
  const { step } = state;
  if (!state.ready || !step) return;
  if (event === "snapshot") line.fetchWall();
  if (step !== now) enter(state, step);
  FILL[step.kind]?.(state, step);
  for (const box of document.querySelectorAll(".scene:not([hidden]) .fitted")) fit(/** @type {HTMLElement} */ (box));
  part("rehearsal").hidden = !state.people.some((person) => person.simulated);
}

/** @param {State} state @param {Record<string, any>} step */
function enter(state, step) {
  const scene = scenes.find((one) => one.dataset.kind === step.kind) ?? scenes[0];
  if (step.index !== now?.index) {
    before = now;
    bell.enter("rings" in scene.dataset, step.clock.length, step.cause === "clock");
  }
  now = step;
  for (const one of scenes) one.hidden = one !== scene;
  part("corner").hidden = step.kind === "welcome";
  title(state, step);
  clock.follow(scene, step.clock);
}

/** @param {State} state @param {Record<string, any>} step */
function title({ programme }, { index, round }) {
  const rounds = Math.max(...programme.map((one) => one.round ?? 0));
  part("round").textContent = round ? t("round", { n: round, of: rounds }) : "";
  part("title").textContent = programme[index]?.title ?? "";
}

/** @param {number} at */
function slide(at) {
  const slides = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".slide")]);
  slides.forEach((one, i) => (one.hidden = i !== at));
  document.querySelectorAll(".dots > *").forEach((dot, i) => dot.toggleAttribute("data-now", i === at));
}

/** When the break ends, on the clock on the wall. @param {number | null} at ms on the server's clock */
function until(at) {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  part("until").textContent = at ? `${t("go_on_at", { time: time.format(at) })}.` : "";
}

/** This link is not the screen of a room any more. */
function end() {
  for (const scene of scenes) scene.hidden = scene.id !== "ended";
  part("top").hidden = true;
}

setTimeout(() => (part("line").hidden = line.connected), 3000); // where no line comes at all, that is told, too

let resized = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => change(line.state, "resize"));
});
document.fonts.ready.then(() => change(line.state, "fonts"));
