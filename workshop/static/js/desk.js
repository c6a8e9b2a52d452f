// @ts-check
/** The leader's desk: one connection to the room, and everything on the page drawn from what is heard on it. */
import { nothing, render } from "./draw.js";
import { everySecond, figures, milestone, paint, reading } from "./countdown.js";
import * as comings from "./desk/arrivals.js";
import * as arriving from "./desk/arriving.js";
import * as dialogs from "./desk/dialogs.js";
import * as drag from "./desk/drag.js";
import { door, isLocked } from "./desk/door.js";
import { facts } from "./desk/facts.js";
import { Gong, sound } from "./desk/gong.js";
import { queue, waiting } from "./desk/hands.js";
import * as keys from "./desk/keys.js";
import { lengthOf } from "./desk/lengths.js";
import { all } from "./desk/lines.js";
import * as links from "./desk/links.js";
import * as marks from "./desk/marks.js";
import { news } from "./desk/news.js";
import { next, pressNext } from "./desk/next.js";
import { clockKey, now } from "./desk/now.js";
import { Orders } from "./desk/orders.js";
import { people } from "./desk/people.js";
import { drawPerson, move } from "./desk/person.js";
import { undo } from "./desk/press.js";
import { dragged, programme } from "./desk/programme.js";
import { counting } from "./desk/real.js";
import * as rehearsal from "./desk/rehearsal.js";
import { settle } from "./desk/rows.js";
import { Said } from "./desk/said.js";
import { slides } from "./desk/slides.js";
import { drawStep } from "./desk/step.js";
import { isOpen } from "./desk/steps.js";
import { calm, follow } from "./desk/strain.js";
import { drawTable } from "./desk/table.js";
import { trail } from "./desk/trail.js";
import { triads } from "./desk/triads.js";
import { isDue, saveAgain } from "./desk/unsent.js";
import { Views } from "./desk/views.js";
import { held, wall } from "./desk/wall.js";
import { connect } from "./line.js";
import { heed } from "./most.js";
import { ours } from "./root.js";
import { Wake } from "./wake.js";
import { t } from "./words.js";

const BESIDE = 6; // tables that a laptop shows with the people beside them
const SLOWLY = 15_000; // ms: when the afternoon ends is drawn anew, also where nothing happens

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The views, by the place that each is drawn in. */
const PARTS = Object.entries({
  "now-part": now,
  "next-part": next,
  "hands-part": (/** @type {import("./desk/press.js").Desk} */ desk) => [queue(desk), comings.arrivals(desk)],
  "news-part": news,
  "people-part": people,
  "triads-part": triads,
  "wall-part": wall,
  "slides-part": slides,
  "programme-part": programme,
  "door-part": door,
  "trail-part": trail,
  "sound-part": () => sound(gong),
});
heed();
const said = new Said(place("said"));
const aloud = place("aloud");
const views = new Views(place("views"));
const gong = new Gong(() => soon());
const line = connect({
  code: facts.code,
  auth: { as: "leader", code: facts.code },
  onChange: changed,
  onRefused: (why) => ended(why),
  onProbe: probed,
});
const orders = new Orders(line, soon, (text, tone) => said.say(text, tone));

/** @type {import("./desk/press.js").Desk} */
const desk = {
  get state() {
    return line.state;
  },
  orders,
  said,
  now: () => line.now(),
  draw: soon,
  show: (view) => views.show(view),
};

let asked = false;
/** Draws once, however much changes in one moment. */
function soon() {
  if (!asked) requestAnimationFrame(draw);
  asked = true;
}

function draw() {
  asked = false;
  if (line.ended) return;
  const { state } = line;
  for (const [id, part] of PARTS) render(state.ready || part === now ? part(desk) : nothing, place(id));
  if (dialogs.dialog("person").open) drawPerson(desk);
  if (dialogs.dialog("step").open) drawStep(desk);
  if (dialogs.dialog("table").open) drawTable(desk);
  const hands = waiting(state.groups).length;
  rehearsal.draw(desk);
  arriving.draw(desk);
  links.draw(state.links);
  views.spread("triads", state.groups.length > BESIDE);
  views.count("people", counting(state).filter((person) => !person.left).length);
  views.count("triads", hands || state.groups.length, hands > 0);
  const wait = held(state).length;
  views.count("wall", wait || all(state).filter((post) => !post.off && !(state.step?.real && post.simulated)).length, wait > 0);
  place("locked").hidden = !isLocked(state) || !isOpen(state);
  tellHands(hands);
  for (const element of document.querySelectorAll("[data-if-open]")) element.toggleAttribute("hidden", !isOpen(state));
  settle();
  tick();
  if (state.ready) requestAnimationFrame(() => place("desk").removeAttribute("data-coming"));
}

/** @type {import("./state.js").State | undefined} the room as it was last */
let known;

