// @ts-check
/** What people type when asked for a number, read as core/typed.py reads it. Pure. */

const NUMBER = "(\\d{1,5}(?:[.,]\\d{1,3})?)";
const HOURS = "(?:hours?|hrs?|uren|uur|[hu])";
const MINUTES = "(?:minuten|minuut|minutes?|mins?|m)";
const SECONDS = "(?:seconden|seconde|seconds?|secs?|s)";
const LENGTH = new RegExp(`^(?:${NUMBER} ?${HOURS}\\.? ?)?(?:${NUMBER} ?${MINUTES}\\.? ?)?(?:${NUMBER} ?${SECONDS}\\.?)?${NUMBER}?$`);
const CLOCK = /^(?:(\d{1,2}):)?(\d{1,4}):([0-5]\d)$/;
const LONGEST = 24 * 3600;

/** The same text with the digits that every script has as those of ours: ٣ and ३ are 3. @param {string} text */
export const plainDigits = (text) => text.replace(/\p{Nd}/gu, (sign) => String(digitOf(sign)));

/** Ten digits stand in a row, from a code that ends in 0 or in 6; those that do not are ours in another dress. @param {string} sign */
function digitOf(sign) {
  const code = sign.normalize("NFKC").codePointAt(0) ?? 0;
  const low = code & 15;
  return /\p{Nd}/u.test(String.fromCodePoint(code - low)) ? low : low - 6;
}

/**
 * Seconds in a length: a bare number is minutes, also with a decimal comma; `1:30` is minutes and seconds, `5 min` and
 * `1u30` are what they say; null for what is none.
 * @param {string} text
 */
export function secondsIn(text) {
  const typed = plainDigits(text).toLowerCase().trim().replace(/\s+/g, " ");
  const clock = typed.match(CLOCK);
  const parts = clock ? null : typed.match(LENGTH);
  if (!clock && (!typed || !parts)) return null;
  const [h, m, s, bare] = (clock ?? parts ?? []).slice(1).map((number) => (number === undefined ? undefined : Number(number.replace(",", "."))));
  if (bare !== undefined && s !== undefined) return null;
  const below = m === undefined ? 60 : 1; // "1u30", "1m30", "30"
  const found = Math.round((h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0) + (bare ?? 0) * below);
  return found > LONGEST ? null : found;
}

/** A length as it stands in a field of minutes: "5", and "1:30" where they are not whole. @param {number} seconds */
export const asTyped = (seconds) => (seconds % 60 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : String(seconds / 60));

const LINK = /\/(r|lead|screen|reflections)\/(\d{8})(?!\d)((?:[/?#][^\s<>"]*)?)/;

/** Where a link leads that somebody pasted, on this server, with the secret in it; null where there is none. @param {string} text */
export function linkIn(text) {
  const found = text.match(LINK);
  return found && `/${found[1]}/${found[2]}${found[3].replace(/[.,;:!)\]’”]+$/, "")}`;
}
