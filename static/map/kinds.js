// What points are coloured by: a kind for each point, and for each kind its name and colour.

import { filled } from "../parts.js";
import { UNRATED } from "./points.js";

const FIRST_DECADE = 1920;
const LAST_DECADE = 2020;
const FIRST_RATING = 3;
const LAST_RATING = 8;
const STEPS = 11; // colours of the scale from early to late, and from low to high

// Each takes the points, the kinds chosen, and the words of the map's data attributes.
/** @typedef {(points: Points, chosen: Set<number>, say: Record<string, string>) => Kinds} Colouring */

/** @type {Record<string, Colouring>} */
export const KINDS = { genre, decade, rating };

// A film wears the rarest of its genres, or of those chosen: "Western" says more than "Drama".
/** @type {Colouring} */
function genre(points, chosen) {
  const names = points.genreNames;
  const wanted = [...chosen].reduce((bits, kind) => bits | (1 << kind), 0);
  return {
    entries: names.map((name) => ({
      name,
      colour: `--genre-${name.toLowerCase().replace(/\W+/g, "-")}`,
    })),
    of: Uint8Array.from(points.genres, (bits) => {
      const telling = bits & wanted || bits;
      return telling ? 31 - Math.clz32(telling) : names.length;
    }),
    has: (row, kind) => ((points.genres[row] >>> kind) & 1) === 1,
  };
}

/** @type {Colouring} */
function decade(points, _, say) {
  const decades = [];
  for (let first = FIRST_DECADE; first <= LAST_DECADE; first += 10) decades.push(first);
  /** @param {number} first */
  const name = (first) =>
    filled(first === FIRST_DECADE ? say.sayEarly : say.sayDecade, { year: first });
  const names = decades.map(name);
  const of = Uint8Array.from(points.years, (year) =>
    year
      ? Math.max(0, Math.min(LAST_DECADE, year - (year % 10)) - FIRST_DECADE) / 10
      : decades.length,
  );
  return scale(names, of, say.sayUndated);
}

/** @type {Colouring} */
function rating(points, _, say) {
  const names = [
    filled(say.sayLow, { rating: FIRST_RATING + 1 }),
    ...Array.from({ length: LAST_RATING - FIRST_RATING - 1 }, (_, more) =>
      String(FIRST_RATING + 1 + more),
    ),
    filled(say.sayHigh, { rating: LAST_RATING }),
  ];
  const of = Uint8Array.from(points.ratings, (tenths) =>
    tenths === UNRATED
      ? names.length
      : Math.min(LAST_RATING, Math.max(FIRST_RATING, Math.floor(tenths / 10))) - FIRST_RATING,
  );
  return scale(names, of, say.sayUnrated);
}

// What is not known comes last, and is grey.
/** @param {string[]} names @param {Uint8Array} of @param {string} unknown @returns {Kinds} */
function scale(names, of, unknown) {
  /** @param {number} place */
  const colour = (place) => `--step-${Math.round((place * (STEPS - 1)) / (names.length - 1))}`;
  return {
    entries: [
      ...names.map((name, place) => ({ name, colour: colour(place) })),
      { name: unknown, colour: "--ink-faint" },
    ],
    of,
    has: (row, kind) => of[row] === kind,
  };
}

// "#1a2b3c" of a custom property as [26, 43, 60]; a kind without a colour of its own is grey.
/** @param {string} name @returns {Colour} */
export function colourNamed(name) {
  const style = getComputedStyle(document.documentElement);
  const text = style.getPropertyValue(name).trim() || style.getPropertyValue("--ink-faint").trim();
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return [red, green, blue];
}
