// @ts-check
/** One's own afternoon: fetched with the token that this phone has of the room, and shown, printed or kept as a file. */
import { io } from "../vendor/socket.io.js";
import { over } from "./most.js";
import { uuid } from "./outbox.js";
import { patiently, within } from "./patience.js";
import { ours, samen } from "./root.js";
import { save } from "./save.js";
import { storage } from "./shelf.js";
import { t } from "./words.js";

const PATIENCE = 40_000; // ms: a file may wait for its turn
const SAVE_WITHIN = 10_000; // ms
const WHY = new Map([
  [0, "offline"],
  [200, ""],
  [401, "unknown"],
  [403, "unknown"],
  [413, "too_large"],
]); // by the status of an answer
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));
const { code } = main.dataset;
const token = storage().getItem(`${samen}.${code}`);

/** One form of it. Never rejects. @param {string} extension @returns {Promise<import("./patience.js").Answer & { lacking?: string }>} */
async function ask(extension) {
  try {
    const answer = await fetch(ours(`/api/me.${extension}?code=${code}`), { headers: { Authorization: `Bearer ${token}` }, signal: within(PATIENCE) });
    const lacking = decodeURIComponent(answer.headers.get("Lacking-Letters") ?? "");
    return { status: answer.status, answer: await answer.blob(), wait: Number(answer.headers.get("Retry-After")), lacking };
  } catch {
    return { status: 0, answer: null };
  }
}

/** @param {string} text */
function say(text) {
  told.textContent = text;
}

/** Says what went wrong, where something did. @param {string} extension @returns {Promise<Blob | null>} */
async function bring(extension) {
  const came = /** @type {any} */ (
    await patiently(
      () => ask(extension),
      (n) => say(t("waiting", { n })),
    )
  );
  const why = WHY.get(came.status) ?? "failed";
  say(why ? t(`error.${why}`) : came.lacking && t("lacking", { letters: came.lacking }));
  return why ? null : came.answer;
}

async function show() {
  if (!token) return say(t("error.unknown"));
  const page = await bring("html");
  if (!page) return;
  const found = new DOMParser().parseFromString(await page.text(), "text/html");
  document.getElementById("own")?.replaceChildren(...found.body.childNodes);
  document.getElementById("buttons")?.removeAttribute("hidden");
  startLater();
}

/** The one field that is still open weeks later: how did it go? A line is opened for as long as it takes to keep it. */
function startLater() {
  const form = document.getElementById("later");
  const field = form?.querySelector("textarea");
  const saved = document.getElementById("saved");
  if (!form || !field || !saved) return;
  const id = form.dataset.id || uuid();
  let kept = field.value;
  /** Says so while it is too long to be kept. */
  const isLong = () => {
    const n = over(field.value, Number(field.dataset.most));
    saved.textContent = n ? t("error.long", { n }) : "";
    return n > 0;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isLong()) return;
    const text = field.value;
    const socket = io({ path: ours("/socket.io"), auth: { token }, query: { code }, transports: ["websocket", "polling"], tryAllTransports: true });
    const note = { id, prompt: "how_did_it_go", text, visibility: "me" };
    socket.timeout(SAVE_WITHIN).emit("note", note, (/** @type {unknown} */ late, /** @type {any} */ answer) => {
      socket.close();
      const stored = !late && answer.ok;
      if (stored) kept = text;
      saved.textContent = t(stored ? "saved" : "error.unsaved");
    });
  });
  field.addEventListener("input", isLong);
  window.addEventListener("beforeunload", (event) => field.value !== kept && event.preventDefault());
}

document.getElementById("print")?.addEventListener("click", () => print());
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-file]"))) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { file = "" } = button.dataset;
    const made = await bring(file);
    button.disabled = false;
    if (made) save(`${main.dataset.title}.${file}`, made);
  });
}
show();
document.getElementById("scriptless")?.remove(); // last: all of the above has run
