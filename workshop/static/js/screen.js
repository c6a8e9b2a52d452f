// @ts-check
/** The projector: shows the scene of the step the room is in. It only ever listens. */
import { render } from "./draw.js";
import { follow } from "./address.js";
import { isToldBack } from "./glance.js";
import { clockIn } from "./hours.js";
import { connect } from "./line.js";
import { plan } from "./plan.js";
import { Bell } from "./screen/bell.js";
import { SceneClock } from "./screen/clock.js";
import { gathered } from "./screen/closing.js";
import { controls } from "./screen/controls.js";
import { fit, fitPage, isWhole } from "./screen/fit.js";
import { Keep } from "./screen/keep.js";
import { lobby } from "./screen/lobby.js";
import { Notices } from "./screen/notice.js";
import { Roster } from "./screen/roster.js";
import { tables } from "./screen/tables.js";
import { Wall } from "./screen/wall.js";
import { stands } from "./state.js";
import { speaking } from "./turns.js";
import { t } from "./words.js";

/** @typedef {import("./state.js").State} State */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const scenes = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".scene")]);
const code = part("scenes").dataset.code ?? "";
const keep = new Keep(code);
const roster = new Roster(part("played"), part("next"), () => change(line.state, "turned"));
const bell = new Bell(controls());
const line = connect({ code, auth: { as: "screen", code }, onChange: change, onRefused: end });
const time = () => line.now();
const notices = new Notices(part("told"), time, () => change(line.state, "notice"));
const wall = new Wall(part("wall"), time);
const examples = new Wall(part("examples"), time);
const clock = new SceneClock(time, (seen, flows) => {
  if (now?.kind === "feedback" && speaks()) change(line.state, "turn");
  bell.tick(seen.ms, !flows);
  if (flows && seen.level !== level) change(line.state, "level");
  level = seen.level;
});

/** What only the room knows, by kind of step. @type {Record<string, (state: State, step: import("./state.js").Step) => void>} */
const FILL = {
  welcome: (state) => {
    render(plan(state.programme), part("plan"));
    lobby(part("lobby"), part("plan"), state);
  },
  check_in: (state, step) => afterwards(state, step),
  talk: (_, step) => slide(step.slide ?? 0),
  break: (_, step) => until(step.clock.ends_at),
  groups: (state) => tables(part("tables"), part("seated"), state),
  brief: (state) => roster.draw(state, before?.round ?? null),
  plenary: (state) => wall.draw(state, anew),
  closing: (state) => gathered(part("gathered"), state),
};

/** @type {import("./state.js").Step | null} */
let now = null; // the step that is shown
/** @type {import("./state.js").Step | null} */
let before = null; // the one that was shown before it
/** @type {HTMLElement | null} */
let shown = null; // the scene whose size is set
let level = "";
let anew = false; // the window has another size

/** @param {State} state @param {string} event */
function change(state, event) {
  if (line.ended) return;
  part("line").hidden = !line.missing;
  const { step } = state;
  if (!state.ready || !step) return;
  if (event === "snapshot") line.fetchWall();
  anew = event === "resize" || event === "fonts" || event === "top";
  const told = part("told").dataset.size;
  notices.draw(state.notices.filter(stands(state)));
  const scene = scenes.find((one) => one.dataset.kind === step.kind) ?? scenes[0];
  if (step !== now) enter(state, step, scene);
  const draw = () => {
    FILL[step.kind]?.(state, step);
    for (const box of scene.querySelectorAll(".fitted")) fit(/** @type {HTMLElement} */ (box));
  };
  if (scene !== shown || anew || told !== part("told").dataset.size) fitPage(scene, draw);
  else {
    draw();
    if (!isWhole(scene)) fitPage(scene, draw);
  }
  shown = scene;
  follow(state.address);
  part("rehearsal").hidden = !state.people.some((person) => person.simulated);
  if (line.connected) keep.put(state, line.now());
}

