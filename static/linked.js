// One film lit everywhere: the cards, the scatter and the map tell which one, and hear of it here.

const listeners = [];
let pointed = null;
let chosen = null;

// A poster's number, or null for none. `pointed` passes with the pointer, `chosen` stays.
export function point(id) {
  tell(id === null ? null : Number(id), chosen);
}

export function choose(id) {
  tell(pointed, id === null ? null : Number(id));
}

// Calls listener({ pointed, chosen, lit }) now and at every change; lit is the one to show.
export function listen(listener) {
  listeners.push(listener);
  listener(state());
}

function tell(nowPointed, nowChosen) {
  if (nowPointed === pointed && nowChosen === chosen) return;
  pointed = nowPointed;
  chosen = nowChosen;
  for (const listener of listeners) listener(state());
}

export function state() {
  return { pointed, chosen, lit: pointed ?? chosen };
}
