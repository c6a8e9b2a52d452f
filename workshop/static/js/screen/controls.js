// @ts-check
/** What can be done to this screen itself: full screen, sound, light or dark. Fades when nobody moves. */
import { samen } from "../root.js";
import { Sound } from "../sound.js";
import { Wake } from "../wake.js";

const IDLE_AFTER = 3000; // ms
const KEPT = `${samen}.screen.theme`;
const page = document.documentElement;

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @returns {Sound} what the room's bell rings */
export function controls() {
  const sound = new Sound(() => showSound(sound));
  const keys = { f: toggleFull, m: () => sound.set({ muted: !sound.muted }), d: toggleTheme };
  const volume = /** @type {HTMLInputElement} */ (part("volume"));
  volume.value = String(sound.volume);
  volume.addEventListener("input", () => sound.set({ volume: volume.valueAsNumber }));
  part("full").addEventListener("click", keys.f);
  part("sound").addEventListener("click", keys.m);
  part("dark").addEventListener("click", keys.d);
  part("test").addEventListener("click", async () => {
    await sound.unlock();
    sound.gong();
  });
  document.addEventListener("keydown", (event) => {
    const key = /** @type {keyof typeof keys} */ (event.key?.toLowerCase()); // some say that there is a key, and not which
    if (!event.ctrlKey && !event.metaKey && !event.altKey) keys[key]?.();
  });
  document.addEventListener("fullscreenchange", () => press("full", document.fullscreenElement !== null));
  showSound(sound);
  showTheme(kept());
  keepAwake();
  fade();
  return sound;
}

/** @param {Sound} sound */
function showSound(sound) {
  press("sound", !sound.muted);
  part("allow").hidden = sound.state !== "locked";
}

/** @param {string} id @param {boolean} on */
function press(id, on) {
  part(id).setAttribute("aria-pressed", String(on));
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen()?.catch(() => {});
  else page.requestFullscreen?.()?.catch(() => {}); // refused: the page stays as it is
}

function toggleTheme() {
  showTheme(page.dataset.theme === "dark" ? "light" : "dark");
  try {
    localStorage.setItem(KEPT, page.dataset.theme ?? "");
  } catch {
    // Not allowed to remember: it holds for this visit.
  }
}

/** @param {string} theme */
function showTheme(theme) {
  page.dataset.theme = theme;
  press("dark", theme === "dark");
}

/** The theme of this screen: the one in the address, else the one chosen here before, else the page's own. */
function kept() {
  const own = page.dataset.theme ?? "dark";
  if (new URLSearchParams(location.search).has("theme")) return own;
  try {
    return localStorage.getItem(KEPT) || own;
  } catch {
    return own;
  }
}

function keepAwake() {
  const wake = new Wake((state) => (part("sleepy").hidden = state !== "unavailable"));
  wake.keep();
}

/** The pointer and the controls are there when somebody moves, and gone a little later. */
function fade() {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const stir = () => {
    document.body.toggleAttribute("data-idle", false);
    clearTimeout(timer);
    timer = setTimeout(() => document.body.toggleAttribute("data-idle", true), IDLE_AFTER);
  };
  for (const happening of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(happening, stir);
  stir();
}