/** @param {State} state @param {import("./state.js").Step} step @param {HTMLElement} scene */
function enter(state, step, scene) {
  const other = step.index !== now?.index || step.kind !== now?.kind;
  if (other) {
    before = now;
    bell.enter("rings" in scene.dataset, step.clock.length, step.cause === "clock");
  }
  const changed = other || told(step.clock) !== told(now?.clock);
  now = step;
  for (const one of scenes) one.hidden = one !== scene;
  part("corner").hidden = step.kind === "welcome";
  for (const sign of document.querySelectorAll("[data-locked]")) sign.toggleAttribute("hidden", !step.locked);
  title(state, step);
  if (changed) clock.follow(scene, step.clock);
}

/** What a clock says, whenever it is asked: many a step is told again while its clock just runs. @param {any} clock */
const told = (clock) => [clock?.state, clock?.length, clock?.ends_at ?? clock?.remaining].join();

/** @param {State} state @param {import("./state.js").Step} step */
function title({ programme }, { index, round }) {
  const rounds = Math.max(...programme.map((one) => one.round ?? 0));
  part("round").textContent = round ? t("round", { n: round, of: rounds }) : "";
  part("title").textContent = programme[index]?.title ?? "";
}

/** @param {number} at */
function slide(at) {
  const slides = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".slide")]);
  for (const [i, one] of slides.entries()) one.hidden = i !== at;
  for (const [i, dot] of [...document.querySelectorAll(".dots > *")].entries()) dot.toggleAttribute("data-now", i === at);
}

/** The tables' examples, once the leader opened that moment, or put one of them in the light. @param {State} state @param {import("./state.js").Step} step */
function afterwards(state, { extras = [], wall: wish }) {
  const lit = state.wall.posts.some(({ id, column }) => column === "example" && id === wish?.spotlight);
  const shown = extras.includes("examples") && (wish?.column === "example" || lit);
  part("examples").hidden = !shown;
  const back = isToldBack(state.programme, state.step?.index ?? 0);
  part("check-in").hidden = shown || back;
  part("told-back").hidden = shown || !back;
  if (shown) examples.draw(state, anew);
}

/** Who speaks lights up, with what else to say. @returns {boolean} whether it is somebody else's turn now */
function speaks() {
  const turns = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".order > [data-seconds]")]);
  const role = speaking(
    turns.map(({ dataset }) => ({ role: dataset.role ?? "", seconds: Number(dataset.seconds) })),
    now?.clock,
    line.now(),
  );
  const before = turns.find((one) => "now" in one.dataset)?.dataset.role ?? null;
  for (const one of turns) {
    one.toggleAttribute("data-now", one.dataset.role === role);
    if (one.dataset.role === role) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  return role !== before;
}

/** When the break ends, on the clock on the wall. @param {number | null} at ms on the server's clock */
function until(at) {
  const time = clockIn(line.state.room?.zone, "numeric");
  part("until").textContent = at ? `${t("go_on_at", { time: time.format(at) })}.` : "";
}

/** This link is not the screen of a room any more, and of the room nothing stays on it. By a login that is over it may still be one, by a link. */
function end() {
  keep.clear();
  clock.stop?.();
  const why = line.state.removed;
  if (why === "signed_out") return location.reload();
  for (const words of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#ended [data-why]")))
    words.hidden = (words.dataset.why === "replaced") !== (why === "replaced");
  for (const scene of scenes) scene.hidden = scene.id !== "ended";
  for (const scene of scenes.filter((one) => one.hidden)) scene.replaceChildren();
  for (const words of part("told").querySelectorAll(".words")) words.textContent = "";
  for (const id of ["top", "told", "rehearsal"]) part(id).hidden = true;
}

setTimeout(() => (part("line").hidden = line.connected), 3000); // where no line comes at all, that is told, too
setTimeout(remember, 1500);

/** No snapshot yet: what this tab knew goes on by its own clock until the room is heard again. */
function remember() {
  const kept = line.state.ready ? null : keep.take();
  if (!kept) return;
  line.time.hint(kept.now);
  line.state = { ...kept.state, wall: { ...kept.state.wall, seq: null } };
  change(line.state, "kept");
}

let resized = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => change(line.state, "resize"));
});
document.fonts.ready.then(() => change(line.state, "fonts"));
const signs = new ResizeObserver(() => change(line.state, "top")); // a sign came, or went
for (const box of part("top").children) signs.observe(box);
document.getElementById("scriptless")?.remove(); // last: all of the above has run
