// @ts-check
/** Where the workshop is: it may be a folder of somebody else's site, whose scripts and stores it shares. Pure. */

const [, root = "", version = ""] = import.meta.url.match(/^https?:\/\/[^/]+(.*)\/static\/([^/]+)\/js\//) ?? [];

/** An address of ours. @param {string} path that begins at the top of the workshop */
export const ours = (path) => root + path;

/** Of the static files that this page is made of. */
export const made = version;

/** How all begins that is ours in what a browser keeps for the whole site: `samen`, in a folder `samen/workshop`. */
export const samen = `samen${root}`;
