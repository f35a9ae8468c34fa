// The films behind posters' numbers, asked for together and once.

import { stars } from "./parts.js";

const MOST = 100; // that the server tells of at once
const WAIT = 30; // milliseconds to gather numbers in
/** @type {Map<number, Promise<Film | null>>} */
const known = new Map();
/** @type {Map<number, (found: Film | null) => void>} */
let asked = new Map();

// A promise of the film, or of null where it is gone.
/** @param {number} id @returns {Promise<Film | null>} */
export function film(id) {
  const before = known.get(id);
  if (before) return before;
  const found = new Promise((resolve) => {
    if (!asked.size) setTimeout(ask, WAIT);
    asked.set(id, resolve);
  });
  known.set(id, found);
  return found;
}

// The year and the rating in a line; `say` has the words for what is unknown.
/** @param {Film} film @param {Record<string, string>} say */
export function facts({ year, rating }, say) {
  return `${year ?? say.sayYearUnknown} · ${rating === null ? say.sayNotRated : stars(rating)}`;
}

async function ask() {
  const all = [...asked];
  asked = new Map();
  for (let first = 0; first < all.length; first += MOST) await tell(all.slice(first, first + MOST));
}

/** @param {[id: number, resolve: (found: Film | null) => void][]} wanted */
async function tell(wanted) {
  try {
    const answer = await fetch(`/api/v1/posters?${wanted.map(([id]) => `id=${id}`).join("&")}`);
    if (!answer.ok) throw new Error(answer.statusText);
    /** @type {{ posters: Film[] }} */
    const { posters } = await answer.json();
    const found = new Map(posters.map((each) => [each.poster_id, each]));
    for (const [id, resolve] of wanted) resolve(found.get(id) ?? null);
  } catch {
    for (const [id, resolve] of wanted) {
      known.delete(id); // so that it is asked for again
      resolve(null);
    }
  }
}
