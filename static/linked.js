// One film lit everywhere: the cards, the scatter and the map tell which one, and hear of it here.

/** @type {((state: Lit) => void)[]} */
const listeners = [];
/** @type {number | null} */
let pointed = null;
/** @type {number | null} */
let chosen = null;

// A poster's number, or null for none. `pointed` passes with the pointer, `chosen` stays.
/** @param {number | string | null} id */
export function point(id) {
  tell(id === null ? null : Number(id), chosen);
}

/** @param {number | string | null} id */
export function choose(id) {
  tell(pointed, id === null ? null : Number(id));
}

// Calls listener({ pointed, chosen, lit }) now and at every change; lit is the one to show.
/** @param {(state: Lit) => void} listener */
export function listen(listener) {
  listeners.push(listener);
  listener(state());
}

/** @param {number | null} nowPointed @param {number | null} nowChosen */
function tell(nowPointed, nowChosen) {
  if (nowPointed === pointed && nowChosen === chosen) return;
  pointed = nowPointed;
  chosen = nowChosen;
  for (const listener of listeners) listener(state());
}

/** @returns {Lit} */
export function state() {
  return { pointed, chosen, lit: pointed ?? chosen };
}
