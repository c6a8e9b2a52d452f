// What each page knows, by the pages' own state.js: a line of JSON in, with what was told since; a line out, the state.
import { createInterface } from "node:readline";
import { isBehind, nothing, reduce } from "../../workshop/static/js/state.js";

const pages = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { page, heard, there = {} } = JSON.parse(line);
  const state = heard.reduce((now, [event, payload]) => reduce(now, event, payload), pages.get(page) ?? nothing);
  pages.set(page, state);
  console.log(JSON.stringify({ ...state, behind: isBehind(state, there) }));
}