/** @param {import("./state.js").State} state @param {string} event */
function changed(state, event) {
  marks.follow(state.programme);
  const turned = known && comings.follow(known, state, line.now());
  if (turned) aloud.textContent = turned;
  known = state;
  const on = !line.missing && state.ready;
  place("line").dataset.line = on ? "on" : "off";
  place("line").textContent = t(on ? "connected" : "no_line");
  place("cut-off")?.toggleAttribute("hidden", on || !state.ready);
  if (!on) strained(calm);
  if (event === "snapshot") line.fetchWall();
  if (event === "snapshot") saveAgain();
  if (event === "snapshot" || event === "step") views.follow(state.step?.kind);
  if (state.step) gong.follow(state.step);
  soon();
}

let strain = calm;
/** What a probe told of the connections: a quiet sentence where they are worse than usual. @param {import("./line.js").Ack} answer @param {number} trip ms */
function probed(answer, trip) {
  const of = line.state.people.filter((person) => person.here && !person.by_hand).length;
  const before = strain.says;
  strained(follow(strain, { now: performance.now(), back: answer.came_back ?? 0, of, trip }));
  if (strain.says !== before) aloud.textContent = strain.says ? place("strained").textContent : t("strain_over");
}

/** @param {import("./desk/strain.js").Strain} found */
function strained(found) {
  strain = found;
  place("strained")?.toggleAttribute("hidden", !strain.says);
  if (strain.says) place("strained").textContent = t(`strain_${strain.says}`, { n: strain.back, of: Math.max(strain.back, strain.of) });
}

let told = 0;
/** A hand that goes up is spoken, once. @param {number} hands */
function tellHands(hands) {
  if (hands > told) aloud.textContent = t("hands_up", { n: hands });
  told = hands;
}

const WHY = ["unauthorized", "replaced", "signed_out"]; // else the room is gone

let before = Number.NaN;
let level = "";
/** Everything that goes with the clock. @returns {number | void} ms left */
function tick() {
  const clock = line.state.step?.clock;
  if (!clock || line.ended) return;
  const seen = reading(clock, line.now());
  const dial = document.querySelector("#now-part .clock");
  if (dial instanceof HTMLElement) paint(dial, seen);
  place("mini").textContent = seen.text;
  place("mini").dataset.level = seen.level;
  for (const since of document.querySelectorAll("[data-since]")) {
    if (since instanceof HTMLElement) since.textContent = figures(Math.max(1, line.now() - Number(since.dataset.since)));
  }
  const passed = seen.state === "running" ? milestone(before, seen.ms) : null;
  if (passed !== null) aloud.textContent = passed ? t("left_over", { length: lengthOf(passed) }) : t("time_is_up");
  if (seen.state === "running") gong.tick(seen.ms, passed);
  before = seen.ms;
  if (level !== seen.level) soon(); // "the time is up" stands beside the figures
  level = seen.level;
  return seen.state === "running" ? seen.ms : undefined;
}

/** The line stays closed, and of the room nothing stays on the page. @param {string} code */
function ended(code) {
  const why = code === "removed" ? line.state.removed : code;
  if (why === "signed_out") location.assign(ours(`/login?out=1&room=${facts.code}`));
  place("ended").hidden = false;
  place("ended-why").textContent = t(`ended_${WHY.find((one) => one === why) ?? "closed"}`);
  for (const part of document.querySelectorAll("#cut-off, #desk, #said, #mini, #to-screen, dialog")) part.remove();
}

const press = (/** @type {string} */ key, /** @type {() => unknown} */ act) => () => {
  if (orders.ready(key)) act();
};
/** @param {number} by */
const turn = (by) => () => {
  if (line.state.step?.kind !== "talk") return false;
  const to = (line.state.step.slide ?? 0) + by;
  if (facts.slides[to] && orders.ready("slide")) orders.give("slide", { to });
  return true;
};
const onward = press("next", () => pressNext(desk));
const back = press("back", () => line.state.step?.index && orders.give("back"));
const shortcuts = {
  " ": onward,
  n: onward,
  p: press("clock", () => clockKey(line.state) && orders.give(clockKey(line.state), {}, "clock")),
  b: back,
  ArrowRight: turn(1),
  PageDown: turn(1),
  ArrowLeft: turn(-1),
  PageUp: turn(-1),
  f: () => place("to-screen").click(),
  m: () => gong.toggle(),
  "Ctrl z": () => undo(desk),
  "?": () => dialogs.open("help"),
};
keys.listen(shortcuts, { PageDown: onward, PageUp: () => turn(-1)() || back() });
dialogs.listen();
rehearsal.listen(desk);
arriving.listen(desk);
links.listen((text, tone) => said.say(text, tone));
drag.listen(place("triads-part"), {
  what: "[data-person]",
  onto: "[data-group]",
  onDrop: (person, group) => void move(desk, Number(person.dataset.person), Number(group.dataset.group)),
});
drag.listen(place("programme-part"), { what: "[data-loose]", onto: "[data-step]", onDrop: (step, onto) => dragged(desk, step, onto) });
place("undo").addEventListener("click", () => void undo(desk));
place("close-yes").addEventListener("click", async () => {
  const ack = await orders.give("close");
  if (ack.ok) said.say(t("closed_now"), "good");
});
window.addEventListener("beforeunload", (event) => isDue() && !line.ended && event.preventDefault());
everySecond(tick);
setInterval(soon, SLOWLY);
new Wake().keep();
soon();
document.getElementById("scriptless")?.remove(); // last: all of the above has run
